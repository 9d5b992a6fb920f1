"""How each instrument is scored, what its scores mean and who owns it: one cited file per instrument.

Ranges, units and which way is worse stand with the codes (`codes.clinical.instruments`); here stands what is
needed to score answers and to read a score. Item text is there only where its owner lets everybody use it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, NoReturn

from assuage.codes.clinical import instruments
from assuage.errors import FaultyKnowledge
from assuage.sources import Provenance, provenance, read_knowledge

_DATA = files("assuage.measures") / "data"


class Role(StrEnum):
    """What an instrument tells of an outcome, in the order in which they rank."""

    PAIN = "pain"
    FUNCTION = "function"
    GLOBAL = "global"
    RESCUE = "rescue"
    SCREENING = "screening"  # never decides how pain went
    MOOD = "mood"  # nor does mood
    ADVERSE = "adverse"  # nor does harm done by the treatment


DECIDING = (Role.PAIN, Role.FUNCTION, Role.GLOBAL, Role.RESCUE)
"""The roles that speak of how pain went, best first."""


class Method(StrEnum):
    """How a score is made of the answers."""

    SUM = "sum"
    MEAN = "mean"
    SINGLE = "single"


@dataclass(frozen=True)
class Item:
    """The points one item can have: any of `answers`, else a number from `low` to `high`."""

    low: float
    high: float
    whole: bool = True
    answers: tuple[float, ...] = ()

    def takes(self, points: float) -> bool:
        """Whether an answer can have these points."""
        if self.answers:
            return points in self.answers
        return self.low <= points <= self.high and (not self.whole or points == int(points))


@dataclass(frozen=True)
class Scoring:
    """How the items become a score; with fewer than `answered_at_least` answers a mean is not made."""

    method: Method
    items: tuple[Item, ...]
    answered_at_least: int
    provenance: Provenance


@dataclass(frozen=True)
class Bands:
    """Named ranges of a score, lowest first, each with the score that it starts at."""

    starts: tuple[tuple[str, float], ...]
    provenance: Provenance

    def of(self, score: float) -> str:
        """The band that a score lies in."""
        return [name for name, start in self.starts if score >= start][-1]


@dataclass(frozen=True)
class LoincCode:
    """A LOINC code of the whole (`item` is None) or of one item, counted from 1."""

    code: str
    item: int | None
    provenance: Provenance


@dataclass(frozen=True)
class Licence:
    """Whether item text may ship, and on what terms."""

    text_ships: bool
    terms: str
    provenance: Provenance


@dataclass(frozen=True)
class FormText:
    """The words of a form that everybody may use."""

    stem: str
    answers: tuple[str, ...]
    items: tuple[str, ...]
    provenance: Provenance


@dataclass(frozen=True)
class ItemAlert:
    """One item that is looked at whatever the total is; `item` counts from 1."""

    item: int
    at_least: float
    means: str
    provenance: Provenance


@dataclass(frozen=True)
class InstrumentRules:
    """Everything a file says of one instrument; what it does not say is None or empty."""

    key: str
    name: str
    licence: Licence
    scoring: Scoring | None = None
    bands: Bands | None = None
    recall_days: int | None = None
    loinc: tuple[LoincCode, ...] = ()
    text: FormText | None = None
    alert: ItemAlert | None = None


@cache
def instrument_rules() -> Mapping[str, InstrumentRules]:
    """The rules of every instrument that has a file, by its key in `codes.clinical`.

    Raises FaultyKnowledge for a fact without provenance, and for a file that does not fit its instrument.
    """
    folder = _DATA / "instruments"
    found = (file for file in sorted(folder.iterdir(), key=lambda file: file.name))
    return {rules.key: rules for rules in map(_read, found)}


@cache
def role(instrument: str) -> Role:
    """What an instrument tells of an outcome. Raises FaultyKnowledge for one that the list leaves out."""
    found = _roles().get(instrument)
    if found is None:
        _refuse(f"roles.yaml: {instrument!r} has no role")
    return found


@cache
def _roles() -> Mapping[str, Role]:
    content = read_knowledge(_DATA / "roles.yaml")
    provenance(content.get("provenance"), file="roles.yaml", entry="roles")
    return {key: Role(name) for name, keys in content["roles"].items() for key in keys}


def _read(file: Any) -> InstrumentRules:
    key = file.name.removesuffix(".yaml")
    if key not in instruments():
        _refuse(f"{file.name}: no instrument of this name is in codes/data/clinical.yaml")
    return _File(file.name, key, read_knowledge(file)).rules()


_SECTIONS = {"name", "provenance", "scoring", "bands", "recall", "loinc", "alert", "licence", "text"}


class _File:
    """One instrument's file while it is read; every section names its provenance with `from`."""

    def __init__(self, name: str, key: str, content: Mapping[str, Any]) -> None:
        self.name, self.key, self.content = name, key, content
        if set(content) - _SECTIONS:
            _refuse(f"{name}: unknown section {sorted(set(content) - _SECTIONS)[0]!r}")
        self._sources = {
            label: provenance(fields, file=name, entry=f"provenance {label}")
            for label, fields in (content.get("provenance") or {}).items()
        }

    def rules(self) -> InstrumentRules:
        """All sections, checked against each other."""
        recall = self._section("recall")
        rules = InstrumentRules(
            key=self.key,
            name=self.content["name"],
            licence=self._licence(),
            scoring=self._scoring(),
            bands=self._bands(),
            recall_days=recall["days"] if recall and self._origin(recall) else None,
            loinc=self._loinc(),
            text=self._text(),
            alert=self._alert(),
        )
        self._check(rules)
        return rules

    def _section(self, name: str) -> Mapping[str, Any] | None:
        return self.content.get(name)

    def _origin(self, fields: Mapping[str, Any]) -> Provenance:
        if fields.get("from") not in self._sources:
            _refuse(f"{self.name}: a section's 'from' has to name an entry of the file's provenance")
        return self._sources[fields["from"]]

    def _licence(self) -> Licence:
        fields = self._section("licence")
        if not fields or not fields.get("terms") or not isinstance(fields.get("text_ships"), bool):
            _refuse(f"{self.name}: the licence has to say text_ships (true or false) and its terms")
        return Licence(fields["text_ships"], fields["terms"], self._origin(fields))

    def _scoring(self) -> Scoring | None:
        fields = self._section("scoring")
        if fields is None:
            return None
        items = tuple(_item(item) for item in fields["items"] for _ in range(item.get("times", 1)))
        return Scoring(Method(fields["method"]), items, fields["answered_at_least"], self._origin(fields))

    def _bands(self) -> Bands | None:
        fields = self._section("bands")
        if fields is None:
            return None
        starts = tuple((name, float(start)) for name, start in fields["starts"].items())
        return Bands(starts, self._origin(fields))

    def _loinc(self) -> tuple[LoincCode, ...]:
        fields = self._section("loinc")
        if fields is None:
            return ()
        of_items = fields.get("items")
        codes = [LoincCode(fields["total"], None, self._origin(fields))]
        if of_items:
            origin = self._origin(of_items)
            codes += [LoincCode(code, place, origin) for place, code in enumerate(of_items["codes"], start=1)]
        return tuple(codes)

    def _text(self) -> FormText | None:
        fields = self._section("text")
        if fields is None:
            return None
        answers, items = tuple(fields.get("answers", ())), tuple(fields["items"])
        return FormText(fields["stem"], answers, items, self._origin(fields))

    def _alert(self) -> ItemAlert | None:
        fields = self._section("alert")
        if fields is None:
            return None
        return ItemAlert(fields["item"], fields["at_least"], fields["means"], self._origin(fields))

    def _check(self, rules: InstrumentRules) -> None:
        coded = instruments()[self.key]
        if (rules.text is not None) != rules.licence.text_ships:
            _refuse(f"{self.name}: item text has to be there exactly where the licence lets it ship")
        if rules.bands and rules.bands.starts[0][1] != coded.lowest:
            _refuse(f"{self.name}: the first band has to start at the lowest score")
        if rules.scoring and _ends(rules.scoring) != (coded.lowest, coded.highest):
            _refuse(f"{self.name}: the items do not add up to the range of the instrument")
        if rules.scoring and rules.text and len(rules.text.items) != len(rules.scoring.items):
            _refuse(f"{self.name}: as many item texts as items are needed")


def _item(fields: Mapping[str, Any]) -> Item:
    answers = tuple(float(answer) for answer in fields.get("answers", ()))
    low = min(answers) if answers else float(fields["low"])
    high = max(answers) if answers else float(fields["high"])
    return Item(low, high, fields.get("whole", True), answers)


def _ends(scoring: Scoring) -> tuple[float, float]:
    low, high = sum(item.low for item in scoring.items), sum(item.high for item in scoring.items)
    share = len(scoring.items) if scoring.method is Method.MEAN else 1
    return low / share, high / share


def _refuse(found: str) -> NoReturn:
    raise FaultyKnowledge(found)
