"""Signs on record become flags: there, looked into since, or no longer there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from assuage.answers import Answer
from assuage.flags.model import Flag, FlagState, Urgency
from assuage.flags.rules import Sign
from assuage.flags.subject import Subject, ids, is_one_of, on_record_since
from assuage.flags.working_up import known_by, settled_by
from assuage.records.rows import Condition, ConditionState, Observation, ObservationKind

Fact = Condition | Observation

FINDINGS = (ObservationKind.EXAMINATION, ObservationKind.IMAGING)
"""The kinds of observations that can make a sign."""


def sign_flags(
    subject: Subject, sign: Sign, conditions: Iterable[str | None], urgency: Urgency | None = None
) -> Iterator[Flag]:
    """The flags that one sign raises, one for each of the conditions that it may speak of.

    `urgency` takes the place of the sign's own where a rule knows more.
    """
    facts = signs_seen(subject, sign)
    if not facts:
        return
    days = [day for fact in facts if (day := on_record_since(fact)) is not None]
    for condition in conditions:
        if condition is not None and is_one_of(condition, sign.not_in):
            continue
        state, settled = _standing(subject, sign, facts, condition)
        yield subject.flag(
            sign.flag,
            condition,
            urgency or sign.urgency,
            sign.provenance,
            (*ids(facts), *settled),
            state=state,
            since=min(days, default=None),
        )


def signs_seen(subject: Subject, sign: Sign) -> tuple[Fact, ...]:
    """The facts on record that make the sign; one that the record leaves open does not."""
    rows: list[Fact] = [
        row for row in subject.observed(sign.findings) if row.kind in FINDINGS and row.present is Answer.YES
    ]
    rows += subject.diagnoses(sign.diagnoses)
    return tuple(row for row in rows if _counts(subject, sign, row))


def _counts(subject: Subject, sign: Sign, fact: Fact) -> bool:
    """Whether a fact is recent enough; one without a date may be."""
    day = on_record_since(fact)
    if sign.within_days is None or day is None:
        return True
    return day.last >= subject.as_of - timedelta(days=sign.within_days)


def _standing(
    subject: Subject, sign: Sign, facts: tuple[Fact, ...], condition: str | None
) -> tuple[FlagState, tuple[str, ...]]:
    """Where the sign stands, and the records that say so."""
    since = known_by(facts)
    gone = tuple(
        row.record_id
        for row in subject.observed(sign.findings)
        if row.present is Answer.NO
        and since is not None
        and row.start is not None
        and row.start.first > since
    )
    over = all(isinstance(row, Condition) and row.state is ConditionState.RESOLVED for row in facts)
    if gone or over:
        return FlagState.RESOLVED, gone
    settled = settled_by(subject, sign.settled_by, condition, since)
    return (FlagState.WORKED_UP, settled) if settled else (FlagState.OPEN, ())
