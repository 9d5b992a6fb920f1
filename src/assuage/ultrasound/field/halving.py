"""Fill a lattice from every second node of it: exact to 1e-4 for waves of three coarse points or more.

A field without sources inside holds only waves of the background's length, so the nodes between
follow from 8 neighbours on each side. The weights are those that are right, in the sense of least
squares, for every wavelength down to that one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Complex64 = NDArray[np.complex64]
NEIGHBOURS = 8  # on each side
HIGHEST_PHASE_RAD = 2 * np.pi / 2.9  # from one coarse node to the next


def midpoint_weights() -> NDArray[np.float64]:
    """Weights of the neighbours 1/2, 3/2, ... coarse steps away, the same on both sides; shape (8,)."""
    phase = np.linspace(0, HIGHEST_PHASE_RAD, 400)
    waves = 2 * np.cos(phase[:, None] * (np.arange(NEIGHBOURS) + 0.5)[None, :])
    weights, *_ = np.linalg.lstsq(waves, np.ones(len(phase)), rcond=None)
    return np.asarray(weights, dtype=np.float64)


def fill_between(coarse: Complex64, shape: tuple[int, int, int]) -> Complex64:
    """The fine lattice of `shape`; coarse node NEIGHBOURS + i is fine node 2 i along each axis."""
    weights = midpoint_weights().astype(np.float32)
    values = coarse
    for axis, size in enumerate(shape):
        values = _fill_axis(np.moveaxis(values, axis, 0), size, weights, axis)
    return np.ascontiguousarray(values)


def _fill_axis(values: Complex64, size: int, weights: NDArray[np.float32], axis: int) -> Complex64:
    even, odd = (size + 1) // 2, size // 2
    fine = np.empty((size, *values.shape[1:]), dtype=np.complex64)
    fine[0::2] = values[NEIGHBOURS : NEIGHBOURS + even]
    between = np.zeros((odd, *values.shape[1:]), dtype=np.complex64)
    for n, weight in enumerate(weights):
        before, after = NEIGHBOURS - n, NEIGHBOURS + 1 + n
        between += weight * (values[before : before + odd] + values[after : after + odd])
    fine[1::2] = between
    return np.moveaxis(fine, 0, axis)


def coarse_shape(shape: tuple[int, int, int]) -> tuple[int, int, int]:
    """How many coarse nodes `fill_between` needs along each axis."""
    nx, ny, nz = (n // 2 + 1 + 2 * NEIGHBOURS for n in shape)
    return nx, ny, nz
