"""`assuage followup`: how it went, from the command line. It parses, calls a workflow, and prints."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from assuage.cli_fields import day
from assuage.records.source import SourceKind

if TYPE_CHECKING:
    from assuage.followup import FollowUp
    from assuage.workflows.follow_up import FollowedUp

MOST_PROBLEMS = 20
EPILOG = "Example: assuage followup my-clinic/ --person 17 --diary diary.csv --out pages"
SUPPORT = "assuage supports decisions; it does not make them."


def followup_command(
    source: Annotated[
        Path,
        typer.Argument(help="A FHIR R4 Bundle or NDJSON export, an OMOP CDM folder, or *.history.yaml."),
    ],
    person: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Only this person, in full; everybody is counted without it."),
    ] = None,
    diary: Annotated[
        Path | None, typer.Option(help="A pain diary beside the records: CSV, or FHIR Observations.")
    ] = None,
    since: Annotated[
        date | None,
        typer.Option(
            parser=day, metavar="DATE", help="Count from this day; default: the last procedure, or new drug."
        ),
    ] = None,
    as_of: Annotated[
        date | None, typer.Option(parser=day, metavar="DATE", help="Nothing dated later counts.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for a page with charts on each person.")] = None,
    kind: Annotated[SourceKind | None, typer.Option(help="What the source is, where it is not seen.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Say how it went: change from baseline, trends, diary months, relapses, and what disagrees."""
    from assuage.workflows.follow_up import follow_up_source

    found = follow_up_source(source, person=person, diary=diary, since=since, as_of=as_of, out=out, kind=kind)
    if as_json:
        typer.echo(json.dumps(_to_json(found), indent=2, ensure_ascii=False, default=str))
        return
    if found.person is not None:
        _print_person(found.person)
    else:
        _print_everybody(found)
    _print_problems(found.problems)
    typer.echo(SUPPORT)
    if found.pages is not None:
        typer.echo("Pages: in the folder followup of the folder that --out names.")


def _to_json(found: FollowedUp) -> dict[str, object]:
    return {
        "format": "assuage-followup/1",
        "people": found.people,
        "person": asdict(found.person) if found.person else None,
        "instruments": [
            {
                "account": count.account,
                "outcomes": count.outcomes,
                "with_change": len(count.points),
                "median_points": count.median_points,
                "improvement_that_matters": count.mattering,
                "not_computable": dict(count.reasons),
            }
            for count in found.instruments
        ],
        "discordant": found.discordant,
        "relapses": [asdict(curve) for curve in found.relapses],
        "problems": list(found.problems),
    }


def _print_person(found: FollowUp) -> None:
    from assuage.report.followup_rows import (
        change_point_lines,
        discordance_lines,
        month_rows,
        outcome_rows,
        since_line,
        stated_lines,
    )
    from assuage.report.wording import words

    catalogue = words()
    typer.echo(f"As of {found.as_of}. {since_line(found.since, catalogue)}")
    for line in discordance_lines(found, catalogue):
        typer.echo(f"Disagreement: {line}")
    _print_table(
        "Outcomes",
        ("What", "Baseline", "Last", "Change", "After treatment", "Way"),
        [
            (
                f"{row.name}\n({row.role})",
                row.baseline,
                row.latest,
                "\n".join((row.change, *row.matters, *(f"Missing: {fact}" for fact in row.missing))),
                "\n".join(row.trend),
                row.direction,
            )
            for row in outcome_rows(found, catalogue)
        ],
    )
    for line in (*stated_lines(found, catalogue), *change_point_lines(found, catalogue)):
        typer.echo(line)
    if found.months:
        _print_table(
            "The diary in months of 28 days",
            ("Month", "Filled", "Mean pain", "Headache", "Migraine", "Rescue", "Attacks", "Work lost"),
            [
                (
                    row.days,
                    row.filled,
                    row.pain,
                    row.headache,
                    row.migraine,
                    row.rescue,
                    row.attacks,
                    row.work,
                )
                for row in month_rows(found, catalogue)
            ],
        )


def _print_everybody(found: FollowedUp) -> None:
    from assuage.report.followup_rows import NOT_KNOWN, account_in_words, relapse_rows
    from assuage.report.wording import number, words

    catalogue = words()
    typer.echo(f"{found.people} people followed up; accounts that disagree: {found.discordant}.")
    _print_table(
        "Change from baseline",
        ("Instrument", "Outcomes", "With a change", "Median, points", "Better by a threshold"),
        [
            (
                account_in_words(count.account, catalogue),
                str(count.outcomes),
                str(len(count.points)),
                NOT_KNOWN if count.median_points is None else number(count.median_points),
                str(count.mattering),
            )
            for count in found.instruments
        ],
    )
    if found.relapses:
        _print_table(
            "Relief after procedures",
            ("Procedure", "Helped", "Relapsed", "Time unknown", "Still free at the last relapse", "Median"),
            [
                (row.name, row.people, row.relapses, row.unknown, row.free, row.median)
                for row in relapse_rows(found.relapses, catalogue)
            ],
        )


def _print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from assuage.report.record_text import neutralised

    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*map(neutralised, row))
    Console(markup=False, highlight=False).print(table)


def _print_problems(problems: Sequence[str]) -> None:
    from assuage.report.record_text import neutralised

    for line in problems[:MOST_PROBLEMS]:
        typer.echo(neutralised(line))
    if len(problems) > MOST_PROBLEMS:
        typer.echo(f"and {len(problems) - MOST_PROBLEMS} more.")
