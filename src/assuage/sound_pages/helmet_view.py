"""The helmet laid flat, seen from above the head: its elements coloured by one quantity each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assuage.ultrasound.picture import colours
from assuage.ultrasound.skull.rays import Standing
from assuage.ultrasound.transducer import Helmet

SIZE_PX = 320
_EDGE_PX = 12
_OFF = "#8a949c"

STANDING_WORDS = {
    Standing.ACTIVE: "active, through bone",
    Standing.WITHOUT_BONE: "active, no bone on its line",
    Standing.STEEP: "off: too steep on the bone",
    Standing.AIR: "off: air on its line",
    Standing.CUT: "off: its line enters where the image ends",
}


@dataclass(frozen=True)
class Element:
    """One element as a dot: pixels, and a colour."""

    x: float
    y: float
    colour: str


@dataclass(frozen=True)
class HelmetView:
    """The helmet coloured by one quantity; the ends of the scale in words."""

    title: str
    size: int
    radius: float
    elements: tuple[Element, ...]
    low: str
    high: str


def helmet_view(
    title: str, helmet: Helmet, values: NDArray[np.float64], *, low: str, high: str, top: float | None = None
) -> HelmetView:
    """Elements coloured by values, shape (n,), from 0 to `top` (or the highest); NaN is off, grey."""
    places = _flat_px(helmet)
    known = np.isfinite(values)
    highest = top if top is not None else float(values[known].max(initial=0.0)) or 1.0
    rgb = colours(np.where(known, values, 0.0) / highest)
    elements = tuple(
        Element(
            round(float(x), 1),
            round(float(y), 1),
            f"#{r:02x}{g:02x}{b:02x}" if there else _OFF,
        )
        for (x, y), (r, g, b), there in zip(places, rgb.tolist(), known, strict=True)
    )
    radius = round(0.42 * (SIZE_PX - 2 * _EDGE_PX) / np.sqrt(helmet.count), 1)
    return HelmetView(title, SIZE_PX, radius, elements, low, high)


def _flat_px(helmet: Helmet) -> NDArray[np.float64]:
    """The sphere laid flat with areas kept (Lambert): apex in the middle, right to the right, front up."""
    unit = helmet.centres_mm / np.linalg.norm(helmet.centres_mm, axis=1)[:, None]
    stretch = np.sqrt(2 / (1 + unit[:, 2]))
    flat = unit[:, :2] * stretch[:, None]
    scale = (SIZE_PX / 2 - _EDGE_PX) / np.abs(flat).max()
    places: NDArray[np.float64] = SIZE_PX / 2 + scale * flat * np.array([1, -1])
    return places


def standing_counts(standing: NDArray[np.str_]) -> list[tuple[str, int]]:
    """How many elements stand how, in words, zero left out."""
    counts = Counter(standing.tolist())
    return [(words, counts[str(kind)]) for kind, words in STANDING_WORDS.items() if counts[str(kind)]]
