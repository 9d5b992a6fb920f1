"""Where the pressure is known: a regular lattice of nodes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assuage.errors import UsageError

MINIMUM_POINTS_PER_WAVELENGTH = 4.0


@dataclass(frozen=True)
class Grid:
    """Nodes at `origin_m + spacing_m * (i, j, k)`; arrays on it have shape `shape`, axes x, y, z.

    The frame is the source's, in metres: x along the beam of the benchmark sources, right-handed.
    A node stands in the middle of its voxel: voxel i covers x_i - h/2 to x_i + h/2.

    >>> Grid((3, 4, 5), 0.5e-3).axis_m(0).tolist()
    [0.0, 0.0005, 0.001]
    """

    shape: tuple[int, int, int]
    spacing_m: float
    origin_m: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def __post_init__(self) -> None:
        if len(self.shape) != 3 or any(n < 1 for n in self.shape):
            message = f"a grid has three sizes of at least 1 node, not {self.shape}: give nx, ny, nz"
            raise UsageError(message)
        if not (math.isfinite(self.spacing_m) and self.spacing_m > 0):
            message = f"grid spacing is {self.spacing_m} m; it must be a finite number above 0"
            raise UsageError(message)
        if len(self.origin_m) != 3 or not all(map(math.isfinite, self.origin_m)):
            message = "the grid's origin must be three finite coordinates in metres"
            raise UsageError(message)

    @property
    def node_count(self) -> int:
        """How many nodes there are."""
        return math.prod(self.shape)

    def axis_m(self, axis: int) -> NDArray[np.float64]:
        """Node coordinates along one axis, shape (shape[axis],), metres."""
        nodes = np.arange(self.shape[axis], dtype=np.float64)
        return self.origin_m[axis] + self.spacing_m * nodes

    def open_mesh_m(
        self, offset_nodes: tuple[float, float, float] = (0.0, 0.0, 0.0)
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Coordinates that broadcast to `shape`, shifted by a part of a voxel (faces are at 1/2)."""
        x, y, z = (self.axis_m(a) + offset_nodes[a] * self.spacing_m for a in range(3))
        return x[:, None, None], y[None, :, None], z[None, None, :]

    def nearest_node(self, point_m: tuple[float, float, float]) -> tuple[int, int, int]:
        """Index of the node nearest to a point; raises UsageError outside the grid."""
        index = [round((point_m[a] - self.origin_m[a]) / self.spacing_m) for a in range(3)]
        if any(not 0 <= index[a] < self.shape[a] for a in range(3)):
            message = f"the point {point_m} m lies outside the grid: give one inside it"
            raise UsageError(message)
        return index[0], index[1], index[2]

    def box(self, first: tuple[int, int, int], shape: tuple[int, int, int]) -> Grid:
        """The grid of the same lattice that starts at node `first` (negative: before this grid)."""
        ox, oy, oz = (self.origin_m[a] + self.spacing_m * first[a] for a in range(3))
        return Grid(shape, self.spacing_m, (ox, oy, oz))


def refuse_coarse_grid(grid: Grid, frequency_hz: float, slowest_sound_speed_m_s: float) -> None:
    """Raise UsageError unless the shortest wavelength spans at least four grid points."""
    points = slowest_sound_speed_m_s / frequency_hz / grid.spacing_m
    if points < MINIMUM_POINTS_PER_WAVELENGTH * (1 - 1e-9):
        largest_mm = 1e3 * slowest_sound_speed_m_s / frequency_hz / MINIMUM_POINTS_PER_WAVELENGTH
        message = (
            f"{points:.2f} grid points per wavelength, at least {MINIMUM_POINTS_PER_WAVELENGTH:g} are needed"
            f" (6 or more advised): use a spacing of {largest_mm:.3f} mm or less"
        )
        raise UsageError(message)


def refuse_bad_frequency(frequency_hz: float) -> None:
    """Raise UsageError unless the frequency is a finite number above zero."""
    if not (math.isfinite(frequency_hz) and frequency_hz > 0):
        message = f"the frequency is {frequency_hz} Hz; it must be a finite number above 0"
        raise UsageError(message)
