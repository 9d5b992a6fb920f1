"""Dates, lengths, doses and readings the way people write them.

Every parser takes what YAML or Python gives (text, or a number) and raises ValueError in words that
say what is expected and never repeat what was found.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from assuage.dates import PartialDate, Precision

EARLIEST_YEAR, LATEST_YEAR = 1900, 2199
LONGEST_DAYS = 120 * 366
MONTH_DAYS = 365.25 / 12
"""Length of an average month, by which lengths in months become days."""

DEPOT_MONTH_DAYS = 28
"""A monthly depot dose is one dose in 28 days, a quarterly one in 84: the project's own convention."""


class Unit(StrEnum):
    """Units of a length of time."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


_UNIT_DAYS = {Unit.DAY: 1.0, Unit.WEEK: 7.0, Unit.MONTH: MONTH_DAYS, Unit.YEAR: 365.25}
_UNITS = "days?|weeks?|months?|years?"
_COUNT = r"\d{1,6}(?:\.\d{1,6})?"
_LENGTH = re.compile(rf"({_COUNT})\s*({_UNITS})")
_BEFORE = re.compile(rf"({_COUNT})\s*({_UNITS})\s+(?:before|ago|earlier)")
_AFTER = re.compile(rf"after\s+({_COUNT})\s*({_UNITS})")
_READING = re.compile(rf"(-?{_COUNT})(?:\s*(?:-|–|to)\s*(-?{_COUNT}))?")


@dataclass(frozen=True)
class Length:
    """A stretch of time as it was said: "3 months"."""

    count: float
    unit: Unit

    @property
    def days(self) -> int:
        """The nearest whole number of days."""
        return round(self.count * _UNIT_DAYS[self.unit])


@dataclass(frozen=True)
class Before:
    """A moment counted back from the date the file was written on."""

    length: Length


@dataclass(frozen=True)
class After:
    """A moment counted on from the start of a treatment."""

    length: Length


@dataclass(frozen=True)
class Dose:
    """An amount in one of our dose units: mg/d, mg/28d, ug/h, U/session."""

    amount: float
    unit: str


@dataclass(frozen=True)
class Reading:
    """A score's value; a range such as "8-9" keeps both ends."""

    low: float
    high: float


def parse_day(value: object) -> date:
    """Read a whole date, YYYY-MM-DD."""
    moment = parse_moment(value)
    if not isinstance(moment, PartialDate) or moment.precision is not Precision.DAY:
        message = "expected a whole date, written like 2024-03-15"
        raise ValueError(message)
    return moment.first


def parse_moment(value: object) -> PartialDate | Before:
    """Read a date (2021, 2021-03, 2021-03-15) or a relative one ("15 months before")."""
    text = str(value).strip().lower()
    relative = _BEFORE.fullmatch(text)
    if relative is not None:
        return Before(_length(relative))
    try:
        moment = PartialDate.parse(text.upper())
    except ValueError:
        moment = None
    if moment is None or not EARLIEST_YEAR <= moment.first.year <= LATEST_YEAR:
        message = 'expected a date (2021, 2021-03 or 2021-03-15), or "15 months before"'
        raise ValueError(message)
    return moment


def parse_recurrence(value: object) -> PartialDate | Before | After:
    """Read a moment, or "after 14 months" counted from the treatment."""
    relative = _AFTER.fullmatch(str(value).strip().lower())
    if relative is not None:
        return After(_length(relative))
    try:
        return parse_moment(value)
    except ValueError:
        message = 'expected a date (2021, 2021-03 or 2021-03-15), or "after 14 months"'
        raise ValueError(message) from None


def parse_length(value: object) -> Length:
    """Read a length: "10 days", "3 months"."""
    match = _LENGTH.fullmatch(str(value).strip().lower())
    if match is None or _length(match).days == 0:
        message = 'expected a length with its unit, such as "10 days" or "3 months"'
        raise ValueError(message)
    return _length(match)


def _length(match: re.Match[str]) -> Length:
    length = Length(float(match.group(1)), Unit(match.group(2).rstrip("s")))
    if length.days > LONGEST_DAYS:
        message = "expected a length that fits into a life"
        raise ValueError(message)
    return length


def parse_reading(value: object) -> Reading:
    """Read a number, or a range of two numbers."""
    match = _READING.fullmatch(str(value).strip())
    if match is None:
        message = 'expected a number, or a range such as "8-9"'
        raise ValueError(message)
    low = float(match.group(1))
    high = float(match.group(2)) if match.group(2) else low
    if high < low:
        message = "expected a range with its lower end first"
        raise ValueError(message)
    return Reading(low, high)


def count_back(day: date, length: Length) -> PartialDate:
    """The moment `length` before `day`, no more precise than the unit that was used.

    >>> str(count_back(date(2024, 3, 15), Length(15, Unit.MONTH)))
    '2022-12'
    """
    count, unit = length.count, length.unit
    if unit is Unit.YEAR and count != int(count):
        count, unit = count * 12, Unit.MONTH
    if unit is Unit.YEAR:
        return PartialDate(date(day.year - int(count), 1, 1), Precision.YEAR)
    if unit is Unit.MONTH and count == int(count):
        return PartialDate(month_start(day, -int(count)), Precision.MONTH)
    return PartialDate(day - timedelta(days=Length(count, unit).days))


def count_on(start: PartialDate, length: Length) -> PartialDate:
    """The moment `length` after `start`, no more precise than either."""
    if start.precision is Precision.YEAR:
        return PartialDate(date(start.first.year + round(length.days / 365.25), 1, 1), Precision.YEAR)
    if start.precision is Precision.MONTH or length.unit in (Unit.MONTH, Unit.YEAR):
        return PartialDate(month_start(start.first, round(length.days / MONTH_DAYS)), Precision.MONTH)
    return PartialDate(start.first + timedelta(days=length.days))


def month_start(day: date, months: int) -> date:
    """First day of the month `months` after the one `day` lies in."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)
