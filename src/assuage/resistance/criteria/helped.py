"""A treatment has been tried and helped, or a programme has been completed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer
from assuage.resistance.criteria.asked import Asked
from assuage.resistance.criteria.base import (
    Reading,
    records_of_trials,
    same_values,
    told,
)
from assuage.resistance.criteria.case import Case
from assuage.resistance.criteria.facts import Facts
from assuage.resistance.criteria.standing import first_trials
from assuage.resistance.model import TrialCode
from assuage.sources import Provenance


@dataclass(frozen=True)
class Helped:
    """One of the treatments was followed by a response.

    It is no where each one on record is judged and none helped, and the history is complete; otherwise
    another trial, not on record, may have.
    """

    id: str
    title: str
    provenance: Provenance
    treatments: tuple[str, ...]
    decides: bool = True
    asks_of_trials: ClassVar[bool] = True

    def read(self, case: Case) -> Reading:
        """Look for a response among the trials of the treatments."""
        judged = [(trial, it) for trial, it in case.judged if trial.treatment in self.treatments]
        responses = [trial for trial, it in judged if it.code is TrialCode.RESPONSE]
        is_open = any(it.code is TrialCode.UNDETERMINED for _, it in judged)
        values = (("treatments", ", ".join(self.treatments)),)
        evidence = tuple(dict.fromkeys(record for trial, _ in judged for record in trial.evidence))
        if responses:
            return Reading(Answer.YES, "helped", values, evidence=responses[0].evidence)
        if case.covered and not is_open:
            return Reading(Answer.NO, "did_not_help", values, evidence=evidence)
        missing = (f"result_of:{','.join(self.treatments)}",)
        return Reading(Answer.UNKNOWN, "help_not_recorded", values, missing=missing, evidence=evidence)

    @classmethod
    def tabular(cls, facts: Facts, asked: Asked[Helped]) -> ir.Table:
        """The same over the trials of each case."""
        trials = _trials_of(facts, asked)
        counted = trials.group_by("case_id").agg(
            helped=(trials.code == str(TrialCode.RESPONSE)).any(),
            is_open=(trials.code == str(TrialCode.UNDETERMINED)).any(),
        )
        cases = facts.cases.select("case_id", "covered")
        cases = cases.left_join(counted, "case_id", rname="{name}_counted")
        word = ibis.cases(
            (cases.helped.fill_null(False), "yes"),
            (cases.covered & ~cases.is_open.fill_null(False), "no"),
            else_="unknown",
        )
        return told(
            cases,
            word,
            yes="helped",
            no="did_not_help",
            unknown="help_not_recorded",
            missing=ibis.array([asked.each(cases, lambda one: f"result_of:{','.join(one.treatments)}")]),
            values=asked.each(cases, lambda one: same_values(treatments=", ".join(one.treatments))),
        )

    @classmethod
    def evidence(cls, facts: Facts, asked: Asked[Helped], answered: ir.Table) -> ir.Table:
        """The first trial that helped; else all of them."""
        trials = _trials_of(facts, asked)
        return _first_or_all(facts, answered, trials, trials.code == str(TrialCode.RESPONSE))


@dataclass(frozen=True)
class Completed:
    """One of the therapies was carried through: its end, or what it did, is on record.

    A therapy that was only recommended is no trial and answers nothing.
    """

    id: str
    title: str
    provenance: Provenance
    treatments: tuple[str, ...]
    decides: bool = True
    asks_of_trials: ClassVar[bool] = True

    def read(self, case: Case) -> Reading:
        """Look for a therapy that ended, or whose effect is known."""
        mine = [(trial, it) for trial, it in case.judged if trial.treatment in self.treatments]
        done = [trial for trial, it in mine if trial.end is not None or it.code is not TrialCode.UNDETERMINED]
        values = (("treatments", ", ".join(self.treatments)),)
        if done:
            return Reading(Answer.YES, "completed", values, evidence=done[0].evidence)
        evidence = tuple(dict.fromkeys(record for trial, _ in mine for record in trial.evidence))
        if case.covered and not mine:
            return Reading(Answer.NO, "never_begun", values)
        missing = (f"completed:{','.join(self.treatments)}",)
        return Reading(Answer.UNKNOWN, "completion_not_recorded", values, missing=missing, evidence=evidence)

    @classmethod
    def tabular(cls, facts: Facts, asked: Asked[Completed]) -> ir.Table:
        """The same over the trials of each case."""
        trials = _trials_of(facts, asked)
        counted = trials.group_by("case_id").agg(done=_is_done(trials).any())
        cases = facts.cases.select("case_id", "covered")
        cases = cases.left_join(counted, "case_id", rname="{name}_counted")
        word = ibis.cases(
            (cases.done.fill_null(False), "yes"),
            (cases.done.isnull() & cases.covered, "no"),
            else_="unknown",
        )
        return told(
            cases,
            word,
            yes="completed",
            no="never_begun",
            unknown="completion_not_recorded",
            missing=ibis.array([asked.each(cases, lambda one: f"completed:{','.join(one.treatments)}")]),
            values=asked.each(cases, lambda one: same_values(treatments=", ".join(one.treatments))),
        )

    @classmethod
    def evidence(cls, facts: Facts, asked: Asked[Completed], answered: ir.Table) -> ir.Table:
        """The first therapy that was carried through; else all of them."""
        trials = _trials_of(facts, asked)
        return _first_or_all(facts, answered, trials, _is_done(trials))


def _trials_of(facts: Facts, asked: Asked[Helped] | Asked[Completed]) -> ir.Table:
    rows = facts.trials
    return rows.filter(asked.each(rows, lambda one: rows.treatment.isin(list(one.treatments))))


def _is_done(trials: ir.Table) -> ir.BooleanValue:
    return trials.has_end | (trials.code != str(TrialCode.UNDETERMINED))


def _first_or_all(facts: Facts, answered: ir.Table, trials: ir.Table, wanted: ir.BooleanValue) -> ir.Table:
    """The records of each case's first wanted trial where the answer is yes, else of all its trials."""
    is_yes = answered.answer == "yes"
    first = first_trials(trials.filter(wanted)).semi_join(answered.filter(is_yes), "case_id")
    others = trials.semi_join(answered.filter(~is_yes), "case_id")
    key = "case_id", "trial_id"
    return records_of_trials(facts, first.select(*key).union(others.select(*key)))
