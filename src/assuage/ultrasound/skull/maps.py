"""What the solver sees of a head: sound speed, density and attenuation on a grid, from its CT."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assuage.ultrasound.field.grid import Grid
from assuage.ultrasound.field.materials import BRAIN, SKIN, WATER, Material
from assuage.ultrasound.field.medium import TissueMaps
from assuage.ultrasound.images.volume import Floats
from assuage.ultrasound.skull.head import AIR_HU, HALF, Mask, SegmentedHead, thresholds
from assuage.ultrasound.skull.properties import PropertyMap

TABLE_HZ = 500e3  # the frequency of the table that the soft tissues come from
MOST_SAMPLES_PER_SIDE = 4
NODES_AT_A_TIME = 1_000_000


@dataclass(frozen=True)
class SoftTissues:
    """What is not bone, at one frequency: around the head, between skin and skull, inside the skull.

    Air, in a sinus too, is taken as `water`: a fluid of air would ask for a lattice five times finer, and
    elements whose line meets air are off (see `rays`).
    """

    water: Material
    scalp: Material
    brain: Material


def soft_tissues(frequency_hz: float) -> SoftTissues:
    """Water, skin and brain of the benchmark table (Aubry et al. 2022, doi 10.1121/10.0013426).

    The table holds at 500 kHz; absorption in proportion to frequency is our convention.
    """
    scalp, brain = (
        Material(
            m.name,
            m.sound_speed_m_s,
            m.density_kg_m3,
            m.absorption_np_m * frequency_hz / TABLE_HZ,
            f"{m.source}; absorption in proportion to frequency",
        )
        for m in (SKIN, BRAIN)
    )
    return SoftTissues(WATER, scalp, brain)


def tissue_maps(
    head: SegmentedHead,
    grid: Grid,
    property_map: PropertyMap,
    frequency_hz: float,
    *,
    soft: SoftTissues | None = None,
) -> TissueMaps:
    """Tissue maps on a grid whose frame is RAS in metres; bone by the map, the rest by `soft`.

    `soft` is `soft_tissues(frequency_hz)` where it is not given. The maps' absorption is the map's
    attenuation: all that the wave loses. A grid coarser than the CT averages density and
    compressibility over each voxel, as the solver expects where an interface cuts one.
    """
    tissues = soft_tissues(frequency_hz) if soft is None else soft
    properties = _soft_properties(head, grid, tissues)
    near = np.argwhere(head.near_skull.on_grid(grid, outside=0.0) >= HALF)
    for first in range(0, len(near), NODES_AT_A_TIME):
        nodes = near[first : first + NODES_AT_A_TIME]
        touched, found = _voxel_means(head, grid, nodes, property_map, frequency_hz, tissues)
        for values, means in zip(properties, found, strict=True):
            values[tuple(nodes[touched].T)] = means[touched]
    return TissueMaps(grid, tissues.water, *properties)


def bone_mask(head: SegmentedHead, grid: Grid) -> Mask:
    """Which nodes of a grid (frame: RAS in metres) lie in the skull's bone, shape `grid.shape`."""
    bone = head.ct.on_grid(grid, outside=AIR_HU) >= head.bone_hu
    return bone & (head.near_skull.on_grid(grid, outside=0.0) >= HALF)


def brain_mask(head: SegmentedHead, grid: Grid) -> Mask:
    """Which nodes of a grid (frame: RAS in metres) are brain: inside the skull or deep in the head."""
    inside = head.enclosed.on_grid(grid, outside=0.0) >= HALF
    return inside & ~bone_mask(head, grid) & (head.ct.on_grid(grid, outside=AIR_HU) > thresholds().soft_hu)


def _soft_properties(head: SegmentedHead, grid: Grid, tissues: SoftTissues) -> tuple[Floats, Floats, Floats]:
    """Speed, density and absorption with soft tissue and water everywhere, bone not yet put in."""
    solid = head.ct.on_grid(grid, outside=AIR_HU) > thresholds().soft_hu
    solid &= head.head.on_grid(grid, outside=0.0) >= HALF
    brain = solid & (head.enclosed.on_grid(grid, outside=0.0) >= HALF)
    return _filled(solid, brain, tissues)


def _filled(solid: Mask, brain: Mask, tissues: SoftTissues) -> tuple[Floats, Floats, Floats]:
    """Speed, density and absorption of water, scalp where `solid`, brain where `brain`."""
    order = (tissues.water, tissues.scalp, tissues.brain)
    which = solid.astype(np.int8) + brain
    speed, density, absorption = (
        np.array(column, dtype=np.float32)[which]
        for column in zip(
            *((m.sound_speed_m_s, m.density_kg_m3, m.absorption_np_m) for m in order), strict=True
        )
    )
    return speed, density, absorption


def _voxel_means(
    head: SegmentedHead,
    grid: Grid,
    nodes: NDArray[np.intp],
    property_map: PropertyMap,
    frequency_hz: float,
    tissues: SoftTissues,
) -> tuple[Mask, tuple[Floats, Floats, Floats]]:
    """Which voxels about some nodes hold bone; speed, density and absorption of all, shape (n,) each."""
    centres_mm = 1e3 * (np.array(grid.origin_m) + grid.spacing_m * nodes)
    brain = head.enclosed.at(centres_mm, outside=0.0) >= HALF
    offsets = _offsets_mm(head, grid)
    density, squeeze, absorption = (np.zeros(len(nodes), dtype=np.float32) for _ in range(3))
    touched = np.zeros(len(nodes), dtype=bool)
    for offset in offsets:
        hu = head.ct.at(centres_mm + offset, outside=AIR_HU)
        solid = hu > thresholds().soft_hu
        c, rho, alpha = _filled(solid, solid & brain, tissues)
        bone = hu >= head.bone_hu
        found = property_map.properties(hu[bone], frequency_hz, head.hu_max)
        # Where a map goes below soft tissue at the edge of bone, the edge is soft tissue.
        c[bone] = np.maximum(found.sound_speed_m_s, tissues.water.sound_speed_m_s)
        rho[bone] = np.maximum(found.density_kg_m3, tissues.water.density_kg_m3)
        alpha[bone] = found.attenuation_np_m
        density += rho
        squeeze += 1 / (rho * c**2)
        absorption += alpha
        touched |= bone
    count = np.float32(len(offsets))
    return touched, (np.sqrt(count**2 / (density * squeeze)), density / count, absorption / count)


def _offsets_mm(head: SegmentedHead, grid: Grid) -> NDArray[np.float64]:
    """Sample places about a node, shape (n, 3): as many along a side as CT voxels lie in a grid voxel."""
    spacing_mm = 1e3 * grid.spacing_m
    count = math.ceil(spacing_mm / min(head.ct.spacing_mm) - 0.1)
    count = min(max(count, 1), MOST_SAMPLES_PER_SIDE)
    along = spacing_mm * ((np.arange(count) + 0.5) / count - 0.5)
    return np.array(list(itertools.product(along, repeat=3)))
