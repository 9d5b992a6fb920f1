"""What the record does not say, and the rules would need: what to ask or to do next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from assuage.answers import Answer
from assuage.codes.conditions import belongs_to
from assuage.flags.model import Flag, Urgency
from assuage.flags.rules import numbers
from assuage.flags.subject import Subject, ids, on_record_since
from assuage.flags.working_up import known_by
from assuage.records.rows import Purpose, Score

INTAKE_DAYS = "acute_medication_days"
"""The instrument that counts them."""


def flags(subject: Subject) -> Iterator[Flag]:
    """Age at onset, imaging in trigeminal neuralgia, and days of intake in headache."""
    for condition in subject.conditions:
        yield from _age_at_onset(subject, condition)
    for condition in subject.reviewed(numbers("data_gaps")["trigeminal"].value):
        yield from _imaging(subject, condition)
    for condition in subject.reviewed(("headache",)):
        yield from _intake_days(subject, condition)


def _age_at_onset(subject: Subject, condition: str) -> Iterator[Flag]:
    """Neither birth nor onset may be missing where a rule asks for age at onset."""
    wider = age_asked_of(condition)
    if wider is None:
        return
    onset = subject.onset((wider,))
    if onset is not None and subject.history.person.birth is not None:
        return
    yield subject.flag(
        "age_at_onset_not_on_record",
        condition,
        Urgency.NOTE,
        numbers("data_gaps")["age_asked_of"].provenance,
        ids(subject.diagnoses((condition,))),
        reason="onset_not_on_record" if onset is None else "birth_not_on_record",
    )


def age_asked_of(condition: str) -> str | None:
    """The pain whose first beginning is asked for, None where age tells nothing."""
    asked: list[str] = numbers("data_gaps")["age_asked_of"].value
    return next((wider for wider in asked if belongs_to(condition, wider)), None)


def _imaging(subject: Subject, condition: str) -> Iterator[Flag]:
    """Neither an image of the brain nor a visit to those who arrange one, after the time allowed."""
    rules = numbers("data_gaps")
    rows = subject.diagnoses((condition,))
    first = known_by(rows)
    days: int = rules["imaging_due_days"].value
    if first is None or (subject.as_of - first).days <= days:
        return
    names = ("mri_brain", *rules["seen_by"].value)
    if any(row.present is not Answer.NO for row in subject.observed(names)):
        return
    yield subject.flag(
        "no_imaging_on_record",
        condition,
        Urgency.LOOK,
        rules["trigeminal"].provenance,
        ids(rows),
        values=(("days", days),),
        since=min((day for row in rows if (day := on_record_since(row))), default=None),
    )


def _intake_days(subject: Subject, condition: str) -> Iterator[Flag]:
    """An acute drug is, or may be, in use, and nobody counted on how many days."""
    rules = numbers("data_gaps")
    acute = [
        trial
        for trial in subject.trials_of(condition)
        if trial.purpose is Purpose.ACUTE and trial.running is not Answer.NO
    ]
    if not acute or any(_recent(subject, row) for row in _counts(subject)):
        return
    yield subject.flag(
        "intake_days_not_on_record",
        condition,
        Urgency.NOTE,
        numbers("overuse")["simple_days"].provenance,
        (record for trial in acute for record in trial.evidence),
        values=(("days", rules["intake_window_days"].value),),
    )


def _counts(subject: Subject) -> Iterable[Score]:
    return (row for row in subject.history.score if row.instrument == INTAKE_DAYS)


def _recent(subject: Subject, row: Score) -> bool:
    window: int = numbers("data_gaps")["intake_window_days"].value
    return row.start is not None and (subject.as_of - row.start.last).days <= window
