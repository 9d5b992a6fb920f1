"""Which records of a drug are one course: gaps, nests, depots, strengths of one day, dates in part."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assuage.answers import Answer
from assuage.records.rows import EndRule, Outcome, Purpose
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
MIGRAINE = diagnosis("chronic_migraine")
LATER = "2023-01-01"


def starts(history, as_of=LATER):
    return [str(trial.start) for trial in trials(history, as_of)]


def test_a_low_dose_that_is_then_raised_is_one_trial():
    raised = person(
        TN,
        supply("carbamazepine", "2020-01-01", "2020-01-30", dose=200),
        supply("carbamazepine", "2020-01-31", "2020-02-29", dose=400),
        supply("carbamazepine", "2020-03-01", "2020-05-29", dose=800),
    )
    trial = only_trial(raised, LATER)
    assert [step.dose for step in trial.dose_steps] == [200, 400, 800]
    assert trial.peak_dose == 800
    assert trial.days == 150


@pytest.mark.parametrize(
    ("next_start", "days_without", "courses"),
    [
        ("2020-01-31", 0, 1),  # the day after the last
        ("2020-03-01", 30, 1),  # 31 January to 29 February of a leap year are free of the drug
        ("2020-03-02", 31, 2),
    ],
)
def test_thirty_days_without_the_drug_continue_a_course_and_thirty_one_end_it(
    next_start, days_without, courses
):
    history = person(
        TN, supply("baclofen", "2020-01-01", "2020-01-30"), supply("baclofen", next_start, "2020-06-30")
    )
    assert len(trials(history, LATER)) == courses, f"{days_without} days without"


def test_a_short_fill_inside_a_long_one_does_not_split_the_course():
    nested = person(
        TN,
        supply("baclofen", "2020-01-01", "2020-06-30"),
        supply("baclofen", "2020-02-01", "2020-02-07"),
        supply("baclofen", "2020-07-15", "2020-09-30"),
    )
    assert only_trial(nested, LATER).days == 274


def test_two_fills_on_one_start_date_reach_as_far_as_the_longer_one():
    fills = [
        supply("baclofen", "2020-01-01", "2020-01-01"),
        supply("baclofen", "2020-01-01", "2020-03-30"),
        supply("baclofen", "2020-04-20", "2020-05-19"),
    ]
    for order in (fills, fills[::-1]):
        assert only_trial(person(TN, *order), LATER).days == 140


def test_a_drug_day_is_counted_once_where_fills_overlap():
    overlapping = person(
        TN,
        supply("baclofen", "2020-01-01", "2020-01-30"),
        supply("baclofen", "2020-01-16", "2020-02-14"),
    )
    assert only_trial(overlapping, LATER).days == 45


def test_a_course_of_one_day_lasts_one_day():
    assert only_trial(person(TN, drug("baclofen", "2020-02-29", "2020-02-29")), LATER).days == 1


def test_a_supply_without_days_is_a_point_and_no_length():
    trial = only_trial(person(TN, drug("baclofen", "2020-01-01")), LATER)
    assert trial.days is None
    assert trial.days_at_most is None
    assert trial.end is None


def test_an_order_that_was_never_stopped_gives_no_length():
    order = drug("baclofen", "2019-01-01", end_rule=EndRule.ACTIVE_ORDER)
    trial = only_trial(person(TN, order), LATER)
    assert (trial.days, trial.running) == (None, Answer.UNKNOWN)


def test_the_planned_end_of_an_active_order_never_lends_a_course_its_length():
    history = person(
        TN,
        drug("baclofen", "2020-01-01", "2021-12-31", end_rule=EndRule.ACTIVE_ORDER),
        supply("baclofen", "2020-01-15", "2020-02-13"),
    )
    trial = only_trial(history, LATER)
    assert (trial.end_rule, str(trial.end), trial.days) == (EndRule.SUPPLIED, "2020-02-13", 44)


def test_a_last_fill_of_unknown_length_leaves_the_end_open_and_keeps_the_length_before_it():
    history = person(TN, supply("baclofen", "2020-01-01", "2020-03-30"), drug("baclofen", "2020-03-31"))
    trial = only_trial(history, LATER)
    assert (trial.end, trial.days, trial.days_at_most) == (None, 90, None)


def test_a_length_stated_without_dates_is_a_length():
    trial = only_trial(person(TN, drug("baclofen", dose=60, stated_days=90)), LATER)
    assert (trial.start, trial.days) == (None, 90)


def test_partial_dates_bear_out_the_shortest_length_and_allow_the_longest():
    trial = only_trial(person(TN, drug("baclofen", "2020-01", "2020-04")), LATER)
    assert trial.days == 62  # 31 January to 1 April
    assert trial.days_at_most == 121  # 1 January to 30 April


def test_a_year_alone_bears_out_nothing_about_its_length():
    trial = only_trial(person(TN, drug("baclofen", "2020", "2020")), LATER)
    assert (trial.days, trial.days_at_most) == (0, 366)


def test_a_depot_lasts_its_interval():
    history = person(
        MIGRAINE,
        drug("erenumab", "2020-01-01", dose=70),
        drug("erenumab", "2020-01-29", dose=70),
        drug("erenumab", "2020-02-26", dose=70),
    )
    trial = only_trial(history, LATER)
    assert (trial.sessions, trial.days, str(trial.end)) == (3, 84, "2020-03-24")


def test_depot_sessions_more_than_an_interval_and_a_month_apart_are_two_courses():
    history = person(
        MIGRAINE,
        drug("botulinum_toxin_a", "2020-01-01", dose=155),
        drug("botulinum_toxin_a", "2020-04-24", dose=155),  # 84 days of effect, 30 without
        drug("botulinum_toxin_a", "2020-08-17", dose=155),  # 31 without
    )
    assert [trial.sessions for trial in trials(history, LATER)] == [2, 1]


def test_injections_a_week_late_are_still_sessions_of_one_course():
    history = person(
        MIGRAINE,
        drug("botulinum_toxin_a", "2020-01-01", "2020-03-31", dose=155),  # 91 days, up to the next one
        drug("botulinum_toxin_a", "2020-04-01", "2020-06-30", dose=155),
    )
    assert only_trial(history, LATER).sessions == 2


def test_a_depot_written_as_one_long_course_does_not_say_how_many_sessions_there_were():
    history = person(MIGRAINE, drug("botulinum_toxin_a", "2020-01-01", "2020-12-31", dose=155))
    assert only_trial(history, LATER).sessions is None


def test_what_is_for_another_purpose_or_was_not_taken_is_another_course():
    history = person(
        TN,
        drug("gabapentin", "2020-01-01", "2020-01-30", dose=900),
        drug("gabapentin", "2020-01-31", "2020-02-29", dose=900, purpose=Purpose.ACUTE),
        drug("gabapentin", "2020-03-01", "2020-03-30", dose=900, taken=Answer.NO),
    )
    assert starts(history) == ["2020-01-01", "2020-01-31", "2020-03-01"]


def test_the_drug_of_two_records_is_one_whatever_the_order_they_come_in():
    rows = [supply("baclofen", f"2020-0{month}-01", f"2020-0{month}-28") for month in range(1, 8)]
    assert len({trials(person(TN, *order), LATER)[0].days for order in (rows, rows[::-1])}) == 1


# how the end of a course is known, and whether it still went on at the review


@pytest.mark.parametrize(
    ("row", "running"),
    [
        (drug("baclofen", "2022-01-01", "2022-12-31"), Answer.NO),  # stopped the day before
        (drug("baclofen", "2022-01-01", "2023-01-01"), Answer.YES),  # on the day
        (
            drug("baclofen", "2022-01-01", "2023"),
            Answer.YES,
        ),  # some day of this year, the first at the earliest
        (supply("baclofen", "2022-10-03", "2022-12-31"), Answer.UNKNOWN),  # has just run out
        (supply("baclofen", "2022-10-03", "2022-12-02"), Answer.UNKNOWN),  # 30 days ago
        (supply("baclofen", "2022-10-03", "2022-12-01"), Answer.NO),  # 31 days ago
        (supply("baclofen", "2022-10-03", "2023-01-15"), Answer.YES),
        (still_taken("baclofen", "2022-01-01", "2022-12-15"), Answer.YES),
        (still_taken("baclofen", "2021-01-01", "2021-06-15"), Answer.UNKNOWN),  # said too long ago
        (drug("baclofen", "2022-01-01"), Answer.UNKNOWN),
    ],
)
def test_whether_a_course_still_goes_on(row, running):
    assert only_trial(person(TN, row), LATER).running is running


def test_a_stated_end_some_time_this_year_leaves_open_whether_it_still_goes_on():
    assert (
        only_trial(person(TN, drug("baclofen", "2022-01-01", "2023")), "2023-06-30").running is Answer.UNKNOWN
    )


def test_what_began_on_the_day_of_the_review_has_not_been_tried_yet():
    history = person(TN, drug("baclofen", "2020-05-01"))
    assert not trials(history, "2020-05-01")
    assert trials(history, "2020-05-02")


def test_a_course_cut_at_the_review_is_going_on_and_nothing_later_is_known_of_it():
    history = person(
        TN,
        drug("baclofen", "2020-01-01", "2020-12-31", dose=60, outcome=Outcome.NO_EFFECT),
    )
    trial = only_trial(history, "2020-03-31")
    assert (trial.days, trial.running, trial.outcome) == (91, Answer.YES, Outcome.UNKNOWN)
    assert trial.end_rule is EndRule.ONGOING


@pytest.mark.parametrize("ingredient", ["gabapentin", "botulinum_toxin_a"])
@pytest.mark.parametrize(("start", "end"), [("0001-01-01", "9999-12-31"), ("9999-12-30", "9999-12-31")])
def test_days_at_either_end_of_the_calendar_are_days_like_any_other(ingredient, start, end):
    history = person(
        TN,
        drug(ingredient, start, end, dose=50),
        drug(ingredient, "9999-12-30", dose=50),
        score("nrs", 8, start),
        score("nrs", 2, end),
        adverse_event(ingredient, end),
    )
    assert trials(history, "9999-12-31")


def test_one_record_of_several_steps_is_named_once_as_evidence():
    steps = [
        replace(supply("baclofen", "2020-01-01", "2020-01-31", dose=20), record_id="treatments[1]"),
        replace(supply("baclofen", "2020-02-01", "2020-03-31", dose=60), record_id="treatments[1]"),
    ]
    assert only_trial(person(TN, *steps), LATER).evidence == ("treatments[1]",)
