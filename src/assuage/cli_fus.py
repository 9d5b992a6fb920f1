"""`assuage fus`: the sound, from the command line. It parses, calls, prints and writes."""

from __future__ import annotations

import csv
import dataclasses
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from assuage.cli_fus_plan import (
    DEMO_EPILOG,
    PLAN_EPILOG,
    SIMULATE_EPILOG,
    demo_command,
    plan_command,
    simulate_command,
)
from assuage.cli_fus_printing import NOTICE, console, require_the_extra
from assuage.cli_fus_session import ADD_EPILOG, SESSION_EPILOG, session, session_add
from assuage.cli_fus_thermometry import EPILOG as THERMOMETRY_EPILOG
from assuage.cli_fus_thermometry import thermometry
from assuage.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assuage.ultrasound.field import AcousticField
    from assuage.ultrasound.field.metrics import Focus


class Peer(StrEnum):
    """A code that users would pick instead."""

    K_WAVE = "k-wave-python"
    J_WAVE = "j-wave"


app = typer.Typer(
    no_args_is_help=True,
    help="Focused ultrasound through a skull. Research; not for driving a device.",
    epilog="Example: assuage fus benchmark BM3-SC1 BM4-SC1",
)

app.command("plan", epilog=PLAN_EPILOG)(plan_command)
app.command("simulate", epilog=SIMULATE_EPILOG)(simulate_command)
app.command("demo", epilog=DEMO_EPILOG)(demo_command)
app.command(epilog=SESSION_EPILOG)(session)
app.command("session-add", epilog=ADD_EPILOG)(session_add)
app.command(epilog=THERMOMETRY_EPILOG)(thermometry)


@app.command(epilog="Example: assuage fus field slab-of-bone.scene.yaml --out out")
def field(
    scene: Annotated[Path, typer.Argument(help="A YAML file: frequency, region, source, medium.")],
    out: Annotated[Path, typer.Option(help="Folder for the NIfTI files, the picture and the table.")] = Path(
        "out"
    ),
    tolerance: Annotated[float, typer.Option(help="Relative residual to reach.")] = 1e-3,
    threads: Annotated[int | None, typer.Option(help="Threads; all processors if not given.")] = None,
) -> None:
    """Compute the pressure field of a scene."""
    require_the_extra()
    from assuage.ultrasound.field import SolverOptions, plan_solve, solve_field
    from assuage.ultrasound.scene import focal_region, read_scene

    problem = read_scene(scene).problem(scene.parent)
    plan = plan_solve(problem, SolverOptions(tolerance=tolerance, threads=threads))
    shape = "x".join(map(str, plan.box.shape)) if plan.box else "none: uniform medium"
    console.print(f"Region {'x'.join(map(str, problem.grid.shape))} nodes; box {shape};"
                  f" about {plan.memory_bytes / 1e6:.0f} MB of memory.")  # fmt: skip
    with _residual_bar(tolerance) as watch:
        result = solve_field(problem, SolverOptions(tolerance=tolerance, threads=threads, watch=watch))
    console.print(str(result.outcome))
    _write_field(result, focal_region(problem), out)
    console.print(f"Written to {out}. {NOTICE}")
    if not result.outcome.converged:
        raise typer.Exit(1)


@app.command(epilog="Example: assuage fus benchmark BM3-SC1; assuage fus benchmark --peer j-wave")
def benchmark(
    cases: Annotated[list[str] | None, typer.Argument(help="Like BM3-SC1; all if none is given.")] = None,
    spacing_mm: Annotated[float, typer.Option(help="Node distance; the published one is 0.5 mm.")] = 0.5,
    threads: Annotated[int | None, typer.Option(help="Threads; all processors if not given.")] = None,
    peer: Annotated[
        list[Peer] | None,
        typer.Option(help="Compare on a small case with this code instead; may be given more than once."),
    ] = None,
) -> None:
    """Run cases of the published intercomparison against exact references, or a small one beside peers."""
    require_the_extra()
    if peer:
        _compare_with_peers([p.value for p in peer], cases)
        return
    from assuage.ultrasound.field.benchmark import run_case
    from assuage.ultrasound.field.benchmark_cases import CASES, benchmark_case
    from assuage.ultrasound.field.solve import SolverOptions

    names = cases or list(CASES)
    for name in names:
        benchmark_case(name)
    table = Table(title=f"Published cases at {spacing_mm} mm, against exact references")
    for title in (
        "case",
        "|p| Linf %",
        "|p| L2 %",
        "complex L2 %",
        "focus %",
        "focus mm",
        "residual",
        "FFTs",
        "s",
        "MB",
    ):
        table.add_column(title, justify="right", no_wrap=title == "case")
    converged = True
    for name in names:
        with _residual_bar(1e-3) as watch:
            row = run_case(name, spacing_mm, SolverOptions(threads=threads, watch=watch))
        outcome = row.outcome
        converged = converged and outcome.converged
        table.add_row(
            name,
            *(f"{value:.2f}" for value in dataclasses.astuple(row.apart)),
            f"{outcome.relative_residual:.1e}" + ("" if outcome.converged else " NOT converged"),
            str(2 * outcome.operator_applications),
            f"{outcome.seconds:.1f}",
            f"{outcome.memory_bytes / 1e6:.0f}",
        )
    console.print(table)
    if not converged:
        raise typer.Exit(1)


