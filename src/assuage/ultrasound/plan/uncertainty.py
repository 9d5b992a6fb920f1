"""How far a plan can be trusted: planned on one map of the skull, played on others, a little misplaced.

The phases stay those of the nominal plan. Each sample draws one published map from Hounsfield units to
sound, and an error of registration: the head sits that far from where the helmet thinks it is. The wave
that leaves the head does not know where the helmet stands, so there is one solve per map, and none per
displacement. Every solve and every sample is a file, written whole or not at all: a run that was cut
goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import as_completed
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from assuage.errors import UsageError
from assuage.processes import own_processes
from assuage.ultrasound.field.medium import TissueMaps
from assuage.ultrasound.field.outcome import SolveOutcome
from assuage.ultrasound.field.solve import SolverOptions
from assuage.ultrasound.field.threads import available_threads
from assuage.ultrasound.plan.focus import focus_near_target
from assuage.ultrasound.plan.phases import Correction, Plan, judged
from assuage.ultrasound.plan.problem import RESEARCH_ONLY, PlanProblem
from assuage.ultrasound.plan.surface import Surface
from assuage.ultrasound.plan.transfer import TargetWave, target_wave, transfer_of

Ras = tuple[float, float, float]
PERCENTILES = (5.0, 50.0, 95.0)


class Tissues(Protocol):
    """The same head by several property maps, on one grid. Must be picklable: worker processes call it."""

    @property
    def names(self) -> tuple[str, ...]:
        """The maps, by name."""
        ...

    def __call__(self, name: str) -> TissueMaps:
        """The tissue maps by one of them, all on the same grid."""
        ...


@dataclass(frozen=True)
class Sample:
    """One draw: a property map, and how far the head sits from where the plan has it (RAS, mm)."""

    number: int
    property_map: str
    head_shift_mm: Ras


@dataclass(frozen=True)
class PlayedPlan:
    """One correction of the nominal plan in one sample.

    `share_of_bound` is of the best possible in that sample, `of_nominal` of the nominal plan's pressure.
    Focal shift relative to the target in the head, by `focus_near_target`.
    """

    correction: Correction
    share_of_bound: float
    of_nominal: float
    shift_mm: Ras
    distance_mm: float


@dataclass(frozen=True)
class SampleResult:
    """What became of the nominal plan in one sample."""

    sample: Sample
    converged: bool
    played: tuple[PlayedPlan, ...]
    notice: str = RESEARCH_ONLY


@dataclass(frozen=True)
class Interval:
    """5th, 50th and 95th percentile of the samples."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True)
class PlanSpread:
    """One correction over all samples that converged; `left_out` counts those that did not."""

    correction: Correction
    samples: int
    left_out: int
    share_of_bound: Interval
    of_nominal: Interval
    distance_mm: Interval
    shift_r_mm: Interval
    shift_a_mm: Interval
    shift_s_mm: Interval
    notice: str = RESEARCH_ONLY


def draw_samples(
    property_maps: Sequence[str], registration_sd_mm: Ras, count: int, seed: int
) -> tuple[Sample, ...]:
    """Draw samples: the maps in turn, so that each counts alike; normal errors of registration."""
    if count < len(property_maps) or not property_maps:
        message = f"{count} samples for {len(property_maps)} property maps: take at least one per map"
        raise UsageError(message)
    errors = np.random.default_rng(seed).standard_normal((count, 3)) * np.array(registration_sd_mm)
    return tuple(
        Sample(n, property_maps[n % len(property_maps)], (float(x), float(y), float(z)))
        for n, (x, y, z) in enumerate(errors)
    )


def play_samples(
    plan: Plan,
    tissues: Tissues,
    samples: Iterable[Sample],
    folder: Path,
    *,
    options: SolverOptions | None = None,
    processes: int | None = None,
    watch: Callable[[int, int], None] | None = None,
) -> tuple[SampleResult, ...]:
    """Play a plan on every sample, on all processors; `watch(done, of)` hears of each file written.

    Results go to `folder` and are read from there when they are already known. Raises UsageError where
    the folder holds another plan's results.
    """
    drawn = tuple(samples)
    settings = replace(options or SolverOptions(), threads=1, watch=None)
    _claim(folder, plan, settings)
    names = sorted({s.property_map for s in drawn})
    missing_waves = [n for n in names if not _wave_file(folder, n).exists()]
    missing = [s for s in drawn if not _sample_file(folder, s).exists()]
    total = len(missing_waves) + len(missing)
    count = processes or available_threads()
    with own_processes(count) as pool:
        solving = [pool.submit(solve_map, folder, plan.problem, tissues, n, settings) for n in missing_waves]
        done = _wait(solving, 0, total, watch)
        playing = [pool.submit(play_sample, folder, plan, s) for s in missing]
        _wait(playing, done, total, watch)
    return tuple(read_result(_sample_file(folder, s)) for s in drawn)


def _wait(futures: Sequence[Any], done: int, total: int, watch: Callable[[int, int], None] | None) -> int:
    for future in as_completed(futures):
        future.result()
        done += 1
        if watch is not None:
            watch(done, total)
    return done


