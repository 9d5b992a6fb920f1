"""A History: all we know of one person, in our terms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any, TypeVar, cast

from assuage.dates import PartialDate
from assuage.records.rows import (
    Condition,
    Coverage,
    EndRule,
    Exposure,
    Observation,
    Outcome,
    Person,
    Procedure,
    ProcedureOutcome,
    Row,
    Score,
    Statement,
    StopReason,
)


@dataclass(frozen=True)
class History:
    """One person's rows, each table in one order whatever order the records came in."""

    person: Person
    condition: tuple[Condition, ...] = ()
    exposure: tuple[Exposure, ...] = ()
    procedure: tuple[Procedure, ...] = ()
    score: tuple[Score, ...] = ()
    observation: tuple[Observation, ...] = ()
    statement: tuple[Statement, ...] = ()
    coverage: tuple[Coverage, ...] = ()

    def __post_init__(self) -> None:
        for name in ("condition", "exposure", "procedure", "score", "observation", "statement", "coverage"):
            object.__setattr__(self, name, _in_one_order(getattr(self, name)))

    def rows(self) -> Iterator[Row]:
        """Every row but the person."""
        yield from self.condition
        yield from self.exposure
        yield from self.procedure
        yield from self.score
        yield from self.observation
        yield from self.statement
        yield from self.coverage

    def until(self, as_of: date) -> History:
        """What was on record by the end of `as_of`.

        A dated row counts once it may have happened: by the first day of a partial date. Undated
        rows stay, because they are known. What ended later is cut back to still going on.
        """
        known: dict[str, tuple[Row, ...]] = {
            "condition": _by(self.condition, as_of),
            "exposure": tuple(_cut_exposure(row, as_of) for row in _by(self.exposure, as_of)),
            "procedure": tuple(_cut_procedure(row, as_of) for row in _by(self.procedure, as_of)),
            "score": _by(self.score, as_of),
            "observation": _by(self.observation, as_of),
            "statement": _by(self.statement, as_of),
        }
        changed = {table: rows for table, rows in known.items() if rows != getattr(self, table)}
        return replace(self, **cast("dict[str, Any]", changed)) if changed else self

    def last_date(self) -> date | None:
        """The latest day anything on record is dated, None where nothing is."""
        days = [day for row in self.rows() if (day := _latest(row)) is not None]
        return max(days, default=None)


def _in_one_order(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Each row once, by record id; rows that share one, as faulty sources have them, by their content.

    Rows mostly come in this order already, and hashing or printing each of them was a tenth of a review.
    """
    if all(one.record_id < other.record_id for one, other in pairwise(rows)):
        return tuple(rows)
    return tuple(sorted(set(rows), key=lambda row: (row.record_id, repr(row))))


Dated = TypeVar("Dated", Condition, Exposure, Procedure, Score, Observation, Statement)


def _by(rows: tuple[Dated, ...], as_of: date) -> tuple[Dated, ...]:
    return tuple(row for row in rows if row.start is None or row.start.first <= as_of)


def _cut_exposure(row: Exposure, as_of: date) -> Exposure:
    """On `as_of` a course that ended later was still going on, and how it went was not yet known."""
    if row.end is None or row.end.first <= as_of:
        return row
    return replace(
        row,
        end=PartialDate(as_of),
        end_rule=row.end_rule if row.end_rule is EndRule.ACTIVE_ORDER else EndRule.ONGOING,
        stated_days=None,
        outcome=Outcome.UNKNOWN,
        change_percent=None,
        stop_reason=StopReason.UNKNOWN,
    )


def _cut_procedure(row: Procedure, as_of: date) -> Procedure:
    """A recurrence after `as_of` had not happened yet; the relief before it had."""
    if row.recurrence is None or row.recurrence.first <= as_of:
        return row
    return replace(row, outcome=ProcedureOutcome.RELIEF, recurrence=None, recurrence_days=None)


def _latest(row: Row) -> date | None:
    """The last day a row speaks of; an open supply counts by its start, because its end is a plan."""
    ends = [row.start] if not isinstance(row, Person) else []
    if isinstance(row, Exposure) and row.end_rule in (EndRule.STATED, EndRule.ONGOING):
        ends.append(row.end)
    if isinstance(row, Procedure):
        ends += [row.end, row.recurrence]
    if isinstance(row, Condition):
        ends += [row.end, row.recorded]
    if isinstance(row, Coverage):
        ends.append(row.end)
    return max((day.last for day in ends if day is not None), default=None)
