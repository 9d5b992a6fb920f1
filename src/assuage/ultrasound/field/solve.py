"""From a problem to a field: incident, scattered in a box around the bone, and onwards.

A slab or a piece of skull that ends before the grid does is solved in a box just around it, and
the sound behind it is carried on by the angular spectrum. Where bone closes around the target the
box is the whole grid.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from assuage.errors import UsageError
from assuage.ultrasound.field.cpu import CpuEngine
from assuage.ultrasound.field.engine import Engine
from assuage.ultrasound.field.grid import Grid
from assuage.ultrasound.field.incident import incident_pressure_pa
from assuage.ultrasound.field.krylov import STALL_APPLICATIONS, Progress, Watcher, bicgstab, cgls, idr4
from assuage.ultrasound.field.onward import planes_beyond
from assuage.ultrasound.field.outcome import SolveOutcome
from assuage.ultrasound.field.problem import AcousticField, FieldProblem
from assuage.ultrasound.field.scattering import (
    BARE_CELLS,
    BoxProblem,
    box_problem,
    edge_taper,
    scattering_source,
)
from assuage.ultrasound.field.threads import available_threads

Complex64 = NDArray[np.complex64]
MARGIN_CELLS = 2  # water kept between the last uneven plane and the absorber
THIN_SHIFT = 0.5 + 0.8j  # of k_1^2: strong damping suits a box a few wavelengths thick
BOX_SHIFT = 0.6 + 0.6j
LONG_SHIFT = 1.0 + 0.25j  # weaker damping suits long ways through soft tissue
ITERATIONS = {"BiCGStab": (bicgstab, 7), "IDR(4)": (idr4, 16), "least squares": (cgls, 6)}
MakeEngine = Callable[[BoxProblem], Engine]


@dataclass(frozen=True)
class SolverOptions:
    """How hard to try, and on what.

    `engine` makes an engine for a box problem; None is the CPU with `threads` threads.
    `watch(applications, residual)` is called at every step.
    """

    tolerance: float = 1e-3
    most_applications: int = 3000
    threads: int | None = None
    absorber_wavelengths: float = 2.0
    engine: MakeEngine | None = None
    watch: Watcher | None = None

    def __post_init__(self) -> None:
        if not 0 < self.tolerance < 1:
            message = f"the tolerance is {self.tolerance}; it must lie between 0 and 1 (1e-3 is usual)"
            raise UsageError(message)
        if self.absorber_wavelengths < 1:
            message = f"an absorber of {self.absorber_wavelengths} wavelengths reflects; use 2 (at least 1)"
            raise UsageError(message)

    @property
    def thread_count(self) -> int:
        """The threads asked for, or all there are."""
        return self.threads if self.threads is not None else available_threads()


@dataclass(frozen=True)
class SolvePlan:
    """What will be done: which box, by which iteration, in how much memory.

    `box` is None where there is nothing but background. `inner` is where the problem's lateral grid
    lies in the box; `last_plane` the grid's plane from which the angular spectrum goes on (None: the
    box reaches the grid's end).
    """

    box: Grid | None
    absorber_cells: int
    first_plane: int
    last_plane: int | None
    iterations: tuple[str, ...]
    shift: complex
    memory_bytes: int


def plan_solve(problem: FieldProblem, options: SolverOptions) -> SolvePlan:
    """Choose the box and the iteration, and count the memory; raises UsageError if it can't fit."""
    grid = problem.grid
    wavelength_m = 2 * np.pi / problem.wavenumber_rad_m.real
    cells = max(BARE_CELLS + 4, round(options.absorber_wavelengths * wavelength_m / grid.spacing_m))
    picture = 16 * grid.node_count
    uneven = problem.tissue.uneven_planes(grid)
    if uneven is None:
        return SolvePlan(None, cells, 0, None, (), 0j, picture)
    whole = uneven[1] >= grid.shape[0] - 1
    first = uneven[0] - MARGIN_CELLS
    last = grid.shape[0] - 1 if whole else uneven[1] + MARGIN_CELLS
    sizes = [last - first + 1, grid.shape[1], grid.shape[2]]
    shape = [scipy.fft.next_fast_len(n + 2 * cells) for n in sizes]
    sides = [(shape[a] - grid.shape[a]) // 2 for a in (1, 2)]
    box = grid.box((first - cells, -sides[0], -sides[1]), (shape[0], shape[1], shape[2]))
    thick = (last - first) * grid.spacing_m > 8 * wavelength_m
    long = (last - first) * grid.spacing_m > 16 * wavelength_m
    names = ("IDR(4)", "least squares") if long else ("BiCGStab", "IDR(4)", "least squares")
    shift = LONG_SHIFT if long else BOX_SHIFT if thick else THIN_SHIFT
    vectors = max(ITERATIONS[n][1] for n in names[:1]) + 2
    memory = box.node_count * (32 + 24 + 8 * vectors) + picture
    _refuse_too_large(memory)
    return SolvePlan(box, cells, first, None if whole else last, names, shift, memory)


def _refuse_too_large(memory_bytes: int) -> None:
    free = available_memory_bytes()
    if memory_bytes > free:
        message = (
            f"this needs {memory_bytes / 1e9:.1f} GB of memory and {free / 1e9:.1f} GB are free:"
            " use a coarser spacing or a smaller region"
        )
        raise UsageError(message)


def available_memory_bytes() -> int:
    """Memory that can be had without swapping (all there is, where the system does not say)."""
    try:
        with open("/proc/meminfo", encoding="ascii") as lines:  # noqa: PTH123
            for line in lines:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def solve_field(problem: FieldProblem, options: SolverOptions | None = None) -> AcousticField:
    """Solve one problem. Always returns; whether it converged is in the outcome."""
    options = options or SolverOptions()
    began = time.perf_counter()
    plan = plan_solve(problem, options)
    engine_name = "none"
    if plan.box is None:
        incident = incident_pressure_pa(problem.grid, problem.source, problem.wavenumber_rad_m)
        outcome = SolveOutcome(
            True,
            0.0,
            options.tolerance,
            0,
            time.perf_counter() - began,
            plan.memory_bytes,
            "incident field",
            engine_name,
        )
        return AcousticField(problem.grid, problem.frequency_hz, incident, outcome)
    box_incident = incident_pressure_pa(plan.box, problem.source, problem.wavenumber_rad_m)
    incident = _incident_outside(problem, plan)
    medium = problem.tissue(plan.box, problem.frequency_hz)
    box = box_problem(
        medium,
        shift_ratio=plan.shift,
        absorber_cells=plan.absorber_cells,
    )
    scattered, outcome = solve_box(box, box_incident, plan, options)
    total = problem.tissue.restore(medium, box_incident + scattered)
    pressure = _assemble(problem, plan, options, incident, total, scattered)
    seconds = time.perf_counter() - began
    finished = SolveOutcome(**{**vars(outcome), "seconds": seconds})
    return AcousticField(problem.grid, problem.frequency_hz, pressure, finished)


def _incident_outside(problem: FieldProblem, plan: SolvePlan) -> Complex64:
    """The incident field on the grid, only in the planes before the box: the others are filled later."""
    grid = problem.grid
    pressure = np.zeros(grid.shape, dtype=np.complex64)
    if plan.first_plane > 0:
        front = grid.box((0, 0, 0), (min(plan.first_plane, grid.shape[0]), *grid.shape[1:]))
        pressure[: front.shape[0]] = incident_pressure_pa(front, problem.source, problem.wavenumber_rad_m)
    return pressure


def solve_box(
    box: BoxProblem, incident_pa: Complex64, plan: SolvePlan, options: SolverOptions
) -> tuple[Complex64, SolveOutcome]:
    """The scattered field in the box, by the first iteration of the plan that converges.

    Each starts afresh; the best answer so far is kept, so a stall never makes the result worse.
    """
    engine = options.engine(box) if options.engine else CpuEngine(box, threads=options.thread_count)
    rhs = engine.from_host(scattering_source(box, incident_pa))
    size = np.sqrt(engine.dot(rhs, rhs).real)
    began, used = time.perf_counter(), 0
    best, residual, method, ended = engine.zeros(), 1.0, "none", ""
    if size == 0.0:
        residual, method = 0.0, "nothing to solve"
    for name in plan.iterations if size > 0 else ():
        progress = Progress(options.tolerance, options.most_applications - used, options.watch)
        answer = ITERATIONS[name][0](engine, rhs, progress)
        used += progress.applications + 1
        true = _true_residual(engine, rhs, answer)
        ended += f"{name} {progress.ended} at {true:.1e}. "
        if np.isfinite(true) and true < residual:
            best, residual, method = answer, true, name
        if residual <= 1.5 * options.tolerance or used + STALL_APPLICATIONS >= options.most_applications:
            break
    converged = residual <= 1.5 * options.tolerance  # the recurrence's residual drifts by rounding
    outcome = SolveOutcome(
        converged,
        residual,
        options.tolerance,
        used,
        time.perf_counter() - began,
        plan.memory_bytes,
        method,
        engine.name,
        "" if converged else ended + ADVICE,
    )
    return engine.pressure(best), outcome


ADVICE = (
    "What to try: give lossless parts the absorption they have (a closed cavity without any rings for"
    " ever), allow more applications, use a finer grid, or a looser tolerance for a first look"
)


def _true_residual(engine: Engine, rhs: object, answer: object) -> float:
    image = engine.zeros()
    engine.apply(answer, image)
    engine.add_scaled(image, -1.0 + 0j, rhs)
    return float(np.sqrt(engine.dot(image, image).real / engine.dot(rhs, rhs).real))


def _assemble(
    problem: FieldProblem,
    plan: SolvePlan,
    options: SolverOptions,
    pressure: Complex64,
    total: Complex64,
    scattered: Complex64,
) -> Complex64:
    """Total pressure on the grid: `pressure` holds the incident field and is filled in place."""
    assert plan.box is not None  # noqa: S101 - a plan without a box never comes here
    grid, box, cells = problem.grid, plan.box, plan.absorber_cells
    sides = [round((grid.origin_m[a] - box.origin_m[a]) / grid.spacing_m) for a in (1, 2)]
    crop = (slice(sides[0], sides[0] + grid.shape[1]), slice(sides[1], sides[1] + grid.shape[2]))
    last = grid.shape[0] - 1 if plan.last_plane is None else min(plan.last_plane, grid.shape[0] - 1)
    lead = cells - plan.first_plane  # the box's plane of the grid's plane 0
    start = max(plan.first_plane, 0)
    pressure[start : last + 1] = total[(slice(start + lead, last + lead + 1), *crop)]
    if plan.first_plane > 0:
        returned = planes_beyond(
            scattered[cells],
            problem.wavenumber_rad_m,
            grid.spacing_m,
            first_step=1,
            count=plan.first_plane,
            crop=crop,
            threads=options.thread_count,
        )
        for number, plane in enumerate(returned):
            pressure[plan.first_plane - 1 - number] += plane
    if plan.last_plane is not None and plan.last_plane < grid.shape[0] - 1:
        through = total[plan.last_plane + lead]
        window = edge_taper((1, *through.shape), cells // 2, axes=(1, 2))[0]
        onward = planes_beyond(
            through * window,
            problem.tissue.behind.wavenumber_rad_m(problem.frequency_hz),
            grid.spacing_m,
            first_step=1,
            count=grid.shape[0] - 1 - plan.last_plane,
            crop=crop,
            threads=options.thread_count,
        )
        for number, plane in enumerate(onward):
            pressure[plan.last_plane + 1 + number] = plane
    return pressure
