"""The pain has lasted long enough."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer
from assuage.resistance.criteria.asked import Asked
from assuage.resistance.criteria.base import Reading, records_of, told
from assuage.resistance.criteria.case import Case
from assuage.resistance.criteria.facts import Facts
from assuage.sources import Provenance
from assuage.trials.tabular.columns import ordinal
from assuage.trials.tabular.json_text import json_text


@dataclass(frozen=True)
class PainDuration:
    """At least `days` have passed since the condition began.

    A date on which it was only recorded shows that it lasted at least since then, never that it did not
    last longer. Partial dates count by the day that makes the answer cautious.
    """

    id: str
    title: str
    provenance: Provenance
    days: int
    decides: bool = True
    asks_of_trials: ClassVar[bool] = False

    def read(self, case: Case) -> Reading:
        """Compare the earliest date on record with the day of the review."""
        dated = [(row, row.start or row.recorded) for row in case.diagnoses]
        lasted = max(((case.as_of - day.last).days for _, day in dated if day is not None), default=None)
        values = (("days", lasted or 0), ("needed_days", self.days))
        evidence = tuple(row.record_id for row, day in dated if day is not None)
        if lasted is not None and lasted >= self.days:
            return Reading(Answer.YES, "duration_enough", values, evidence=evidence)
        onsets = [row.start.first for row in case.diagnoses if row.start is not None]
        if onsets and self._is_short(min(onsets), case.as_of):
            return Reading(Answer.NO, "duration_short", values, evidence=evidence)
        return Reading(Answer.UNKNOWN, "onset_unknown", values, missing=("onset",), evidence=evidence)

    def _is_short(self, onset: date, as_of: date) -> bool:
        return (as_of - onset).days < self.days

    @classmethod
    def tabular(cls, facts: Facts, asked: Asked[PainDuration]) -> ir.Table:
        """The same comparison over the earliest dates of each case."""
        rows = facts.diagnoses
        firsts = rows.group_by("case_id").agg(
            earliest=rows.start_last.min(), onset=rows.start_first.min(where=rows.is_onset)
        )
        cases = facts.cases.left_join(firsts, "case_id", rname="{name}_firsts")
        as_of = ordinal(cases.as_of)
        lasted, since_onset = as_of - ordinal(cases.earliest), as_of - ordinal(cases.onset)
        needed_days = asked.each(cases, lambda one: one.days)
        word = ibis.cases(
            ((lasted >= needed_days).fill_null(False), "yes"),
            ((since_onset < needed_days).fill_null(False), "no"),
            else_="unknown",
        )
        return told(
            cases,
            word,
            yes="duration_enough",
            no="duration_short",
            unknown="onset_unknown",
            missing=ibis.array(["onset"]),
            values=json_text(days=lasted.fill_null(0), needed_days=needed_days),
        )

    @classmethod
    def evidence(cls, facts: Facts, asked: Asked[PainDuration], answered: ir.Table) -> ir.Table:
        """Every diagnosis with a date."""
        return records_of(facts.diagnoses.filter(facts.diagnoses.start_last.notnull()), answered)
