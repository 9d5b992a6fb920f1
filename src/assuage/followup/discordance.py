"""Accounts of one pain that go opposite ways."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from assuage.answers import Answer
from assuage.followup.model import Direction, Discordance, Outcome, StatedOutcome
from assuage.measures.instruments import DECIDING

STATED = "stated"
_OPPOSITE = {Direction.IMPROVING, Direction.WORSENING}


def discordances(outcomes: Sequence[Outcome], stated: Sequence[StatedOutcome]) -> Iterator[Discordance]:
    """Every pair of instruments, and every word against an instrument that decides, that disagree.

    Moods and harms are other things than the pain, so that they agree with it or not without a contradiction.
    """
    spoken = [each for each in outcomes if each.decides or each.role.value == "screening"]
    for one, other in combinations(spoken, 2):
        if {one.direction, other.direction} == _OPPOSITE and one.condition == other.condition:
            better, worse = (one, other) if one.direction is Direction.IMPROVING else (other, one)
            yield Discordance(
                one.condition,
                better.account,
                worse.account,
                _ranks_first(one, other),
                evidence=(*better.evidence, *worse.evidence),
            )
    for outcome in outcomes:
        yield from (found for word in stated if (found := _against(word, outcome)) is not None)


def _ranks_first(one: Outcome, other: Outcome) -> str | None:
    """The account whose role ranks before, of one role that of a diary; None for two of one kind."""
    ranks = [rank(one), rank(other)]
    if ranks[0] == ranks[1]:
        return None
    return (one if ranks[0] < ranks[1] else other).account


def rank(outcome: Outcome) -> tuple[int, bool]:
    """Where an outcome stands among all: by its role, in one role a diary before single readings."""
    return DECIDING.index(outcome.role) if outcome.decides else len(DECIDING), not outcome.of_diary


def _against(word: StatedOutcome, outcome: Outcome) -> Discordance | None:
    """What is said against what was measured; the measurement ranks first."""
    if (
        not outcome.decides
        or word.better is Answer.UNKNOWN
        or word.condition not in (None, outcome.condition)
    ):
        return None
    said = Direction.IMPROVING if word.better is Answer.YES else Direction.WORSENING
    if {said, outcome.direction} != _OPPOSITE:
        return None
    names = (STATED, outcome.account) if said is Direction.IMPROVING else (outcome.account, STATED)
    return Discordance(
        outcome.condition,
        *names,
        ranks_first=outcome.account,
        reason_code="stated_discordant",
        evidence=(*word.evidence, *outcome.evidence),
    )
