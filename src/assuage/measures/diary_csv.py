"""Diaries as CSV, one row per entry: read with every bad cell named, and written so that it reads back."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from assuage.errors import UnreadableInput
from assuage.measures.diary import Diary, DiaryEntry, DiaryProblem
from assuage.measures.diary_cells import FIELDS, WrongCell, read_fields, read_time, write_fields, write_time

COLUMNS = ("person", "time", *FIELDS)
_LONGEST_PERSON = 200
_EXPECTED = f"a header with the column time, and any of {', '.join(FIELDS)}; person where there are several"


def read_diary_csv(path: Path, *, person_id: str = "") -> Diary:
    """Read a diary file in UTF-8.

    `person_id` is whose diary it is where the file has no column `person`. A row without a usable time or
    person is left out; a cell that can't be used is left out and the rest of its row is kept; both are
    problems with their line. A row that stands twice with the same clock time is one entry. Raises
    UnreadableInput where the file as a whole can't be read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UnreadableInput(
            found=f"it can't be opened: {error.strerror}", path=path, remedy="check the path"
        ) from error
    except UnicodeDecodeError as error:
        raise UnreadableInput(
            found="it is not UTF-8 text", path=path, remedy="save it as CSV UTF-8"
        ) from error
    return diary_from_csv(text, path, person_id=person_id)


def diary_from_csv(text: str, path: Path, *, person_id: str = "") -> Diary:
    """The diary in the text of a file; `path` names it in problems."""
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    header = _header(rows, path)
    reader = _Rows(path, header, person_id)
    try:
        for cells in rows:
            reader.add(cells, rows.line_num)
    except csv.Error as error:
        raise UnreadableInput(
            found="a row that is no CSV, such as a quote left open",
            path=path,
            line=rows.line_num,
            remedy="mend this row",
        ) from error
    unused = tuple(name for name in header if name not in COLUMNS)
    return Diary(tuple(reader.entries), tuple(reader.problems), reader.rows, unused_columns=unused)


def _header(rows: Iterator[list[str]], path: Path) -> list[str]:
    try:
        header = [name.strip().lower() for name in next(rows, [])]
    except csv.Error as error:
        raise UnreadableInput(found="no header", path=path, line=1, expected=_EXPECTED) from error
    if "time" not in header:
        raise UnreadableInput(found="no column time in the header", path=path, line=1, expected=_EXPECTED)
    if len({*header}) != len(header):
        raise UnreadableInput(
            found="a column stands twice in the header", path=path, line=1, expected=_EXPECTED
        )
    return header


class _Rows:
    """Takes the rows of one file, one at a time."""

    def __init__(self, path: Path, header: Sequence[str], person_id: str) -> None:
        self.path, self.header, self.person_id = path, header, person_id
        self.entries: list[DiaryEntry] = []
        self.problems: list[DiaryProblem] = []
        self.rows = 0
        self._seen: set[DiaryEntry] = set()

    def add(self, cells: Sequence[str], line: int) -> None:
        """Read one row; blank lines are no rows."""
        if not any(cell.strip() for cell in cells):
            return
        self.rows += 1
        if len(cells) > len(self.header):
            self._leave_out(line, "more cells than the header has", f"{len(self.header)} cells")
            return
        named = dict(zip(self.header, cells, strict=False))
        person = (named["person"].strip() if "person" in named else "") or self.person_id
        if not 0 < len(person) <= _LONGEST_PERSON:
            self._leave_out(
                line, "no person", "an id in the column person, or the person named beside the file"
            )
            return
        try:
            day, clock, offset = read_time(named.get("time", "").strip())
        except WrongCell as error:
            self._leave_out(line, f"time: {error.found}", error.expected)
            return
        values, wrong = read_fields(named)
        self.problems += [
            DiaryProblem(self.path.name, f"line {line}", each.field, each.found, each.expected)
            for each in wrong
        ]
        if values:
            self._take(DiaryEntry(person, day, clock, offset, **values), line)
        else:
            self._leave_out(line, "nothing is said that could be used", "a value in any column but the time")

    def _take(self, entry: DiaryEntry, line: int) -> None:
        # two drugs at two unnamed hours of one day look the same; the same minute is the same entry
        if entry.clock is not None and entry in self._seen:
            self._leave_out(line, "the row stands twice", "each entry once")
            return
        self._seen.add(entry)
        self.entries.append(entry)

    def _leave_out(self, line: int, found: str, expected: str) -> None:
        self.problems.append(DiaryProblem(self.path.name, f"line {line}", None, found, expected))


def diary_to_csv(entries: Iterable[DiaryEntry]) -> str:
    """Entries as the text of a CSV file, in their order."""
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    for entry in entries:
        cells = {"person": entry.person_id, "time": write_time(entry), **write_fields(entry)}
        rows.writerow([cells.get(name, "") for name in COLUMNS])
    return text.getvalue()
