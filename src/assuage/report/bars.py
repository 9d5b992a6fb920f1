"""Bars of counts as a value: one line per row, its parts side by side; a template draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assuage.report.small_cells import Cell

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
    total: str
    label_y: float
    y: float
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class BarChart:
    """All bars on one scale."""

    rows: tuple[BarRow, ...]
    height: int
    bar_height: int = _BAR_PX


def bar_chart(rows: Sequence[tuple[str, Sequence[tuple[str, Cell]], Cell]]) -> BarChart:
    """Lay out `rows` of (name, [(style, count)], total); the longest bar fills the width.

    A hidden count has no part, so that its bar ends before the total.
    """
    longest = max((sum(cell.drawn for _, cell in parts) for _, parts, _ in rows), default=0) or 1
    step = _LABEL_PX + _BAR_PX + _GAP_PX
    return BarChart(
        rows=tuple(
            BarRow(label, str(total), place * step + 13, place * step + _LABEL_PX, _parts(parts, longest))
            for place, (label, parts, total) in enumerate(rows)
        ),
        height=len(rows) * step,
    )


def _parts(parts: Sequence[tuple[str, Cell]], longest: int) -> tuple[Part, ...]:
    placed: list[Part] = []
    before = 0
    for style, cell in parts:
        if cell.drawn:
            x, width = 100 * before / longest, 100 * cell.drawn / longest
            printed = str(cell) if len(parts) > 1 and _fits(cell.drawn, width) else ""
            placed.append(Part(round(x, 2), round(width, 2), style, printed))
        before += cell.drawn
    return tuple(placed)


def _fits(count: int, width_percent: float) -> bool:
    """Whether the count can be read inside its part on a phone, 3.4 px to the per cent, 8 px to the digit."""
    return width_percent * 3.4 >= len(str(count)) * 8 + 6
