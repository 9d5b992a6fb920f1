"""The last day of each person's records is the plain form's, over odd and random people."""

from __future__ import annotations

from datetime import date

import pytest

from assuage.engines.dialects.duckdb import DuckDBBackend
from assuage.records.history import History
from assuage.trials.tabular.known import reviewed_people
from engines.crowds import crowd, renamed, tables_of
from engines.odd_people import odd_people


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


def test_a_given_day_is_everyones(people: list[History]) -> None:
    tables = tables_of(people[:3], DuckDBBackend().connect())
    days = reviewed_people(tables, date(2021, 5, 6)).to_pyarrow()["as_of"].to_pylist()
    assert set(days) == {date(2021, 5, 6).toordinal()}
