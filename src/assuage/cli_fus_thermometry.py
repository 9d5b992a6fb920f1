"""`assuage fus thermometry`: MR phase images to temperature, from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assuage.cli_fus_printing import NOTICE, console, print_facts, require_the_extra

EPILOG = "Example: assuage fus thermometry --dicom images --baselines 8 --target 6 -14 0 --out out"


def thermometry(
    baselines: Annotated[int, typer.Option(help="How many images at the start are without heat.")],
    target: Annotated[tuple[float, float, float], typer.Option(help="Scanner RAS, mm.")],
    dicom: Annotated[Path | None, typer.Option(help="Folder, or one enhanced file, of MR images.")] = None,
    series: Annotated[
        list[int] | None, typer.Option(help="Series number in the folder; once for each.")
    ] = None,
    magnitude: Annotated[Path | None, typer.Option(help="4-D NIfTI.")] = None,
    phase: Annotated[Path | None, typer.Option(help="4-D NIfTI, radians.")] = None,
    complex_: Annotated[Path | None, typer.Option("--complex", help="4-D NIfTI of complex values.")] = None,
    echo_ms: Annotated[float | None, typer.Option(help="Echo time; needed with NIfTI.")] = None,
    field_t: Annotated[float | None, typer.Option(help="Field strength; needed with NIfTI.")] = None,
    frame_s: Annotated[float | None, typer.Option(help="Time between images; needed with NIfTI.")] = None,
    phase_rises: Annotated[
        bool, typer.Option("--phase-rises", help="The scanner's phase grows with temperature.")
    ] = False,
    start_c: Annotated[float, typer.Option(help="Temperature of the baselines.")] = 37.0,
    nearest_baseline: Annotated[
        bool,
        typer.Option(help="Compare with the most similar baseline, not their mean: for a head that moves."),
    ] = False,
    plan: Annotated[Path | None, typer.Option(help="plan.json: what was expected.")] = None,
    power_w: Annotated[
        float | None, typer.Option(help="Acoustic power delivered; needed with --plan.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for NIfTI, CSV and the page.")] = Path("out"),
) -> None:
    """Measure the temperature of one sonication in a series of MR images."""
    require_the_extra()
    from assuage.errors import UsageError
    from assuage.sound_pages.thermometry_page import facts_of_course
    from assuage.workflows.ultrasound_thermometry import (
        SeriesFiles,
        Stated,
        image_series,
        measure,
        planned_rise,
        read_files,
        scan_of,
        write_thermometry,
    )

    if (plan is None) != (power_w is None):
        message = "--plan and --power-w go together: a plan's temperatures are for a power"
        raise UsageError(message)
    files = SeriesFiles(dicom, complex_, magnitude, phase, tuple(series or ()))
    planned = None if plan is None or power_w is None else planned_rise(plan, power_w)
    read = read_files(files)
    stated = Stated(None if echo_ms is None else 1e-3 * echo_ms, field_t, frame_s, phase_rises)
    scan = scan_of(
        read, stated, baselines=baselines, target_ras_mm=target, start_c=start_c, moving=nearest_baseline
    )
    done = measure(image_series(read, scan), scan, planned)
    for code, number in read.remarks:
        console.print(f"{code.replace('_', ' ')}: {number:g}")
    print_facts("Temperatures of one sonication", facts_of_course(done.course))
    written = write_thermometry(done, out)
    console.print(f"Written: {', '.join(path.name for path in written)}")
    console.print(NOTICE)
