"""The skull density ratio: how soft the diploe is against the outer table, by a CT.

It moves with the CT's kernel and voxel size; report it with both, and let it decide nothing alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from assuage.sources import Provenance, provenance, read_knowledge
from assuage.ultrasound.images.volume import Floats, ImageVolume
from assuage.ultrasound.skull.head import AIR_HU, FILE
from assuage.ultrasound.skull.lines import Lines, Real


@dataclass(frozen=True)
class DensityRatioRule:
    """How the ratio is read from a line; see `data/segmentation.yaml`, density_ratio."""

    peak_hu: float
    sample_mm: float
    samples: int
    before_surface_mm: float
    bundle_side: int
    bundle_spacing_mm: float
    provenance: Provenance


@cache
def density_ratio_rule() -> DensityRatioRule:
    """The rule as Kranion has it."""
    fields = read_knowledge(files("assuage.ultrasound.skull") / "data" / FILE)["density_ratio"]
    return DensityRatioRule(
        float(fields["peak_hu"]),
        float(fields["sample_mm"]),
        int(fields["samples"]),
        float(fields["before_surface_mm"]),
        int(fields["bundle_side"]),
        float(fields["bundle_spacing_mm"]),
        provenance(fields["provenance"], file=FILE, entry="density_ratio"),
    )


def bundle_offsets_mm(direction: Real) -> Real:
    """Where the lines of a square bundle start, beside each line: directions (n, 3) to (n, m, 3), mm."""
    rule = density_ratio_rule()
    # Any two axes across the line will do; the one along which it points least is never parallel to it.
    least = np.eye(3)[np.abs(direction).argmin(axis=1)]
    u = np.cross(direction, least)
    u /= np.linalg.norm(u, axis=1, keepdims=True)
    v = np.cross(direction, u)
    steps = rule.bundle_spacing_mm * (np.arange(rule.bundle_side) - (rule.bundle_side - 1) / 2)
    a, b = (s.ravel() for s in np.meshgrid(steps, steps, indexing="ij"))
    offsets: Real = a[None, :, None] * u[:, None, :] + b[None, :, None] * v[:, None, :]
    return offsets


def density_ratios(ct: ImageVolume, lines: Lines, outer_mm: Real) -> Real:
    """The ratio of each line, shape (n,): lowest between the tables' peaks, over the outer table's peak.

    `outer_mm` is the distance of the outer surface from each line's start. From either end of the window
    the first sample that reaches `peak_hu` leads up to the first peak. NaN where no sample does; 0 where
    the lowest is below water; 1 where both ends lead to one peak.
    """
    rule = density_ratio_rule()
    ratios = np.full(len(outer_mm), np.nan)
    known = np.isfinite(outer_mm)
    some = Lines(lines.start_mm[known], lines.direction[known])
    window = rule.sample_mm * np.arange(rule.samples) - rule.before_surface_mm
    hu = ct.at(some.at(outer_mm[known][:, None] + window), outside=AIR_HU)
    ratios[known] = ratios_of_profiles(hu)
    return ratios


def ratios_of_profiles(hu: Floats) -> Real:
    """The ratio of profiles of Hounsfield units that run from outside in, shape (n, m) to (n,)."""
    outer = _first_peak(hu)
    inner = hu.shape[1] - 1 - _first_peak(hu[:, ::-1])
    columns = np.arange(hu.shape[1])
    between = (columns >= outer[:, None]) & (columns <= inner[:, None])
    lowest = np.where(between, hu, np.inf).min(axis=1)
    peak = hu[np.arange(len(hu)), np.clip(outer, 0, hu.shape[1] - 1)]
    found = (hu >= density_ratio_rule().peak_hu).any(axis=1)
    ratios: Real = np.full(len(hu), np.nan)
    ratios[found] = np.clip(lowest[found] / peak[found], 0, 1)
    return ratios


def _first_peak(hu: Floats) -> NDArray[np.intp]:
    """Index where Hounsfield units, having reached `peak_hu`, first stop climbing; shape (n, m) to (n,)."""
    reached = np.maximum.accumulate(hu >= density_ratio_rule().peak_hu, axis=1)
    falls = np.ones(hu.shape, dtype=bool)  # the last sample has nowhere to climb to
    falls[:, :-1] = hu[:, 1:] < hu[:, :-1]
    peaks: NDArray[np.intp] = (reached & falls).argmax(axis=1)
    return peaks
