"""What a clinician states about the whole: an assessment made, a treatment kept stable."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer
from assuage.records.rows import StatementKind
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

    def read(self, case: Case) -> Reading:
        """Take the statements of the kind."""
        said = [row for row in case.statements if row.kind is self.kind]
        words = {row.answer for row in said}
        answer = words.pop() if len(words) == 1 else Answer.UNKNOWN
        reason = {Answer.YES: "stated", Answer.NO: "stated_not"}.get(answer, "not_stated")
        values = (("statement", str(self.kind)),)
        missing = (f"statement:{self.kind}",) if answer is Answer.UNKNOWN else ()
        return Reading(answer, reason, values, missing=missing, evidence=tuple(row.record_id for row in said))

    def tabular(self, facts: Facts) -> ir.Table:
        """The same for each case."""
        said = facts.statements.filter(facts.statements.kind == str(self.kind))
        agreed = said.group_by("case_id").agg(words=said.answer.nunique(), word=said.answer.min())
        cases = facts.cases.select("case_id").left_join(agreed, "case_id", rname="{name}_said")
        word = (cases.words == 1).fill_null(False).ifelse(cases.word, "unknown")
        return told(
            cases,
            word,
            yes="stated",
            no="stated_not",
            unknown="not_stated",
            missing=ibis.array([f"statement:{self.kind}"]),
            values=same_values(statement=str(self.kind)),
        )

    def evidence(self, facts: Facts, answered: ir.Table) -> ir.Table:
        """The statements of the kind, whatever they say."""
        return records_of(facts.statements.filter(facts.statements.kind == str(self.kind)), answered)
