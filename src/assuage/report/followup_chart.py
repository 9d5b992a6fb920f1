"""Readings over time as a value: one panel for each instrument, on one time axis; a template draws it.

Places along the axis are per cent of the width; places down the page are pixels.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from assuage.codes.clinical import instruments
from assuage.dates import PartialDate
from assuage.followup.model import FollowUp, Outcome, Reading, Trend
from assuage.followup.trend import MONTH_DAYS, place_days
from assuage.report.axis import Tick, TimeAxis
from assuage.report.followup_rows import account_in_words, value_of, when_of
from assuage.report.wording import Words, number

_HEAD_PX = 26
_NAME_PX = 20
_PLOT_PX = 90
_GAP_PX = 22


@dataclass(frozen=True)
class PanelMark:
    """One reading; `y_low` and `y_high` are the ends of its range, equal for a single value."""

    x: float
    y: float
    y_low: float
    y_high: float
    words: str


@dataclass(frozen=True)
class Line:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class Panel:
    """The readings of one instrument, its two gridlines with their values, and the slope after treatment."""

    name: str
    name_y: float
    gridlines: tuple[tuple[float, str], ...]
    marks: tuple[PanelMark, ...]
    slope: Line | None


@dataclass(frozen=True)
class FollowUpChart:
    """Everything that is drawn; `since_x` is where the treatment stands that outcomes are counted from."""

    ticks: tuple[Tick, ...]
    panels: tuple[Panel, ...]
    since_x: float | None
    since_width: float
    height: int
    first: date | None = None
    last: date | None = None

    @property
    def drawn(self) -> bool:
        """Whether any reading has a place on the axis."""
        return bool(self.panels)


def followup_chart(found: FollowUp, words: Words) -> FollowUpChart:
    """Lay out every dated reading of a follow-up."""
    shown = [outcome for outcome in found.outcomes if any(map(_is_placed, outcome.readings))]
    days = [_day(reading) for outcome in shown for reading in outcome.readings if _is_placed(reading)]
    if not days:
        return FollowUpChart((), (), None, 0.0, 0)
    since = found.since.when if found.since else None
    axis = TimeAxis.over(days + ([since.first, since.last] if since else []), found.as_of)
    panels = tuple(
        _panel(outcome, axis, _HEAD_PX + place * (_NAME_PX + _PLOT_PX + _GAP_PX), words)
        for place, outcome in enumerate(shown)
    )
    return FollowUpChart(
        ticks=tuple(axis.ticks()),
        panels=panels,
        since_x=axis.x(since.first) if since else None,
        since_width=_width(axis, since) if since else 0.0,
        height=_HEAD_PX + len(panels) * (_NAME_PX + _PLOT_PX + _GAP_PX),
        first=axis.first,
        last=axis.last,
    )


def _width(axis: TimeAxis, since: PartialDate) -> float:
    return round(axis.x(since.last) - axis.x(since.first), 2)


def _is_placed(reading: Reading) -> bool:
    return place_days(reading) is not None


def _day(reading: Reading) -> date:
    place = place_days(reading)
    assert place is not None  # noqa: S101 -- only placed readings are drawn
    return date.fromordinal(round(place))


def _panel(outcome: Outcome, axis: TimeAxis, top: float, words: Words) -> Panel:
    placed = [reading for reading in outcome.readings if _is_placed(reading)]
    low, high = _scale(outcome.instrument, placed)
    plot_top = top + _NAME_PX

    def y(value: float) -> float:
        return round(plot_top + _PLOT_PX * (1 - (value - low) / (high - low)), 1)

    name = account_in_words(outcome.account, words)
    marks = tuple(
        PanelMark(
            axis.x(_day(reading)),
            y(reading.middle),
            y(reading.low),
            y(reading.high),
            f"{name} {value_of(reading)}, {when_of(reading)}",
        )
        for reading in sorted(placed, key=_day)
    )
    middle = (low + high) / 2
    printed = (number(low), number(middle) if middle == int(middle) else "", number(high))
    gridlines = tuple(zip(map(y, (low, middle, high)), printed, strict=True))
    return Panel(name, top + 13, gridlines, marks, _slope(outcome.trend, axis, (low, high), y))


def _scale(instrument: str, readings: Sequence[Reading]) -> tuple[float, float]:
    """The ends of the scale: of the instrument, or of the readings where it has no upper end or a far one."""
    coded = instruments()[instrument]
    highest = max(reading.high for reading in readings)
    if coded.highest is None or coded.highest > _FAR * max(highest, 1.0):
        return coded.lowest, float(math.ceil(max(highest * 1.1, coded.lowest + 1.0)))
    return coded.lowest, coded.highest


_FAR = 5.0  # a scale so many times longer than its readings would draw them all on its floor


def _slope(
    trend: Trend | None, axis: TimeAxis, scale: tuple[float, float], y: Callable[[float], float]
) -> Line | None:
    """The slope through the middle of the readings, cut where it leaves the scale."""
    if trend is None or trend.slope is None:
        return None
    ends = _day(trend.first), _day(trend.last)
    middle = (trend.first.middle + trend.last.middle) / 2
    half = trend.slope.per_month * (ends[1] - ends[0]).days / MONTH_DAYS / 2
    values = [min(max(middle + way * half, scale[0]), scale[1]) for way in (-1, 1)]
    return Line(axis.x(ends[0]), y(values[0]), axis.x(ends[1]), y(values[1]))
