"""Enough debilitating headache days, month after month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer, all_of
from assuage.dates import Precision
from assuage.records.rows import Score
from assuage.resistance.criteria.asked import Asked
from assuage.resistance.criteria.base import (
    Reading,
    records_of,
    records_of_trials,
    same_values,
    told,
)
from assuage.resistance.criteria.case import Case
from assuage.resistance.criteria.facts import Facts
from assuage.resistance.criteria.interference import (
    interference_table,
    interferes,
    words_of_interference,
)
from assuage.resistance.criteria.standing import controls_pain, first_working
from assuage.sources import Provenance
from assuage.trials.tabular.json_text import json_text

DEBILITATING = "debilitating_headache_days"
PLAIN = ("monthly_headache_days", "monthly_migraine_days")
"""Counts that do not say whether the days were debilitating; they need `interferes` beside them."""


@dataclass(frozen=True)
class DaysAMonth:
    """At least `days` debilitating headache days in each of `months` calendar months in a row.

    The row ends with the month of the review, or with the one before it while that month's count is not
    there yet. A month without a count is unknown. The source asks for days "without improvement": where
    no count decides, a preventive that works now answers no.
    """

    id: str
    title: str
    provenance: Provenance
    days: float
    months: int
    decides: bool = True
    asks_of_trials: ClassVar[bool] = True

    def read(self, case: Case) -> Reading:
        """Answer month by month, then for the row."""
        disabling, said_by = interferes(case)
        counts = [row for row in case.scores if row.instrument in (DEBILITATING, *PLAIN)]
        of_month = [
            [row for row in counts if _months_before(row, case) == back] for back in range(self.months + 1)
        ]
        by_month = [self._month(rows, disabling) for rows in of_month]
        ending_now = all_of(by_month[: self.months])
        not_yet_counted = Answer.of(not of_month[0])
        ending_before = not_yet_counted & all_of(by_month[1:])
        answer = ending_now | ending_before
        working = [trial for trial, judgement in case.judged if controls_pain(trial, judgement)]
        if answer is Answer.UNKNOWN and working:
            values = (("treatment", working[0].treatment),)
            return Reading(Answer.NO, "controlled_running", values, evidence=working[0].evidence)
        evidence = tuple(
            row.record_id for row in counts if _months_before(row, case) in range(self.months + 1)
        )
        reason = {Answer.YES: "days_enough", Answer.NO: "days_too_few", Answer.UNKNOWN: "days_not_recorded"}[
            answer
        ]
        return Reading(
            answer,
            reason,
            (("days", self.days), ("months", self.months)),
            missing=("debilitating_days",) if answer is Answer.UNKNOWN else (),
            evidence=evidence + (said_by if evidence else ()),
        )

    def _month(self, counts: Sequence[Score], disabling: Answer) -> Answer:
        """Whether a month had enough debilitating days; disagreeing counts leave it unknown.

        A count of debilitating days outranks plain counts of the same month.
        """
        exact = [row for row in counts if row.instrument == DEBILITATING]
        words = {self._count(row, disabling) for row in exact or counts}
        return words.pop() if len(words) == 1 else Answer.UNKNOWN

    def _count(self, row: Score, disabling: Answer) -> Answer:
        if row.high < self.days:
            return Answer.NO
        if row.low < self.days:
            return Answer.UNKNOWN
        return Answer.YES if row.instrument == DEBILITATING or disabling is Answer.YES else Answer.UNKNOWN

    @classmethod
    def tabular(cls, facts: Facts, asked: Asked[DaysAMonth]) -> ir.Table:
        """One column for each month back, then the same row of months."""
        rows = _counts(facts, asked)
        rows = rows.left_join(interference_table(facts), "case_id", rname="{name}_said")
        needed = asked.each(rows, lambda one: float(one.days))
        disabling = (rows.instrument == DEBILITATING) | (rows.interferes == "yes").fill_null(False)
        word = ibis.cases(
            (rows.high < needed, "no"), ((rows.low >= needed) & disabling, "yes"), else_="unknown"
        )
        is_exact = rows.instrument == DEBILITATING
        rows = rows.mutate(
            word=word, is_exact=is_exact, exact_known=is_exact.any().over(group_by=["case_id", "back"])
        )
        rows = rows.filter(rows.is_exact | ~rows.exact_known)
        most = max(one.months for one in asked.criteria.values())
        months = rows.group_by("case_id").agg(
            counted=(rows.back == 0).any(),
            **{
                f"m{n}": (rows.word.nunique(where=rows.back == n) == 1).ifelse(
                    rows.word.min(where=rows.back == n), "unknown"
                )
                for n in range(most + 1)
            },
        )
        cases = facts.cases.select("case_id").left_join(months, "case_id", rname="{name}_months")
        cases = cases.left_join(first_working(facts), "case_id", rname="{name}_work")
        month = [cases[f"m{n}"].fill_null("unknown") for n in range(most + 1)]
        asks = asked.each(cases, lambda one: one.months)
        looked_at = [asks > n for n in range(most)]
        counted = cases.counted.fill_null(False)
        now_yes, now_no = _row_of_months(looked_at, month[:most])
        before_yes, before_no = _row_of_months(looked_at, month[1:])
        before_yes, before_no = before_yes & ~counted, before_no | counted
        works = cases.trial_id.notnull()
        decided = (now_no & before_no) | now_yes | before_yes
        answer = ibis.cases(
            (now_yes | before_yes, "yes"), (now_no & before_no, "no"), (works, "no"), else_="unknown"
        )
        counts = asked.each(cases, lambda one: same_values(days=one.days, months=one.months))
        return told(
            cases,
            answer,
            yes="days_enough",
            no=decided.ifelse("days_too_few", "controlled_running"),
            unknown="days_not_recorded",
            missing=ibis.array(["debilitating_days"]),
            values=(~decided & works).ifelse(json_text(treatment=cases.treatment), counts),
        )

    @classmethod
    def evidence(cls, facts: Facts, asked: Asked[DaysAMonth], answered: ir.Table) -> ir.Table:
        """The counts, with what says that the days are bad ones; or the trial that works."""
        by_trial = answered.reason_code == "controlled_running"
        working = first_working(facts).semi_join(answered.filter(by_trial), "case_id")
        counts = records_of(_counts(facts, asked), answered.filter(~by_trial))
        words = records_of(words_of_interference(facts), counts)
        return counts.union(words).union(records_of_trials(facts, working))


def _row_of_months(
    looked_at: Sequence[ir.BooleanValue], month: Sequence[ir.StringValue]
) -> tuple[ir.BooleanValue, ir.BooleanValue]:
    """Whether all months that are looked at say yes, and whether one says no."""
    pairs = list(zip(looked_at, month, strict=True))
    every = ibis.and_(*(~looked | (word == "yes") for looked, word in pairs))
    return every, ibis.or_(*(looked & (word == "no") for looked, word in pairs))


def _counts(facts: Facts, asked: Asked[DaysAMonth]) -> ir.Table:
    """Counts of the months that are looked at, with `back`: how many months before the review."""
    rows = facts.scores.filter(facts.scores.instrument.isin([DEBILITATING, *PLAIN]))
    rows = rows.inner_join(facts.cases.select("case_id", "as_of"), "case_id", rname="{name}_case")
    rows = rows.filter(rows.start_first.month() == rows.start_last.month())
    years, months = (rows.as_of.year() - rows.start_last.year()), rows.start_last.month()
    rows = rows.mutate(back=years * 12 + rows.as_of.month() - months)
    return rows.filter(rows.back.between(0, asked.each(rows, lambda one: one.months)))


def _months_before(row: Score, case: Case) -> int | None:
    """How many calendar months before the review a count's month lies; None where no month is given."""
    if row.start is None or row.start.precision is Precision.YEAR:
        return None
    day = row.start.last
    return (case.as_of.year - day.year) * 12 + case.as_of.month - day.month
