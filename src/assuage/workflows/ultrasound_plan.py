"""From a CT and a target to a plan: head, problem, phases, focus, heat, uncertainty."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assuage.errors import UsageError
from assuage.sound_pages.plan_report import PlanReport, Profile
from assuage.ultrasound.field import Grid, SolverOptions
from assuage.ultrasound.field.materials import WATER
from assuage.ultrasound.field.solve import available_memory_bytes
from assuage.ultrasound.heat.bioheat import BODY_C
from assuage.ultrasound.images.reader import read_image
from assuage.ultrasound.images.volume import ImageVolume
from assuage.ultrasound.phantom import HeadShape, phantom_head
from assuage.ultrasound.plan import (
    FocusPrediction,
    HeadByMaps,
    Plan,
    PlanProblem,
    PlanSpread,
    draw_samples,
    focus_near_target,
    plan_phases,
    plan_point_source,
    planning_grid,
    play_samples,
    predict_focus,
    published_registration,
    radiated_power_w,
    spread_of,
)
from assuage.ultrasound.skull import (
    SegmentedHead,
    SkullRays,
    bone_mask,
    brain_mask,
    is_active,
    property_map,
    segmented,
    soft_tissues,
    standings,
    tissue_maps,
    trace_rays,
)
from assuage.ultrasound.target import Target
from assuage.ultrasound.transducer import Helmet, PlacedHelmet, Pose
from assuage.workflows.ultrasound_heat import HeatModel, fine_grid, heat_model, plan_heat, pressure_on

PHANTOM = "phantom:"
PHANTOM_CT_MM = 1.0
PROFILE_REACH_MM = 20.0
PROFILE_STEP_MM = 0.5
OTHER_ARRAYS_BYTES = 60  # a node, beside the solver's: tissue maps, masks, field, heat
SAMPLES_SEED = 1
MOST_PEAK_C = 95.0
MOST_DURATION_S = 120.0
UNCERTAINTY_MAPS = ("aubry-2003", "marsac-2017", "marsac-2017-fixed", "mcdannold-2019")
"""Named maps of different families: the spread among them stands for what nobody knows."""

Watch = Callable[[str], None]


@dataclass(frozen=True)
class PlanOrder:
    """What is asked of a plan; the helmet stands upright with its geometric focus in the target."""

    target: Target
    helmet: Helmet
    frequency_hz: float
    property_map: str = "aubry-2003"
    points_per_wavelength: float = 5.0
    duration_s: float = 10.0
    wanted_peak_c: float = 57.0
    samples: int = 0

    def refuse_what_does_not_fit(self) -> None:
        """Raise UsageError, before any work, for what can't be planned."""
        if not any(math.isclose(self.frequency_hz, f) for f in self.helmet.frequencies_hz):
            known = ", ".join(f"{1e-3 * f:g}" for f in self.helmet.frequencies_hz)
            message = f"this helmet has no {1e-3 * self.frequency_hz:g} kHz: choose one of {known} kHz"
            raise UsageError(message)
        property_map(self.property_map)
        if not BODY_C < self.wanted_peak_c <= MOST_PEAK_C:
            message = (
                f"the wanted peak is {self.wanted_peak_c} C: it must lie above {BODY_C:g} and, water being"
                f" what tissue is made of, at most at {MOST_PEAK_C:g} C"
            )
            raise UsageError(message)
        if not (math.isfinite(self.duration_s) and 0 < self.duration_s <= MOST_DURATION_S):
            message = (
                f"a sonication lasts {self.duration_s} s: give a time above 0, at most {MOST_DURATION_S:g} s"
            )
            raise UsageError(message)
        if self.samples and self.samples < len(UNCERTAINTY_MAPS):
            message = (
                f"{self.samples} samples: take 0, or at least one for each of {len(UNCERTAINTY_MAPS)} maps"
            )
            raise UsageError(message)

    @property
    def spacing_m(self) -> float:
        """Of the solver's grid."""
        return WATER.sound_speed_m_s / self.frequency_hz / self.points_per_wavelength


@dataclass(frozen=True, eq=False)
class PreparedPlan:
    """A problem ready to be solved, and what it will take."""

    order: PlanOrder
    head_name: str
    head: SegmentedHead
    problem: PlanProblem
    rays: SkullRays
    standing: NDArray[np.str_]
    memory_bytes: int


@dataclass(frozen=True, eq=False)
class MadePlan:
    """A plan, and the heat models that simulate it further."""

    report: PlanReport
    focus: HeatModel
    whole: HeatModel


def phantom_seed(source: str) -> int | None:
    """The seed of `phantom:SEED`; None for a path."""
    if not source.startswith(PHANTOM):
        return None
    try:
        return int(source.removeprefix(PHANTOM))
    except ValueError as error:
        message = f"{source!r} is no made-up head: write phantom: and a whole number, such as phantom:0"
        raise UsageError(message) from error


def read_ct(source: str, shape: HeadShape | None = None) -> tuple[str, ImageVolume]:
    """A name that names nobody, and the CT: a DICOM folder, a NIfTI file, or `phantom:SEED`."""
    seed = phantom_seed(source)
    if seed is not None:
        return f"made-up head {seed}", phantom_head(seed, PHANTOM_CT_MM, shape)
    return "a CT", read_image(Path(source)).volume


