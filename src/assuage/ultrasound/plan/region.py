"""Which part of a head is computed, and the same head by several property maps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assuage.errors import UsageError
from assuage.ultrasound.field.grid import Grid
from assuage.ultrasound.field.medium import TissueMaps
from assuage.ultrasound.skull import SegmentedHead, property_map, tissue_maps
from assuage.ultrasound.target import Target

RIM_CELLS = 5  # of water between the head and the edge of the region
HALF = 0.5


def planning_grid(
    head: SegmentedHead, target: Target, spacing_m: float, *, below_target_mm: float | None = None
) -> Grid:
    """A grid in RAS metres about a head, with a rim of water.

    `below_target_mm` cuts it that far under the target, where the helmet does not reach: what the sound
    meets below is then left out. None keeps the whole head. A node lies on the target.
    """
    mask = head.head.values >= HALF
    if not mask.any():
        message = "the CT shows no head: check the Hounsfield units"
        raise UsageError(message)
    corners = np.argwhere(mask)
    places = head.head.world_ras_mm(np.array([corners.min(axis=0), corners.max(axis=0)]))
    half_voxel_mm = max(head.head.spacing_mm) / 2
    low, high = 1e-3 * (places.min(axis=0) - half_voxel_mm), 1e-3 * (places.max(axis=0) + half_voxel_mm)
    middle = np.array(target.ras_m)
    if below_target_mm is not None:
        low[2] = max(low[2], middle[2] - 1e-3 * below_target_mm)
    if (middle < low).any() or (middle > high).any():
        message = "the target lies outside the head: check the frame of its coordinates (scanner RAS, mm)"
        raise UsageError(message)
    before = np.ceil((middle - low) / spacing_m).astype(int) + RIM_CELLS
    behind = np.ceil((high - middle) / spacing_m).astype(int) + RIM_CELLS
    nx, ny, nz = (int(n) for n in before + behind + 1)
    ox, oy, oz = (float(o) for o in middle - spacing_m * before)
    return Grid((nx, ny, nz), spacing_m, (ox, oy, oz))


@dataclass(frozen=True, eq=False)
class HeadByMaps:
    """One head's tissue maps by any of several published property maps, on one grid; see `Tissues`."""

    head: SegmentedHead
    grid: Grid
    frequency_hz: float
    names: tuple[str, ...]

    def __call__(self, name: str) -> TissueMaps:
        """The tissue maps by one property map."""
        return tissue_maps(self.head, self.grid, property_map(name), self.frequency_hz)
