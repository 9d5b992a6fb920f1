"""Outcomes: no baseline no percentage, trends that say how sure they are, and disagreements named."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assuage.answers import Answer
from assuage.codes.clinical import instruments
from assuage.dates import PartialDate
from assuage.followup import follow_up
from assuage.followup.model import Direction, SinceKind
from assuage.measures.change import Band
from assuage.measures.diary import RescueIntake
from assuage.measures.instruments import Role
from assuage.records.rows import (
    Exposure,
    ProcedureOutcome,
    Purpose,
    Statement,
    StatementKind,
)
from followup.people import LATER, TREATED, pain_diary, person, procedure, score


def outcome(history, instrument="nrs", **more):
    found = follow_up(history, as_of=LATER, **more)
    (one,) = [each for each in found.outcomes if each.instrument == instrument]
    return one


def test_change_is_from_the_last_reading_before_to_the_last_reading_after() -> None:
    one = outcome(
        person(score("nrs", 9, "2026-01-10"), score("nrs", 8, "2026-02-20"), score("nrs", 6, "2026-04-01"),
               score("nrs", 4, "2026-06-01"))
    )  # fmt: skip
    assert (one.baseline.low, one.latest.low) == (8, 4)
    assert (one.change.points, one.change.percent, one.change.band) == (
        (-4, -4),
        (-50, -50),
        Band.SUBSTANTIAL,
    )
    assert one.direction is Direction.IMPROVING
    assert one.reason_code == "change_from_baseline"


@pytest.mark.parametrize(
    ("scores", "reason", "missing"),
    [
        ([score("nrs", 6, "2026-04-01"), score("nrs", 4, "2026-06-01")], "no_baseline", "baseline"),
        ([score("nrs", 8, "2025-11-01"), score("nrs", 4, "2026-06-01")], "baseline_too_old", "baseline"),
        ([score("nrs", 8, "2026-02-01")], "no_reading_after", "reading_after"),
        ([score("nrs", 8, None)], "readings_undated", "reading_dates"),
        ([score("nrs", 8, "2026-03-01"), score("nrs", 4, "2026-06-01")], "no_baseline", "baseline"),
        ([score("nrs", 8, "2026-03"), score("nrs", 4, "2026-06-01")], "no_baseline", "baseline"),
        ([score("nrs", 8, "2026"), score("nrs", 4, "2026-06-01")], "no_baseline", "baseline"),
    ],
    ids=["none before", "too old", "none after", "undated", "same day", "same month", "same year"],
)
def test_without_a_baseline_nothing_is_computed_and_the_reason_is_said(scores, reason, missing) -> None:
    one = outcome(person(*scores))
    assert one.change is None
    assert one.reason_code == reason
    assert one.missing == (missing,)


@pytest.mark.parametrize(("day", "counts"), [("2025-12-01", True), ("2025-11-30", False)])
def test_a_baseline_is_at_most_90_days_old(day, counts) -> None:
    one = outcome(person(score("nrs", 8, day), score("nrs", 4, "2026-06-01")))
    assert (one.change is not None) is counts


@pytest.mark.parametrize(
    ("value", "direction"),
    [(1, Direction.IMPROVING), (3, Direction.IMPROVING), (4, Direction.STEADY), (5, Direction.WORSENING)],
)
def test_a_global_impression_is_a_change_itself_and_has_no_baseline(value, direction) -> None:
    one = outcome(person(score("pgic", 4, "2026-02-01"), score("pgic", value, "2026-06-01")), "pgic")
    assert (one.baseline, one.change, one.reason_code) == (None, None, "global_impression")
    assert one.direction is direction


def test_a_global_impression_over_unchanged_is_unclear() -> None:
    assert outcome(person(score("pgic", 3, "2026-06-01", 4)), "pgic").direction is Direction.UNCLEAR


def test_without_a_dated_treatment_there_is_no_before_and_after() -> None:
    one = outcome(person(score("nrs", 8, "2026-01-01"), score("nrs", 4, "2026-06-01"), treated=None))
    assert (one.change, one.reason_code, one.missing) == (
        None,
        "no_treatment_to_count_from",
        ("treatment_date",),
    )
    assert one.trend.direction is Direction.IMPROVING


def test_a_day_that_is_asked_for_goes_before_the_procedure() -> None:
    history = person(score("nrs", 8, "2026-05-01"), score("nrs", 4, "2026-06-01"))
    found = follow_up(history, as_of=LATER, since=date(2026, 5, 15))
    assert found.since.kind is SinceKind.ASKED
    assert found.outcomes[0].change.points == (-4, -4)


def exposure(ingredient, day, **more):
    return Exposure(
        "a", f"{ingredient} {day}", ingredient, ingredient, "printed_name", PartialDate(day), **more
    )


def test_without_a_procedure_it_counts_from_the_last_drug_that_was_begun() -> None:
    drugs = [
        exposure("amitriptyline", date(2026, 1, 5)),
        exposure("pregabalin", date(2026, 2, 1)),
        exposure("amitriptyline", date(2026, 4, 5)),  # a repeat is no beginning
        exposure("tramadol", date(2026, 5, 1), as_needed=True),
        exposure("sumatriptan", date(2026, 5, 1), purpose=Purpose.ACUTE),
        exposure("duloxetine", date(2026, 5, 1), taken=Answer.NO),
    ]
    found = follow_up(person(*drugs, treated=None), as_of=LATER)
    assert (found.since.kind, found.since.treatment) == (SinceKind.DRUG, "pregabalin")


def test_nothing_dated_after_the_day_of_the_follow_up_counts() -> None:
    history = person(
        score("nrs", 8, "2026-02-01"), score("nrs", 4, "2026-06-01"), score("nrs", 9, "2026-07-01")
    )
    found = follow_up(history, as_of=date(2026, 6, 15))
    assert found.outcomes[0].latest.low == 4


def test_a_score_without_a_condition_counts_for_the_only_one_and_for_none_of_two() -> None:
    readings = (score("nrs", 8, "2026-02-01"), score("nrs", 4, "2026-06-01"))
    assert outcome(person(*readings)).condition == "painful_diabetic_neuropathy"
    two = person(*readings, conditions=("painful_diabetic_neuropathy", "migraine"))
    assert outcome(two).condition is None


def test_trigeminal_neuralgia_is_judged_by_its_own_thresholds() -> None:
    readings = (score("vas", 8, "2026-02-01"), score("vas", 4, "2026-06-01"))
    facial = outcome(person(*readings, conditions=("trigeminal_neuralgia",)), "vas")
    other = outcome(person(*readings), "vas")
    assert facial.change.important("improvement") is Answer.NO
    assert other.change.important("improvement") is Answer.YES


# ---------------------------------------------------------------- trends


def after(values, month=4):
    return [score("nrs", value, f"2026-{month + place:02d}-15") for place, value in enumerate(values)]


@pytest.mark.parametrize(
    ("values", "direction", "has_interval"),
    [
        ([5.9, 6.3, 6.7], Direction.WORSENING, False),
        ([6, 5], Direction.IMPROVING, False),
        ([6, 5, 6], Direction.UNCLEAR, False),
        ([5, 5, 5], Direction.STEADY, False),
        ([8, 7, 6, 5, 4, 3], Direction.IMPROVING, True),
        ([5, 7, 4, 8, 5, 6], Direction.UNCLEAR, True),
        ([5, 5, 5, 5, 5], Direction.STEADY, True),
    ],
)
def test_the_way_of_few_readings_needs_every_step_and_of_many_their_interval(
    values, direction, has_interval
) -> None:
    trend = outcome(person(*after(values))).trend
    assert trend.direction is direction
    assert (trend.slope.low is not None) is has_interval


def test_one_reading_and_readings_of_one_day_have_no_trend() -> None:
    assert outcome(person(score("nrs", 5, "2026-04-01"))).trend is None
    same_day = person(score("nrs", 5, "2026-04-01"), score("nrs", 6, "2026-04-01"))
    assert outcome(same_day).trend is None


def test_one_wild_reading_does_not_turn_a_robust_slope() -> None:
    calm = outcome(person(*after([8, 7, 6, 5, 4, 3, 2]))).trend.slope
    wild = outcome(person(*after([8, 7, 6, 10, 4, 3, 2]))).trend.slope
    assert wild.per_month == pytest.approx(calm.per_month, abs=0.2)


def test_a_trend_after_treatment_is_never_a_change_from_baseline() -> None:
    one = outcome(person(*after([5.9, 6.3, 6.7])))
    assert one.change is None
    assert one.trend.change.points == (0.8, 0.8)
    assert one.trend.change.important("worsening") is Answer.NO


def test_undated_readings_are_taken_as_a_history_file_lists_them_and_said_so() -> None:
    listed = [
        score("paindetect", 13, None, record="scores[2]"),
        score("paindetect", 4, None, 5, record="scores[10]"),
    ]
    trend = outcome(person(*listed), "paindetect").trend
    assert (trend.as_listed, trend.slope, trend.direction) == (True, None, Direction.IMPROVING)
    unlisted = [replace(each, record_id=f"Observation/{number}") for number, each in enumerate(listed)]
    assert outcome(person(*unlisted), "paindetect").trend is None


# ---------------------------------------------------------------- what speaks against what


def test_pain_that_rises_while_a_screening_questionnaire_falls_is_discordant_and_pain_ranks_first() -> None:
    history = person(
        *after([5.9, 6.3, 6.7]), score("paindetect", 20, "2026-02-01"), score("paindetect", 8, "2026-06-01")
    )
    (found,) = follow_up(history, as_of=LATER).discordances
    assert (found.better, found.worse, found.ranks_first) == ("paindetect", "nrs", "nrs")


def test_two_of_one_role_disagree_without_a_first() -> None:
    history = person(
        *after([4, 5, 6]),
        score("attacks_per_day", 9, "2026-02-01"),
        score("attacks_per_day", 2, "2026-06-01"),
    )
    (found,) = follow_up(history, as_of=LATER).discordances
    assert found.ranks_first is None


def test_mood_is_another_thing_than_pain() -> None:
    history = person(*after([4, 5, 6]), score("phq9", 20, "2026-02-01"), score("phq9", 5, "2026-06-01"))
    assert follow_up(history, as_of=LATER).discordances == ()


def test_what_agrees_is_not_discordant() -> None:
    history = person(
        *after([6, 5, 4]), score("paindetect", 20, "2026-02-01"), score("paindetect", 8, "2026-06-01")
    )
    assert follow_up(history, as_of=LATER).discordances == ()


def test_relief_that_is_stated_against_pain_that_rises_is_named_and_the_measurement_ranks_first() -> None:
    history = person(*after([4, 5, 6]), procedure(TREATED, ProcedureOutcome.RELIEF), treated=None)
    (found,) = follow_up(history, as_of=LATER).discordances
    assert (found.better, found.worse, found.ranks_first, found.reason_code) == (
        "stated",
        "nrs",
        "nrs",
        "stated_discordant",
    )


def test_a_statement_of_control_counts_only_after_the_treatment() -> None:
    def said(day):
        return Statement("a", f"s {day}", StatementKind.CONTROLLED, start=PartialDate(day))

    later = follow_up(person(*after([4, 5, 6]), said(date(2026, 8, 1))), as_of=LATER)
    before = follow_up(person(*after([4, 5, 6]), said(date(2026, 1, 1))), as_of=LATER)
    assert [each.reason_code for each in later.discordances] == ["stated_discordant"]
    assert before.discordances == before.stated == ()


# ---------------------------------------------------------------- a diary beside the records


def test_a_diary_gives_a_baseline_month_and_months_after() -> None:
    diary = pain_diary(lambda day: 8.0 if day < 28 else 4.0, TREATED - timedelta(days=28), 84)
    one = outcome(person(), diary=diary)
    assert (one.baseline.low, one.latest.low) == (8, 4)
    assert one.change.band is Band.SUBSTANTIAL


def test_a_baseline_month_with_a_gap_of_40_percent_leaves_the_outcome_undetermined() -> None:
    diary = pain_diary(lambda day: None if day < 12 else 8.0, TREATED - timedelta(days=28), 84)
    one = outcome(person(), diary=diary)
    assert (one.change, one.reason_code) == (None, "baseline_insufficient")


def test_a_month_with_a_gap_after_treatment_is_no_reading() -> None:
    diary = pain_diary(lambda day: 8.0 if day < 28 or day > 45 else None, TREATED - timedelta(days=28), 56)
    found = follow_up(person(), as_of=LATER, diary=diary)
    assert [month.sufficient for month in found.months] == [True, False]
    assert found.outcomes[0].reason_code == "no_reading_after"


def test_a_diary_with_a_gap_of_40_percent_everywhere_is_an_outcome_that_is_undetermined() -> None:
    diary = pain_diary(lambda day: None if day % 5 < 2 else 8.0, TREATED - timedelta(days=28), 84)
    one = outcome(person(), diary=diary)
    assert (one.readings, one.change, one.trend) == ((), None, None)
    assert (one.reason_code, one.missing) == ("diary_insufficient", ("filled_diary",))


def test_months_of_a_diary_and_single_readings_are_never_one_series_and_the_diary_ranks_first() -> None:
    diary = pain_diary(lambda day: 8.0 if day < 28 else 4.0, TREATED - timedelta(days=28), 84)
    history = person(score("nrs", 3, "2026-02-01"), score("nrs", 6, "2026-05-01"))
    found = follow_up(history, as_of=LATER, diary=diary)
    assert [(each.account, each.change.points) for each in found.outcomes] == [
        ("diary:nrs", (-4, -4)),
        ("nrs", (3, 3)),
    ]
    (one,) = found.discordances
    assert (one.better, one.worse, one.ranks_first) == ("diary:nrs", "nrs", "diary:nrs")


def test_a_single_reading_is_no_less_a_reading_because_a_diary_has_gaps() -> None:
    diary = pain_diary(lambda day: None if day < 12 else 8.0, TREATED - timedelta(days=28), 84)
    found = follow_up(person(score("nrs", 5, "2026-05-01")), as_of=LATER, diary=diary)
    assert {each.account: each.reason_code for each in found.outcomes} == {
        "diary:nrs": "baseline_insufficient",
        "nrs": "no_baseline",
    }


def test_counts_of_a_diary_keep_both_ends_where_days_are_unknown() -> None:
    diary = [
        replace(entry, headache=Answer.of(entry.day.day % 2 == 0))
        for entry in pain_diary(lambda day: None if day % 10 == 9 else 5.0, TREATED, 28)
    ]
    one = outcome(person(), "monthly_headache_days", diary=diary)
    (reading,) = one.readings
    known = sum(entry.headache is Answer.YES for entry in diary)
    assert (reading.low, reading.high) == (known, known + 2)


def test_rescue_is_counted_in_days_and_in_intakes() -> None:
    taken = (RescueIntake("tramadol", 50, "mg", 2),)
    diary = [
        replace(entry, rescue=taken if entry.day.day <= 4 else ())
        for entry in pain_diary(lambda _: 5.0, TREATED, 28)
    ]
    assert outcome(person(), "acute_medication_days", diary=diary).readings[0].low == 4
    assert outcome(person(), "rescue_intakes", diary=diary).readings[0].low == 8


def test_days_that_give_no_number_of_attacks_are_not_days_without_any() -> None:
    some = pain_diary(lambda _: 5.0, TREATED, 28)
    told = [replace(entry, attacks=6) if number < 24 else entry for number, entry in enumerate(some)]
    assert outcome(person(), "attacks_per_day", diary=told).readings[0].low == 6
    few = [replace(entry, attacks=6) if number < 10 else entry for number, entry in enumerate(some)]
    assert {each.instrument for each in follow_up(person(), as_of=LATER, diary=few).outcomes} == {"nrs"}


def test_a_diary_that_says_nothing_of_rescue_gives_no_count_of_it() -> None:
    found = follow_up(person(), as_of=LATER, diary=pain_diary(lambda _: 5.0, TREATED, 28))
    assert {each.instrument for each in found.outcomes} == {"nrs"}


# ---------------------------------------------------------------- laws

kinds = st.sampled_from(
    ["nrs", "vas", "paindetect", "monthly_headache_days", "phq9", "pgic", "rescue_intakes"]
)
dates = (
    st.none() | st.dates(date(2025, 10, 1), date(2026, 10, 1)).map(str) | st.sampled_from(["2026", "2026-03"])
)


@st.composite
def readings(draw):
    kind = draw(kinds)
    coded = instruments()[kind]
    low, high = int(coded.lowest), int(coded.highest or 30)
    ends = sorted([draw(st.integers(low, high)), draw(st.integers(low, high))])
    return score(kind, ends[0], draw(dates), ends[1], record=f"scores[{draw(st.integers(1, 40))}]")


@settings(max_examples=60, deadline=None)
@given(st.lists(readings(), max_size=8))
def test_no_baseline_no_percentage_and_a_reason_always(of) -> None:
    for one in follow_up(person(*of), as_of=LATER).outcomes:
        assert (one.change is None) == (one.baseline is None or one.latest is None)
        assert one.reason_code
        assert bool(one.missing) == (one.change is None and one.reason_code != "global_impression")
        assert one.decides == (one.role not in (Role.SCREENING, Role.MOOD, Role.ADVERSE))
        if one.baseline is not None:
            assert one.baseline.when.last < TREATED
        if one.latest is not None:
            assert one.latest.when.first > TREATED


@settings(max_examples=40, deadline=None)
@given(st.lists(readings(), max_size=8), st.integers(0, 100))
def test_the_order_of_records_does_not_matter(of, seed) -> None:
    shuffled = list(of)
    random.Random(seed).shuffle(shuffled)
    assert follow_up(person(*of), as_of=LATER) == follow_up(person(*shuffled), as_of=LATER)


@settings(max_examples=40, deadline=None)
@given(st.lists(readings(), min_size=1, max_size=8))
def test_taking_the_readings_before_treatment_away_takes_every_change_away(of) -> None:
    kept = [row for row in of if row.start is None or row.start.last >= TREATED]
    assert all(one.change is None for one in follow_up(person(*kept), as_of=LATER).outcomes)
