"""What the safety rules take from data: cited numbers, and tables of diagnoses, pairs of drugs and ages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, NoReturn, TypeVar

from assuage.codes.conditions import concepts
from assuage.codes.drugs import formulary
from assuage.codes.procedures import procedures
from assuage.errors import FaultyKnowledge
from assuage.safety.model import Severity
from assuage.sources import Provenance, provenance, read_knowledge

DATA = files("assuage.safety") / "data"
"""Where the rule files of the package lie."""

_SECTIONS = {
    "origins",
    "numbers",
    "diagnoses",
    "pairs",
    "ages",
    "levels",
    "treatments",
    "pregnant",
    "potential",
}
_COMMON_FIELDS = {"treatments", "severity", "action", "provenance"}


@dataclass(frozen=True)
class Number:
    """One number or list of a rule, and where it stands."""

    value: Any
    provenance: Provenance


@dataclass(frozen=True)
class Weight:
    """What every rule of a table has: its name, how much it weighs, what to do, where it stands."""

    rule: str
    severity: Severity
    action: str
    provenance: Provenance


@dataclass(frozen=True)
class DiagnosisRule:
    """A treatment and the diagnoses, with all their kinds, that speak against it.

    A diagnosis that is over still counts where it is `lasting`, such as a past stroke; else it is asked
    about. With a `question`, the diagnosis alone does not settle it: the named fact would.
    """

    weight: Weight
    treatments: frozenset[str]
    conditions: tuple[str, ...]
    lasting: bool
    question: str | None


@dataclass(frozen=True)
class PairRule:
    """Two drugs that do not go together, whichever came first; `washout_days` is how long the first lingers.

    A rule that is `one_way` speaks only of giving `treatments` while, or after, `others` were taken.
    """

    weight: Weight
    treatments: frozenset[str]
    others: frozenset[str]
    washout_days: int
    one_way: bool


@dataclass(frozen=True)
class AgeRule:
    """A treatment at an age: from `from_years` on, or below `under_years`."""

    weight: Weight
    treatments: frozenset[str]
    from_years: int | None
    under_years: int | None


@dataclass(frozen=True)
class LevelRule:
    """A treatment with a laboratory value below `below`, in the unit of the file's `units`.

    `asks`: the source wants the value known before the treatment, so that its absence is a question.
    """

    weight: Weight
    treatments: frozenset[str]
    below: float
    asks: bool


@dataclass(frozen=True)
class TreatmentRule:
    """Treatments of which one family asks something in its own way; no treatment means every one."""

    weight: Weight
    treatments: frozenset[str]


Rule = TypeVar("Rule")


@cache
def numbers(family: str, folder: Traversable = DATA) -> Mapping[str, Number]:
    """The numbers and lists of one family, by name; raises FaultyKnowledge for one uncited."""
    found = {}
    for name, fields in _section(folder, family, "numbers").items():
        if not isinstance(fields, Mapping) or set(fields) != {"value", "provenance"}:
            _refuse(family, name, "expected value and provenance")
        origin = provenance(fields["provenance"], file=f"{family}.yaml", entry=name)
        found[name] = Number(fields["value"], origin)
    return found


@cache
def diagnosis_rules(family: str, folder: Traversable = DATA) -> tuple[DiagnosisRule, ...]:
    """The table of treatments and diagnoses of one family; raises FaultyKnowledge."""
    return _table(folder, family, "diagnoses", {"conditions", "lasting", "question"}, _diagnosis_rule)


@cache
def pair_rules(family: str, folder: Traversable = DATA) -> tuple[PairRule, ...]:
    """The table of pairs of one family; raises FaultyKnowledge."""
    return _table(folder, family, "pairs", {"with", "washout_days", "one_way"}, _pair_rule)


@cache
def age_rules(family: str, folder: Traversable = DATA) -> tuple[AgeRule, ...]:
    """The table of ages of one family; raises FaultyKnowledge."""
    return _table(folder, family, "ages", {"from_years", "under_years"}, _age_rule)


@cache
def level_rules(family: str, folder: Traversable = DATA) -> tuple[LevelRule, ...]:
    """The table of laboratory levels of one family, the heaviest first for each treatment."""
    return _table(folder, family, "levels", {"below", "asks"}, _level_rule)


@cache
def treatment_rules(
    family: str, section: str = "treatments", folder: Traversable = DATA
) -> Mapping[str, TreatmentRule]:
    """The rules of a family that works by hand, by name; raises FaultyKnowledge."""
    rules = _table(folder, family, section, set(), lambda weight, named, _: TreatmentRule(weight, named))
    return {rule.weight.rule: rule for rule in rules}


def _diagnosis_rule(weight: Weight, treatments: frozenset[str], fields: Mapping[str, Any]) -> DiagnosisRule:
    conditions = tuple(fields.get("conditions", ()))
    unknown = [key for key in conditions if key not in concepts()]
    if unknown or not conditions:
        _refuse(weight.rule, "conditions", f"not in the codelists: {', '.join(unknown) or 'none given'}")
    return DiagnosisRule(
        weight, treatments, conditions, bool(fields.get("lasting", False)), fields.get("question")
    )


def _pair_rule(weight: Weight, treatments: frozenset[str], fields: Mapping[str, Any]) -> PairRule:
    others = _treatments(weight.rule, fields.get("with", ()))
    return PairRule(
        weight, treatments, others, int(fields.get("washout_days", 0)), bool(fields.get("one_way", False))
    )


def _age_rule(weight: Weight, treatments: frozenset[str], fields: Mapping[str, Any]) -> AgeRule:
    from_years, under_years = fields.get("from_years"), fields.get("under_years")
    if (from_years is None) == (under_years is None):
        _refuse(weight.rule, "ages", "expected one of from_years and under_years")
    return AgeRule(weight, treatments, from_years, under_years)


def _level_rule(weight: Weight, treatments: frozenset[str], fields: Mapping[str, Any]) -> LevelRule:
    if "below" not in fields:
        _refuse(weight.rule, "levels", "expected below")
    return LevelRule(weight, treatments, float(fields["below"]), bool(fields.get("asks", False)))


def _table(
    folder: Traversable,
    family: str,
    section: str,
    own_fields: set[str],
    make: Callable[[Weight, frozenset[str], Mapping[str, Any]], Rule],
) -> tuple[Rule, ...]:
    found = []
    for name, fields in _section(folder, family, section).items():
        if not isinstance(fields, Mapping) or set(fields) - own_fields - _COMMON_FIELDS:
            _refuse(family, name, f"expected no fields but {', '.join(sorted(own_fields | _COMMON_FIELDS))}")
        if fields.get("severity") not in set(Severity):
            _refuse(family, name, f"severity has to be one of {', '.join(Severity)}")
        if not fields.get("action"):
            _refuse(family, name, "action is missing")
        origin = provenance(fields.get("provenance"), file=f"{family}.yaml", entry=name)
        weight = Weight(name, Severity(fields["severity"]), fields["action"], origin)
        named = (
            frozenset() if fields.get("treatments") == "all" else _treatments(name, fields.get("treatments"))
        )
        found.append(make(weight, named, fields))
    return tuple(found)


def _treatments(rule: str, names: Any) -> frozenset[str]:
    """Drugs, procedures and their classes; a name that is none of them would never match anything."""
    unknown = [name for name in names or () if name not in _known_treatments()]
    if unknown or not names:
        _refuse(rule, "treatments", f"not in the codelists: {', '.join(unknown) or 'none given'}")
    return frozenset(names)


@cache
def _known_treatments() -> frozenset[str]:
    drug_classes = {entry.treatment_class for entry in formulary().values()}
    procedure_classes = {entry.treatment_class for entry in procedures().values()}
    return frozenset({*formulary(), *procedures(), *drug_classes, *procedure_classes})


def _section(folder: Traversable, family: str, section: str) -> Mapping[str, Any]:
    content = read_knowledge(folder / f"{family}.yaml")
    if set(content) - _SECTIONS:
        _refuse(family, "sections", f"expected no sections but {', '.join(sorted(_SECTIONS))}")
    found: Mapping[str, Any] = content.get(section) or {}
    return found


def _refuse(where: str, name: str, found: str) -> NoReturn:
    message = f"safety rule {where}, entry {name}: {found}"
    raise FaultyKnowledge(message)
