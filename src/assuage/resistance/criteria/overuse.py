"""Acute medication is not overused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer
from assuage.records.rows import ConditionState
from assuage.resistance.criteria.asked import Asked
from assuage.resistance.criteria.base import Reading, only_where, records_of, told
from assuage.resistance.criteria.case import Case
from assuage.resistance.criteria.facts import Facts
from assuage.sources import Provenance
from assuage.trials.tabular.columns import ordinal
from assuage.trials.tabular.json_text import json_text

OVERUSE = "medication_overuse_headache"
INTAKE = "acute_medication_days"


@dataclass(frozen=True)
class NoOveruse:
    """No medication overuse: it is not diagnosed, and intake days are below both ICHD-3 thresholds.

    `lowest_days` a month is overuse of triptans, ergots, opioids and combinations; `highest_days` of every
    acute drug. Between them it depends on which drug was taken, and without counted days nothing is known.
    """

    id: str
    title: str
    provenance: Provenance
    lowest_days: float
    highest_days: float
    window_days: int
    decides: bool = True
    asks_of_trials: ClassVar[bool] = False

    def read(self, case: Case) -> Reading:
        """Take the diagnosis, then the counted days within the window."""
        diagnosed = [
            row
            for row in case.history.condition
            if row.condition == OVERUSE
            and row.state not in (ConditionState.RESOLVED, ConditionState.UNCONFIRMED)
        ]
        if diagnosed:
            evidence = tuple(row.record_id for row in diagnosed)
            return Reading(Answer.NO, "overuse_diagnosed", evidence=evidence)
        counts = [
            row
            for row in case.history.score
            if row.instrument == INTAKE
            and row.start is not None
            and 0 <= (case.as_of - row.start.first).days <= self.window_days
        ]
        evidence = tuple(row.record_id for row in counts)
        values = (("days", max((row.high for row in counts), default=0.0)), ("most", self.lowest_days))
        if any(row.low >= self.highest_days for row in counts):
            return Reading(Answer.NO, "overuse_by_days", values, evidence=evidence)
        if counts and all(row.high < self.lowest_days for row in counts):
            return Reading(Answer.YES, "no_overuse", values, evidence=evidence)
        return Reading(Answer.UNKNOWN, "intake_unclear", values, missing=("intake_days",), evidence=evidence)

    @classmethod
    def tabular(cls, facts: Facts, asked: Asked[NoOveruse]) -> ir.Table:
        """The same for each case."""
        diagnosed = _diagnoses(facts).select("case_id").distinct()
        counts = _counts(facts, asked)
        highest_days = asked.each(counts, lambda one: float(one.highest_days))
        lowest_days = asked.each(counts, lambda one: float(one.lowest_days))
        summed = counts.group_by("case_id").agg(
            above=(counts.low >= highest_days).any(),
            below=(counts.high < lowest_days).all(),
            days=counts.high.max(),
        )
        cases = facts.cases.select("case_id").left_join(summed, "case_id", rname="{name}_summed")
        cases = cases.left_join(diagnosed.mutate(diagnosed=True), "case_id", rname="{name}_diagnosed")
        is_diagnosed = cases.diagnosed.fill_null(False)
        word = ibis.cases(
            (is_diagnosed | cases.above.fill_null(False), "no"),
            (cases.below.fill_null(False), "yes"),
            else_="unknown",
        )
        return told(
            cases,
            word,
            yes="no_overuse",
            no=is_diagnosed.ifelse("overuse_diagnosed", "overuse_by_days"),
            unknown="intake_unclear",
            missing=ibis.array(["intake_days"]),
            values=json_text(
                days=only_where(~is_diagnosed, cases.days.fill_null(0.0)),
                most=only_where(~is_diagnosed, asked.each(cases, lambda one: float(one.lowest_days))),
            ),
        )

    @classmethod
    def evidence(cls, facts: Facts, asked: Asked[NoOveruse], answered: ir.Table) -> ir.Table:
        """The diagnoses, else the counted days."""
        by_diagnosis = answered.reason_code == "overuse_diagnosed"
        return records_of(_diagnoses(facts), answered.filter(by_diagnosis)).union(
            records_of(_counts(facts, asked), answered.filter(~by_diagnosis))
        )


def _counts(facts: Facts, asked: Asked[NoOveruse]) -> ir.Table:
    """The counted days within the window."""
    counts = facts.intake.inner_join(facts.cases.select("case_id", "as_of"), "case_id", rname="{name}_case")
    ago = ordinal(counts.as_of) - ordinal(counts.start_first)
    return counts.filter(ago.between(0, asked.each(counts, lambda one: one.window_days)))


def _diagnoses(facts: Facts) -> ir.Table:
    """The diagnoses of overuse that are neither resolved nor unconfirmed."""
    rows = facts.conditions
    past = rows.state.isin([str(ConditionState.RESOLVED), str(ConditionState.UNCONFIRMED)])
    return rows.filter((rows.condition == OVERUSE) & ~past)
