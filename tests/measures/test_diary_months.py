"""A diary summed up in months: missing days are missing, and the columnar form says the same."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assuage.answers import Answer
from assuage.measures.diary import DiaryEntry, PainScale, RescueIntake
from assuage.measures.diary_months import DayCount, diary_months, period_days, rescue_class
from assuage.measures.diary_table import entry_table, month_table, months_of_table
from measures.diaries import FIRST, entries, rated


def one_month(of):
    (month,) = diary_months(of)
    return month


@pytest.mark.parametrize(("days", "sufficient"), [(22, False), (23, True), (28, True)])
def test_a_month_under_80_percent_filled_is_insufficient(days, sufficient) -> None:
    month = one_month([rated(day, 5) for day in range(days)])
    assert (month.filled_days, month.sufficient) == (days, sufficient)


def test_a_missing_day_is_missing_and_not_zero() -> None:
    month = one_month([rated(0, 8), rated(20, 6)])
    assert month.pain[0].mean == 7
    assert month.pain[0].days == 2


def test_days_weigh_the_same_however_many_entries_they_have() -> None:
    month = one_month([rated(0, 10)] * 5 + [rated(1, 4)])
    assert month.pain[0].mean == 7


def test_scales_are_never_put_together() -> None:
    month = one_month([rated(0, 5), rated(0, 50, scale=PainScale.VAS_0_100)])
    assert [(mean.scale, mean.mean) for mean in month.pain] == [
        (PainScale.NRS_0_10, 5),
        (PainScale.VAS_0_100, 50),
    ]


def test_a_day_counts_once_if_any_entry_says_so_and_silence_is_unknown() -> None:
    said = [
        rated(0, 1, headache=Answer.YES),
        rated(0, 1, headache=Answer.NO),
        rated(1, 1, headache=Answer.NO),
        rated(2, 1),
    ]
    assert one_month(said).headache == DayCount(days=1, known_days=2, at_most=27)


def test_rescue_days_and_intakes_go_by_class_apart() -> None:
    taken = [
        rated(0, 1, rescue=(RescueIntake("tramadol", 50, "mg", 2), RescueIntake("Sumatriptan"))),
        rated(0, 1, rescue=(RescueIntake("tramadol"),)),
        rated(1, 1, rescue=(RescueIntake("ibuprofen"), RescueIntake("herb tea"))),
        rated(2, 1, rescue=()),
        rated(3, 1),
    ]
    month = one_month(taken)
    assert dict(month.rescue_days) == {"opioid": 1, "triptan": 1, "nsaid": 1, "unknown": 1}
    assert dict(month.rescue_intakes) == {"opioid": 3, "triptan": 1, "nsaid": 1, "unknown": 1}
    assert month.rescue == DayCount(days=2, known_days=3, at_most=27)


def test_a_combination_is_a_class_of_its_own() -> None:
    assert rescue_class("no such drug at all") == "unknown"
    assert rescue_class("tramadol") == "opioid"


def test_nothing_counted_is_unknown_and_not_none() -> None:
    month = one_month([rated(0, 5)])
    assert (month.attacks, month.work_days_lost, month.sleep_hours) == (None, None, None)
    assert one_month([rated(0, 5, attacks=0)]).attacks == 0


def test_months_are_counted_from_the_anchor_both_ways() -> None:
    of = [rated(day, 5) for day in (0, 27, 28, 60)]
    anchor = FIRST + timedelta(days=28)
    assert [(month.number, month.first) for month in diary_months(of, anchor)] == [
        (-1, FIRST),
        (0, anchor),
        (1, anchor + timedelta(days=28)),
    ]
    assert all((month.last - month.first).days == period_days() - 1 for month in diary_months(of, anchor))


many = st.lists(entries(), max_size=15)


@settings(max_examples=30, deadline=None)
@given(many, st.randoms())
def test_the_order_of_entries_does_not_matter(of, random) -> None:
    shuffled = list(of)
    random.shuffle(shuffled)
    assert same(diary_months(of), diary_months(shuffled))


@settings(max_examples=30, deadline=None)
@given(many)
def test_every_entry_is_in_one_month_and_counts_keep_within_their_days(of) -> None:
    months = diary_months(of)
    assert sum(month.filled_days for month in months) == len({(entry.person_id, entry.day) for entry in of})
    for month in months:
        for count in (month.headache, month.migraine, month.rescue, month.side_effect_days):
            assert 0 <= count.days <= count.known_days <= month.filled_days
            assert count.days <= count.at_most <= period_days()
        assert all(days <= month.rescue.days for _, days in month.rescue_days)


@settings(max_examples=30, deadline=None)
@given(many, entries())
def test_one_more_entry_never_lowers_a_count_of_days(of, more) -> None:
    before = {(month.person_id, month.number): month for month in diary_months(of, FIRST)}
    for month in diary_months([*of, more], FIRST):
        old = before.get((month.person_id, month.number))
        if old is not None:
            assert month.headache.days >= old.headache.days
            assert month.headache.at_most <= old.headache.at_most or more.headache is Answer.YES


anchors = st.none() | st.integers(-40, 40).map(lambda days: FIRST + timedelta(days=days))


@settings(max_examples=20, deadline=None)
@given(many, anchors)
def test_the_columnar_form_gives_the_same_months(of, anchor) -> None:
    assert same(diary_months(of, anchor), tuple(months_of_table(month_table(entry_table(of), anchor))))


@pytest.mark.long
@settings(max_examples=200, deadline=None)
@given(st.lists(entries(), max_size=60), anchors)
def test_the_columnar_form_gives_the_same_months_many_times(of, anchor) -> None:
    assert same(diary_months(of, anchor), tuple(months_of_table(month_table(entry_table(of), anchor))))


def same(one, other) -> bool:
    """Equal but for the last digits of means, which depend on the order of adding."""
    return [flat(month) for month in one] == [flat(month) for month in other]


def flat(month):
    def rounded(value):
        return None if value is None else round(value, 6)

    return (
        month.person_id, month.number, month.first, month.last, month.filled_days, month.sufficient,
        [(mean.scale, rounded(mean.mean), mean.days) for mean in month.pain],
        month.headache, month.migraine, month.rescue, month.rescue_days, month.rescue_intakes,
        month.attacks, month.attack_days,
        rounded(month.sleep_hours), rounded(month.work_days_lost), month.side_effect_days,
    )  # fmt: skip


def test_an_empty_diary_has_no_months() -> None:
    assert diary_months([]) == ()
    assert list(months_of_table(month_table(entry_table([])))) == []


def test_pain_without_a_scale_and_an_entry_that_says_nothing_are_no_entries() -> None:
    with pytest.raises(ValueError, match="scale"):
        DiaryEntry("a", FIRST, pain=5)
    with pytest.raises(ValueError, match="nothing"):
        DiaryEntry("a", FIRST)
