"""The Rayleigh integral over a radiating surface, by brute force.

    p(x) = -(i k_0 p_0 / 2 pi) Int_S exp(ikR) / R dS,   k_0 = w/c, k = w/c + i absorption

Lord Rayleigh, The Theory of Sound, vol. II, section 278. The surface is sampled by an equal-area
spiral, so the integral is a plain sum.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from assuage.ultrasound.field.sources import Bowl, Disc, perpendicular, unit

GOLDEN_TURN_RAD = np.pi * (1 + np.sqrt(5))


def surface_samples_m(source: Bowl | Disc, count: int) -> tuple[NDArray[np.float64], float]:
    """Points spread evenly over the surface, shape (count, 3), and the area of each in m2."""
    share = (np.arange(count) + 0.5) / count
    azimuth = GOLDEN_TURN_RAD * (np.arange(count) + 0.5)
    if isinstance(source, Disc):
        off_axis = source.radius_m * np.sqrt(share)
        depth = np.zeros(count)
        axis, origin = unit(source.normal), np.asarray(source.centre_m)
        area = np.pi * source.radius_m**2 / count
    else:
        radius = source.curvature_radius_m
        cosine = 1 - source.rim_depth_m / radius * share
        off_axis, depth = radius * np.sqrt(1 - cosine**2), radius * (1 - cosine)
        axis, origin = unit(source.axis), np.asarray(source.apex_m)
        area = 2 * np.pi * radius * source.rim_depth_m / count
    across = perpendicular(axis)
    second = np.cross(axis, across)
    points = (
        origin
        + depth[:, None] * axis
        + (off_axis * np.cos(azimuth))[:, None] * across
        + (off_axis * np.sin(azimuth))[:, None] * second
    )
    return points, area


def pressure_pa(
    source: Bowl | Disc,
    wavenumber_rad_m: complex,
    points_m: NDArray[np.float64],
    *,
    samples: int = 20_000,
) -> NDArray[np.complex128]:
    """Complex pressure at points of shape (n, 3), result shape (n,)."""
    surface, area = surface_samples_m(source, samples)
    front = -1j * wavenumber_rad_m.real * source.drive_pressure_pa / (2 * np.pi) * area
    front = front * np.exp(1j * source.phase_rad)
    result = np.empty(len(points_m), dtype=np.complex128)
    for number, point in enumerate(points_m):
        distance = np.linalg.norm(surface - point, axis=1)
        result[number] = front * np.sum(np.exp(1j * wavenumber_rad_m * distance) / distance)
    return result
