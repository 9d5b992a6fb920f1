"""The way to a specialist: how long it took, or that none is on record."""

from __future__ import annotations

from collections.abc import Iterator

from assuage.answers import Answer
from assuage.codes.conditions import pain_conditions
from assuage.dates import PartialDate
from assuage.flags.model import Flag, Urgency
from assuage.flags.rules import numbers
from assuage.flags.subject import Subject, ids, on_record_since
from assuage.records.rows import Observation, ObservationKind, StatementKind


def flags(subject: Subject) -> Iterator[Flag]:
    """A late first contact is a note; none on record after that time is to be looked at."""
    contacts = _contacts(subject)
    if subject.conditions:
        yield from _slow(subject, contacts)
    if not contacts:
        yield from _severe_unseen(subject)


def _slow(subject: Subject, contacts: list[Observation]) -> Iterator[Flag]:
    """Only certain days count: from the latest day the pain can have begun to the earliest contact."""
    rule = numbers("delay")["days"]
    first = _first_pain(subject)
    if first is None:
        return
    begun, record = first
    seen = min((row.start for row in contacts if row.start is not None), default=None)
    if contacts and seen is None:
        return
    waited_days = ((seen.first if seen else subject.as_of) - begun.last).days
    if waited_days <= rule.value:
        return
    yield subject.flag(
        "late_specialist_contact" if contacts else "no_specialist_on_record",
        None,
        Urgency.NOTE if contacts else Urgency.LOOK,
        rule.provenance,
        (record, *(row.record_id for row in contacts if row.start == seen)),
        values=(("days", waited_days), ("needed_days", rule.value)),
        since=begun,
    )


def _severe_unseen(subject: Subject) -> Iterator[Flag]:
    """Pain that markedly affects daily life asks for a specialist at any stage."""
    rule = numbers("delay")["severe_pain"]
    said = [
        row
        for row in subject.history.statement
        if row.kind is StatementKind.INTERFERENCE and row.answer is Answer.YES
    ]
    for condition in subject.reviewed(rule.value) if said else ():
        yield subject.flag(
            "severe_pain_no_specialist_on_record",
            condition,
            Urgency.LOOK,
            rule.provenance,
            (*(row.record_id for row in said), *ids(subject.diagnoses((condition,)))),
            since=min((row.start for row in said if row.start is not None), default=None),
        )


def _first_pain(subject: Subject) -> tuple[PartialDate, str] | None:
    """When pain was first on record, by the latest day that may be, and by which record."""
    rows = [row for row in subject.history.condition if row.condition in pain_conditions()]
    dated = [(day, row.record_id) for row in rows if (day := on_record_since(row)) is not None]
    return min(dated, key=lambda entry: (entry[0].last, entry[1]), default=None)


def _contacts(subject: Subject) -> list[Observation]:
    return [
        row
        for row in subject.observed(numbers("delay")["specialties"].value)
        if row.kind is ObservationKind.ENCOUNTER and row.present is not Answer.NO
    ]
