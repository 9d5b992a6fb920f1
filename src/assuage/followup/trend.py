"""Which way readings go: a robust slope with its interval, and weeks that begin another level."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from assuage.codes.clinical import instruments
from assuage.dates import PartialDate, Precision
from assuage.followup.model import ChangePoint, Direction, Reading, Slope, Trend
from assuage.followup.rules import rules
from assuage.measures.change import change

MONTH_DAYS = 365.25 / 12
_WEEK_DAYS = 7
_Z_95 = statistics.NormalDist().inv_cdf(0.975)


def middle_day(when: PartialDate) -> float:
    """The middle of a partial date, as a day number."""
    return (when.first.toordinal() + when.last.toordinal()) / 2


def place_days(reading: Reading) -> float | None:
    """Where a reading stands in time, as a day number; None for one without a month.

    A date known to the year could lie before or after any other of that year.
    """
    if reading.when is None or reading.when.precision is Precision.YEAR:
        return None
    if reading.until is not None:
        return (reading.when.first.toordinal() + reading.until.toordinal()) / 2
    return middle_day(reading.when)


def trend_of(readings: Sequence[Reading], condition: str | None) -> Trend | None:
    """The trend of readings that have a month; None for fewer than two different days."""
    placed = sorted(
        ((day, reading) for reading in readings if (day := place_days(reading)) is not None),
        key=lambda each: (each[0], each[1].low, each[1].high),
    )
    found = slope([(day, reading.middle) for day, reading in placed])
    if found is None:
        return None
    values = [reading.middle for _, reading in placed]
    return _trend([reading for _, reading in placed], condition, _way(values, found), found)


def trend_as_listed(readings: Sequence[Reading], condition: str | None) -> Trend | None:
    """The trend of readings without dates, in the order in which the record lists them."""
    if len(readings) < 2:
        return None
    ends = (readings[0], readings[-1])
    apart = ends[0].high < ends[1].low or ends[1].high < ends[0].low
    way = _sign([ends[0].middle, ends[1].middle]) if apart and len(readings) == 2 else None
    if len(readings) > 2:
        way = _sign([reading.middle for reading in readings])
    return _trend(readings, condition, way, None, as_listed=True)


def _trend(
    readings: Sequence[Reading],
    condition: str | None,
    way: int | None,
    found: Slope | None,
    *,
    as_listed: bool = False,
) -> Trend:
    first, last = readings[0], readings[-1]
    moved = change(first.instrument, (first.low, first.high), (last.low, last.high), condition)
    return Trend(first, last, moved, direction(first.instrument, way), found, as_listed)


def direction(instrument: str, way: int | None) -> Direction:
    """What rising (1), falling (-1) or steady (0) readings mean for the person; None is unclear."""
    if way is None:
        return Direction.UNCLEAR
    if way == 0:
        return Direction.STEADY
    worse = (way > 0) == instruments()[instrument].higher_is_worse
    return Direction.WORSENING if worse else Direction.IMPROVING


def slope(points: Sequence[tuple[float, float]]) -> Slope | None:
    """The median of the slopes of all pairs, per month, and its 95 % interval (Theil and Sen).

    `points` are (day number, value) in order of time; None where they have fewer than two different days.
    With fewer than five readings no ranking of them reaches 95 %, so there is no interval.
    """
    days = np.array([day for day, _ in points]) / MONTH_DAYS
    values = np.array([value for _, value in points])
    if len(np.unique(days)) < 2:
        return None
    slopes = _pair_slopes(days, values)
    few = len(points) < rules()["interval_readings"]
    low, high = (None, None) if few else _interval(slopes, days, values)
    return Slope(float(np.median(slopes)), low, high, len(points))


def _pair_slopes(days: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The slopes of all pairs of points on different days, smallest first."""
    first, second = np.triu_indices(len(days), 1)
    apart = days[second] != days[first]
    first, second = first[apart], second[apart]
    return np.sort((values[second] - values[first]) / (days[second] - days[first]))


