"""From one person's history to treatment trials, as known on one day."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from assuage.answers import Answer
from assuage.codes.conditions import belongs_to, concepts, pain_conditions
from assuage.codes.drugs import formulary
from assuage.codes.procedures import procedures
from assuage.dates import PartialDate
from assuage.records.history import History
from assuage.records.rows import (
    EndRule,
    Exposure,
    ObservationKind,
    Outcome,
    Procedure,
    ProcedureOutcome,
    ProcedureState,
    Purpose,
    StopReason,
)
from assuage.trials.courses import GAP_DAYS, Course, courses, spoken
from assuage.trials.doses import dose_steps, dose_unit
from assuage.trials.indication import indication, uses
from assuage.trials.model import Indication, TreatmentTrial, TrialKind
from assuage.trials.response import plateau_end, score_change, scores_of

Word = TypeVar("Word", Outcome, StopReason)

STABLE_DAYS = 730
"""Two years on one drug without another word about it: stable use is a response. Our convention."""

OUTCOMES = (
    *(Outcome.UNKNOWN, Outcome.NO_EFFECT, Outcome.INTOLERANCE),
    *(Outcome.LOST_EFFECT, Outcome.PARTIAL, Outcome.EFFECTIVE),
)
STOP_REASONS = (
    *(StopReason.UNKNOWN, StopReason.NO_EFFECT, StopReason.ADVERSE_EVENT),
    *(StopReason.NONADHERENCE, StopReason.REMISSION, StopReason.OTHER),
)
"""Of words that records say together, the later here counts: the one that speaks less for a failure."""

PROCEDURE_OUTCOMES = {
    ProcedureOutcome.RELIEF: Outcome.EFFECTIVE,
    ProcedureOutcome.PARTIAL: Outcome.PARTIAL,
    ProcedureOutcome.NO_EFFECT: Outcome.NO_EFFECT,
    ProcedureOutcome.RECURRENCE: Outcome.LOST_EFFECT,
    ProcedureOutcome.NOT_ASSESSABLE: Outcome.UNKNOWN,
    ProcedureOutcome.UNKNOWN: Outcome.UNKNOWN,
}


def reviewed_conditions(history: History) -> tuple[str, ...]:
    """The pain conditions to review: those on record, less the wider ones that a narrower one implies."""
    found = {row.condition for row in history.condition if row.condition in pain_conditions()}
    return tuple(
        sorted(key for key in found if not any(other != key and belongs_to(other, key) for other in found))
    )


def assemble_trials(history: History, as_of: date) -> tuple[TreatmentTrial, ...]:
    """Every treatment trial for each reviewed condition, as known at the end of `as_of`.

    What began on `as_of` has not been tried yet. A treatment that may have been for either of two
    conditions is a trial of each, its indication unknown; one for no pain condition at all is left out.
    """
    known = history.until(as_of)
    trials = [*_drug_trials(known, as_of), *_procedure_trials(known, as_of)]
    return tuple(sorted(trials, key=lambda trial: (_day(trial.start), trial.treatment, trial.trial_id)))


def _day(start: PartialDate | None) -> date:
    return start.first if start is not None else date.min


def _drug_trials(history: History, as_of: date) -> Iterator[TreatmentTrial]:
    depots = {
        key: entry.depot_interval_days for key, entry in formulary().items() if entry.depot_interval_days
    }
    begun = [row for row in history.exposure if row.start is None or row.start.first < as_of]
    for course in courses(begun, depots):
        first = course.exposures[0]
        for condition, how in _indications(history, first.ingredient, first.indication, _first_words(course)):
            yield _drug_trial(history, course, condition, how, as_of)


def _first_words(course: Course) -> str | None:
    """The indication in words that the course began with."""
    began = [row.indication_text for row in course.exposures if row.start == course.exposures[0].start]
    return next((words for words in began if words), None)


def _indications(
    history: History, treatment: str, stated: str | None, stated_text: str | None
) -> Iterator[tuple[str, Indication]]:
    """The reviewed conditions a treatment may have been for.

    An indication that is written down in words no codelist knows is still another indication.
    """
    pain = reviewed_conditions(history)
    if stated is None and stated_text:
        return
    other = {row.condition for row in history.condition if not concepts()[row.condition].is_pain}
    for condition in pain:
        how = indication(treatment, condition, stated, pain, other)
        if how is not None:
            yield condition, how


def _drug_trial(
    history: History, course: Course, condition: str, how: Indication, as_of: date
) -> TreatmentTrial:
    first = course.exposures[0]
    trial = TreatmentTrial(
        person_id=first.person_id,
        treatment=first.ingredient,
        treatment_class=formulary()[first.ingredient].treatment_class,
        kind=TrialKind.DRUG,
        condition=condition,
        indication=how,
        purpose=_purpose(course, condition),
        taken=first.taken,
        start=course.start,
        end=course.end,
        end_rule=course.end_rule,
        days=course.days,
        days_at_most=course.days_at_most,
        dose_unit=dose_unit(course),
        dose_steps=dose_steps(course),
        max_tolerated=any(row.max_tolerated for row in course.exposures),
        sessions=_sessions(course, formulary()[first.ingredient].depot_interval_days),
        outcome=_last_known(course, lambda row: row.outcome, OUTCOMES),
        stop_reason=_last_known(course, lambda row: row.stop_reason, STOP_REASONS),
        adverse_event=min((row.adverse_event for row in course.exposures if row.adverse_event), default=None),
        evidence=tuple(sorted({row.record_id for row in course.exposures})),
    )
    trial = _with_recorded_adverse_event(replace(trial, running=_running(trial, as_of)), history)
    return _with_change(trial, course, history)


def _sessions(course: Course, interval_days: int | None) -> int | None:
    """How often a depot drug was given; not known where one record spans clearly more than its interval."""
    if interval_days is None:
        return None
    spans = [(end.last - row.start.first).days for row in course.exposures if (end := row.end) and row.start]
    return len(course.exposures) if all(days < interval_days + GAP_DAYS for days in spans) else None


def _purpose(course: Course, condition: str) -> Purpose:
    """The purpose on record; else acute where it was taken as needed; else the recognised one."""
    stated = course.exposures[0].purpose
    if stated is not Purpose.UNKNOWN:
        return stated
    if all(row.as_needed for row in course.exposures):
        return Purpose.ACUTE
    known = uses().get(course.exposures[0].ingredient)
    return (known.purpose_in(condition) if known else None) or Purpose.UNKNOWN


def _last_known(course: Course, read: Callable[[Exposure], Word], words: Sequence[Word]) -> Word:
    """The word of the latest record that says one: the latest to start, then the latest to end.

    `words` stand from unknown to the one that counts where two records begin and end together.
    """
    unknown = words[0]
    said = [row for row in course.exposures if read(row) is not unknown]
    return read(max(said, key=lambda row: (spoken(row), words.index(read(row))))) if said else unknown


def _running(trial: TreatmentTrial, as_of: date) -> Answer:
    """Whether a course still went on at `as_of`.

    A supply that has just run out leaves it open, and so does a word of long ago that it was still taken.
    """
    if trial.stop_reason is not StopReason.UNKNOWN and trial.end_rule is not EndRule.ONGOING:
        return Answer.YES if trial.end is not None and trial.end.first >= as_of else Answer.NO
    if trial.end is None:
        return Answer.UNKNOWN
    if trial.end.last >= as_of:
        return Answer.of(True if trial.end.first >= as_of else None)
    lately = (as_of - trial.end.last).days <= GAP_DAYS
    if trial.end_rule is EndRule.ONGOING:
        return Answer.of(True if lately else None)
    return Answer.of(None if lately and trial.end_rule is not EndRule.STATED else False)


def _with_recorded_adverse_event(trial: TreatmentTrial, history: History) -> TreatmentTrial:
    """An adverse event on record for the drug within a month of its end is why it stopped."""
    if trial.stop_reason is not StopReason.UNKNOWN or trial.running is Answer.YES:
        return trial
    if trial.start is None or trial.end is None:
        return trial
    for event in history.observation:
        if event.kind is not ObservationKind.ADVERSE_EVENT or event.ingredient != trial.treatment:
            continue
        if event.start is None or event.start.last < trial.start.first:
            continue
        before_days = (trial.end.first - event.start.last).days
        after_days = (event.start.first - trial.end.last).days
        if max(before_days, after_days) <= GAP_DAYS:
            return replace(
                trial,
                stop_reason=StopReason.ADVERSE_EVENT,
                adverse_event=trial.adverse_event or event.text or event.name,
                evidence=(*trial.evidence, event.record_id),
            )
    return trial


def _with_change(trial: TreatmentTrial, course: Course, history: History) -> TreatmentTrial:
    """Add the relief: as the latest record states it, else from scores, else from stable use over years."""
    stated = [
        (row.start or PartialDate(date.min), row.change_percent)
        for row in course.exposures
        if row.change_percent is not None
    ]
    if stated:
        return replace(trial, change_percent=max(stated)[1], change_basis="stated")
    if trial.start is None or trial.end is None or trial.condition is None:
        return trial
    only = len(reviewed_conditions(history)) == 1
    scores = scores_of(trial.condition, history.score, only_pain_condition=only)
    until = plateau_end(trial.dose_steps, trial.end.first)
    change = score_change(trial.condition, scores, trial.start, until)
    if change is not None:
        return replace(
            trial,
            change_percent=change.percent,
            change_basis="scores",
            evidence=(*trial.evidence, *change.evidence),
        )
    return _with_stable_use(trial, has_scores=bool(scores))


def _with_stable_use(trial: TreatmentTrial, *, has_scores: bool) -> TreatmentTrial:
    silent = trial.outcome is Outcome.UNKNOWN and trial.stop_reason is StopReason.UNKNOWN
    if silent and not has_scores and trial.purpose is not Purpose.ACUTE and (trial.days or 0) >= STABLE_DAYS:
        return replace(trial, outcome=Outcome.EFFECTIVE, change_basis="stable_use")
    return trial


def _procedure_trials(history: History, as_of: date) -> Iterator[TreatmentTrial]:
    for row in history.procedure:
        took_place = row.state in (ProcedureState.DONE, ProcedureState.UNKNOWN)
        if took_place and (row.start is None or row.start.first < as_of):
            for condition, how in _indications(history, row.procedure, row.indication, row.indication_text):
                yield _procedure_trial(row, condition, how, as_of)


def _procedure_trial(row: Procedure, condition: str, how: Indication, as_of: date) -> TreatmentTrial:
    concept = procedures()[row.procedure]
    return TreatmentTrial(
        person_id=row.person_id,
        treatment=row.procedure,
        treatment_class=concept.treatment_class,
        kind=TrialKind(concept.kind),
        condition=condition,
        indication=how,
        taken=Answer.of(True if row.state is ProcedureState.DONE else None),
        start=row.start,
        end=row.end,
        end_rule=EndRule.STATED if row.end is not None else EndRule.UNKNOWN,
        days=None if row.start is None else max((as_of - row.start.last).days, 0),
        sessions=row.sessions,
        outcome=PROCEDURE_OUTCOMES[row.outcome],
        change_percent=row.change_percent,
        change_basis=None if row.change_percent is None else "stated",
        recurrence=row.recurrence,
        stop_reason=row.stop_reason,
        adverse_event=row.adverse_event,
        evidence=(row.record_id,),
    )
