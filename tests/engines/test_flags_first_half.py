"""Red flags and flags of causes, of mood and of the skin: many people's as each person's alone."""

from __future__ import annotations

from collections import Counter

import pytest

from assuage.engines.dialects.duckdb import DuckDBBackend
from assuage.flags import FAMILIES
from assuage.flags.model import FlagState
from assuage.flags.rules import SIGN_FAMILIES, signs
from assuage.records.history import History
from engines.crowds import crowd, renamed, tables_of
from engines.flag_forms import (
    AS_OF,
    Rows,
    assert_order_and_repetition_change_nothing,
    assert_same_flags,
    assert_same_flags_of_each,
    of_flag,
    plain_flags,
    tabular_flags,
)
from engines.odd_flags import odd_flags

FAMILY_NAMES = (*SIGN_FAMILIES, "suicidality", "skin_reaction")
OPEN, WORKED_UP, RESOLVED = map(str, FlagState)
STATES_OF = {
    "older_onset": {OPEN, WORKED_UP},
    "new_headache": {OPEN, WORKED_UP},
    "young_trigeminal_onset": {OPEN, WORKED_UP},
    "age_and_new_pain": {OPEN, WORKED_UP},
    "multiple_sclerosis": {OPEN, WORKED_UP},
    "suicidality": {OPEN, WORKED_UP, RESOLVED},
    "severe_skin_reaction": {OPEN, WORKED_UP, RESOLVED},
    "rash_under_drug": {OPEN, WORKED_UP},
} | {sign.flag: {OPEN, WORKED_UP, RESOLVED} for family in FAMILY_NAMES for sign in signs(family)}
"""Every flag of these families, and the states that it can have."""

REASONS = {
    *("older_onset", "older_onset_possible", "older_onset_by_both_ages", "numbness_after_surgery"),
    *("young_trigeminal_onset", "young_trigeminal_onset_possible"),
    *("multiple_sclerosis_known", "multiple_sclerosis_suspected"),
    *("cause_suspected", "cause_open", "cause_worked_up", "cause_resolved"),
    *("arteritis_open", "arteritis_worked_up", "arteritis_resolved"),
    *("suicidality", "suicidality_earlier", "severe_skin_reaction", "severe_skin_reaction_stopped"),
    *("rash_under_drug", "rash_drug_stopped"),
}
"""The reasons that are not called like their flag, and those beside them."""


@pytest.fixture(scope="module")
def drawn() -> list[History]:
    return [renamed(one, f"drawn-{number:05}") for number, one in enumerate(odd_flags())]


def test_the_families_with_signs_are_listed() -> None:
    assert [family for family in FAMILIES if signs(family)] == list(SIGN_FAMILIES)


@pytest.mark.parametrize("flag", STATES_OF)
def test_drawn_people_have_the_same_flags(plain: Rows, tabular: Rows, flag: str) -> None:
    assert_same_flags(of_flag(plain, flag), of_flag(tabular, flag))


def test_drawn_people_have_no_other_flags(plain: Rows, tabular: Rows) -> None:
    assert_same_flags(plain, tabular)


@pytest.mark.parametrize("flag", STATES_OF)
def test_drawn_people_bring_out_every_flag_in_every_state(plain: Rows, flag: str) -> None:
    assert {row["state"] for row in of_flag(plain, flag).values()} == STATES_OF[flag]


def test_drawn_people_bring_out_every_reason(plain: Rows) -> None:
    """Else the tests above would hold less than they say."""
    told = [(key, row) for key, row in plain.items() if key[1] in STATES_OF]
    assert {key[1] for key, _ in told} == STATES_OF.keys()
    assert {row["reason_code"] for _, row in told} == REASONS | STATES_OF.keys() - _renamed_always()
    assert {len(row["since"] or "") for _, row in told} == {0, 4, 7, 10}
    assert any(key[2] is None for key, _ in told)
    assert max(Counter((key[0], key[1]) for key, _ in told).values()) >= 2


def _renamed_always() -> set[str]:
    """Flags whose reason never is called like them."""
    return {"multiple_sclerosis", "giant_cell_arteritis", *(sign.flag for sign in signs("intracranial"))}


def test_a_crowd_has_the_flags_of_each_of_its_people() -> None:
    people = crowd(31, 480)[AS_OF]
    told = plain_flags(people, AS_OF)
    assert len({key[1] for key in told} & STATES_OF.keys()) >= 15
    assert_same_flags(told, tabular_flags(tables_of(people, DuckDBBackend().connect()), AS_OF))


@pytest.mark.long
@pytest.mark.parametrize("seed", range(30, 35))
def test_ten_thousand_people_have_the_flags_of_each(seed: int) -> None:
    for as_of, people in crowd(seed, 2_000).items():
        assert_same_flags_of_each(people, as_of)


def test_records_in_another_order_or_twice_change_nothing(drawn: list[History], tabular: Rows) -> None:
    assert_order_and_repetition_change_nothing(drawn, AS_OF, tabular)
