"""The review of one person: every stage, met in one place."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from assuage.codes.conditions import pain_conditions
from assuage.flags import find_flags
from assuage.flags.rules import numbers
from assuage.records.history import History
from assuage.records.rows import ObservationKind
from assuage.resistance.definition import Definition
from assuage.resistance.definitions import DEFINITIONS
from assuage.resistance.grading import grade
from assuage.resistance.judge import held_back, judge
from assuage.resistance.model import Review
from assuage.trials.assemble import assemble_trials, reviewed_conditions
from assuage.trials.completeness import completeness

NO_DATE = date(1, 1, 1)
"""The day of a review of records without any date: only undated facts count, and none of them as current."""


def review_person(
    history: History,
    *,
    as_of: date | None = None,
    market: str | None = None,
    definitions: Mapping[str, Definition] = DEFINITIONS,
) -> Review:
    """Review one person: trials, then every definition that speaks of one of their pain conditions.

    `as_of` defaults to the last day that the person's records speak of. Nothing dated later counts.
    """
    day = as_of or history.last_date() or NO_DATE
    known = history.until(day)
    conditions = reviewed_conditions(known)
    trials = assemble_trials(history, day)
    flags = find_flags(known, trials, as_of=day, conditions=conditions)
    judged = [
        judge(
            definition,
            known,
            trials,
            condition,
            only_pain_condition=len(conditions) == 1,
            as_of=day,
            market=market,
        )
        for condition in conditions
        for definition in definitions.values()
        if definition.speaks_of(condition)
    ]
    return Review(
        person_id=history.person.person_id,
        as_of=day,
        market=market,
        conditions=conditions,
        first_pain_record=_first_pain_record(known, conditions),
        first_specialist_contact=_first_specialist_contact(known),
        completeness=completeness(trials),
        trials=trials,
        judgements=tuple(judgement for each in judged for judgement in each.judgements),
        findings=tuple(finding for each in judged for finding in each.findings)
        + tuple(finding for condition in conditions for finding in grade(known, condition)),
        verdicts=tuple(held_back(each.verdict, flags) for each in judged),
        flags=flags,
    )


def _first_pain_record(history: History, conditions: Collection[str]) -> date | None:
    days = [row.start or row.recorded for row in history.condition if row.condition in pain_conditions()]
    return min((day.first for day in days if day is not None), default=None) if conditions else None


def _first_specialist_contact(history: History) -> date | None:
    specialties = numbers("delay")["specialties"].value
    days = [
        row.start.first
        for row in history.observation
        if row.kind is ObservationKind.ENCOUNTER and row.name in specialties and row.start is not None
    ]
    return min(days, default=None)
