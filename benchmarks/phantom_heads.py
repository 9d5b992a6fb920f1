"""Made-up heads in the 1024-element helmet: is the plan right in a model that it was not made in?

Each head is planned from a CT of 0.75 mm on a coarse grid, where a voxel cut by an interface holds means of
density and compressibility. The plan is then judged in a finer grid of the same head, whose CT is sampled
on that grid itself and turned into properties point by point: other spacing, other treatment of
interfaces. There, one solve with a point source at the target gives the best that phases can do, and
one solve with the helmet gives the place of the focus.

    python benchmarks/phantom_heads.py --out FOLDER [--heads 10] [--scale 1] [--plan-ppw 5] [--check-ppw 7]

Each step of each head is a file in FOLDER, so a run that was cut goes on; the table comes from the files.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assuage.ultrasound.field import SolverOptions
from assuage.ultrasound.field.materials import WATER
from assuage.ultrasound.phantom.head import HeadShape, phantom_head, phantom_landmarks
from assuage.ultrasound.plan import (
    CORRECTIONS,
    PhasePlan,
    PlanProblem,
    element_transfer,
    focus_near_target,
    judged,
    plan_phases,
    planning_grid,
    predict_focus,
)
from assuage.ultrasound.skull import (
    SegmentedHead,
    bone_mask,
    brain_mask,
    property_map,
    segmented,
    tissue_maps,
)
from assuage.ultrasound.skull.rays import is_active, standings, trace_rays
from assuage.ultrasound.target import AcPcFrame, Target, named_target
from assuage.ultrasound.transducer import PlacedHelmet, Pose, generic_helmet

PLAN_CT_MM = 0.75
NUCLEUS = "central lateral nucleus, posterior part"
VENTRICLE_MM = 6.0  # a made-up head has none: a round figure


@dataclass(frozen=True)
class Setting:
    """What a run is made with; part of every file's name."""

    frequency_khz: float
    scale: float
    plan_ppw: float
    check_ppw: float
    property_map: str

    @property
    def frequency_hz(self) -> float:
        return 1e3 * self.frequency_khz

    @property
    def shape(self) -> HeadShape:
        return HeadShape().scaled(self.scale)

    def spacing_m(self, points_per_wavelength: float) -> float:
        return WATER.sound_speed_m_s / self.frequency_hz / points_per_wavelength


def target_of(setting: Setting, seed: int) -> Target:
    """The nucleus on the left in even heads, on the right in odd ones."""
    marks = phantom_landmarks(setting.shape)
    frame = AcPcFrame(marks.anterior_commissure_mm, marks.posterior_commissure_mm, marks.midline_mm)
    side = "right" if seed % 2 else "left"
    return named_target(NUCLEUS, side, frame, third_ventricle_width_mm=VENTRICLE_MM)


def problem_of(
    head: SegmentedHead, setting: Setting, target: Target, ppw: float, active: np.ndarray | None = None
) -> PlanProblem:
    """The helmet over the target, upright; elements switched off by the CT, or as given."""
    bone = property_map(setting.property_map)
    grid = planning_grid(head, target, setting.spacing_m(ppw))
    placed = PlacedHelmet(generic_helmet(), Pose(target.ras_mm))
    if active is None:
        rays = trace_rays(head, 1e-3 * placed.centres_ras_mm, target.ras_m)
        active = is_active(standings(head, rays, bone, setting.frequency_hz))
    tissue = tissue_maps(head, grid, bone, setting.frequency_hz)
    return PlanProblem(placed, tissue, setting.frequency_hz, target, active)


def planned(setting: Setting, seed: int, options: SolverOptions) -> dict[str, Any]:
    """Step 1: the plan in its own model."""
    began = time.perf_counter()
    head = segmented(phantom_head(seed, PLAN_CT_MM, setting.shape))
    problem = problem_of(head, setting, target_of(setting, seed), setting.plan_ppw)
    ready = time.perf_counter()
    plan = plan_phases(problem, options)
    return {
        "grid": problem.tissue.grid.shape,
        "active": np.flatnonzero(problem.active).tolist(),
        "outcome": asdict(plan.transfer.outcome),
        "seconds": {"maps": ready - began, "plan": time.perf_counter() - ready},
        "against_water": plan.of("full wave").against_water,
        "own_shares": {p.correction: p.share_of_bound for p in plan.phases},
        "phases_rad": {p.correction: p.phases_rad.tolist() for p in plan.phases},
    }


