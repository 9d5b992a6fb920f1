"""How each element of a helmet sees the skull: entry, angle, thickness, density ratio, standing.

Elements and target come in RAS metres, the solver's frame; distances go out in millimetres. All lines
are straight, from the element's middle to the target: refraction in the wall is left out here, the
full-wave plan has it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assuage.errors import UsageError
from assuage.sources import Provenance, provenance, read_knowledge
from assuage.ultrasound.skull.density_ratio import bundle_offsets_mm, density_ratios
from assuage.ultrasound.skull.head import AIR_HU, FILE, HALF, Mask, SegmentedHead, thresholds
from assuage.ultrasound.skull.lines import Lines, Real, crossings, wall_rules
from assuage.ultrasound.skull.maps import soft_tissues
from assuage.ultrasound.skull.properties import PropertyMap

LEAST_POINTS_OF_A_PLANE = 6
BUNDLE_BEFORE_MM, BUNDLE_BEHIND_MM = 15.0, 25.0  # a bundle 13 mm across at 45 degrees enters within these


class Standing(StrEnum):
    """Whether an element is used, and why not."""

    ACTIVE = "active"
    WITHOUT_BONE = "active_without_bone"
    STEEP = "beyond_critical_angle"
    AIR = "air_on_the_line"
    CUT = "line_enters_where_the_image_ends"


@dataclass(frozen=True, eq=False)
class SkullRays:
    """What the line from each element to the target meets; arrays of shape (n,) but for the places.

    `outer_ras_mm`, `inner_ras_mm`: where the line enters and leaves the wall, scanner RAS millimetres,
    shape (n, 3). `path_mm` lies between them; `thickness_mm` is that of the wall along its own normal.
    `incidence_deg`: between the line and the normal of the outer surface, 0 to 90, over a patch 9 mm wide.
    `density_ratio`: see `density_ratios`. All are NaN without bone; the ratio also where bone is too soft.
    """

    outer_ras_mm: Real
    inner_ras_mm: Real
    path_mm: Real
    thickness_mm: Real
    incidence_deg: Real
    density_ratio: Real
    meets_air: Mask
    enters_cut: Mask

    @property
    def meets_bone(self) -> Mask:
        """Whether the line meets the skull at all."""
        met: Mask = np.isfinite(self.path_mm)
        return met


@dataclass(frozen=True)
class ActiveRule:
    """The steepest incidence that is used, degrees, where the critical angle is not less."""

    steepest_deg: float
    provenance: Provenance


@cache
def active_rule() -> ActiveRule:
    """The rule as Kranion has it."""
    fields = read_knowledge(files("assuage.ultrasound.skull") / "data" / FILE)["active"]
    return ActiveRule(
        float(fields["steepest_deg"]), provenance(fields["provenance"], file=FILE, entry="active")
    )


def trace_rays(head: SegmentedHead, elements_ras_m: ArrayLike, target_ras_m: ArrayLike) -> SkullRays:
    """Follow the straight line from each element, shape (n, 3), to the target, shape (3,), RAS metres.

    Raises UsageError where the target lies outside the CT.
    """
    starts = 1e3 * np.atleast_2d(np.asarray(elements_ras_m, dtype=np.float64))
    target = 1e3 * np.asarray(target_ras_m, dtype=np.float64)
    if not head.ct.contains(target):
        message = "the target lies outside the CT: give a point inside the head, RAS metres"
        raise UsageError(message)
    length = np.linalg.norm(target - starts, axis=1)
    lines = Lines(starts, (target - starts) / length[:, None])
    wall = crossings(head, lines, np.zeros(len(starts)), length)
    outer, inner = lines.at(wall.enter_mm), lines.at(wall.leave_mm)
    bundle_outer, ratio = _bundles(head, lines, wall.enter_mm)
    normal = _normals(bundle_outer, lines.direction)
    straight = np.clip(np.abs((normal * lines.direction).sum(axis=1)), 0, 1)
    air, cut = _air_and_cut(head, lines, wall.enter_mm, length)
    return SkullRays(
        outer,
        inner,
        wall.leave_mm - wall.enter_mm,
        _thickness_mm(head, outer, normal),
        np.degrees(np.arccos(straight)),
        ratio,
        air,
        cut,
    )


def standings(
    head: SegmentedHead, rays: SkullRays, property_map: PropertyMap, frequency_hz: float
) -> NDArray[np.str_]:
    """A `Standing` for each element, shape (n,): by air, by the image's edge, by the critical angle."""
    limit = critical_angles_deg(head, rays, property_map, frequency_hz)
    result = np.full(len(rays.path_mm), str(Standing.ACTIVE), dtype="U40")
    result[~rays.meets_bone] = Standing.WITHOUT_BONE
    # An angle that is not known can't be below the limit.
    result[rays.meets_bone & ~(rays.incidence_deg <= limit)] = Standing.STEEP
    result[rays.meets_air] = Standing.AIR
    result[rays.enters_cut] = Standing.CUT
    return result


def is_active(standing: NDArray[np.str_]) -> Mask:
    """Which elements are used, shape (n,)."""
    return np.isin(standing, [Standing.ACTIVE, Standing.WITHOUT_BONE])


