"""Small history files for the tests of this folder."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from textwrap import dedent

from assuage.dates import PartialDate
from assuage.records.history import History
from assuage.records.history_file import read_history_files
from assuage.records.read_report import ReadReport
from assuage.records.store import TableWriter, histories

WRITTEN_ON = PartialDate(date(2026, 3, 15))


def read_all(source: Path, **options: date) -> tuple[list[History], ReadReport]:
    tables = source.parent / f"{source.name}.tables"
    tables.mkdir()
    report = ReadReport()
    with TableWriter(tables) as sink:
        read_history_files(source, sink, report, **options)
    return list(histories(tables)), report


def typed(folder: Path, text: str, name: str = "typed") -> Path:
    path = folder / f"{name}.history.yaml"
    path.write_text("written_on: 2026-03-15\n" + dedent(text), encoding="utf-8")
    return path


def history_of(folder: Path, text: str) -> History:
    (history,), report = read_all(typed(folder, text))
    assert not report.skipped
    return history
