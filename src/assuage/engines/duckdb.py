"""The embedded engine: DuckDB over the tables of a folder, in this process."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import ibis.expr.types as ir
from ibis.backends import BaseBackend

from assuage.engines.coverage import covered_from
from assuage.engines.dialects.duckdb import DuckDBBackend
from assuage.records.rows import TABLES
from assuage.records.store import quiet, table_files

MOST_MEMORY_BYTES = 6 * 2**30
"""What the engine takes at most before it goes to disk: a review of a million people fits into 8 GB."""

COUNTING_BYTES = 2**30
"""What the counting of result tables takes at most, while the review's own tables are still held."""

_SHARE_OF_MACHINE = 0.7


def connected(scratch: Path, threads: int, *, most_memory_bytes: int = MOST_MEMORY_BYTES) -> BaseBackend:
    """A database in memory that spills into the folder `scratch`.

    It takes so much memory at most, and of a small machine no more than leaves room for all else.
    """
    connection = DuckDBBackend().connect(
        threads=threads,
        memory_limit=f"{min(most_memory_bytes, memory_bytes())}B",
        temp_directory=str(scratch / "spill"),
        preserve_insertion_order=False,  # else one thread writes a Parquet file
    )
    quiet(connection.con)
    return connection


def memory_bytes() -> int:
    """What engines may take of this machine's memory, all of them together."""
    machine_bytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min(MOST_MEMORY_BYTES, int(_SHARE_OF_MACHINE * machine_bytes))


def folder_tables(
    connection: BaseBackend, folder: Path, *, complete_from: date | None = None
) -> Mapping[str, ir.Table]:
    """The tables of a folder, read in place: as a reader leaves them, or an ingest, in buckets.

    `complete_from` is the day from which everyone's treatments are said to be complete; a reader has
    written that down already, an ingest has not.
    """
    tables = {
        table: connection.read_parquet(table_files(folder, table), table_name=table) for table in TABLES
    }
    return tables if complete_from is None else covered_from(tables, complete_from)
