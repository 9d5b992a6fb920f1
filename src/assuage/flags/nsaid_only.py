"""An NSAID as the only drug on record in neuropathic pain."""

from __future__ import annotations

from collections.abc import Iterator

from assuage.answers import Answer
from assuage.flags.model import Flag, Urgency
from assuage.flags.rules import numbers
from assuage.flags.subject import Subject
from assuage.trials.model import Indication, TreatmentTrial, TrialKind


def flags(subject: Subject) -> Iterator[Flag]:
    """For each neuropathic pain whose drugs on record are all NSAIDs, given long enough for it.

    To be looked at where use for this pain over that time is on record, else a note. Only what is on
    record can be told: another drug may have been taken.
    """
    rules = numbers("nsaid_only")
    for condition in subject.reviewed(rules["pain"].value):
        drugs = [
            trial
            for trial in subject.trials_of(condition)
            if trial.kind is TrialKind.DRUG and trial.taken is not Answer.NO
        ]
        if not drugs or any(trial.treatment_class not in rules["classes"].value for trial in drugs):
            continue
        answers = {trial: _long_enough(trial) for trial in drugs}
        if all(answer is Answer.NO for answer in answers.values()):
            continue
        certain = any(
            answer is Answer.YES and trial.indication is not Indication.UNKNOWN
            for trial, answer in answers.items()
        )
        yield subject.flag(
            "nsaid_only",
            condition,
            Urgency.LOOK if certain else Urgency.NOTE,
            rules["classes"].provenance,
            (record for trial in drugs for record in trial.evidence),
            reason="nsaid_only" if certain else "nsaid_only_possible",
            values=(("treatments", ",".join(sorted({trial.treatment for trial in drugs}))),),
            since=min((trial.start for trial in drugs if trial.start is not None), default=None),
        )


def _long_enough(trial: TreatmentTrial) -> Answer:
    days: int = numbers("nsaid_only")["days"].value
    if trial.days is not None and trial.days >= days:
        return Answer.YES
    short = trial.days_at_most is not None and trial.days_at_most < days
    return Answer.NO if short else Answer.UNKNOWN
