"""An element as it sounds in water, tabulated once for all: its field, and what it hears of a wave.

By reciprocity an element hears, averaged over its disc, what its own field would make at the source.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assuage.errors import UsageError
from assuage.ultrasound.field.axisymmetric import wave_cone
from assuage.ultrasound.field.sources import Disc
from assuage.ultrasound.plan.kernels import hear
from assuage.ultrasound.plan.surface import Surface

Real = NDArray[np.float64]
Complex = NDArray[np.complex128]
POINTS_PER_WAVELENGTH = 32  # of the table: value and slope are then wrong by 1e-4 and 1e-3
LEAST_DEPTH_WAVELENGTHS = 0.25  # nearer to an element's plane the table does not hold


@dataclass(frozen=True, eq=False)
class Elements:
    """Equal discs in water: centres and unit normals, shape (n, 3), grid metres, and their radius."""

    centres_m: Real
    normals: Real
    radius_m: float


def heard(elements: Elements, surface: Surface, value: Complex, slope: Complex, k: complex) -> Complex:
    """What each element would make, per pascal of drive, at the source of an outgoing wave; shape (n,).

    The wave, of a source of unit strength, is known by value and slope (times area) on a closed surface
    about it; k is the wavenumber of the water beyond. Raises UsageError where the surface reaches the
    plane of an element.
    """
    nearest, deepest, widest = demand_room(elements, surface, k)
    step_m = 2 * math.pi / k.real / POINTS_PER_WAVELENGTH
    first_m = nearest - 2 * step_m
    depths: Real = first_m + step_m * np.arange(int((deepest - first_m) / step_m) + 4, dtype=np.float64)
    radii: Real = step_m * np.arange(-1, int(widest / step_m) + 4, dtype=np.float64)
    disc = Disc((0.0, 0.0, 0.0), (0.0, 0.0, 1.0), elements.radius_m)
    cone = wave_cone(
        disc, k, reach_radius_m=float(radii[-1]), reach_depth_m=float(depths[-1]), clearance_m=first_m
    )
    table = cone.pressure_pa(np.abs(radii), depths)
    answer: Complex = hear(
        elements.centres_m,
        elements.normals,
        surface.points_m,
        surface.areas_m2,
        value,
        slope,
        table,
        first_m,
        step_m,
    )
    return answer


def demand_room(elements: Elements, surface: Surface, k: complex) -> tuple[float, float, float]:
    """Least and greatest depth, greatest radius of surface points in the elements' frames, metres.

    Raises UsageError where the surface reaches the plane of an element.
    """
    nearest, deepest, widest = _reach(elements, surface)
    if nearest < LEAST_DEPTH_WAVELENGTHS * 2 * math.pi / k.real:
        message = (
            f"the region about the head comes within {1e3 * nearest:.1f} mm of the plane of an element: the"
            " head is too large for this helmet, or sits too far to one side of it"
        )
        raise UsageError(message)
    return nearest, deepest, widest


def _reach(elements: Elements, surface: Surface) -> tuple[float, float, float]:
    nearest, deepest, widest = math.inf, -math.inf, 0.0
    for centre, normal in zip(elements.centres_m, elements.normals, strict=True):
        away = surface.points_m - centre
        depth = away @ normal
        square = (away**2).sum(axis=1) - depth**2
        nearest, deepest = min(nearest, float(depth.min())), max(deepest, float(depth.max()))
        widest = max(widest, float(square.max()))
    return nearest, deepest, math.sqrt(widest)


def sounded(elements: Elements, point_m: tuple[float, float, float], k: complex) -> Complex:
    """What each element makes at a point in water, per pascal of drive, shape (n,).

    The element's field by Gauss points over the disc: exact to rounding a few wavelengths away.
    """
    points, areas = _disc_points(elements, k.real)
    distance = np.linalg.norm(points - np.array(point_m), axis=2)
    made: Complex = -1j * k.real / (2 * np.pi) * (np.exp(1j * k * distance) / distance) @ areas
    return made


def _disc_points(elements: Elements, wavenumber_rad_m: float) -> tuple[Real, Real]:
    """Points on the discs, shape (n, q, 3), and their areas, shape (q,)."""
    size = wavenumber_rad_m * elements.radius_m
    node, weight = np.polynomial.legendre.leggauss(4 + int(size / 2))
    square, share = (1 + node) / 2, weight / 2
    turns = 12 + 2 * int(size)
    angle = 2 * np.pi * np.arange(turns) / turns
    across = elements.radius_m * np.sqrt(square)
    least = np.eye(3)[np.argmin(np.abs(elements.normals), axis=1)]
    first = np.cross(elements.normals, least)
    first /= np.linalg.norm(first, axis=1)[:, None]
    second = np.cross(elements.normals, first)
    offsets = (
        np.outer(across, np.cos(angle)).ravel()[None, :, None] * first[:, None, :]
        + np.outer(across, np.sin(angle)).ravel()[None, :, None] * second[:, None, :]
    )
    areas = np.repeat(share, turns) * np.pi * elements.radius_m**2 / turns
    return elements.centres_m[:, None, :] + offsets, areas
