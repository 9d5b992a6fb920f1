"""Dates, lengths, doses and readings as people write them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assuage.dates import PartialDate, Precision
from assuage.records.history_file.doses import parse_dose
from assuage.records.history_file.quantities import (
    Before,
    Dose,
    Length,
    Reading,
    Unit,
    count_back,
    count_on,
    parse_length,
    parse_moment,
    parse_reading,
    parse_recurrence,
)

WRITTEN_ON = date(2026, 3, 15)


@pytest.mark.parametrize(
    ("typed", "dose"),
    [
        ("600 mg/d", Dose(600, "mg/d")),
        ("600mg per day", Dose(600, "mg/d")),
        ("600 mg daily", Dose(600, "mg/d")),
        ("3 x 200 mg/d", Dose(600, "mg/d")),
        ("1.2 g/d", Dose(1200, "mg/d")),
        ("1,5 g/day", Dose(1500, "mg/d")),
        ("140 mg/28d", Dose(140, "mg/28d")),
        ("140 mg/month", Dose(140, "mg/28d")),
        ("675 mg every 3 months", Dose(225, "mg/28d")),
        ("300 mg/12 weeks", Dose(100, "mg/28d")),
        ("25 ug/h", Dose(25, "ug/h")),
        ("25 µg/h", Dose(25, "ug/h")),
        ("0.025 mg/h", Dose(25, "ug/h")),
        ("155 U/session", Dose(155, "U/session")),
        ("155 units per session", Dose(155, "U/session")),
        ("75 mg / 2 days", Dose(37.5, "mg/d")),
    ],
)
def test_a_dose_is_brought_to_one_of_the_four_units(typed: str, dose: Dose) -> None:
    assert parse_dose(typed) == dose


@pytest.mark.parametrize(
    "typed",
    ["600", "600 mg", "two tablets", "-600 mg/d", "0 mg/d", "1,200 mg/d", "600 mg/session", "5 U/d", ""],
)
def test_a_dose_that_can_be_read_in_two_ways_or_none_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"dose|comma"):
        parse_dose(typed)


@given(st.integers(1, 5000), st.integers(1, 6))
def test_so_many_times_an_amount_is_their_product(amount: int, times: int) -> None:
    assert parse_dose(f"{times} x {amount} mg/d") == parse_dose(f"{times * amount} mg/d")


@given(st.dates(date(1950, 1, 1), date(2030, 1, 1)))
def test_a_whole_date_is_read_back_as_it_was_written(day: date) -> None:
    assert parse_moment(day.isoformat()) == PartialDate(day)
    assert parse_moment(day.isoformat()[:7]) == PartialDate(day.replace(day=1), Precision.MONTH)
    assert parse_moment(day.year) == PartialDate(date(day.year, 1, 1), Precision.YEAR)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("10 days before", "2026-03-05"),
        ("2 weeks ago", "2026-03-01"),
        ("15 months before", "2024-12"),
        ("1.5 years before", "2024-09"),
        ("6 years before", "2020"),
    ],
)
def test_a_relative_date_is_as_precise_as_its_unit(typed: str, expected: str) -> None:
    moment = parse_moment(typed)
    assert isinstance(moment, Before)
    assert str(count_back(WRITTEN_ON, moment.length)) == expected


@given(st.integers(1, 600), st.sampled_from(Unit))
def test_what_lies_further_back_never_comes_later(count: int, unit: Unit) -> None:
    nearer, farther = (
        count_back(WRITTEN_ON, Length(number, unit)) for number in (count % 100, count % 100 + 1)
    )
    assert farther.first <= nearer.first
    assert nearer.first <= WRITTEN_ON


@given(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(1, 400))
def test_days_counted_on_are_days(day: date, days: int) -> None:
    assert count_on(PartialDate(day), Length(days, Unit.DAY)).first == day + timedelta(days=days)


@pytest.mark.parametrize(
    "typed", ["soon", "3 months after", "in 2 weeks", "31.12.2024", "2024-13", "0021", "2024-02-30"]
)
def test_a_date_of_another_form_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="expected a date"):
        parse_moment(typed)


@pytest.mark.parametrize(
    ("typed", "days"), [("10 days", 10), ("3 months", 91), ("2 weeks", 14), ("1 year", 365)]
)
def test_a_length_becomes_days(typed: str, days: int) -> None:
    assert parse_length(typed).days == days


@pytest.mark.parametrize("typed", ["3", "months", "0 days", "a while", "-2 weeks"])
def test_a_length_without_number_or_unit_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="expected a length"):
        parse_length(typed)


def test_a_range_keeps_both_ends() -> None:
    assert parse_reading("8-9") == Reading(8, 9)
    assert parse_reading(7) == Reading(7, 7)
    assert parse_reading("-1") == Reading(-1, -1)


def test_a_range_with_its_ends_swapped_is_refused() -> None:
    with pytest.raises(ValueError, match="lower end first"):
        parse_reading("9-8")


def test_a_recurrence_may_be_counted_from_the_treatment() -> None:
    start = parse_moment("2018-05-23")
    recurrence = parse_recurrence("after 14 months")
    assert not isinstance(recurrence, PartialDate)
    assert isinstance(start, PartialDate)
    assert str(count_on(start, recurrence.length)) == "2019-07"
