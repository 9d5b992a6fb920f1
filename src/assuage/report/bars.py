"""Bars of counts as a value: one line per row, its parts side by side; a template draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_LABEL_PX = 18
_BAR_PX = 18
_GAP_PX = 14


@dataclass(frozen=True)
class Part:
    """One part of a bar, in per cent of the drawing's width."""

    x: float
    width: float
    style: str
    printed: str  # its count, empty where it would not fit, or is all there is


@dataclass(frozen=True)
class BarRow:
    """One bar with its name and total above it, in pixels down the page."""

    label: str
    total: int
    label_y: float
    y: float
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class BarChart:
    """All bars on one scale."""

    rows: tuple[BarRow, ...]
    height: int
    bar_height: int = _BAR_PX


def bar_chart(rows: Sequence[tuple[str, Sequence[tuple[str, int]]]]) -> BarChart:
    """Lay out `rows` of (name, [(style, count)]); the longest bar fills the width."""
    longest = max((sum(count for _, count in parts) for _, parts in rows), default=0) or 1
    step = _LABEL_PX + _BAR_PX + _GAP_PX
    return BarChart(
        rows=tuple(
            BarRow(
                label,
                sum(count for _, count in parts),
                place * step + 13,
                place * step + _LABEL_PX,
                _parts(parts, longest),
            )
            for place, (label, parts) in enumerate(rows)
        ),
        height=len(rows) * step,
    )


def _parts(parts: Sequence[tuple[str, int]], longest: int) -> tuple[Part, ...]:
    placed: list[Part] = []
    before = 0
    for style, count in parts:
        if count:
            x, width = 100 * before / longest, 100 * count / longest
            placed.append(
                Part(
                    round(x, 2),
                    round(width, 2),
                    style,
                    str(count) if len(parts) > 1 and _fits(count, width) else "",
                )
            )
        before += count
    return tuple(placed)


def _fits(count: int, width_percent: float) -> bool:
    """Whether the count can be read inside its part on a phone, 3.4 px to the per cent, 8 px to the digit."""
    return width_percent * 3.4 >= len(str(count)) * 8 + 6
