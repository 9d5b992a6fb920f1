"""What a trial did: as stated, from scores in two windows, or from stable use over years."""

from __future__ import annotations

import pytest

from assuage.records.rows import Outcome, Purpose, StopReason
from assuage.testing.people import (
    adverse_event,
    diagnosis,
    drug,
    only_trial,
    person,
    score,
    still_taken,
    supply,
    trials,
)

TN = diagnosis("trigeminal_neuralgia")
COURSE = drug("gabapentin", "2020-03-01", "2020-05-31", dose=1800)
LATER = "2023-01-01"


def relief(*rows):
    trial = only_trial(person(TN, COURSE, *rows), LATER)
    return trial.change_percent


def test_relief_is_the_last_four_weeks_of_the_plateau_against_the_four_weeks_before_the_start():
    assert relief(score("nrs", 8, "2020-02-20"), score("nrs", 2, "2020-05-20")) == 75


def test_readings_of_one_window_are_averaged():
    before = [score("nrs", 8, "2020-02-10"), score("nrs", 6, "2020-02-20")]
    after = [score("nrs", 4, "2020-05-10"), score("nrs", 3, "2020-05-20")]
    assert relief(*before, *after) == 50


@pytest.mark.parametrize(
    ("day", "counts"),
    [("2020-02-01", False), ("2020-02-02", True), ("2020-02-29", True), ("2020-03-01", False)],
)
def test_the_window_before_is_the_28_days_up_to_the_eve_of_the_start(day, counts):
    assert (relief(score("nrs", 8, day), score("nrs", 2, "2020-05-20")) is not None) is counts


@pytest.mark.parametrize(
    ("day", "counts"),
    [("2020-05-03", False), ("2020-05-04", True), ("2020-05-31", True), ("2020-06-01", False)],
)
def test_the_window_after_is_the_last_28_days_of_the_course(day, counts):
    assert (relief(score("nrs", 8, "2020-02-20"), score("nrs", 2, day)) is not None) is counts


def test_without_a_baseline_there_is_no_percentage():
    assert relief(score("nrs", 6, "2020-04-01"), score("nrs", 2, "2020-05-20")) is None


def test_a_baseline_of_no_pain_has_no_percentage():
    assert relief(score("nrs", 0, "2020-02-20"), score("nrs", 2, "2020-05-20")) is None


def test_more_pain_is_a_negative_relief():
    assert relief(score("nrs", 4, "2020-02-20"), score("nrs", 8, "2020-05-20")) == -100


def test_a_range_is_no_reading_for_a_percentage():
    assert relief(score("nrs", 7, "2020-02-20", high=9), score("nrs", 2, "2020-05-20")) is None


def test_a_score_dated_to_a_month_that_leaves_the_window_does_not_count():
    assert relief(score("nrs", 8, "2020-02"), score("nrs", 2, "2020-05-20")) is None


def test_two_instruments_are_never_compared_with_each_other():
    assert relief(score("nrs", 8, "2020-02-20"), score("vas_mm", 20, "2020-05-20")) is None


def test_screening_questionnaires_never_decide():
    assert relief(score("paindetect", 13, "2020-02-20"), score("paindetect", 4, "2020-05-20")) is None


def test_the_plateau_is_at_the_highest_dose_so_scores_while_tapering_do_not_count():
    history = person(
        TN,
        supply("gabapentin", "2020-03-01", "2020-05-31", dose=1800),
        supply("gabapentin", "2020-06-01", "2020-06-30", dose=300),
        score("nrs", 8, "2020-02-20"),
        score("nrs", 4, "2020-05-20"),
        score("nrs", 8, "2020-06-20"),
    )
    assert only_trial(history, LATER).change_percent == 50


def test_a_partial_start_keeps_the_days_in_which_it_may_have_begun_out_of_both_windows():
    history = person(
        TN,
        drug("gabapentin", "2020-03", "2020-03-31", dose=1800),
        score("nrs", 8, "2020-02-20"),
        score("nrs", 2, "2020-03-20"),
    )
    assert only_trial(history, LATER).change_percent is None


def test_what_someone_states_outranks_scores():
    stated = drug("gabapentin", "2020-03-01", "2020-05-31", dose=1800, change_percent=10.0)
    history = person(TN, stated, score("nrs", 8, "2020-02-20"), score("nrs", 2, "2020-05-20"))
    trial = only_trial(history, LATER)
    assert (trial.change_percent, trial.change_basis) == (10, "stated")


