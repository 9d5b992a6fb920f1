"""Flags of sodium, overuse, doubted diagnoses, gaps, NSAIDs and late contacts: many people as each alone."""

from __future__ import annotations

from collections import Counter

import pytest

from assuage.records.history import History
from engines.crowds import renamed
from engines.flag_forms import (
    AS_OF,
    Rows,
    assert_order_and_repetition_change_nothing,
    assert_same_flags,
    assert_same_flags_of_each,
    of_flag,
)
from engines.odd_flags_more import odd_people
from engines.random_flags_more import crowd_with_more


@pytest.fixture(scope="module")
def drawn() -> list[History]:
    return [renamed(one, f"drawn-{number:05}") for number, one in enumerate(odd_people())]


EXPECTED = {
    "low_sodium": {
        ("sodium_severe", "urgent", "open"),
        ("sodium_severe_not_measured_again", "look", "open"),
        ("sodium_low_under_drug", "look", "open"),
        ("sodium_recovered", "note", "resolved"),
        ("sodium_diagnosis_under_drug", "look", "open"),
        ("sodium_diagnosis", "note", "worked_up"),
    },
    "medication_overuse": {("intake_counted", "look", "open"), ("intake_counted", "note", "worked_up")},
    "possible_medication_overuse": {
        ("intake_counted_in_part", "look", "open"),
        ("intake_counted_in_part", "note", "worked_up"),
        ("overuse_diagnosis_only", "look", "open"),
        ("overuse_diagnosis_only", "note", "worked_up"),
        ("supplies_cover_overuse", "look", "open"),
        ("supplies_cover_overuse", "note", "worked_up"),
    },
    "no_first_response": {
        ("no_first_response", "look", "open"),
        ("no_first_response", "note", "worked_up"),
        ("no_first_response_possible", "note", "open"),
        ("no_first_response_possible", "note", "worked_up"),
    },
    "indometacin_response": {
        ("indometacin_response", "look", "open"),
        ("indometacin_response_expected", "note", "worked_up"),
    },
    "indometacin_not_on_record": {("indometacin_not_on_record", "look", "open")},
    "age_at_onset_not_on_record": {
        ("onset_not_on_record", "note", "open"),
        ("birth_not_on_record", "note", "open"),
    },
    "no_imaging_on_record": {("no_imaging_on_record", "look", "open")},
    "intake_days_not_on_record": {("intake_days_not_on_record", "note", "open")},
    "nsaid_only": {("nsaid_only", "look", "open"), ("nsaid_only_possible", "note", "open")},
    "late_specialist_contact": {("late_specialist_contact", "note", "open")},
    "no_specialist_on_record": {("no_specialist_on_record", "look", "open")},
    "severe_pain_no_specialist_on_record": {("severe_pain_no_specialist_on_record", "look", "open")},
}
"""Every reason of every flag, and the states it can have."""


@pytest.mark.parametrize("flag", EXPECTED)
def test_drawn_people_have_the_same_flags(plain: Rows, tabular: Rows, flag: str) -> None:
    assert_same_flags(of_flag(plain, flag), of_flag(tabular, flag))


def test_drawn_people_have_no_other_flags(plain: Rows, tabular: Rows) -> None:
    assert_same_flags(plain, tabular)


@pytest.mark.parametrize("flag", EXPECTED)
def test_drawn_people_bring_out_every_reason_and_state(plain: Rows, flag: str) -> None:
    rows = of_flag(plain, flag).values()
    assert {(row["reason_code"], row["urgency"], row["state"]) for row in rows} == EXPECTED[flag]


def test_dates_known_to_the_month_or_year_or_not_at_all_are_told_as_they_stand(plain: Rows) -> None:
    since = Counter(len(row["since"] or "") for key, row in plain.items() if key[1] in EXPECTED)
    assert since.keys() == {0, 4, 7, 10}


def test_a_crowd_has_the_flags_of_each_of_its_people_on_the_last_day_of_their_own_records() -> None:
    assert_same_flags_of_each(crowd_with_more(11, 900)[AS_OF], None)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(20, 25))
def test_ten_thousand_people_have_the_flags_of_each(seed: int) -> None:
    for as_of, people in crowd_with_more(seed, 2_000).items():
        assert_same_flags_of_each(people, as_of)


def test_records_in_another_order_or_twice_change_nothing(drawn: list[History], tabular: Rows) -> None:
    assert_order_and_repetition_change_nothing(drawn, AS_OF, tabular)
