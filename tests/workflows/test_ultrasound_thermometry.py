"""From NIfTI on disk to temperatures, focus, dose: what was simulated comes back within its uncertainty."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import nibabel
import numpy as np
import pytest

from assuage.ultrasound.heat.bioheat import BODY_C
from assuage.ultrasound.images.series_writer import write_series_dicom
from assuage.ultrasound.thermometry.sequence import STANDARD
from assuage.ultrasound.thermometry.series import ImageSeries
from assuage.ultrasound.thermometry.simulate import exported
from assuage.workflows.ultrasound_thermometry import (
    Scan,
    SeriesFiles,
    Stated,
    Thermometry,
    image_series,
    measure,
    planned_rise,
    read_files,
    scan_of,
)
from ultrasound.thermometry.made_up_heat import BASELINES, FOCUS_RAS_MM, FRAME_S, hot_spot, imaging, scan
from workflows.sound_command import fus

RISE_C = 19.0
SCAN = Scan(STANDARD, FRAME_S, BASELINES, (5.0, -8.0, 12.5))


def save(values: np.ndarray, affine: np.ndarray, path: Path, *, code: int = 1) -> Path:
    image = nibabel.Nifti1Image(np.moveaxis(values, 0, 3), affine)
    image.set_sform(affine, code)
    image.set_qform(affine, code)
    nibabel.save(image, path)
    return path


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("series")
    how = imaging()
    before, during = scan(how, hot_spot(RISE_C), 3, frames=8)
    images = np.concatenate([before.images, during.images])
    plan = {"times_s": [0, 12, 30], "rise_per_watt_c": {"low": [0, 0.01, 0], "central": [0, 0.04, 0]}}
    plan["rise_per_watt_c"]["high"] = [0, 0.05, 0]
    whole = ImageSeries(images, np.concatenate([before.times_s, during.times_s]), how.affine)
    (folder / "plan.json").write_text(json.dumps({"heat": plan}), encoding="utf-8")
    return {
        "magnitude": save(np.abs(images).astype(np.float32), how.affine, folder / "m.nii.gz"),
        "phase": save(np.angle(images).astype(np.float32), how.affine, folder / "p.nii.gz"),
        "both": save(images.astype(np.complex64), how.affine, folder / "c.nii.gz"),
        "nowhere": save(np.abs(images).astype(np.float32), how.affine, folder / "n.nii.gz", code=0),
        "flat": _flat(folder / "flat.nii.gz"),
        "plan": folder / "plan.json",
        "dicom": write_series_dicom(exported(whole, how), folder / "dicom", description="made-up head"),
    }


def _flat(path: Path) -> Path:
    nibabel.save(nibabel.Nifti1Image(np.zeros((4, 4, 4), np.float32), np.eye(4)), path)
    return path


def arguments(files: dict[str, Path], *more: str) -> list[str]:
    base = ["thermometry", "--baselines", str(BASELINES), "--echo-ms", "13", "--field-t", "3"]
    base += ["--frame-s", str(FRAME_S), "--target", "5.0", "-8.0", "12.5"]
    return [*base, *more]


def series_of(files: dict[str, Path], *kinds: str) -> ImageSeries:
    return image_series(read_files(SeriesFiles(**{kind: files[kind] for kind in kinds})), SCAN)


def measured(files: dict[str, Path], *kinds: str) -> Thermometry:
    return measure(series_of(files, *kinds), SCAN)


def test_the_focus_that_was_made_up_is_found(files: dict[str, Path]) -> None:
    course = measured(files, "magnitude", "phase").course
    assert course.focus is not None
    assert np.linalg.norm(np.subtract(course.focus.position_ras_mm, FOCUS_RAS_MM)) < 0.5
    last = course.frames[-1]
    assert last.focus is not None
    assert last.focus.rise_c == pytest.approx(RISE_C, abs=3)
    assert [frame.time_s for frame in course.frames] == [FRAME_S * (n + 0.5) for n in range(8)]


def test_a_complex_file_and_its_magnitude_and_phase_say_the_same(files: dict[str, Path]) -> None:
    one, other = measured(files, "magnitude", "phase"), measured(files, "both")
    for a, b in zip(one.frames, other.frames, strict=True):
        assert np.allclose(a.rise_c, b.rise_c, atol=1e-3, equal_nan=True)


def test_dicom_and_nifti_say_the_same_to_the_rounding_of_stored_integers(files: dict[str, Path]) -> None:
    """A phase is stored in 65536 steps of a turn: half a step in each of two images is 7e-4 degrees here."""
    step_c = 2 * np.pi / 65536 / abs(STANDARD.phase_rad_per_c)
    one, other = measured(files, "dicom"), measured(files, "both")
    assert [frame.time_s for frame in one.course.frames] == [frame.time_s for frame in other.course.frames]
    for a, b in zip(one.frames, other.frames, strict=True):
        assert (np.isfinite(a.rise_c) == np.isfinite(b.rise_c)).mean() > 0.999  # at the limit of signal
        assert np.nanmax(np.abs(a.rise_c - b.rise_c)) < 2 * step_c
    assert one.course.focus is not None
    assert other.course.focus is not None
    assert one.course.focus.rise_c == pytest.approx(other.course.focus.rise_c, abs=step_c)


def test_a_dicom_series_says_itself_how_it_was_taken(files: dict[str, Path]) -> None:
    read = read_files(SeriesFiles(dicom=files["dicom"]))
    scan = scan_of(read, Stated(), baselines=BASELINES, target_ras_mm=SCAN.target_ras_mm)
    assert scan.frame_s == pytest.approx(FRAME_S)
    assert scan.sequence.phase_rad_per_c == pytest.approx(STANDARD.phase_rad_per_c)


def test_a_gap_between_images_is_a_gap_in_time(files: dict[str, Path]) -> None:
    read = read_files(SeriesFiles(dicom=files["dicom"]))
    assert read.starts_s is not None
    keep = np.arange(len(read.images)) != 9
    gapped = replace(read, images=read.images[keep], starts_s=read.starts_s[keep])
    times = image_series(gapped, SCAN).times_s
    assert np.allclose(np.diff(times)[7:10], [FRAME_S, 2 * FRAME_S, FRAME_S])
    assert times[BASELINES] == pytest.approx(FRAME_S / 2)


def test_a_scanner_with_the_other_sign_of_phase_is_named(files: dict[str, Path]) -> None:
    read = read_files(SeriesFiles(both=files["both"]))
    turned = replace(read, images=read.images.conj())
    stated = Stated(13e-3, 3.0, FRAME_S, phase_rises=True)
    scan = scan_of(turned, stated, baselines=BASELINES, target_ras_mm=SCAN.target_ras_mm)
    course = measure(image_series(turned, scan), scan).course
    assert course.focus is not None
    assert course.focus.rise_c == pytest.approx(RISE_C, abs=3)


def test_a_start_a_degree_higher_is_a_course_a_degree_higher_and_about_twice_the_dose(
    files: dict[str, Path],
) -> None:
    series = series_of(files, "both")
    cool, warm = (measure(series, replace(SCAN, start_c=start)).course for start in (37.0, 38.0))
    assert cool.doses_cem43_min is not None
    assert warm.doses_cem43_min is not None
    low, central, high = cool.doses_cem43_min
    assert low < central < high
    assert warm.doses_cem43_min[1] == pytest.approx(2 * central, rel=0.1)


def test_files_and_page_are_written(files: dict[str, Path], tmp_path: Path, capsys) -> None:
    out = tmp_path / "out"
    more = ["--magnitude", str(files["magnitude"]), "--phase", str(files["phase"]), "--out", str(out)]
    more += ["--plan", str(files["plan"]), "--power-w", "475"]
    assert fus(arguments(files, *more)) == 0
    assert "not for driving a device" in capsys.readouterr().out
    temperature = nibabel.load(out / "temperature_c.nii.gz")
    source = nibabel.load(files["magnitude"])
    assert temperature.shape == (*source.shape[:3], 8)
    assert np.allclose(temperature.affine, source.affine)
    assert np.nanmedian(np.asarray(temperature.dataobj)) == pytest.approx(BODY_C, abs=0.3)
    rows = list(csv.DictReader((out / "course.csv").open()))
    assert len(rows) == 8
    assert float(rows[-1]["off_target_mm"]) < 1.2
    assert "475 W" in (out / "thermometry.html").read_text(encoding="utf-8")


def test_dicom_needs_no_more_than_baselines_and_target(files: dict[str, Path], tmp_path: Path) -> None:
    given = ["thermometry", "--dicom", str(files["dicom"]), "--baselines", str(BASELINES)]
    assert fus([*given, "--target", "5.0", "-8.0", "12.5", "--out", str(tmp_path / "out")]) == 0
    rows = list(csv.DictReader((tmp_path / "out" / "course.csv").open()))
    assert [float(row["time_s"]) for row in rows] == [FRAME_S * (n + 0.5) for n in range(8)]


def test_nifti_does_not_say_how_it_was_taken(files: dict[str, Path], tmp_path: Path, capsys) -> None:
    given = ["thermometry", "--complex", str(files["both"]), "--baselines", str(BASELINES)]
    assert fus([*given, "--target", "5.0", "-8.0", "12.5", "--out", str(tmp_path / "out")]) == 2
    assert "do not say the field strength in T (--field-t)" in " ".join(capsys.readouterr().err.split())


def test_a_plan_is_scaled_by_the_power(files: dict[str, Path]) -> None:
    weak, strong = (planned_rise(files["plan"], power) for power in (100.0, 300.0))
    assert weak.central_c == (0.0, 4.0, 0.0)
    assert strong.high_c == tuple(3 * rise for rise in weak.high_c)


def test_a_series_without_signal_is_unknown_and_not_cold(files: dict[str, Path]) -> None:
    series = series_of(files, "both")
    places = series.positions_ras_mm()
    near = np.linalg.norm(places - np.array(SCAN.target_ras_mm), axis=-1) < 12
    random = np.random.default_rng(0)
    images = series.images.copy()
    noise = random.standard_normal((2, len(images), int(near.sum()))) / 20
    images[:, near] = (noise[0] + 1j * noise[1]).astype(np.complex64)
    course = measure(replace(series, images=images), SCAN).course
    assert course.focus is None
    assert course.doses_cem43_min is None


@pytest.mark.parametrize(
    ("given", "code", "words"),
    [
        (["--magnitude", "magnitude"], 2, "give --magnitude and --phase"),
        (["--complex", "both", "--phase", "phase"], 2, "either --dicom, or --complex"),
        (["--complex", "both", "--dicom", "dicom"], 2, "either --dicom, or --complex"),
        ([], 2, "either --dicom, or --complex"),
        (["--complex", "both", "--series", "3"], 2, "give it with --dicom"),
        (["--dicom", "dicom", "--echo-ms", "20"], 2, "0.013 in the files and 0.02 as given"),
        (["--dicom", "dicom", "--frame-s", "7"], 2, "3.5 in the files and 7 as given"),
        (["--dicom", "dicom", "--series", "7"], 3, "none of those series"),
        (["--dicom", "dicom", "--series", "2"], 3, "show only: phase"),
        (["--complex", "magnitude"], 3, "not complex"),
        (["--magnitude", "flat", "--phase", "phase"], 3, "it has 3 axes"),
        (["--magnitude", "nowhere", "--phase", "phase"], 3, "does not say where in space the image lies"),
        (["--magnitude", "plan", "--phase", "phase"], 3, "the file is not NIfTI"),
        (["--complex", "both", "--plan", "plan"], 2, "go together"),
        (["--complex", "both", "--power-w", "300", "--plan", "flat"], 3, "no planned heat"),
    ],
)
def test_what_does_not_go_together_is_refused(
    files: dict[str, Path], tmp_path: Path, capsys, given: list[str], code: int, words: str
) -> None:
    named = [str(files.get(text, text)) for text in given]
    assert fus(arguments(files, *named, "--out", str(tmp_path / "out"))) == code
    assert words in " ".join(capsys.readouterr().err.split())


def test_a_target_far_from_the_slices_is_refused(files: dict[str, Path], capsys) -> None:
    far = arguments(files, "--complex", str(files["both"]))
    far[far.index("12.5")] = "90"
    assert fus(far) == 2
    assert "no voxel lies within 8 mm" in " ".join(capsys.readouterr().err.split())