def test_migraine_is_measured_in_days_before_intensity():
    history = person(
        diagnosis("chronic_migraine"),
        drug("topiramate", "2020-03-01", "2020-05-31", dose=100),
        *(score("nrs", 8, "2020-02-20"), score("nrs", 8, "2020-05-20")),
        *(score("monthly_headache_days", 20, "2020-02-20"), score("monthly_headache_days", 5, "2020-05-20")),
    )
    assert only_trial(history, LATER).change_percent == 75


# whose scores they are


def test_an_unlinked_score_counts_for_the_only_pain_condition():
    assert relief(score("nrs", 8, "2020-02-20"), score("nrs", 2, "2020-05-20")) == 75


def test_with_two_pain_conditions_an_unlinked_score_counts_for_neither():
    pair = [score("nrs", 8, "2020-02-20"), score("nrs", 2, "2020-05-20")]
    history = person(TN, diagnosis("chronic_low_back_pain"), COURSE, *pair)
    assert {trial.change_percent for trial in trials(history, LATER)} == {None}


def test_with_two_pain_conditions_a_linked_score_counts_for_its_own():
    pair = [
        score("nrs", 8, "2020-02-20", condition="trigeminal_neuralgia"),
        score("nrs", 2, "2020-05-20", condition="trigeminal_neuralgia"),
    ]
    history = person(TN, diagnosis("chronic_low_back_pain"), COURSE, *pair)
    assert [trial.change_percent for trial in trials(history, LATER)] == [75]


# stable for years


def test_stable_for_two_years_on_a_drug_is_a_response():
    trial = only_trial(
        person(TN, still_taken("gabapentin", "2020-01-01", "2021-12-30", dose=900)), "2022-01-01"
    )
    assert (trial.days, trial.outcome, trial.change_basis) == (730, Outcome.EFFECTIVE, "stable_use")


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ("2021-12-29", {}),  # a day short of two years
        ("2021-12-30", {"outcome": Outcome.NO_EFFECT}),
        ("2021-12-30", {"stop_reason": StopReason.NO_EFFECT}),
        ("2021-12-30", {"purpose": Purpose.ACUTE}),
    ],
)
def test_it_is_none_where_it_was_shorter_or_the_record_says_otherwise(said, fields):
    row = still_taken("gabapentin", "2020-01-01", said, dose=900, **fields)
    assert only_trial(person(TN, row), "2022-01-01").change_basis is None


def test_it_is_none_where_scores_are_on_record():
    row = still_taken("gabapentin", "2020-01-01", "2021-12-30", dose=900)
    history = person(TN, row, score("nrs", 8, "2021-12-01"))
    assert only_trial(history, "2022-01-01").outcome is Outcome.UNKNOWN


# why it stopped


@pytest.mark.parametrize(
    ("day", "is_why"),
    [("2020-05-15", True), ("2020-06-30", True), ("2020-07-01", False), ("2020-03-05", False)],
)
def test_an_adverse_event_within_a_month_of_the_end_is_why_it_stopped(day, is_why):
    trial = only_trial(person(TN, COURSE, adverse_event("gabapentin", day)), LATER)
    assert (trial.stop_reason is StopReason.ADVERSE_EVENT) is is_why
    assert ("observation/1" in trial.evidence) is is_why


def test_an_adverse_event_says_nothing_of_a_drug_whose_end_is_not_known():
    history = person(
        TN, drug("gabapentin", "2020-03-01", dose=1800), adverse_event("gabapentin", "2020-04-01")
    )
    assert only_trial(history, LATER).stop_reason is StopReason.UNKNOWN


def test_a_stated_reason_outranks_an_adverse_event_and_another_drugs_event_says_nothing():
    stated = drug("gabapentin", "2020-03-01", "2020-05-31", stop_reason=StopReason.NO_EFFECT)
    history = person(
        TN, stated, adverse_event("gabapentin", "2020-05-20"), adverse_event("baclofen", "2020-05-20")
    )
    assert only_trial(history, LATER).stop_reason is StopReason.NO_EFFECT


def test_what_is_said_last_of_a_course_is_its_outcome():
    history = person(
        TN,
        drug("gabapentin", "2020-03-01", "2020-05-31", outcome=Outcome.PARTIAL),
        drug("gabapentin", "2020-06-01", "2020-08-31", outcome=Outcome.NO_EFFECT),
        drug("gabapentin", "2020-09-01", "2020-09-30"),
    )
    assert only_trial(history, LATER).outcome is Outcome.NO_EFFECT
