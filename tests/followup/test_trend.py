"""Robust slopes with honest intervals, and weeks from which a diary stands at another level."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import theilslopes

from assuage.followup.rules import rule_provenance, rules
from assuage.followup.trend import MONTH_DAYS, change_points, pettitt, slope

FIRST = date(2026, 1, 1)


def months(values):
    return [(number * MONTH_DAYS, value) for number, value in enumerate(values)]


def test_the_slope_of_a_straight_line_is_its_own() -> None:
    found = slope(months([1 + 0.4 * month for month in range(8)]))
    assert (found.per_month, found.low, found.high) == (pytest.approx(0.4),) * 3


def test_fewer_than_two_days_have_no_slope() -> None:
    assert slope([]) is None
    assert slope([(0, 1), (0, 2)]) is None


@pytest.mark.parametrize(("count", "has_interval"), [(2, False), (4, False), (5, True)])
def test_an_interval_needs_as_many_readings_as_its_level_asks_for(count, has_interval) -> None:
    found = slope(months([1.0, 3.0, 2.0, 4.0, 5.0][:count]))
    assert (found.low is not None) is has_interval
    assert (found.high is not None) is has_interval


values = st.lists(st.integers(0, 100).map(lambda value: value / 10), min_size=5, max_size=12)


@settings(max_examples=50)
@given(values, st.integers(-3, 3), st.integers(1, 5))
def test_a_slope_moves_with_its_scale_and_not_with_its_level(of, level, scale) -> None:
    plain, moved = slope(months(of)), slope(months([level + scale * value for value in of]))
    assert moved.per_month == pytest.approx(scale * plain.per_month, abs=1e-9)
    assert moved.low == pytest.approx(scale * plain.low, abs=1e-9)


@settings(max_examples=50)
@given(values)
def test_the_interval_holds_the_slope(of) -> None:
    found = slope(months(of))
    assert found.low <= found.per_month <= found.high


def test_the_interval_of_pure_noise_holds_zero_about_as_often_as_it_says() -> None:
    random = np.random.default_rng(5)
    found = [slope(months(random.normal(5, 1, 12))) for _ in range(400)]
    held = np.mean([each.low <= 0 <= each.high for each in found])
    assert 0.92 <= held <= 0.98


def test_the_first_value_of_a_new_level_is_where_it_changes() -> None:
    place, p = pettitt(np.array([2.0] * 10 + [7.0] * 12))
    assert place == 10
    assert p < 0.01


def test_the_p_of_pettitt_by_its_formula() -> None:
    _, p = pettitt(np.array([1.0, 2.0, 3.0, 4.0]))
    # ranks 1 2 3 4: U = -3, -4, -3, so K = 4
    assert p == pytest.approx(min(1.0, 2 * np.exp(-6 * 16 / (64 + 16))))


def weekly(levels, noise=0.0, seed=1):
    random = np.random.default_rng(seed)
    days = [level for level, weeks in levels for _ in range(7 * weeks)]
    return {FIRST + timedelta(days=day): level + noise * random.normal() for day, level in enumerate(days)}


def test_a_step_in_a_diary_is_found_in_its_week_with_the_levels_beside_it() -> None:
    (found,) = change_points("nrs", weekly([(7, 10), (3, 12)], noise=0.5))
    assert found.week == FIRST + timedelta(weeks=10)
    assert found.before == pytest.approx(7, abs=0.5)
    assert found.after == pytest.approx(3, abs=0.5)


def test_two_steps_are_both_found() -> None:
    found = change_points("nrs", weekly([(8, 12), (3, 12), (6, 12)], noise=0.3))
    assert [each.week for each in found] == [FIRST + timedelta(weeks=12), FIRST + timedelta(weeks=24)]


def test_days_that_are_missing_are_passed_over() -> None:
    days = weekly([(7, 10), (3, 12)], noise=0.5)
    thinned = {day: value for day, value in days.items() if day.weekday() < 5}
    (found,) = change_points("nrs", thinned)
    assert abs(found.week - (FIRST + timedelta(weeks=10))) <= timedelta(weeks=1)


def test_noise_seldom_has_a_change_point() -> None:
    alarms = sum(bool(change_points("nrs", weekly([(5, 30)], noise=1.5, seed=seed))) for seed in range(200))
    assert alarms <= 6  # at a level of 1 % for each test


@pytest.mark.parametrize("levels", [[], [(5, 7)], [(5, 52)]])
def test_too_little_or_a_level_diary_has_none(levels) -> None:
    assert change_points("nrs", weekly(levels)) == ()


def test_every_number_of_follow_up_has_its_source() -> None:
    assert set(rule_provenance()) == set(rules())


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 10)), min_size=5, max_size=30).filter(
        lambda points: len({day for day, _ in points}) > 1
    )
)
def test_slope_and_interval_are_those_of_scipy(points: list[tuple[int, int]]) -> None:
    found = slope([(float(day), float(value)) for day, value in sorted(points)])
    days, values = zip(*sorted(points), strict=True)
    wanted = theilslopes(values, np.array(days) / MONTH_DAYS)
    assert found is not None
    assert found.per_month == pytest.approx(wanted.slope)
    if not np.isnan(wanted.low_slope):  # where ties leave no variance at all
        assert (found.low, found.high) == (
            pytest.approx(wanted.low_slope),
            pytest.approx(wanted.high_slope),
        )
