"""The daily dose of opioids, in morphine equivalents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer
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
from assuage.sources import Provenance
from assuage.trials.model import TreatmentTrial


@dataclass(frozen=True)
class OpioidsAtMost:
    """At most `highest_mg_day` morphine equivalents a day.

    Only morphine itself is counted in milligrams: conversion factors of other opioids differ between
    sources, so that with another opioid running the answer is unknown.
    """

    id: str
    title: str
    provenance: Provenance
    highest_mg_day: float
    decides: bool = True
    asks_of_trials: ClassVar[bool] = True

    def read(self, case: Case) -> Reading:
        """Look at the opioids that run, or may run."""
        opioids = [
            trial
            for trial in case.trials
            if trial.treatment_class == "opioid" and trial.running is not Answer.NO
        ]
        evidence = tuple(dict.fromkeys(record for trial in opioids for record in trial.evidence))
        values = (("highest", self.highest_mg_day),)
        if any(self._is_above(trial) for trial in opioids):
            return Reading(Answer.NO, "opioids_above", values, evidence=evidence)
        if opioids or not case.covered:
            missing = ("morphine_equivalents",)
            return Reading(Answer.UNKNOWN, "opioids_not_known", values, missing=missing, evidence=evidence)
        coverage = tuple(row.record_id for row in case.history.coverage)
        return Reading(Answer.YES, "no_opioid_running", values, evidence=coverage)

    def _is_above(self, trial: TreatmentTrial) -> bool:
        known = trial.treatment == "morphine" and trial.dose_unit == "mg/d" and trial.running is Answer.YES
        return known and (trial.peak_dose or 0.0) > self.highest_mg_day

    @classmethod
    def tabular(cls, facts: Facts, asked: Asked[OpioidsAtMost]) -> ir.Table:
        """The same over the trials of each case."""
        trials = _opioids(facts)
        known = (trials.treatment == "morphine") & (trials.dose_unit == "mg/d") & (trials.running == "yes")
        highest = asked.each(trials, lambda one: float(one.highest_mg_day))
        above = (known & (trials.peak_dose > highest)).fill_null(False)
        counted = trials.group_by("case_id").agg(above=above.any())
        cases = facts.cases.select("case_id", "covered")
        cases = cases.left_join(counted, "case_id", rname="{name}_counted")
        word = ibis.cases(
            (cases.above.fill_null(False), "no"),
            (cases.above.isnull() & cases.covered, "yes"),
            else_="unknown",
        )
        return told(
            cases,
            word,
            yes="no_opioid_running",
            no="opioids_above",
            unknown="opioids_not_known",
            missing=ibis.array(["morphine_equivalents"]),
            values=asked.each(cases, lambda one: same_values(highest=one.highest_mg_day)),
        )

    @classmethod
    def evidence(cls, facts: Facts, asked: Asked[OpioidsAtMost], answered: ir.Table) -> ir.Table:
        """The opioids; that there are none rests on the word that the history is complete."""
        none = answered.filter(answered.answer == "yes")
        some = answered.filter(answered.answer != "yes")
        taken = _opioids(facts).semi_join(some, "case_id")
        return records_of(facts.coverage, none).union(records_of_trials(facts, taken))


def _opioids(facts: Facts) -> ir.Table:
    """The opioids that run, or may run."""
    return facts.trials.filter(facts.trials.treatment_class == "opioid", facts.trials.running != "no")
