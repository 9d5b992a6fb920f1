"""Partial dates keep what the record says, and no more."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assuage.dates import PartialDate, Precision


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2021", date(2021, 1, 1), date(2021, 12, 31)),
        ("2021-02", date(2021, 2, 1), date(2021, 2, 28)),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29)),
        ("2021-03-04", date(2021, 3, 4), date(2021, 3, 4)),
    ],
)
def test_a_partial_date_spans_all_the_days_it_can_be(text: str, first: date, last: date) -> None:
    assert (PartialDate.parse(text).first, PartialDate.parse(text).last) == (first, last)


@pytest.mark.parametrize(
    "text", ["2021-03-04T23:59:00-05:00", "2021-03-04T00:01:00+09:00", "2021-03-04T12:00:00Z"]
)
def test_a_date_time_keeps_the_day_as_written_in_whatever_zone(text: str) -> None:
    assert PartialDate.parse(text).first == date(2021, 3, 4)


@pytest.mark.parametrize("text", ["", "31/12/2010", "2021-13", "2021-02-30", "21", "2021-3-4", "yesterday"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"date|month|day"):
        PartialDate.parse(text)


@given(st.dates(), st.sampled_from(Precision))
def test_what_is_printed_reads_back_the_same(day: date, precision: Precision) -> None:
    first = day if precision is Precision.DAY else day.replace(day=1)
    first = first.replace(month=1) if precision is Precision.YEAR else first
    written = PartialDate(first, precision)
    assert PartialDate.parse(str(written)) == written
    assert written.first <= written.last < written.first + timedelta(days=366)