def _fine(setting: Setting, seed: int, active: list[int]) -> tuple[SegmentedHead, PlanProblem]:
    spacing_mm = 1e3 * setting.spacing_m(setting.check_ppw)
    head = segmented(phantom_head(seed, spacing_mm, setting.shape))
    mask = np.isin(np.arange(generic_helmet().count), active)
    return head, problem_of(head, setting, target_of(setting, seed), setting.check_ppw, mask)


def bounded(setting: Setting, seed: int, options: SolverOptions, plan: dict[str, Any]) -> dict[str, Any]:
    """Step 2: all three corrections against the bound of the finer model."""
    _, problem = _fine(setting, seed, plan["active"])
    transfer = element_transfer(problem, options)
    shares, near = {}, {}
    for name in CORRECTIONS:
        here = judged(problem, transfer, name, np.array(plan["phases_rad"][name]))
        shares[name] = here.share_of_bound
        near[name] = focus_near_target(problem, transfer, here).spot.distance_mm
    outcome = asdict(transfer.outcome)
    return {"grid": problem.tissue.grid.shape, "outcome": outcome, "shares": shares, "near_mm": near}


def focused(setting: Setting, seed: int, options: SolverOptions, plan: dict[str, Any]) -> dict[str, Any]:
    """Step 3: where the full-wave correction's focus lies in the finer model."""
    head, problem = _fine(setting, seed, plan["active"])
    phases = np.array(plan["phases_rad"]["full wave"])
    drives = PhasePlan(
        "full wave",
        setting.frequency_hz,
        problem.target.ras_mm,
        phases,
        problem.drive_limits_pa,
        0.0,
        0.0,
        0.0,
    )
    grid = problem.tissue.grid
    found = predict_focus(
        problem, drives, brain=brain_mask(head, grid), bone=bone_mask(head, grid), options=options
    )
    return {
        "outcome": asdict(found.outcome),
        "spot": asdict(found.spot),
        "distance_mm": found.spot.distance_mm,
        "side_lobe_db": found.side_lobe.of_focus_db if found.side_lobe else None,
        "skull_db": found.skull_hot_spot.of_focus_db if found.skull_hot_spot else None,
    }


def kept(file: Path, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What the file holds, made and written whole where it is missing."""
    if not file.exists():
        part = file.with_suffix(".part")
        part.write_text(json.dumps(make()), encoding="utf-8")
        part.replace(file)
    known: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return known


def run_head(folder: Path, setting: Setting, seed: int, options: SolverOptions) -> str:
    """All steps of one head; its row of the table."""
    name = "-".join(f"{value:g}" if isinstance(value, float) else value for value in asdict(setting).values())
    stem = folder / f"{name}-head{seed}"
    plan = kept(Path(f"{stem}-plan.json"), lambda: planned(setting, seed, options))
    bound = kept(Path(f"{stem}-bound.json"), lambda: bounded(setting, seed, options, plan))
    focus = kept(Path(f"{stem}-focus.json"), lambda: focused(setting, seed, options, plan))
    converged = all(step["outcome"]["converged"] for step in (plan, bound, focus))
    shares = [bound["shares"][c] for c in CORRECTIONS]
    good = converged and focus["distance_mm"] <= 1 and shares[2] >= 0.85 and shares == sorted(shares)
    cells = [f"{seed}", f"{len(plan['active'])}", *(f"{100 * s:.0f}" for s in shares)]
    cells += [f"{focus['distance_mm']:.2f}", f"{focus['skull_db']:.1f}", f"{100 * plan['against_water']:.0f}"]
    cells += [f"{plan['outcome']['operator_applications']}", "yes" if good else "NO"]
    return "| " + " | ".join(cells) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--heads", type=int, default=10)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--frequency-khz", type=float, default=220.0)
    parser.add_argument("--plan-ppw", type=float, default=5.0)
    parser.add_argument("--check-ppw", type=float, default=7.0)
    parser.add_argument("--property-map", default="aubry-2003")
    parser.add_argument("--threads", type=int, default=None)
    arguments = parser.parse_args()
    setting = Setting(
        arguments.frequency_khz,
        arguments.scale,
        arguments.plan_ppw,
        arguments.check_ppw,
        arguments.property_map,
    )
    arguments.out.mkdir(parents=True, exist_ok=True)
    print("| head | active | none % | ray % | full wave % | off mm | skull dB | of water % | steps | bar |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for seed in range(arguments.first, arguments.first + arguments.heads):
        options = SolverOptions(threads=arguments.threads)
        print(run_head(arguments.out, setting, seed, options), flush=True)


if __name__ == "__main__":
    main()