def critical_angles_deg(
    head: SegmentedHead, rays: SkullRays, property_map: PropertyMap, frequency_hz: float
) -> Real:
    """The steepest incidence at which longitudinal sound still enters the bone, degrees, shape (n,).

    asin(c_water / c_bone), c_bone being the mean speed on the line through the wall; at most
    `active_rule().steepest_deg`. NaN without bone.
    """
    water = soft_tissues(frequency_hz).water.sound_speed_m_s
    bone = wall_speeds_m_s(head, rays, property_map, frequency_hz)
    critical = np.degrees(np.arcsin(np.minimum(water / bone, 1.0)))
    limits: Real = np.minimum(critical, active_rule().steepest_deg)
    return limits


def wall_speeds_m_s(
    head: SegmentedHead, rays: SkullRays, property_map: PropertyMap, frequency_hz: float
) -> Real:
    """Distance over travel time through the wall, m/s, shape (n,); pores and sinuses at brain's speed."""
    tissues = soft_tissues(frequency_hz)
    samples = 64
    share = (np.arange(samples) + 0.5) / samples
    way = rays.inner_ras_mm - rays.outer_ras_mm
    met = rays.meets_bone
    places = rays.outer_ras_mm[met][:, None, :] + share[:, None] * way[met][:, None, :]
    hu = head.ct.at(places, outside=AIR_HU)
    bone = hu >= head.bone_hu
    slowness = np.full(hu.shape, 1 / tissues.brain.sound_speed_m_s)
    slowness[bone] = 1 / property_map.properties(hu[bone], frequency_hz, head.hu_max).sound_speed_m_s
    speeds = np.full(len(met), np.nan)
    speeds[met] = 1 / slowness.mean(axis=1)
    return speeds


def _bundles(head: SegmentedHead, lines: Lines, enter_mm: Real) -> tuple[Real, Real]:
    """Outer points of the bundle about each line, (n, m, 3), and the mean density ratio, (n,)."""
    offsets = bundle_offsets_mm(lines.direction)
    count = offsets.shape[1]
    met = np.isfinite(enter_mm)
    starts = (lines.start_mm[:, None, :] + offsets)[met].reshape(-1, 3)
    many = Lines(starts, np.repeat(lines.direction[met], count, axis=0))
    around = np.repeat(enter_mm[met], count)
    entered = crossings(head, many, around - BUNDLE_BEFORE_MM, around + BUNDLE_BEHIND_MM).enter_mm
    outer = np.full((len(met), count, 3), np.nan)
    outer[met] = many.at(entered).reshape(-1, count, 3)
    ratio = np.full(len(met), np.nan)
    each = density_ratios(head.ct, many, entered).reshape(-1, count)
    known = np.isfinite(each)
    ratio[met] = np.where(known, each, 0).sum(axis=1) / np.where(known.any(axis=1), known.sum(axis=1), np.nan)
    return outer, ratio


def _normals(points_mm: Real, direction: Real) -> Real:
    """Unit normal of the plane through each patch, (n, m, 3) to (n, 3), along the line; NaN where too few."""
    known = np.asarray(np.isfinite(points_mm).all(axis=2))
    enough = np.asarray(known.sum(axis=1) >= LEAST_POINTS_OF_A_PLANE)
    weight = known.astype(np.float64)[..., None]
    filled = np.where(known[..., None], points_mm, 0.0)
    middle = filled.sum(axis=1) / np.maximum(weight.sum(axis=1), 1)
    away = (filled - middle[:, None, :]) * weight
    _, axes = np.linalg.eigh(np.einsum("nmi,nmj->nij", away, away))
    normal = axes[:, :, 0]  # of the smallest spread
    normal = normal * np.sign((normal * direction).sum(axis=1))[:, None]
    result: Real = np.where(enough[:, None], normal, np.nan)
    return result


def _thickness_mm(head: SegmentedHead, outer_mm: Real, normal: Real) -> Real:
    """The wall's thickness along its own inward normal, shape (n,)."""
    known = np.asarray(np.isfinite(outer_mm + normal).all(axis=1))
    back_mm = 2.0  # begin outside: the surface is a patch's, the point one line's
    lines = Lines(outer_mm[known] - back_mm * normal[known], normal[known])
    zero = np.zeros(int(known.sum()))
    wall = crossings(head, lines, zero, zero + back_mm + wall_rules().thickest_wall_mm)
    thickness = np.full(len(known), np.nan)
    thickness[known] = wall.leave_mm - wall.enter_mm
    return thickness


def _air_and_cut(head: SegmentedHead, lines: Lines, enter_mm: Real, length_mm: Real) -> tuple[Mask, Mask]:
    """Whether a line meets air behind the outer surface; whether it enters the image inside tissue."""
    step = 2 * wall_rules().step_mm
    distances = np.arange(0.0, length_mm.max(), step)[None, :]
    places = lines.at(np.broadcast_to(distances, (len(length_mm), distances.shape[1])))
    hu = head.ct.at(places, outside=np.nan)
    solid = hu > thresholds().soft_hu
    in_head = solid & (head.head.at(places, outside=0.0) >= HALF)
    # Without bone the head begins at the skin.
    begin = np.where(np.isfinite(enter_mm), enter_mm, distances[0, in_head.argmax(axis=1)])[:, None]
    between = (distances > begin) & (distances <= length_mm[:, None])
    air = np.asarray((between & (hu <= wall_rules().air_hu)).any(axis=1))
    seen = np.isfinite(hu)
    rows, first = np.arange(len(hu)), seen.argmax(axis=1)
    # An element that stands inside the image enters nothing.
    return air, np.asarray(seen.any(axis=1) & (first > 0) & in_head[rows, first])
