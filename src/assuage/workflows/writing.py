"""What a review writes: pages and result tables, all of one review or none of it.

Everything goes to a folder of its own beside the last one's files and takes their place at the end, so
that a review that is killed leaves the last one whole, and never mixes two. The next review into the
same place clears away what a killed one left.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

import pyarrow.parquet as pq

from assuage.errors import UsageError
from assuage.report import ClinicSummary, assets, index_page, person_file_name
from assuage.report.result_tables import RESULT_SCHEMAS, report_rows, result_table
from assuage.workflows.rendering import Rendered
from assuage.workflows.working_folder import working_folder

BATCH_ROWS = 5_000
STAGING_PREFIX = ".assuage-"


class ReviewWriter:
    """Takes one person's review at a time; memory holds a line for each person and one batch of rows."""

    def __init__(self, out: Path | None, clinic: ClinicSummary) -> None:
        self.out, self.clinic = out, clinic
        self._rows: dict[str, list[dict[str, Any]]] = {table: [] for table in RESULT_SCHEMAS}
        self._files: dict[str, pq.ParquetWriter] = {}
        self._staging: Path | None = None
        self._lines: TextIO | None = None
        self._open = ExitStack()

    def __enter__(self) -> Self:
        if self.out is not None:
            _demand_text(self.out)
            try:
                self.out.mkdir(parents=True, exist_ok=True)
                self._staging = self._open.enter_context(working_folder(self.out, STAGING_PREFIX))
                (self._staging / "people").mkdir()
                self._lines = (self._staging / "reviews.ndjson").open("w", encoding="utf-8")
            except OSError as error:
                message = (
                    f"The folder for the report can't be written: {error.strerror}. Name another with --out."
                )
                raise UsageError(message) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in (*self._files.values(), self._lines):
            if file is not None:
                file.close()
        self._open.close()

    def add(self, rendered: Rendered) -> None:
        """Take one person; somebody whose pain is recorded after the day of the review is not there yet."""
        if not rendered.review.conditions:
            return
        self.clinic.add(rendered.review, rendered.person)
        if self._staging is None or self._lines is None or rendered.rows is None:
            return
        name = person_file_name(rendered.review.person_id)
        (self._staging / "people" / name).write_text(rendered.page, encoding="utf-8")
        self._lines.write(rendered.json_line + "\n")
        for table, rows in rendered.rows.items():
            self._rows[table] += rows
            if len(self._rows[table]) >= BATCH_ROWS:
                self._flush(table)

    def finish(self) -> Path | None:
        """Write the index and put everything in its place; gives the path of the index."""
        if self._staging is None or self.out is None:
            return None
        self._rows["read_report"] = report_rows(self.clinic.read_report)
        for table in RESULT_SCHEMAS:
            self._flush(table)
            self._files.pop(table).close()
        if self._lines is not None:
            self._lines.close()
        (self._staging / "index.html").write_text(index_page(self.clinic), encoding="utf-8")
        (self._staging / "assets").mkdir()
        for name, text in assets().items():
            (self._staging / "assets" / name).write_text(text, encoding="utf-8")
        replaced = self._staging / "replaced"
        written = sorted(self._staging.iterdir())
        replaced.mkdir()
        for new in written:
            _replace(self.out / new.name, new, replaced)
        return self.out / "index.html"

    def _flush(self, table: str) -> None:
        if self._staging is None:
            return
        if table not in self._files:
            self._files[table] = pq.ParquetWriter(self._staging / f"{table}.parquet", RESULT_SCHEMAS[table])
        self._files[table].write_table(result_table(table, self._rows[table]))
        self._rows[table] = []


def _replace(old: Path, new: Path, replaced: Path) -> None:
    """Put `new` in the place of `old`: renames only, because deleting thousands of pages takes long."""
    if old.exists():
        old.replace(replaced / old.name)
    new.replace(old)


def _demand_text(folder: Path) -> None:
    """Raise UsageError for a path whose bytes are no text: Parquet files can't be written there."""
    try:
        str(folder).encode()
    except UnicodeEncodeError:
        message = "The path of the folder for the report is not UTF-8 text. Name another with --out."
        raise UsageError(message) from None
