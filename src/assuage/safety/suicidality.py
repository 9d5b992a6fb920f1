"""Thoughts of death, and what is dangerous in overdose or can make mood worse."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from assuage.answers import Answer
from assuage.records.rows import ConditionState, Score
from assuage.safety.model import Concern
from assuage.safety.rules import numbers, treatment_rules
from assuage.safety.subject import Subject
from assuage.safety.use import Use


def concerns(use: Use) -> Iterator[Concern]:
    """Known thoughts of death, or a depression in which nobody asked."""
    for rule in treatment_rules("suicidality").values():
        if use.is_one_of(rule.treatments):
            answer, evidence = at_risk(use.subject)
            if answer is not Answer.NO:
                missing = ("phq9_item9",) if answer is Answer.UNKNOWN else ()
                yield use.concern(rule.weight, answer, evidence=evidence, missing=missing)


def at_risk(subject: Subject) -> tuple[Answer, tuple[str, ...]]:
    """Whether thoughts of death are on record, and where.

    By a diagnosis that is not over, or by the latest answers to item 9 of the PHQ-9. A depression without
    a recent answer is unknown; without either, nothing is asked.
    """
    rules = numbers("suicidality")
    said = [row for row in subject.diagnoses(rules["diagnosed_as"].value) if _holds(row.state)]
    if said:
        return Answer.YES, tuple(row.record_id for row in said)
    latest = _latest_answers(subject)
    raised = [row for row in latest if row.high > rules["item9_above"].value]
    if raised:
        certain = any(row.low > rules["item9_above"].value for row in raised)
        return Answer.of(True if certain else None), tuple(row.record_id for row in raised)
    low_mood = [row for row in subject.diagnoses(rules["asks_in"].value) if _holds(row.state)]
    if low_mood and not latest:
        return Answer.UNKNOWN, tuple(row.record_id for row in low_mood)
    return Answer.NO, ()


def _holds(state: ConditionState) -> bool:
    return state not in (ConditionState.RESOLVED, ConditionState.UNCONFIRMED)


def _latest_answers(subject: Subject) -> list[Score]:
    """The answers of the latest day within the time allowed, and those without a day."""
    days: int = numbers("suicidality")["valid_days"].value
    rows = [row for row in subject.history.score if row.instrument == "phq9_item9"]
    recent = [row for row in rows if (since := subject.days_since(row.start)) is None or since <= days]
    newest = max((row.start.last for row in recent if row.start is not None), default=date.min)
    return [row for row in recent if row.start is None or row.start.last == newest]
