"""Yes, no, unknown: the three values of every clinical question, with Kleene's connectives."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Answer(StrEnum):
    """One of yes, no, unknown.

    An absent record is unknown, never no. `&`, `|` and `~` follow Kleene's strong logic, the same
    as SQL's with NULL for unknown:

    >>> Answer.NO & Answer.UNKNOWN, Answer.YES | Answer.UNKNOWN, ~Answer.UNKNOWN
    (<Answer.NO: 'no'>, <Answer.YES: 'yes'>, <Answer.UNKNOWN: 'unknown'>)
    """

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

    @classmethod
    def of(cls, truth: bool | None) -> Answer:
        """Turn a bool into an answer; None is unknown."""
        if truth is None:
            return cls.UNKNOWN
        return cls.YES if truth else cls.NO

    def __and__(self, other: Answer) -> Answer:
        if Answer.NO in (self, other):
            return Answer.NO
        return Answer.YES if self is other is Answer.YES else Answer.UNKNOWN

    def __or__(self, other: Answer) -> Answer:
        return ~(~self & ~other)

    def __invert__(self) -> Answer:
        return {Answer.YES: Answer.NO, Answer.NO: Answer.YES, Answer.UNKNOWN: Answer.UNKNOWN}[self]


def all_of(answers: Iterable[Answer]) -> Answer:
    """Kleene's "and" over any number of answers; yes for none."""
    combined = Answer.YES
    for answer in answers:
        combined &= answer
    return combined


def any_of(answers: Iterable[Answer]) -> Answer:
    """Kleene's "or" over any number of answers; no for none."""
    combined = Answer.NO
    for answer in answers:
        combined |= answer
    return combined


def at_least(needed: int, answers: Iterable[Answer]) -> Answer:
    """Whether at least `needed` of the answers are yes.

    >>> at_least(2, [Answer.YES, Answer.UNKNOWN, Answer.NO])
    <Answer.UNKNOWN: 'unknown'>
    """
    known = list(answers)
    certain = known.count(Answer.YES)
    possible = certain + known.count(Answer.UNKNOWN)
    if certain >= needed:
        return Answer.YES
    return Answer.NO if possible < needed else Answer.UNKNOWN
