"""The command line: one thin subcommand per verb. It parses, calls a workflow, and prints."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from assuage import __version__
from assuage.cli_followup import EPILOG as FOLLOWUP_EPILOG
from assuage.cli_followup import followup_command
from assuage.cli_fus import app as fus
from assuage.cli_ingest import EPILOG as INGEST_EPILOG
from assuage.cli_ingest import ingest_command
from assuage.cli_options import EPILOG, options
from assuage.cli_progress import progress_bars
from assuage.cli_review import EPILOG as REVIEW_EPILOG
from assuage.cli_review import print_reviewed, print_table, review_command, shown_path
from assuage.errors import AssuageError
from assuage.report.definitions_text import (
    comparison_table,
    definition_lines,
    definition_to_json,
    definitions_to_json,
)
from assuage.workflows import (
    CLINIC_PEOPLE,
    SEED,
    chosen_definitions,
    make_up,
    person_types,
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
app.command("review", epilog=REVIEW_EPILOG)(review_command)
app.command(epilog=EPILOG)(options)
app.command("ingest", epilog=INGEST_EPILOG)(ingest_command)
app.command("followup", epilog=FOLLOWUP_EPILOG)(followup_command)

MOST_PEOPLE = 10_000_000


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
    print_reviewed(reviewed, as_json=as_json)


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
    typer.echo(f"Records: {shown_path(records)}")
    typer.echo(f"Truth: {shown_path(records.parent / 'truth.parquet')}")


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
        print_table(comparison_table(people))


def main() -> None:
    """Run the command line; an error of ours is one message and its exit code, never a traceback."""
    try:
        app()
    except AssuageError as error:
        typer.echo(f"assuage: {shown_path(error)}", err=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        typer.echo("assuage: stopped.", err=True)
        sys.exit(130)


if __name__ == "__main__":
    main()
