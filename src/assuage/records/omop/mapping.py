"""What one mapping gives: every source row with its fate, and our rows made of those that are read."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from assuage.records.omop.columns import SOURCE_ROW
from assuage.records.omop.tables import CdmTable, Kind
from assuage.records.rows import TABLES
from assuage.records.tables import schema

REASON = "reason"
"""Column of a checked table: why a row is skipped; nothing where it is read."""

NOT_A_DATE = "not a date YYYY-MM-DD between 1800 and 2199: left unknown"

COPY = "copy_of"
"""Column of a typed table: how many equal rows come before this one."""

SHARED_ID = "shared_id"
"""Column of a typed table: whether its id stands in another row that says something else."""


@dataclass(frozen=True)
class Mapped:
    """One source table, mapped.

    `checked` has every source row once, with its reason and the boolean columns that `notes` names:
    a field, and what is said of it in a row that is read all the same. `outputs` makes our tables'
    rows of the read ones, so that those can be kept in between.
    """

    source: str
    checked: ir.Table
    outputs: Callable[[ir.Table], list[tuple[str, ir.Table]]]
    notes: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def readable(checked: ir.Table) -> ir.Table:
    """The rows without a reason to skip them."""
    return checked.filter(checked[REASON].isnull())


def mark_copies(rows: ir.Table, key: str, *, repeated: bool) -> ir.Table:
    """Number equal rows, so that only the first counts, and mark ids that differing rows share.

    `repeated` is whether any id comes twice at all.
    """
    if not repeated:
        return rows.mutate(**{COPY: ibis.literal(0, "int64"), SHARED_ID: ibis.literal(False)})
    content = [name for name in rows.columns if name != SOURCE_ROW]
    number = ibis.row_number().over(group_by=content, order_by=SOURCE_ROW)
    alike, named = rows.count().over(group_by=content), rows.count().over(group_by=key)
    return rows.mutate(**{COPY: number.cast("int64"), SHARED_ID: named > alike})


def repeated_ids(rows: ir.Table, key: str) -> ir.IntegerScalar:
    """How many ids stand in more than one row."""
    counts = rows.group_by(key).agg(times=rows.count())
    return counts.filter(counts.times > 1).count()


def with_person(rows: ir.Table, people: ir.Table) -> ir.Table:
    """Rows with `known_person`, which is missing where the person table has nobody of that id."""
    known = people.select(known_person=people.person_id)
    return rows.left_join(known, rows.person_id == known.known_person)


def reason(
    rows: ir.Table, table: CdmTable, *more: tuple[ir.BooleanValue, str | ir.StringValue]
) -> ir.StringValue:
    """Why a row is skipped: the first of the common reasons, then of `more`, that holds.

    Expects the columns `known_person` and `copy_of`.
    """
    start = _start(table)
    common: list[tuple[ir.BooleanValue, str]] = [
        (rows[COPY] > 0, "the same row again"),
        (rows.person_id.isnull(), "no person_id"),
        (rows.known_person.isnull(), "the person is not in the person table"),
    ]
    if table.key != "person_id":
        common.append((rows[table.key].isnull(), f"no {table.key}"))
    if start:
        common.append(
            (rows[f"{start}_unreadable"], f"{start} is not a date YYYY-MM-DD between 1800 and 2199")
        )
    return ibis.cases(*common, *more, else_=ibis.null("string"))


def _start(table: CdmTable) -> str | None:
    """The date by which a record is dated: the first date column that its table demands."""
    dates = (name for name in table.needed if table.columns[name] is Kind.DATE)
    return next(dates, None)


def as_rows(table: str, rows: ir.Table, **values: ir.Value | str) -> ir.Table:
    """Rows in the schema of one of our tables, in an order that does not depend on the source's.

    What is not given takes the row type's own default. A date given without its precision is known
    to the day.
    """
    defaults = {field.name: field.default for field in dataclasses.fields(TABLES[table])}
    columns: dict[str, ir.Value] = {}
    for arrow in schema(table):
        name, kind = arrow.name, _ibis_type(arrow.type)
        if name in values:
            columns[name] = _value(values[name], kind)
        elif name.endswith("_precision") and name.removesuffix("_precision") in values:
            date = columns[name.removesuffix("_precision")]
            columns[name] = ibis.cases((date.notnull(), "day"))
        else:
            columns[name] = _value(defaults.get(name), kind)
    shaped = rows.select(**columns)
    return shaped.order_by(shaped.columns)


def record_id(rows: ir.Table, source: str, key: str) -> ir.StringValue:
    """Where a row comes from: `drug_exposure/17`."""
    return ibis.literal(f"{source}/") + rows[key]


def _value(value: object, kind: str) -> ir.Value:
    if isinstance(value, ir.Value):
        return value.cast(kind)
    if isinstance(value, StrEnum):
        value = str(value)
    return ibis.null(kind) if value is None else ibis.literal(value, kind)


def _ibis_type(kind: pa.DataType) -> str:
    return {"double": "float64", "bool": "boolean", "date32[day]": "date"}.get(str(kind), str(kind))
