"""`assuage ingest`: a FHIR export into tables. It parses, calls a workflow, and prints."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from assuage.cli_progress import progress_bars
from assuage.workflows.ingesting import ingest_export

EPILOG = "Example: assuage ingest export/ --out tables, then: assuage review tables --out report"


def ingest_command(
    source: Annotated[
        Path, typer.Argument(help="A FHIR R4 export: one resource per line (.ndjson), plain or .gz.")
    ],
    out: Annotated[Path, typer.Option(help="Folder for the tables; empty, or left by an ingest.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """Turn a FHIR export into tables on disk, which a review reads many times faster.

    If it is stopped, the same command goes on where it was.
    """
    with progress_bars() as progress:
        ingested = ingest_export(source, out, processes=os.cpu_count() or 1, progress=progress)
    of_records = [line for line in ingested.report.lines() if not line.is_of_a_field]
    read, skipped = sum(line.read for line in of_records), sum(line.skipped for line in of_records)
    if as_json:
        counts = {"people": ingested.people, "read": read, "skipped": skipped}
        counts["malformed_lines"] = ingested.malformed_lines
        typer.echo(json.dumps({"format": "assuage-ingest/1", **counts}, indent=2))
        return
    typer.echo(
        f"{ingested.people} people; {read} records read, {skipped} not used: the read report says why."
    )
    if ingested.malformed_lines:
        typer.echo(f"{ingested.malformed_lines} malformed lines are kept in malformed.ndjson in that folder.")
