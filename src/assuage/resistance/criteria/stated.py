"""What a clinician states about the whole: an assessment made, a treatment kept stable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer
from assuage.records.rows import StatementKind
from assuage.resistance.criteria.asked import Asked
from assuage.resistance.criteria.base import Reading, records_of, same_values, told
from assuage.resistance.criteria.case import Case
from assuage.resistance.criteria.facts import Facts
from assuage.sources import Provenance


@dataclass(frozen=True)
class Stated:
    """A statement of one kind, about the condition or about none in particular.

    Statements that disagree leave it unknown, and so does silence.
    """

    id: str
    title: str
    provenance: Provenance
    kind: StatementKind
    decides: bool = True
    asks_of_trials: ClassVar[bool] = False

    def read(self, case: Case) -> Reading:
        """Take the statements of the kind."""
        said = [row for row in case.statements if row.kind is self.kind]
        words = {row.answer for row in said}
        answer = words.pop() if len(words) == 1 else Answer.UNKNOWN
        reason = {Answer.YES: "stated", Answer.NO: "stated_not"}.get(answer, "not_stated")
        values = (("statement", str(self.kind)),)
        missing = (f"statement:{self.kind}",) if answer is Answer.UNKNOWN else ()
        return Reading(answer, reason, values, missing=missing, evidence=tuple(row.record_id for row in said))

    @classmethod
    def tabular(cls, facts: Facts, asked: Asked[Stated]) -> ir.Table:
        """The same for each case."""
        said = _said(facts, asked)
        agreed = said.group_by("case_id").agg(words=said.answer.nunique(), word=said.answer.min())
        cases = facts.cases.select("case_id").left_join(agreed, "case_id", rname="{name}_said")
        word = (cases.words == 1).fill_null(False).ifelse(cases.word, "unknown")
        return told(
            cases,
            word,
            yes="stated",
            no="stated_not",
            unknown="not_stated",
            missing=ibis.array([asked.each(cases, lambda one: f"statement:{one.kind}")]),
            values=asked.each(cases, lambda one: same_values(statement=str(one.kind))),
        )

    @classmethod
    def evidence(cls, facts: Facts, asked: Asked[Stated], answered: ir.Table) -> ir.Table:
        """The statements of the kind, whatever they say."""
        return records_of(_said(facts, asked), answered)


def _said(facts: Facts, asked: Asked[Stated]) -> ir.Table:
    rows = facts.statements
    return rows.filter(rows.kind == asked.each(rows, lambda one: str(one.kind)))
