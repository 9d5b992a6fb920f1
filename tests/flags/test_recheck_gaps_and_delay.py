"""Diagnoses to be looked at again, gaps in the record, NSAIDs alone, and the way to a specialist."""

import pytest

from assuage.records.rows import Outcome, Purpose, StatementKind, StopReason
from assuage.report.wording import words
from assuage.testing.people import diagnosis, drug, says, score, still_taken
from flags.flagged import AS_OF, born, flags_of, found, imaged, reason, standing, visit

FACE = diagnosis("trigeminal_neuralgia", "2020-01-01")


def course(ingredient: str = "carbamazepine", end: str = "2023-03-31", dose: float | None = 800, **fields):
    fields = {"outcome": Outcome.NO_EFFECT, **fields}
    return drug(ingredient, "2023-01-01", end, dose=dose, **fields)


# --- first-choice drug without any effect


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([course()], "look open"),
        ([course("oxcarbazepine", dose=600)], "look open"),
        ([course("oxcarbazepine", dose=599)], "none"),
        ([course(dose=399)], "none"),
        ([course(end="2023-01-27")], "none"),
        ([course(end="2023-01-28")], "look open"),
        ([course(dose=None)], "note open"),
        ([drug("carbamazepine", dose=800, outcome=Outcome.NO_EFFECT)], "note open"),
        ([course(outcome=Outcome.UNKNOWN, stop_reason=StopReason.NO_EFFECT)], "look open"),
        ([course(outcome=Outcome.LOST_EFFECT)], "none"),
        ([course(outcome=Outcome.INTOLERANCE)], "none"),
        ([course(outcome=Outcome.UNKNOWN)], "none"),
        ([course(), course("oxcarbazepine", dose=900, outcome=Outcome.EFFECTIVE)], "none"),
        ([course("gabapentin", dose=1800)], "none"),
    ],
)
def test_true_primary_non_response_asks_for_another_look_at_the_diagnosis(rows, expected) -> None:
    assert standing(born("1960", FACE, *rows), "no_first_response") == expected


def test_relief_by_scores_is_an_answer_and_pain_that_did_not_fall_is_none() -> None:
    silent = course(outcome=Outcome.UNKNOWN)
    before = score("nrs", 8, "2022-12-20")
    assert standing(
        born("1960", FACE, silent, before, score("nrs", 8, "2023-03-25")), "no_first_response"
    ) == ("look open")
    assert standing(
        born("1960", FACE, silent, before, score("nrs", 4, "2023-03-25")), "no_first_response"
    ) == ("none")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (visit("neurology", "2023-05-01"), "note worked_up"),
        (imaged("2023-05-01"), "note worked_up"),
        (imaged("2022-05-01"), "look open"),
    ],
)
def test_a_look_since_the_trial_works_it_up(row, expected) -> None:
    assert standing(born("1960", FACE, course(), row), "no_first_response") == expected


# --- indometacin


def test_indometacin_that_helps_another_headache_puts_its_name_in_question() -> None:
    helped = drug("indometacin", purpose=Purpose.TEST, indication="migraine", outcome=Outcome.EFFECTIVE)
    assert standing(born("1990", diagnosis("migraine"), helped), "indometacin_response") == "look open"
    test = found("response_to_indometacin", "2024-01-01")
    assert standing(born("1990", diagnosis("migraine"), test), "indometacin_response") == "look open"


def test_indometacin_that_helps_hemicrania_continua_was_to_be_expected() -> None:
    helped = drug("indometacin", indication="hemicrania_continua", outcome=Outcome.EFFECTIVE)
    person = born("1990", diagnosis("hemicrania_continua"), helped)
    assert standing(person, "indometacin_response") == "note worked_up"
    assert standing(person, "indometacin_not_on_record") == "none"


@pytest.mark.parametrize("headache", ["hemicrania_continua", "paroxysmal_hemicrania"])
def test_the_one_missing_drug_is_named(headache) -> None:
    assert standing(born("1990", diagnosis(headache)), "indometacin_not_on_record") == "look open"


def test_indometacin_without_effect_is_no_flag() -> None:
    tried = drug("indometacin", indication="migraine", outcome=Outcome.NO_EFFECT)
    person = born("1990", diagnosis("migraine"), tried)
    assert standing(person, "indometacin_response") == "none"


# --- NSAID as the only drug

ZOSTER = diagnosis("postherpetic_neuralgia", "2023-01-01")


def nsaid(end: str | None, **fields):
    return drug("naproxen", "2024-01-01", end, indication="postherpetic_neuralgia", **fields)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([nsaid("2024-01-14")], "look open"),
        ([nsaid("2024-01-13")], "none"),
        ([nsaid(None)], "note open"),
        ([nsaid("2024-03-01"), drug("gabapentin", "2024-02-01")], "none"),
        ([], "none"),
    ],
)
def test_an_nsaid_as_the_only_drug_on_record_in_neuropathic_pain(rows, expected) -> None:
    assert standing(born("1960", ZOSTER, *rows), "nsaid_only") == expected


