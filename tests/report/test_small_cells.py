"""Counts of few people are hidden, and nothing in their row gives them away."""

from __future__ import annotations

import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assuage.report import CellRule, index_page, people_list_page, summary_table
from assuage.report.small_cells import Cell, Row
from report import worked_review as example
from report.html_page import Page

MOST = 13
"""The largest count in the tables that are tried against every other table."""


def could_be(cell: Cell, people: int, smallest: int) -> bool:
    """Whether a reader who sees the cell holds this number for possible."""
    if cell.number is not None:
        return people == cell.number
    return 0 < people < smallest if cell.text.startswith("<") else people >= 0


def tables_that_read_the_same(row: Row, smallest: int) -> list[tuple[int, ...]]:
    ranges = [[n for n in range(2 * MOST) if could_be(cell, n, smallest)] for cell in row.cells]
    return [parts for parts in product(*ranges) if could_be(row.total, sum(parts), smallest)]


@given(st.lists(st.integers(0, MOST), min_size=1, max_size=3), st.integers(3, 7))
def test_a_small_count_could_always_be_two_numbers_at_least(parts: list[int], smallest: int) -> None:
    row = CellRule(smallest).row(parts)
    possible = tables_that_read_the_same(row, smallest)
    assert tuple(parts) in possible
    for place, people in enumerate(parts):
        assert could_be(row.cells[place], people, smallest)
        if 0 < people < smallest:
            assert row.cells[place].number is None
            assert len({table[place] for table in possible}) > 1


@given(st.lists(st.integers(0, 40), max_size=6), st.integers(3, 9))
def test_a_row_without_small_counts_is_shown_as_it_is(parts: list[int], smallest: int) -> None:
    large = [people for people in parts if not 0 < people < smallest]
    row = CellRule(smallest).row(large)
    assert row.is_whole
    assert [cell.number for cell in row.cells] == large
    assert row.total.number == sum(large)


@pytest.mark.parametrize(
    ("parts", "shown", "total"),
    [
        ((3, 120, 9), "<5 120 hidden", "132"),  # the total less the others would tell the 3
        ((3, 120, 2), "<5 120 <5", "125"),  # their sum is known, neither of them is
        ((1, 120, 1), "<5 hidden <5", "122"),  # a sum of 2 would tell both
        ((3, 0, 0), "<5 0 0", "<5"),
        ((0, 0, 0), "0 0 0", "0"),
        ((3, 0, 6), "<5 0 hidden", "9"),
        ((1, 0, 5), "<5 0 hidden", "hidden"),  # a sum of 6 with one part of 5 or more tells the other
    ],
)
def test_the_next_smallest_count_of_a_row_is_hidden_where_the_total_would_tell(
    parts: tuple[int, ...], shown: str, total: str
) -> None:
    row = CellRule(5).row(parts)
    assert (" ".join(map(str, row.cells)), str(row.total)) == (shown, total)


def test_a_smallest_cell_of_one_shows_every_count_and_two_is_refused() -> None:
    assert [str(CellRule().cell(people)) for people in (0, 1, 4)] == ["0", "1", "4"]
    for smallest in (2, 0, -5):
        with pytest.raises(ValueError, match="3 and more"):
            CellRule(smallest)


# --- on the pages


COUNTS = {"number", "figure", "people-count", "count"}
"""The classes of what holds a count in tables, facts and charts."""


def counts_on(page: Page) -> list[int]:
    words = [each.words for each in page.elements if COUNTS & set(each.attributes.get("class", "").split())]
    return [int(each) for each in words if each.isdigit()]


def test_no_count_of_few_people_stands_on_the_page_and_the_page_says_so() -> None:
    clinic = example.hiding_clinic()
    clinic.read_report = ()  # which counts records
    page = Page(index_page(clinic))
    assert len(counts_on(page)) > 5
    assert not [count for count in counts_on(page) if 0 < count < 5]
    assert "Counts of 1 to 4 people stand here as “<5”" in page.text


def test_a_page_with_hidden_counts_names_nobody_and_another_names_them() -> None:
    clinic = example.hiding_clinic()
    ids = [line.person_id for line in clinic.tally.lines]
    index, people = index_page(clinic), people_list_page(clinic)
    assert not [person_id for person_id in ids if person_id in index]
    assert "people/" not in re.sub(r"<code>.*?</code>", "", index)
    assert 'href="people.html"' in index
    for line in clinic.tally.lines:
        assert line.person_id in people
        assert f"people/{line.file_name}" in people


def test_how_many_have_a_page_is_not_said_because_it_may_be_everyone() -> None:
    clinic = example.hiding_clinic()
    lines = clinic.ordered()
    assert len(lines) > 1
    clinic.tally.lines = lines[:1]
    of_one = index_page(clinic)
    clinic.tally.lines = lines
    assert index_page(clinic) == of_one


def test_without_a_smallest_cell_the_page_shows_all_and_hides_nothing() -> None:
    html = index_page(example.clinic())
    assert "hidden”" not in html
    assert 'href="people.html"' not in html


def test_the_summary_for_the_terminal_hides_the_same_counts() -> None:
    assert summary_table(example.hiding_clinic()).rows[0][1:4] == ("<5", "<5", "<5")


def test_of_more_people_than_stand_on_the_page_it_says_how_many_there_are() -> None:
    clinic = example.clinic()
    clinic.tally.lines = clinic.ordered()[:2]
    assert "2 of 9 people with a pain condition stand here" in Page(index_page(clinic)).text
