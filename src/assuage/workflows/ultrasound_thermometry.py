"""From a series of MR images on disk to what was warm, where, how surely, beside what was planned."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
from nibabel.filebasedimages import ImageFileError
from numpy.typing import NDArray

from assuage.errors import UnreadableInput, UsageError
from assuage.sound_pages.temperature_course import MeasuredFrame, PlannedRise, TemperatureCourse
from assuage.sound_pages.thermometry_page import thermometry_page
from assuage.ultrasound.heat.bioheat import BODY_C
from assuage.ultrasound.heat.dose import dose_cem43_min
from assuage.ultrasound.thermometry.focus import MeasuredFocus, Point, measured_focus
from assuage.ultrasound.thermometry.sequence import PrfSequence
from assuage.ultrasound.thermometry.series import Complex, ImageSeries, complex_images
from assuage.ultrasound.thermometry.temperature import TemperatureFrame, averaged, nearest, temperatures
from assuage.workflows.ultrasound_output import NOTICE, output_folder, write_csv, write_page

HEATED_RADIUS_MM = 14.0  # about the target: farther away no heat is expected, and drift is measured
SEARCH_MM = 8.0
FEWEST_BASELINES = 2
EXPECTED = "a 4-D NIfTI file: three axes of voxels, then time"


@dataclass(frozen=True)
class Scan:
    """How a series was taken, and what is asked of it.

    The first `baselines` images are without heat; heating begins at time 0, where they end. `start_c` is
    the temperature they were taken at: PRF shows differences only.
    """

    sequence: PrfSequence
    frame_s: float
    baselines: int
    target_ras_mm: Point
    start_c: float = BODY_C
    moving: bool = False

    def __post_init__(self) -> None:
        if not (math.isfinite(self.frame_s) and self.frame_s > 0):
            message = f"a frame takes {self.frame_s} s; give a finite time above 0"
            raise UsageError(message)
        if self.baselines < FEWEST_BASELINES:
            message = (
                f"{self.baselines} baselines: give at least {FEWEST_BASELINES}, noise is measured in them"
            )
            raise UsageError(message)


@dataclass(frozen=True, eq=False)
class Thermometry:
    """What a series came to: frames after the baselines, and their course at the focus."""

    frames: tuple[TemperatureFrame, ...]
    affine_ras_mm: NDArray[np.float64]
    course: TemperatureCourse


def read_series(scan: Scan, *, magnitude: Path | None, phase: Path | None, both: Path | None) -> ImageSeries:
    """Read 4-D NIfTI: magnitude and phase in radians, or one complex file (`both`).

    Raises UnreadableInput for files that are none, UsageError where they do not go together.
    """
    if both is not None:
        if magnitude is not None or phase is not None:
            message = "give either --complex, or --magnitude and --phase"
            raise UsageError(message)
        images, affine = _volumes(both, complex_values=True)
        return _series(images.astype(np.complex64), affine, scan)
    if magnitude is None or phase is None:
        message = "give --magnitude and --phase, or --complex"
        raise UsageError(message)
    strengths, affine = _volumes(magnitude, complex_values=False)
    angles, other = _volumes(phase, complex_values=False)
    if not np.allclose(affine, other, atol=1e-3):
        message = "magnitude and phase lie in different places: they must be of one series"
        raise UsageError(message)
    return _series(complex_images(strengths, angles), affine, scan)


def _volumes(path: Path, *, complex_values: bool) -> tuple[NDArray[Any], NDArray[np.float64]]:
    """Values, shape (frames, ni, nj, nk), and the affine."""
    try:
        image = nibabel.load(path)
        values = np.asarray(image.dataobj)
    except (OSError, ValueError, EOFError, ImageFileError) as error:
        found = "it is no readable NIfTI file"
        raise UnreadableInput(found, path=path, expected=EXPECTED, remedy="convert it again") from error
    if values.ndim != 4:
        found = f"it has {values.ndim} axes"
        raise UnreadableInput(found, path=path, expected=EXPECTED, remedy="export the whole series")
    if complex_values != np.iscomplexobj(values):
        found = "its values are complex" if np.iscomplexobj(values) else "its values are not complex"
        remedy = "name it with --complex, or give magnitude and phase"
        raise UnreadableInput(found, path=path, remedy=remedy)
    if int(image.header["qform_code"]) == 0 and int(image.header["sform_code"]) == 0:
        found = "it has no place in the scanner (no qform and no sform)"
        raise UnreadableInput(found, path=path, remedy="convert it with a program that keeps it")
    return np.moveaxis(values, 3, 0), np.asarray(image.affine, dtype=np.float64)


def _series(images: Complex, affine: NDArray[np.float64], scan: Scan) -> ImageSeries:
    if len(images) <= scan.baselines:
        message = f"the series has {len(images)} images, {scan.baselines} of them baselines: none is heated"
        raise UsageError(message)
    times = scan.frame_s * (np.arange(len(images), dtype=np.float64) - scan.baselines + 0.5)
    return ImageSeries(images, times, affine)


def measure(series: ImageSeries, scan: Scan, planned: PlannedRise | None = None) -> Thermometry:
    """Temperatures of a series, the focus frame by frame, and the course and dose at the focus."""
    places = series.positions_ras_mm()
    away = np.linalg.norm(places - np.array(scan.target_ras_mm), axis=-1)
    if away.min() > SEARCH_MM:
        message = f"no voxel lies within {SEARCH_MM:g} mm of the target: give it in scanner RAS millimetres"
        raise UsageError(message)
    frames = tuple(
        temperatures(
            series.images[scan.baselines :],
            series.images[: scan.baselines],
            scan.sequence,
            unheated=away > HEATED_RADIUS_MM,
            referencing=nearest if scan.moving else averaged,
        )
    )
    found = [
        measured_focus(frame, places, near_ras_mm=scan.target_ras_mm, within_mm=SEARCH_MM) for frame in frames
    ]
    best = max((f for f in found if f is not None), key=lambda focus: focus.rise_c, default=None)
    middle = scan.target_ras_mm if best is None else best.position_ras_mm
    voxel = np.unravel_index(np.argmin(np.linalg.norm(places - np.array(middle), axis=-1)), away.shape)
    measured = [
        MeasuredFrame(float(time), float(frame.rise_c[voxel]), float(frame.sd_c[voxel]), focus)
        for time, frame, focus in zip(series.times_s[scan.baselines :], frames, found, strict=True)
    ]
    return Thermometry(frames, series.affine_ras_mm, _course(measured, best, scan, planned))


def _course(
    measured: list[MeasuredFrame], best: MeasuredFocus | None, scan: Scan, planned: PlannedRise | None
) -> TemperatureCourse:
    """The course at the focus; its dose for the rise as measured, and one standard deviation to each side."""
    times = np.array([0.0, *(frame.time_s for frame in measured)])
    rises = np.array([0.0, *(frame.rise_c for frame in measured)])
    sds = np.array([0.0, *(frame.rise_sd_c for frame in measured)])
    doses = tuple(dose_cem43_min(times, scan.start_c + rises + side * sds) for side in (-1, 0, 1))
    return TemperatureCourse(
        tuple(measured),
        best,
        scan.target_ras_mm,
        scan.start_c,
        scan.sequence,
        scan.frame_s,
        None if math.isnan(doses[1]) else doses,
        planned,
    )


def planned_rise(plan: Path, power_w: float) -> PlannedRise:
    """What a plan (plan.json) expects at its focus for a power; raises UnreadableInput for another file."""
    if not (math.isfinite(power_w) and power_w > 0):
        message = f"the acoustic power is {power_w} W; give the power delivered, above 0"
        raise UsageError(message)
    try:
        heat = json.loads(plan.read_text(encoding="utf-8"))["heat"]
        low, central, high = (
            tuple(power_w * float(rise) for rise in heat["rise_per_watt_c"][share])
            for share in ("low", "central", "high")
        )
        return PlannedRise(tuple(map(float, heat["times_s"])), low, central, high, power_w)
    except (OSError, ValueError, KeyError, TypeError) as error:
        found, expected = "it holds no planned heat", "plan.json as assuage fus plan writes it"
        raise UnreadableInput(found, path=plan, expected=expected, remedy="make the plan again") from error


def write_thermometry(done: Thermometry, out: Path) -> tuple[Path, ...]:
    """Write temperature and uncertainty as NIfTI, the course as CSV, and the page."""
    output_folder(out)
    course = done.course
    rises = np.stack([frame.rise_c for frame in done.frames], axis=-1)
    sds = np.stack([frame.sd_c for frame in done.frames], axis=-1)
    written = []
    for name, values in (("temperature_c", course.start_c + rises), ("temperature_sd_c", sds)):
        image = nibabel.Nifti1Image(values.astype(np.float32), done.affine_ras_mm)
        image.header.set_xyzt_units("mm", "sec")
        image.header["pixdim"][4] = course.frame_s
        image.header["descrip"] = NOTICE.encode()
        nibabel.save(image, out / f"{name}.nii.gz")
        written.append(out / f"{name}.nii.gz")
    header = ("time_s", "rise_c", "rise_sd_c", "fitted_rise_c", "fitted_rise_sd_c", "focus_r_mm")
    rows = [_row(frame, course.target_ras_mm) for frame in course.frames]
    written.append(write_csv(out, "course.csv", (*header, "focus_a_mm", "focus_s_mm", "off_target_mm"), rows))
    written.append(write_page(out, "thermometry.html", thermometry_page(course)))
    return tuple(written)


def _row(frame: MeasuredFrame, target_ras_mm: Point) -> list[str]:
    """One line of the table; what was not found stays empty."""
    focus = frame.focus
    values = [frame.time_s, frame.rise_c, frame.rise_sd_c]
    cells = ["" if math.isnan(value) else f"{value:.3f}" for value in values]
    if focus is None:
        return [*cells, *[""] * 6]
    return [
        *cells,
        f"{focus.rise_c:.3f}",
        f"{focus.rise_sd_c:.3f}",
        *(f"{axis:.2f}" for axis in focus.position_ras_mm),
        f"{math.dist(focus.position_ras_mm, target_ras_mm):.2f}",
    ]
