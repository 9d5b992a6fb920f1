"""`assuage review`: everyone in a source. It parses, calls a workflow, and prints."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from assuage import __version__
from assuage.cli_fields import country, day
from assuage.cli_progress import progress_bars
from assuage.engines.servers import DatabaseUrl, is_database_url
from assuage.records.source import SourceKind
from assuage.report import (
    SMALLEST_CELL,
    Cell,
    CellRule,
    ClinicSummary,
    SummaryTable,
    VerdictCount,
    summary_table,
)
from assuage.report.record_text import neutralised
from assuage.workflows import Reviewed, review
from assuage.workflows.asking import FIRST_PAGES, Engine, Pages, named_people

EPILOG = "Example: assuage review my-clinic/ --out report --market US"
SUPPORT = "assuage supports decisions; it does not make them."


def review_command(
    source: Annotated[
        str,
        typer.Argument(
            help="A FHIR R4 Bundle or NDJSON export, an OMOP CDM folder, DuckDB file or postgresql:// URL, "
            "tables left by assuage ingest, or *.history.yaml."
        ),
    ],
    out: Annotated[Path | None, typer.Option(help="Folder for the pages and result tables.")] = None,
    as_of: Annotated[
        date | None,
        typer.Option(
            parser=day, metavar="DATE", help="Day of the review; default: each person's last record."
        ),
    ] = None,
    market: Annotated[
        str | None,
        typer.Option(
            parser=country, metavar="CODE", help="Country whose market decides what is available: US, GB ..."
        ),
    ] = None,
    definition: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Only this definition; may be given more than once."),
    ] = None,
    complete_from: Annotated[
        date | None,
        typer.Option(parser=day, metavar="DATE", help="The records hold every treatment from this day on."),
    ] = None,
    kind: Annotated[SourceKind | None, typer.Option(help="What the source is, where it is not seen.")] = None,
    engine: Annotated[
        Engine, typer.Option(help="Where the rules run; auto goes by the source and the number of people.")
    ] = Engine.AUTO,
    spark_master: Annotated[
        str,
        typer.Option(metavar="URL", help="Where --engine spark runs: local[N], spark://HOST, sc://HOST ..."),
    ] = "local[*]",
    people: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID", help="Write this person's page; may be given more than once; @FILE: an id a line."
        ),
    ] = None,
    pages: Annotated[
        int | None,
        typer.Option(
            min=0,
            metavar="N",
            help=f"Write pages for the first N people, the most urgent first; default: everyone, "
            f"of a whole health system {FIRST_PAGES}, with --people nobody else.",
        ),
    ] = None,
    smallest_cell: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="N",
            help=f"Show counts of fewer than N people as <N; default: {SMALLEST_CELL} for a whole health "
            "system, 1 for a clinic.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Review everyone in SOURCE who has a pain condition."""
    with progress_bars() as progress:
        reviewed = review(
            DatabaseUrl.parse(source) if is_database_url(source) else Path(source),
            out=out,
            as_of=as_of,
            market=market,
            definition_ids=definition or (),
            complete_from=complete_from,
            kind=kind,
            engine=engine,
            pages=Pages(named_people(people or ()), pages),
            smallest_cell=smallest_cell,
            spark_master=spark_master,
            processes=os.cpu_count() or 1,
            progress=progress,
        )
    print_reviewed(reviewed, as_json=as_json)


def print_reviewed(reviewed: Reviewed, *, as_json: bool) -> None:
    """Print what a review came to: counts and words of ours, never a string from a record."""
    if as_json:
        typer.echo(json.dumps(_reviewed_to_json(reviewed), indent=2))
        return
    clinic = reviewed.clinic
    cells = clinic.cells
    console = Console()
    console.print(
        f"{cells.cell(clinic.people_read)} people read, "
        f"{cells.cell(clinic.tally.people)} with a pain condition.",
        highlight=False,
    )
    print_table(summary_table(clinic))
    of_records = [line for line in clinic.read_report if not line.is_of_a_field]
    skipped = sum(line.skipped for line in of_records)
    read = sum(line.read for line in of_records)
    console.print(f"Records: {read} read, {skipped} not used; the read report says why.", highlight=False)
    console.print(SUPPORT, highlight=False)
    if reviewed.index is not None:
        if len(clinic.tally.lines) < clinic.tally.people:
            pages = f"Pages: {len(clinic.tally.lines)}; --people ID writes anyone's, --pages N the first N."
            console.print(pages, highlight=False)
        typer.echo(f"Report: {shown_path(reviewed.index)}")
    else:
        typer.echo("Add --out DIR for a page on each person, with the reasons.")


def _reviewed_to_json(reviewed: Reviewed) -> dict[str, object]:
    clinic: ClinicSummary = reviewed.clinic
    cells = clinic.cells
    return {
        "format": "assuage-summary/1",
        "version": __version__,
        "source_kind": str(clinic.source_kind),
        "engine": str(reviewed.engine),
        "people_read": _as_json(cells.cell(clinic.people_read)),
        "people_with_pain": _as_json(cells.cell(clinic.tally.people)),
        "verdicts": [_verdicts_to_json(count, cells) for count in clinic.verdict_counts()],
        "read_report": [vars(line) for line in clinic.read_report],
        "report": str(reviewed.index) if reviewed.index else None,
    }


def _verdicts_to_json(count: VerdictCount, cells: CellRule) -> dict[str, int | str]:
    unknown, met, not_met = map(_as_json, count.row(cells).cells)
    return {"definition": count.definition, "met": met, "not_met": not_met, "unknown": unknown}


def _as_json(cell: Cell) -> int | str:
    """The number, or the sign that stands for one that is hidden."""
    return str(cell) if cell.number is None else cell.number


def print_table(table: SummaryTable) -> None:
    """Print a table of words and counts."""
    shown = Table()
    for column in table.columns:
        shown.add_column(column, overflow="fold")
    for row in table.rows:
        shown.add_row(*row)
    Console().print(shown)


def shown_path(said: object) -> str:
    """Words on one line that a terminal shows and does not obey: who named a file may have meant harm."""
    return neutralised(str(said)).translate(dict.fromkeys(map(ord, "\t\r\n"), "\ufffd"))
