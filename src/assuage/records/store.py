"""Tables on their way from a reader to a review: written in batches, sorted by person on disk.

Memory holds one batch per table, whatever the number of people: rows go to Parquet as they come,
DuckDB sorts them outside memory, and histories come back one person at a time.
"""

from __future__ import annotations

import typing
from collections.abc import Iterator
from dataclasses import dataclass
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


@dataclass(frozen=True)
class People:
    """A run of people in the order of their ids, both ends included."""

    first_id: str
    last_id: str
    count: int


def histories(
    folder: Path, *, with_conditions: frozenset[str] | None = None, people: People | None = None
) -> Iterator[History]:
    """Each person's history out of a folder of tables, in the order of person ids.

    With `with_conditions` (condition keys) only people who have one of them on record come, with
    `people` only those of this run. Rows of somebody without a row in `person` are not given: readers
    report those.
    """
    with quiet(duckdb.connect()) as connection:
        connection.execute("SET memory_limit = '1GB'")
        connection.execute(f"SET temp_directory = '{str(folder / 'sorting').replace(chr(39), chr(39) * 2)}'")
        persons = _sorted_rows(connection, folder, "person", with_conditions, people)
        streams = {
            table: _Peekable(_sorted_rows(connection, folder, table, with_conditions, people))
            for table in TABLES
            if table != "person"
        }
        for person in persons:
            parts = {table: stream.take(person.person_id) for table, stream in streams.items()}
            yield History(typing.cast("Person", person), **typing.cast("dict[str, Any]", parts))


def quiet(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """The connection, without progress bars of its own.

    DuckDB takes a spawned process for somebody at a prompt, and shows them among what the command prints.
    """
    return connection.execute("SET enable_progress_bar = false")


def table_files(folder: Path, table: str) -> list[Path]:
    """The files of one table: one of its name, or those of the folder of its name."""
    whole = folder / f"{table}.parquet"
    return [whole] if whole.is_file() else sorted((folder / table).glob("*.parquet"))


def runs_of_people(folder: Path, size: int, *, with_conditions: frozenset[str]) -> list[People]:
    """The people with one of these conditions on record, in runs of at most `size`."""
    query = """
        SELECT min(person_id), max(person_id), count(*) FROM (
            SELECT person_id, (row_number() OVER (ORDER BY person_id) - 1) // $size AS run
            FROM (SELECT DISTINCT person_id FROM read_parquet($files) WHERE condition IN $conditions)
        ) GROUP BY run ORDER BY run"""
    found = [str(file) for file in table_files(folder, "condition")]
    values = {"files": found, "conditions": sorted(with_conditions), "size": size}
    with duckdb.connect() as connection:
        return [People(*run) for run in connection.execute(query, values).fetchall()]


def _sorted_rows(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    table: str,
    conditions: frozenset[str] | None,
    people: People | None,
) -> Iterator[Row]:
    """Rows of one table by person, a batch in memory at a time."""
    chosen = [_WITH_CONDITIONS] * (conditions is not None) + [_IN_RUN] * (people is not None)
    where = f"WHERE {' AND '.join(chosen)}" if chosen else ""
    query = f"SELECT * FROM read_parquet($file) {where} ORDER BY person_id, record_id"  # noqa: S608 -- no value is put into the text
    values: dict[str, Any] = {"file": str(folder / f"{table}.parquet")}
    if conditions is not None:
        values |= {"conditions_file": str(folder / "condition.parquet"), "conditions": sorted(conditions)}
    if people is not None:
        values |= {"first": people.first_id, "last": people.last_id}
    for batch in connection.cursor().execute(query, values).to_arrow_reader(BATCH_ROWS):
        for columns in batch.to_pylist():
            yield from_columns(table, columns)


_WITH_CONDITIONS = (
    "person_id IN (SELECT person_id FROM read_parquet($conditions_file) WHERE condition IN $conditions)"
)
_IN_RUN = "person_id BETWEEN $first AND $last"


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
