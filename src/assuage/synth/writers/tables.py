"""Tables written row by row: as CSV or as Parquet, in batches, so that memory does not grow."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

_BATCH_ROWS = 50_000

Columns = Mapping[str, pa.DataType]


class Table(AbstractContextManager["Table"], Protocol):
    """A file that rows are added to."""

    def add(self, row: Sequence[Any]) -> None:
        """Add one row, a value for each column."""


NewTable = Callable[[Path, Columns], Table]
"""Opens a file without its suffix."""


class _Csv:
    def __init__(self, path: Path, columns: Columns) -> None:
        self._file = path.with_suffix(".csv").open("w", newline="", encoding="utf-8")
        self._writer = csv.writer(self._file)
        self._writer.writerow(columns)

    def __enter__(self) -> _Csv:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, row: Sequence[Any]) -> None:
        self._writer.writerow(row)


class _Parquet:
    def __init__(self, path: Path, columns: Columns) -> None:
        self._schema = pa.schema(dict(columns))
        self._writer = pq.ParquetWriter(path.with_suffix(".parquet"), self._schema)
        self._rows: list[Sequence[Any]] = []

    def __enter__(self) -> _Parquet:
        return self

    def __exit__(self, *_: object) -> None:
        self._flush()
        self._writer.close()

    def add(self, row: Sequence[Any]) -> None:
        self._rows.append(row)
        if len(self._rows) >= _BATCH_ROWS:
            self._flush()

    def _flush(self) -> None:
        columns = zip(*self._rows, strict=True) if self._rows else ((),) * len(self._schema)
        arrays = [
            pa.array(_dates(values) if field.type == pa.date32() else values, field.type)
            for values, field in zip(columns, self._schema, strict=True)
        ]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))
        self._rows = []


def _dates(values: Sequence[Any]) -> pa.Array:
    return pa.array(values, pa.string()).cast(pa.date32())


def csv_table(path: Path, columns: Columns) -> Table:
    """A CSV file; nothing for a missing value."""
    return _Csv(path, columns)


def parquet_table(path: Path, columns: Columns) -> Table:
    """A Parquet file; dates are given as YYYY-MM-DD."""
    return _Parquet(path, columns)
