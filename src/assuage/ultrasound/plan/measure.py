"""A focus measured between the nodes: place, pressure, sizes; and the loudest places elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.ndimage
from numpy.typing import NDArray

from assuage.errors import UsageError
from assuage.ultrasound.field.grid import Grid
from assuage.ultrasound.field.metrics import LEVEL_3DB, LEVEL_6DB, width_m

Ras = tuple[float, float, float]
Mask = NDArray[np.bool_]
Amplitude = NDArray[np.float32]
SPLINE_ORDER = 5
PROFILE_STEP_MM = 0.1
PROFILE_REACH_MM = 20.0
MARGIN_NODES = 8  # the spline feels the ends of its window that far


@dataclass(frozen=True)
class FocalSpot:
    """A focus, scanner RAS millimetres.

    `shift_mm` is focus minus target, along R, A and S. Widths are those of the profiles through the
    peak along R, A and S; NaN where a profile does not fall that far inside the region.
    """

    position_ras_mm: Ras
    shift_mm: Ras
    peak_pa: float
    target_pa: float
    widths_3db_mm: Ras
    widths_6db_mm: Ras

    @property
    def distance_mm(self) -> float:
        """How far the focus lies from the target."""
        return float(np.linalg.norm(self.shift_mm))


@dataclass(frozen=True)
class Loud:
    """A loud place that is not the focus: where, how loud, and in decibels of the focal pressure."""

    position_ras_mm: Ras
    pressure_pa: float
    of_focus_db: float


class _Window:
    """A part of a complex field about a node, read anywhere inside by quintic splines."""

    def __init__(self, pressure: NDArray[np.complex64], grid: Grid, about_mm: Ras, reach_mm: float) -> None:
        self._spacing_mm = 1e3 * grid.spacing_m
        origin_mm = 1e3 * np.array(grid.origin_m)
        reach = int(np.ceil(reach_mm / self._spacing_mm)) + MARGIN_NODES
        middle = np.rint((np.array(about_mm) - origin_mm) / self._spacing_mm).astype(int)
        low = np.clip(middle - reach, 0, np.array(grid.shape) - 1)
        high = np.minimum(middle + reach + 1, grid.shape)
        part = pressure[tuple(slice(a, b) for a, b in zip(low, high, strict=True))]
        self.low_mm = origin_mm + self._spacing_mm * low
        self.high_mm = self.low_mm + self._spacing_mm * (np.array(part.shape) - 1)
        self._real, self._imag = (
            scipy.ndimage.spline_filter(p, SPLINE_ORDER, output=np.float64) for p in (part.real, part.imag)
        )

    def amplitude_pa(self, points_mm: NDArray[np.float64]) -> NDArray[np.float64]:
        """|p| at points of shape (n, 3), scanner RAS; shape (n,)."""
        place = ((points_mm - self.low_mm) / self._spacing_mm).T
        parts = (
            scipy.ndimage.map_coordinates(p, place, order=SPLINE_ORDER, prefilter=False, mode="nearest")
            for p in (self._real, self._imag)
        )
        amplitude: NDArray[np.float64] = np.hypot(*parts)
        return amplitude


def measure_spot(
    pressure_pa: NDArray[np.complex64], grid: Grid, target_ras_mm: Ras, *, within_mm: float, allowed: Mask
) -> FocalSpot:
    """Find and measure the loudest place within a distance of the target, where `allowed` is true.

    `pressure_pa` is complex, shape `grid.shape`, on a grid in RAS metres. Raises UsageError where nothing
    is allowed near the target.
    """
    amplitude = np.abs(pressure_pa)
    x, y, z = grid.open_mesh_m()
    tx, ty, tz = (1e-3 * c for c in target_ras_mm)
    near = ((x - tx) ** 2 + (y - ty) ** 2 + (z - tz) ** 2 <= (1e-3 * within_mm) ** 2) & allowed
    if not near.any():
        message = f"no brain within {within_mm:g} mm of the target: check the target and the brain mask"
        raise UsageError(message)
    node = np.unravel_index(np.where(near, amplitude, -1).argmax(), grid.shape)
    start = tuple(1e3 * (o + n * grid.spacing_m) for o, n in zip(grid.origin_m, node, strict=True))
    window = _Window(pressure_pa, grid, (start[0], start[1], start[2]), PROFILE_REACH_MM)
    peak_mm = _climb(window, np.array(start), 1e3 * grid.spacing_m)
    peak = float(window.amplitude_pa(peak_mm[None])[0])
    widths = [_widths_mm(window, peak_mm, level * peak) for level in (LEVEL_3DB, LEVEL_6DB)]
    at_target = _Window(pressure_pa, grid, target_ras_mm, 0.0)
    return FocalSpot(
        _triple(peak_mm),
        _triple(peak_mm - np.array(target_ras_mm)),
        peak,
        float(at_target.amplitude_pa(np.array([target_ras_mm]))[0]),
        widths[0],
        widths[1],
    )


def _climb(window: _Window, start_mm: NDArray[np.float64], spacing_mm: float) -> NDArray[np.float64]:
    """The maximum near a node, on ever finer small lattices: to a hundredth of a voxel."""
    offsets = np.stack(np.meshgrid(*3 * [np.arange(-3, 4)], indexing="ij"), axis=-1).reshape(-1, 3)
    place, step = start_mm, spacing_mm / 3
    while step > spacing_mm / 150:
        points = np.clip(place + step * offsets, window.low_mm, window.high_mm)
        place = points[window.amplitude_pa(points).argmax()]
        step /= 3
    return place


def _widths_mm(window: _Window, peak_mm: NDArray[np.float64], level_pa: float) -> Ras:
    widths = []
    steps = PROFILE_STEP_MM * np.arange(
        -round(PROFILE_REACH_MM / PROFILE_STEP_MM), round(PROFILE_REACH_MM / PROFILE_STEP_MM) + 1
    )
    for axis in range(3):
        along = peak_mm[axis] + steps
        inside = (along >= window.low_mm[axis]) & (along <= window.high_mm[axis])
        points = np.repeat(peak_mm[None], int(inside.sum()), axis=0)
        points[:, axis] = along[inside]
        profile = window.amplitude_pa(points).astype(np.float32)
        at = int(np.flatnonzero(inside).searchsorted(len(steps) // 2))
        widths.append(width_m(profile, at, level_pa, PROFILE_STEP_MM))
    return widths[0], widths[1], widths[2]


def side_lobe(amplitude_pa: Amplitude, grid: Grid, spot: FocalSpot, brain: Mask) -> Loud | None:
    """The loudest maximum in the brain that does not belong to the focus; by nodes, not between them.

    A maximum is a node louder than its 26 neighbours; the focus's own is the one within one and a half
    voxels of it.
    """
    peaks = (amplitude_pa == scipy.ndimage.maximum_filter(amplitude_pa, size=3)) & brain
    places = np.argwhere(peaks)
    away_mm = 1e3 * (np.array(grid.origin_m) + grid.spacing_m * places) - np.array(spot.position_ras_mm)
    others = places[np.linalg.norm(away_mm, axis=1) > 1.5e3 * grid.spacing_m]
    if len(others) == 0:
        return None
    best = others[amplitude_pa[tuple(others.T)].argmax()]
    return _loud(amplitude_pa, grid, spot, (int(best[0]), int(best[1]), int(best[2])))


def loudest(amplitude_pa: Amplitude, grid: Grid, spot: FocalSpot, where: Mask) -> Loud | None:
    """The loudest node of a mask, such as bone; None where the mask is empty."""
    if not where.any():
        return None
    i, j, k = np.unravel_index(np.where(where, amplitude_pa, -1).argmax(), grid.shape)
    return _loud(amplitude_pa, grid, spot, (int(i), int(j), int(k)))


def _loud(amplitude_pa: Amplitude, grid: Grid, spot: FocalSpot, node: tuple[int, int, int]) -> Loud:
    pressure = float(amplitude_pa[node])
    place = 1e3 * (np.array(grid.origin_m) + grid.spacing_m * np.array(node))
    return Loud(_triple(place), pressure, float(20 * np.log10(pressure / spot.peak_pa)))


def _triple(values: NDArray[np.float64]) -> Ras:
    x, y, z = (float(v) for v in values)
    return x, y, z
