"""The reader of history files: one file, or a folder of them, to rows and a read report."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from assuage.dates import PartialDate
from assuage.errors import UnreadableInput
from assuage.records.history_file.checking import Checked, check
from assuage.records.history_file.entries import Place, WrongEntry
from assuage.records.history_file.lines import Document, read_document
from assuage.records.history_file.schema import HistoryFile
from assuage.records.history_file.to_rows import SECTIONS, coverage_row, entry_rows, person_row
from assuage.records.read_report import ReadReport
from assuage.records.reading import Progress, no_progress
from assuage.records.rows import Coverage, Row
from assuage.records.store import TableWriter

SUFFIXES = (".history.yaml", ".history.yml")
FILE_RECORD = "history file"


def read_history_files(
    source: Path,
    sink: TableWriter,
    report: ReadReport,
    *,
    complete_from: date | None = None,
    progress: Progress = no_progress,
) -> None:
    """Read one history file, or every one in a folder and in the folders right below it.

    A wrong entry is a line of the read report and its file goes on; a wrong file is one and the others
    go on. Raises UnreadableInput where not one file could be read.
    """
    files = _history_files(source, report)
    seen: set[str] = set()
    refusals: list[UnreadableInput] = []
    for done, path in enumerate(files, start=1):
        try:
            reading = _read_file(path, seen, complete_from)
        except UnreadableInput as error:
            refusals.append(error)
        else:
            seen.add(reading.person_id)
            reading.hand_over(sink, report)
        progress(FILE_RECORD, done, len(files))
    if len(refusals) == len(files):
        raise refusals[0]
    for refusal in refusals:
        line = f" line {refusal.line}" if refusal.line else ""
        report.count_skipped(FILE_RECORD, _reason(refusal), f"{_name(refusal)}{line}")


def is_history_file(path: Path) -> bool:
    """Whether the name is that of a history file."""
    return path.name.lower().endswith(SUFFIXES)


def _history_files(source: Path, report: ReadReport) -> list[Path]:
    """The files to read, in order of name; other files in the folder are counted as skipped."""
    if source.is_file():
        return [source]
    try:
        found = sorted(path for path in [*source.glob("*"), *source.glob("*/*")] if path.is_file())
    except OSError:
        found = []
    files = [path for path in found if is_history_file(path)]
    if not files:
        raise UnreadableInput(
            "no history file is in the folder" if source.is_dir() else "there is no such file or folder",
            path=source,
            expected=f"files whose name ends in {' or '.join(SUFFIXES)}",
        )
    for path in found:
        if path not in files:
            report.count_skipped("other file", f"its name does not end in {SUFFIXES[0]}", path.name)
    return files


def _reason(refusal: UnreadableInput) -> str:
    """What is wrong, with the place in the file's keys."""
    return f"{refusal.record_type}: {refusal.found}" if refusal.record_type else refusal.found


def _name(refusal: UnreadableInput) -> str:
    return refusal.path.name if refusal.path else FILE_RECORD


@dataclass
class _Reading:
    """What one file gave: rows, and the read report's lines in waiting."""

    person_id: str
    rows: list[Row] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    skipped: list[tuple[str, str, str]] = field(default_factory=list)

    def hand_over(self, sink: TableWriter, report: ReadReport) -> None:
        """Pass everything on, once the whole file has been gone through."""
        for row in self.rows:
            sink.add(row)
        for record_type in self.read:
            report.count_read(record_type)
        for record_type, reason, example in self.skipped:
            report.count_skipped(record_type, reason, example)


def _read_file(path: Path, seen: set[str], complete_from: date | None) -> _Reading:
    document = read_document(path)
    checked = check(document)
    file = checked.file
    person_id = file.person.id or _id_from_name(path)
    if person_id in seen:
        raise _second_file(document)
    reading = _Reading(person_id, read=[FILE_RECORD])
    reading.rows += _head_rows(document, file, person_id, complete_from)
    reading.skipped += [
        (problem.section, problem.reason, _example(path, problem.section, problem.number, problem.line))
        for problem in checked.problems
    ]
    for entry, place in _entries(document, checked, person_id):
        try:
            rows = list(entry_rows(entry, place))
        except WrongEntry as wrong:
            line = _line_in_entry(document, place, wrong.key)
            reason = (
                f"`{wrong.key}`: {wrong.reason}" if wrong.key not in ("", place.section) else wrong.reason
            )
            reading.skipped.append((place.section, reason, _example(path, place.section, place.number, line)))
        else:
            reading.rows += rows
            reading.read.append(place.section)
    return reading


def _second_file(document: Document) -> UnreadableInput:
    return UnreadableInput(
        "another file is about the same person",
        path=document.path,
        line=document.line_of(("person", "id")),
        record_type="person",
        expected="one file for each person",
        remedy="join the two, or give each its own `id`",
    )


def _id_from_name(path: Path) -> str:
    """A short hash of the file's name, which may be a person's."""
    return hashlib.sha256(path.name.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _head_rows(
    document: Document, file: HistoryFile, person_id: str, complete_from: date | None
) -> Iterator[Row]:
    """The person, and the periods for which the history is complete."""

    def place(section: str) -> Place:
        line = document.line_of((section,)) if section in document.data else None
        return Place(person_id, section, 1, line, file.written_on, latest=file.written_on)

    try:
        yield person_row(file.person, place("person"))
        coverage = coverage_row(file, place("history_complete_until"))
    except WrongEntry as wrong:
        line = document.line_of((wrong.key,)) or document.line_of(("person", wrong.key))
        raise UnreadableInput(wrong.reason, path=document.path, line=line, record_type=wrong.key) from None
    if coverage is not None:
        yield coverage
    if complete_from is not None:
        yield Coverage(person_id, "--complete-from", PartialDate(complete_from), PartialDate(file.written_on))


def _entries(document: Document, checked: Checked, person_id: str) -> Iterator[tuple[object, Place]]:
    """Every right entry with its place in the file."""
    written_on = checked.file.written_on
    for section in SECTIONS:
        numbers = checked.numbers.get(section, ())
        for number, entry in zip(numbers, getattr(checked.file, section), strict=True):
            line = document.line_of((section, number - 1))
            yield entry, Place(person_id, section, number, line, written_on, latest=written_on)


def _line_in_entry(document: Document, place: Place, key: str) -> int | None:
    return document.line_of((place.section, place.number - 1, key))


def _example(path: Path, section: str, number: int, line: int | None) -> str:
    return f"{path.name} line {line}, {section}[{number}]" if line else f"{path.name}, {section}[{number}]"
