"""Causes in or at the skull: tumour, venous thrombosis, subarachnoid haemorrhage, cancer of head or neck.

Open until treated; or followed up, with pain re-assessed before the review; or until a clinician states
that nothing else explains the pain better. That the pain answers to a drug clears no tumour.
"""

from __future__ import annotations

from collections.abc import Iterator

from assuage.flags.model import Flag, FlagState
from assuage.flags.rules import Sign, numbers, signs
from assuage.flags.signs import Fact, signs_seen
from assuage.flags.subject import Subject, ids, on_record_since
from assuage.flags.working_up import known_by, looked_into, pain_assessed, stated_worked_up, treated
from assuage.records.rows import Condition, ConditionState


def flags(subject: Subject) -> Iterator[Flag]:
    """Each cause on record, for each pain of head or face; for the person where no pain is on record."""
    conditions = subject.reviewed(numbers("intracranial")["pain"].value)
    concerned: tuple[str | None, ...] = conditions or (() if subject.conditions else (None,))
    for cause in signs("intracranial"):
        facts = signs_seen(subject, cause)
        for condition in concerned if facts else ():
            yield _cause_flag(subject, cause, facts, condition)


def _cause_flag(subject: Subject, cause: Sign, facts: tuple[Fact, ...], condition: str | None) -> Flag:
    state, settled = _standing(subject, cause, facts, condition)
    doubted = all(isinstance(row, Condition) and row.state is ConditionState.UNCONFIRMED for row in facts)
    days = [day for fact in facts if (day := on_record_since(fact)) is not None]
    return subject.flag(
        cause.flag,
        condition,
        cause.urgency,
        cause.provenance,
        (*ids(facts), *settled),
        reason="cause_suspected" if doubted else f"cause_{state}",
        state=state,
        since=min(days, default=None),
    )


def _standing(
    subject: Subject, cause: Sign, facts: tuple[Fact, ...], condition: str | None
) -> tuple[FlagState, tuple[str, ...]]:
    """Where the cause stands, and the records that say so."""
    rules = numbers("intracranial")
    diagnoses = [row for row in facts if isinstance(row, Condition)]
    if diagnoses and all(row.state is ConditionState.RESOLVED for row in diagnoses):
        return FlagState.RESOLVED, ()
    since = known_by(facts)
    settled = treated(subject, cause.diagnoses, rules["treated_by"].value, since)
    settled = settled or stated_worked_up(subject, condition, since)
    if not settled:
        visits = looked_into(subject, rules["followed_up_by"].value, since)
        assessed = pain_assessed(subject, condition, since)
        settled = (*visits, *assessed) if visits and assessed else ()
    return (FlagState.WORKED_UP, settled) if settled else (FlagState.OPEN, ())
