"""One bucket of people: their records, by the reader's own functions, into the tables."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import orjson
import pyarrow.parquet as pq

from assuage.records.fhir.files import Found, line_records
from assuage.records.fhir.index import Index
from assuage.records.fhir.reader import Reading, with_type
from assuage.records.ingest.malformed import MalformedLine, save_malformed
from assuage.records.read_report import ReadReport
from assuage.records.rows import TABLES
from assuage.records.store import TableWriter, quiet

REPORT_NAME = "report.json"
_BATCH_ROWS = 2_000


@dataclass(frozen=True)
class Bucket:
    """A bucket: its number, the folder that the sorting out filled, and the folder for what is mapped."""

    number: int
    sorted_out: Path
    mapped: Path

    @property
    def done(self) -> Path:
        """The folder of this bucket's tables and counts; there once all of them are."""
        return self.mapped / f"{self.number:02d}"


def map_bucket(bucket: Bucket) -> int:
    """Map the people of one bucket; gives its number. Whoever finishes first counts: all write the same."""
    folder = bucket.mapped / f".{bucket.number:02d}-{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    report = ReadReport()
    malformed: list[MalformedLine] = []
    index = Index(bucket.sorted_out / "index.sqlite", filled=True)
    with TableWriter(folder) as sink:
        reading = Reading(sink, report, index)
        for found, body in _candidates(bucket):
            typed = with_type(found)
            if typed.kind == "line":
                file, line = (int(part) for part in found.place.split(":", 2)[:2])
                malformed.append(MalformedLine(file, line, str(typed.reason), body.strip()))
            reading.take(typed)
    index.close()
    save_malformed(folder / "malformed.jsonl", malformed)
    for table in TABLES:
        _sort_by_person(folder / f"{table}.parquet")
    (folder / REPORT_NAME).write_bytes(orjson.dumps(_counts(report)))
    try:
        folder.rename(bucket.done)
    except OSError:
        if not bucket.done.exists():
            raise
        shutil.rmtree(folder)
    return bucket.number


def _candidates(bucket: Bucket) -> Iterator[tuple[Found, str]]:
    """The records of a bucket in the order of the source, each with its text.

    The place of each is written in a form that sorts: file, line, entry, and the words for it, if any.
    """
    folder = bucket.sorted_out / "candidates" / f"bucket={bucket.number}"
    if not folder.exists():
        return
    query = """
        SELECT printf('%08d:%012d:%08d:', file, line, entry) || coalesce(place, '') AS place,
            coalesce(full_url, '') AS full_url, body
        FROM read_parquet($files, hive_partitioning = false) ORDER BY file, line, entry"""
    with quiet(duckdb.connect()) as connection:
        connection.execute("SET threads = 1")
        reader = connection.execute(query, {"files": str(folder / "*.parquet")}).to_arrow_reader(_BATCH_ROWS)
        for batch in reader:
            for place, full_url, body in zip(*batch.to_pydict().values(), strict=True):
                for found in line_records(body.encode(), "", 0):  # what DuckDB takes for JSON may be none
                    yield found._replace(place=place, full_url=full_url), body


def _sort_by_person(path: Path) -> None:
    """Order rows by person; those of one person stay in the order of the source."""
    if pq.read_metadata(path).num_rows:
        pq.write_table(pq.read_table(path).sort_by("person_id"), path)


def _counts(report: ReadReport) -> dict[str, object]:
    skipped = [
        [kind, reason, count, report.examples[kind, reason]]
        for (kind, reason), count in sorted(report.skipped.items())
    ]
    return {"read": dict(sorted(report.read.items())), "skipped": skipped}
