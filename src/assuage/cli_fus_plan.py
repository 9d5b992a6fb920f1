"""`assuage fus plan` and `simulate`: from a CT and a target to phases, focus, heat and a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from assuage.cli_fus_printing import NOTICE, cells, console, print_facts, require_the_extra

if TYPE_CHECKING:
    from assuage.sound_pages.plan_report import HeatAt
    from assuage.ultrasound.target import Target

PLAN_EPILOG = "Example: assuage fus plan phantom:0 --side left --out out"
SIMULATE_EPILOG = "Example: assuage fus simulate out --power-w 300 --duration-s 10 --out heated"
DEMO_EPILOG = "Example: assuage fus demo --out demo-fus-out"
TOLERANCE = 1e-3

Out = Annotated[Path, typer.Option(help="Folder for everything that is written.")]


def plan_command(
    ct: Annotated[str, typer.Argument(help="A folder of DICOM slices, a NIfTI file, or phantom:SEED.")],
    target: Annotated[
        tuple[float, float, float] | None, typer.Option(help="Scanner RAS, mm; or give --side.")
    ] = None,
    side: Annotated[
        Literal["left", "right"] | None,
        typer.Option(help="The posterior central lateral nucleus of this side, by --landmarks."),
    ] = None,
    landmarks: Annotated[
        Path | None,
        typer.Option(help="YAML: ac_ras_mm, pc_ras_mm, midline_ras_mm, third_ventricle_width_mm."),
    ] = None,
    helmet: Annotated[
        Path | None, typer.Option(help="A helmet's YAML; the generic one if not given.")
    ] = None,
    frequency_khz: Annotated[float, typer.Option(help="One that the helmet has.")] = 220.0,
    property_map: Annotated[str, typer.Option(help="From Hounsfield units to sound.")] = "aubry-2003",
    points_per_wavelength: Annotated[float, typer.Option(help="4 is the least.")] = 5.0,
    wanted_peak_c: Annotated[float, typer.Option(help="At the focus; sets the power.")] = 57.0,
    duration_s: Annotated[float, typer.Option(help="Of the sonication.")] = 10.0,
    samples: Annotated[
        int, typer.Option(help="Draws of property map and registration, at least 4; 0 for none.")
    ] = 0,
    threads: Annotated[int | None, typer.Option(help="All processors if not given.")] = None,
    out: Out = Path("out"),
) -> None:
    """Plan a sonication through a skull: phases, focus, heat, lesion, limits."""
    require_the_extra()
    from assuage.sound_pages.plan_page import facts_of_plan
    from assuage.ultrasound.field import SolverOptions
    from assuage.ultrasound.transducer import generic_helmet, read_helmet
    from assuage.workflows.ultrasound_plan import PlanOrder, make_plan, prepared, read_ct
    from assuage.workflows.ultrasound_plan_files import write_plan
    from assuage.workflows.ultrasound_targets import chosen_target

    chosen: Target = chosen_target(ct, target, side, landmarks)
    worn = generic_helmet() if helmet is None else read_helmet(helmet)
    order = PlanOrder(
        chosen,
        worn,
        1e3 * frequency_khz,
        property_map,
        points_per_wavelength,
        duration_s,
        wanted_peak_c,
        samples,
    )
    order.refuse_what_does_not_fit()
    console.print("Reading and segmenting the head.")
    ready = prepared(order, *read_ct(ct))
    shape = "x".join(map(str, ready.problem.tissue.grid.shape))
    console.print(
        f"{int(ready.problem.active.sum())} elements active; {shape} nodes;"
        f" about {ready.memory_bytes / 1e6:.0f} MB of memory."
    )
    with progress_bar() as (watch, residual):
        options = SolverOptions(tolerance=TOLERANCE, threads=threads, watch=residual)
        made = make_plan(ready, options, out / "samples", watch)
    print_facts("Plan", facts_of_plan(made.report))
    print_heat(made.report.heat.at_power)
    written = write_plan(made, out)
    console.print(f"Written: {', '.join(path.name for path in written)}")
    console.print(NOTICE)
    outcomes = (made.report.plan.transfer.outcome, made.report.focus.outcome)
    if not all(outcome.converged for outcome in outcomes):
        raise typer.Exit(1)


def simulate_command(
    plan: Annotated[Path, typer.Argument(help="A folder that assuage fus plan wrote.")],
    power_w: Annotated[float, typer.Option(help="Acoustic power that leaves the helmet.")],
    duration_s: Annotated[float, typer.Option(help="Of the sonication.")],
    out: Out = Path("out"),
) -> None:
    """Heat a plan's focus with another power or for another time."""
    require_the_extra()
    from assuage.workflows.ultrasound_plan_files import read_plan
    from assuage.workflows.ultrasound_simulation import simulate

    read = read_plan(plan)
    done = simulate(read, power_w, duration_s, out, console.print)
    most_w = float(read.content["most_acoustic_power_w"])
    if power_w > most_w:
        console.print(f"This is more than the {most_w:.0f} W that the plan's elements give at their limit.")
    print_heat(done.heat)
    console.print(f"Written: {', '.join(path.name for path in done.written)}")
    console.print(NOTICE)


