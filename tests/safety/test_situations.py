"""More than three hundred safety situations, one row each; the drawn tables are the specification."""

from dataclasses import replace

import pytest

from assuage.answers import Answer
from assuage.report.wording import words
from safety import situations_diagnoses, situations_levels, situations_pairs, situations_reactions
from safety.drawn import NONE, Situation, concerns, said
from safety.rule_files import rule_names

SITUATIONS: tuple[Situation, ...] = (
    *situations_reactions.SITUATIONS,
    *situations_levels.SITUATIONS,
    *situations_diagnoses.SITUATIONS,
    *situations_pairs.SITUATIONS,
)


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.title)
def test_a_situation_raises_what_its_row_says(situation) -> None:
    assert said(situation) == (set() if situation.expected is NONE else {situation.expected})


@pytest.mark.parametrize(
    "situation",
    [one for one in SITUATIONS if one.expected and one.expected[1] is Answer.YES and one.rows],
    ids=lambda situation: situation.title,
)
def test_without_the_rows_nothing_is_said_for_certain(situation) -> None:
    bare = said(replace(situation, rows=()))
    assert all(answer is Answer.UNKNOWN for _, answer in bare)


def test_every_rule_is_drawn() -> None:
    raised = {one.rule for one in SITUATIONS if one.expected is not NONE}
    assert rule_names() - raised == set()


def test_no_row_names_a_rule_that_does_not_exist() -> None:
    assert {one.rule for one in SITUATIONS} - rule_names() == set()


def test_everything_said_has_words_with_all_its_values() -> None:
    catalogue = words()
    found = [one for situation in SITUATIONS for one in concerns(situation)]
    plain = {
        one.rule for one in found if catalogue.reason(one.reason_code, one.reason_values).startswith(one.rule)
    }
    missing = {code.partition(":")[0] for one in found for code in one.missing}
    assert sorted(plain) == []
    assert sorted(missing - set(catalogue.missing)) == []
