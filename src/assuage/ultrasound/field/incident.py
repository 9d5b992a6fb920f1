"""The field that the source would make in the uniform background, on the nodes of a grid.

Bowls and discs: a table over (distance from the axis, depth) from the cones of plane waves, read
with cubic interpolation. Behind the plane of a bowl's rim, where the cones do not hold, the table
is the Rayleigh integral itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from assuage.ultrasound.field.axisymmetric import wave_cone
from assuage.ultrasound.field.grid import Grid
from assuage.ultrasound.field.halving import NEIGHBOURS, coarse_shape, fill_between
from assuage.ultrasound.field.sources import Bowl, Disc, ElementArray, PlaneWave, Source, unit
from assuage.ultrasound.field.tables import Table, add_from_table, rim_table

Complex64 = NDArray[np.complex64]
Real = NDArray[np.float64]
Frame = tuple[Real, Real]  # (apex, unit vector along the axis)
TABLE_POINTS_PER_WAVELENGTH = 24  # cubic interpolation is then wrong by 1e-4
MANY_ELEMENTS = 16
RIM_POINTS_PER_WAVELENGTH = 12  # beside a source nothing is measured: 2e-3 will do


def incident_pressure_pa(grid: Grid, source: Source, wavenumber_rad_m: complex) -> Complex64:
    """Complex pressure amplitude at every node, shape `grid.shape`."""
    pressure = np.zeros(grid.shape, dtype=np.complex64)
    match source:
        case PlaneWave():
            return _plane_wave(grid, source, wavenumber_rad_m)
        case Bowl() | Disc():
            _add_axisymmetric(pressure, grid, [source], wavenumber_rad_m)
        case ElementArray():
            return _array_pressure(grid, source, wavenumber_rad_m)
    return pressure


def _array_pressure(grid: Grid, array: ElementArray, wavenumber_rad_m: complex) -> Complex64:
    """The sum over elements; on every second node first where there are many and none is near."""
    discs = array.discs()
    wavelength_m = 2 * math.pi / wavenumber_rad_m.real
    sparse = Grid(
        coarse_shape(grid.shape),
        2 * grid.spacing_m,
        tuple(o - 2 * NEIGHBOURS * grid.spacing_m for o in grid.origin_m),  # type: ignore[arg-type]
    )
    # Beside an element the field has finer waves: no element may stand in the ellipsoid that the grid
    # holds. In the grid's corners, where a helmet can reach in, the sum between nodes is then rough.
    ends = [(grid.axis_m(a)[0], grid.axis_m(a)[-1]) for a in range(3)]
    middle = np.array([(hi + lo) / 2 for lo, hi in ends])
    half = np.array([(hi - lo) / 2 + wavelength_m for lo, hi in ends])
    outside = (((array.centres_m - middle) / half) ** 2).sum(axis=1) > 1
    few = len(discs) < MANY_ELEMENTS or sparse.spacing_m > wavelength_m / 2.9
    chosen = sparse if outside.all() and not few else grid
    pressure = np.zeros(chosen.shape, dtype=np.complex64)
    _add_axisymmetric(pressure, chosen, discs, wavenumber_rad_m)
    return pressure if chosen is grid else fill_between(pressure, grid.shape)


def _plane_wave(grid: Grid, wave: PlaneWave, wavenumber_rad_m: complex) -> Complex64:
    direction = unit(wave.direction)
    factors = [
        np.exp(1j * wavenumber_rad_m * direction[a] * (grid.axis_m(a) - wave.through_m[a])) for a in range(3)
    ]
    field = factors[0][:, None, None] * factors[1][None, :, None] * factors[2][None, None, :]
    scaled: Complex64 = (wave.amplitude_pa * field).astype(np.complex64)
    return scaled


def _add_axisymmetric(
    pressure: Complex64, grid: Grid, sources: Sequence[Bowl | Disc], wavenumber_rad_m: complex
) -> None:
    """Add the fields of sources of one shape: the tables of the first serve them all, turned and scaled."""
    frames = [_frame(s) for s in sources]
    strengths = [s.drive_pressure_pa * np.exp(1j * s.phase_rad) for s in sources]
    tables = _tables(sources[0], wavenumber_rad_m, _reach(grid, frames))
    axes_m = (grid.axis_m(0), grid.axis_m(1), grid.axis_m(2))
    for table in tables:
        for frame, strength in zip(frames, strengths, strict=True):
            add_from_table(pressure, axes_m, frame, table, complex(strength / strengths[0]))


@dataclass(frozen=True)
class _Reach:
    """Which part of a source's frame the grid's nodes fall into, metres."""

    radius_m: float
    nearest_m: float
    deepest_m: float


def _reach(grid: Grid, frames: list[Frame]) -> _Reach:
    corners = np.array(list(product(*((grid.axis_m(a)[0], grid.axis_m(a)[-1]) for a in range(3)))))
    depths = [(corners - apex) @ axis for apex, axis in frames]
    widest = [
        np.linalg.norm((corners - apex) - np.outer(d, axis), axis=1).max()
        for (apex, axis), d in zip(frames, depths, strict=True)
    ]
    return _Reach(float(max(widest)), float(np.min(depths)), float(np.max(depths)))


def _tables(source: Bowl | Disc, k: complex, reach: _Reach) -> list[Table]:
    """One table beyond the rim by cones of plane waves, one beside it by the integral, where needed."""
    rim_m = source.rim_depth_m if isinstance(source, Bowl) else 0.0
    wavelength_m = 2 * math.pi / k.real
    split_m = rim_m + wavelength_m / 6
    tables = []
    if reach.deepest_m >= split_m:
        step_m = wavelength_m / TABLE_POINTS_PER_WAVELENGTH
        start_m = max(reach.nearest_m, split_m)
        radii_m, depths_m = _axes(step_m, reach.radius_m, start_m, reach.deepest_m)
        cone = wave_cone(
            source,
            k,
            reach_radius_m=float(radii_m[-1]),
            reach_depth_m=float(depths_m[-1]),
            clearance_m=depths_m[0] - rim_m,
        )
        values = cone.pressure_pa(np.abs(radii_m), depths_m).astype(np.complex64)
        tables.append(Table(values, float(depths_m[0]), step_m, start_m, math.inf))
    if reach.nearest_m < split_m:
        step_m = wavelength_m / RIM_POINTS_PER_WAVELENGTH
        radii_m, depths_m = _axes(step_m, reach.radius_m, reach.nearest_m, min(reach.deepest_m, split_m))
        values = rim_table(source, k, np.abs(radii_m), depths_m).astype(np.complex64)
        tables.append(Table(values, float(depths_m[0]), step_m, -math.inf, split_m))
    return tables


def _axes(step_m: float, radius_m: float, first_m: float, last_m: float) -> tuple[Real, Real]:
    """Radii and depths of a table with the margin that cubic interpolation needs."""
    radii_m = np.arange(-1, int(radius_m / step_m) + 4) * step_m
    depths_m = first_m + np.arange(-1, int((last_m - first_m) / step_m) + 4) * step_m
    return np.asarray(radii_m, dtype=np.float64), np.asarray(depths_m, dtype=np.float64)


def _frame(source: Bowl | Disc) -> Frame:
    if isinstance(source, Bowl):
        return np.asarray(source.apex_m, dtype=np.float64), unit(source.axis)
    return np.asarray(source.centre_m, dtype=np.float64), unit(source.normal)
