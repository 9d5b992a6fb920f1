"""Result tables on disk, straight from where they were worked out: no row passes through Python."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq
from ibis.backends import BaseBackend

from assuage.engines.cohort import ReviewTables
from assuage.engines.dialects.duckdb import DuckDBBackend
from assuage.records.reading import Progress
from assuage.records.rows import TABLES
from assuage.records.store import TableWriter
from assuage.report.result_tables import RESULT_SCHEMAS

BATCH_ROWS = 100_000


def write_results(told: ReviewTables, folder: Path, working: Path, progress: Progress) -> dict[str, Path]:
    """Write every table of a review as `<table>.parquet`, and give the files by table.

    Result tables go to `folder`, what is only there to be counted to `working`.
    Somebody whose pain is recorded after the day of the review is left out, as if not there yet. Rows
    stand in no particular order.
    """
    there = told.people.filter(told.people.conditions.length() > 0)
    found = {each.name: getattr(told, each.name) for each in fields(told)}
    found["people"] = there
    found["flags"] = told.flags.semi_join(there, "person_id")
    files = _files(found, folder, working)
    for done, (table, rows) in enumerate(found.items()):
        progress("reviewing", done, len(found))
        _write(rows, _schema_of(table, rows), files[table])
    progress("reviewing", len(found), len(found))
    return files


def join_results(
    parts: Sequence[Mapping[str, Path]], folder: Path, working: Path, connection: DuckDBBackend
) -> dict[str, Path]:
    """Make one file of those of each table, and remove them."""
    files = _files(parts[0], folder, working)
    for table, file in files.items():
        pieces = [part[table] for part in parts]
        rows = connection.read_parquet(pieces)
        connection.write_parquet(rows, rows.schema(), file)
        for piece in pieces:
            piece.unlink()
    return files


def _files(tables: Iterable[str], folder: Path, working: Path) -> dict[str, Path]:
    return {table: (folder if table in RESULT_SCHEMAS else working) / f"{table}.parquet" for table in tables}


def _schema_of(table: str, rows: ir.Table) -> ibis.Schema:
    return ibis.Schema.from_pyarrow(RESULT_SCHEMAS[table]) if table in RESULT_SCHEMAS else rows.schema()


def _write(rows: ir.Table, wanted: ibis.Schema, file: Path) -> None:
    """Write the columns of `wanted` in its types."""
    backend = rows.get_backend()
    if isinstance(backend, DuckDBBackend):
        backend.write_parquet(rows, wanted, file)
        return
    with pq.ParquetWriter(file, wanted.to_pyarrow()) as written:
        for batch in rows.select(*wanted.names).to_pyarrow_batches(chunk_size=BATCH_ROWS):
            written.write_table(pa.Table.from_batches([batch]).cast(wanted.to_pyarrow()))


def opened_results(files: Mapping[str, Path], connection: BaseBackend) -> dict[str, ir.Table]:
    """The tables that `write_results` wrote, to be counted."""
    return {table: connection.read_parquet(file) for table, file in files.items()}


def write_people(tables: Mapping[str, ir.Table], ids: Collection[str], folder: Path) -> None:
    """Write everything on record of some people as a reader would, for the plain review of them."""
    chosen = ibis.memtable({"person_id": sorted(ids)}, schema=ibis.schema({"person_id": "string"}))
    with TableWriter(folder) as sink:
        for table in TABLES:
            rows = tables[table].semi_join(chosen, "person_id")
            for batch in rows.to_pyarrow_batches(chunk_size=BATCH_ROWS):
                sink.add_batch(table, pa.Table.from_batches([batch]))
