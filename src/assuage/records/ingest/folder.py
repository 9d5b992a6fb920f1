"""The folder that an ingest leaves: tables as Parquet by bucket, the read report, and a manifest.

docs/formats/tables.md describes it. The manifest is written last, so that a folder without one is not
finished, and taken away first when a folder is filled anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from assuage.dates import PartialDate
from assuage.errors import FULL_DISK, UnreadableInput
from assuage.records.read_report import ReadLine, ReadReport
from assuage.records.reading import Progress, no_progress
from assuage.records.rows import TABLES, Coverage
from assuage.records.store import TableWriter

FORMAT = "assuage-tables/1"
MANIFEST = "assuage-tables.json"
READ_REPORT = "read_report.parquet"
MALFORMED = "malformed.ndjson"

_REPORT_SCHEMA = pa.schema(
    {
        "record_type": pa.string(),
        "read": pa.int64(),
        "skipped": pa.int64(),
        "reason": pa.string(),
        "example": pa.string(),
    }
)
_BATCH_ROWS = 50_000


@dataclass(frozen=True)
class InputFile:
    """A file of the source, told from another or a changed one by name, size and time of change."""

    name: str
    byte_count: int
    modified_ns: int

    @classmethod
    def of(cls, path: Path) -> InputFile:
        """A file as it stands now."""
        stat = path.stat()
        return cls(path.name.encode(errors="backslashreplace").decode(), stat.st_size, stat.st_mtime_ns)


@dataclass(frozen=True)
class Manifest:
    """What a finished folder says of itself. `buckets` is the number of files of each table."""

    buckets: int
    people: int
    malformed_lines: int
    files: tuple[InputFile, ...]

    def write(self, folder: Path) -> None:
        """Put the manifest into a folder, whole or not at all."""
        write_whole(folder / MANIFEST, orjson.dumps({"format": FORMAT, **asdict(self)}, option=_READABLE))

    @classmethod
    def read(cls, folder: Path) -> Manifest | None:
        """The manifest of a folder; None where there is none. Raises UnreadableInput for another version."""
        try:
            parsed = orjson.loads((folder / MANIFEST).read_bytes())
            known = parsed.pop("format") == FORMAT
            files = tuple(InputFile(**one) for one in parsed.pop("files")) if known else ()
            manifest = cls(files=files, **parsed) if known else None
        except FileNotFoundError:
            return None
        except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError):
            manifest = None
        if manifest is None:
            raise UnreadableInput(
                found="it is no manifest of this version",
                path=folder / MANIFEST,
                expected=FORMAT,
                remedy="ingest the source again into a new folder",
            )
        return manifest


_READABLE = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that whoever looks finds the old one or the new one, never a part."""
    unfinished = path.with_name(f".{path.name}.new")
    unfinished.write_bytes(data)
    unfinished.replace(path)


def write_report(path: Path, lines: Iterable[ReadLine]) -> None:
    """Write a read report as a table."""
    pq.write_table(pa.Table.from_pylist([asdict(line) for line in lines], schema=_REPORT_SCHEMA), path)


def read_ingested(
    source: Path,
    sink: TableWriter,
    report: ReadReport,
    *,
    complete_from: date | None = None,
    progress: Progress = no_progress,
) -> None:
    """Read a folder that `ingest` filled; see `reading.Reader`. Its read report is that of the source."""
    manifest = _finished(source)
    with _damage_said(source):
        for done, table in enumerate(TABLES):
            progress("reading tables", done, len(TABLES))
            for number in range(manifest.buckets):
                _read_table(source / table / f"{number:02d}.parquet", table, sink)
        count_lines(report, source)
    if complete_from:
        for columns in pq.read_table(source / "person", columns=["person_id", "record_id"]).to_pylist():
            sink.add(Coverage(**columns, start=PartialDate(complete_from)))


def look_at_ingested(source: Path, report: ReadReport) -> None:
    """Take over the read report of a folder that `ingest` filled, whose tables are read where they are.

    Raises UnreadableInput where the folder is not finished, or a table of it is missing or damaged.
    """
    manifest = _finished(source)
    with _damage_said(source):
        for table in TABLES:
            for number in range(manifest.buckets):
                pq.read_metadata(source / table / f"{number:02d}.parquet")
        count_lines(report, source)


def _finished(source: Path) -> Manifest:
    manifest = Manifest.read(source)
    if manifest is None:
        raise UnreadableInput(
            found="the folder holds no finished tables",
            path=source,
            expected=f"a folder filled by assuage ingest, with {MANIFEST}",
            remedy="run assuage ingest again: it goes on where it stopped",
        )
    return manifest


@contextmanager
def _damage_said(source: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        if isinstance(error, OSError) and error.errno in FULL_DISK:
            raise
        raise UnreadableInput(
            found="a table is missing or damaged",
            path=source,
            remedy="ingest the source again into a new folder",
        ) from error


def _read_table(file: Path, table: str, sink: TableWriter) -> None:
    for batch in pq.ParquetFile(file).iter_batches(_BATCH_ROWS):
        sink.add_batch(table, pa.Table.from_batches([batch]))


def count_lines(report: ReadReport, folder: Path) -> None:
    """Take over the read report of a folder."""
    for line in pq.read_table(folder / READ_REPORT).to_pylist():
        if line["reason"] is None:
            report.count_read(line["record_type"], line["read"])
        else:
            report.count_skipped(line["record_type"], line["reason"], line["example"], line["skipped"])


def merged_report(
    skipped: list[dict[str, Any]], counts: Iterable[dict[str, Any]], names: list[str]
) -> ReadReport:
    """The read report of the whole source, out of what was sorted out and what each bucket counted.

    The example of a reason is the first place in the source, whichever bucket it fell into.
    """
    report = ReadReport()
    seen = [(one["kind"], one["reason"], one["count"], _sortable(one["first"])) for one in skipped]
    for count in counts:
        seen += [tuple(one) for one in count["skipped"]]
        for kind, read in count["read"].items():
            report.count_read(kind, read)
    for kind, reason, number, place in sorted(seen, key=lambda one: one[3]):
        report.count_skipped(kind, reason, _in_words(place, names), number)
    return report


def _sortable(first: dict[str, Any]) -> str:
    return f"{first['file']:08d}:{first['line']:012d}:{first['entry']:08d}:{first['place'] or ''}"


def _in_words(place: str, names: list[str]) -> str:
    file, line, _, words = place.split(":", 3)
    return words or f"{names[int(file)]} line {int(line)}"
