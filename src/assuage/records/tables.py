"""The one set of tables: Arrow schemas made from the row types, and rows to tables and back."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

import pyarrow as pa

from assuage.dates import PartialDate, Precision
from assuage.records.rows import TABLES, Row

_ARROW_TYPES: dict[type, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
}


def _field_types(row_type: type[Row]) -> dict[str, type]:
    """Each field of a row type with its Python type, "or None" taken off."""
    hints = typing.get_type_hints(row_type)
    return {field.name: _without_none(hints[field.name]) for field in dataclasses.fields(row_type)}


def _without_none(hint: Any) -> type:
    if isinstance(hint, types.UnionType):
        (hint,) = (part for part in typing.get_args(hint) if part is not types.NoneType)
    return typing.cast("type", hint)


_FIELDS = {table: _field_types(row_type) for table, row_type in TABLES.items()}
TABLE_OF = {row_type: table for table, row_type in TABLES.items()}


@cache
def schema(table: str) -> pa.Schema:
    """Arrow schema of a table: one column per field, a partial date as `x` (date32) and `x_precision`."""
    fields: list[pa.Field] = []
    for name, kind in _FIELDS[table].items():
        if kind is PartialDate:
            fields += [pa.field(name, pa.date32()), pa.field(f"{name}_precision", pa.string())]
        elif issubclass(kind, StrEnum):
            fields.append(pa.field(name, pa.string()))
        else:
            fields.append(pa.field(name, _ARROW_TYPES[kind]))
    return pa.schema(fields)


def to_columns(row: Row) -> dict[str, Any]:
    """Spread a row into the columns of its table."""
    columns: dict[str, Any] = {}
    for name, kind in _FIELDS[TABLE_OF[type(row)]].items():
        value = getattr(row, name)
        if kind is PartialDate:
            columns[name] = value.first if value else None
            columns[f"{name}_precision"] = str(value.precision) if value else None
        else:
            columns[name] = str(value) if isinstance(value, StrEnum) else value
    return columns


def from_columns(table: str, columns: dict[str, Any]) -> Row:
    """Put the columns of a table back into a row: the inverse of `to_columns`."""
    row_type = TABLES[table]
    values: dict[str, Any] = {}
    for name, kind in _FIELDS[table].items():
        value = columns[name]
        if kind is PartialDate:
            values[name] = _partial_date(value, columns[f"{name}_precision"])
        elif value is not None and issubclass(kind, StrEnum):
            values[name] = kind(value)
        else:
            values[name] = value
    return row_type(**values)


def _partial_date(first: date | None, precision: str | None) -> PartialDate | None:
    return None if first is None else PartialDate(first, Precision(precision or "day"))


def to_arrow(table: str, rows: Iterable[Row]) -> pa.Table:
    """Make an Arrow table of rows that all belong to `table`."""
    return pa.Table.from_pylist([to_columns(row) for row in rows], schema=schema(table))
