"""Fences change no row; they stand where a long expression would be worked out more than once."""

# ruff: noqa: S608 -- the queries are put together here
from __future__ import annotations

import duckdb
import pytest
import sqlglot as sg

from assuage.engines.dialects.fences import fenced

LONG = "CASE WHEN dose > 100 THEN dose * 2 + 1 ELSE dose * 3 - 1 END AS total, day"
SUPPLIES = "(VALUES (1, 50), (2, 100), (3, 300)) AS supplies(day, dose)"
FENCE = "OFFSET 0"

TWICE = {
    "in what is chosen": f"SELECT t.total + t.total AS sum FROM (SELECT {LONG} FROM {SUPPLIES}) AS t",
    "in a condition": f"SELECT t.total FROM (SELECT {LONG} FROM {SUPPLIES}) AS t WHERE t.total > 150",
    "in an order": f"SELECT t.total FROM (SELECT {LONG} FROM {SUPPLIES}) AS t ORDER BY t.total",
    "in groups": (
        f"SELECT t.total, count(*) AS n FROM (SELECT {LONG} FROM {SUPPLIES}) AS t GROUP BY t.total"
    ),
    "in a join": (
        f"SELECT t.total FROM (SELECT {LONG} FROM {SUPPLIES}) AS t "
        f"JOIN (SELECT dose FROM {SUPPLIES}) AS u ON t.total > u.dose"
    ),
    "on the other side of a join": (
        f"SELECT u.total, u.total + 1 AS more FROM (SELECT dose FROM {SUPPLIES}) AS t "
        f"JOIN (SELECT {LONG} FROM {SUPPLIES}) AS u ON t.dose = u.day * 100"
    ),
    "two levels down": (
        f"SELECT s.sum FROM (SELECT t.total + t.total AS sum FROM (SELECT {LONG} FROM {SUPPLIES}) AS t) AS s"
    ),
}

ONCE_OR_WORKED_OUT_ANYWAY = {
    "named once": f"SELECT t.total FROM (SELECT {LONG} FROM {SUPPLIES}) AS t",
    "another column twice": f"SELECT t.total, t.day + t.day AS s FROM (SELECT {LONG} FROM {SUPPLIES}) AS t",
    "once on each side of a join": (
        f"SELECT t.total, u.total AS other FROM (SELECT {LONG} FROM {SUPPLIES}) AS t "
        f"JOIN (SELECT {LONG} FROM {SUPPLIES}) AS u ON t.day = u.day"
    ),
    "short": f"SELECT t.more + t.more AS s FROM (SELECT dose + 1 AS more FROM {SUPPLIES}) AS t",
    "distinct": f"SELECT t.total + t.total AS s FROM (SELECT DISTINCT {LONG} FROM {SUPPLIES}) AS t",
    "some rows only": (
        f"SELECT t.total + t.total AS s FROM (SELECT {LONG} FROM {SUPPLIES} ORDER BY day OFFSET 1) AS t"
    ),
}


def rows_of(query: str) -> list[tuple]:
    with duckdb.connect() as connection:
        return sorted(connection.execute(query).fetchall())


def with_fences(query: str) -> str:
    return fenced(sg.parse_one(query, dialect="postgres")).sql(dialect="postgres")


@pytest.mark.parametrize("query", TWICE.values(), ids=TWICE)
def test_a_long_expression_that_is_named_twice_stands_behind_one_fence(query):
    found = with_fences(query)
    assert found.count(FENCE) == 1
    assert rows_of(found) == rows_of(query)


@pytest.mark.parametrize("query", ONCE_OR_WORKED_OUT_ANYWAY.values(), ids=ONCE_OR_WORKED_OUT_ANYWAY)
def test_what_is_worked_out_once_anyway_has_no_fence(query):
    found = with_fences(query)
    assert FENCE not in found
    assert rows_of(found) == rows_of(query)
