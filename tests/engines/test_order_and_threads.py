"""The same records give the same rows: in any order, on any number of threads, however often."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from datetime import date

import ibis
import ibis.expr.types as ir
import pytest

from assuage.engines.cohort import review_tables, working_ahead
from assuage.engines.dialects.duckdb import DuckDBBackend
from assuage.records.history import History
from assuage.trials.tabular.assemble import assemble_trials
from assuage.trials.tabular.known import known_by
from engines.crowds import crowd, renamed, shuffled_tables, tables_of
from engines.odd_people import odd_people

AS_OF = date(2024, 2, 29)
REPEATS = 3


def people(seed: int, size: int) -> list[History]:
    odd = [renamed(person, f"odd-{number:02}") for number, person in enumerate(odd_people())]
    return [*crowd(seed, size)[AS_OF], *odd]


def fingerprint(table: ir.Table) -> str:
    """A hash of the rows of a table, in an order of their own."""
    rows = sorted(json.dumps(row, default=str, sort_keys=True) for row in table.to_pyarrow().to_pylist())
    assert rows
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def connection(threads: int) -> ibis.BaseBackend:
    # many small tasks, so that every thread has some
    return DuckDBBackend().connect(threads=threads, preserve_insertion_order=False)


def kept(table: ir.Table) -> ir.Table:
    return table.cache()


def trials_of(tables: dict[str, ir.Table]) -> dict[str, str]:
    found = assemble_trials(tables, known_by(tables, AS_OF, kept), kept)
    return {"trials": fingerprint(found.trials), "steps": fingerprint(found.steps)}


def review_of(tables: dict[str, ir.Table]) -> dict[str, str]:
    with working_ahead(tables):
        told = review_tables(tables, as_of=AS_OF, market="US")
    return {each.name: fingerprint(getattr(told, each.name)) for each in fields(told)}


def test_trials_are_the_same_rows_in_another_order_on_eight_threads():
    histories = people(11, 120)
    expected = trials_of(tables_of(histories, connection(1)))
    assert trials_of(shuffled_tables(histories, connection(8))) == expected


@pytest.mark.long
@pytest.mark.parametrize("threads", [1, 2, 8])
def test_a_review_is_the_same_rows_in_any_order_on_any_number_of_threads_each_time(threads):
    histories = people(12, 800)
    expected = review_of(tables_of(histories, connection(1)))
    for _ in range(REPEATS):
        assert review_of(shuffled_tables(histories, connection(threads))) == expected
