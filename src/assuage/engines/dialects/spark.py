# ruff: noqa: ARG002, N802 -- names and arguments of visitors are Ibis's
"""Spark's dialect: what Ibis 12 lacks of Spark, or writes in a way that Spark pays for dearly.

Ibis has no ordered lists on Spark, divides whole numbers as floating-point ones, makes dates by way of
text, and repeats long expressions. Everything else of a query is left to Ibis.
"""

from __future__ import annotations

from typing import Any

import ibis.common.exceptions as com
import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import ibis.expr.types as ir
import sqlglot as sg
import sqlglot.expressions as sge
from ibis.backends.pyspark import Backend
from ibis.backends.pyspark.datatypes import PySparkSchema
from ibis.backends.sql.compilers.base import NULL, SQLGlotCompiler
from ibis.backends.sql.compilers.pyspark import PySparkCompiler
from ibis.formats.pyarrow import PyArrowSchema

from assuage.engines.dialects.window_filters import WindowFilters

_VALUE = "value"


class SparkCompiler(WindowFilters, PySparkCompiler):
    """Ibis expressions as Spark SQL. Its methods are called by Ibis, one for each kind of operation."""

    __slots__ = ()

    def visit_NonNullLiteral(self, op: Any, *, value: Any, dtype: Any) -> Any:
        """A floating-point number stays one: Spark reads a bare `0.5` as a decimal, and that spreads."""
        if dtype.is_floating() or (dtype.is_array() and not value):
            return self.cast(self.visit_DefaultLiteral(op, value=value, dtype=dtype), dtype)
        return super().visit_NonNullLiteral(op, value=value, dtype=dtype)

    def visit_Field(self, op: Any, *, rel: Any, name: str) -> Any:
        """A column as it stands: no option of Ibis turns its NaN into nulls."""
        return SQLGlotCompiler.visit_Field(self, op, rel=rel, name=name)

    def visit_IsNull(self, op: Any, *, arg: Any) -> Any:
        """Null, and not also NaN: the same question as on every other engine."""
        return arg.is_(NULL)

    def visit_NotNull(self, op: Any, *, arg: Any) -> Any:
        """Not null; see `visit_IsNull`."""
        return arg.is_(sg.not_(NULL))

    def visit_FloorDivide(self, op: Any, *, left: Any, right: Any) -> Any:
        """Whole numbers by a whole-number division: packed numbers have more digits than a float holds."""
        if not (op.left.dtype.is_integer() and op.right.dtype.is_integer()):
            return super().visit_FloorDivide(op, left=left, right=right)
        left, right = sge.paren(left), sge.paren(right)
        whole = sge.paren(left - self.f.anon.pmod(left, right))
        return self.cast(sge.IntDiv(this=whole, expression=right), op.dtype)

    def visit_Clip(self, op: Any, *, arg: Any, lower: Any, upper: Any) -> Any:
        """A number within bounds; null stays null, which Spark's `greatest` would pass over."""
        clipped = arg if upper is None else self.f.least(upper, arg)
        clipped = clipped if lower is None else self.f.greatest(lower, clipped)
        return self.if_(arg.is_(NULL), NULL, clipped)

    def visit_Substring(self, op: Any, *, arg: Any, start: Any, length: Any) -> Any:
        """Part of a text; where it starts is known beforehand, so the text is named once."""
        if not isinstance(op.start, ops.Literal) or op.start.value < 0:
            return super().visit_Substring(op, arg=arg, start=start, length=length)
        place = sge.convert(op.start.value + 1)
        return self.f.substring(arg, place, *(() if length is None else (length,)))

    def visit_IntervalFromInteger(self, op: Any, *, arg: Any, unit: Any) -> Any:
        """A number of days stays a number, for `visit_DateAdd`: by way of text it costs ten times as much."""
        if unit.short != "D":
            return super().visit_IntervalFromInteger(op, arg=arg, unit=unit)
        return sge.Interval(this=self.cast(arg, dt.int32), unit=self.v.DAY)

    def visit_DateAdd(self, op: Any, *, left: Any, right: Any) -> Any:
        """The day so many days after another."""
        if isinstance(op.right, ops.IntervalFromInteger) and isinstance(right, sge.Interval):
            return self.f.anon.date_add(left, right.this)
        return sge.Add(this=left, expression=right)

    def visit_ArrayIndex(self, op: Any, *, arg: Any, index: Any) -> Any:
        """An element of a list, null where there is none."""
        return self.f.anon.get(arg, index)

    def visit_ArrayCollect(
        self, op: Any, *, arg: Any, where: Any, order_by: Any, include_null: bool, distinct: bool
    ) -> Any:
        """A list, in order where one is asked for; null where nothing is in it, as on DuckDB."""
        if include_null:
            message = "a list holds no nulls on Spark"
            raise com.UnsupportedOperationError(message)
        if order_by:
            listed = self._in_order(arg, where, order_by)
            listed = self.f.array_distinct(listed) if distinct else listed
        else:
            listed = super().visit_ArrayCollect(
                op, arg=arg, where=where, order_by=order_by, include_null=include_null, distinct=distinct
            )
        return self.f.nullif(listed, self.f.array())

    def visit_GroupConcat(self, op: Any, *, arg: Any, sep: Any, where: Any, order_by: Any) -> Any:
        """Texts joined, in order where one is asked for; null where there is none."""
        if not order_by:
            return super().visit_GroupConcat(op, arg=arg, sep=sep, where=where, order_by=order_by)
        listed = self.f.nullif(self._in_order(arg, where, order_by), self.f.array())
        return self.f.array_join(listed, sep)

    def _in_order(self, arg: Any, where: Any, order_by: Any) -> Any:
        """A list of what is not null: collected with its sort keys in front of it, sorted, keys taken off."""
        if any(key.args["desc"] or key.args["nulls_first"] for key in order_by):
            message = "lists on Spark are ordered upwards, nulls last"
            raise com.UnsupportedOperationError(message)
        keys = [part for key in order_by for part in (key.this.is_(NULL), key.this)]
        fields = {**{f"key{place}": key for place, key in enumerate(keys)}, _VALUE: arg}
        row = sge.Struct.from_arg_list(
            [sge.PropertyEQ(this=sg.to_identifier(name), expression=part) for name, part in fields.items()]
        )
        present = arg.is_(sg.not_(NULL))
        kept = self.if_(present if where is None else sg.and_(present, where), row, NULL)
        each = sg.to_identifier("each")
        value = sge.Dot(this=each, expression=sg.to_identifier(_VALUE))
        return self.f.transform(
            self.f.array_sort(self.f.collect_list(kept)), sge.Lambda(this=value, expressions=[each])
        )