def test_an_nsaid_that_may_have_been_for_something_else_is_a_note() -> None:
    unsaid = drug("naproxen", "2024-01-01", "2024-03-01")
    assert standing(born("1960", ZOSTER, unsaid), "nsaid_only") == "note open"


def test_the_words_claim_no_more_than_the_evidence() -> None:
    (flag,) = [one for one in flags_of(born("1960", ZOSTER, nsaid("2024-03-01"))) if one.flag == "nsaid_only"]
    sentence = words().reason(flag.reason_code, flag.reason_values)
    assert "no good evidence that NSAIDs help, or that they do not" in sentence
    assert "ineffective" not in sentence


# --- the way to a specialist


@pytest.mark.parametrize(
    ("seen", "flag", "expected"),
    [
        ("2021-01-01", "late_specialist_contact", "note open"),
        ("2020-12-31", "late_specialist_contact", "none"),
        (None, "no_specialist_on_record", "look open"),
        ("2020-06-01", "no_specialist_on_record", "none"),
    ],
)
def test_more_than_a_year_to_the_first_specialist(seen, flag, expected) -> None:
    rows = [FACE, *([visit("neurology", seen)] if seen else [])]
    assert standing(born("1960", *rows), flag) == expected


def test_a_dentist_is_not_a_specialist_of_pain() -> None:
    person = born("1960", FACE, visit("dentistry", "2020-02-01"))
    assert standing(person, "no_specialist_on_record") == "look open"


def test_only_days_that_are_certain_count_as_waiting() -> None:
    person = born("1960", diagnosis("trigeminal_neuralgia", "2023"))
    assert standing(person, "no_specialist_on_record") == "none"


def test_neuropathic_pain_that_limits_life_asks_for_a_specialist_at_any_stage() -> None:
    fresh = diagnosis("postherpetic_neuralgia", "2024-06-01")
    limits = says(StatementKind.INTERFERENCE, start="2024-06-15")
    flag = "severe_pain_no_specialist_on_record"
    assert standing(born("1960", fresh, limits), flag) == "look open"
    assert standing(born("1960", fresh), flag) == "none"
    assert standing(born("1960", fresh, limits, visit("pain_medicine", "2024-06-20")), flag) == "none"


def test_the_way_to_a_specialist_is_not_told_without_dates() -> None:
    undated = diagnosis("postherpetic_neuralgia", None)
    assert standing(born("1960", undated), "no_specialist_on_record") == "none"
    assert standing(born("1960", FACE, visit("neurology")), "late_specialist_contact") == "none"
    limits = says(StatementKind.INTERFERENCE)
    assert standing(born("1960", undated, limits), "severe_pain_no_specialist_on_record") == "look open"


# --- gaps


@pytest.mark.parametrize(
    ("birth", "onset", "expected"),
    [("1960", "2020", None), ("1960", None, "onset_not_on_record"), (None, "2020", "birth_not_on_record")],
)
@pytest.mark.parametrize("pain", ["migraine", "trigeminal_neuralgia"])
def test_age_at_onset_is_asked_for_where_a_rule_needs_it(pain, birth, onset, expected) -> None:
    person = born(birth, diagnosis(pain, onset))
    if expected is None:
        assert standing(person, "age_at_onset_not_on_record") == "none"
    else:
        assert reason(person, "age_at_onset_not_on_record") == expected


def test_age_is_not_asked_for_in_other_pains() -> None:
    person = born(None, diagnosis("fibromyalgia", None))
    assert standing(person, "age_at_onset_not_on_record") == "none"


@pytest.mark.parametrize(
    ("start", "row", "expected"),
    [
        ("2024-04-06", None, "look open"),
        ("2024-04-07", None, "none"),
        ("2020-01-01", imaged("2020-02-01"), "none"),
        ("2020-01-01", visit("neurosurgery"), "none"),
        ("2020-01-01", visit("dentistry"), "look open"),
    ],
)
def test_trigeminal_neuralgia_without_imaging_after_twelve_weeks(start, row, expected) -> None:
    person = born("1960", diagnosis("trigeminal_neuralgia", start), *([row] if row else []))
    assert standing(person, "no_imaging_on_record") == expected


@pytest.mark.parametrize(
    ("counted", "expected"), [(None, "note open"), ("2024-06-01", "none"), ("2023-06-01", "note open")]
)
def test_drugs_for_attacks_whose_days_nobody_counted(counted, expected) -> None:
    rows = [diagnosis("migraine"), still_taken("sumatriptan", "2022-01-01", AS_OF, purpose=Purpose.ACUTE)]
    rows += [score("acute_medication_days", 6, counted)] if counted else []
    assert standing(born("1990", *rows), "intake_days_not_on_record") == expected