def solve_map(
    folder: Path, problem: PlanProblem, tissues: Tissues, name: str, options: SolverOptions
) -> None:
    """Solve for one property map and write the wave that leaves the head."""
    tissue = tissues(name)
    if tissue.grid != problem.tissue.grid:
        message = f"the tissue maps by {name} lie on another grid than the plan's"
        raise UsageError(message)
    wave = target_wave(tissue, problem.frequency_hz, problem.target.ras_m, options)
    file = _wave_file(folder, name)
    with _part(file).open("wb") as stream:
        np.savez(
            stream,
            points_m=wave.surface.points_m,
            areas_m2=wave.surface.areas_m2,
            value_per_m=wave.value_per_m,
            slope=wave.slope,
            surface_in_tissue=np.array(wave.surface_in_tissue),
            outcome=np.array(json.dumps(asdict(wave.outcome))),
        )
    _part(file).replace(file)


def _read_wave(file: Path) -> TargetWave:
    with np.load(file, allow_pickle=False) as arrays:
        return TargetWave(
            Surface(arrays["points_m"], arrays["areas_m2"]),
            arrays["value_per_m"],
            arrays["slope"],
            float(arrays["surface_in_tissue"]),
            SolveOutcome(**json.loads(str(arrays["outcome"]))),
        )


def play_sample(folder: Path, plan: Plan, sample: Sample) -> None:
    """Play the plan on one sample and write what became of it."""
    wave = _read_wave(_wave_file(folder, sample.property_map))
    # The head moves one way: seen from the head, the helmet moves the other.
    nominal, moved = plan.problem.placed.pose, -np.array(sample.head_shift_mm)
    x, y, z = (float(v) for v in np.array(nominal.focus_ras_mm) + moved)
    problem = replace(
        plan.problem,
        placed=replace(plan.problem.placed, pose=replace(nominal, focus_ras_mm=(x, y, z))),
    )
    transfer = transfer_of(problem, wave)
    played = []
    for phases in plan.phases:
        here = judged(problem, transfer, phases.correction, phases.phases_rad)
        spot = focus_near_target(problem, transfer, here).spot
        played.append(
            PlayedPlan(
                phases.correction,
                here.share_of_bound,
                here.target_pressure_pa / phases.target_pressure_pa,
                spot.shift_mm,
                spot.distance_mm,
            )
        )
    result = SampleResult(sample, wave.outcome.converged, tuple(played))
    file = _sample_file(folder, sample)
    _part(file).write_text(json.dumps(asdict(result)), encoding="utf-8")
    _part(file).replace(file)


def read_result(file: Path) -> SampleResult:
    """One sample's file."""
    fields = json.loads(file.read_text(encoding="utf-8"))
    sample = fields["sample"]
    return SampleResult(
        Sample(sample["number"], sample["property_map"], tuple(sample["head_shift_mm"])),
        fields["converged"],
        tuple(PlayedPlan(**{**p, "shift_mm": tuple(p["shift_mm"])}) for p in fields["played"]),
        fields["notice"],
    )


def spread_of(results: Sequence[SampleResult]) -> tuple[PlanSpread, ...]:
    """The intervals of each correction, over the samples whose solve converged."""
    kept = [r for r in results if r.converged]
    if not kept:
        message = "no sample converged, so there is no interval: use a finer grid or more applications"
        raise UsageError(message)
    spreads = []
    for number, played in enumerate(kept[0].played):
        rows = [r.played[number] for r in kept]
        spreads.append(
            PlanSpread(
                played.correction,
                len(kept),
                len(results) - len(kept),
                share_of_bound=_interval(r.share_of_bound for r in rows),
                of_nominal=_interval(r.of_nominal for r in rows),
                distance_mm=_interval(r.distance_mm for r in rows),
                shift_r_mm=_interval(r.shift_mm[0] for r in rows),
                shift_a_mm=_interval(r.shift_mm[1] for r in rows),
                shift_s_mm=_interval(r.shift_mm[2] for r in rows),
            )
        )
    return tuple(spreads)


def _interval(values: Iterable[float]) -> Interval:
    low, middle, high = np.percentile(list(values), PERCENTILES)
    return Interval(float(low), float(middle), float(high))


def _claim(folder: Path, plan: Plan, options: SolverOptions) -> None:
    """Make the folder this plan's own, or find that it is."""
    folder.mkdir(parents=True, exist_ok=True)
    mark, file = _fingerprint(plan, options), folder / "plan.json"
    if not file.exists():
        _part(file).write_text(json.dumps({"plan": mark, "notice": RESEARCH_ONLY}), encoding="utf-8")
        _part(file).replace(file)
    elif json.loads(file.read_text(encoding="utf-8"))["plan"] != mark:
        message = "the folder holds the samples of another plan: give an empty one"
        raise UsageError(message)


def _fingerprint(plan: Plan, options: SolverOptions) -> str:
    digest = hashlib.sha256()
    problem = plan.problem
    for text in (problem.tissue.grid, problem.frequency_hz, problem.target.ras_mm, options.tolerance):
        digest.update(repr(text).encode())
    for array in (
        problem.tissue.sound_speed_m_s,
        problem.placed.centres_ras_mm,
        *(p.drives_pa for p in plan.phases),
    ):
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def _wave_file(folder: Path, name: str) -> Path:
    return folder / f"wave-{hashlib.sha256(name.encode()).hexdigest()[:12]}.npz"


def _sample_file(folder: Path, sample: Sample) -> Path:
    """Named for the draw itself, so that another seed or another count never meets a stale answer."""
    text = json.dumps(asdict(sample), sort_keys=True)
    return folder / f"sample-{sample.number:04d}-{hashlib.sha256(text.encode()).hexdigest()[:12]}.json"


def _part(file: Path) -> Path:
    return file.with_name(f"{file.name}.{os.getpid()}.part")
