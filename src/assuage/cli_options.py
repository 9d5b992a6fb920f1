"""`assuage options`: what is left for one person. It parses, calls a workflow, and prints."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from assuage.cli_fields import country, day
from assuage.records.source import SourceKind
from assuage.report.options_text import option_lines, options_to_json
from assuage.report.record_text import neutralised
from assuage.workflows.options import person_in
from assuage.workflows.person import review_person
from assuage.workflows.person_pages import write_person_pages
from assuage.workflows.rendering import person_report

EPILOG = "Example: assuage options my-clinic/ --person 17 --as-of 2025-03-01"


def options(
    source: Annotated[
        Path,
        typer.Argument(
            help="A FHIR R4 Bundle or NDJSON export, an OMOP CDM folder or DuckDB file, or *.history.yaml."
        ),
    ],
    person: Annotated[str, typer.Option(metavar="ID", help="The person's id in the records.")],
    as_of: Annotated[
        date | None,
        typer.Option(parser=day, metavar="DATE", help="Day of the review; default: the last record."),
    ] = None,
    market: Annotated[
        str | None,
        typer.Option(
            parser=country, metavar="CODE", help="Country whose market and advice count: US, GB ..."
        ),
    ] = None,
    complete_from: Annotated[
        date | None,
        typer.Option(parser=day, metavar="DATE", help="The records hold every treatment from this day on."),
    ] = None,
    kind: Annotated[SourceKind | None, typer.Option(help="What the source is, where it is not seen.")] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for a sheet for the team's meeting, the person's own page, and FHIR R4."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """Show what is left for one person: each option, what speaks for and against it, and why."""
    history = person_in(source, person, complete_from=complete_from, kind=kind)
    report = person_report(history, review_person(history, as_of=as_of, market=market))
    files = write_person_pages(report, out) if out is not None else ()
    if as_json:
        typer.echo(json.dumps(options_to_json(report.options), indent=2, ensure_ascii=False))
    else:
        typer.echo("\n".join(option_lines(report.options)))
    for file in files:
        typer.echo(f"Written: {neutralised(str(file))}", err=True)
