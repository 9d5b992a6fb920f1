"""Severe skin reaction, and rash under a drug with which one can begin.

Urgent while the drug is, or may be, still taken; a reaction whose drug was stopped is a note, so that
nobody gives it again.
"""

from __future__ import annotations

from collections.abc import Iterator

from assuage.answers import Answer
from assuage.codes.clinical import find_observation
from assuage.codes.conditions import find_condition
from assuage.flags.model import Flag, FlagState, Urgency
from assuage.flags.rules import numbers
from assuage.flags.subject import Subject, ids, is_one_of, on_record_since
from assuage.records.rows import Condition, ConditionState, Observation, ObservationKind
from assuage.trials.model import TreatmentTrial

RASH = "rash"
REACTIONS = (ObservationKind.ADVERSE_EVENT, ObservationKind.ALLERGY)


def flags(subject: Subject) -> Iterator[Flag]:
    """A severe reaction for the person; else a rash for each drug under which it came."""
    suspects = [
        trial for trial in subject.trials if trial.treatment in numbers("skin_reaction")["drugs"].value
    ]
    severe = _severe(subject)
    if severe or any(names_severe(trial.adverse_event or "") for trial in suspects):
        behind = [
            trial for trial in suspects if not severe or any(_may_be_behind(trial, row) for row in severe)
        ]
        yield _severe_flag(subject, severe, behind)
        return
    for drug in sorted({trial.treatment for trial in suspects}):
        mine = [trial for trial in suspects if trial.treatment == drug]
        evidence = _rash_under(subject, drug, mine)
        if evidence:
            yield _rash_flag(subject, drug, mine, evidence)


def _severe(subject: Subject) -> tuple[Condition | Observation, ...]:
    """Diagnoses, and reactions whose words name one."""
    wanted = numbers("skin_reaction")["severe"].value
    return (
        *subject.diagnoses(wanted),
        *(row for row in _reactions(subject) if names_severe(row.text)),
    )


def _may_be_behind(trial: TreatmentTrial, reaction: Condition | Observation) -> bool:
    """Whether the reaction can come from this course: by the drug it names, and not before it was begun."""
    named = reaction.ingredient if isinstance(reaction, Observation) else None
    day = on_record_since(reaction)
    begun_later = day is not None and trial.start is not None and trial.start.first > day.last
    return named in (None, trial.treatment) and not begun_later


def _severe_flag(
    subject: Subject, rows: tuple[Condition | Observation, ...], suspects: list[TreatmentTrial]
) -> Flag:
    over = bool(rows) and all(
        isinstance(row, Condition) and row.state is ConditionState.RESOLVED for row in rows
    )
    stopped = bool(suspects) and all(trial.running is Answer.NO for trial in suspects)
    taken = any(trial.running is not Answer.NO for trial in suspects)
    state = FlagState.RESOLVED if over and not taken else FlagState.WORKED_UP if stopped else FlagState.OPEN
    return subject.flag(
        "severe_skin_reaction",
        None,
        Urgency.URGENT if taken else Urgency.LOOK,
        numbers("skin_reaction")["severe"].provenance,
        (*ids(rows), *(record for trial in suspects for record in trial.evidence)),
        reason="severe_skin_reaction" if state is FlagState.OPEN else "severe_skin_reaction_stopped",
        state=state,
        since=min((day for row in rows if (day := on_record_since(row))), default=None),
    )


def _rash_under(subject: Subject, drug: str, mine: list[TreatmentTrial]) -> tuple[str, ...]:
    """Records of a rash that the record ties to the drug, or that came while it was taken."""
    tied = [row.record_id for row in _reactions(subject) if row.ingredient == drug and _says_rash(row)]
    told = [
        record
        for trial in mine
        if trial.adverse_event and is_rash(trial.adverse_event)
        for record in trial.evidence
    ]
    seen = [
        row.record_id
        for row in subject.observed((RASH,))
        if row.kind is ObservationKind.EXAMINATION
        and row.present is Answer.YES
        and any(_taken_on(trial, row) for trial in mine)
    ]
    return (*tied, *told, *seen)


def _rash_flag(subject: Subject, drug: str, mine: list[TreatmentTrial], evidence: tuple[str, ...]) -> Flag:
    stopped = all(trial.running is Answer.NO for trial in mine)
    return subject.flag(
        "rash_under_drug",
        None,
        Urgency.URGENT,
        numbers("skin_reaction")["drugs"].provenance,
        (*evidence, *(record for trial in mine for record in trial.evidence)),
        reason="rash_drug_stopped" if stopped else "rash_under_drug",
        values=(("treatment", drug),),
        state=FlagState.WORKED_UP if stopped else FlagState.OPEN,
        since=min((trial.start for trial in mine if trial.start is not None), default=None),
    )


def _taken_on(trial: TreatmentTrial, sign: Observation) -> bool:
    """Whether the drug can have been taken when the rash was seen; yes where neither says."""
    if sign.start is None or trial.start is None:
        return True
    return trial.start.first <= sign.start.last and (trial.end is None or sign.start.first <= trial.end.last)


def _reactions(subject: Subject) -> list[Observation]:
    return [row for row in subject.history.observation if row.kind in REACTIONS and row.present is Answer.YES]


def _says_rash(row: Observation) -> bool:
    return row.name == RASH or is_rash(row.text)


def is_rash(words: str) -> bool:
    """Whether words mean a rash."""
    return find_observation((), words) == ("examination", RASH)


def names_severe(words: str) -> bool:
    """Whether words name one of the severe reactions."""
    match = find_condition((), words)
    return match is not None and is_one_of(match.condition, numbers("skin_reaction")["severe"].value)
