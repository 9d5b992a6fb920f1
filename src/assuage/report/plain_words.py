"""Plain words for the person's own page: what each term means, read once from one file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from assuage.codes.drugs import formulary
from assuage.errors import FaultyKnowledge
from assuage.options import option_evidence
from assuage.sources import Provenance, provenance, read_knowledge

_SECTIONS = (
    "conditions",
    "classes",
    "treatments",
    "outcomes",
    "verdicts",
    "directions",
    "steps",
    "terms",
    "flags",
    "missing",
)


@dataclass(frozen=True)
class PlainWords:
    """What each term means; a term that is not listed has no explanation, and "" stands for it."""

    conditions: Mapping[str, str]
    classes: Mapping[str, str]
    treatments: Mapping[str, str]
    outcomes: Mapping[str, str]
    verdicts: Mapping[str, str]
    directions: Mapping[str, str]
    steps: Mapping[str, str]
    terms: Mapping[str, str]
    flags: Mapping[str, str]
    missing: Mapping[str, str]
    other_flag: str
    other_missing: str
    provenance: Provenance

    def condition(self, key: str) -> str:
        """What a condition is."""
        return self.conditions.get(key, "")

    def treatment(self, key: str) -> str:
        """What a treatment or an option is; a drug by its class."""
        if key in self.treatments:
            return self.treatments[key]
        if key in formulary():
            return self.classes.get(formulary()[key].treatment_class, "")
        return self._of_option(key)

    def _of_option(self, key: str) -> str:
        option = option_evidence().get(key)
        first = option.treatments[0] if option and option.treatments else key
        return self.treatment(first) if first != key else ""

    def flag(self, key: str) -> str:
        """What a flag asks to be looked at."""
        return self.flags.get(key, self.other_flag)

    def missing_facts(self, codes: Iterable[str]) -> tuple[str, ...]:
        """What the record does not say, each kind of fact once, those without plain words last."""
        kinds = dict.fromkeys(code.partition(":")[0] for code in codes)
        known = [self.missing[kind] for kind in kinds if kind in self.missing]
        rest = [self.other_missing] if len(known) < len(kinds) else []
        return tuple(dict.fromkeys([*known, *rest]))


@cache
def plain_words() -> PlainWords:
    """The plain words; FaultyKnowledge where the file breaks its form or has no source."""
    file = files("assuage.report") / "words" / "plain_en.yaml"
    content = read_knowledge(file)
    if set(content) != {*_SECTIONS, "other_flag", "other_missing", "provenance"}:
        message = f"{file.name}: expected the sections {', '.join(_SECTIONS)} and what stands for all others"
        raise FaultyKnowledge(message)
    origin = provenance(content["provenance"], file=file.name, entry="provenance")
    return PlainWords(**{**content, "provenance": origin})
