"""Columns of any type to the types we map from.

Exports differ: ids as numbers with ".0", dates as text or with a time, whole columns missing. The
types seen decide the expression, so a warehouse with the right types gets plain columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from assuage.records.omop.tables import CdmTable, Kind

SOURCE_ROW = "source_row"
"""Where a row stands in its file, from 1: only for the read report's example."""

_LARGEST_ID = 2.0**62  # a larger number can't be an id, and would not fit an integer column

_TYPES = {
    Kind.ID: "string",
    Kind.CONCEPT: "int64",
    Kind.NUMBER: "float64",
    Kind.DATE: "date",
    Kind.TEXT: "string",
}


def typed(raw: ir.Table, table: CdmTable) -> ir.Table:
    """The columns we use, in our types; a column the source lacks is unknown throughout.

    Dates and numbers come with a twin `<name>_unreadable`: something is written there that is none.
    """
    columns: dict[str, ir.Value] = {SOURCE_ROW: raw[SOURCE_ROW].cast("int64")}
    for name, kind in table.columns.items():
        value = raw[name] if name in raw.columns else ibis.null("string")
        columns[name] = _convert(value, kind)
        if kind in (Kind.DATE, Kind.NUMBER):
            columns[f"{name}_unreadable"] = _unreadable(value, columns[name])
    return raw.select(**columns)


def empty(table: CdmTable) -> ir.Table:
    """A table without rows, in place of one that the source lacks."""
    columns = {SOURCE_ROW: "int64"}
    for name, kind in table.columns.items():
        columns[name] = _TYPES[kind]
        if kind in (Kind.DATE, Kind.NUMBER):
            columns[f"{name}_unreadable"] = "boolean"
    return small_table([], columns)


def small_table(rows: list[dict[str, Any]], types: Mapping[str, str]) -> ir.Table:
    """A table of rows held in memory, for joins; through Arrow, because pandas loses types and nulls."""
    return ibis.memtable(pa.Table.from_pylist(rows, schema=ibis.schema(types).to_pyarrow()))


def _convert(value: ir.Value, kind: Kind) -> ir.Value:
    if value.type().is_null():
        return ibis.null(_TYPES[kind])
    match kind:
        case Kind.ID:
            return _identifier(value)
        case Kind.CONCEPT:
            return _whole(value).fill_null(0)
        case Kind.NUMBER:
            return _number(value)
        case Kind.DATE:
            return _date(value)
        case Kind.TEXT:
            return value.cast("string").strip().nullif("")


def _identifier(value: ir.Value) -> ir.StringValue:
    """Ids as text: 17, 17.0 and "17" are one."""
    if value.type().is_numeric():
        return _whole(value).cast("string")
    return value.cast("string").strip().re_replace(r"\.0+$", "").nullif("")


def _whole(value: ir.Value) -> ir.IntegerValue:
    if value.type().is_integer():
        return value.cast("int64")
    number = _number(value)
    return ibis.cases((number.abs() < _LARGEST_ID, number)).cast("int64")


def _number(value: ir.Value) -> ir.NumericValue:
    """A finite number; the NaN that data frames write for a missing one is missing."""
    if value.type().is_numeric():
        number = value.cast("float64")
    elif value.type().is_string():
        number = value.strip().try_cast("float64")
    else:
        return ibis.null("float64")
    return ibis.cases((~(number.isnan() | number.isinf()), number))


def _date(value: ir.Value) -> ir.DateValue:
    """The calendar day as written. Text must start with YYYY-MM-DD; no other order is guessed.

    Years before 1800 and after 2199 stand for "none" (9999-12-31), not for a day.
    """
    if value.type().is_date():
        day = value
    elif value.type().is_timestamp():
        day = value.date()
    elif value.type().is_string():
        text = value.strip()
        is_iso = text.re_search(r"^\d{4}-\d{2}-\d{2}([T ].*)?$")
        day = ibis.cases((is_iso, text.substr(0, 10))).try_cast("date")
    else:
        return ibis.null("date")
    return ibis.cases((day.year().between(1800, 2199), day))


def _unreadable(value: ir.Value, converted: ir.Value) -> ir.BooleanValue:
    if value.type().is_null():
        return ibis.literal(False)
    written = value.notnull()
    if value.type().is_string():
        written &= value.strip() != ""
    return written & converted.isnull()
