"""Enough treatments, or classes of treatments, have failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer, at_least
from assuage.records.rows import Statement, StatementKind
from assuage.resistance.criteria.asked import Asked
from assuage.resistance.criteria.base import Reading, records_of, records_of_trials, told
from assuage.resistance.criteria.case import Case
from assuage.resistance.criteria.class_standings import (
    has,
    members_table,
    offered_classes,
    ruling_out,
    spoken_classes,
    with_keys,
)
from assuage.resistance.criteria.facts import Facts
from assuage.resistance.criteria.standing import (
    WIDE_WORDS,
    Standing,
    TreatmentClass,
    available,
    class_standing,
    ruled_out_by,
)
from assuage.resistance.model import CountsAs
from assuage.sources import Provenance
from assuage.trials.tabular.columns import date_text, no_texts, ordinal
from assuage.trials.tabular.json_text import json_text


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
    asks_of_trials: ClassVar[bool] = True

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

    @classmethod
    def tabular(cls, facts: Facts, asked: Asked[FailedTreatments]) -> ir.Table:
        """Count the standings of the classes, case by case."""
        each = _answers(facts, asked)
        cases = _counted(facts, each, asked).left_join(_stated(facts, asked), "case_id", rname="{name}_said")
        cases = cases.left_join(_unsettled(facts, each, asked), "case_id", rname="{name}_missing")
        cases = with_keys(cases, asked, "failed_set", "another_set", "untried_set")
        by_statement = cases.said.notnull() & ~cases.works
        word = ibis.cases(
            (by_statement, "yes"),
            (cases.offered == 0, "unknown"),
            (cases.certain >= cases.needed, "yes"),
            (cases.possible < cases.needed, "no"),
            else_="unknown",
        )
        return told(
            cases,
            word,
            yes=by_statement.ifelse("by_statement", "failed_enough"),
            no="failed_too_few",
            unknown="failed_open",
            missing=cases.parts.fill_null(no_texts())
            .concat(_part("another_trial:", cases.another_keys))
            .concat(_part("ever_tried:", cases.untried_keys)),
            values=by_statement.ifelse(cases.said, _values(cases)),
            rests_on=ibis.cases(
                (by_statement, ibis.literal(0, "int64")),
                (word == "yes", cases.failed_set),
                (word == "no", cases.other_set),
                else_=cases.open_set,
            ),
        )

    @classmethod
    def evidence(cls, facts: Facts, asked: Asked[FailedTreatments], answered: ir.Table) -> ir.Table:
        """Trials of the classes that give the answer, and what rules these out; or the statement."""
        chosen = answered.select("case_id", "rests_on").filter(answered.rests_on != 0)
        members = members_table(asked)
        tried = asked.numbered(facts.trials).inner_join(members, ["number", "treatment"])
        tried = tried.inner_join(chosen, "case_id")
        tried = tried.filter(has(tried.rests_on, tried.bit)).select("case_id", "trial_id").distinct()
        ruled_out = ruling_out(facts, asked).inner_join(chosen, "case_id")
        ruled_out = ruled_out.filter(has(ruled_out.rests_on, ruled_out.bit))
        by_statement = answered.filter(answered.reason_code == "by_statement")
        return ibis.union(
            records_of_trials(facts, tried),
            records_of(ruled_out),
            records_of(_stated(facts, asked), by_statement),
        )


def _answers(facts: Facts, asked: Asked[FailedTreatments]) -> ir.Table:
    """The classes that something speaks of, with what each answers: failed, open, or neither."""
    each = spoken_classes(facts, asked)
    ruled_out = each.standing == str(Standing.CONTRAINDICATED)
    failed = each.standing == str(Standing.FAILED)
    is_open = each.standing == str(Standing.UNKNOWN)
    counts = asked.each(each, lambda one: one.counts_contraindication)
    return each.mutate(
        is_failed=failed | (ruled_out & counts),
        is_open=is_open | (ruled_out & ~counts & ~each.covered),
        works=each.standing == str(Standing.RESPONDING),
    )


def _counted(facts: Facts, each: ir.Table, asked: Asked[FailedTreatments]) -> ir.Table:
    """Each case with its classes, counted and as sets; of what nothing speaks, the coverage decides."""
    sets = {
        "failed": each.is_failed,
        "open": each.is_open,
        "another": each.is_open & each.tried & ~each.unsettled,
        "untried": each.is_open & ~each.tried,
    }
    counted = each.group_by("case_id").agg(
        works=each.works.any(),
        spoken=each.count(),
        spoken_set=each.bit.sum(),
        failed=each.is_failed.sum(),
        open=each.is_open.sum(),
        **{f"{name}_set": each.bit.sum(where=chosen) for name, chosen in sets.items()},
    )
    cases = offered_classes(facts, asked).select("case_id", "number", "covered", "offered_set", "offered")
    rows = cases.left_join(counted, "case_id", rname="{name}_counted").drop("case_id_counted")
    rows = rows.mutate(**{name: rows[name].fill_null(0) for name in counted.columns[2:]})
    silent_set = rows.covered.ifelse(0, rows.offered_set - rows.spoken_set)
    silent = rows.covered.ifelse(0, rows.offered - rows.spoken)
    return rows.mutate(
        works=rows.works.fill_null(False),
        certain=rows.failed,
        possible=rows.failed + rows.open + silent,
        needed=asked.each(rows, lambda one: rows.offered if one.needed is None else one.needed),
        untried_set=rows.untried_set + silent_set,
        other_set=rows.spoken_set - rows.failed_set - rows.open_set,
    )


def _unsettled(facts: Facts, each: ir.Table, asked: Asked[FailedTreatments]) -> ir.Table:
    """The parts of trials on record that would settle open classes: `case_id`, `parts`."""
    open_trials = facts.trials.filter(facts.trials.counts_as == str(CountsAs.UNKNOWN))
    tried = asked.numbered(open_trials).inner_join(members_table(asked), ["number", "treatment"])
    rows = tried.semi_join(each.filter(each.is_open), ["case_id", "bit"])
    parts = rows.select("case_id", part=rows.reason_code + ":" + rows.treatment).distinct()
    return parts.group_by("case_id").agg(parts=parts.part.collect().sort())


def _stated(facts: Facts, asked: Asked[FailedTreatments]) -> ir.Table:
    """The last word that all failed, where it counts: `case_id`, `record_id`, `said` (the values)."""
    rows = facts.statements
    wanted = (rows.kind == "failed") & (rows.answer == "yes") & rows.about.isin(sorted(WIDE_WORDS))
    rows = rows.filter(wanted, asked.each(rows, lambda one: one.accepts_statements))
    by_id = ibis.window(group_by=rows.case_id, order_by=[rows.record_id.desc(), rows.author])
    last = rows.mutate(place=ibis.row_number().over(by_id)).filter(ibis._.place == 0)
    day = date_text(ordinal(last.start_first), ordinal(last.start_last))
    author = last.author.nullif("").fill_null("unnamed")
    return last.select("case_id", "record_id", said=json_text(author=author, date=day.fill_null("undated")))


def _values(cases: ir.Table) -> ir.StringValue:
    failed = cases.failed_keys.fill_null("").replace(",", ", ")
    return json_text(count=cases.certain, failed=failed, needed=cases.needed, possible=cases.possible)


def _part(code: str, keys: ir.StringValue) -> ir.ArrayValue:
    """What is missing of some classes, where there are any."""
    return keys.isnull().ifelse(no_texts(), ibis.array([ibis.literal(code) + keys]))


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
