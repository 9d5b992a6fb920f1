"""`assuage fus session` and `session-add`: a session shown, and entries made, from the command line."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from assuage.cli_fus_printing import NOTICE, cells, console, print_facts

SESSION_EPILOG = "Example: assuage fus session examples/two-sides.session.yaml --out out"
ADD_EPILOG = "Example: assuage fus session-add today.session.jsonl < entries.jsonl"


def session(
    file: Annotated[Path, typer.Argument(help="A log *.session.jsonl, or a *.session.yaml by hand.")],
    out: Annotated[Path | None, typer.Option(help="Folder for session.html, and procedure.json.")] = None,
    person_reference: Annotated[
        str | None,
        typer.Option(metavar="REFERENCE", help="Whose FHIR Procedure to write, such as Patient/x."),
    ] = None,
) -> None:
    """Replay a session and sum it up: targets, sonications, temperatures, answers, limits."""
    from assuage.errors import UsageError
    from assuage.sound_pages.session_page import facts_of, target_rows
    from assuage.workflows.ultrasound_session import read_session, write_session

    if person_reference is not None and out is None:
        message = "--person-reference writes procedure.json: say with --out where"
        raise UsageError(message)
    read = read_session(file)
    if read.torn_bytes:
        console.print(f"The last line was torn ({read.torn_bytes} bytes) and is left out: it was never"
                      " acknowledged.")  # fmt: skip
    if read.summary.rehearsed:
        console.print("Rehearsed: nothing was delivered to anybody.")
    print_facts("Session", facts_of(read.summary, read.entries))
    table = Table(title="Targets")
    for title in ("target", "side", "lesion", "sonications", "moves", "highest", "off target"):
        table.add_column(title)
    for row in target_rows(read.summary):
        in_words = (row.target, row.side, row.lesion, row.sonications, row.moves, row.peak, row.shift)
        table.add_row(*cells(*in_words))
    console.print(table)
    if out is not None:
        for path in write_session(read, out, person_reference):
            console.print(f"Written: {path.name}", soft_wrap=True)
    console.print(NOTICE)


def session_add(
    log: Annotated[Path, typer.Argument(help="The log *.session.jsonl; made where it is missing.")],
    entries: Annotated[
        Path | None, typer.Argument(help="Entries as JSON lines; standard input if not given.")
    ] = None,
) -> None:
    """Make entries in a session's log; prints each one's number once it is on the disk."""
    from assuage.ultrasound.session.log import NotAdmitted
    from assuage.workflows.ultrasound_session import add_entries, torn_bytes_of

    torn = torn_bytes_of(log)
    if torn:
        typer.echo(f"A torn last line of {torn} bytes is cut off: it was never acknowledged.", err=True)
    try:
        for number in add_entries(log, _lines(entries), source=entries):
            typer.echo(number)
            sys.stdout.flush()
    except NotAdmitted as refused:
        typer.echo("Not entered:", err=True)
        for refusal in refused.refusals:
            typer.echo(f"- {refusal.words}", err=True)
        raise typer.Exit(2) from None


def _lines(entries: Path | None) -> Iterable[str]:
    if entries is None:
        return sys.stdin
    from assuage.errors import UnreadableInput

    try:
        return entries.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        found = "the entries can't be read"
        raise UnreadableInput(found, path=entries, remedy="name another file") from error
