"""Lines, bands and marks over two axes, as values that a template draws.

Places along the drawing are per cent of its width, so that it fits a phone without shrinking its text;
places down it are pixels.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

_TOP_PX, _BOTTOM_PX = 14.0, 24.0
_LEFT_PERCENT, _RIGHT_PERCENT = 1.0, 1.5


@dataclass(frozen=True)
class Mark:
    """A dot, the ends of its standard uncertainty, and what it says."""

    x: float
    y: float
    y_low: float
    y_high: float
    style: str
    words: str


@dataclass(frozen=True)
class Plot:
    """A drawing. Paths are in a box of 100 by `height`, stretched to the width."""

    height: int
    x_ticks: tuple[tuple[float, str], ...]
    y_ticks: tuple[tuple[float, str], ...]
    bands: tuple[tuple[str, str], ...]
    lines: tuple[tuple[str, str], ...]
    marks: tuple[Mark, ...]


@dataclass
class Plotter:
    """Collects what is drawn over given ranges of x and y."""

    x_range: tuple[float, float]
    y_range: tuple[float, float]
    height: int = 240
    _bands: list[tuple[str, str]] = field(default_factory=list)
    _lines: list[tuple[str, str]] = field(default_factory=list)
    _marks: list[Mark] = field(default_factory=list)

    def x(self, value: float) -> float:
        """Per cent of the width."""
        low, high = self.x_range
        width = 100 - _LEFT_PERCENT - _RIGHT_PERCENT
        return round(_LEFT_PERCENT + width * (value - low) / (high - low), 2)

    def y(self, value: float) -> float:
        """Pixels from the top; what lies beyond the range lies on its ends."""
        low, high = self.y_range
        share = (min(max(value, low), high) - low) / (high - low)
        return round(self.height - _BOTTOM_PX - share * (self.height - _TOP_PX - _BOTTOM_PX), 1)

    def band(self, style: str, xs: Sequence[float], lows: Sequence[float], highs: Sequence[float]) -> None:
        """The area between two lines."""
        there = [f"{self.x(x)} {self.y(y)}" for x, y in zip(xs, highs, strict=True)]
        back = [f"{self.x(x)} {self.y(y)}" for x, y in zip(xs, lows, strict=True)][::-1]
        self._bands.append((style, f"M{'L'.join(there + back)}Z"))

    def line(self, style: str, xs: Sequence[float], ys: Sequence[float]) -> None:
        """A line through points."""
        points = "L".join(f"{self.x(x)} {self.y(y)}" for x, y in zip(xs, ys, strict=True))
        self._lines.append((style, f"M{points}"))

    def mark(self, style: str, x: float, y: float, sd: float, words: str) -> None:
        """A dot with one standard uncertainty to each side."""
        self._marks.append(Mark(self.x(x), self.y(y), self.y(y - sd), self.y(y + sd), style, words))

    def drawn(self, x_unit: str, y_unit: str) -> Plot:
        """What was collected, with axes."""
        xs, ys = round_values(*self.x_range, most=6), round_values(*self.y_range, most=6)
        return Plot(
            self.height,
            tuple((self.x(x), f"{x:g} {x_unit}".rstrip()) for x in xs),
            tuple((self.y(y), f"{y:g} {y_unit}".rstrip()) for y in ys),
            tuple(self._bands),
            tuple(self._lines),
            tuple(self._marks),
        )


def round_values(low: float, high: float, *, most: int) -> list[float]:
    """Round values between two, at most so many.

    >>> round_values(-3, 31, most=5)
    [0.0, 10.0, 20.0, 30.0]
    """
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * times for times in (1, 2, 5, 10) if power * times >= rough)
    first = math.ceil(low / step - 1e-9)
    return [round(step * n, 9) for n in range(first, math.floor(high / step + 1e-9) + 1)]
