"""The time of each step of a plan beside its full-wave solve; the uncertainty run on one and on all cores.

    python benchmarks/plan_steps.py --out FOLDER [--scale 1] [--samples 0]

A made-up head at 220 kHz in the 1024-element helmet, as `assuage fus plan` plans it. With `--samples N` the
samples are played twice from nothing, in one process and in as many as there are processors; both must
come to the same intervals.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from assuage.ultrasound.field import SolverOptions
from assuage.ultrasound.field.threads import available_threads
from assuage.ultrasound.phantom import HeadShape
from assuage.ultrasound.plan import (
    HeadByMaps,
    PlanSpread,
    draw_samples,
    play_samples,
    published_registration,
    spread_of,
)
from assuage.ultrasound.skull import property_map, segmented, standings, tissue_maps, trace_rays
from assuage.ultrasound.transducer import generic_helmet
from assuage.workflows.ultrasound_plan import (
    SAMPLES_SEED,
    UNCERTAINTY_MAPS,
    MadePlan,
    PlanOrder,
    PreparedPlan,
    make_plan,
    prepared,
    read_ct,
)
from assuage.workflows.ultrasound_plan_files import write_plan
from assuage.workflows.ultrasound_targets import phantom_target

SOURCE = "phantom:0"
FREQUENCY_HZ = 220e3


class Clock:
    """Seconds of steps that follow each other: each ends where the next begins."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._step, self._began = "", time.perf_counter()

    def begin(self, step: str) -> None:
        """End the step under way and begin this one; a step met again goes on."""
        now = time.perf_counter()
        if self._step:
            self.seconds[self._step] = self.seconds.get(self._step, 0.0) + now - self._began
        self._step, self._began = step, now


def timed_plan(shape: HeadShape, out: Path) -> tuple[Clock, PreparedPlan, MadePlan]:
    """One plan, a step at a time."""
    clock = Clock()
    order = PlanOrder(phantom_target("left", shape), generic_helmet(), FREQUENCY_HZ)
    clock.begin("a CT of 1 mm made up")
    name, ct = read_ct(SOURCE, shape)
    clock.begin("head, rays, tissue maps")
    ready = prepared(order, name, ct)
    made = make_plan(ready, SolverOptions(), out / "samples", clock.begin)
    clock.begin("files and page")
    write_plan(made, out)
    clock.begin("")
    return clock, ready, made


def timed_parts(ready: PreparedPlan, ct_of: HeadShape) -> dict[str, float]:
    """What "head, rays, tissue maps" is made of, each done once more."""
    clock, order, problem = Clock(), ready.order, ready.problem
    bone = property_map(order.property_map)
    _, ct = read_ct(SOURCE, ct_of)
    clock.begin("  head told apart")
    head = segmented(ct)
    clock.begin("  rays, angles, active elements")
    rays = trace_rays(head, 1e-3 * problem.placed.centres_ras_mm, order.target.ras_m)
    standings(head, rays, bone, order.frequency_hz)
    clock.begin("  tissue maps")
    tissue_maps(head, problem.tissue.grid, bone, order.frequency_hz)
    clock.begin("")
    return clock.seconds


def timed_samples(
    ready: PreparedPlan, made: MadePlan, count: int, processes: int
) -> tuple[float, tuple[PlanSpread, ...]]:
    """Wall seconds of all samples from nothing, and their intervals."""
    plan = made.report.plan
    tissues = HeadByMaps(ready.head, plan.problem.tissue.grid, FREQUENCY_HZ, UNCERTAINTY_MAPS)
    samples = draw_samples(UNCERTAINTY_MAPS, published_registration().sd_mm, count, SAMPLES_SEED)
    with TemporaryDirectory() as folder:
        began = time.perf_counter()
        results = play_samples(plan, tissues, samples, Path(folder), processes=processes)
        return time.perf_counter() - began, spread_of(results)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--samples", type=int, default=0)
    arguments = parser.parse_args()
    shape = HeadShape().scaled(arguments.scale)
    clock, ready, made = timed_plan(shape, arguments.out)
    outcomes = made.report.plan.transfer.outcome, made.report.focus.outcome
    solve_s = outcomes[0].seconds
    rows = {**timed_parts(ready, shape), **clock.seconds}
    print(
        f"{ready.problem.tissue.grid.node_count / 1e6:.1f} million nodes; the full-wave solve from the target"
    )
    print(f"took {solve_s:.1f} s, that of the helmet {outcomes[1].seconds:.1f} s\n")
    print("| step | s | of the solve |\n|---|---|---|")
    for step, seconds in rows.items():
        print(f"| {step} | {seconds:.2f} | {seconds / solve_s:.3f} |")
    if arguments.samples:
        print("\n| processes | s for all samples |\n|---|---|")
        spreads = []
        for processes in sorted({1, available_threads()}):
            seconds, spread = timed_samples(ready, made, arguments.samples, processes)
            spreads.append(spread)
            print(f"| {processes} | {seconds:.1f} |", flush=True)
        print("the same intervals:", all(one == spreads[0] for one in spreads))


if __name__ == "__main__":
    main()
