"""The cohort engine's rows are the plain review's rows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from assuage.engines.cohort import ReviewTables, review_tables
from assuage.engines.dialects.duckdb import DuckDBBackend
from assuage.records.history import History
from assuage.report.result_tables import result_rows
from assuage.workflows.person import review_person
from engines import odd_flags_more
from engines.crowds import crowd, renamed, shuffled_tables, tables_of
from engines.odd_flags import odd_flags, resistant_but_flagged
from engines.odd_people import odd_people

MARKET = "US"
Row = dict[str, Any]
Key = tuple[Any, ...]
KEYS = {
    "people": ("person_id",),
    "trials": ("person_id", "trial_id"),
    "judgements": ("person_id", "trial_id", "definition"),
    "findings": ("person_id", "condition", "definition", "criterion"),
    "verdicts": ("person_id", "condition", "definition"),
    "flags": ("person_id", "flag", "condition", "reason_values"),
}


@dataclass(frozen=True)
class BothForms:
    """The rows of one crowd in both forms: by table, by key."""

    plain: dict[str, dict[Key, Row]]
    cohort: dict[str, dict[Key, Row]]


def by_key(table: str, rows: Iterable[Row]) -> dict[Key, Row]:
    found = list(rows)
    keyed = {tuple(_as_key(row[part]) for part in KEYS[table]): row for row in found}
    assert len(keyed) == len(found), f"{table}: one row for each key"
    return keyed


def _as_key(value: Any) -> Any:
    """Some flags differ in the values of their reason alone."""
    return tuple(sorted(value.items())) if isinstance(value, dict) else value


def in_comparable_form(row: Row) -> Row:
    """Reason values as a dictionary, and what is missing in one order."""
    compared = dict(row)
    if isinstance(row.get("reason_values"), str):
        compared["reason_values"] = json.loads(row["reason_values"])
    if "missing" in row:
        compared["missing"] = sorted(row["missing"])
    return compared


def plain_rows(people: Iterable[History], as_of: date) -> dict[str, dict[Key, Row]]:
    rows: dict[str, list[Row]] = {table: [] for table in KEYS}
    for history in people:
        told = result_rows(review_person(history, as_of=as_of, market=MARKET))
        for table in KEYS:
            rows[table] += told[table]
    return {table: by_key(table, map(in_comparable_form, found)) for table, found in rows.items()}


def cohort_rows(tables: ReviewTables) -> dict[str, dict[Key, Row]]:
    return {
        table: by_key(table, map(in_comparable_form, getattr(tables, table).to_pyarrow().to_pylist()))
        for table in KEYS
    }


def both_forms(people: list[History], as_of: date) -> BothForms:
    tables = tables_of(people, DuckDBBackend().connect())
    reviewed = review_tables(tables, as_of=as_of, market=MARKET)
    return BothForms(plain_rows(people, as_of), cohort_rows(reviewed))


def assert_same_rows(table: str, forms: BothForms) -> None:
    plain, cohort = forms.plain[table], forms.cohort[table]
    assert plain.keys() == cohort.keys()
    for key, row in plain.items():
        assert cohort[key] == row, f"{table} of {key}"


@pytest.fixture(scope="module")
def forms() -> BothForms:
    as_of = date(2024, 2, 29)
    drawn = [*odd_people(), *resistant_but_flagged(), *odd_flags()[::25], *odd_flags_more.odd_people()[::25]]
    odd = [renamed(person, f"odd-{number:03}") for number, person in enumerate(drawn)]
    return both_forms(crowd(2024, 480)[as_of] + odd, as_of)


@pytest.mark.parametrize("table", KEYS)
def test_both_forms_give_the_same_rows(forms: BothForms, table: str) -> None:
    assert_same_rows(table, forms)


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


def test_the_crowd_brings_out_what_flags_hold_back(forms: BothForms) -> None:
    """Verdicts of every word wait, some for several flags, and some that would be met."""
    waiting = [row for row in forms.plain["verdicts"].values() if row["held_back_by"]]
    assert {row["verdict"] for row in waiting} == {"not_met", "unknown"}
    assert any(row["verdict"] == "unknown" and not row["missing"] for row in waiting)
    assert max(len(row["held_back_by"]) for row in waiting) >= 3
    assert any("medication_overuse" in row["held_back_by"] for row in waiting)
    flags = forms.plain["flags"].values()
    assert {row["urgency"] for row in flags} == {"urgent", "look", "note"}
    assert {row["state"] for row in flags} == {"open", "worked_up", "resolved"}
    assert {row["flag"] for row in flags} >= {"suicidality", "low_sodium", "older_onset"}


@pytest.mark.long
@pytest.mark.parametrize("seed", range(5))
def test_both_forms_give_the_same_rows_of_ten_thousand_people(seed: int) -> None:
    for as_of, people in crowd(seed, 2_000).items():
        each = both_forms(people, as_of)
        for table in KEYS:
            assert_same_rows(table, each)


@pytest.mark.long
@pytest.mark.parametrize("threads", [1, 2, 8])
def test_neither_the_order_of_records_nor_the_number_of_threads_changes_a_row(threads: int) -> None:
    as_of = date(2024, 2, 29)
    people = crowd(7, 800)[as_of]
    connection = DuckDBBackend().connect()
    connection.raw_sql(f"SET threads = {threads}")
    told = review_tables(shuffled_tables(people, connection), as_of=as_of, market=MARKET)
    assert cohort_rows(told) == cohort_rows(
        review_tables(tables_of(people, DuckDBBackend().connect()), as_of=as_of, market=MARKET)
    )
