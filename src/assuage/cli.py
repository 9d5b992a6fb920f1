"""The command line: one thin subcommand per verb. It parses, calls a workflow, and prints."""

from __future__ import annotations

import json
import os
import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from assuage import __version__
from assuage.cli_fields import country, day
from assuage.cli_followup import EPILOG as FOLLOWUP_EPILOG
from assuage.cli_followup import followup_command
from assuage.cli_fus import app as fus
from assuage.cli_ingest import EPILOG as INGEST_EPILOG
from assuage.cli_ingest import ingest_command
from assuage.cli_options import EPILOG, options
from assuage.cli_progress import progress_bars
from assuage.errors import AssuageError
from assuage.records.source import SourceKind
from assuage.report import ClinicSummary, SummaryTable, summary_table
from assuage.report.definitions_text import (
    comparison_table,
    definition_lines,
    definition_to_json,
    definitions_to_json,
)
from assuage.report.record_text import neutralised
from assuage.workflows import (
    CLINIC_PEOPLE,
    SEED,
    Reviewed,
    chosen_definitions,
    make_up,
    person_types,
    review,
    review_made_up,
)

app = typer.Typer(
    name="assuage",
    help="What was tried, is this pain treatment-resistant, by which definition, and why.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.add_typer(fus, name="fus")
app.command(epilog=EPILOG)(options)
app.command("ingest", epilog=INGEST_EPILOG)(ingest_command)
app.command("followup", epilog=FOLLOWUP_EPILOG)(followup_command)

MOST_PEOPLE = 10_000_000
SUPPORT = "assuage supports decisions; it does not make them."


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"assuage {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Take options that stand before the verb."""


Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


@app.command("review", epilog="Example: assuage review my-clinic/ --out report --market US")
def review_command(
    source: Annotated[
        Path,
        typer.Argument(
            help="A FHIR R4 Bundle or NDJSON export, an OMOP CDM folder or DuckDB file, or *.history.yaml."
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
    as_json: Json = False,
) -> None:
    """Review everyone in SOURCE who has a pain condition."""
    with progress_bars() as progress:
        reviewed = review(
            source,
            out=out,
            as_of=as_of,
            market=market,
            definition_ids=definition or (),
            complete_from=complete_from,
            kind=kind,
            processes=os.cpu_count() or 1,
            progress=progress,
        )
    _print_reviewed(reviewed, as_json=as_json)


@app.command(epilog="Example: assuage demo --out demo-out")
def demo(
    out: Annotated[Path, typer.Option(help="Folder for the pages and result tables.")] = Path("demo-out"),
    people: Annotated[
        int, typer.Option(min=1, max=MOST_PEOPLE, help="How many people come to the clinic.")
    ] = CLINIC_PEOPLE,
    as_json: Json = False,
) -> None:
    """Make up a pain clinic, one fact in ten missing from its records, and review it."""
    with progress_bars() as progress:
        reviewed = review_made_up(people, out=out, processes=os.cpu_count() or 1, progress=progress)
    _print_reviewed(reviewed, as_json=as_json)


@app.command(epilog="Example: assuage synth --people 200 --seed 7 --format fhir --out made-up")
def synth(
    out: Annotated[Path, typer.Option(help="Folder for records/ and truth.parquet.")],
    people: Annotated[int, typer.Option(min=1, max=MOST_PEOPLE, help="How many people.")] = 100,
    seed: Annotated[int, typer.Option(min=0, help="The same seed makes the same people.")] = SEED,
    format_name: Annotated[
        str, typer.Option("--format", metavar="fhir|omop|omop-csv|history", help="How they are written.")
    ] = "history",
    completeness: Annotated[
        float, typer.Option(min=0, max=1, help="Share of the facts that are told; the truth stays the same.")
    ] = 1.0,
) -> None:
    """Make people up, with the truth about each of them beside their records."""
    with progress_bars() as progress:
        records = make_up(people, seed, format_name, out, completeness=completeness, progress=progress)
    typer.echo(f"Records: {_shown(records)}")
    typer.echo(f"Truth: {_shown(records.parent / 'truth.parquet')}")


@app.command(epilog="Example: assuage definitions smith2012")
def definitions(
    definition: Annotated[str | None, typer.Argument(metavar="[ID]", help="One definition, in full.")] = None,
    as_json: Json = False,
) -> None:
    """List the definitions with their sources and where they disagree, or show one in full."""
    chosen = chosen_definitions([definition] if definition else ())
    if as_json:
        whole = definition_to_json(chosen[definition]) if definition else definitions_to_json(chosen)
        typer.echo(json.dumps(whole, indent=2, ensure_ascii=False))
        return
    for each in chosen.values():
        typer.echo("\n".join(definition_lines(each, in_full=definition is not None)))
    if definition is None:
        people = [(each.name, each.verdicts) for each in person_types(chosen)]
        typer.echo("Where they disagree: the same made-up people through every definition.")
        _print_table(comparison_table(people))


def _print_reviewed(reviewed: Reviewed, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(_reviewed_to_json(reviewed), indent=2))
        return
    clinic = reviewed.clinic
    console = Console()
    console.print(
        f"{clinic.people_read} people read, {len(clinic.tally.lines)} with a pain condition.", highlight=False
    )
    _print_table(summary_table(clinic))
    of_records = [line for line in clinic.read_report if not line.is_of_a_field]
    skipped = sum(line.skipped for line in of_records)
    read = sum(line.read for line in of_records)
    console.print(f"Records: {read} read, {skipped} not used; the read report says why.", highlight=False)
    console.print(SUPPORT, highlight=False)
    if reviewed.index is not None:
        typer.echo(f"Report: {_shown(reviewed.index)}")
    else:
        typer.echo("Add --out DIR for a page on each person, with the reasons.")


def _reviewed_to_json(reviewed: Reviewed) -> dict[str, object]:
    clinic: ClinicSummary = reviewed.clinic
    return {
        "format": "assuage-summary/1",
        "version": __version__,
        "source_kind": str(clinic.source_kind),
        "people_read": clinic.people_read,
        "people_with_pain": len(clinic.tally.lines),
        "verdicts": [
            {
                "definition": count.definition,
                "met": count.met,
                "not_met": count.not_met,
                "unknown": count.unknown,
            }
            for count in clinic.verdict_counts()
        ],
        "read_report": [vars(line) for line in clinic.read_report],
        "report": str(reviewed.index) if reviewed.index else None,
    }


def _print_table(table: SummaryTable) -> None:
    shown = Table()
    for column in table.columns:
        shown.add_column(column, overflow="fold")
    for row in table.rows:
        shown.add_row(*row)
    Console().print(shown)


def _shown(said: object) -> str:
    """Words on one line that a terminal shows and does not obey: who named a file may have meant harm."""
    return neutralised(str(said)).translate(dict.fromkeys(map(ord, "\t\r\n"), "\ufffd"))


def main() -> None:
    """Run the command line; an error of ours is one message and its exit code, never a traceback."""
    try:
        app()
    except AssuageError as error:
        typer.echo(f"assuage: {_shown(error)}", err=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        typer.echo("assuage: stopped.", err=True)
        sys.exit(130)


if __name__ == "__main__":
    main()