def demo_command(
    out: Out = Path("demo-fus-out"),
    threads: Annotated[int | None, typer.Option(help="All processors if not given.")] = None,
) -> None:
    """Plan, heat, rehearse a session and measure its temperatures on a made-up head."""
    require_the_extra()
    from assuage.sound_pages.plan_page import facts_of_plan
    from assuage.ultrasound.field import SolverOptions
    from assuage.workflows.ultrasound_demo import demonstrate, demonstration_plan

    with progress_bar() as (watch, residual):
        options = SolverOptions(tolerance=TOLERANCE, threads=threads, watch=residual)
        made = demonstration_plan(out, options=options, watch=watch)
        done = demonstrate(made, out, watch=watch)
    print_facts("Plan", facts_of_plan(made.report))
    print_heat(made.report.heat.at_power)
    delivered = len(done.rehearsal.state.delivered())
    ended = "a lesion was rehearsed" if done.rehearsal.ablated else "stopped by rule"
    console.print(
        f"Session: {delivered} rehearsed sonications, {ended};"
        f" the last focus lay {done.rehearsal.true_error_mm:.2f} mm from the target."
    )
    for page in done.pages:
        console.print(f"Page: {page}", soft_wrap=True)
    console.print(f"Nothing was delivered to anybody. {NOTICE}")


def print_heat(found: tuple[HeatAt, ...]) -> None:
    """The heat of one power, a line for each share."""
    first = found[0]
    table = Table(
        title=f"{first.acoustic_power_w:.0f} W for {first.duration_s:g} s, by share that becomes heat"
    )
    for title in ("share", "focus", "lesion at 240 CEM43", "skull", "scalp"):
        table.add_column(title)
    for heat in found:
        axes = heat.lesions[-1].axes_mm
        lesion = " × ".join(f"{axis:.1f}" for axis in axes) + " mm" if axes[0] > 0 else "none"
        warm = [
            "none" if place is None else f"{place.peak_c:.1f} °C, {place.dose_cem43_min:.2g} CEM43 min"
            for place in (heat.bone, heat.skin)
        ]
        table.add_row(*cells(heat.share, f"{heat.peak_c:.1f} °C", lesion, *warm))
    console.print(table)


@contextmanager
def progress_bar() -> Iterator[tuple[Callable[[str], None], Callable[[int, float], None]]]:
    """A line for each step, and a bar that fills as a solve's residual falls to the tolerance."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=1.0)

        def step(words: str) -> None:
            progress.console.print(f"- {words}")
            progress.update(task, description=words, completed=0.0)

        def residual(applications: int, value: float) -> None:
            del applications
            done = np.log(max(value, 1e-30)) / np.log(TOLERANCE) if value > 0 else 1.0
            progress.update(task, completed=float(np.clip(done, 0, 1)))

        yield step, residual
