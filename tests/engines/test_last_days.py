"""The last day of each person's records is the plain form's, over odd and random people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date

import pytest

from assuage.dates import PartialDate, Precision
from assuage.engines.dialects.duckdb import DuckDBBackend
from assuage.records.history import History
from assuage.records.rows import TABLES, EndRule, Row
from assuage.trials.tabular.known import reviewed_people
from assuage.trials.tabular.last_days import last_days
from engines.crowds import crowd, renamed, tables_of
from engines.odd_people import odd_people

LATE = PartialDate(date(2031, 5, 1), Precision.MONTH)


@pytest.fixture(scope="module")
def people() -> list[History]:
    odd = [renamed(person, f"odd-{number:02}") for number, person in enumerate(odd_people())]
    return odd + [person for some in crowd(11, 300).values() for person in some]


def test_everyone_is_reviewed_as_of_their_own_last_day(people: list[History]) -> None:
    found = reviewed_people(tables_of(people, DuckDBBackend().connect()), None).to_pyarrow().to_pylist()
    told = {row["person_id"]: date.fromordinal(row["as_of"]) for row in found}
    expected = {person.person.person_id: person.last_date() or date.min for person in people}
    assert told == {person: expected[person] for person in told}
    assert len(told) > 250


def with_one_late_date(row: Row) -> Iterator[Row]:
    """The row, each time with another of its dates later than all else that is on record."""
    for each in fields(row):
        if "PartialDate" in str(each.type):
            yield replace(row, **{each.name: LATE})


def each_with_one_late_date(people: list[History]) -> Iterator[History]:
    """People of one record each: of every table, with every date of it late, and by every rule of ends."""
    for table in set(TABLES) - {"person"}:
        whose = next(one for one in people if getattr(one, table))
        row = getattr(whose, table)[0]
        rows = [replace(row, end_rule=rule) for rule in EndRule] if table == "exposure" else [row]
        nothing = {other: () for other in TABLES if other != "person"}
        for late in (late for each in rows for late in with_one_late_date(each)):
            yield replace(whose, **{**nothing, table: (late,)})


def test_every_date_counts_as_it_does_in_the_plain_form(people: list[History]) -> None:
    found = each_with_one_late_date(people)
    late = [renamed(one, f"late-{number:02}") for number, one in enumerate(found)]
    tables = tables_of(late, DuckDBBackend().connect())
    told = last_days(tables, tables["person"]).to_pyarrow().to_pylist()
    days = {row["person_id"]: date.fromordinal(row["last_day"]) for row in told}
    plain = {one.person.person_id: one.last_date() for one in late}
    assert days == {person: day for person, day in plain.items() if day is not None}
    assert len(set(TABLES)) < sum(day == LATE.last for day in days.values()) < len(late)


def test_a_given_day_is_everyones(people: list[History]) -> None:
    tables = tables_of(people[:3], DuckDBBackend().connect())
    days = reviewed_people(tables, date(2021, 5, 6)).to_pyarrow()["as_of"].to_pylist()
    assert set(days) == {date(2021, 5, 6).toordinal()}
