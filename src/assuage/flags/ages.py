"""Age from dates that may be known to the year only."""

from __future__ import annotations

from datetime import date

from assuage.answers import Answer
from assuage.dates import PartialDate


def aged_at_least(years: int, birth: PartialDate | None, day: PartialDate | None) -> Answer:
    """Whether somebody was at least `years` old on a day; unknown where the dates leave it open.

    >>> aged_at_least(50, PartialDate.parse("1960-05"), PartialDate.parse("2010"))
    <Answer.UNKNOWN: 'unknown'>
    """
    if birth is None or day is None:
        return Answer.UNKNOWN
    if _whole_years(birth.last, day.first) >= years:
        return Answer.YES
    return Answer.NO if _whole_years(birth.first, day.last) < years else Answer.UNKNOWN


def _whole_years(birth: date, day: date) -> int:
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
