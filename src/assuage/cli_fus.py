"""`assuage fus`: the sound, from the command line. It parses, calls, prints and writes."""

from __future__ import annotations

import csv
import dataclasses
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from assuage.errors import AssuageError, UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assuage.ultrasound.field import AcousticField
    from assuage.ultrasound.field.metrics import Focus

NEEDED = ("nibabel", "numba", "scipy")
"""Modules of the extra `ultrasound` without which no field can be solved."""

app = typer.Typer(
    no_args_is_help=True,
    help="Focused ultrasound through a skull. Research; not for driving a device.",
    epilog="Example: assuage fus benchmark BM3-SC1 BM4-SC1",
)
console = Console()
NOTICE = "Research; not for driving a device."


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
    _require_the_extra()
    from assuage.ultrasound.field import SolverOptions, plan_solve, solve_field
    from assuage.ultrasound.scene import read_scene

    described = read_scene(scene)
    problem = described.problem()
    plan = plan_solve(problem, SolverOptions(tolerance=tolerance, threads=threads))
    shape = "x".join(map(str, plan.box.shape)) if plan.box else "none: uniform medium"
    console.print(f"Region {'x'.join(map(str, problem.grid.shape))} nodes; box {shape};"
                  f" about {plan.memory_bytes / 1e6:.0f} MB of memory.")  # fmt: skip
    with _residual_bar(tolerance) as watch:
        result = solve_field(problem, SolverOptions(tolerance=tolerance, threads=threads, watch=watch))
    console.print(str(result.outcome))
    _write_field(result, described.focal_region(problem.grid), out)
    console.print(f"Written to {out}. {NOTICE}")
    if not result.outcome.converged:
        raise typer.Exit(1)


@app.command(epilog="Example: assuage fus benchmark BM3-SC1")
def benchmark(
    cases: Annotated[list[str] | None, typer.Argument(help="Like BM3-SC1; all if none is given.")] = None,
    spacing_mm: Annotated[float, typer.Option(help="Node distance; the published one is 0.5 mm.")] = 0.5,
    threads: Annotated[int | None, typer.Option(help="Threads; all processors if not given.")] = None,
) -> None:
    """Run cases of the published intercomparison against their exact references."""
    _require_the_extra()
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


def _require_the_extra() -> None:
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        message = (
            f"The sound needs {', '.join(missing)}, which is not installed. "
            "Install the extra: pip install 'assuage[ultrasound]'."
        )
        raise UsageError(message)


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
    _write_focus(_focus_rows(result, focus), out / "focus.csv")


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


def _write_focus(rows: list[tuple[str, str]], path: Path) -> None:
    table = Table(title="Focus: the largest amplitude behind the layers")
    table.add_column("quantity")
    table.add_column("value", justify="right")
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("quantity", "value"))
        writer.writerows(rows)
    for row in rows:
        table.add_row(*row)
    console.print(table)


def main(arguments: list[str] | None = None) -> int:
    """Run `assuage fus`; returns the exit code and never shows a traceback for a user's mistake."""
    try:
        outcome = app(arguments, standalone_mode=False)
    except AssuageError as error:
        Console(stderr=True).print(str(error), style="red", highlight=False)
        return error.exit_code
    except typer.Exit as end:
        return end.exit_code
    except Exception as error:
        if type(error).__module__.startswith(("click", "typer")):
            Console(stderr=True).print(str(error), style="red", highlight=False)
            return 2
        raise
    return outcome if isinstance(outcome, int) else 0


if __name__ == "__main__":
    sys.exit(main())
