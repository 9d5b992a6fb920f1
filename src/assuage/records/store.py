"""Tables on their way from a reader to a review: written in batches, sorted by person on disk.

Memory holds one batch per table, whatever the number of people: rows go to Parquet as they come,
DuckDB sorts them outside memory, and histories come back one person at a time.
"""

from __future__ import annotations

import typing
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from assuage.records.history import History
from assuage.records.rows import TABLES, Person, Row
from assuage.records.tables import TABLE_OF, from_columns, schema, to_arrow

BATCH_ROWS = 20_000


class TableWriter:
    """Takes rows of any table in any order and writes them to `folder` as Parquet, a batch at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pending: dict[str, list[Row]] = {table: [] for table in TABLES}
        self._files: dict[str, pq.ParquetWriter] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for table in TABLES:
            self._flush(table)
            if table in self._files:
                self._files[table].close()

    def add(self, row: Row) -> None:
        """Take one row."""
        table = TABLE_OF[type(row)]
        self._pending[table].append(row)
        if len(self._pending[table]) >= BATCH_ROWS:
            self._flush(table)

    def add_batch(self, table: str, batch: pa.Table) -> None:
        """Take many rows of one table that are in Arrow form already."""
        self._file(table).write_table(batch.select(schema(table).names).cast(schema(table)))

    def _flush(self, table: str) -> None:
        if self._pending[table] or table not in self._files:
            self._file(table).write_table(to_arrow(table, self._pending[table]))
            self._pending[table] = []

    def _file(self, table: str) -> pq.ParquetWriter:
        if table not in self._files:
            self._files[table] = pq.ParquetWriter(self.folder / f"{table}.parquet", schema(table))
        return self._files[table]


def histories(folder: Path, *, with_conditions: frozenset[str] | None = None) -> Iterator[History]:
    """Each person's history out of a folder of tables, in the order of person ids.

    With `with_conditions` (condition keys) only people who have one of them on record come. Rows of
    somebody without a row in `person` are not given: readers report those.
    """
    with duckdb.connect() as connection:
        connection.execute("SET memory_limit = '1GB'")
        connection.execute(f"SET temp_directory = '{str(folder / 'sorting').replace(chr(39), chr(39) * 2)}'")
        people = _sorted_rows(connection, folder, "person", with_conditions)
        streams = {
            table: _Peekable(_sorted_rows(connection, folder, table, with_conditions))
            for table in TABLES
            if table != "person"
        }
        for person in people:
            parts = {table: stream.take(person.person_id) for table, stream in streams.items()}
            yield History(typing.cast("Person", person), **typing.cast("dict[str, Any]", parts))


def count_people(folder: Path, *, with_conditions: frozenset[str]) -> int:
    """How many people in a folder of tables have one of these conditions on record."""
    query = "SELECT count(DISTINCT person_id) FROM read_parquet($file) WHERE condition IN $conditions"
    values = {"file": str(folder / "condition.parquet"), "conditions": sorted(with_conditions)}
    with duckdb.connect() as connection:
        (count,) = connection.execute(query, values).fetchall()[0]
        return int(count)


def _sorted_rows(
    connection: duckdb.DuckDBPyConnection, folder: Path, table: str, conditions: frozenset[str] | None
) -> Iterator[Row]:
    """Rows of one table by person, a batch in memory at a time."""
    query = f"SELECT * FROM read_parquet($file) {'WHERE ' + _CHOSEN if conditions is not None else ''} ORDER BY person_id, record_id"  # noqa: S608, E501 -- no value is put into the text
    values: dict[str, Any] = {"file": str(folder / f"{table}.parquet")}
    if conditions is not None:
        values |= {"conditions_file": str(folder / "condition.parquet"), "conditions": sorted(conditions)}
    for batch in connection.cursor().execute(query, values).to_arrow_reader(BATCH_ROWS):
        for columns in batch.to_pylist():
            yield from_columns(table, columns)


_CHOSEN = "person_id IN (SELECT person_id FROM read_parquet($conditions_file) WHERE condition IN $conditions)"


class _Peekable:
    """A stream of rows sorted by person, taken one person at a time."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def take(self, person_id: str) -> tuple[Row, ...]:
        """All rows of this person; people before it, who are not in `person`, are passed over."""
        taken: list[Row] = []
        while self._next is not None and self._next.person_id <= person_id:
            if self._next.person_id == person_id:
                taken.append(self._next)
            self._next = next(self._rows, None)
        return tuple(taken)
