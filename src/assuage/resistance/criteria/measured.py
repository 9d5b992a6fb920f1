"""A laboratory value, on its latest day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer
from assuage.records.rows import Observation
from assuage.resistance.criteria.asked import Asked
from assuage.resistance.criteria.base import Reading, records_of, same_values, told
from assuage.resistance.criteria.case import Case
from assuage.resistance.criteria.facts import Facts
from assuage.sources import Provenance


@dataclass(frozen=True)
class MeasuredAtMost:
    """The value named `name` was at most `highest` on the latest day it was measured.

    Values of one day that disagree leave it unknown; so do values without a date or in another unit.
    """

    id: str
    title: str
    provenance: Provenance
    name: str
    highest: float
    unit: str
    decides: bool = True
    asks_of_trials: ClassVar[bool] = False

    def read(self, case: Case) -> Reading:
        """Take the latest day's values."""
        rows = [row for row in case.history.observation if self._is_meant(row)]
        last = max((row.start.first for row in rows if row.start is not None), default=None)
        of_day = [row for row in rows if row.start is not None and row.start.first == last]
        words = {row.value is not None and row.value <= self.highest for row in of_day}
        answer = Answer.of(words.pop() if len(words) == 1 else None)
        values = (("name", self.name), ("highest", self.highest), ("unit", self.unit))
        reason = {Answer.YES: "measured_within", Answer.NO: "measured_above"}.get(answer, "not_measured")
        missing = (f"measured:{self.name}",) if answer is Answer.UNKNOWN else ()
        evidence = tuple(row.record_id for row in of_day)
        return Reading(answer, reason, values, missing=missing, evidence=evidence)

    def _is_meant(self, row: Observation) -> bool:
        return (
            row.name == self.name
            and row.value is not None
            and row.unit == self.unit
            and row.start is not None
        )

    @classmethod
    def tabular(cls, facts: Facts, asked: Asked[MeasuredAtMost]) -> ir.Table:
        """The latest day's values of each case."""
        of_day = _latest(facts, asked)
        within = of_day["value"] <= asked.each(of_day, lambda one: float(one.highest))
        agreed = of_day.group_by("case_id").agg(every=within.all(), some=within.any())
        cases = facts.cases.select("case_id").left_join(agreed, "case_id", rname="{name}_agreed")
        word = ibis.cases(
            (cases.every.fill_null(False), "yes"), (~cases.some.fill_null(True), "no"), else_="unknown"
        )
        return told(
            cases,
            word,
            yes="measured_within",
            no="measured_above",
            unknown="not_measured",
            missing=ibis.array([asked.each(cases, lambda one: f"measured:{one.name}")]),
            values=asked.each(
                cases, lambda one: same_values(name=one.name, highest=one.highest, unit=one.unit)
            ),
        )

    @classmethod
    def evidence(cls, facts: Facts, asked: Asked[MeasuredAtMost], answered: ir.Table) -> ir.Table:
        """The values of the latest day."""
        return records_of(_latest(facts, asked), answered)


def _latest(facts: Facts, asked: Asked[MeasuredAtMost]) -> ir.Table:
    rows = facts.measurements
    rows = rows.filter(
        rows.name == asked.each(rows, lambda one: one.name),
        rows.unit == asked.each(rows, lambda one: one.unit),
        rows.value.notnull(),
        rows.start_first.notnull(),
    )
    last = rows.group_by("case_id").agg(last=rows.start_first.max())
    of_day = rows.inner_join(last, "case_id", rname="{name}_last")
    return of_day.filter(of_day.start_first == of_day["last"])
