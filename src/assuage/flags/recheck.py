"""A diagnosis to be looked at again: the first-choice drug never helped, or indometacin did."""

from __future__ import annotations

from collections.abc import Iterator

from assuage.answers import Answer, all_of
from assuage.flags.model import Flag, FlagState, Urgency
from assuage.flags.rules import numbers
from assuage.flags.subject import Subject, ids
from assuage.flags.working_up import settled_by
from assuage.records.rows import ConditionState, Observation, Outcome, StopReason
from assuage.trials.model import TreatmentTrial

SODIUM_CHANNEL_BLOCKERS = ("carbamazepine", "oxcarbazepine")
"""What is tried first in trigeminal neuralgia."""

HELPED = (Outcome.EFFECTIVE, Outcome.PARTIAL, Outcome.LOST_EFFECT)
"""Outcomes of a drug that did help, if not for good."""

INDOMETACIN_TEST = "response_to_indometacin"
"""The finding of a test with indometacin."""


def flags(subject: Subject) -> Iterator[Flag]:
    """Primary non-response in trigeminal neuralgia; indometacin in headache."""
    for condition in subject.reviewed(("trigeminal_neuralgia",)):
        yield from _no_first_response(subject, condition)
    for condition in subject.reviewed(("headache",)):
        yield from _indometacin(subject, condition)


# --- carbamazepine or oxcarbazepine that never helped


def _no_first_response(subject: Subject, condition: str) -> Iterator[Flag]:
    """Neither drug ever helped, and one of them had its dose and its time.

    Where dose or time is not on record it may have been so: a note. A drug that helped at first and then
    no longer is another matter, and so is one that was not tolerated.
    """
    rules = numbers("recheck")
    tried = [trial for trial in subject.trials_of(condition) if trial.treatment in SODIUM_CHANNEL_BLOCKERS]
    if any(_helped(trial) for trial in tried):
        return
    adequate = {trial: _adequate(trial) for trial in tried if _no_effect(trial)}
    certain = [trial for trial, answer in adequate.items() if answer is Answer.YES]
    possible = [trial for trial, answer in adequate.items() if answer is Answer.UNKNOWN]
    chosen = certain or possible
    if not chosen:
        return
    ends = [end.last for trial in chosen if (end := trial.end or trial.start) is not None]
    since = max(ends) if len(ends) == len(chosen) else None
    settled = settled_by(subject, rules["settled_by"].value, condition, since)
    yield subject.flag(
        "no_first_response",
        condition,
        Urgency.LOOK if certain else Urgency.NOTE,
        rules["initial_responders_percent"].provenance,
        (*(record for trial in chosen for record in trial.evidence), *settled),
        reason="no_first_response" if certain else "no_first_response_possible",
        values=(
            ("treatments", ",".join(sorted({trial.treatment for trial in chosen}))),
            ("percent", rules["initial_responders_percent"].value),
        ),
        state=FlagState.WORKED_UP if settled else FlagState.OPEN,
        since=min((trial.start for trial in chosen if trial.start is not None), default=None),
    )


def _helped(trial: TreatmentTrial) -> bool:
    needed: float = numbers("recheck")["response_percent"].value
    return trial.outcome in HELPED or (trial.change_percent or 0.0) >= needed


def _no_effect(trial: TreatmentTrial) -> bool:
    """Whether the record says that it did nothing: in words, or by pain that did not fall enough."""
    said = trial.outcome is Outcome.NO_EFFECT or trial.stop_reason is StopReason.NO_EFFECT
    return said or (trial.outcome is Outcome.UNKNOWN and trial.change_percent is not None)


def _adequate(trial: TreatmentTrial) -> Answer:
    rules = numbers("recheck")
    needed_days: int = rules["trial_days"].value
    needed_dose: float = rules[f"{trial.treatment}_mg_day"].value
    comparable = trial.peak_dose is not None and trial.dose_unit == "mg/d"
    dose = Answer.of((trial.peak_dose or 0.0) >= needed_dose if comparable else None)
    long_enough = trial.days is not None and trial.days >= needed_days
    too_short = trial.days_at_most is not None and trial.days_at_most < needed_days
    return all_of((dose, Answer.of(True if long_enough else False if too_short else None)))


# --- indometacin


def _indometacin(subject: Subject, condition: str) -> Iterator[Flag]:
    rule = numbers("recheck")["indometacin_headaches"]
    own = [row for row in subject.diagnoses(rule.value) if row.state is not ConditionState.UNCONFIRMED]
    trials = [trial for trial in subject.trials_of(condition) if trial.treatment == "indometacin"]
    helped = [trial for trial in trials if _helped(trial)]
    shown = _test_positive(subject)
    evidence = (*(record for trial in helped for record in trial.evidence), *ids(shown))
    if evidence:
        yield subject.flag(
            "indometacin_response",
            condition,
            Urgency.LOOK,
            rule.provenance,
            (*evidence, *ids(own)),
            reason="indometacin_response_expected" if own else "indometacin_response",
            state=FlagState.WORKED_UP if own else FlagState.OPEN,
            since=min((trial.start for trial in helped if trial.start is not None), default=None),
        )
    elif condition in rule.value and own and not trials:
        yield subject.flag(
            "indometacin_not_on_record",
            condition,
            Urgency.LOOK,
            rule.provenance,
            ids(own),
            since=min((row.start for row in own if row.start is not None), default=None),
        )


def _test_positive(subject: Subject) -> list[Observation]:
    return [row for row in subject.observed((INDOMETACIN_TEST,)) if row.present is Answer.YES]
