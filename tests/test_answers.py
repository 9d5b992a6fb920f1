"""Yes, no and unknown combine as Kleene says: an unknown decides only what it must."""

import itertools

import pytest

from assuage.answers import Answer, all_of, any_of, at_least

YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN

AND = {
    (YES, YES): YES,
    (YES, NO): NO,
    (YES, UNKNOWN): UNKNOWN,
    (NO, YES): NO,
    (NO, NO): NO,
    (NO, UNKNOWN): NO,
    (UNKNOWN, YES): UNKNOWN,
    (UNKNOWN, NO): NO,
    (UNKNOWN, UNKNOWN): UNKNOWN,
}


@pytest.mark.parametrize(("left", "right"), AND)
def test_and_is_no_as_soon_as_one_side_is_no(left: Answer, right: Answer) -> None:
    assert left & right is AND[left, right]


@pytest.mark.parametrize(("left", "right"), AND)
def test_or_is_the_mirror_of_and(left: Answer, right: Answer) -> None:
    assert left | right is ~AND[~left, ~right]


def test_turning_unknown_round_leaves_it_unknown() -> None:
    assert [~answer for answer in (YES, NO, UNKNOWN)] == [NO, YES, UNKNOWN]


@pytest.mark.parametrize("answers", list(itertools.product(Answer, repeat=3)))
def test_at_least_all_is_and_and_at_least_one_is_or(answers: tuple[Answer, ...]) -> None:
    assert at_least(3, answers) is all_of(answers)
    assert at_least(1, answers) is any_of(answers)


@pytest.mark.parametrize("answers", list(itertools.product(Answer, repeat=4)))
@pytest.mark.parametrize("needed", range(6))
def test_at_least_agrees_with_every_way_the_unknowns_can_turn_out(
    answers: tuple[Answer, ...], needed: int
) -> None:
    worlds = itertools.product(*([[YES, NO] if answer is UNKNOWN else [answer] for answer in answers]))
    outcomes = {world.count(YES) >= needed for world in worlds}
    expected = Answer.of(outcomes.pop() if len(outcomes) == 1 else None)
    assert at_least(needed, answers) is expected