class SparkBackend(Backend):
    """Ibis's Spark backend with the dialect above.

    A kept table is worked out once and cut off from how it was made; what is read comes as Arrow.
    """

    compiler = SparkCompiler()

    def _create_cached_table(self, name: str, expr: ir.Table) -> ir.Table:
        """Work a table out now, in the types that Ibis expects; Spark's own may be narrower."""
        self._run_pre_execute_hooks(expr)
        made = self._session.sql(self.compile(expr))
        wanted = PySparkSchema.from_ibis(expr.schema())
        if [field.dataType for field in made.schema] != [field.dataType for field in wanted]:
            made = made.select([made[field.name].cast(field.dataType) for field in wanted])
        rows = made.localCheckpoint(eager=True)
        rows.createTempView(name)
        self._cached_dataframes[name] = rows
        return ops.DatabaseTable(name, schema=expr.schema(), source=self).to_expr()

    def _drop_cached_table(self, name: str) -> None:
        """Let a kept table go; one that has ended with its session is gone already."""
        if self._cached_dataframes.pop(name, None) is not None:
            self._session.catalog.dropTempView(name)

    def disconnect(self) -> None:
        """End the session, and with it every kept table."""
        self._cached_dataframes.clear()
        super().disconnect()

    def _register_in_memory_table(self, op: Any) -> None:
        """A small table of ours, handed over as Arrow."""
        table = op.data.to_pyarrow(op.schema)
        self._session.createDataFrame(table).createOrReplaceTempView(op.name)

    def to_pyarrow(self, expr: ir.Expr, /, *, params: Any = None, limit: Any = None, **kwargs: Any) -> Any:
        """The rows of an expression, in its own types."""
        self._run_pre_execute_hooks(expr)
        table = expr.as_table()
        rows = self._session.sql(self.compile(table, params=params, limit=limit, **kwargs)).toArrow()
        return expr.__pyarrow_result__(rows.cast(PyArrowSchema.from_ibis(table.schema())))
