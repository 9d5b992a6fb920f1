"""Pregnancy, and the possibility of one: unknown is a question, never a yes and never a no."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from assuage.answers import Answer
from assuage.dates import days_before
from assuage.records.rows import Condition, ConditionState, Sex
from assuage.safety.model import Concern, Severity
from assuage.safety.rules import TreatmentRule, numbers, treatment_rules
from assuage.safety.subject import Subject
from assuage.safety.use import Use


@dataclass(frozen=True)
class Known:
    """An answer, the records behind it, and what would settle it where it is open."""

    answer: Answer
    evidence: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def concerns(use: Use) -> Iterator[Concern]:
    """What must not, or should not, be given in pregnancy, or where one is possible."""
    potential_rules = _rules_of("potential", use.names)
    pregnant_rules = _rules_of("pregnant", use.names)
    if not potential_rules and not pregnant_rules:
        return
    now = pregnant(use.subject)
    possible = now if now.answer is Answer.YES else childbearing(use.subject)
    for rule in potential_rules:
        yield from _concern(use, rule, possible)
    for rule in pregnant_rules:
        # a mere warning would be asked of every woman for half the formulary
        if now.answer is Answer.YES or now.evidence or rule.weight.severity is Severity.HARD_STOP:
            yield from _concern(use, rule, now)


@cache
def _rules_of(section: str, names: frozenset[str]) -> tuple[TreatmentRule, ...]:
    rules = treatment_rules("pregnancy", section).values()
    return tuple(rule for rule in rules if names & rule.treatments)


def _concern(use: Use, rule: TreatmentRule, known: Known) -> Iterator[Concern]:
    if known.answer is not Answer.NO:
        yield use.concern(rule.weight, known.answer, evidence=known.evidence, missing=known.missing)


def pregnant(subject: Subject) -> Known:
    """Whether there is a pregnancy today.

    One that began longer ago than a pregnancy lasts is over; one without a day may be now.
    """
    rows = [row for row in subject.diagnoses(("pregnancy",)) if _may_be_now(row, subject)]
    certain = [
        row for row in rows if row.state is not ConditionState.UNCONFIRMED and (row.start or row.recorded)
    ]
    if rows:
        evidence = tuple(row.record_id for row in certain or rows)
        return Known(Answer.of(True if certain else None), evidence, () if certain else ("pregnancy",))
    possible = childbearing(subject)
    if possible.answer is Answer.NO:
        return Known(Answer.NO)
    return Known(Answer.UNKNOWN, (), tuple(dict.fromkeys((*possible.missing, "pregnancy"))))


def _may_be_now(row: Condition, subject: Subject) -> bool:
    if row.state is ConditionState.RESOLVED or (row.end is not None and row.end.last < subject.as_of):
        return False
    begun = row.start or row.recorded
    earliest = days_before(subject.as_of, numbers("pregnancy")["lasts_days"].value)
    return begun is None or begun.last >= earliest


def childbearing(subject: Subject) -> Known:
    """Whether the person could become pregnant."""
    if _cannot(subject):
        return Known(Answer.NO)
    rules = numbers("pregnancy")
    signs = [
        row
        for row in subject.diagnoses(rules["fertile"].value)
        if row.state is not ConditionState.UNCONFIRMED and _lately(row, subject)
    ]
    drugs = [use for use, _ in subject.taking(frozenset(rules["contraceptives"].value))]
    evidence = (*(row.record_id for row in signs), *(record for use in drugs for record in use.evidence))
    if evidence:
        return Known(Answer.YES, evidence)
    person = subject.history.person
    missing = ["childbearing_potential"]
    missing += ["sex"] if person.sex in (Sex.UNKNOWN, Sex.OTHER) else []
    missing += ["birth"] if person.birth is None else []
    return Known(Answer.UNKNOWN, (), tuple(missing))


def _cannot(subject: Subject) -> bool:
    """Male, too young, too old by the source's age, after the change, or after an operation."""
    rules = numbers("pregnancy")
    if subject.history.person.sex is Sex.MALE:
        return True
    old = subject.aged_at_least(rules["until_years"].value) is Answer.YES
    young = subject.aged_at_least(rules["from_years"].value) is Answer.NO
    return (
        old
        or young
        or any(
            row.state is not ConditionState.UNCONFIRMED for row in subject.diagnoses(rules["cannot"].value)
        )
    )


def _lately(row: Condition, subject: Subject) -> bool:
    """A sign of fertility of long ago says nothing of today."""
    begun = row.end or row.start or row.recorded
    days: int = numbers("pregnancy")["fertile_days"].value
    return begun is not None and (subject.as_of - begun.last).days <= days
