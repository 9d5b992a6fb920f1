"""From a series of MR images on disk to what was warm, where, how surely, beside what was planned."""

from __future__ import annotations

import json
import math
import statistics
from dataclasses import dataclass
from pathlib import Path

import nibabel
import numpy as np
from numpy.typing import NDArray

from assuage.errors import UnreadableInput, UsageError
from assuage.sound_pages.temperature_course import MeasuredFrame, PlannedRise, TemperatureCourse
from assuage.sound_pages.thermometry_page import thermometry_page
from assuage.ultrasound.heat.bioheat import BODY_C
from assuage.ultrasound.heat.dose import dose_cem43_min
from assuage.ultrasound.images.reader import ImageReader, ReadSeries
from assuage.ultrasound.thermometry.focus import MeasuredFocus, Point, measured_focus
from assuage.ultrasound.thermometry.sequence import COEFFICIENT_PER_C, PrfSequence
from assuage.ultrasound.thermometry.series import ImageSeries
from assuage.ultrasound.thermometry.temperature import TemperatureFrame, averaged, nearest, temperatures
from assuage.workflows.ultrasound_output import NOTICE, output_folder, write_csv, write_page

HEATED_RADIUS_MM = 14.0  # about the target: farther away no heat is expected, and drift is measured
SEARCH_MM = 8.0
FEWEST_BASELINES = 2
AS_STATED = 0.02  # by how much files and what is stated may differ


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


@dataclass(frozen=True)
class SeriesFiles:
    """Where a series is: a DICOM folder or file, one complex NIfTI file, or magnitude and phase [rad].

    `series_numbers` picks the series of a DICOM folder that make it up; all of them where it is empty.
    """

    dicom: Path | None = None
    both: Path | None = None
    magnitude: Path | None = None
    phase: Path | None = None
    series_numbers: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        polar = self.magnitude is not None or self.phase is not None
        if (self.dicom is not None) + (self.both is not None) + polar != 1:
            message = "give either --dicom, or --complex, or --magnitude and --phase"
            raise UsageError(message)
        if polar and (self.magnitude is None or self.phase is None):
            message = "give --magnitude and --phase, or --complex"
            raise UsageError(message)
        if self.series_numbers and self.dicom is None:
            message = "--series picks series of a DICOM folder: give it with --dicom"
            raise UsageError(message)


@dataclass(frozen=True)
class Stated:
    """What the person says about how a series was taken; None leaves it to the files.

    `phase_rises`: the scanner writes phase with the other sign, growing with temperature.
    """

    echo_time_s: float | None = None
    field_strength_t: float | None = None
    frame_s: float | None = None
    phase_rises: bool = False


def read_files(files: SeriesFiles) -> ReadSeries:
    """Read a series in a process of its own, capped in memory and time; raises UnreadableInput."""
    with ImageReader() as reader:
        if files.dicom is not None:
            return reader.read_phase_series(files.dicom, series_numbers=files.series_numbers)
        if files.both is not None:
            return reader.read_complex_nifti(files.both)
        assert files.magnitude is not None  # noqa: S101 - `SeriesFiles` has seen to it
        assert files.phase is not None  # noqa: S101
        return reader.read_polar_nifti(files.magnitude, files.phase)


def scan_of(
    read: ReadSeries,
    stated: Stated,
    *,
    baselines: int,
    target_ras_mm: Point,
    start_c: float = BODY_C,
    moving: bool = False,
) -> Scan:
    """How a series was taken, by its files and by what is stated.

    Raises UsageError where neither says it, and where the two differ: nothing is guessed.
    """
    between = None if read.starts_s is None else _between_s(read.starts_s)
    sign = -1.0 if stated.phase_rises else 1.0
    sequence = PrfSequence(
        _agreed("field strength in T (--field-t)", stated.field_strength_t, read.field_strength_t),
        _agreed("echo time in s (--echo-ms)", stated.echo_time_s, read.echo_time_s),
        sign * COEFFICIENT_PER_C,
    )
    frame_s = _agreed("time from image to image in s (--frame-s)", stated.frame_s, between)
    return Scan(sequence, frame_s, baselines, target_ras_mm, start_c, moving)


def _between_s(starts_s: NDArray[np.float64]) -> float | None:
    return float(statistics.median_low(np.diff(starts_s))) if len(starts_s) > 1 else None


def _agreed(name: str, stated: float | None, in_files: float | None) -> float:
    if in_files is None:
        if stated is None:
            message = f"the files do not say the {name}: give it"
            raise UsageError(message)
        return stated
    if stated is not None and not math.isclose(stated, in_files, rel_tol=AS_STATED):
        message = (
            f"the {name} is {in_files:g} in the files and {stated:g} as given: leave it out, or check it"
        )
        raise UsageError(message)
    return in_files


def image_series(read: ReadSeries, scan: Scan) -> ImageSeries:
    """The images on the clock of the sonication: time 0 is where the first heated image begins."""
    images = read.images
    if len(images) <= scan.baselines:
        message = f"the series has {len(images)} images, {scan.baselines} of them baselines: none is heated"
        raise UsageError(message)
    starts = scan.frame_s * np.arange(len(images)) if read.starts_s is None else read.starts_s
    times = starts - starts[scan.baselines] + scan.frame_s / 2
    return ImageSeries(images, np.asarray(times, dtype=np.float64), read.affine_ras_mm)


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
