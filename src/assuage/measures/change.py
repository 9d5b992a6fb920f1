"""From one reading to a later one: how much, and by which published thresholds that matters.

Points are later minus earlier, percent are of the earlier reading, both in the instrument's own direction:
+2 points of pain is more pain. Percent are made only on scales that begin at zero. A reading may be a range;
so may a change, and what the range leaves open is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from assuage.answers import Answer, any_of
from assuage.codes.clinical import Instrument, instruments
from assuage.codes.conditions import belongs_to
from assuage.errors import FaultyKnowledge
from assuage.sources import Provenance, provenance, read_knowledge

Range = tuple[float, float]
"""Low and high end; equal for a single value."""


class Band(StrEnum):
    """How much relief, by IMMPACT."""

    SUBSTANTIAL = "substantial"
    MODERATE = "moderate"
    MINIMAL = "minimal"
    NONE = "none"  # less than minimal, or more pain


@dataclass(frozen=True)
class ChangeThreshold:
    """One published threshold of change, or one of our own, and what it speaks of.

    `points` are two where the source gives a range: above the higher one it is reached by every method, below
    the lower one by none, between them unknown. `of_scale` is the length of the scale the points are of.
    """

    key: str
    kind: str  # bands, improvement, worsening
    instruments: tuple[str, ...]
    provenance: Provenance
    only_for: tuple[str, ...] = ()
    not_for: tuple[str, ...] = ()
    points: Range | None = None
    of_scale: float | None = None
    percent: float | None = None
    bands: tuple[tuple[Band, float], ...] = ()

    def speaks_of(self, instrument: str, condition: str | None) -> bool:
        """Whether it holds for an instrument and a condition; one not known is none of the special ones."""
        if instrument not in self.instruments:
            return False
        if self.only_for and not _is_one_of(condition, self.only_for):
            return False
        return not _is_one_of(condition, self.not_for)

    def points_on(self, coded: Instrument) -> Range | None:
        """The points on the scale of an instrument: 2 of 10 are 20 of 100."""
        if self.points is None:
            return None
        share = (coded.highest or 0) / self.of_scale if self.of_scale else 1.0
        return self.points[0] * share, self.points[1] * share


@dataclass(frozen=True)
class Reached:
    """Whether a change reached one threshold, which way it looked, and where the threshold stands."""

    threshold: str
    kind: str
    answer: Answer
    provenance: Provenance


@dataclass(frozen=True)
class Change:
    """A change between two readings of one instrument.

    `percent` is None on a scale without a true zero and from a baseline that may be zero. `band` is None
    where IMMPACT does not speak of the instrument, or the range leaves it open.
    """

    instrument: str
    points: Range
    percent: Range | None
    better: Answer
    band: Band | None
    reached: tuple[Reached, ...]

    def important(self, kind: str) -> Answer:
        """Whether any threshold of a kind (improvement, worsening) is reached; unknown where none speaks."""
        answers = [each.answer for each in self.reached if each.kind == kind]
        return any_of(answers) if answers else Answer.UNKNOWN


@cache
def change_thresholds() -> Mapping[str, ChangeThreshold]:
    """Every threshold of change, by key; FaultyKnowledge for one without provenance."""
    content = read_knowledge(files("assuage.measures") / "data" / "change.yaml")
    return {key: _threshold(key, fields) for key, fields in content.items()}


def change(instrument: str, earlier: Range, later: Range, condition: str | None = None) -> Change:
    """The change from an earlier reading to a later one, in the instrument's own unit."""
    coded = instruments()[instrument]
    # differences of decimals such as 6.7 - 5.9 are rounded so that they meet thresholds printed as decimals
    points = (round(later[0] - earlier[1], 6), round(later[1] - earlier[0], 6))
    percent = _percent(coded, earlier, later)
    speaking = [each for each in change_thresholds().values() if each.speaks_of(instrument, condition)]
    return Change(
        instrument=instrument,
        points=points,
        percent=percent,
        better=_better(_relief(points, coded)),
        band=next((_band(each, percent, coded) for each in speaking if each.kind == "bands"), None),
        reached=tuple(_reached(each, points, percent, coded) for each in speaking if each.kind != "bands"),
    )


def _percent(coded: Instrument, earlier: Range, later: Range) -> Range | None:
    if coded.lowest != 0 or earlier[0] <= 0:
        return None
    low, high = 100 * (later[0] / earlier[1] - 1), 100 * (later[1] / earlier[0] - 1)
    return round(low, 6), round(high, 6)


def _relief(amount: Range, coded: Instrument) -> Range:
    """An amount of change turned so that more is better."""
    return (-amount[1], -amount[0]) if coded.higher_is_worse else amount


def _better(relief: Range) -> Answer:
    if relief[0] > 0:
        return Answer.YES
    return Answer.NO if relief[1] <= 0 else Answer.UNKNOWN


def _band(threshold: ChangeThreshold, percent: Range | None, coded: Instrument) -> Band | None:
    if percent is None:
        return None
    low, high = (_band_of(threshold, end) for end in _relief(percent, coded))
    return low if low is high else None


def _band_of(threshold: ChangeThreshold, relief_percent: float) -> Band:
    reached = [band for band, needed in threshold.bands if relief_percent >= needed]
    return reached[-1] if reached else Band.NONE


def _reached(threshold: ChangeThreshold, points: Range, percent: Range | None, coded: Instrument) -> Reached:
    sign = 1 if threshold.kind == "improvement" else -1
    moved = _turned(_relief(points, coded), sign)
    answer, points_needed = Answer.NO, threshold.points_on(coded)
    if points_needed is not None:
        answer = _at_least(moved, points_needed)
    if threshold.percent is not None:
        share = None if percent is None else _turned(_relief(percent, coded), sign)
        needed = (threshold.percent, threshold.percent)
        # without a percentage the part of the threshold that is in points still stands
        of_share = Answer.UNKNOWN if share is None else _at_least(share, needed)
        answer = answer | of_share
    return Reached(threshold.key, threshold.kind, answer, threshold.provenance)


def _turned(amount: Range, sign: int) -> Range:
    return amount if sign > 0 else (-amount[1], -amount[0])


def _at_least(amount: Range, needed: Range) -> Answer:
    if amount[0] >= needed[1]:
        return Answer.YES
    return Answer.NO if amount[1] < needed[0] else Answer.UNKNOWN


def _is_one_of(condition: str | None, wider: tuple[str, ...]) -> bool:
    return condition is not None and any(belongs_to(condition, one) for one in wider)


def _threshold(key: str, fields: Mapping[str, Any]) -> ChangeThreshold:
    where = f"change.yaml, entry {key}"
    kind = fields.get("kind")
    unknown = set(fields.get("instruments") or ()) - set(instruments())
    if kind not in ("bands", "improvement", "worsening") or unknown or not fields.get("instruments"):
        message = f"{where}: kind (bands, improvement, worsening) and known instruments are needed"
        raise FaultyKnowledge(message)
    points, bands = fields.get("points"), kind == "bands"
    return ChangeThreshold(
        key=key,
        kind=kind,
        instruments=tuple(fields["instruments"]),
        provenance=provenance(fields.get("provenance"), file="change.yaml", entry=key),
        only_for=tuple(fields.get("only_for", ())),
        not_for=tuple(fields.get("not_for", ())),
        points=(points[0], points[1]) if points else None,
        of_scale=fields.get("of_scale"),
        percent=None if bands else fields.get("percent"),
        bands=tuple((Band(name), needed) for name, needed in fields["percent"].items()) if bands else (),
    )