def _interval(
    slopes: NDArray[np.float64], days: NDArray[np.float64], values: NDArray[np.float64]
) -> tuple[float, float]:
    """The 95 % interval of the median slope by Sen (1968, doi:10.1080/01621459.1968.10480934), ties counted.

    Written out because scipy's takes a second to load and a hundred times as long for a few points.
    """
    count = len(values)
    ties = sum(_tied(np.unique(each, return_counts=True)[1]) for each in (days, values))
    variance = (count * (count - 1) * (2 * count + 5) - ties) / 18
    half_width = _Z_95 * math.sqrt(max(0.0, variance))
    low = max(round((len(slopes) - half_width) / 2) - 1, 0)
    high = min(round((len(slopes) + half_width) / 2), len(slopes) - 1)
    return float(slopes[low]), float(slopes[high])


def _tied(counts: NDArray[np.int64]) -> int:
    return int(np.sum(counts * (counts - 1) * (2 * counts + 5)))


def _way(values: Sequence[float], found: Slope) -> int | None:
    """Rising or falling by the interval; of few readings only where every step goes the same way."""
    if found.low is None or found.high is None:
        return _sign(values)
    if found.low > 0:
        return 1
    if found.high < 0:
        return -1
    return 0 if found.low == found.high == 0 else None


def _sign(values: Sequence[float]) -> int | None:
    steps = {(after > before) - (after < before) for before, after in pairwise(values)}
    if steps == {0}:
        return 0
    return None if {1, -1} <= steps else max(steps, key=abs)


def change_points(instrument: str, days: Mapping[date, float]) -> tuple[ChangePoint, ...]:
    """Weeks from which the weekly mean stands at another level, first to last.

    `days` are daily values. Weeks with fewer than four days are left out; weekly means are taken because days
    next to each other are alike, which would make every test too sure. Pettitt's test cuts the weeks where
    they differ most, if its approximate p is small enough, and then each part again.
    """
    weeks = _weekly(days)
    starts, values = [week for week, _ in weeks], np.array([mean for _, mean in weeks])
    cuts = sorted(_cuts(values, 0))
    edges = [0, *(cut for cut, _ in cuts), len(values)]
    return tuple(
        ChangePoint(
            instrument,
            starts[cut],
            before=float(np.median(values[edges[place] : cut])),
            after=float(np.median(values[cut : edges[place + 2]])),
            p=p,
        )
        for place, (cut, p) in enumerate(cuts)
    )


def _weekly(days: Mapping[date, float]) -> list[tuple[date, float]]:
    if not days:
        return []
    first = min(days)
    weeks: dict[int, list[float]] = defaultdict(list)
    for day, value in days.items():
        weeks[(day - first).days // _WEEK_DAYS].append(value)
    return [
        (first + timedelta(days=_WEEK_DAYS * number), sum(weeks[number]) / len(weeks[number]))
        for number in sorted(weeks)
        if len(weeks[number]) >= rules()["week_days"]
    ]


def _cuts(values: np.ndarray[tuple[int], np.dtype[np.float64]], offset: int) -> list[tuple[int, float]]:
    """Places where a new level begins, with their p, in this part and the parts of it."""
    fewest = rules()["change_point_weeks"]
    if len(values) < 2 * fewest:
        return []
    cut, p = pettitt(values)
    if p > rules()["change_point_p"] or not fewest <= cut <= len(values) - fewest:
        return []
    return [(offset + cut, p), *_cuts(values[:cut], offset), *_cuts(values[cut:], offset + cut)]


def pettitt(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[int, float]:
    """Where a series changes level most, and the approximate p of that (Pettitt 1979).

    The place is the index of the first value of the new level. With ranks R,
    U(t) = 2 sum R(1..t) - t (n + 1); K is its largest size, and p is about 2 exp(-6 K^2 / (n^3 + n^2)).
    """
    from scipy.stats import rankdata

    n = len(values)
    u = 2 * np.cumsum(rankdata(values))[:-1] - np.arange(1, n) * (n + 1)
    place = int(np.argmax(np.abs(u)))
    k = float(abs(u[place]))
    return place + 1, min(1.0, 2 * math.exp(-6 * k**2 / (n**3 + n**2)))
