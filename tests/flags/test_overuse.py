"""Medication overuse by ICHD-3: known from counted days, possible from anything less."""

import pytest

from assuage.flags import holds_back
from assuage.records.rows import ConditionState, Purpose
from assuage.testing.people import diagnosis, operation, score, still_taken, supply
from flags.flagged import born, flags_of, reason, standing

MIGRAINE = diagnosis("chronic_migraine", "2020-01-01")
MONTHS = ["2024-03-31", "2024-04-30", "2024-05-31", "2024-06-29"]
KNOWN, POSSIBLE = "medication_overuse", "possible_medication_overuse"


def acute(*drugs: str) -> list:
    return [still_taken(drug, "2022-01-01", "2024-06-29", purpose=Purpose.ACUTE) for drug in drugs]


def counted(headache_days: float, intake_days: float, months: list[str] = MONTHS) -> list:
    headache = [score("monthly_headache_days", headache_days, month) for month in months]
    return headache + [score("acute_medication_days", intake_days, month) for month in months]


@pytest.mark.parametrize(
    ("drugs", "headache", "intake", "known", "possible"),
    [
        (["sumatriptan"], 15, 10, "look open", "none"),
        (["sumatriptan"], 15, 9, "none", "none"),
        (["sumatriptan"], 14, 12, "none", "none"),
        (["tramadol"], 20, 10, "look open", "none"),
        (["ibuprofen"], 20, 15, "look open", "none"),
        (["ibuprofen"], 20, 14, "none", "none"),
        (["ibuprofen", "sumatriptan"], 20, 12, "none", "look open"),
        (["ibuprofen", "sumatriptan"], 20, 15, "look open", "none"),
        ([], 20, 12, "none", "look open"),
        ([], 20, 15, "look open", "none"),
        (["rimegepant"], 20, 20, "none", "look open"),
        (["rimegepant"], 20, 9, "none", "none"),
    ],
)
def test_the_threshold_of_intake_days_is_that_of_the_drugs_on_record(
    drugs, headache, intake, known, possible
) -> None:
    person = born("1980", MIGRAINE, *acute(*drugs), *counted(headache, intake))
    assert standing(person, KNOWN) == known
    assert standing(person, POSSIBLE) == possible


def test_known_overuse_holds_back_and_possible_overuse_does_not() -> None:
    known = flags_of(born("1980", MIGRAINE, *acute("sumatriptan"), *counted(20, 20)))
    possible = flags_of(born("1980", MIGRAINE, *acute("sumatriptan"), *counted(20, 20, MONTHS[-1:])))
    assert [flag.flag for flag in known if holds_back(flag)] == [KNOWN]
    assert POSSIBLE in [flag.flag for flag in possible]
    assert not [flag for flag in possible if holds_back(flag)]


def test_two_drugs_of_one_record_are_a_combination_analgesic() -> None:
    one, two = acute("acetaminophen", "aspirin")
    combined = [type(row)(**{**vars(row), "record_id": "exposure/1"}) for row in (one, two)]
    assert standing(born("1980", MIGRAINE, *combined, *counted(20, 10)), KNOWN) == "look open"
    assert standing(born("1980", MIGRAINE, one, two, *counted(20, 10)), KNOWN) == "none"


def test_two_drugs_judged_by_one_score_are_no_combination() -> None:
    """A score is evidence of every trial whose relief it tells; that makes no tablet of two drugs."""
    ended = {"start": "2024-01-10", "said_on": "2024-06-29", "indication": "chronic_migraine"}
    drugs = [
        still_taken("ibuprofen", purpose=Purpose.ACUTE, **ended),
        still_taken("propranolol", purpose=Purpose.PREVENTIVE, **ended),
    ]
    scored = [
        score("monthly_headache_days", days, day) for days, day in ((20, "2023-12-31"), (20, MONTHS[-1]))
    ]
    intake = [score("acute_medication_days", 12, month) for month in MONTHS]
    headache = [score("monthly_headache_days", 20, month) for month in MONTHS[:-1]]
    person = born("1980", MIGRAINE, *drugs, *scored, *headache, *intake)
    assert standing(person, KNOWN) == "none"


