"""The cohort engine's rows are the plain review's rows on PostgreSQL too."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date

import ibis
import pytest

from assuage.engines.cohort import review_tables
from assuage.engines.dialects.duckdb import DuckDBBackend
from assuage.engines.postgres_connection import connected
from assuage.records.history import History
from engines.column_tests import ColumnTests
from engines.crowds import crowd, renamed, tables_of
from engines.odd_flags import odd_flags, resistant_but_flagged
from engines.odd_people import odd_people
from engines.postgres_server import PostgresServer
from engines.questions import QUESTIONS, VALUES
from engines.test_cohort_equals_plain import (
    KEYS,
    MARKET,
    BothForms,
    assert_same_rows,
    cohort_rows,
    plain_rows,
)

pytestmark = pytest.mark.engine_postgres

AS_OF = date(2024, 2, 29)


@pytest.fixture(scope="module")
def backend(postgres: PostgresServer) -> Iterator[ibis.BaseBackend]:
    with connected(postgres.conninfo()) as backend:
        yield backend


def both_forms(postgres: PostgresServer, people: list[History], as_of: date) -> BothForms:
    with connected(postgres.conninfo()) as backend:
        reviewed = review_tables(tables_of(people, backend), as_of=as_of, market=MARKET)
        return BothForms(plain_rows(people, as_of), cohort_rows(reviewed))


@pytest.fixture(scope="module")
def forms(postgres: PostgresServer) -> BothForms:
    drawn = [*odd_people(), *resistant_but_flagged(), *odd_flags()[::60]]
    odd = [renamed(person, f"odd-{number:03}") for number, person in enumerate(drawn)]
    return both_forms(postgres, crowd(2024, 200)[AS_OF] + odd, AS_OF)


@pytest.mark.parametrize("table", KEYS)
def test_both_forms_give_the_same_rows(forms: BothForms, table: str) -> None:
    assert_same_rows(table, forms)


def test_the_crowd_is_large_enough_to_differ(forms: BothForms) -> None:
    assert len(forms.plain["people"]) >= 60
    assert len({row["code"] for row in forms.plain["judgements"].values()}) >= 10


@pytest.mark.long
def test_both_forms_give_the_same_rows_of_a_thousand_people(postgres: PostgresServer) -> None:
    for as_of, people in crowd(11, 1_000).items():
        each = both_forms(postgres, people, as_of)
        for table in KEYS:
            assert_same_rows(table, each)


class TestColumns(ColumnTests):
    """On PostgreSQL."""


@pytest.mark.parametrize("question", QUESTIONS)
def test_postgresql_answers_as_duckdb_does(backend: ibis.BaseBackend, question: str) -> None:
    asked = QUESTIONS[question](ibis.memtable(VALUES)).order_by("place")
    assert backend.to_pyarrow(asked).to_pylist() == DuckDBBackend().connect().to_pyarrow(asked).to_pylist()


def test_a_number_is_read_out_of_text_only_where_one_is_written(backend: ibis.BaseBackend) -> None:
    rows = ibis.memtable(VALUES)
    found = backend.to_pyarrow(
        rows.select("place", a=rows.written.strip().try_cast("float64")).order_by("place")
    )
    assert found["a"].to_pylist() == [1.5, 2000.0, *[None] * 7, -0.5, None, None]


def test_nothing_but_what_is_temporary_is_made(postgres: PostgresServer) -> None:
    count = "SELECT count(*), max(oid) FROM pg_class WHERE relpersistence <> 't'"
    with postgres.superuser() as connection:
        before = connection.execute(count).fetchone()
        with connected(postgres.conninfo()) as backend:
            tables = tables_of(crowd(5, 20)[AS_OF], backend)
            tables["person"].mutate(one=1).cache()
            backend.create_view("seen", tables["person"])
            assert connection.execute(count).fetchone() == before
        left = "SELECT count(*) FROM pg_class WHERE relpersistence = 't' AND relname IN ('person', 'seen')"
        # the server tidies up behind a connection that has ended, in its own time
        assert any(connection.execute(left).fetchone() == (0,) or time.sleep(0.1) for _ in range(100))
