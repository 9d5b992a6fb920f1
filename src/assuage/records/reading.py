"""What every reader is: a function from a source to rows, a read report and ticks of progress."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Protocol

from assuage.records.read_report import ReadReport
from assuage.records.store import TableWriter

Progress = Callable[[str, int, int], None]
"""Called with what is being read, how much is done and how much there is (bytes or rows)."""


def no_progress(what: str, done: int, total: int) -> None:
    """Show nothing."""


class Reader(Protocol):
    """Fill the tables from one source.

    Every record of the source ends in `report`: read when it gave at least one row, else skipped with
    its reason. One bad record never loses another. Raises `UnreadableInput` only where the source as
    a whole can't be read. `complete_from` is the day from which the user says that the source holds
    every treatment; a reader of a format that can say so itself does not need it.
    """

    def __call__(
        self,
        source: Path,
        sink: TableWriter,
        report: ReadReport,
        *,
        complete_from: date | None = None,
        progress: Progress = no_progress,
    ) -> None:
        """Read all of `source` into `sink`."""
