"""Pain is not controlled now, and nothing adequate that might still control it is running."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer
from assuage.records.rows import Purpose
from assuage.resistance.criteria.asked import Asked
from assuage.resistance.criteria.base import (
    Reading,
    only_where,
    records_of,
    records_of_trials,
    told,
)
from assuage.resistance.criteria.case import Case, too_recent
from assuage.resistance.criteria.facts import Facts
from assuage.resistance.criteria.severity import (
    latest,
    score_signals,
    signal_table,
    signals_of_day,
    statement_signals,
)
from assuage.resistance.criteria.standing import controls_pain, controls_pain_now, first_trials
from assuage.resistance.model import CountsAs, Judgement
from assuage.sources import Provenance
from assuage.trials.model import TreatmentTrial, TrialKind
from assuage.trials.tabular.json_text import json_text


@dataclass(frozen=True)
class Uncontrolled:
    """A score, or a statement, within the window says that pain is not controlled.

    It stays unknown while a trial runs, or may run, that is not known to be too small or to have failed,
    and while a procedure is too recent to be judged. With neither score nor statement, a treatment at
    work now answers no.
    """

    id: str
    title: str
    provenance: Provenance
    thresholds: Mapping[str, float]
    window_days: int
    decides: bool = True
    asks_of_trials: ClassVar[bool] = True

    def read(self, case: Case) -> Reading:
        """Weigh the latest signals against what is running."""
        signals = score_signals(case, self.thresholds, self.window_days)
        answer, of_day = latest(signals + statement_signals(case, self.window_days))
        evidence = tuple(signal.record_id for signal in of_day)
        if answer is Answer.NO:
            return Reading(Answer.NO, "controlled_now", (("date", str(of_day[0].day)),), evidence=evidence)
        working = [trial for trial, it in case.judged if controls_pain(trial, it)]
        still_open = [trial for trial, it in case.judged if _may_still_work(trial, it)]
        if answer is Answer.UNKNOWN:
            return self._without_signal(working)
        if working or still_open:
            running = (working + still_open)[0]
            records = tuple(dict.fromkeys((*evidence, *running.evidence)))
            missing = (f"result_of:{running.treatment}",)
            values = (("treatment", running.treatment),)
            return Reading(Answer.UNKNOWN, "running_trial_open", values, missing=missing, evidence=records)
        return Reading(Answer.YES, "uncontrolled_now", (("date", str(of_day[0].day)),), evidence=evidence)

    def _without_signal(self, working: list[TreatmentTrial]) -> Reading:
        if working:
            values = (("treatment", working[0].treatment),)
            return Reading(Answer.NO, "controlled_running", values, evidence=working[0].evidence)
        values_unknown = (("window_days", self.window_days),)
        return Reading(Answer.UNKNOWN, "control_not_recorded", values_unknown, missing=("control_now",))

    @classmethod
    def tabular(cls, facts: Facts, asked: Asked[Uncontrolled]) -> ir.Table:
        """The same weighing over the running trials of each case."""
        now = signal_table(signals_of_day(facts, asked, statements=True))
        cases = facts.cases.select("case_id").left_join(now, "case_id", rname="{name}_now")
        cases = cases.left_join(_first_running(facts), "case_id", rname="{name}_first")
        above = cases.above.fill_null("unknown")
        works_now, may_work = cases.works.fill_null(False), cases.works.notnull()
        silent = above == "unknown"
        word = ibis.cases(
            (above == "no", "no"),
            (silent & works_now, "no"),
            ((above == "yes") & ~may_work, "yes"),
            else_="unknown",
        )
        by_trial = ibis.cases((word == "no", silent), (word == "unknown", ~silent), else_=False)
        not_recorded = silent & (word == "unknown")
        result_of = ibis.literal("result_of:") + cases.treatment.fill_null("")
        return told(
            cases,
            word,
            yes="uncontrolled_now",
            no=silent.ifelse("controlled_running", "controlled_now"),
            unknown=silent.ifelse("control_not_recorded", "running_trial_open"),
            missing=ibis.array([silent.ifelse("control_now", result_of)]),
            values=json_text(
                date=only_where(~by_trial & ~not_recorded, cases.day.cast("string")),
                treatment=only_where(by_trial, cases.treatment),
                window_days=only_where(not_recorded, asked.each(cases, lambda one: one.window_days)),
            ),
        )

    @classmethod
    def evidence(cls, facts: Facts, asked: Asked[Uncontrolled], answered: ir.Table) -> ir.Table:
        """The signals of the latest day, the trial that runs, or both."""
        by_signal = answered.reason_code.isin(["controlled_now", "uncontrolled_now", "running_trial_open"])
        by_trial = answered.reason_code.isin(["controlled_running", "running_trial_open"])
        running = _first_running(facts).semi_join(answered.filter(by_trial), "case_id")
        signals = records_of(signals_of_day(facts, asked, statements=True), answered.filter(by_signal))
        return signals.union(records_of_trials(facts, running))


_NOT_DAILY = (str(Purpose.ACUTE), str(Purpose.TEST))


def _first_running(facts: Facts) -> ir.Table:
    """The trial of each case whose result is waited for: one that `works` before one that may still."""
    trials = facts.trials
    tried_daily = (trials.kind == str(TrialKind.DRUG)) & ~trials.purpose.isin(_NOT_DAILY)
    no_effect = (trials.counts_as == "failed") | (trials.responded == "no")
    may_run = (trials.running != "no") & (trials.taken != "no")
    drug_open = tried_daily & may_run & (trials.dose_ok != "no") & ~no_effect
    works = controls_pain_now(trials)
    running = trials.mutate(works=works).filter(works | drug_open | trials.too_recent)
    return first_trials(running, running.works.ifelse(0, 1)).select(
        "case_id", "trial_id", "treatment", "works"
    )


def _may_still_work(trial: TreatmentTrial, judgement: Judgement) -> bool:
    """Whether a trial runs, or may run, whose dose may do and that is not known to have no effect."""
    if trial.kind is not TrialKind.DRUG:
        return too_recent(trial)
    daily = trial.purpose not in (Purpose.ACUTE, Purpose.TEST)
    no_effect = judgement.counts_as is CountsAs.FAILED or judgement.responded is Answer.NO
    may_run = trial.running is not Answer.NO and trial.taken is not Answer.NO
    return daily and may_run and judgement.dose_ok is not Answer.NO and not no_effect
