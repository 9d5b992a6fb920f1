"""Cauda equina, suicidality, skin reactions and low sodium."""

import pytest

from assuage.records.rows import ConditionState, Outcome, StopReason
from assuage.testing.people import adverse_event, allergy, diagnosis, drug, operation, score, still_taken
from flags.flagged import AS_OF, born, found, lab, reason, standing, visit

BACK = diagnosis("radiculopathy", "2022-01-01")
FACE = diagnosis("trigeminal_neuralgia", "2020-01-01")


# --- cauda equina


@pytest.mark.parametrize(
    ("row", "flag", "expected"),
    [
        (found("saddle_anaesthesia", "2024-06-01"), "saddle_anaesthesia", "urgent open"),
        (found("bladder_dysfunction", "2024-06-01"), "bladder_or_bowel", "urgent open"),
        (found("motor_deficit", "2024-06-01"), "leg_weakness", "look open"),
        (diagnosis("cauda_equina_syndrome", "2024-06-01"), "cauda_equina_diagnosis", "urgent open"),
        (diagnosis("spinal_cord_compression", "2024-06-01"), "spinal_cord_compression", "urgent open"),
    ],
)
def test_a_sign_beside_pain_of_the_spine_raises_its_flag(row, flag, expected) -> None:
    assert standing(born("1970", BACK, row), flag) == expected


def test_a_bladder_that_fails_without_pain_of_the_spine_is_no_flag() -> None:
    rows = [FACE, diagnosis("multiple_sclerosis"), found("bladder_dysfunction", "2024-06-01")]
    assert standing(born("1970", *rows), "bladder_or_bowel") == "none"


def test_numbness_of_the_saddle_is_urgent_whatever_the_pain() -> None:
    assert standing(born("1970", FACE, found("saddle_anaesthesia")), "saddle_anaesthesia") == "urgent open"


@pytest.mark.parametrize(
    ("operated", "expected"), [("2024-06-02", "note worked_up"), ("2023-06-02", "urgent open")]
)
def test_an_operation_on_the_spine_since_works_it_up(operated, expected) -> None:
    rows = [BACK, found("saddle_anaesthesia", "2024-06-01"), operation("spine_surgery", operated)]
    assert standing(born("1970", *rows), "saddle_anaesthesia") == expected


# --- suicidality


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        ([], "none"),
        ([(0, "2024-06-01")], "none"),
        ([(1, "2024-06-01")], "urgent open"),
        ([(3, None)], "urgent open"),
        ([(0, "2024-01-01"), (1, "2024-06-01")], "urgent open"),
        ([(2, "2024-01-01"), (0, "2024-06-01")], "note resolved"),
        ([(2, "2024-06-01"), (0, "2024-06-01")], "urgent open"),
        ([(2, None), (0, "2024-06-01")], "urgent open"),
    ],
)
def test_the_latest_answer_above_zero_is_urgent(readings, expected) -> None:
    person = born("1970", FACE, *(score("phq9_item9", value, start) for value, start in readings))
    assert standing(person, "suicidality") == expected


def test_a_range_that_reaches_above_zero_is_urgent() -> None:
    assert standing(born(None, FACE, score("phq9_item9", 0, AS_OF, high=1)), "suicidality") == "urgent open"


def test_a_psychiatrist_since_works_it_up() -> None:
    person = born("1970", FACE, score("phq9_item9", 1, "2024-06-01"), visit("psychiatry", "2024-06-02"))
    assert standing(person, "suicidality") == "note worked_up"


# --- skin


def test_a_rash_under_a_drug_that_is_still_taken_is_urgent() -> None:
    taken = still_taken("lamotrigine", "2024-05-01", AS_OF)
    assert standing(born("1970", FACE, taken, found("rash", "2024-06-01")), "rash_under_drug") == (
        "urgent open"
    )
    assert standing(
        born("1970", FACE, taken, adverse_event("lamotrigine", "2024-06-01")), "rash_under_drug"
    ) == ("urgent open")


def test_a_rash_without_a_date_may_be_of_the_drug() -> None:
    taken = still_taken("lamotrigine", "2024-05-01", AS_OF)
    assert standing(born("1970", FACE, taken, found("rash")), "rash_under_drug") == "urgent open"


def test_a_rash_before_the_drug_or_under_another_one_is_no_flag() -> None:
    taken = still_taken("lamotrigine", "2024-05-01", AS_OF)
    assert standing(born("1970", FACE, taken, found("rash", "2024-04-01")), "rash_under_drug") == "none"
    other = still_taken("gabapentin", "2024-05-01", AS_OF)
    assert standing(born("1970", FACE, other, found("rash", "2024-06-01")), "rash_under_drug") == "none"


