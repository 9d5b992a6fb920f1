"""Which drugs are taken on a day, as far as single records tell.

An end that is stated is believed. A supply may last a month past its last day, and so may a word that a drug
is still taken. An order counts for as long as an order is commonly good for. An open end says nothing, so
the drug may still be taken, until it was begun so long ago that the record cannot be read that way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from assuage.answers import Answer
from assuage.codes.drugs import formulary
from assuage.dates import days_before
from assuage.records.rows import EndRule, Exposure, Outcome, StopReason
from assuage.safety.rules import numbers

_LOCAL_FORMS = frozenset({"topical", "ophthalmic"})
_GIVEN_UP = (Outcome.NO_EFFECT, Outcome.INTOLERANCE)


@dataclass(frozen=True)
class DrugUse:
    """One drug of a person, over all its records.

    `surely_until` and `maybe_until` are the last days on which it was taken for certain, and on which it
    can have been taken; None where no record bears that out. `daily_dose_mg` is the latest dose on record.
    `first` is the earliest day it can have been begun. `systemic` is False where every record is of a
    cream, gel or eye drops.
    """

    ingredient: str
    surely_until: date | None
    maybe_until: date | None
    first: date | None
    daily_dose_mg: float | None
    systemic: bool
    longest_days: int
    evidence: tuple[str, ...]

    def taken_since(self, cutoff: date) -> Answer:
        """Whether it was taken on any day from `cutoff` on."""
        if self.surely_until is not None and self.surely_until >= cutoff:
            return Answer.YES
        return Answer.of(None if self.maybe_until is not None and self.maybe_until >= cutoff else False)


def drug_uses(exposures: Iterable[Exposure], as_of: date) -> Mapping[str, DrugUse]:
    """Every drug on record by ingredient; what is known not to have been taken is left out."""
    rows: dict[str, list[Exposure]] = {}
    for row in exposures:
        if row.taken is not Answer.NO:
            rows.setdefault(row.ingredient, []).append(row)
    return {ingredient: _drug_use(ingredient, found, as_of) for ingredient, found in sorted(rows.items())}


def _drug_use(ingredient: str, rows: list[Exposure], as_of: date) -> DrugUse:
    spans = [_span(row, as_of) for row in rows]
    dosed = [row for row in rows if row.dose is not None and row.dose_unit == "mg/d"]
    latest = max(
        dosed, key=lambda row: (row.start.first if row.start else date.min, row.dose or 0), default=None
    )
    return DrugUse(
        ingredient=ingredient,
        surely_until=max((sure for sure, _ in spans if sure is not None), default=None),
        maybe_until=max((maybe for _, maybe in spans if maybe is not None), default=None),
        first=min((row.start.first for row in rows if row.start is not None), default=None),
        daily_dose_mg=None if latest is None else latest.dose,
        systemic=any(row.form not in _LOCAL_FORMS for row in rows),
        longest_days=max(_days(row) for row in rows),
        evidence=tuple(dict.fromkeys(row.record_id for row in rows)),
    )


def _days(row: Exposure) -> int:
    """The shortest length that one record bears out."""
    stated = row.stated_days or 0
    ends = (EndRule.STATED, EndRule.SUPPLIED, EndRule.ONGOING)
    if row.start is None or row.end is None or row.end_rule not in ends:
        return stated
    return max(stated, (row.end.first - row.start.last).days + 1)


def _span(row: Exposure, as_of: date) -> tuple[date | None, date | None]:
    """The last day surely taken, and the last day possibly taken, by one record."""
    lingers: int = numbers("drug_use")["lingers_days"].value
    stopped = row.stop_reason is not StopReason.UNKNOWN
    depot = _depot_days(row)
    if row.end is not None and row.end == row.start and depot is not None:
        return _later(row.end.first, depot - 1), _later(row.end.last, depot - 1 + lingers)
    if row.end is not None and row.end_rule is EndRule.STATED:
        return row.end.first, row.end.last
    if row.end is not None and row.end_rule is EndRule.ONGOING:
        return _later(row.end.first, lingers), date.max
    if row.end is not None and row.end_rule is EndRule.SUPPLIED:
        return row.end.first, row.end.last if stopped else _later(row.end.last, lingers)
    latest = _latest_possible(row, as_of)
    if stopped or row.outcome in _GIVEN_UP:
        return None, min(latest, days_before(as_of, 1))
    order_days: int = numbers("drug_use")["order_days"].value
    sure = order_days if row.end_rule is EndRule.ACTIVE_ORDER else depot
    return None if sure is None or row.start is None else _later(row.start.first, sure - 1), latest


def _latest_possible(row: Exposure, as_of: date) -> date:
    """The last day on which a drug without a known end can have been taken."""
    if row.end is not None and row.end_rule is EndRule.UNKNOWN:
        return row.end.last
    open_days: int = numbers("drug_use")["open_end_days"].value
    return as_of if row.start is None else _later(row.start.last, open_days)


def _depot_days(row: Exposure) -> int | None:
    """How long one administration lasts, None for what is no depot."""
    entry = formulary().get(row.ingredient)
    return None if entry is None else entry.depot_interval_days


def _later(day: date, days: int) -> date:
    """So many days later; records write "for ever" as the last day there is."""
    return date.max if (date.max - day).days < days else day + timedelta(days=days)
