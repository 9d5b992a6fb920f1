"""The whole way on a made-up head: plan, heat, a rehearsed session, its last temperatures, the summary.

Nothing is delivered to anybody, and every file says so: the session's entries are marked as rehearsed, and a
rehearsed session is refused as a procedure of any person.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assuage.ultrasound.field import SolverOptions
from assuage.ultrasound.images.series_writer import write_series_dicom, write_series_nifti
from assuage.ultrasound.phantom import HeadShape
from assuage.ultrasound.session import DeliveredSonication, PainChange, PlannedSonication, SessionLog, Stage
from assuage.ultrasound.session.rehearsal import BASELINES, HeatCourse, Rehearsal, Scene, rehearse
from assuage.ultrasound.thermometry.simulate import Imaging, exported, simulate_images, slices_through
from assuage.ultrasound.transducer import generic_helmet
from assuage.workflows.ultrasound_heat import course_of
from assuage.workflows.ultrasound_output import output_folder
from assuage.workflows.ultrasound_plan import MadePlan, PlanOrder, Watch, make_plan, prepared, read_ct
from assuage.workflows.ultrasound_plan_files import PLAN, write_plan
from assuage.workflows.ultrasound_session import LOG_SUFFIX, read_session, write_session
from assuage.workflows.ultrasound_targets import phantom_target
from assuage.workflows.ultrasound_thermometry import (
    SeriesFiles,
    Stated,
    Thermometry,
    image_series,
    measure,
    planned_rise,
    read_files,
    scan_of,
    write_thermometry,
)

SOURCE = "phantom:0"
FREQUENCY_HZ = 220e3
OFFSET_RAS_MM = (1.2, -1.6, 0.9)  # what registration and skull add in this rehearsal; the loop finds it out
FELT_WITHIN_MM = 1.5  # a made-up person whose pain changes when the focus lies this near the target
AFTER_HEATING_S = 21.0
PLAN_FOLDER = "plan"
DICOM_FOLDER = "dicom"


@dataclass(frozen=True, eq=False)
class Demonstration:
    """What was rehearsed, and the pages to open; no `thermometry` where a rule stopped before a lesion."""

    rehearsal: Rehearsal
    thermometry: Thermometry | None
    pages: tuple[Path, ...]


def demonstration_plan(
    out: Path, *, options: SolverOptions, watch: Watch, shape: HeadShape | None = None
) -> MadePlan:
    """Plan the made-up head and write the plan; `shape` is the adult's where it is not given."""
    order = PlanOrder(phantom_target("left", shape), generic_helmet(), FREQUENCY_HZ)
    watch("a made-up head, its CT and its tissues")
    ready = prepared(order, *read_ct(SOURCE, shape))
    watch(
        f"{ready.problem.tissue.grid.node_count / 1e6:.1f} million nodes, {ready.memory_bytes / 1e6:.0f} MB"
    )
    return make_plan(ready, options, out / PLAN_FOLDER / "samples", watch)


def demonstrate(made: MadePlan, out: Path, *, watch: Watch = lambda _: None, seed: int = 0) -> Demonstration:
    """Write a plan, rehearse its session, measure the last sonication's temperatures, and write it all."""
    folder = output_folder(out)
    plan_page = write_plan(made, folder / PLAN_FOLDER)[-1]
    watch("a rehearsed session: test, look, then treat")
    random = np.random.default_rng(seed)
    scene = _scene(made)
    rehearsal = rehearse(scene, random)
    session = _write_session(rehearsal, folder / "session")
    last = _last_heated(rehearsal)
    if last is None:
        return Demonstration(rehearsal, None, (plan_page, session))
    watch("temperatures of its last sonication")
    thermometry, page = _thermometry(scene, last, folder, random)
    return Demonstration(rehearsal, thermometry, (plan_page, session, page))


def _scene(made: MadePlan) -> Scene:
    """A rehearsal with the plan's heat, the central share, in the standard case of imaging."""
    report = made.report
    target = report.plan.problem.target.ras_mm
    course: HeatCourse = course_of(
        made.focus, "central", report.heat.duration_s, report.focus.spot.position_ras_mm
    )
    imaging = Imaging((64, 64, 7), slices_through(target, shape=(64, 64, 7)))

    def answer(true_error_mm: float) -> PainChange:
        return PainChange.LESS if true_error_mm <= FELT_WITHIN_MM else PainChange.SAME

    return Scene(course, report.heat.duration_s, imaging, target, OFFSET_RAS_MM, answer)


def _write_session(rehearsal: Rehearsal, out: Path) -> Path:
    log = output_folder(out) / f"rehearsal{LOG_SUFFIX}"
    log.unlink(missing_ok=True)
    with SessionLog(log) as opened:
        opened.add_all(rehearsal.entries)
    return write_session(read_session(log), out)[0]


def _last_heated(rehearsal: Rehearsal) -> PlannedSonication | None:
    """The last ablation that was given; None where a rule stopped the rehearsal before."""
    given = {entry.number for entry in rehearsal.entries if isinstance(entry, DeliveredSonication)}
    planned = [entry for entry in rehearsal.entries if isinstance(entry, PlannedSonication)]
    ablations = [p for p in planned if p.stage is Stage.ABLATE and p.number in given]
    return ablations[-1] if ablations else None


def _thermometry(
    scene: Scene, planned: PlannedSonication, out: Path, random: np.random.Generator
) -> tuple[Thermometry, Path]:
    """Images of a sonication as a scanner would export them, written, read back and measured."""
    imaging, frame_s = scene.imaging, scene.imaging.frame_s
    x, y, z = (
        a + o for a, o in zip(planned.aim_ras_mm or scene.target_ras_mm, scene.offset_ras_mm, strict=True)
    )
    frames = round((scene.duration_s + AFTER_HEATING_S) / frame_s)
    times = [frame_s * (n - BASELINES + 0.5) for n in range(BASELINES + frames)]
    rise_at = scene.course.rise_at((x, y, z), planned.acoustic_power_w)
    series = simulate_images(imaging, rise_at, times, random)
    folder = output_folder(out / "thermometry")
    written = exported(series, imaging)
    write_series_nifti(written, folder)
    images = write_series_dicom(written, folder / DICOM_FOLDER, description="made-up head")
    read = read_files(SeriesFiles(dicom=images))
    scan = scan_of(read, Stated(), baselines=BASELINES, target_ras_mm=scene.target_ras_mm)
    expected = planned_rise(out / PLAN_FOLDER / PLAN, planned.acoustic_power_w)
    done = measure(image_series(read, scan), scan, expected)
    return done, write_thermometry(done, folder)[-1]
