"""The diagnosis is on record, confirmed, and not over."""

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
from assuage.trials.tabular.json_text import json_text


@dataclass(frozen=True)
class Diagnosed:
    """The condition that a definition speaks of is on record.

    Only unconfirmed diagnoses leave it unknown; when every one of them is resolved the answer is no. A
    code's word "intractable" adds nothing: it is a coder's statement.
    """

    id: str
    title: str
    provenance: Provenance
    decides: bool = True
    asks_of_trials: ClassVar[bool] = False

    def read(self, case: Case) -> Reading:
        """Look through the diagnoses of the case."""
        rows = [row for row in case.diagnoses if row.state is not ConditionState.UNCONFIRMED]
        current = [row for row in rows if row.state is not ConditionState.RESOLVED]
        evidence = tuple(row.record_id for row in current or rows or case.diagnoses)
        if not rows:
            return Reading(Answer.UNKNOWN, "diagnosis_unconfirmed", missing=("diagnosis",), evidence=evidence)
        if not current:
            return Reading(Answer.NO, "diagnosis_resolved", evidence=evidence)
        return Reading(Answer.YES, "diagnosis_recorded", (("name", case.condition),), evidence=evidence)

    @classmethod
    def tabular(cls, facts: Facts, asked: Asked[Diagnosed]) -> ir.Table:
        """Count confirmed and current diagnoses."""
        rows = facts.diagnoses
        confirmed = _is_confirmed(rows)
        counted = rows.group_by("case_id").agg(
            confirmed=confirmed.any(), current=(confirmed & ~_is_resolved(rows)).any()
        )
        cases = facts.cases.select("case_id", "condition").left_join(
            counted, "case_id", rname="{name}_counted"
        )
        word = ibis.cases(
            (cases.current.fill_null(False), "yes"), (cases.confirmed.fill_null(False), "no"), else_="unknown"
        )
        return told(
            cases,
            word,
            yes="diagnosis_recorded",
            no="diagnosis_resolved",
            unknown="diagnosis_unconfirmed",
            missing=ibis.array(["diagnosis"]),
            values=json_text(name=only_where(word == "yes", cases.condition)),
        )

    @classmethod
    def evidence(cls, facts: Facts, asked: Asked[Diagnosed], answered: ir.Table) -> ir.Table:
        """The current diagnoses; without any the confirmed ones; else all."""
        rows = facts.diagnoses.inner_join(answered.select("case_id", "answer"), "case_id")
        confirmed = _is_confirmed(rows)
        speaks = ibis.cases(
            (rows.answer == "yes", confirmed & ~_is_resolved(rows)), (rows.answer == "no", confirmed)
        )
        return records_of(rows.filter(speaks.fill_null(True)))


def _is_confirmed(rows: ir.Table) -> ir.BooleanValue:
    return rows.state != str(ConditionState.UNCONFIRMED)


def _is_resolved(rows: ir.Table) -> ir.BooleanValue:
    return rows.state == str(ConditionState.RESOLVED)
