"""Straight lines through a CT: where each enters the skull's wall and leaves it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from assuage.sources import Provenance, provenance, read_knowledge
from assuage.ultrasound.images.volume import Floats
from assuage.ultrasound.skull.head import AIR_HU, FILE, HALF, Mask, SegmentedHead

LINES_AT_A_TIME = 4096

Real = NDArray[np.float64]


@dataclass(frozen=True)
class WallRules:
    """How a line through the skull's wall is read; see `data/segmentation.yaml`, rays."""

    step_mm: float
    widest_gap_mm: float
    thickest_wall_mm: float
    air_hu: float
    edge_mm: float
    provenance: Provenance


@cache
def wall_rules() -> WallRules:
    """The rules of this package: our own convention, and said to be."""
    fields = read_knowledge(files("assuage.ultrasound.skull") / "data" / FILE)["rays"]
    given = {key: float(value) for key, value in fields.items() if key != "provenance"}
    return WallRules(provenance=provenance(fields["provenance"], file=FILE, entry="rays"), **given)


@dataclass(frozen=True, eq=False)
class Lines:
    """Straight lines in scanner RAS millimetres: starts, shape (n, 3), and unit directions, shape (n, 3)."""

    start_mm: Real
    direction: Real

    def at(self, distance_mm: Real) -> Real:
        """Places at distances from the start: (n,) to (n, 3), (n, m) or (m,) to (n, m, 3)."""
        if distance_mm.ndim == 1 and len(distance_mm) == len(self.start_mm):
            return self.start_mm + distance_mm[:, None] * self.direction
        distances = np.broadcast_to(distance_mm, (len(self.start_mm), distance_mm.shape[-1]))
        places: Real = self.start_mm[:, None, :] + distances[..., None] * self.direction[:, None, :]
        return places


@dataclass(frozen=True, eq=False)
class Crossings:
    """Where lines enter the skull's wall and leave it: mm from each start, shape (n,), NaN without bone."""

    enter_mm: Real
    leave_mm: Real


def crossings(head: SegmentedHead, lines: Lines, first_mm: Real, last_mm: Real) -> Crossings:
    """The first wall between two distances along each line, (n,) each.

    The wall begins at the first bone and ends at the last bone before the first gap that is wider than
    the rules allow. Its faces lie half way, in Hounsfield units, between each table and what is beside it.
    """
    enter, leave = np.full(len(first_mm), np.nan), np.full(len(first_mm), np.nan)
    for start in range(0, len(first_mm), LINES_AT_A_TIME):
        part = slice(start, start + LINES_AT_A_TIME)
        some = Lines(lines.start_mm[part], lines.direction[part])
        enter[part], leave[part] = _walls(head, some, first_mm[part], last_mm[part])
    return Crossings(enter, leave)


def _walls(head: SegmentedHead, lines: Lines, first_mm: Real, last_mm: Real) -> tuple[Real, Real]:
    rules = wall_rules()
    count = int(np.ceil((last_mm - first_mm).max() / rules.step_mm)) + 1
    distances = first_mm[:, None] + rules.step_mm * np.arange(count)
    places = lines.at(distances)
    hu = head.ct.at(places, outside=AIR_HU)
    bone = (hu >= head.bone_hu) & (head.near_skull.at(places, outside=0.0) >= HALF)
    bone &= distances <= last_mm[:, None]
    met = bone.any(axis=1)
    begin = bone.argmax(axis=1)
    end = _last_before_gap(bone, begin, round(rules.widest_gap_mm / rules.step_mm))
    enter = _half_way_place(hu, distances, begin, -1, rules.edge_mm)
    leave = _half_way_place(hu, distances, end, 1, rules.edge_mm)
    return np.where(met, enter, np.nan), np.where(met, leave, np.nan)


def _last_before_gap(bone: Mask, begin: NDArray[np.intp], widest: int) -> NDArray[np.intp]:
    """Index of the last bone of each row before the first `widest` samples in a row without any."""
    last = begin.copy()
    open_still = np.ones(len(bone), dtype=bool)
    for column in range(bone.shape[1]):
        open_still &= (column - last <= widest) | (column < begin)
        last = np.where(open_still & bone[:, column], np.maximum(column, begin), last)
    return last


def _half_way_place(
    hu: Floats, distances: Real, index: NDArray[np.intp], outwards: int, edge_mm: float
) -> Real:
    """Where the profile is half way between a table's peak and what lies `outwards` of it, shape (n,).

    `index` is the outermost sample above the threshold for bone. The threshold alone would place the
    surface too far out, the farther the coarser the CT.
    """
    step = distances[0, 1] - distances[0, 0]
    reach = round(edge_mm / step)
    offsets = -outwards * np.arange(-reach, reach + 1)  # from outside to inside
    columns = np.clip(index[:, None] + offsets, 0, hu.shape[1] - 1)
    profile = np.take_along_axis(hu, columns, axis=1)
    inside = np.arange(reach, 2 * reach + 1)
    peak = profile[:, inside].max(axis=1)
    half = (peak + np.maximum(profile[:, 0], 0)) / 2
    above = profile >= half[:, None]
    above[:, 0] = False
    first = above.argmax(axis=1)
    rows = np.arange(len(index))
    high, low = profile[rows, first], profile[rows, np.maximum(first - 1, 0)]
    share = np.where(high > low, (high - half) / np.where(high > low, high - low, 1), 0.0)
    place: Real = distances[rows, index] + step * outwards * (reach - first + share)
    return place
