"""Three orthogonal slices through the target: the CT in grey, something warm or loud in colour over it."""

from __future__ import annotations

import base64
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assuage.ultrasound.field import Grid
from assuage.ultrasound.images.volume import ImageVolume, on_lattice
from assuage.ultrasound.picture import colours, png

PIXEL_MM = 0.75
GREY_HU = (-200.0, 1800.0)  # black to white: soft tissue dark, bone bright
AIR_HU = -1000.0
SHOWN_FROM = 0.12  # of the highest value: less is left grey
COVER = 0.8  # of the grey that colour hides at most

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Slice:
    """One slice as an image, with the target's place in per cent from the left and from the top."""

    name: str
    to_the_right: str
    upwards: str
    image: str  # data:image/png;base64
    width: int
    height: int
    target_x: float
    target_y: float
    words: str


@dataclass(frozen=True)
class _View:
    name: str
    across: int  # axis that runs to the right of the picture
    up: int
    to_the_right: str
    upwards: str


_VIEWS = (
    _View("axial", 0, 1, "right", "front"),
    _View("coronal", 0, 2, "right", "top"),
    _View("sagittal", 1, 2, "front", "top"),
)


def slices(
    ct: ImageVolume,
    values: NDArray[np.float32],
    grid: Grid,
    target_ras_mm: tuple[float, float, float],
    *,
    low: float,
    high: float,
    what: str,
) -> list[Slice]:
    """Slices of values on a grid (RAS metres) through the target; `low` to `high` fills the scale."""
    shown = on_lattice(values, grid)
    return [_slice(ct, shown, grid, target_ras_mm, view, (low, high), what) for view in _VIEWS]


def _slice(
    ct: ImageVolume,
    shown: ImageVolume,
    grid: Grid,
    target_ras_mm: tuple[float, float, float],
    view: _View,
    scale: tuple[float, float],
    what: str,
) -> Slice:
    across, up = (_axis_mm(grid, axis) for axis in (view.across, view.up))
    places = np.empty((len(up), len(across), 3))
    places[:] = target_ras_mm
    places[..., view.across] = across
    places[..., view.up] = up[::-1, None]
    low, high = scale
    share = np.clip((shown.at(places, outside=low) - low) / max(high - low, 1e-12), 0, 1)
    pixels = _over(_grey(ct.at(places, outside=AIR_HU)), share)
    x = 100 * (target_ras_mm[view.across] - across[0]) / (across[-1] - across[0])
    y = 100 * (up[-1] - target_ras_mm[view.up]) / (up[-1] - up[0])
    image = base64.b64encode(png(pixels)).decode("ascii")
    words = f"{view.name} slice through the target: CT in grey, {what} in colour"
    return Slice(
        view.name,
        view.to_the_right,
        view.upwards,
        f"data:image/png;base64,{image}",
        len(across),
        len(up),
        round(float(x), 2),
        round(float(y), 2),
        words,
    )


def _axis_mm(grid: Grid, axis: int) -> NDArray[np.float64]:
    first, last = 1e3 * grid.axis_m(axis)[[0, -1]]
    return np.arange(first, last + PIXEL_MM / 2, PIXEL_MM)


def _grey(hu: NDArray[np.float32]) -> NDArray[np.float64]:
    """Shape (rows, columns, 3), 0 to 255."""
    low, high = GREY_HU
    level = 235 * np.clip((hu - low) / (high - low), 0, 1)
    return np.repeat(level[..., None].astype(np.float64), 3, axis=-1)


def _over(grey: NDArray[np.float64], share: NDArray[np.float64]) -> Pixels:
    cover = COVER * np.clip((share - SHOWN_FROM) / (1 - SHOWN_FROM), 0, 1)[..., None] ** 0.5
    mixed: Pixels = ((1 - cover) * grey + cover * colours(share)).astype(np.uint8)
    return mixed


def scale_image() -> str:
    """The colour scale, from left to right, as an image."""
    row = colours(np.linspace(0, 1, 128))[None]
    return f"data:image/png;base64,{base64.b64encode(png(row)).decode('ascii')}"
