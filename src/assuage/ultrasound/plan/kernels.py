"""The compiled loop that lets every element hear a wave that leaves a surface."""
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import math

import assuage.ultrasound.field.threads  # isort: skip  (before numba)  # noqa: F401

import numpy as np
from numba import njit, prange


@njit(inline="always")
def _cubic(t):
    """Lagrange weights of nodes -1, 0, 1, 2 at 0 <= t < 1."""
    return (
        -t * (t - 1.0) * (t - 2.0) / 6.0,
        (t + 1.0) * (t - 1.0) * (t - 2.0) / 2.0,
        -(t + 1.0) * t * (t - 2.0) / 2.0,
        (t + 1.0) * t * (t - 1.0) / 6.0,
    )


@njit(inline="always")
def _cubic_slope(t):
    """Their derivatives."""
    return (
        -(3.0 * t * t - 6.0 * t + 2.0) / 6.0,
        (3.0 * t * t - 4.0 * t - 1.0) / 2.0,
        -(3.0 * t * t - 2.0 * t - 2.0) / 2.0,
        (3.0 * t * t - 1.0) / 6.0,
    )


@njit(parallel=True, cache=True, fastmath=True, error_model="numpy")
def hear(centres, axes, points, areas, value, slope, table, first_m, step_m):
    """Sum over the surface of value du/dn - u slope for each element, u the element's field in water.

    centres, axes (n, 3): elements and unit normals; points, areas (m, 3): surface points and outward area
    vectors; value (m,); slope (m,) times area. table (depths, radii): u at steps of step_m, depths from
    first_m, radii from minus one step. All points must lie inside the table.
    """
    out = np.zeros(len(centres), dtype=np.complex128)
    for n in prange(len(centres)):
        cx, cy, cz = centres[n, 0], centres[n, 1], centres[n, 2]
        ax, ay, az = axes[n, 0], axes[n, 1], axes[n, 2]
        heard = 0j
        for m in range(len(points)):
            dx, dy, dz = points[m, 0] - cx, points[m, 1] - cy, points[m, 2] - cz
            depth = dx * ax + dy * ay + dz * az
            radius = math.sqrt(max(dx * dx + dy * dy + dz * dz - depth * depth, 1e-18))
            i = int((depth - first_m) / step_m)
            j = int(radius / step_m) + 1
            s, t = (depth - first_m) / step_m - i, radius / step_m + 1.0 - j
            a, b = _cubic(s), _cubic(t)
            c, d = _cubic_slope(s), _cubic_slope(t)
            u, u_depth, u_radius = 0j, 0j, 0j
            for p in range(4):
                row, row_slope = 0j, 0j
                for q in range(4):
                    w = table[i - 1 + p, j - 1 + q]
                    row += b[q] * w
                    row_slope += d[q] * w
                u += a[p] * row
                u_depth += c[p] * row
                u_radius += a[p] * row_slope
            along = areas[m, 0] * ax + areas[m, 1] * ay + areas[m, 2] * az
            outward = areas[m, 0] * dx + areas[m, 1] * dy + areas[m, 2] * dz - along * depth
            rise = (along * u_depth + outward / radius * u_radius) / step_m
            heard += value[m] * rise - u * slope[m]
        out[n] = heard
    return out
