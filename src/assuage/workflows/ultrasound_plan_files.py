"""A plan's folder: what is written, and what a simulation reads back.

`plan.json` names the plan and its numbers, `phases.csv` every element, `heat.npz` where one watt is lost,
so that another power needs no new solve. Images lie in the CT's frame, scanner RAS millimetres.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assuage.errors import UnreadableInput, UsageError
from assuage.sound_pages.plan_page import plan_page
from assuage.sound_pages.plan_report import HeatAt, PlanHeat, PlanReport
from assuage.ultrasound.field import Grid
from assuage.ultrasound.images.volume import on_lattice
from assuage.ultrasound.images.writer import write_nifti
from assuage.ultrasound.plan import CORRECTIONS
from assuage.workflows.ultrasound_heat import HeatModel
from assuage.workflows.ultrasound_output import NOTICE, output_folder, write_csv, write_json, write_page
from assuage.workflows.ultrasound_plan import MadePlan

FORMAT = "assuage-plan/1"
PLAN, HEAT = "plan.json", "heat.npz"
REMEDY = "make the plan again with assuage fus plan"


@dataclass(frozen=True, eq=False)
class ReadPlan:
    """What a simulation needs of a plan: where heat arises, near the focus and in the whole head."""

    content: dict[str, Any]
    focus: HeatModel
    whole: HeatModel


def write_plan(made: MadePlan, out: Path) -> tuple[Path, ...]:
    """Write a plan's folder."""
    output_folder(out)
    report = made.report
    write_image(np.abs(report.focus.field.pressure_pa), report.focus.field.grid, out, "pressure_pa")
    write_image(report.heat.temperature_c, report.heat.grid, out, "temperature_c")
    _write_heat(made, out / HEAT)
    return (
        write_json(out, PLAN, plan_content(report)),
        _write_phases(report, out),
        out / "pressure_pa.nii.gz",
        out / "temperature_c.nii.gz",
        out / HEAT,
        write_page(out, "plan.html", plan_page(report)),
    )


def write_image(values: NDArray[np.floating], grid: Grid, out: Path, name: str) -> Path:
    """Write values on a grid as NIfTI in scanner RAS millimetres."""
    path = out / f"{name}.nii.gz"
    write_nifti(on_lattice(values.astype(np.float32), grid), path)
    return path


def plan_content(report: PlanReport) -> dict[str, Any]:
    """A plan as JSON. It says what was planned, never what was delivered."""
    problem, focus = report.plan.problem, report.focus
    return {
        "format": FORMAT,
        "notice": NOTICE,
        "frequency_hz": problem.frequency_hz,
        "target": {"name": problem.target.name, "ras_mm": problem.target.ras_mm},
        "helmet": problem.placed.helmet.name,
        "helmet_focus_ras_mm": problem.placed.pose.focus_ras_mm,
        "property_map": report.property_map.name,
        "active_elements": int(problem.active.sum()),
        "most_acoustic_power_w": report.most_power_w,
        "converged": report.plan.transfer.outcome.converged and focus.outcome.converged,
        "focus": asdict(focus.spot),
        "side_lobe": None if focus.side_lobe is None else asdict(focus.side_lobe),
        "skull_hot_spot": None if focus.skull_hot_spot is None else asdict(focus.skull_hot_spot),
        "corrections": [
            {
                "correction": phases.correction,
                "share_of_bound": phases.share_of_bound,
                "against_water": phases.against_water,
                "distance_mm": spot.distance_mm,
            }
            for phases, spot in zip(report.plan.phases, report.near, strict=True)
        ],
        "uncertainty": [asdict(spread) for spread in report.spreads],
        "heat": heat_content(report.heat),
    }


def heat_content(heat: PlanHeat) -> dict[str, Any]:
    """The heat of a plan as JSON."""
    return {
        "duration_s": heat.duration_s,
        "wanted_peak_c": heat.wanted_peak_c,
        "acoustic_power_w": heat.acoustic_power_w,
        "times_s": heat.times_s,
        "rise_per_watt_c": heat.rise_per_watt_c,
        "at_power": [heat_at_content(found) for found in heat.at_power],
    }


def heat_at_content(found: HeatAt) -> dict[str, Any]:
    """What one power comes to for one share, as JSON."""
    return asdict(found)


def _write_phases(report: PlanReport, out: Path) -> Path:
    """Every element: place, standing, drive, and its phase by each correction (positive is late)."""
    problem, plan = report.plan.problem, report.plan
    drives = plan.of("full wave").drive_pressures_pa
    columns = [plan.of(name).phases_rad for name in CORRECTIONS]
    rows = [
        (
            number,
            *(f"{c:.3f}" for c in place),
            standing,
            f"{drive:.0f}",
            *(f"{phase:.5f}" for phase in phases),
        )
        for number, (place, standing, drive, phases) in enumerate(
            zip(
                problem.placed.centres_ras_mm,
                report.standing.tolist(),
                drives,
                np.stack(columns, axis=1),
                strict=True,
            ),
            start=1,
        )
    ]
    names = (f"phase_{name.replace(' ', '_')}_rad" for name in CORRECTIONS)
    header = ("element", "r_mm", "a_mm", "s_mm", "standing", "drive_pa", *names)
    return write_csv(out, "phases.csv", header, rows)


_ARRAYS = ("labels", "held", "soft_w_m3", "bone_w_m3")


def _write_heat(made: MadePlan, path: Path) -> None:
    arrays: dict[str, NDArray[Any]] = {}
    for name, model in (("focus", made.focus), ("whole", made.whole)):
        arrays |= {f"{name}_{array}": getattr(model, array) for array in _ARRAYS}
        arrays[f"{name}_grid"] = np.array([model.grid.spacing_m, *model.grid.origin_m])
    np.savez_compressed(path, allow_pickle=False, **arrays)


def read_plan(path: Path) -> ReadPlan:
    """Read a plan's folder (or its plan.json); raises UnreadableInput where it is none."""
    folder = path if path.is_dir() else path.parent
    try:
        content = json.loads((folder / PLAN).read_text(encoding="utf-8"))
        with np.load(folder / HEAT, allow_pickle=False) as arrays:
            focus, whole = (_model(arrays, name) for name in ("focus", "whole"))
    except (OSError, ValueError, KeyError, TypeError, UsageError, zipfile.BadZipFile) as error:
        found, expected = "it holds no plan", f"a folder with {PLAN} and {HEAT}"
        raise UnreadableInput(found, path=path, expected=expected, remedy=REMEDY) from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise UnreadableInput("it is no plan of this version", path=path, remedy=REMEDY)  # noqa: EM101
    return ReadPlan(content, focus, whole)


def _model(arrays: Any, name: str) -> HeatModel:
    spacing_m, x, y, z = (float(v) for v in arrays[f"{name}_grid"])
    labels, held, soft, bone = (arrays[f"{name}_{array}"] for array in _ARRAYS)
    return HeatModel(Grid(labels.shape, spacing_m, (x, y, z)), labels, held, soft, bone)
