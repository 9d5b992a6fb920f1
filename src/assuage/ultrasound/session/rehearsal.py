"""A rehearsed session: planned heat, made-up images, the real thermometry and rules, in one closed loop.

The loop does not know how far the focus lies from where it is aimed; it finds out from the images, corrects
aim and power, and goes from align to verify to ablate as the rules admit. Everything it enters is marked as
rehearsed by its `by`, and a rehearsal is no session of a person. Research; not for driving a device.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
import scipy.ndimage
from numpy.typing import NDArray

from assuage.ultrasound.field.grid import Grid
from assuage.ultrasound.heat.bioheat import BODY_C, HeatingPeriod, heat_steps
from assuage.ultrasound.heat.medium import ThermalMedium, Values
from assuage.ultrasound.session.entries import (
    Aligned,
    Answered,
    DeliveredSonication,
    Entry,
    GoOn,
    PainChange,
    PlannedSonication,
    Point,
    SessionOpened,
    Stage,
    Stopped,
    TargetSet,
)
from assuage.ultrasound.session.limits import session_limits
from assuage.ultrasound.session.rules import refusals
from assuage.ultrasound.session.state import SessionState, after
from assuage.ultrasound.thermometry.correction import next_sonication
from assuage.ultrasound.thermometry.focus import MeasuredFocus, measured_focus
from assuage.ultrasound.thermometry.simulate import Imaging, RiseAt, simulate_images
from assuage.ultrasound.thermometry.temperature import temperatures

REHEARSED = "rehearsal"
TARGET = "rehearsed target"
START = datetime(2000, 1, 1, tzinfo=UTC)  # a date that nobody takes for a session's
BETWEEN_SONICATIONS = timedelta(minutes=5)
WANTED_PEAK_C = {Stage.ALIGN: 42.0, Stage.VERIFY: 47.0, Stage.ABLATE: 57.0}
SEARCH_MM = 8.0
HEATED_RADIUS_MM = 14.0
BASELINES = 8


@dataclass(frozen=True, eq=False)
class HeatCourse:
    """The rise of one watt over time on a grid about the focus (RAS metres, focus at the origin).

    `rises_c` has shape (moments, nx, ny, nz), at `times_s`, shape (moments,), from the start of heating.
    """

    grid: Grid
    times_s: NDArray[np.float64]
    rises_c: Values

    def peak_per_watt_c(self) -> float:
        """The highest rise of one watt."""
        return float(self.rises_c.max())

    def rise_at(self, focus_ras_mm: Point, power_w: float) -> RiseAt:
        """The rise at points and times when the focus lies at `focus_ras_mm`."""

        def rise(points_ras_mm: NDArray[np.float64], time_s: float) -> NDArray[np.floating]:
            if time_s <= 0:
                return np.zeros(points_ras_mm.shape[:-1])
            after_start = min(time_s, float(self.times_s[-1]))
            moment = float(np.interp(after_start, self.times_s, np.arange(len(self.times_s))))
            first = min(int(moment), len(self.times_s) - 2)
            share = moment - first
            values = (1 - share) * self.rises_c[first] + share * self.rises_c[first + 1]
            away_m = 1e-3 * (points_ras_mm - np.array(focus_ras_mm)) - np.array(self.grid.origin_m)
            index = np.moveaxis(away_m / self.grid.spacing_m, -1, 0)
            found: NDArray[np.floating] = power_w * scipy.ndimage.map_coordinates(values, index, order=1)
            return found

        return rise


def heat_course(
    medium: ThermalMedium, power_per_watt_w_m3: Values, duration_s: float, *, every_s: float = 1.0
) -> HeatCourse:
    """The rise of one watt while it is given for `duration_s` and as long again afterwards."""
    periods = [HeatingPeriod(duration_s, 1.0), HeatingPeriod(duration_s, 0.0)]
    times: list[float] = []
    rises: list[Values] = []
    # A rise of one watt is small beside 37 C in single precision: the equation is linear, so start from 0.
    for state in heat_steps(medium, power_per_watt_w_m3, periods, start_c=0.0, blood_c=0.0):
        if not times or state.time_s >= times[-1] + every_s - 1e-9:
            times.append(state.time_s)
            rises.append(state.temperature_c.copy())
    return HeatCourse(medium.grid, np.array(times), np.array(rises))


@dataclass(frozen=True, eq=False)
class Scene:
    """What a rehearsal takes place in."""

    course: HeatCourse
    duration_s: float
    imaging: Imaging
    target_ras_mm: Point
    offset_ras_mm: Point  # the focus falls so far from where it is aimed; the loop does not know it
    pain_answer: Callable[[float], PainChange]  # by the true distance of the focus from the target, mm


@dataclass
class Rehearsal:
    """What came of it. `true_error_mm` is the distance from the target of the last focus delivered."""

    entries: list[Entry] = field(default_factory=list)
    state: SessionState = field(default_factory=SessionState)
    true_error_mm: float = math.inf
    refused: tuple[str, ...] = ()  # codes of what stopped it
    ablated: bool = False

    def enter(self, entry: Entry) -> bool:
        """Make an entry if the rules admit it; keeps the reasons where they don't."""
        refused = refusals(self.state, entry)
        if refused:
            self.refused = tuple(refusal.code for refusal in refused)
            return False
        self.entries.append(entry)
        self.state = after(self.state, entry)
        return True


