"""One time axis for everything that happened: days to per cent of the drawing's width."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

_MARGIN_PERCENT = 1.2  # so that a mark on the first or last day is not cut
_SHORTEST_DAYS = 90
_FEWEST_YEARS = 3  # fewer ticks than that are no scale: months then
_MOST_TICKS = 7  # as many labels as fit on a phone


@dataclass(frozen=True)
class Tick:
    """A labelled place on the axis, in per cent of its width."""

    x: float
    label: str


@dataclass(frozen=True)
class TimeAxis:
    """From `first` to `last`, both included."""

    first: date
    last: date

    @classmethod
    def over(cls, days: list[date], as_of: date) -> TimeAxis:
        """The axis that holds all `days` and ends on the day of the review."""
        first = min([*days, as_of - timedelta(days=_SHORTEST_DAYS)])
        return cls(first, max([*days, as_of]))

    def x(self, day: date) -> float:
        """Place of a day in per cent of the width; days beyond the axis lie on its ends."""
        share = (day - self.first).days / (self.last - self.first).days
        return round(_MARGIN_PERCENT + min(max(share, 0.0), 1.0) * (100 - 2 * _MARGIN_PERCENT), 2)

    def ticks(self) -> list[Tick]:
        """First days of years, or of months where the axis is short, evenly thinned."""
        years = self._years()
        is_long = len(years) >= _FEWEST_YEARS
        starts = years if is_long else self._months()
        every = -(-len(starts) // _MOST_TICKS)
        return [Tick(self.x(day), day.isoformat()[: 4 if is_long else 7]) for day in starts[::every]]

    def _years(self) -> list[date]:
        years = range(self.first.year, self.last.year + 1)
        return [day for year in years if (day := date(year, 1, 1)) >= self.first]

    def _months(self) -> list[date]:
        numbers = range(self.first.year * 12 + self.first.month - 1, self.last.year * 12 + self.last.month)
        days = [date(month // 12, month % 12 + 1, 1) for month in numbers]
        return [day for day in days if day >= self.first]
