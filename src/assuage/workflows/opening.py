"""From a source to the tables that a review reads: in a folder, where they lie already, or in a server."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import ibis.expr.types as ir
import pyarrow.parquet as pq

from assuage.codes.conditions import pain_conditions
from assuage.engines.coverage import covered_from
from assuage.engines.duckdb import connected, folder_tables
from assuage.engines.in_runs import Stored
from assuage.engines.servers import DatabaseUrl, opened_cdm
from assuage.engines.spark import catalog_tables, parquet_tables, spark
from assuage.errors import UnreadableInput, UsageError
from assuage.records.ingest import look_at_ingested
from assuage.records.omop.reader import cdm_tables, read_cdm
from assuage.records.read_report import ReadReport
from assuage.records.reading import Progress
from assuage.records.source import SourceKind, read_source, recognise
from assuage.records.store import TableWriter, table_files
from assuage.workflows.asking import Engine
from assuage.workflows.full_disk import is_full

SWITCH_OVER_PEOPLE = 700
"""From so many people with a pain condition on, `auto` reviews by an engine (benchmarks/README.md)."""


@dataclass(frozen=True)
class Reading:
    """How a source is to be read."""

    source: Path | DatabaseUrl
    kind: SourceKind | None
    complete_from: date | None
    progress: Progress
    spark_master: str = "local[*]"


@dataclass(frozen=True)
class Opened:
    """A source ready for review by an engine.

    `tables` are those that an engine holds, by name; None where people are reviewed one by one, out of the
    Parquet files in `folder`. `stored` says where they lie for an engine that can review people in runs.
    `people_read` counts everyone in the source, also those without pain.
    """

    engine: Engine
    kind: SourceKind
    report: ReadReport
    people_read: int
    folder: Path
    tables: Mapping[str, ir.Table] | None = None
    stored: Stored | None = None


@contextmanager
def opened(reading: Reading, engine: Engine, scratch: Path, *, threads: int) -> Iterator[Opened]:
    """A source, opened for the engine that is asked for, or that suits its kind and size.

    Raises UnreadableInput where it can't be read, and UsageError where the engine does not read it.
    """
    source = reading.source
    if engine is Engine.POSTGRESQL and not isinstance(source, DatabaseUrl):
        message = "The engine postgresql reviews a CDM in a server: give the URL of one as the source."
        raise UsageError(message)
    if isinstance(source, DatabaseUrl) and engine in (Engine.AUTO, Engine.POSTGRESQL):
        way = _in_server(source, reading, scratch)
    elif engine is Engine.SPARK:
        way = _in_spark(reading, scratch)
    else:
        way = _in_files(reading, engine, scratch, threads)
    with way as found:
        yield found


@dataclass(frozen=True)
class _Folder:
    """A source as tables in a folder; `is_source` where that is the source itself, left by an ingest."""

    kind: SourceKind
    report: ReadReport
    path: Path
    is_source: bool = False

    def people_read(self) -> int:
        return sum(pq.read_metadata(file).num_rows for file in table_files(self.path, "person"))

    def people_in_pain(self) -> int:
        query = "SELECT count(DISTINCT person_id) FROM read_parquet($files) WHERE condition IN $conditions"
        files = [str(file) for file in table_files(self.path, "condition")]
        with duckdb.connect() as connection:
            values = {"files": files, "conditions": sorted(pain_conditions())}
            ((people,),) = connection.execute(query, values).fetchall()
        return int(people)

    def still_to_say(self, complete_from: date | None) -> date | None:
        """The day that is not in the tables yet: whoever reads a source writes it down, an ingest did not."""
        return complete_from if self.is_source else None


def _read(reading: Reading, engine: Engine, scratch: Path) -> _Folder:
    """The tables of a source: in place, for an engine, where it is tables already; else read."""
    folder, report = scratch / "tables", ReadReport()
    folder.mkdir(exist_ok=True)
    if isinstance(reading.source, DatabaseUrl):
        with opened_cdm(reading.source) as cdm, TableWriter(folder) as sink:
            read_cdm(cdm, sink, report, complete_from=reading.complete_from, progress=reading.progress)
        return _Folder(SourceKind.OMOP, report, folder)
    kind = reading.kind or recognise(reading.source)
    if kind is SourceKind.TABLES and not engine.is_plain:
        look_at_ingested(reading.source, report)
        return _Folder(kind, report, reading.source, is_source=True)
    _, report = read_source(
        reading.source, folder, kind=kind, complete_from=reading.complete_from, progress=reading.progress
    )
    return _Folder(kind, report, folder)


@contextmanager
def _in_files(reading: Reading, engine: Engine, scratch: Path, threads: int) -> Iterator[Opened]:
    """Tables on disk, for the plain review or for the embedded engine.

    Raises UnreadableInput where a folder that is read in place is gone or damaged by the time it is read.
    """
    folder = _read(reading, engine, scratch)
    if engine is Engine.AUTO:
        engine = Engine.DUCKDB if folder.people_in_pain() >= SWITCH_OVER_PEOPLE else Engine.PLAIN
    if engine.is_plain:
        folder = _read(reading, engine, scratch) if folder.is_source else folder
        yield Opened(engine, folder.kind, folder.report, folder.people_read(), folder.path)
        return
    # closed when nobody refers to it any more: until then Ibis drops the tables that it has kept
    stored = Stored(folder.path, folder.still_to_say(reading.complete_from), threads)
    tables = folder_tables(connected(scratch, threads), stored.folder, complete_from=stored.complete_from)
    try:
        yield Opened(engine, folder.kind, folder.report, folder.people_read(), folder.path, tables, stored)
    except duckdb.Error as error:
        if is_full(error):
            raise
        if folder.is_source:
            _demand_whole(folder.path, error)
        # none of the engine's words: they can hold values from the records
        raise UnreadableInput(
            found="the engine could not work with these tables",
            path=reading.source if isinstance(reading.source, Path) else None,
            expected="whole files, and values that can be computed with",
            remedy="review with --engine plain, and tell us",
        ) from error


def _demand_whole(folder: Path, error: duckdb.Error) -> None:
    try:
        look_at_ingested(folder, ReadReport())
    except UnreadableInput as fault:
        raise fault from error


@contextmanager
def _in_server(url: DatabaseUrl, reading: Reading, scratch: Path) -> Iterator[Opened]:
    """A CDM where it lives, of which only the people with a pain condition are looked at."""
    report = ReadReport()
    with opened_cdm(url) as cdm:
        tables = cdm_tables(cdm, report, complete_from=reading.complete_from, progress=reading.progress)
        people_read = report.read["person"]
        yield Opened(Engine.POSTGRESQL, SourceKind.OMOP, report, people_read, scratch, tables)


@contextmanager
def _in_spark(reading: Reading, scratch: Path) -> Iterator[Opened]:
    """A folder of tables, or those of a catalog, in Spark."""
    place = str(reading.source)
    is_catalog = not Path(place).exists() and _CATALOG.fullmatch(place) is not None
    folder = None if is_catalog else _read(reading, Engine.SPARK, scratch)
    with spark(reading.spark_master, scratch) as backend:
        if folder is None:
            yield _of_catalog(catalog_tables(backend, place), reading, scratch)
        else:
            said = folder.still_to_say(reading.complete_from)
            tables = parquet_tables(backend, folder.path, complete_from=said)
            people_read = folder.people_read()
            yield Opened(Engine.SPARK, folder.kind, folder.report, people_read, folder.path, tables)


_CATALOG = re.compile(r"\w+(\.\w+)?")


def _of_catalog(tables: Mapping[str, ir.Table], reading: Reading, scratch: Path) -> Opened:
    report = ReadReport()
    for name, rows in tables.items():
        report.count_read(name, int(rows.count().to_pyarrow().as_py()))
    if reading.complete_from is not None:
        tables = covered_from(tables, reading.complete_from)
    return Opened(Engine.SPARK, SourceKind.TABLES, report, report.read["person"], scratch, tables)
