"""How far a field is from a reference, as the published intercomparison counts it.

Aubry et al. 2022, doi 10.1121/10.0013426; definitions as in ucl-bug/transcranial-ultrasound-benchmarks
(computeDifferenceMetrics.m, fwhm2.m). Complex L2 is ours: |p| agrees long before the phases do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Real = NDArray[np.float64]


@dataclass(frozen=True)
class Difference:
    """Percentages are of the reference's maximum (Linf), norm (L2) or peak; positions in mm."""

    amplitude_linf_percent: float
    amplitude_l2_percent: float
    complex_l2_percent: float
    focal_pressure_percent: float
    focal_position_mm: float


def difference(
    reference_pa: NDArray[np.complex128],
    tested_pa: NDArray[np.complex128],
    spacing_m: float,
    focal_rows: slice,
) -> Difference:
    """Compare two complex fields on one plane, axis 0 along the beam; NaN in the reference is left out.

    The peak is looked for in the planes `focal_rows`, so that a maximum in bone is not taken for the focus.
    The focal pressure's difference is signed: positive where the tested one is higher.
    """
    known = np.isfinite(reference_pa)
    exact, tested = np.where(known, reference_pa, 0), np.where(known, tested_pa, 0)
    a, b = np.abs(exact), np.abs(tested)
    focus_a, focus_b = a[focal_rows], b[focal_rows]
    place_a = np.unravel_index(focus_a.argmax(), focus_a.shape)
    place_b = np.unravel_index(focus_b.argmax(), focus_b.shape)
    return Difference(
        100 * float(np.abs(a - b).max() / a.max()),
        100 * float(np.linalg.norm(a - b) / np.linalg.norm(a)),
        100 * float(np.linalg.norm(exact - tested) / np.linalg.norm(exact)),
        100 * float(focus_b.max() / focus_a.max() - 1),
        1e3 * spacing_m * float(np.linalg.norm(np.subtract(place_a, place_b))),
    )


@dataclass(frozen=True)
class Focus:
    """The focus of a field: peak, place, and sizes along the three axes at -3 and -6 dB.

    Sizes are widths in metres of the profile through the peak, NaN where the profile does not fall
    that far inside the grid; volumes are of the largest connected region above the level.
    """

    peak_pa: float
    position_m: tuple[float, float, float]
    widths_3db_m: tuple[float, float, float]
    widths_6db_m: tuple[float, float, float]
    volume_3db_m3: float
    volume_6db_m3: float


LEVEL_3DB, LEVEL_6DB = 10 ** (-3 / 20), 10 ** (-6 / 20)


def focus_of(
    amplitude_pa: NDArray[np.float32],
    spacing_m: float,
    origin_m: tuple[float, float, float],
    allowed: NDArray[np.bool_] | None = None,
) -> Focus:
    """Find and measure the focus of |p|, shape (nx, ny, nz), among the nodes where `allowed` is true."""
    searched = amplitude_pa if allowed is None else np.where(allowed, amplitude_pa, 0)
    i, j, k = (int(n) for n in np.unravel_index(searched.argmax(), searched.shape))
    peak = float(searched[i, j, k])
    profiles = (amplitude_pa[:, j, k], amplitude_pa[i, :, k], amplitude_pa[i, j, :])
    widths = [
        tuple(width_m(p, at, level * peak, spacing_m) for p, at in zip(profiles, (i, j, k), strict=True))
        for level in (LEVEL_3DB, LEVEL_6DB)
    ]
    volumes = [
        float(_connected(searched >= level * peak, (i, j, k)) * spacing_m**3)
        for level in (LEVEL_3DB, LEVEL_6DB)
    ]
    place = tuple(o + n * spacing_m for o, n in zip(origin_m, (i, j, k), strict=True))
    return Focus(
        peak,
        (place[0], place[1], place[2]),
        (widths[0][0], widths[0][1], widths[0][2]),
        (widths[1][0], widths[1][1], widths[1][2]),
        volumes[0],
        volumes[1],
    )


def width_m(profile_pa: NDArray[np.float32], peak_at: int, level_pa: float, spacing_m: float) -> float:
    """Distance between the crossings of a level on each side of a peak, by linear interpolation.

    >>> width_m(np.array([0.0, 1.0, 2.0, 1.0, 0.0]), 2, 0.5, 1.0)
    3.0
    """
    ends = []
    for step in (-1, 1):
        at = peak_at
        while 0 <= at + step < len(profile_pa) and profile_pa[at + step] >= level_pa:
            at += step
        if not 0 <= at + step < len(profile_pa):
            return float("nan")
        above, below = float(profile_pa[at]), float(profile_pa[at + step])
        ends.append(abs(at - peak_at) + (above - level_pa) / (above - below))
    return float(sum(ends) * spacing_m)


def _connected(mask: NDArray[np.bool_], through: tuple[int, int, int]) -> int:
    """How many nodes hang together with one of them."""
    labels, _ = ndimage.label(mask)
    return int((labels == labels[through]).sum())
