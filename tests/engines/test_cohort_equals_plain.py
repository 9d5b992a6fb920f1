"""The cohort engine's rows are the plain review's rows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import pytest

from assuage.engines.cohort import ReviewTables, review_tables
from assuage.records.history import History
from assuage.report.result_tables import result_rows
from assuage.resistance.definitions import DEFINITIONS
from assuage.workflows.person import review_person
from engines.crowds import crowd, renamed, shuffled_tables, tables_of
from engines.odd_people import odd_people

MARKET = "US"
Row = dict[str, Any]
KEYS = {
    "people": ("person_id",),
    "trials": ("person_id", "trial_id"),
    "judgements": ("person_id", "trial_id", "definition"),
    "findings": ("person_id", "condition", "definition", "criterion"),
    "verdicts": ("person_id", "condition", "definition"),
}
NOT_YET = {"findings": {"reason_values", "evidence"}}
"""Columns of the plain review that the cohort's tables do not have."""


@dataclass(frozen=True)
class BothForms:
    """The rows of one crowd in both forms: by table, by key."""

    plain: dict[str, dict[tuple[str, ...], Row]]
    cohort: dict[str, dict[tuple[str, ...], Row]]


def by_key(table: str, rows: Iterable[Row]) -> dict[tuple[str, ...], Row]:
    found = list(rows)
    keyed = {tuple(row[part] for part in KEYS[table]): row for row in found}
    assert len(keyed) == len(found), f"{table}: one row for each key"
    return keyed


def in_comparable_form(row: Row) -> Row:
    """Reason values as a dictionary, and what is missing in one order."""
    compared = dict(row)
    if isinstance(row.get("reason_values"), str):
        compared["reason_values"] = json.loads(row["reason_values"])
    if "missing" in row:
        compared["missing"] = sorted(row["missing"])
    return compared


def plain_rows(people: Iterable[History], as_of: date) -> dict[str, dict[tuple[str, ...], Row]]:
    rows: dict[str, list[Row]] = {table: [] for table in KEYS}
    for history in people:
        told = result_rows(review_person(history, as_of=as_of, market=MARKET))
        for table in KEYS:
            rows[table] += told[table]
    rows["findings"] = [row for row in rows["findings"] if row["definition"] in DEFINITIONS]
    return {table: by_key(table, map(in_comparable_form, found)) for table, found in rows.items()}


def cohort_rows(tables: ReviewTables) -> dict[str, dict[tuple[str, ...], Row]]:
    return {
        table: by_key(table, map(in_comparable_form, getattr(tables, table).to_pyarrow().to_pylist()))
        for table in KEYS
    }


def both_forms(people: list[History], as_of: date) -> BothForms:
    tables = tables_of(people, ibis.duckdb.connect())
    reviewed = review_tables(tables, as_of=as_of, market=MARKET)
    return BothForms(plain_rows(people, as_of), cohort_rows(reviewed))


def assert_same_rows(table: str, forms: BothForms) -> None:
    plain, cohort = forms.plain[table], forms.cohort[table]
    assert plain.keys() == cohort.keys()
    left_out = NOT_YET.get(table, set())
    for key, row in plain.items():
        expected = {name: value for name, value in row.items() if name not in left_out}
        assert cohort[key] == expected, f"{table} of {key}"


def assert_same_verdicts(forms: BothForms) -> None:
    """A verdict that is held back reads unknown in the plain form, and met in the cohort's."""
    assert forms.plain["verdicts"].keys() == forms.cohort["verdicts"].keys()
    for key, row in forms.plain["verdicts"].items():
        told = forms.cohort["verdicts"][key]
        if row["held_back_by"] and told["verdict"] == "met":
            told = told | {"verdict": "unknown"}
        assert told | {"held_back_by": row["held_back_by"]} == row, f"verdict of {key}"


@pytest.fixture(scope="module")
def forms() -> BothForms:
    as_of = date(2024, 2, 29)
    odd = [renamed(person, f"odd-{number:02}") for number, person in enumerate(odd_people())]
    return both_forms(crowd(2024, 480)[as_of] + odd, as_of)


@pytest.mark.parametrize("table", ["people", "trials", "judgements", "findings"])
def test_both_forms_give_the_same_rows(forms: BothForms, table: str) -> None:
    assert_same_rows(table, forms)


def test_both_forms_give_the_same_verdicts(forms: BothForms) -> None:
    assert_same_verdicts(forms)


def test_the_crowd_brings_out_what_the_forms_could_differ_in(forms: BothForms) -> None:
    """Else the tests above would hold nothing."""
    trials = forms.plain["trials"].values()
    assert {row["end_rule"] for row in trials} == {"stated", "supplied", "ongoing", "active_order", "unknown"}
    assert {row["indication"] for row in trials} == {"stated", "presumed", "unknown"}
    assert max(len(row["dose_steps"]) for row in trials) >= 3
    assert any(row["start"] is None for row in trials)
    assert {len(row["start"]) for row in trials if row["start"]} == {4, 7, 10}
    codes = Counter(row["code"] for row in forms.plain["judgements"].values())
    assert len(codes) >= 12
    assert {row["verdict"] for row in forms.plain["verdicts"].values()} == {"met", "not_met", "unknown"}


@pytest.mark.long
@pytest.mark.parametrize("seed", range(5))
def test_both_forms_give_the_same_rows_of_ten_thousand_people(seed: int) -> None:
    for as_of, people in crowd(seed, 2_000).items():
        each = both_forms(people, as_of)
        for table in ("people", "trials", "judgements", "findings"):
            assert_same_rows(table, each)
        assert_same_verdicts(each)


@pytest.mark.long
@pytest.mark.parametrize("threads", [1, 2, 8])
def test_neither_the_order_of_records_nor_the_number_of_threads_changes_a_row(threads: int) -> None:
    as_of = date(2024, 2, 29)
    people = crowd(7, 800)[as_of]
    connection = ibis.duckdb.connect()
    connection.raw_sql(f"SET threads = {threads}")
    told = review_tables(shuffled_tables(people, connection), as_of=as_of, market=MARKET)
    assert cohort_rows(told) == cohort_rows(
        review_tables(tables_of(people, ibis.duckdb.connect()), as_of=as_of, market=MARKET)
    )
