"""A smooth closed surface in the water about a head, and a wave read on it.

Superellipsoid |x/a|^p + |y/b|^p + |z/c|^p = 1 in the grid's box, without edges, so that an integral over it
by Gauss points in latitude and equal steps in longitude converges like a smooth one. An ellipsoid, p = 2,
stays furthest from the helmet; the larger p, the more of the box, and of a head with corners, is inside.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import scipy.ndimage
from numpy.typing import NDArray

from assuage.ultrasound.field.axisymmetric import gauss_legendre
from assuage.ultrasound.field.grid import Grid
from assuage.ultrasound.field.medium import TissueMaps

Real = NDArray[np.float64]
Complex = NDArray[np.complex128]
POWERS = (2.0, 2.5, 3.0, 4.0)
INSET_CELLS = 1.0  # kept between the surface and the absorber
SPLINE_ORDER = 5  # wrong by 1e-4 at six points per wavelength
STEP_CELLS = 0.02  # of the difference that gives the slope: wrong by 1e-4


@dataclass(frozen=True, eq=False)
class Surface:
    """Quadrature on a closed surface: points (m, 3) in metres, `areas_m2` (m, 3) outward area vectors."""

    points_m: Real
    areas_m2: Real


def surface_in_water(tissue: TissueMaps, wavenumber_rad_m: float) -> tuple[Surface, float]:
    """The surface of the least power that has all tissue inside, and the share of it that lies in tissue.

    Where no power is enough, as with a head that is cut off, the share is above 0 and least; the points in
    tissue are left out.
    """
    least, best = math.inf, None
    for power in POWERS:
        surface = enclosing_surface(tissue.grid, wavenumber_rad_m, power)
        in_water = tissue.is_background(surface.points_m)
        share = float(1 - in_water.mean())
        if share < least:
            least, best = share, Surface(surface.points_m[in_water], surface.areas_m2[in_water])
        if share == 0:
            break
    assert best is not None  # noqa: S101 -- every share is below infinity
    return best, least


def enclosing_surface(grid: Grid, wavenumber_rad_m: float, power: float) -> Surface:
    """The surface just inside a grid, with points for products of two waves of this wavenumber."""
    low = np.array(grid.origin_m)
    half = grid.spacing_m * (np.array(grid.shape) - 1) / 2
    semi_axes = half - INSET_CELLS * grid.spacing_m
    toward_a_corner_m = float(np.linalg.norm(semi_axes)) * 3 ** (-1 / power)
    furthest_m = max(toward_a_corner_m, float(semi_axes.max()))
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
    radius = ((np.abs(toward) / semi_axes) ** power).sum(axis=1) ** (-1 / power)
    gradient = np.sign(toward) * np.abs(toward) ** (power - 1) / semi_axes**power
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
