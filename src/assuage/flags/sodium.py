"""Low serum sodium, and sodium that is a little low under the drugs that lower it.

A severe value is urgent while it is recent or such a drug is, or may be, taken. One of long ago, whose drug
was stopped, is to be looked at: nobody measured again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from assuage.answers import Answer
from assuage.flags.model import Flag, FlagState, Urgency
from assuage.flags.rules import numbers
from assuage.flags.subject import Subject, ids
from assuage.records.rows import ConditionState, Observation, ObservationKind

DIAGNOSIS = ("hyponatraemia",)


def flags(subject: Subject) -> Iterator[Flag]:
    """The latest value decides; a diagnosis counts where no value is on record."""
    values = _values(subject)
    drugs = [
        trial
        for trial in subject.trials
        if trial.treatment in numbers("sodium")["drugs"].value and trial.running is not Answer.NO
    ]
    records = tuple(record for trial in drugs for record in trial.evidence)
    if values:
        yield from _by_value(subject, values, records)
    else:
        yield from _by_diagnosis(subject, records)


def _values(subject: Subject) -> list[Observation]:
    """Values in millimoles, oldest first; those without a day come last, because they may be the newest."""
    units = {None, *numbers("sodium")["units"].value}
    rows = [
        row
        for row in subject.observed(("sodium",))
        if row.kind is ObservationKind.LAB and row.value is not None and row.unit in units
    ]
    return sorted(rows, key=lambda row: (row.start.last if row.start else date.max, -(row.value or 0)))


def _by_value(subject: Subject, values: list[Observation], drugs: tuple[str, ...]) -> Iterator[Flag]:
    severe, low = numbers("sodium")["severe_below_mmol_l"], numbers("sodium")["low_below_mmol_l"]
    latest = values[-1]
    value = latest.value or 0.0
    shown = (("value", value), ("needed", severe.value))
    if value < severe.value:
        current = bool(drugs) or _recent(subject, latest)
        yield subject.flag(
            "low_sodium",
            None,
            Urgency.URGENT if current else Urgency.LOOK,
            severe.provenance,
            (latest.record_id, *drugs),
            reason="sodium_severe" if current else "sodium_severe_not_measured_again",
            values=shown,
            since=latest.start,
        )
    elif value < low.value and drugs:
        yield subject.flag(
            "low_sodium",
            None,
            Urgency.LOOK,
            low.provenance,
            (latest.record_id, *drugs),
            reason="sodium_low_under_drug",
            values=(("value", value), ("needed", low.value)),
            since=latest.start,
        )
    else:
        yield from _recovered(subject, values)


def _recent(subject: Subject, row: Observation) -> bool:
    """Whether a value may still hold without a drug behind it; one without a day may."""
    days: int = numbers("sodium")["current_days"].value
    return row.start is None or (subject.as_of - row.start.last).days <= days


def _recovered(subject: Subject, values: list[Observation]) -> Iterator[Flag]:
    """A severe value of before, with a better one since."""
    severe = numbers("sodium")["severe_below_mmol_l"]
    before = [row for row in values[:-1] if row.value is not None and row.value < severe.value]
    if before:
        yield subject.flag(
            "low_sodium",
            None,
            Urgency.URGENT,
            severe.provenance,
            (*ids(before), values[-1].record_id),
            reason="sodium_recovered",
            values=(("value", values[-1].value or 0.0),),
            state=FlagState.RESOLVED,
            since=before[0].start,
        )


def _by_diagnosis(subject: Subject, drugs: tuple[str, ...]) -> Iterator[Flag]:
    rows = [row for row in subject.diagnoses(DIAGNOSIS) if row.state is not ConditionState.RESOLVED]
    if rows:
        yield subject.flag(
            "low_sodium",
            None,
            Urgency.LOOK,
            numbers("sodium")["low_below_mmol_l"].provenance,
            (*ids(rows), *drugs),
            reason="sodium_diagnosis_under_drug" if drugs else "sodium_diagnosis",
            state=FlagState.OPEN if drugs else FlagState.WORKED_UP,
            since=min((row.start for row in rows if row.start is not None), default=None),
        )
