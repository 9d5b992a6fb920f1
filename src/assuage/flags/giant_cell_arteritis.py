"""Giant cell arteritis: to be looked for in new headache or jaw pain from 50 on, and never left half done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from assuage.answers import Answer
from assuage.codes.conditions import belongs_to
from assuage.codes.drugs import formulary
from assuage.dates import PartialDate
from assuage.flags.ages import aged_at_least
from assuage.flags.model import Flag, FlagState, Urgency
from assuage.flags.rules import Sign, numbers, signs
from assuage.flags.signs import sign_flags, signs_seen
from assuage.flags.subject import Subject, ids, on_record_since
from assuage.flags.working_up import known_by, looked_into, pain_assessed, stated_worked_up, treated
from assuage.records.rows import Condition, ConditionState, Exposure

DIAGNOSIS = "giant_cell_arteritis"


def flags(subject: Subject) -> Iterator[Flag]:
    """The diagnosis where it is on record; else its signs, and age with new pain."""
    conditions: tuple[str | None, ...] = subject.reviewed(numbers(DIAGNOSIS)["pain"].value)
    if not conditions and not subject.conditions:
        conditions = (None,)
    (diagnosis,) = (sign for sign in signs(DIAGNOSIS) if sign.flag == DIAGNOSIS)
    if subject.diagnoses(diagnosis.diagnoses):
        for condition in conditions:
            yield _diagnosed(subject, diagnosis, condition)
        return
    yield from _signs(subject, conditions)
    yield from _age_and_new_pain(subject)


def _diagnosed(subject: Subject, rule: Sign, condition: str | None) -> Flag:
    """Urgent until it is treated and, since then, pain has been assessed anew."""
    rows = subject.diagnoses(rule.diagnoses)
    state, settled = FlagState.OPEN, _settled(subject, rule, rows, condition)
    if all(row.state is ConditionState.RESOLVED for row in rows):
        state, settled = FlagState.RESOLVED, ()
    elif settled:
        state = FlagState.WORKED_UP
    return subject.flag(
        rule.flag,
        condition,
        rule.urgency,
        rule.provenance,
        (*ids(rows), *settled),
        reason=f"arteritis_{state}",
        state=state,
        since=min((day for row in rows if (day := on_record_since(row))), default=None),
    )


def _settled(
    subject: Subject, rule: Sign, rows: tuple[Condition, ...], condition: str | None
) -> tuple[str, ...]:
    since = known_by(rows)
    stated = stated_worked_up(subject, condition, since)
    if stated:
        return stated
    given = treated(subject, rule.diagnoses, (), since) or tuple(
        row.record_id
        for row in _steroids(subject)
        if since is not None and row.start is not None and row.start.last >= since
    )
    assessed = pain_assessed(subject, condition, _first_given(subject, given) or since)
    return (*given, *assessed) if given and assessed else ()


def _first_given(subject: Subject, given: tuple[str, ...]) -> date | None:
    days = [
        row.start.last for row in subject.history.exposure if row.record_id in given and row.start is not None
    ]
    return min(days, default=None)


def _signs(subject: Subject, conditions: tuple[str | None, ...]) -> Iterator[Flag]:
    """A sign counts from the age on; where the age is not known it is still to be looked at."""
    years = numbers(DIAGNOSIS)["age_years"].value
    for sign in signs(DIAGNOSIS):
        days = [on_record_since(fact) for fact in signs_seen(subject, sign)]
        when = [day for day in days if day is not None] or [PartialDate(subject.as_of)]
        old = aged_at_least(years, subject.history.person.birth, max(when))
        if old is Answer.YES:
            yield from sign_flags(subject, sign, conditions)
        elif old is Answer.UNKNOWN:
            yield from sign_flags(subject, sign, conditions, Urgency.LOOK)


def _age_and_new_pain(subject: Subject) -> Iterator[Flag]:
    rules = numbers(DIAGNOSIS)
    for condition in subject.reviewed(rules["new_pain"].value):
        onset = subject.onset(("headache",) if belongs_to(condition, "headache") else (condition,))
        if onset is None or onset.start is None:
            continue
        new = onset.start.last >= subject.as_of - timedelta(days=rules["new_pain_days"].value)
        old = aged_at_least(rules["age_years"].value, subject.history.person.birth, onset.start)
        if not new or old is not Answer.YES:
            continue
        settled = _looked_for(subject, onset) or stated_worked_up(subject, condition, known_by([onset]))
        yield subject.flag(
            "age_and_new_pain",
            condition,
            Urgency.LOOK,
            rules["age_years"].provenance,
            (onset.record_id, *settled),
            values=(("years", rules["age_years"].value),),
            state=FlagState.WORKED_UP if settled else FlagState.OPEN,
            since=onset.start,
        )


def _looked_for(subject: Subject, onset: Condition) -> tuple[str, ...]:
    """Blood tests since the pain began, unless a steroid was on board by then: that makes them normal."""
    since = known_by([onset])
    tests = looked_into(subject, numbers(DIAGNOSIS)["looked_for_by"].value, since)
    last = max(
        (row.start.last for row in subject.history.observation if row.record_id in tests and row.start),
        default=date.min,
    )
    masked = any(row.start is None or row.start.first <= last for row in _steroids(subject))
    return () if masked else tests


def _steroids(subject: Subject) -> list[Exposure]:
    classes = numbers(DIAGNOSIS)["steroid_class"].value
    return [
        row
        for row in subject.history.exposure
        if formulary()[row.ingredient].treatment_class in classes and row.taken is not Answer.NO
    ]
