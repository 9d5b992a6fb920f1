"""Deleting what speaks for a verdict from the records of made-up people, and nothing that speaks against it.

A supporting fact is one that can only help a verdict to be met: of a trial that failed and is not at work,
that it took place, how much was taken, how long, what for, that more was not borne, and how it failed; that a
drug is ruled out; that pain is 5 or more, or a month has 8 debilitating days or more; a programme carried
through; what a procedure did, where a definition asks for that; a value within its limit; a statement that
says yes. A trial that failed and is still taken stays on record: of an opioid it speaks against eligibility.
"""

from __future__ import annotations

from dataclasses import replace

from assuage.synth.chance import Chance
from assuage.synth.plan import (
    Course,
    Fact,
    Lab,
    MadeUpPerson,
    Operation,
    OperationResult,
    Plan,
    Reading,
    Result,
    Statement,
)

_FAILURES = (Result.NO_RESPONSE, Result.PARTIAL, Result.LOST, Result.INTOLERANCE)
_LEAST_RELIEF = 30  # percent: from here on a drug that is still taken is at work under some definition
_WITHIN = {"bmi": 45, "hba1c": 10}
_FROM = {"nrs": 5, "bni pain": 4, "debilitating headache days": 8}


def without_support(person: MadeUpPerson, chance: Chance, share: float) -> MadeUpPerson:
    """The same person, each supporting fact deleted with this probability."""
    plan = person.plan

    def told(supports: bool) -> bool:
        return not (supports and chance.below(share))

    kept = [
        (place, _poorer(course, plan, chance, share))
        for place, course in enumerate(person.courses)
        if told(_failed(course, plan) and not course.running)
    ]
    telling = {place for place, course in kept if course.tells(Fact.RESULT)}
    return replace(
        person,
        courses=tuple(course for _, course in kept),
        readings=tuple(
            one
            for one in person.readings
            if (one.course is None or one.course in telling) and told(_reading_supports(one, plan))
        ),
        statements=tuple(one for one in person.statements if told(_statement_supports(one))),
        operations=tuple(
            _without_result(one, chance, share) if _operation_supports(one, plan) else one
            for one in person.operations
            if told(_operation_supports(one, plan))
        ),
        labs=tuple(one for one in person.labs if told(_lab_supports(one))),
        contraindicated=tuple(one for one in person.contraindicated if told(True)),
        allergies=tuple(one for one in person.allergies if told(True)),
    )


def _failed(course: Course, plan: Plan) -> bool:
    """Whether a trial for the pain failed, and is not at work now under any definition."""
    at_work = course.running and (course.relief_percent or 0) >= _LEAST_RELIEF
    return course.condition == plan.condition and course.result in _FAILURES and not at_work


def _poorer(course: Course, plan: Plan, chance: Chance, share: float) -> Course:
    if not _failed(course, plan):
        return course
    return replace(course, hidden=frozenset(fact for fact in Fact if chance.below(share)))


def _reading_supports(one: Reading, plan: Plan) -> bool:
    if one.course is not None:
        return False
    if one.instrument == "acute medication days":
        return not plan.overuse
    return one.value >= _FROM.get(one.instrument, float("inf"))


def _statement_supports(one: Statement) -> bool:
    return one.answer


def _operation_supports(one: Operation, plan: Plan) -> bool:
    """A procedure for the face may have relieved it: that is no support."""
    return one.done and plan.group != "trigeminal" and one.result is not OperationResult.RECURRENCE


def _without_result(one: Operation, chance: Chance, share: float) -> Operation:
    if one.result in (OperationResult.RELIEF, OperationResult.NO_EFFECT) and chance.below(share):
        one = one._replace(result=None)
    return one._replace(end=None) if one.end is not None and chance.below(share) else one


def _lab_supports(one: Lab) -> bool:
    return one.value <= _WITHIN.get(one.name, float("-inf"))