def _compare_with_peers(peers: list[str], cases: list[str] | None) -> None:
    """Run benchmarks/peers.py, which starts each peer in the peers' own environment."""
    if cases:
        message = "peers run the small case only (a published one takes them hours): leave the case names out"
        raise UsageError(message)
    folder = Path(__file__).resolve().parents[2] / "benchmarks"
    if not (folder / "peers.py").is_file():
        message = (
            "peers are compared from a copy of the project's repository: run it there, after make bench-fus"
        )
        raise UsageError(message)
    if not (folder / ".venv-peers" / "bin" / "python").exists():
        message = "the peers are not installed (benchmarks/.venv-peers is missing): run make bench-fus once"
        raise UsageError(message)
    asked = [word for name in peers for word in ("--peer", name)]
    ended = subprocess.run([sys.executable, folder / "peers.py", *asked], check=False)  # noqa: S603 -- our own script and names
    if ended.returncode:
        raise typer.Exit(1)


@contextmanager
def _residual_bar(tolerance: float) -> Iterator[Callable[[int, float], None]]:
    """A bar that fills as the residual's logarithm falls to the tolerance's."""
    columns = (
        TextColumn("solving"),
        BarColumn(),
        TextColumn("residual {task.fields[residual]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("solve", total=1.0, residual="1")

        def watch(applications: int, residual: float) -> None:
            del applications
            done = np.log(max(residual, 1e-30)) / np.log(tolerance) if residual > 0 else 1.0
            progress.update(task, completed=float(np.clip(done, 0, 1)), residual=f"{residual:.1e}")

        yield watch


def _write_field(result: AcousticField, allowed: NDArray[np.bool_] | None, out: Path) -> None:
    """Amplitude and phase as NIfTI (millimetres, the source's frame), the plane z = middle, the focus."""
    import nibabel

    from assuage.ultrasound.field.metrics import focus_of
    from assuage.ultrasound.picture import plane_svg

    out.mkdir(parents=True, exist_ok=True)
    grid, amplitude = result.grid, result.amplitude_pa
    affine = np.diag([1e3 * grid.spacing_m] * 3 + [1.0])
    affine[:3, 3] = 1e3 * np.array(grid.origin_m)
    for name, values in (("amplitude_pa", amplitude), ("phase_rad", np.angle(result.pressure_pa))):
        image = nibabel.Nifti1Image(values.astype(np.float32), affine)
        image.header.set_xyzt_units("mm")
        image.header["descrip"] = NOTICE.encode()
        nibabel.save(image, out / f"{name}.nii.gz")
    focus = focus_of(amplitude, grid.spacing_m, grid.origin_m, allowed)
    middle = grid.nearest_node(focus.position_m)[2]
    title = f"Pressure amplitude, {result.frequency_hz / 1e3:g} kHz, plane of the peak. {NOTICE}"
    picture = plane_svg(amplitude[:, :, middle], grid.spacing_m, (grid.origin_m[0], grid.origin_m[1]), title)
    (out / "field.svg").write_text(picture, encoding="utf-8")
    where = "anywhere in the region" if allowed is None else "behind the bone"
    _write_focus(_focus_rows(result, focus), where, out / "focus.csv")


def _focus_rows(result: AcousticField, focus: Focus) -> list[tuple[str, str]]:
    values: list[tuple[str, float]] = [
        ("relative_residual", result.outcome.relative_residual),
        ("peak_pa", focus.peak_pa),
        *((f"peak_{a}_mm", 1e3 * v) for a, v in zip("xyz", focus.position_m, strict=True)),
        *((f"width_3db_{a}_mm", 1e3 * v) for a, v in zip("xyz", focus.widths_3db_m, strict=True)),
        *((f"width_6db_{a}_mm", 1e3 * v) for a, v in zip("xyz", focus.widths_6db_m, strict=True)),
        ("volume_3db_mm3", 1e9 * focus.volume_3db_m3),
        ("volume_6db_mm3", 1e9 * focus.volume_6db_m3),
    ]
    converged = "yes" if result.outcome.converged else "no"
    return [("converged", converged), *((quantity, f"{value:.6g}") for quantity, value in values)]


def _write_focus(rows: list[tuple[str, str]], where: str, path: Path) -> None:
    table = Table(title=f"Focus: the largest amplitude {where}")
    table.add_column("quantity")
    table.add_column("value", justify="right")
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("quantity", "value"))
        writer.writerows(rows)
    for row in rows:
        table.add_row(*row)
    console.print(table)
