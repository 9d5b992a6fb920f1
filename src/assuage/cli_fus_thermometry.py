"""`assuage fus thermometry`: MR phase images to temperature, from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assuage.cli_fus_printing import NOTICE, console, print_facts, require_the_extra

EPILOG = (
    "Example: assuage fus thermometry --magnitude m.nii.gz --phase p.nii.gz --baselines 8"
    " --echo-ms 13 --field-t 3 --frame-s 3.5 --target 6 -14 0 --out out"
)


def thermometry(
    baselines: Annotated[int, typer.Option(help="How many images at the start are without heat.")],
    echo_ms: Annotated[float, typer.Option(help="Echo time.")],
    field_t: Annotated[float, typer.Option(help="Field strength of the magnet.")],
    frame_s: Annotated[float, typer.Option(help="Time from image to image.")],
    target: Annotated[tuple[float, float, float], typer.Option(help="Scanner RAS, mm.")],
    magnitude: Annotated[Path | None, typer.Option(help="4-D NIfTI.")] = None,
    phase: Annotated[Path | None, typer.Option(help="4-D NIfTI, radians.")] = None,
    complex_: Annotated[Path | None, typer.Option("--complex", help="4-D NIfTI of complex values.")] = None,
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
    from assuage.ultrasound.thermometry.sequence import PrfSequence
    from assuage.workflows.ultrasound_thermometry import (
        Scan,
        measure,
        planned_rise,
        read_series,
        write_thermometry,
    )

    if (plan is None) != (power_w is None):
        message = "--plan and --power-w go together: a plan's temperatures are for a power"
        raise UsageError(message)
    sequence = PrfSequence(field_t, 1e-3 * echo_ms)
    scan = Scan(sequence, frame_s, baselines, target, start_c, moving=nearest_baseline)
    planned = None if plan is None or power_w is None else planned_rise(plan, power_w)
    series = read_series(scan, magnitude=magnitude, phase=phase, both=complex_)
    done = measure(series, scan, planned)
    print_facts("Temperatures of one sonication", facts_of_course(done.course))
    written = write_thermometry(done, out)
    console.print(f"Written: {', '.join(path.name for path in written)}")
    console.print(NOTICE)
