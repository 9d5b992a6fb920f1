"""Procedures and therapies as trials."""

from __future__ import annotations

from assuage.answers import Answer
from assuage.records.rows import Outcome, ProcedureOutcome, ProcedureState, StopReason
from assuage.testing.people import diagnosis, only_trial, operation, person, trials
from assuage.trials.model import TrialKind

TN = diagnosis("trigeminal_neuralgia")
LATER = "2023-01-01"


def test_what_was_only_recommended_or_refused_is_no_trial():
    history = person(
        TN,
        operation("mvd", "2020-01-01", state=ProcedureState.RECOMMENDED),
        operation("cbt", "2020-01-01", state=ProcedureState.REFUSED),
    )
    assert not trials(history, LATER)


def test_its_days_are_the_time_in_which_its_effect_could_show():
    trial = only_trial(person(TN, operation("mvd", "2022-12-22")), LATER)
    assert (trial.kind, trial.days, trial.taken) == (TrialKind.PROCEDURE, 10, Answer.YES)


def test_a_partial_date_never_gives_it_days_before_it_took_place():
    assert only_trial(person(TN, operation("mvd", "2022")), "2022-06-30").days == 0


def test_a_procedure_on_the_day_of_the_review_has_not_been_tried_yet():
    assert not trials(person(TN, operation("mvd", LATER)), LATER)


def test_a_recurrence_keeps_its_date():
    recurred = operation(
        "percutaneous_glycerol_rhizolysis", "2020-01-01", ProcedureOutcome.RECURRENCE, recurrence="2021-03"
    )
    trial = only_trial(person(TN, recurred), LATER)
    assert (trial.outcome, str(trial.recurrence)) == (Outcome.LOST_EFFECT, "2021-03")


def test_before_its_recurrence_a_procedure_brought_relief():
    recurred = operation("mvd", "2020-01-01", ProcedureOutcome.RECURRENCE, recurrence="2021-03-01")
    trial = only_trial(person(TN, recurred), "2020-12-31")
    assert (trial.outcome, trial.recurrence) == (Outcome.EFFECTIVE, None)


def test_a_procedure_that_never_reached_its_target_has_no_outcome():
    never_on = operation("spinal_cord_stimulation", "2020-01-01", ProcedureOutcome.NOT_ASSESSABLE)
    assert only_trial(person(TN, never_on), LATER).outcome is Outcome.UNKNOWN


def test_why_a_device_was_removed_is_kept():
    removed = operation("spinal_cord_stimulation", "2020-01-01", stop_reason=StopReason.OTHER)
    assert only_trial(person(TN, removed), LATER).stop_reason is StopReason.OTHER
