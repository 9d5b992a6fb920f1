"""Slices put in order by where they lie, and the affine of the stack they make."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assuage.ultrasound.images.parsed import Acquisition, refused
from assuage.ultrasound.images.pixels import PixelLayout

Real = NDArray[np.float64]
Remarks = tuple[tuple[str, float], ...]

UNEVEN = 0.1  # of a slice distance, and of a pixel: more, and the stack is no lattice
SAME_PLACE_MM = 0.01
TILT_WORTH_SAYING_DEG = 0.1


@dataclass(frozen=True, eq=False)
class SliceHeader:
    """One slice without its pixels; places and directions in scanner RAS.

    `along_columns_ras` is the direction in which the column number grows, `along_rows_ras` that in
    which the row number grows; the position is that of the first pixel's centre. `frame` counts from 0
    in its file.
    """

    path: Path
    modality: str
    series: str
    series_number: int
    columns: int
    rows: int
    position_ras_mm: Real
    along_columns_ras: Real
    along_rows_ras: Real
    between_rows_mm: float
    between_columns_mm: float
    slope: float
    intercept: float
    acquisition: Acquisition
    pixels: PixelLayout
    frame: int


def stacked(slices: Sequence[SliceHeader], folder: Path) -> tuple[Real, tuple[SliceHeader, ...], Remarks]:
    """Affine (4, 4) from (column, row, slice) to scanner RAS mm, slices in order, remarks.

    Raises UnreadableInput for slices that are missing, double, uneven, askew or of different kinds. A
    tilted gantry shears the stack: the affine has the shear, and a remark the angle.
    """
    if len(slices) < 2:
        raise refused(
            folder, "there is one slice only", "the slices of a whole head", "give the folder of the series"
        )
    refuse_different(slices)
    first = slices[0]
    normal = np.cross(first.along_columns_ras, first.along_rows_ras)
    depth = np.array([float(one.position_ras_mm @ normal) for one in slices])
    order = np.argsort(depth, kind="stable")
    _refuse_uneven(depth[order], folder)
    ordered = tuple(slices[i] for i in order)
    places = np.array([one.position_ras_mm for one in ordered])
    step = (places[-1] - places[0]) / (len(places) - 1)
    astray = np.linalg.norm(places - places[0] - np.arange(len(places))[:, None] * step, axis=1).max()
    if astray > UNEVEN * max(first.between_rows_mm, first.between_columns_mm, float(np.linalg.norm(step))):
        raise refused(
            folder,
            f"the slices lie up to {astray:.2f} mm beside a straight stack",
            "slices in a straight stack",
            "export the series as acquired, or resample it where it was made",
        )
    affine = np.eye(4)
    affine[:3, 0] = first.between_columns_mm * first.along_columns_ras
    affine[:3, 1] = first.between_rows_mm * first.along_rows_ras
    affine[:3, 2] = step
    affine[:3, 3] = places[0]
    return affine, ordered, _tilt(step, normal)


def _tilt(step: Real, normal: Real) -> Remarks:
    along = float(step @ normal) / float(np.linalg.norm(step))
    angle = math.degrees(math.acos(min(1.0, along)))
    return (("gantry_tilt_deg", round(angle, 2)),) if angle > TILT_WORTH_SAYING_DEG else ()


def one_slice(one: SliceHeader, thickness_mm: float | None) -> Real:
    """Affine (4, 4) of a single slice; raises UnreadableInput where it does not say how thick it is."""
    if thickness_mm is None or thickness_mm <= 0:
        raise refused(
            one.path,
            "a single slice does not say how thick it is",
            "SliceThickness",
            "export the series as acquired",
        )
    affine = np.eye(4)
    affine[:3, 0] = one.between_columns_mm * one.along_columns_ras
    affine[:3, 1] = one.between_rows_mm * one.along_rows_ras
    affine[:3, 2] = thickness_mm * np.cross(one.along_columns_ras, one.along_rows_ras)
    affine[:3, 3] = one.position_ras_mm
    return affine


def refuse_different(slices: Sequence[SliceHeader]) -> None:
    """Raise UnreadableInput where slices differ in size, spacing, direction or modality, or are askew."""
    first = slices[0]
    for one in slices:
        frames = (one.along_columns_ras, one.along_rows_ras)
        same = (
            (one.rows, one.columns, one.modality) == (first.rows, first.columns, first.modality)
            and math.isclose(one.between_rows_mm, first.between_rows_mm, rel_tol=1e-3)
            and math.isclose(one.between_columns_mm, first.between_columns_mm, rel_tol=1e-3)
            and np.allclose(frames, (first.along_columns_ras, first.along_rows_ras), atol=1e-3)
        )
        if not same:
            raise refused(
                one.path,
                "the slice differs from the others in size, pixel spacing, direction or modality",
                "slices of one kind",
                "give one series its own folder, without scouts and reformats",
            )
    _refuse_crooked(first)


def _refuse_crooked(one: SliceHeader) -> None:
    a, b = one.along_columns_ras, one.along_rows_ras
    square = abs(float(a @ b)) < 1e-3 and all(abs(float(v @ v) - 1) < 1e-3 for v in (a, b))
    if not square or not (one.between_rows_mm > 0 and one.between_columns_mm > 0):
        raise refused(
            one.path,
            "the slice's directions are not at right angles, or its pixels have no size",
            "unit directions at right angles, pixel spacing above 0",
            "export the series as acquired",
        )


def _refuse_uneven(depth_mm: Real, folder: Path) -> None:
    """Refuse two slices at one place, gaps, and distances that differ."""
    apart = np.diff(depth_mm)
    double = int((apart < SAME_PLACE_MM).sum())
    if double:
        raise refused(
            folder,
            f"{double} slices lie where another slice lies",
            "one slice at each place",
            "take out the copies, or keep one echo or time point",
        )
    usual = float(np.median(apart))
    gaps = np.flatnonzero(apart > (1 + UNEVEN) * usual)
    steps = apart[gaps] / usual
    if len(gaps) and np.all(np.abs(steps - np.rint(steps)) < UNEVEN):
        count = int((np.rint(steps) - 1).sum())
        raise refused(
            folder,
            f"{count} slices are missing, the first of them behind slice {int(gaps[0]) + 1}",
            f"a slice every {usual:.3g} mm",
            "fetch the missing slices",
        )
    if np.abs(apart - usual).max() > UNEVEN * usual:
        raise refused(
            folder,
            f"the slices lie {apart.min():.3g} to {apart.max():.3g} mm apart",
            "even distances",
            "give the part with even distances, or resample the series where it was made",
        )