def rehearse(scene: Scene, random: np.random.Generator, *, most_sonications: int = 12) -> Rehearsal:
    """Run a session until its lesion is made, a rule stops it, or its sonications are used up."""
    rehearsal = Rehearsal()
    clock = _Clock()
    rehearsal.enter(SessionOpened(at=clock.later(), by=REHEARSED, session=REHEARSED))
    rehearsal.enter(
        TargetSet(at=clock.later(), by=REHEARSED, target=TARGET, position_ras_mm=scene.target_ras_mm)
    )
    aim = scene.target_ras_mm
    per_watt_c = scene.course.peak_per_watt_c()
    for number in range(1, most_sonications + 1):
        stage = _next_stage(rehearsal.state)
        planned = PlannedSonication(
            at=clock.later(BETWEEN_SONICATIONS),
            by=REHEARSED,
            number=number,
            target=TARGET,
            stage=stage,
            acoustic_power_w=(WANTED_PEAK_C[stage] - BODY_C) / per_watt_c,
            duration_s=scene.duration_s,
            aim_ras_mm=aim,
            wanted_peak_c=WANTED_PEAK_C[stage],
        )
        if not rehearsal.enter(planned):
            break
        focus = _delivered(rehearsal, scene, planned, clock, random)
        if focus is not None:
            correction = next_sonication(
                focus,
                delivered_power_w=planned.acoustic_power_w,
                aimed_at_ras_mm=aim,
                target_ras_mm=scene.target_ras_mm,
                wanted_rise_c=focus.rise_c,
            )
            per_watt_c = focus.rise_c / planned.acoustic_power_w
            if not _near(focus.position_ras_mm, scene.target_ras_mm):
                aim = correction.aim_ras_mm
        if stage is Stage.ABLATE:
            rehearsal.ablated = True
            break
        _decide(rehearsal, scene, planned, clock)
    rehearsal.enter(Stopped(at=clock.later(), by=REHEARSED, reason="the rehearsal is over"))
    return rehearsal


class _Clock:
    """A made-up time that goes forward."""

    def __init__(self) -> None:
        self._now = START

    def later(self, by: timedelta = timedelta(seconds=30)) -> datetime:
        self._now += by
        return self._now


def _next_stage(state: SessionState) -> Stage:
    target = state.targets[TARGET]
    here = state.of_place(TARGET)
    off = bool(here) and not _within(here[-1].delivered)
    if not target.aligned or off:
        return Stage.ALIGN
    return Stage.ABLATE if target.verified else Stage.VERIFY


def _within(delivered: DeliveredSonication | None) -> bool:
    shift = delivered.focus_shift_mm if delivered else None
    return shift is not None and shift <= session_limits().most_focus_shift_mm.value


def _near(place: Point, target: Point) -> bool:
    """Half the limit: nearer than that an image's noise would move the aim more than the error does."""
    return math.dist(place, target) <= session_limits().most_focus_shift_mm.value / 2


def _delivered(
    rehearsal: Rehearsal,
    scene: Scene,
    planned: PlannedSonication,
    clock: _Clock,
    random: np.random.Generator,
) -> MeasuredFocus | None:
    """Give the sonication, take its images, and enter what they show."""
    aim = planned.aim_ras_mm or scene.target_ras_mm
    x, y, z = (a + o for a, o in zip(aim, scene.offset_ras_mm, strict=True))
    rise_at = scene.course.rise_at((x, y, z), planned.acoustic_power_w)
    rehearsal.true_error_mm = math.dist((x, y, z), scene.target_ras_mm)
    focus, course = _seen(scene, rise_at, random)
    shift = None if focus is None else math.dist(focus.position_ras_mm, scene.target_ras_mm)
    rehearsal.enter(
        DeliveredSonication(
            at=clock.later(),
            by=REHEARSED,
            number=planned.number,
            acoustic_power_w=planned.acoustic_power_w,
            duration_s=planned.duration_s,
            peak_c=None if focus is None else BODY_C + focus.rise_c,
            mean_c=None if focus is None else BODY_C + float(np.mean(course)),
            focus_ras_mm=None if focus is None else focus.position_ras_mm,
            focus_shift_mm=shift,
        )
    )
    return focus


def _seen(
    scene: Scene, rise_at: RiseAt, random: np.random.Generator
) -> tuple[MeasuredFocus | None, list[float]]:
    """The focus in the frame with the most heat, and the rise at it over the frames of heating."""
    frame_s = scene.imaging.frame_s
    before = [frame_s * (n + 0.5 - BASELINES) for n in range(BASELINES)]
    during = [frame_s * (n + 0.5) for n in range(max(1, round(scene.duration_s / frame_s)))]
    baselines = simulate_images(scene.imaging, rise_at, before, random)
    series = simulate_images(scene.imaging, rise_at, during, random)
    places = series.positions_ras_mm()
    away = np.linalg.norm(places - np.array(scene.target_ras_mm), axis=-1)
    frames = temperatures(
        series.images, baselines.images, scene.imaging.sequence, unheated=away > HEATED_RADIUS_MM
    )
    found = [
        measured_focus(frame, places, near_ras_mm=scene.target_ras_mm, within_mm=SEARCH_MM)
        for frame in frames
    ]
    course = [0.0 if focus is None else focus.rise_c for focus in found]
    return found[-1], course


def _decide(rehearsal: Rehearsal, scene: Scene, planned: PlannedSonication, clock: _Clock) -> None:
    """What the team would enter after an align or a verify sonication."""
    if planned.stage is Stage.ALIGN:
        rehearsal.enter(Aligned(at=clock.later(), by=REHEARSED, number=planned.number))
        return
    change = scene.pain_answer(rehearsal.true_error_mm)
    rehearsal.enter(
        Answered(
            at=clock.later(), by=REHEARSED, number=planned.number, pain_change=change, unwanted_effects=()
        )
    )
    rehearsal.enter(GoOn(at=clock.later(), by=REHEARSED, number=planned.number))
