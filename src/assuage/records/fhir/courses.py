"""When a course began and ended, and how its end is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from assuage.dates import PartialDate, Precision
from assuage.records.fhir.elements import Json, an_object, number, objects, string
from assuage.records.fhir.reasons import Note
from assuage.records.fhir.resource import Resource
from assuage.records.rows import EndRule

_DAYS = {
    **dict.fromkeys(("h", "hour", "hours"), 1 / 24),
    **dict.fromkeys(("d", "day", "days"), 1.0),
    **dict.fromkeys(("wk", "week", "weeks"), 7.0),
    **dict.fromkeys(("mo", "month", "months"), 365.25 / 12),
    **dict.fromkeys(("a", "year", "years"), 365.25),
}
_LONGEST_DAYS = 36_525


@dataclass(frozen=True)
class Course:
    """Start, inclusive end, and the rule by which the end is known."""

    start: PartialDate | None = None
    end: PartialDate | None = None
    end_rule: EndRule = EndRule.UNKNOWN
    stated_days: int | None = None


def days_of(resource: Resource, duration: Any, element: str, *, unit_in_name: bool = False) -> int | None:
    """Whole days of a Duration, at least one. `unit_in_name`: the element itself says days, as daysSupply."""
    body = an_object(duration)
    if "value" not in body:
        return None
    value = number(body["value"])
    unit = string(body.get("code")) or string(body.get("unit")).lower()
    per_unit = _DAYS.get(unit) if unit else (1.0 if unit_in_name else None)
    if value is None or per_unit is None or not 0 < value * per_unit <= _LONGEST_DAYS:
        resource.note(element, Note.IMPOSSIBLE_LENGTH)
        return None
    return max(1, int(value * per_unit))


def of_length(start: PartialDate | None, days: int, rule: EndRule) -> Course:
    """A course of so many days: with an end where it begins on a known day, else with its length alone."""
    if start is None or start.precision is not Precision.DAY or start.first.year > 9_000:
        return Course(start, None, rule, days)
    return Course(start, PartialDate(start.first + timedelta(days=days - 1)), rule)


def bounded(resource: Resource, dosages: list[Json], start: PartialDate | None) -> Course | None:
    """The course that the dosages' boundsPeriod or boundsDuration state; None where they state no end.

    Several dosages run from the earliest start to the latest end; one without an end leaves it open.
    """
    repeats = [an_object(an_object(one.get("timing")).get("repeat")) for one in dosages]
    periods = [
        resource.period(one["boundsPeriod"], "boundsPeriod") for one in repeats if "boundsPeriod" in one
    ]
    starts = [first for first, _ in periods if first]
    begin = min(starts, key=lambda day: (day.first, day.last)) if starts else start
    ends = [last for _, last in periods if last]
    if ends and len(ends) == len(repeats):
        end = resource.end_after(begin, max(ends, key=lambda day: (day.last, day.first)), "boundsPeriod")
        return Course(begin, end, EndRule.STATED if end else EndRule.UNKNOWN)
    lengths = [days_of(resource, one.get("boundsDuration"), "boundsDuration") for one in repeats]
    if len(lengths) == 1 and lengths[0]:
        return of_length(begin, lengths[0], EndRule.STATED)
    return Course(begin) if starts else None


def dosages_of(body: Json, name: str) -> list[Json]:
    """The dosages of a prescription (`dosageInstruction`) or a statement (`dosage`)."""
    return objects(body.get(name))