def prepared(order: PlanOrder, head_name: str, ct: ImageVolume) -> PreparedPlan:
    """Segment the head, place the helmet, choose the elements, count the memory.

    Raises UsageError where the plan can't be made, or does not fit into memory.
    """
    bone = property_map(order.property_map)
    head = segmented(ct)
    placed = PlacedHelmet(order.helmet, Pose(order.target.ras_mm))
    grid = planning_grid(head, order.target, order.spacing_m)
    rays = trace_rays(head, 1e-3 * placed.centres_ras_mm, order.target.ras_m)
    standing = standings(head, rays, bone, order.frequency_hz)
    maps = tissue_maps(head, grid, bone, order.frequency_hz)
    problem = PlanProblem(placed, maps, order.frequency_hz, order.target, is_active(standing))
    solve = plan_point_source(maps, order.frequency_hz, order.target.ras_m, SolverOptions())
    memory = solve.memory_bytes + OTHER_ARRAYS_BYTES * grid.node_count
    free = available_memory_bytes()
    if memory > free:
        message = (
            f"this plan needs {memory / 1e9:.1f} GB of memory and {free / 1e9:.1f} GB are free: take fewer"
            " points per wavelength (5 is usual, 4 the least), or a lower frequency"
        )
        raise UsageError(message)
    return PreparedPlan(order, head_name, head, problem, rays, standing, memory)


def make_plan(
    ready: PreparedPlan, options: SolverOptions, samples_folder: Path, watch: Watch = lambda _: None
) -> MadePlan:
    """Solve, predict the focus, heat it; samples of the uncertainty go to a folder and are kept there."""
    order, problem = ready.order, ready.problem
    watch("phases of all elements: one solve from the target")
    plan = plan_phases(problem, options)
    best = plan.of("full wave")
    watch("the focus: one solve with the helmet")
    grid = problem.tissue.grid
    brain, bone = brain_mask(ready.head, grid), bone_mask(ready.head, grid)
    focus = predict_focus(problem, best, brain=brain, bone=bone, options=options)
    power_w = radiated_power_w(problem, best)
    near, whole = _heat_models(ready, focus, power_w)
    heat = plan_heat(near, whole, duration_s=order.duration_s, wanted_peak_c=order.wanted_peak_c, watch=watch)
    report = PlanReport(
        ready.head_name,
        ready.head.ct,
        plan,
        property_map(order.property_map),
        ready.rays,
        ready.standing,
        tuple(focus_near_target(problem, plan.transfer, phases).spot for phases in plan.phases),
        focus,
        profiles_of(focus),
        power_w,
        heat,
        _spreads(ready, plan, options, samples_folder, watch) if order.samples else (),
    )
    return MadePlan(report, near, whole)


def _heat_models(ready: PreparedPlan, focus: FocusPrediction, power_w: float) -> tuple[HeatModel, HeatModel]:
    order, problem, head = ready.order, ready.problem, ready.head
    soft = soft_tissues(order.frequency_hz)
    whole = heat_model(head, problem.tissue, soft, focus.field.pressure_pa, power_w)
    box = fine_grid(focus.spot.position_ras_mm, WATER.sound_speed_m_s / order.frequency_hz)
    maps = tissue_maps(head, box, property_map(order.property_map), order.frequency_hz)
    return heat_model(head, maps, soft, pressure_on(focus.field, box), power_w), whole


def _spreads(
    ready: PreparedPlan, plan: Plan, options: SolverOptions, folder: Path, watch: Watch
) -> tuple[PlanSpread, ...]:
    """Intervals over the published property maps of different families, and errors of registration."""
    order = ready.order
    names = tuple(dict.fromkeys((order.property_map, *UNCERTAINTY_MAPS)))
    tissues = HeadByMaps(ready.head, plan.problem.tissue.grid, order.frequency_hz, names)
    samples = draw_samples(names, published_registration().sd_mm, order.samples, SAMPLES_SEED)
    results = play_samples(
        plan,
        tissues,
        samples,
        folder,
        options=replace(options, watch=None),
        watch=lambda done, of: watch(f"uncertainty: {done} of {of} steps"),
    )
    return spread_of(results)


def profiles_of(focus: FocusPrediction) -> tuple[Profile, ...]:
    """|p| along R, A and S through the focus, between the solver's nodes, as far as the region goes."""
    step_m, spot, solved = 1e-3 * PROFILE_STEP_MM, focus.spot, focus.field.grid
    found = []
    for number, axis in enumerate(("right", "front", "top")):
        middle_m = 1e-3 * spot.position_ras_mm[number]
        first_m, last_m = solved.axis_m(number)[[0, -1]]
        before = min(PROFILE_REACH_MM / PROFILE_STEP_MM, (middle_m - first_m) // step_m)
        behind = min(PROFILE_REACH_MM / PROFILE_STEP_MM, (last_m - middle_m) // step_m)
        steps = np.arange(-int(before), int(behind) + 1)
        origin, shape = [1e-3 * c for c in spot.position_ras_mm], [1, 1, 1]
        origin[number], shape[number] = middle_m + step_m * float(steps[0]), len(steps)
        line = Grid((shape[0], shape[1], shape[2]), step_m, (origin[0], origin[1], origin[2]))
        shares = np.abs(pressure_on(focus.field, line)).ravel() / spot.peak_pa
        away = PROFILE_STEP_MM * steps + spot.shift_mm[number]
        found.append(Profile(axis, tuple(map(float, away)), tuple(map(float, shares))))
    return tuple(found)
