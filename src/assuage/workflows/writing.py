"""What a review writes: pages and result tables, all of one review or none of it.

Everything goes to a folder of its own beside the last one's files and takes their place at the end, so
that a review that is killed leaves the last one whole, and never mixes two. The next review into the
same place clears away what a killed one left.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from assuage.errors import UsageError
from assuage.report import (
    PEOPLE_PAGE,
    ClinicSummary,
    assets,
    index_page,
    people_list_page,
    person_file_name,
)
from assuage.report.result_tables import RESULT_SCHEMAS, report_rows, result_table
from assuage.workflows.rendering import Rendered
from assuage.workflows.working_folder import working_folder

BATCH_ROWS = 5_000
STAGING_PREFIX = ".assuage-"

_PARTS = ".parts"


@contextmanager
def staging_folder(out: Path) -> Iterator[Path]:
    """A folder beside the files of the last review, for what the new one writes; gone at the end.

    Raises UsageError where `out` can't be written.
    """
    _demand_text(out)
    try:
        out.mkdir(parents=True, exist_ok=True)
        folder = working_folder(out, STAGING_PREFIX)
        staging = folder.__enter__()
    except OSError as error:
        message = f"The folder for the report can't be written: {error.strerror}. Name another with --out."
        raise UsageError(message) from error
    (staging / "people").mkdir()
    (staging / _PARTS).mkdir()
    try:
        yield staging
    finally:
        folder.__exit__(None, None, None)


class PartWriter:
    """Writes the pages of some of the people, and their rows as part files under this number.

    Memory holds one batch of rows for each table.
    """

    def __init__(self, staging: Path, number: int) -> None:
        self._people = staging / "people"
        self._parts = staging / _PARTS
        self._number = number
        self._rows: dict[str, list[dict[str, Any]]] = {table: [] for table in RESULT_SCHEMAS}
        self._files: dict[str, pq.ParquetWriter] = {}
        self._lines = _part(self._parts, "reviews.ndjson", number).open("w", encoding="utf-8")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            for table in RESULT_SCHEMAS:
                self._flush(table)
        for file in (*self._files.values(), self._lines):
            file.close()

    def add(self, person_id: str, part: Rendered) -> None:
        """Take one person."""
        (self._people / person_file_name(person_id)).write_text(part.page, encoding="utf-8")
        self._lines.write(part.json_line + "\n")
        for table, rows in part.rows.items():
            self._rows[table] += rows
            if len(self._rows[table]) >= BATCH_ROWS:
                self._flush(table)

    def _flush(self, table: str) -> None:
        if not self._rows[table]:
            return
        if table not in self._files:
            file = _part(self._parts, f"{table}.parquet", self._number)
            self._files[table] = pq.ParquetWriter(file, RESULT_SCHEMAS[table])
        self._files[table].write_table(result_table(table, self._rows[table]))
        self._rows[table] = []


def keep_pages(staging: Path, file_names: Collection[str]) -> None:
    """Take away every person's page but these."""
    for page in (staging / "people").iterdir():
        if page.name not in file_names:
            page.unlink()


def publish(staging: Path, out: Path, clinic: ClinicSummary) -> Path:
    """Join the parts, write the index, and put everything in its place; gives the path of the index.

    A result table that is there as a whole already, because an engine wrote it, is left as it is.
    """
    parts = staging / _PARTS
    with (staging / "reviews.ndjson").open("wb") as joined:
        for part in _parts(parts, "reviews.ndjson"):
            with part.open("rb") as lines:
                shutil.copyfileobj(lines, joined)
    for table, schema in RESULT_SCHEMAS.items():
        whole = staging / f"{table}.parquet"
        if whole.exists():
            continue
        with pq.ParquetWriter(whole, schema) as file:
            for rows in _tables(parts, table, clinic):
                file.write_table(rows)
    shutil.rmtree(parts)
    (staging / "index.html").write_text(index_page(clinic), encoding="utf-8")
    if clinic.cells.hides and clinic.tally.lines:
        (staging / PEOPLE_PAGE).write_text(people_list_page(clinic), encoding="utf-8")
    (staging / "assets").mkdir()
    for name, text in assets().items():
        (staging / "assets" / name).write_text(text, encoding="utf-8")
    replaced = staging / "replaced"
    written = sorted(staging.iterdir())
    replaced.mkdir()
    for new in written:
        _replace(out / new.name, new, replaced)
    if staging / PEOPLE_PAGE not in written:
        _set_aside(out / PEOPLE_PAGE, replaced)
    return out / "index.html"


def _tables(parts: Path, table: str, clinic: ClinicSummary) -> Iterator[pa.Table]:
    """The rows of one table, a part at a time."""
    if table == "read_report":
        yield result_table(table, report_rows(clinic.read_report))
    for part in _parts(parts, f"{table}.parquet"):
        yield pq.read_table(part)


def _part(parts: Path, name: str, number: int) -> Path:
    return parts / f"{number:06d}.{name}"


def _parts(parts: Path, name: str) -> list[Path]:
    """The parts of one file, in the order of the people."""
    return sorted(parts.glob(f"*.{name}"))


def _replace(old: Path, new: Path, replaced: Path) -> None:
    """Put `new` in the place of `old`: renames only, because deleting thousands of pages takes long."""
    _set_aside(old, replaced)
    new.replace(old)


def _set_aside(old: Path, replaced: Path) -> None:
    if old.exists():
        old.replace(replaced / old.name)


def _demand_text(folder: Path) -> None:
    """Raise UsageError for a path whose bytes are no text: Parquet files can't be written there."""
    try:
        str(folder).encode()
    except UnicodeEncodeError:
        message = "The path of the folder for the report is not UTF-8 text. Name another with --out."
        raise UsageError(message) from None
