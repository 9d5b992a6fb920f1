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
from assuage.workflows.options import options_of

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
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """Show what is left for one person: each option, what speaks for and against it, and why."""
    found = options_of(source, person, as_of=as_of, market=market, complete_from=complete_from, kind=kind)
    if as_json:
        typer.echo(json.dumps(options_to_json(found), indent=2, ensure_ascii=False))
    else:
        typer.echo("\n".join(option_lines(found)))
