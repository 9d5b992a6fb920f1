"""Several criteria of one kind, asked of many cases in one expression.

A case that several criteria ask about stands once for each of them, under a number of its own: that of
the case, and in its last bits the number of the criterion. So a tabular form reads as if it asked one
thing, and what differs between the criteria is a column.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import ibis
import ibis.expr.types as ir

from assuage.resistance.criteria.facts import NUMBER_BITS
from assuage.trials.tabular.columns import knowledge_table

One = TypeVar("One", covariant=True)
Scalar = str | int | float | bool


@dataclass(frozen=True)
class Asked(Generic[One]):
    """The criteria that ask, by their numbers, all of one kind."""

    criteria: Mapping[int, One]

    def numbered(self, rows: ir.Table) -> ir.Table:
        """Rows with the `number` of the criterion that asks of each one's case."""
        return rows.mutate(number=_number(rows))

    def each(self, rows: ir.Table, value: Callable[[One], Scalar | ir.Value]) -> Any:
        """The column of what `value` gives for the criterion that asks of each row's case."""
        numbers: dict[object, list[int]] = {}
        values: dict[object, Scalar | ir.Value] = {}
        for number, one in self.criteria.items():
            given = value(one)
            alike = number if isinstance(given, ir.Value) else (type(given), given)
            numbers.setdefault(alike, []).append(number)
            values[alike] = given
        if len(values) == 1:
            (only,) = values.values()
            return only if isinstance(only, ir.Value) else ibis.literal(only)
        number = _number(rows)
        return ibis.cases(*((number.isin(numbers[alike]), values[alike]) for alike in values), else_=None)

    def table(
        self, rows_of: Callable[[One], Iterable[Mapping[str, object]]], schema: Mapping[str, str]
    ) -> ir.Table:
        """A small table to join: the rows that each criterion brings, with its `number`."""
        rows = [{"number": number, **row} for number, one in self.criteria.items() for row in rows_of(one)]
        return knowledge_table(rows, {"number": "int64", **schema})


def _number(rows: ir.Table) -> ir.IntegerValue:
    return rows.case_id % 2**NUMBER_BITS
