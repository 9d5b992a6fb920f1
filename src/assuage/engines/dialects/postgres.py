"""PostgreSQL's dialect: what Ibis 12 lacks of PostgreSQL, or writes so that it means something else there.

Ibis has no SHA-256 and no lists of lists on PostgreSQL, sorts text by the rules of the server's language,
leaves sums and parts of dates as decimals, and takes a cast that may fail for one that must not. Everything
else of a query is left to Ibis.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import ibis
import ibis.common.exceptions as com
import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import ibis.expr.types as ir
import pyarrow as pa
import sqlglot as sg
import sqlglot.expressions as sge
from ibis.backends.postgres import Backend
from ibis.backends.sql.compilers.base import NULL
from ibis.backends.sql.compilers.postgres import PostgresCompiler as IbisCompiler
from ibis.backends.sql.datatypes import PostgresType
from ibis.util import gen_name

from assuage.engines.dialects.fences import fenced
from assuage.engines.dialects.window_filters import WindowFilters

FETCHED_ROWS = 20_000
"""How many rows of a result are in memory at a time on their way here."""

_JSONB = sge.DataType(this=sge.DataType.Type.JSONB)
_BYTE_ORDER = "C"
"""The collation that sorts text as every other engine does."""

# What PostgreSQL reads as a number, an exponent of three digits at most; its range is tested after that.
_A_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$"
_A_DAY = r"^\d{4}-\d{2}-\d{2}$"


class _Types(PostgresType):
    """Ibis's types as PostgreSQL's: a struct is JSON, because PostgreSQL has none without a name."""

    @classmethod
    def _from_ibis_Struct(cls, dtype: dt.Struct) -> sge.DataType:  # noqa: ARG003, N802
        return _JSONB.copy()


class PostgresCompiler(WindowFilters, IbisCompiler):
    """Ibis expressions as SQL. Its methods are called by Ibis, one for each kind of operation."""

    __slots__ = ()

    type_mapper = _Types
    UNSUPPORTED_OPS = tuple(op for op in IbisCompiler.UNSUPPORTED_OPS if op is not ops.ArrayFlatten)

    def to_sqlglot(self, expr: Any, *, limit: Any = None, params: Any = None) -> Any:
        """The whole query, its long expressions each worked out once."""
        return fenced(super().to_sqlglot(expr, limit=limit, params=params))

    def visit_NonNullLiteral(self, op: Any, *, value: Any, dtype: Any) -> Any:  # noqa: N802
        """A floating-point number stays one: PostgreSQL reads a bare `0.5` as a decimal."""
        if dtype.is_floating() or (dtype.is_array() and not value):
            return self.cast(self.visit_DefaultLiteral(op, value=value, dtype=dtype), dtype)
        return super().visit_NonNullLiteral(op, value=value, dtype=dtype)

    def visit_Sum(self, op: Any, *, arg: Any, where: Any) -> Any:  # noqa: N802
        """A sum in the type that Ibis gives it; PostgreSQL's own of whole numbers is a decimal."""
        return self.cast(super().visit_Sum(op, arg=arg, where=where), op.dtype)

    def visit_WindowFunction(self, op: Any, *, func: Any, **window: Any) -> Any:  # noqa: N802
        """A function over a window; a sum is one before it is put into its type."""
        if not isinstance(op.func, ops.Sum):
            return super().visit_WindowFunction(op, func=func, **window)
        return self.cast(super().visit_WindowFunction(op, func=func.this, **window), op.dtype)

    def _part_of_date(self, op: Any, *, arg: Any) -> Any:
        return self.cast(self.f.extract(sge.Var(this=_PARTS[type(op)]), arg), op.dtype)

    visit_ExtractYear = visit_ExtractMonth = visit_ExtractDay = _part_of_date  # noqa: N815

    def visit_DateAdd(self, op: Any, *, left: Any, right: Any) -> Any:  # noqa: N802
        """The day so much after another; PostgreSQL makes a timestamp of it."""
        return self.cast(sge.Add(this=left, expression=right), op.dtype)

    def visit_FloorDivide(self, op: Any, *, left: Any, right: Any) -> Any:  # noqa: N802
        """Whole numbers by a whole-number division: packed numbers have more digits than a float holds."""
        if not (op.left.dtype.is_integer() and op.right.dtype.is_integer()):
            return super().visit_FloorDivide(op, left=left, right=right)
        left, right = sge.paren(left), sge.paren(right)
        if isinstance(op.right, ops.Literal) and op.right.value.bit_count() == 1:
            places = sge.convert(op.right.value.bit_length() - 1)
            return sge.paren(sge.BitwiseRightShift(this=left, expression=places))
        remainder = sge.paren(sge.paren(left % right) + right) % right
        return sge.paren(sge.Div(this=sge.paren(left - sge.paren(remainder)), expression=right, typed=True))

    def visit_Divide(self, op: Any, *, left: Any, right: Any) -> Any:  # noqa: ARG002, N802
        """A floating-point number, null where the divisor is 0: the server may divide before it filters."""
        divisor = self.f.nullif(self.cast(right, dt.float64), 0)
        return sge.Div(this=self.cast(left, dt.float64), expression=divisor)

    def visit_Round(self, op: Any, *, arg: Any, digits: Any) -> Any:  # noqa: N802
        """Half away from zero in binary, as DuckDB rounds: as a decimal, a float keeps 15 of its digits."""
        if op.dtype.is_integer():
            return super().visit_Round(op, arg=arg, digits=digits)
        tens = self.cast(self.f.power(10, digits), dt.float64)
        scaled = sge.paren(arg) * tens
        whole = self.f.floor(self.f.abs(scaled) + self.cast(sge.convert(0.5), dt.float64))
        return self.f.sign(arg) * whole / tens

    def visit_HexDigest(self, op: Any, *, arg: Any, how: str) -> Any:  # noqa: N802
        """The SHA-256 of a text's UTF-8 bytes, in hexadecimal digits."""
        if how != "sha256":
            return super().visit_HexDigest(op, arg=arg, how=how)
        anon = self.f.anon
        return anon.encode(anon.sha256(anon.convert_to(arg, "UTF8")), "hex")

    def visit_Cast(self, op: Any, *, arg: Any, to: Any) -> Any:  # noqa: N802
        """Truth as 1 or 0; a floating-point number as text shows that it is one: `900.0`."""
        if op.arg.dtype.is_boolean() and to.is_integer():
            return self.cast(self.cast(arg, dt.int32), to)
        if not (op.arg.dtype.is_floating() and to.is_string()):
            return super().visit_Cast(op, arg=arg, to=to)
        return self.f.anon.regexp_replace(self.cast(arg, to), r"^(-?\d+)$", r"\1.0")

    def visit_TryCast(self, op: Any, *, arg: Any, to: Any) -> Any:  # noqa: N802
        """What a text says, null where it says no such thing."""
        if op.arg.dtype.is_string() and to.is_date():
            return self._day(arg)
        if op.arg.dtype.is_string() and to.is_floating():
            return self._number(arg, to)
        return super().visit_TryCast(op, arg=arg, to=to)

    def _day(self, text: Any) -> Any:
        year, month, day = (
            self.cast(self.f.anon.substr(text, start, length), dt.int32)
            for start, length in ((1, 4), (6, 2), (9, 2))
        )
        first = self.f.anon.make_date(year, month, 1)
        in_range = sg.and_(year >= 1, month.between(1, 12))
        last = self.f.extract(
            sge.Var(this="day"), sge.paren(first + _interval("1 month")) - _interval("1 day")
        )
        is_day = sge.Case().when(in_range, day.between(1, last)).else_(sge.false())
        inner = sge.Case().when(is_day, self.f.anon.make_date(year, month, day))
        return sge.Case().when(self._matches(text, _A_DAY), inner)

    def _number(self, text: Any, to: Any) -> Any:
        exact = sge.cast(text, sge.DataType.Type.DECIMAL)
        size = self.f.abs(exact)
        largest, least = (
            sge.cast(sge.convert(edge), sge.DataType.Type.DECIMAL) for edge in ("1e308", "1e-307")
        )
        within = (
            sge.Case()
            .when(size.between(least, largest), self.cast(text, to))
            .when(size < least, self.cast("0", to))
        )
        return sge.Case().when(self._matches(text, _A_NUMBER), within)

    def _matches(self, text: Any, pattern: str) -> Any:
        return sge.RegexpLike(this=text, expression=sge.convert(pattern))

    def visit_RegexSearch(self, op: Any, *, arg: Any, pattern: Any) -> Any:  # noqa: ARG002, N802
        """Whether a pattern is in a text, with the operator that every version has."""
        return sge.RegexpLike(this=arg, expression=pattern)

    # Text is compared and sorted by its bytes.

    def visit_SortKey(self, op: Any, *, arg: Any, ascending: bool, nulls_first: bool) -> Any:  # noqa: N802
        """A key to sort by."""
        arg = _by_bytes(op.arg, arg)
        return super().visit_SortKey(op, arg=arg, ascending=ascending, nulls_first=nulls_first)

    def visit_Min(self, op: Any, *, arg: Any, where: Any) -> Any:  # noqa: N802
        """The least."""
        return super().visit_Min(op, arg=_by_bytes(op.arg, arg), where=where)

    def visit_Max(self, op: Any, *, arg: Any, where: Any) -> Any:  # noqa: N802
        """The greatest."""
        return super().visit_Max(op, arg=_by_bytes(op.arg, arg), where=where)

    def visit_ArraySort(self, op: Any, *, arg: Any) -> Any:  # noqa: N802
        """A list in order; null stays null."""
        one = sg.column("one")
        rows = sg.select(one).from_(_unnested(arg, "one"))
        is_text = op.arg.dtype.value_type.is_string()
        key = sge.Collate(this=one, expression=_collation()) if is_text else one
        return self._unless_null(arg, self.f.array(rows.order_by(key)))

    def visit_ArrayCollect(  # noqa: N802
        self, op: Any, *, arg: Any, where: Any, order_by: Any, include_null: bool, distinct: bool
    ) -> Any:
        """A list. One of lists holds each as text: PostgreSQL's lists of lists are all of one length."""
        listed = self.cast(arg, dt.string) if op.arg.dtype.is_array() else arg
        return super().visit_ArrayCollect(
            op, arg=listed, where=where, order_by=order_by, include_null=include_null, distinct=distinct
        )

    def visit_ArrayFlatten(self, op: Any, *, arg: Any) -> Any:  # noqa: N802
        """The members of the lists that a list holds as text."""
        inner = self.cast(sg.column("each"), op.dtype)
        rows = (
            sg.select(sg.column("one"))
            .from_(_unnested(arg, "each"))
            .join(_unnested(inner, "one"), join_type="cross")
        )
        return self._unless_null(arg, self.f.array(rows))

    def _unless_null(self, arg: Any, value: Any) -> Any:
        return sge.Case().when(arg.is_(NULL), NULL).else_(value)

    def visit_StructColumn(self, op: Any, *, names: Any, values: Any) -> Any:  # noqa: N802
        """A struct as a JSON object."""
        typed = map(self.cast, values, op.dtype.types)
        named = zip(map(sge.convert, names), typed, strict=True)
        return self.f.anon.jsonb_build_object(*(part for pair in named for part in pair))

    def visit_StructField(self, op: Any, *, arg: Any, field: str) -> Any:  # noqa: N802
        """A field of a JSON object."""
        return self.cast(self.f.anon.jsonb_extract_path_text(arg, field), op.dtype)


