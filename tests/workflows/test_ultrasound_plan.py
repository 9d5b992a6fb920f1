"""From a CT to a plan's folder: heat obeys its laws, what is written is read back, nonsense is refused."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import nibabel
import numpy as np
import pytest

from assuage.errors import UsageError
from assuage.sound_pages.plan_page import plan_page
from assuage.sound_pages.plan_report import SHARES
from assuage.sound_pages.plan_tables import correction_rows, lesion_rows, limit_rows
from assuage.ultrasound.field import AcousticField, Grid, SolverOptions
from assuage.ultrasound.field.outcome import SolveOutcome
from assuage.ultrasound.heat.bioheat import BODY_C
from assuage.workflows.ultrasound_heat import fine_grid, heat_at, pressure_on, warmed
from assuage.workflows.ultrasound_plan import make_plan, prepared, read_ct
from assuage.workflows.ultrasound_plan_files import read_plan, write_plan
from report.html_page import Page
from sound_pages.planned import SHAPE, small_helmet, small_order, small_plan
from workflows.sound_command import fus


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("plan")
    write_plan(small_plan(), out)
    return out


def test_a_field_between_nodes_is_the_field_itself() -> None:
    """A plane wave at five points per wavelength, read half way between nodes."""
    grid = Grid((40, 40, 40), 1.36e-3, (0.01, -0.02, 0.0))
    k = np.array([400.0, 600.0, -500.0])

    def wave(where: Grid) -> np.ndarray:
        x, y, z = where.open_mesh_m()
        return np.exp(1j * (k[0] * x + k[1] * y + k[2] * z)).astype(np.complex64)

    outcome = SolveOutcome(True, 0.0, 1e-3, 0, 0.0, 0, "given", "none")
    field = AcousticField(grid, 220e3, wave(grid), outcome)
    fine = fine_grid((36.0, 6.0, 27.0), 4e-3)
    assert np.abs(pressure_on(field, fine) - wave(fine)).max() < 0.02


def test_a_box_beyond_the_field_is_refused() -> None:
    outcome = SolveOutcome(True, 0.0, 1e-3, 0, 0.0, 0, "given", "none")
    grid = Grid((10, 10, 10), 1e-3)
    field = AcousticField(grid, 220e3, np.zeros(grid.shape, np.complex64), outcome)
    with pytest.raises(UsageError, match="beyond the region"):
        pressure_on(field, fine_grid((5.0, 5.0, 5.0), 6.8e-3))


def test_the_power_brings_the_central_share_to_the_wanted_peak() -> None:
    heat = small_plan().report.heat
    assert heat.of("central").peak_c == pytest.approx(heat.wanted_peak_c, abs=0.1)


def test_a_larger_share_is_warmer_and_its_lesion_no_smaller() -> None:
    heat = small_plan().report.heat
    low, central, high = (heat.of(share) for share in SHARES)
    assert low.peak_c < central.peak_c < high.peak_c
    for a, b in zip(central.lesions, high.lesions, strict=True):
        assert a.volume_mm3 <= b.volume_mm3
    volumes = [lesion.volume_mm3 for lesion in high.lesions]
    assert volumes == sorted(volumes, reverse=True), "a higher dose encloses less"


def test_power_for_the_wanted_peak_falls_as_the_share_grows() -> None:
    heat = small_plan().report.heat
    low, central, high = (heat.power_for_wanted_w(share) for share in SHARES)
    assert low > central == pytest.approx(heat.acoustic_power_w)
    assert central > high


def test_rise_is_linear_in_power() -> None:
    focus = small_plan().focus
    one, three = (warmed(focus, "central", power, 2.0).peak_c.max() - BODY_C for power in (20.0, 60.0))
    assert three == pytest.approx(3 * one, rel=1e-3)


def test_circulating_water_keeps_its_temperature() -> None:
    whole = small_plan().whole
    water = whole.held
    assert water.any()
    assert (warmed(whole, "high", 100.0, 2.0, longest_step_s=0.25).peak_c[water] == BODY_C).all()


def test_each_node_is_one_tissue_and_bone_takes_more_of_the_sound_than_brain() -> None:
    whole = small_plan().whole
    loss = whole.soft_w_m3 + whole.bone_w_m3
    assert (loss >= 0).all()
    assert loss[whole.of("bone")].mean() > loss[whole.of("brain")].mean()
    assert loss[whole.held].sum() < 0.01 * loss.sum(), "next to nothing is lost in the water about the head"


def test_a_plan_folder_holds_every_element_and_images_in_the_ct_frame(folder: Path) -> None:
    report = small_plan().report
    rows = list(csv.DictReader((folder / "phases.csv").open()))
    assert len(rows) == small_helmet().count
    assert {row["standing"] for row in rows} == set(report.standing.tolist())
    off = [row for row, active in zip(rows, report.plan.problem.active, strict=True) if not active]
    assert all(float(row["drive_pa"]) == 0 for row in off)
    image = nibabel.load(folder / "pressure_pa.nii.gz")
    values = np.asarray(image.dataobj)
    target = report.plan.problem.target.ras_mm
    inside = np.rint(np.linalg.inv(image.affine) @ [*report.focus.spot.position_ras_mm, 1])[:3].astype(int)
    assert values[tuple(inside)] > 0.5 * report.focus.spot.peak_pa
    assert np.linalg.norm(np.subtract(report.focus.spot.position_ras_mm, target)) < 3
    content = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    assert content["notice"] == "Research; not for driving a device."


def test_what_is_read_back_heats_as_what_was_written(folder: Path) -> None:
    made, read = small_plan(), read_plan(folder)
    power = made.report.heat.acoustic_power_w
    again, _ = heat_at(read.focus, read.whole, "central", power, made.report.heat.duration_s)
    assert again.peak_c == pytest.approx(made.report.heat.of("central").peak_c, abs=1e-3)


def test_simulating_more_power_is_warmer(folder: Path, tmp_path: Path, capsys) -> None:
    peaks = []
    for power in ("20", "40"):
        out = tmp_path / power
        assert fus(["simulate", str(folder), "--power-w", power, "--duration-s", "2", "--out", str(out)]) == 0
        heat = json.loads((out / "heat.json").read_text(encoding="utf-8"))["heat"]
        peaks.append([found["peak_c"] for found in heat])
        assert {p.name for p in out.iterdir()} >= {"temperature_c.nii.gz", "focus_dose_cem43_min.nii.gz"}
    assert all(b > a for a, b in zip(*peaks, strict=True))
    assert "not for driving a device" in capsys.readouterr().out


def test_the_tables_say_status_and_source() -> None:
    report = small_plan().report
    rows = {row.name: row for row in limit_rows(report)}
    assert rows["Highest thermal dose of the skull"].source
    assert rows["Predicted focus from target"].status in ("within", "over")
    assert [row.name for row in correction_rows(report)] == ["none", "ray", "full wave"]
    assert {row.interval for row in correction_rows(report)} == {"not sampled"}
    assert [row.threshold for row in lesion_rows(report)] == [f"{t} CEM43 min" for t in (100, 200, 240)]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"frequency_hz": 300e3}, "no 300 kHz"),
        ({"property_map": "cheese"}, "no property map"),
        ({"wanted_peak_c": 30.0}, "wanted peak"),
        ({"wanted_peak_c": 120.0}, "wanted peak"),
        ({"duration_s": 0.0}, "above 0"),
        ({"samples": 2}, "at least one for each"),
    ],
)
def test_an_order_that_can_not_be_met_is_refused_before_any_work(changes: dict, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        replace(small_order(), **changes).refuse_what_does_not_fit()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["plan", "phantom:0"], 2, "say where"),
        (["plan", "phantom:x", "--side", "left"], 2, "no made-up head"),
        (["plan", "ct", "--side", "left"], 2, "--side needs --landmarks"),
        (["plan", "absent.nii.gz", "--target", "0", "0", "0"], 3, "absent.nii.gz"),
        (["simulate", "absent", "--power-w", "1", "--duration-s", "1"], 3, "holds no plan"),
    ],
)
def test_a_wrong_command_line_is_refused_without_a_traceback(
    capsys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert fus(arguments) == code
    assert words in " ".join(capsys.readouterr().err.split())


def test_landmarks_from_a_file_name_the_field_that_is_wrong(capsys, tmp_path: Path) -> None:
    marks = tmp_path / "marks.yaml"
    marks.write_text("ac_ras_mm: [0, 12, 0]\npc_ras_mm: [0, -12, 0]\nmidline_ras_mm: [0, 0, 40]\n")
    assert fus(["plan", "phantom:0", "--side", "left", "--landmarks", str(marks)]) == 3
    assert "third_ventricle_width_mm" in " ".join(capsys.readouterr().err.split())


@pytest.mark.long
def test_sampled_maps_and_registration_give_intervals_beside_the_corrections(tmp_path: Path) -> None:
    order = small_order(samples=4)
    ready = prepared(order, *read_ct("phantom:0", SHAPE))
    report = make_plan(ready, SolverOptions(threads=1, tolerance=1e-2), tmp_path).report
    assert [spread.correction for spread in report.spreads] == ["none", "ray", "full wave"]
    full = report.spreads[-1]
    assert full.samples + full.left_out == 4
    assert full.share_of_bound.low <= full.share_of_bound.high <= 1 + 1e-6
    assert "of the bound" in correction_rows(report)[-1].interval
    assert len(list(tmp_path.glob("sample-*.json"))) == 4
    assert "left out" in Page(plan_page(report)).text
