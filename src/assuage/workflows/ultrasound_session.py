"""A session's log or letter: read, shown, carried into FHIR; entries added one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from assuage.errors import UnreadableInput, UsageError
from assuage.sound_pages import session_page, written_session_page
from assuage.ultrasound.session import Entry, SessionLog, read_log
from assuage.ultrasound.session.entries import ENTRY
from assuage.ultrasound.session.summary import SessionSummary, read_summary, summary_of
from assuage.workflows.sessions import session_fhir
from assuage.workflows.ultrasound_output import write_json, write_page

LOG_SUFFIX, LETTER_SUFFIX = ".session.jsonl", ".session.yaml"


@dataclass(frozen=True)
class ReadSession:
    """A session as read. `entries` is None for one that a person wrote down; `torn_bytes` were left out."""

    summary: SessionSummary
    entries: tuple[Entry, ...] | None
    torn_bytes: int = 0


def read_session(path: Path) -> ReadSession:
    """Read a log (`*.session.jsonl`) or a session written down by hand (`*.session.yaml`)."""
    if path.name.endswith(LETTER_SUFFIX):
        return ReadSession(read_summary(path), None)
    if not path.name.endswith(LOG_SUFFIX):
        message = f"{path.name} is no session: its name must end with {LOG_SUFFIX} or {LETTER_SUFFIX}"
        raise UsageError(message)
    log = read_log(path)
    if log.state.opened_at is None:
        found = "no session was opened in this log: there is nothing to show"
        raise UnreadableInput(found, path=path, remedy="enter session_opened first: assuage fus session-add")
    return ReadSession(summary_of(log.entries), log.entries, log.torn_bytes)


def write_session(session: ReadSession, out: Path, person_reference: str | None = None) -> tuple[Path, ...]:
    """Write session.html, and procedure.json where a person is named.

    Raises UsageError for a procedure of a session that was rehearsed, or in which nothing was delivered.
    """
    resource = None if person_reference is None else session_fhir(session.summary, person_reference)
    entries = session.entries
    html = written_session_page(session.summary) if entries is None else session_page(entries)
    page = write_page(out, "session.html", html)
    return (page,) if resource is None else (page, write_json(out, "procedure.json", resource))


def add_entries(log: Path, lines: Iterable[str], *, source: Path | None = None) -> Iterator[int]:
    """Enter JSON lines into a log one by one; gives each entry's number once it is on the disk.

    Raises NotAdmitted where the rules refuse an entry, UnreadableInput for a line that holds none, naming
    the line and never its values. What was entered before stays.
    """
    if not log.name.endswith(LOG_SUFFIX):
        message = f"{log.name} is no session's log: its name must end with {LOG_SUFFIX}"
        raise UsageError(message)
    with SessionLog(log) as opened:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                opened.add(_entry_of(line, number, source))
                yield len(opened.entries)


def torn_bytes_of(log: Path) -> int:
    """How many bytes of a torn last line the next entry will cut off; 0 for a log that is not there yet."""
    return read_log(log).torn_bytes if log.exists() else 0


def _entry_of(line: str, number: int, source: Path | None) -> Entry:
    try:
        return ENTRY.validate_json(line)
    except ValidationError as error:
        first = error.errors(include_input=False, include_context=False, include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "the line"
        found = f"{field}: {_reason(first['type'])}"
        raise UnreadableInput(
            found,
            path=source,
            line=number,
            record_type="entry",
            expected="one JSON object with kind, at (with its time zone), by and the kind's own fields",
            remedy="docs/formats/session.md lists the kinds; what came before this line is entered",
        ) from None


def _reason(error_type: str) -> str:
    """What is wrong, in words that can't hold a value."""
    return {
        "json_invalid": "it is no JSON",
        "missing": "it is missing",
        "extra_forbidden": "there is no such field",
        "unexpected_keyword_argument": "there is no such field",
        "missing_keyword_only_argument": "it is missing",
        "union_tag_not_found": "kind is missing",
        "union_tag_invalid": "there is no such kind",
    }.get(error_type, error_type.replace("_", " "))
