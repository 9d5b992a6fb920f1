"""Enough treatments, or classes of treatments, have failed."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer, at_least
from assuage.records.rows import Statement, StatementKind
from assuage.resistance.criteria.base import Reading, told
from assuage.resistance.criteria.case import Case
from assuage.resistance.criteria.facts import Facts
from assuage.resistance.criteria.standing import (
    WIDE_WORDS,
    Standing,
    TreatmentClass,
    available,
    class_standing,
    members_table,
    ruled_out_by,
    standings,
)
from assuage.resistance.model import CountsAs
from assuage.sources import Provenance


@dataclass(frozen=True)
class FailedTreatments:
    """At least `needed` of the drawn classes have failed; all that are available where `needed` is None.

    A class of one member is a single drug. `accepts_statements`: the source prints no dose and no length,
    so that a clinician's word that the conventional treatments failed answers it, and is named.
    """

    id: str
    title: str
    provenance: Provenance
    classes: tuple[TreatmentClass, ...]
    needed: int | None
    counts_contraindication: bool
    accepts_statements: bool = False
    decides: bool = True

    def read(self, case: Case) -> Reading:
        """Count failed, not failed and open classes."""
        offered = [one for one in self.classes if available(one, case.condition, case.market)]
        standing = {one: class_standing(case, one) for one in offered}
        said = self._statement(case)
        if said is not None and Standing.RESPONDING not in standing.values():
            values = (("author", said.author or "unnamed"), ("date", str(said.start or "undated")))
            return Reading(Answer.YES, "by_statement", values, evidence=(said.record_id,))
        answers = {one: self._counts(standing[one], covered=case.covered) for one in offered}
        needed = len(offered) if self.needed is None else self.needed
        return self._reading(case, answers, needed)

    def _counts(self, standing: Standing, *, covered: bool) -> Answer:
        match standing:
            case Standing.FAILED:
                return Answer.YES
            case Standing.CONTRAINDICATED:
                return Answer.of(True if self.counts_contraindication else False if covered else None)
            case Standing.UNKNOWN:
                return Answer.UNKNOWN
            case Standing.RESPONDING | Standing.NOT_FAILED:
                return Answer.NO

    def _statement(self, case: Case) -> Statement | None:
        said = [
            row
            for row in case.statements
            if row.kind is StatementKind.FAILED and row.answer is Answer.YES and row.about in WIDE_WORDS
        ]
        return said[-1] if said and self.accepts_statements else None

    def _reading(self, case: Case, answers: dict[TreatmentClass, Answer], needed: int) -> Reading:
        answer = at_least(needed, answers.values()) if answers else Answer.UNKNOWN
        by_answer = {word: [one for one in answers if answers[one] is word] for word in Answer}
        values = (
            ("count", len(by_answer[Answer.YES])),
            ("needed", needed),
            ("possible", len(by_answer[Answer.YES]) + len(by_answer[Answer.UNKNOWN])),
            ("failed", ", ".join(one.key for one in by_answer[Answer.YES])),
        )
        reason = {Answer.YES: "failed_enough", Answer.NO: "failed_too_few", Answer.UNKNOWN: "failed_open"}[
            answer
        ]
        return Reading(
            answer,
            reason,
            values,
            missing=_missing(case, by_answer[Answer.UNKNOWN]) if answer is Answer.UNKNOWN else (),
            evidence=_evidence(case, answers, answer),
        )

    def tabular(self, facts: Facts) -> ir.Table:
        """Count the standings of the classes, case by case."""
        each = standings(facts, self.classes)
        ruled_out = each.standing == str(Standing.CONTRAINDICATED)
        failed = each.standing == str(Standing.FAILED)
        is_open = each.standing == str(Standing.UNKNOWN)
        if self.counts_contraindication:
            failed = failed | ruled_out
        else:
            is_open = is_open | (ruled_out & ~each.covered)
        each = each.mutate(is_failed=failed, is_open=is_open, works=each.standing == str(Standing.RESPONDING))
        counted = each.group_by("case_id").agg(
            certain=each.is_failed.sum(),
            possible=(each.is_failed | each.is_open).sum(),
            offered=each.count(),
            works=each.works.any(),
        )
        cases = facts.cases.select("case_id").left_join(counted, "case_id", rname="{name}_counted")
        cases = cases.left_join(self._stated_cases(facts), "case_id", rname="{name}_said")
        needed = cases.offered if self.needed is None else ibis.literal(self.needed)
        word = ibis.cases(
            (cases.said.fill_null(False) & ~cases.works.fill_null(False), "yes"),
            (cases.offered.isnull(), "unknown"),
            (cases.certain >= needed, "yes"),
            (cases.possible < needed, "no"),
            else_="unknown",
        )
        cases = cases.left_join(self._missing_table(facts, each), "case_id", rname="{name}_missing")
        by_statement = cases.said.fill_null(False) & ~cases.works.fill_null(False)
        return told(
            cases,
            word,
            yes=by_statement.ifelse("by_statement", "failed_enough"),
            no="failed_too_few",
            unknown="failed_open",
            missing=cases.missing.fill_null(ibis.literal([], type="array<string>")),
        )

    def _missing_table(self, facts: Facts, each: ir.Table) -> ir.Table:
        """The tabular form of `_missing` over the standings of the classes: `case_id`, `missing`."""
        key = ["case_id", "drawn_as"]
        members = members_table(self.classes)
        tried = facts.trials.inner_join(members, "treatment")
        unsettled = tried.counts_as == str(CountsAs.UNKNOWN)
        open_classes = each.filter(each.is_open).select(*key)
        parts = tried.filter(unsettled).inner_join(open_classes, key)
        settled = open_classes.anti_join(parts, key).inner_join(
            members.select("drawn_as", "place").distinct(), "drawn_as"
        )
        seen = tried.select(*key, seen=ibis.literal(True)).distinct()
        rest = settled.left_join(seen, key, rname="{name}_seen")
        rest = rest.mutate(code=rest.seen.fill_null(False).ifelse("another_trial", "ever_tried"))
        absent = rest.group_by("case_id", "code").agg(
            keys=rest.drawn_as.group_concat(",", order_by=rest.place)
        )
        all_parts = ibis.union(
            parts.select("case_id", part=parts.reason_code + ":" + parts.treatment),
            absent.select("case_id", part=absent.code + ":" + absent["keys"]),
            distinct=True,
        )
        return all_parts.group_by("case_id").agg(missing=all_parts.part.collect())

    def _stated_cases(self, facts: Facts) -> ir.Table:
        rows = facts.statements
        wanted = (rows.kind == "failed") & (rows.answer == "yes") & rows.about.isin(sorted(WIDE_WORDS))
        chosen = rows.filter(wanted & ibis.literal(self.accepts_statements))
        return chosen.select("case_id").distinct().mutate(said=True)


def _missing(case: Case, open_classes: list[TreatmentClass]) -> tuple[str, ...]:
    """What would settle the open classes: a part of a trial on record, another trial, or a first one."""
    parts: dict[str, None] = {}
    another: list[str] = []
    ever: list[str] = []
    for one in open_classes:
        judged = [judged for judged in case.judged if judged[0].treatment in one.members]
        unsettled = [(trial, it) for trial, it in judged if it.counts_as is CountsAs.UNKNOWN]
        parts |= {f"{it.reason_code}:{trial.treatment}": None for trial, it in unsettled}
        if not unsettled:
            (another if judged else ever).append(one.key)
    absent = {"another_trial": another, "ever_tried": ever}
    return (*parts, *(f"{code}:{','.join(keys)}" for code, keys in absent.items() if keys))


def _evidence(case: Case, answers: dict[TreatmentClass, Answer], answer: Answer) -> tuple[str, ...]:
    """The records that the answer rests on: of trials, and of what rules a treatment out."""
    members = {member: one.key for one, each in answers.items() if each is answer for member in one.members}
    tried = [record for trial, _ in case.judged if trial.treatment in members for record in trial.evidence]
    ruled_out = [record for member, key in members.items() for record in ruled_out_by(case, member, key)]
    return tuple(dict.fromkeys((*tried, *ruled_out)))
