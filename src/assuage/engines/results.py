"""Result tables on disk, straight from where they were worked out: no row passes through Python."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq
from ibis.backends import BaseBackend
from ibis.backends.sql.datatypes import DuckDBType

from assuage.engines.cohort import ReviewTables
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
    files = {table: (folder if table in RESULT_SCHEMAS else working) / f"{table}.parquet" for table in found}
    for done, (table, rows) in enumerate(found.items()):
        progress("reviewing", done, len(found))
        _write(rows, _schema_of(table, rows), files[table])
    progress("reviewing", len(found), len(found))
    return files


def _schema_of(table: str, rows: ir.Table) -> ibis.Schema:
    return ibis.Schema.from_pyarrow(RESULT_SCHEMAS[table]) if table in RESULT_SCHEMAS else rows.schema()


def _write(rows: ir.Table, wanted: ibis.Schema, file: Path) -> None:
    """Write the columns of `wanted` in its types."""
    backend = rows.get_backend()
    if backend.name == "duckdb":
        _write_in_parallel(backend, rows, wanted, file)
        return
    with pq.ParquetWriter(file, wanted.to_pyarrow()) as written:
        for batch in rows.select(*wanted.names).to_pyarrow_batches(chunk_size=BATCH_ROWS):
            written.write_table(pa.Table.from_batches([batch]).cast(wanted.to_pyarrow()))


def _write_in_parallel(backend: BaseBackend, rows: ir.Table, wanted: ibis.Schema, file: Path) -> None:
    """DuckDB's own writer, which uses every thread.

    Ibis takes DuckDB's sum of a date and an interval for a date where it is a timestamp, and so leaves
    out a cast; here every column is cast, by DuckDB itself.
    """
    view = ibis.util.gen_name("result")
    backend.create_view(view, rows)
    columns = ", ".join(
        f'CAST("{name}" AS {DuckDBType.to_string(kind)}) AS "{name}"' for name, kind in wanted.items()
    )
    quoted = str(file).replace("'", "''")
    backend.raw_sql(f"COPY (SELECT {columns} FROM \"{view}\") TO '{quoted}' (FORMAT parquet)")  # noqa: S608 -- names of ours


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
