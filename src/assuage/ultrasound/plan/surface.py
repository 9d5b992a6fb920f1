"""A smooth closed surface in the water about a head, and a wave read on it.

Superellipsoid |x/a|^4 + |y/b|^4 + |z/c|^4 = 1: nearly fills the grid's box, without edges, so that an
integral over it by Gauss points in latitude and equal steps in longitude converges like a smooth one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import scipy.ndimage
from numpy.typing import NDArray

from assuage.ultrasound.field.axisymmetric import gauss_legendre
from assuage.ultrasound.field.grid import Grid

Real = NDArray[np.float64]
Complex = NDArray[np.complex128]
POWER = 4
INSET_CELLS = 1.0  # kept between the surface and the absorber
SPLINE_ORDER = 5  # wrong by 1e-4 at six points per wavelength
STEP_CELLS = 0.02  # of the difference that gives the slope: wrong by 1e-4


@dataclass(frozen=True, eq=False)
class Surface:
    """Quadrature on a closed surface: points (m, 3) in metres, `areas_m2` (m, 3) outward area vectors."""

    points_m: Real
    areas_m2: Real


def enclosing_surface(grid: Grid, wavenumber_rad_m: float) -> Surface:
    """The surface just inside a grid, with points for products of two waves of this wavenumber."""
    low = np.array(grid.origin_m)
    half = grid.spacing_m * (np.array(grid.shape) - 1) / 2
    semi_axes = half - INSET_CELLS * grid.spacing_m
    furthest_m = float(np.linalg.norm(semi_axes)) * 3 ** (-1 / POWER)
    latitudes = math.ceil(1.15 * wavenumber_rad_m * furthest_m) + 15
    cosine, cosine_weight = gauss_legendre(-1.0, 1.0, latitudes)
    longitude = np.arange(2 * latitudes) * np.pi / latitudes
    sine = np.sqrt(1 - cosine**2)
    toward = np.stack(
        [
            np.outer(sine, np.cos(longitude)),
            np.outer(sine, np.sin(longitude)),
            np.outer(cosine, np.ones_like(longitude)),
        ],
        axis=-1,
    ).reshape(-1, 3)
    solid_angle = np.repeat(cosine_weight, 2 * latitudes) * np.pi / latitudes
    radius = ((np.abs(toward) / semi_axes) ** POWER).sum(axis=1) ** (-1 / POWER)
    gradient = np.sign(toward) * np.abs(toward) ** (POWER - 1) / semi_axes**POWER
    along = (gradient * toward).sum(axis=1)
    areas = gradient * (radius**2 * solid_angle / along)[:, None]
    return Surface(low + half + radius[:, None] * toward, areas)


def on_surface(values: NDArray[np.complex64], grid: Grid, surface: Surface) -> tuple[Complex, Complex]:
    """A field and its outward derivative times area, (m,) each, by quintic splines of the grid's nodes."""
    size = np.linalg.norm(surface.areas_m2, axis=1)
    normal = surface.areas_m2 / size[:, None]
    place = (surface.points_m - np.array(grid.origin_m)) / grid.spacing_m
    value = np.zeros(len(place), dtype=np.complex128)
    slope = np.zeros(len(place), dtype=np.complex128)
    for part, unit in ((values.real, 1.0), (values.imag, 1j)):
        spline = scipy.ndimage.spline_filter(part, SPLINE_ORDER, output=np.float64)
        before, after = (
            scipy.ndimage.map_coordinates(spline, (place + s * normal).T, order=SPLINE_ORDER, prefilter=False)
            for s in (-STEP_CELLS, STEP_CELLS)
        )
        value += unit * (before + after) / 2
        slope += unit * (after - before) / (2 * STEP_CELLS * grid.spacing_m)
    return value, slope * size
