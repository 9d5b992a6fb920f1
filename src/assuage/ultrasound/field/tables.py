"""Compiled loops that fill and read tables over (distance from an axis, depth)."""

# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import math
from dataclasses import dataclass

import assuage.ultrasound.field.threads  # isort: skip  (before numba)  # noqa: F401

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from assuage.ultrasound.field.axisymmetric import gauss_legendre
from assuage.ultrasound.field.sources import Bowl, Disc

Real = NDArray[np.float64]


@njit(inline="always")
def _cubic(t):
    """Lagrange weights of nodes -1, 0, 1, 2 at 0 <= t < 1."""
    return (
        -t * (t - 1.0) * (t - 2.0) / 6.0,
        (t + 1.0) * (t - 1.0) * (t - 2.0) / 2.0,
        -(t + 1.0) * t * (t - 2.0) / 2.0,
        (t + 1.0) * t * (t - 1.0) / 6.0,
    )


@njit(parallel=True, cache=True, fastmath=True)
def _add(out, x, y, z, apex, axis, table, first_m, step_m, low_m, high_m, strength):
    for i in prange(len(x)):
        dx = x[i] - apex[0]
        for j in range(len(y)):
            dy = y[j] - apex[1]
            part = dx * axis[0] + dy * axis[1]
            flat = dx * dx + dy * dy
            for k in range(len(z)):
                dz = z[k] - apex[2]
                depth = part + dz * axis[2]
                if depth < low_m or depth >= high_m:
                    continue
                radius = math.sqrt(max(flat + dz * dz - depth * depth, 0.0)) / step_m + 1.0
                place = (depth - first_m) / step_m
                m, n = int(place), int(radius)
                a = _cubic(place - m)
                b = _cubic(radius - n)
                real, imag = 0.0, 0.0
                for p in range(4):
                    row_real, row_imag = 0.0, 0.0
                    for q in range(4):
                        value = table[m - 1 + p, n - 1 + q]
                        row_real += b[q] * value.real
                        row_imag += b[q] * value.imag
                    real += a[p] * row_real
                    imag += a[p] * row_imag
                out[i, j, k] += np.complex64(complex(real, imag) * strength)


@dataclass(frozen=True)
class Table:
    """Values of shape (depths, radii) at steps of `step_m`; radii start at minus one step.

    It serves depths from `low_m` up to but not including `high_m`.
    """

    values: NDArray[np.complex64]
    first_depth_m: float
    step_m: float
    low_m: float
    high_m: float


def add_from_table(
    out: NDArray[np.complex64],
    axes_m: tuple[Real, Real, Real],
    frame: tuple[Real, Real],
    table: Table,
    strength: complex,
) -> None:
    """Add strength x table at every node; `frame` is the source's (apex, axis), the axis a unit vector."""
    _add(
        out, *axes_m, *frame,
        table.values, table.first_depth_m, table.step_m, table.low_m, table.high_m, strength,
    )  # fmt: skip


@njit(parallel=True, cache=True, fastmath=True)
def _rings(radii, depths, ring_radius, ring_depth, ring_area, turns, k_real, k_imag):
    out = np.zeros((len(depths), len(radii)), dtype=np.complex128)
    cosines = np.cos((np.arange(turns) + 0.5) * (math.pi / turns))
    for m in prange(len(depths)):
        for n in range(len(radii)):
            real, imag = 0.0, 0.0
            for s in range(len(ring_radius)):
                axial = depths[m] - ring_depth[s]
                square = radii[n] ** 2 + ring_radius[s] ** 2 + axial * axial
                cross = 2.0 * radii[n] * ring_radius[s]
                part_real, part_imag = 0.0, 0.0
                for t in range(turns):
                    distance = math.sqrt(max(square - cross * cosines[t], 1e-12))
                    size = math.exp(-k_imag * distance) / distance
                    part_real += size * math.cos(k_real * distance)
                    part_imag += size * math.sin(k_real * distance)
                real += ring_area[s] / turns * part_real
                imag += ring_area[s] / turns * part_imag
            out[m, n] = complex(real, imag)
    return out


def rim_table(
    source: Bowl | Disc, wavenumber_rad_m: complex, radii_m: Real, depths_m: Real
) -> NDArray[np.complex128]:
    """The Rayleigh integral on a table beside or behind the source, shape (len(depths), len(radii)).

    Within half a wavelength of the radiating surface the quadrature only gives the size of the
    field: nothing is read there but the picture.
    """
    k = wavenumber_rad_m
    size_m = source.aperture_radius_m if isinstance(source, Bowl) else source.radius_m
    count = int(0.6 * k.real * size_m) + 24
    if isinstance(source, Bowl):
        radius = source.curvature_radius_m
        polar, measure = gauss_legendre(0.0, math.asin(source.aperture_radius_m / radius), count)
        ring_radius, ring_depth = radius * np.sin(polar), radius * (1 - np.cos(polar))
        ring_area = 2 * np.pi * radius**2 * np.sin(polar) * measure
    else:
        ring_radius, measure = gauss_legendre(0.0, source.radius_m, count)
        ring_depth, ring_area = np.zeros_like(ring_radius), 2 * np.pi * ring_radius * measure
    turns = int(0.6 * k.real * size_m) + 24
    sums: NDArray[np.complex128] = _rings(
        radii_m, depths_m, ring_radius, ring_depth, ring_area, turns, k.real, k.imag
    )
    front = -1j * k.real * source.drive_pressure_pa / (2 * np.pi) * np.exp(1j * source.phase_rad)
    table: NDArray[np.complex128] = front * sums
    return table