@pytest.mark.parametrize("missing", range(4))
def test_more_than_three_months_have_to_be_counted_in_a_row(missing) -> None:
    months = [month for number, month in enumerate(MONTHS) if number != missing]
    person = born("1980", MIGRAINE, *acute("sumatriptan"), *counted(20, 20, months))
    assert standing(person, KNOWN) == "none"
    assert reason(person, POSSIBLE) == "intake_counted_in_part"


def test_the_row_of_months_may_end_with_the_month_before_the_review() -> None:
    months = ["2024-02-29", *MONTHS[:3]]
    person = born("1980", MIGRAINE, *acute("sumatriptan"), *counted(20, 20, months))
    assert standing(person, KNOWN) == "look open"
    assert standing(person, KNOWN, "2024-07-31") == "none"


def test_a_count_of_a_whole_year_is_no_count_of_a_month() -> None:
    person = born("1980", MIGRAINE, *acute("sumatriptan"), *counted(20, 20, ["2024"]))
    assert standing(person, KNOWN) == standing(person, POSSIBLE) == "none"


def test_headache_days_without_intake_days_are_not_overuse() -> None:
    days = [score("monthly_headache_days", 28, month) for month in MONTHS]
    person = born("1980", MIGRAINE, *acute("sumatriptan"), *days)
    assert standing(person, KNOWN) == standing(person, POSSIBLE) == "none"


def test_a_month_below_the_threshold_ends_the_matter() -> None:
    rows = [*counted(20, 20, MONTHS[:3]), *counted(20, 4, MONTHS[3:])]
    person = born("1980", MIGRAINE, *acute("sumatriptan"), *rows)
    assert standing(person, KNOWN) == standing(person, POSSIBLE) == "none"


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (ConditionState.ACTIVE, "look open"),
        (ConditionState.UNCONFIRMED, "look open"),
        (ConditionState.RESOLVED, "none"),
    ],
)
def test_a_diagnosis_of_overuse_makes_it_possible_only(state, expected) -> None:
    person = born("1980", MIGRAINE, diagnosis("medication_overuse_headache", "2023", state=state))
    assert standing(person, POSSIBLE) == expected
    assert standing(person, KNOWN) == "none"


@pytest.mark.parametrize(
    ("drug", "first", "expected"),
    [
        ("sumatriptan", "2024-06-01", "look open"),
        ("sumatriptan", "2024-06-02", "none"),
        ("naproxen", "2024-05-17", "look open"),
        ("naproxen", "2024-05-18", "none"),
    ],
)
def test_supplies_for_many_days_of_the_last_ninety_make_it_possible_only(drug, first, expected) -> None:
    """Thirty days are ten a month, forty-five are fifteen."""
    person = born("1980", MIGRAINE, supply(drug, first, "2024-06-30", purpose=Purpose.ACUTE))
    assert standing(person, KNOWN) == "none"
    assert standing(person, POSSIBLE) == expected


def test_two_supplies_for_the_same_days_are_not_added() -> None:
    twice = [supply("sumatriptan", "2024-06-11", "2024-06-30", purpose=Purpose.ACUTE) for _ in range(2)]
    assert standing(born("1980", MIGRAINE, *twice), POSSIBLE) == "none"


def test_a_preventive_taken_every_day_is_not_overuse() -> None:
    person = born("1980", MIGRAINE, still_taken("topiramate", "2022-01-01", "2024-06-29"), *counted(20, 9))
    assert standing(person, KNOWN) == standing(person, POSSIBLE) == "none"


@pytest.mark.parametrize(
    ("begun", "expected"),
    [("2024-06-30", "look open"), ("2024-06-29", "look open"), ("2023-06-01", "look open")],
)
def test_a_withdrawal_before_or_during_the_counted_months_settles_nothing(begun, expected) -> None:
    rows = [*acute("sumatriptan"), *counted(20, 20), operation("medication_withdrawal", begun)]
    assert standing(born("1980", MIGRAINE, *rows), KNOWN, "2024-06-29") == expected


def test_a_withdrawal_begun_since_works_it_up() -> None:
    rows = [*acute("sumatriptan"), *counted(20, 20), operation("medication_withdrawal", "2024-06-30")]
    assert standing(born("1980", MIGRAINE, *rows), KNOWN, "2024-07-15") == "note worked_up"


def test_overuse_is_a_matter_of_headache_only() -> None:
    rows = [diagnosis("postherpetic_neuralgia"), *acute("tramadol"), *counted(20, 20)]
    assert standing(born("1980", *rows), KNOWN) == "none"