def test_a_rash_whose_drug_was_stopped_is_a_note() -> None:
    stopped = drug(
        "carbamazepine",
        "2024-01-01",
        "2024-01-12",
        outcome=Outcome.INTOLERANCE,
        stop_reason=StopReason.ADVERSE_EVENT,
        adverse_event="rash",
    )
    assert standing(born("1970", FACE, stopped), "rash_under_drug") == "note worked_up"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((still_taken("carbamazepine", "2024-05-01", AS_OF),), "urgent open"),
        (
            (drug("carbamazepine", "2024-05-01", "2024-05-20", stop_reason=StopReason.ADVERSE_EVENT),),
            "note worked_up",
        ),
        (
            (
                drug("carbamazepine", "2024-05-01", "2024-05-20", stop_reason=StopReason.ADVERSE_EVENT),
                still_taken("lamotrigine", "2024-06-01", AS_OF),
            ),
            "note worked_up",
        ),
        ((), "look open"),
    ],
)
def test_a_severe_skin_reaction_is_urgent_while_its_drug_may_be_taken(rows, expected) -> None:
    reaction = diagnosis("sjs_ten", "2024-05-20")
    assert standing(born("1970", FACE, reaction, *rows), "severe_skin_reaction") == expected


def test_a_severe_reaction_that_names_its_drug_speaks_of_no_other() -> None:
    named = adverse_event("carbamazepine", "2024-05-20", "Stevens-Johnson syndrome")
    other = still_taken("lamotrigine", "2023-01-01", AS_OF)
    own = still_taken("carbamazepine", "2024-05-01", AS_OF)
    assert standing(born("1970", FACE, named, other), "severe_skin_reaction") == "look open"
    assert standing(born("1970", FACE, named, own), "severe_skin_reaction") == "urgent open"


def test_an_allergy_alone_is_no_flag() -> None:
    person = born("1970", FACE, allergy("carbamazepine"))
    assert standing(person, "rash_under_drug") == standing(person, "severe_skin_reaction") == "none"


# --- sodium

UNDER_OXC = still_taken("oxcarbazepine", "2024-01-01", AS_OF)


@pytest.mark.parametrize(
    ("value", "with_drug", "without"),
    [
        (124.9, "urgent open", "urgent open"),
        (125, "look open", "none"),
        (134.9, "look open", "none"),
        (135, "none", "none"),
    ],
)
def test_sodium_below_125_is_urgent_and_below_135_to_be_looked_at_under_the_drug(
    value, with_drug, without
) -> None:
    row = lab("sodium", value, "2024-06-01")
    assert standing(born("1970", FACE, UNDER_OXC, row), "low_sodium") == with_drug
    assert standing(born("1970", FACE, row), "low_sodium") == without


def test_the_latest_value_decides() -> None:
    low, normal = lab("sodium", 121, "2024-05-01"), lab("sodium", 138, "2024-06-01")
    assert standing(born("1970", FACE, UNDER_OXC, low, normal), "low_sodium") == "note resolved"
    low_again = lab("sodium", 121, "2024-06-10")
    assert standing(born("1970", FACE, UNDER_OXC, normal, low_again), "low_sodium") == "urgent open"


@pytest.mark.parametrize(
    ("start", "drug", "expected"),
    [
        ("2024-04-01", None, "urgent open"),
        ("2024-03-31", None, "look open"),
        (None, None, "urgent open"),
        ("2022-01-01", UNDER_OXC, "urgent open"),
        ("2022-01-01", drug("oxcarbazepine", "2021-12-01", "2022-01-02"), "look open"),
    ],
)
def test_a_severe_value_stays_urgent_while_it_may_still_hold(start, drug, expected) -> None:
    rows = [FACE, lab("sodium", 121, start), *([drug] if drug else [])]
    assert standing(born("1970", *rows), "low_sodium") == expected


@pytest.mark.parametrize(
    ("unit", "expected"), [("mEq/L", "urgent open"), (None, "urgent open"), ("mg/dL", "none")]
)
def test_a_value_in_another_unit_is_not_read(unit, expected) -> None:
    assert standing(born("1970", FACE, lab("sodium", 120, "2024-06-01", unit)), "low_sodium") == expected


def test_the_diagnosis_speaks_where_no_value_does() -> None:
    low = diagnosis("hyponatraemia", "2024-05-01")
    over = diagnosis("hyponatraemia", "2024-05-01", state=ConditionState.RESOLVED)
    assert standing(born("1970", FACE, UNDER_OXC, low), "low_sodium") == "look open"
    assert standing(born("1970", FACE, low), "low_sodium") == "note worked_up"
    assert standing(born("1970", FACE, UNDER_OXC, over), "low_sodium") == "none"
    assert reason(born("1970", FACE, low), "low_sodium") == "sodium_diagnosis"
