"""What was tried for one pain, one thing after the other, up to the day of the review.

Between one trial and the next lie at least five weeks, so that the four weeks before a trial tell of
pain without the one before it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from assuage.synth.chance import Chance
from assuage.synth.courses import Habits, plan_course, shifted
from assuage.synth.fates import draw_fate
from assuage.synth.knowledge import Medicine
from assuage.synth.plan import Course, Operation, OperationResult, Result

_BETWEEN_TRIALS = (36, 160)
_SINCE_LAST = (40, 400)
_AFTER_OPERATION = (220, 500)  # long enough for what is judged late, such as radiosurgery

Operate = Callable[[Chance, int], Operation]


@dataclass
class Tried:
    """Trials and operations in order of time; `controlled` says whether the last of them holds."""

    courses: list[Course] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)
    controlled: bool = False
    day: int = 0


def plan_sequence(
    chance: Chance,
    order: Sequence[Medicine],
    condition: str,
    habits: Habits,
    *,
    difficult: bool,
    operate: Operate | None = None,
) -> Tried:
    """Try one medicine after the other until one works; `operate` plans an operation after two failures."""
    tried = Tried()
    for place, medicine in enumerate(order):
        _try(chance, tried, medicine, condition, habits, difficult=difficult)
        if tried.controlled:
            break
        if operate is not None and place == 1 and chance.hits("surgery"):
            _operate(chance, tried, operate)
            if tried.controlled:
                break
    return _up_to_review(chance, tried)


def _try(
    chance: Chance, tried: Tried, medicine: Medicine, condition: str, habits: Habits, *, difficult: bool
) -> None:
    """One trial; where the dose was too low, some are tried again."""
    fate = draw_fate(chance, medicine, difficult=difficult)
    course = plan_course(chance, medicine, condition, fate, tried.day, habits)
    tried.courses.append(course)
    tried.day = course.end + chance.between(*_BETWEEN_TRIALS)
    if fate.too_low and chance.hits("tried_again"):
        fate = fate._replace(too_low=False)
        course = plan_course(chance, medicine, condition, fate, tried.day, habits)
        tried.courses.append(course)
        tried.day = course.end + chance.between(*_BETWEEN_TRIALS)
    tried.controlled = course.result is Result.RESPONSE and chance.below(0.8)


def _operate(chance: Chance, tried: Tried, operate: Operate) -> None:
    operation = operate(chance, tried.day)
    tried.operations.append(operation)
    tried.day = max(operation.day, operation.recurrence or 0) + chance.between(*_AFTER_OPERATION)
    tried.controlled = operation.result is OperationResult.RELIEF


def _up_to_review(chance: Chance, tried: Tried) -> Tried:
    """Shift everything so that it ends before the review, or so that the last course still goes on."""
    last = tried.courses[-1]
    after_operation = any(one.day > last.day for one in tried.operations)
    if not after_operation and _goes_on(chance, tried, last):
        shift = chance.between(0, min(20, last.supplies[-1].days - 3)) - last.supplies[-1].end
        tried.courses[-1] = replace(last, running=True)
    else:
        shift = (
            -tried.day - chance.between(0, 60)
            if after_operation
            else -chance.between(*_SINCE_LAST) - last.end
        )
    tried.courses = [shifted(course, shift) for course in tried.courses]
    tried.operations = [
        one._replace(
            day=one.day + shift, recurrence=None if one.recurrence is None else one.recurrence + shift
        )
        for one in tried.operations
    ]
    return tried


def _goes_on(chance: Chance, tried: Tried, last: Course) -> bool:
    """What works is mostly still taken; so is some of what does not."""
    if tried.controlled:
        return chance.below(0.85)
    return last.result in (Result.NO_RESPONSE, Result.PARTIAL) and chance.hits("given_up_but_taken")
