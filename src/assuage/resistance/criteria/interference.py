"""Pain markedly affects daily life."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer
from assuage.records.rows import StatementKind
from assuage.resistance.criteria.asked import Asked
from assuage.resistance.criteria.base import Reading, records_of, told
from assuage.resistance.criteria.case import Case
from assuage.resistance.criteria.facts import Facts
from assuage.sources import Provenance

SEVERE_HIT6 = 60.0
"""HIT-6 from which impact is called severe: the band 60-78."""


def interferes(case: Case) -> tuple[Answer, tuple[str, ...]]:
    """Whether a statement, or a HIT-6 in its severe band, says that pain affects daily life; and the records.

    Where some say so and others deny it, the answer is unknown.
    """
    said = [(row.answer, row.record_id) for row in case.statements if row.kind is StatementKind.INTERFERENCE]
    scored = [
        (Answer.YES, row.record_id)
        for row in case.scores
        if row.instrument == "hit6" and row.low >= SEVERE_HIT6
    ]
    words = {answer for answer, _ in said + scored}
    return (words.pop() if len(words) == 1 else Answer.UNKNOWN), tuple(record for _, record in said + scored)


def words_of_interference(facts: Facts) -> ir.Table:
    """Each statement and score that speaks of it: `case_id`, `answer`, `record_id`."""
    said = facts.statements.filter(facts.statements.kind == str(StatementKind.INTERFERENCE))
    scored = facts.scores.filter(facts.scores.instrument == "hit6", facts.scores.low >= SEVERE_HIT6)
    columns = "case_id", "answer", "record_id"
    return said.select(*columns).union(scored.mutate(answer=ibis.literal("yes")).select(*columns))


def interference_table(facts: Facts) -> ir.Table:
    """The tabular form of `interferes`: `case_id`, `interferes`, for cases where anything speaks of it."""
    rows = words_of_interference(facts)
    agreed = rows.group_by("case_id").agg(words=rows.answer.nunique(), word=rows.answer.min())
    return agreed.select("case_id", interferes=(agreed.words == 1).ifelse(agreed.word, "unknown"))


@dataclass(frozen=True)
class Interferes:
    """Daily life or its quality is markedly affected."""

    id: str
    title: str
    provenance: Provenance
    decides: bool = True
    asks_of_trials: ClassVar[bool] = False

    def read(self, case: Case) -> Reading:
        """Take statements and HIT-6."""
        answer, records = interferes(case)
        reason = {Answer.YES: "interferes", Answer.NO: "does_not_interfere"}.get(
            answer, "interference_not_recorded"
        )
        missing = ("interference",) if answer is Answer.UNKNOWN else ()
        return Reading(answer, reason, missing=missing, evidence=records)

    @classmethod
    def tabular(cls, facts: Facts, asked: Asked[Interferes]) -> ir.Table:
        """The same for each case."""
        cases = facts.cases.select("case_id").left_join(
            interference_table(facts), "case_id", rname="{name}_said"
        )
        return told(
            cases,
            cases.interferes.fill_null("unknown"),
            yes="interferes",
            no="does_not_interfere",
            unknown="interference_not_recorded",
            missing=ibis.array(["interference"]),
        )

    @classmethod
    def evidence(cls, facts: Facts, asked: Asked[Interferes], answered: ir.Table) -> ir.Table:
        """All that speaks of it."""
        return records_of(words_of_interference(facts), answered)
