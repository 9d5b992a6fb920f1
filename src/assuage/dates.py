"""Calendar dates as records give them: often without the day, sometimes without the month."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

_ISO_PREFIX = re.compile(r"^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T.*)?)?)?$")


class Precision(StrEnum):
    """How much of a date the record gives."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, order=True)
class PartialDate:
    """A date known to the day, the month or the year.

    `first` is the earliest day it can be; `last` the latest. Nothing in between is ever assumed:
    a rule that needs a day asks for the end that makes it cautious.

    >>> PartialDate.parse("2021-02").last
    datetime.date(2021, 2, 28)
    """

    first: date
    precision: Precision = Precision.DAY

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or an ISO date-time, whose calendar date is kept as written.

        The time zone is not applied: the day on the clinic's wall is the day of the treatment, in
        whatever zone the computer stands. Raises ValueError for anything else.
        """
        match = _ISO_PREFIX.match(text.strip())
        if match is None:
            message = "not a date of the form YYYY, YYYY-MM or YYYY-MM-DD"
            raise ValueError(message)
        year, month, day = match.groups()
        precision = Precision.DAY if day else Precision.MONTH if month else Precision.YEAR
        return cls(date(int(year), int(month or 1), int(day or 1)), precision)

    @property
    def last(self) -> date:
        """The latest day this date can be."""
        if self.precision is Precision.YEAR:
            return date(self.first.year, 12, 31)
        if self.precision is Precision.MONTH:
            days = calendar.monthrange(self.first.year, self.first.month)[1]
            return self.first.replace(day=days)
        return self.first

    def __str__(self) -> str:
        length = {Precision.DAY: 10, Precision.MONTH: 7, Precision.YEAR: 4}[self.precision]
        return self.first.isoformat()[:length]


def days_before(day: date, days: int) -> date:
    """The day so many days before, or the first there is: records without a date are reviewed on that one."""
    return day - timedelta(days=days) if (day - date.min).days >= days else date.min