_PARTS = {ops.ExtractYear: "year", ops.ExtractMonth: "month", ops.ExtractDay: "day"}


def _collation() -> sge.Expression:
    return sg.to_identifier(_BYTE_ORDER, quoted=True)


def _by_bytes(op: ops.Value, arg: Any) -> Any:
    """A text with the collation that compares bytes; anything else as it is."""
    return sge.Collate(this=sge.paren(arg), expression=_collation()) if op.dtype.is_string() else arg


def _interval(text: str) -> sge.Expression:
    return sge.cast(sge.convert(text), sge.DataType.Type.INTERVAL)


def _unnested(values: Any, name: str) -> sge.Expression:
    alias = sge.TableAlias(this=sg.to_identifier(gen_name("unnested")), columns=[sg.to_identifier(name)])
    return sge.Unnest(expressions=[values], alias=alias)


class PostgresBackend(Backend):
    """Ibis's PostgreSQL backend with the dialect above.

    Whatever it makes on the server is temporary: gone with the connection, and seen by nobody else.
    """

    compiler = PostgresCompiler()

    def create_table(
        self,
        name: str,
        /,
        obj: Any = None,
        *,
        schema: Any = None,
        database: str | None = None,
        temp: bool = True,
        overwrite: bool = False,
    ) -> ir.Table:
        """Work a table out now and keep it as a temporary one, whatever is asked for."""
        if obj is None or database is not None or not temp or overwrite:
            message = "only new temporary tables with rows are made on PostgreSQL"
            raise com.UnsupportedOperationError(message)
        rows = obj if isinstance(obj, ir.Table) else ibis.memtable(obj)
        return self._kept(name, rows if schema is None else rows.cast(ibis.schema(schema)))

    def _create_cached_table(self, name: str, expr: ir.Table) -> ir.Table:
        return self._kept(name, expr)

    def _kept(self, name: str, rows: ir.Table) -> ir.Table:
        """A table in the types that Ibis gives it, with the statistics that the server plans by."""
        self._run_pre_execute_hooks(rows)
        schema = rows.schema()
        columns = [
            self.compiler.cast(sg.column(column, quoted=True), dtype).as_(column, quoted=True)
            for column, dtype in schema.items()
        ]
        typed = sg.select(*columns).from_(self.compiler.to_sqlglot(rows).subquery("kept"))
        self._do(_temporary("TABLE", name, typed))
        self._analyze(name)
        return ops.DatabaseTable(name, schema=schema, source=self, namespace=ops.Namespace()).to_expr()

    def create_view(
        self, name: str, /, obj: ir.Table, *, database: str | None = None, overwrite: bool = False
    ) -> ir.Table:
        """A temporary view, whatever is asked for."""
        if database is not None or overwrite:
            message = "only new temporary views are made on PostgreSQL"
            raise com.UnsupportedOperationError(message)
        self._run_pre_execute_hooks(obj)
        self._do(_temporary("VIEW", name, self.compiler.to_sqlglot(obj)))
        return ops.DatabaseTable(name, schema=obj.schema(), source=self, namespace=ops.Namespace()).to_expr()

    def _register_in_memory_table(self, op: ops.InMemoryTable) -> None:
        """A small table of ours, copied over in one go."""
        columns = op.schema.to_sqlglot_column_defs(self.dialect)
        made = sge.Schema(this=sg.to_identifier(op.name, quoted=True), expressions=columns)
        copy = f"COPY {_named(op.name).sql(self.dialect)} FROM STDIN"
        rows = op.data.to_pyarrow(op.schema)
        with self.con.cursor() as cursor, self.con.transaction():
            cursor.execute(_temporary("TABLE", made).sql(self.dialect))
            with cursor.copy(copy) as stream:
                for row in rows.to_pylist():
                    stream.write_row(tuple(row.values()))
        self._analyze(op.name)

    def _do(self, statement: sge.Expression) -> None:
        with self._safe_raw_sql(statement):
            pass

    def _analyze(self, name: str) -> None:
        self._do(sge.Command(this="ANALYZE", expression=_named(name).sql(self.dialect)))

    def _drop_cached_table(self, name: str) -> None:
        if not self.con.closed:
            super()._drop_cached_table(name)

    def to_pyarrow_batches(
        self,
        expr: ir.Expr,
        /,
        *,
        params: Any = None,
        limit: Any = None,
        chunk_size: int = FETCHED_ROWS,
        **_: Any,
    ) -> pa.ipc.RecordBatchReader:
        """The rows of an expression in its own types, some at a time."""
        self._run_pre_execute_hooks(expr)
        schema = expr.as_table().schema()
        query = self.compile(expr, limit=limit, params=params)
        return pa.RecordBatchReader.from_batches(
            schema.to_pyarrow(), self._batches(query, schema, chunk_size)
        )

    def _batches(self, query: str, schema: Any, chunk_size: int) -> Iterator[pa.RecordBatch]:
        # by way of a transaction of its own: a cursor on the server lives no longer
        with self.con.transaction(), self.con.cursor(name=gen_name("rows")) as cursor:
            cursor.execute(query)
            while rows := cursor.fetchmany(chunk_size):
                columns = [
                    pa.array([_value(one, dtype) for one in column], dtype.to_pyarrow())
                    for column, dtype in zip(zip(*rows, strict=True), schema.types, strict=True)
                ]
                yield pa.RecordBatch.from_arrays(columns, schema=schema.to_pyarrow())


def _named(name: str) -> sge.Table:
    return sge.Table(this=sg.to_identifier(name, quoted=True))


def _temporary(kind: str, this: Any, query: Any = None) -> sge.Create:
    table = _named(this) if isinstance(this, str) else this
    properties = sge.Properties(expressions=[sge.TemporaryProperty()])
    return sge.Create(kind=kind, this=table, expression=query, properties=properties)


def _value(value: Any, dtype: dt.DataType) -> Any:
    """A value as the client gives it, with the structs in it out of their JSON."""
    if value is None:
        return None
    if dtype.is_array():
        return [_value(one, dtype.value_type) for one in value]
    if dtype.is_struct():
        return {name: _value(value[name], of_field) for name, of_field in dtype.fields.items()}
    if dtype.is_floating():
        return float(value)
    return date.fromisoformat(value) if dtype.is_date() and isinstance(value, str) else value
