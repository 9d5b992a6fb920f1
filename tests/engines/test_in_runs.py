"""Very many people are reviewed run after run: the same rows as all at once."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from assuage.engines.cohort import review_tables
from assuage.engines.dialects.duckdb import DuckDBBackend
from assuage.engines.in_runs import write_review
from assuage.report.result_tables import RESULT_SCHEMAS
from engines.crowds import tables_of
from engines.test_order_and_threads import AS_OF, people

PEOPLE, AT_ONCE = 60, 25


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The files of both ways, and what was said of the progress in runs."""
    review = partial(review_tables, as_of=AS_OF, market="US")
    histories, told = people(31, PEOPLE), []
    files = {}
    for at_once in (AT_ONCE, 10 * PEOPLE):
        folder: Path = tmp_path_factory.mktemp("results")
        said = told.append if at_once == AT_ONCE else print
        tables = tables_of(histories, DuckDBBackend().connect())
        files[at_once] = write_review(
            tables, review, folder, folder, lambda *step, said=said: said(step), people_at_once=at_once
        )
    return files[AT_ONCE], files[10 * PEOPLE], told


def rows_of(file: Path) -> list[str]:
    return sorted(map(repr, pq.read_table(file).to_pylist()))


def test_both_ways_write_the_same_rows(written):
    in_runs, at_once, _ = written
    assert in_runs.keys() == at_once.keys()
    for table, file in in_runs.items():
        assert rows_of(file) == rows_of(at_once[table]), table
        assert rows_of(file) or table == "flags"


def test_files_have_the_same_columns_and_the_runs_leave_none_behind(written):
    in_runs, _, _ = written
    for table, file in in_runs.items():
        if table in RESULT_SCHEMAS:
            assert pq.read_schema(file).equals(RESULT_SCHEMAS[table])
    folder = in_runs["people"].parent
    assert sorted(folder.glob("**/*.parquet")) == sorted(in_runs.values())


def test_progress_goes_on_from_run_to_run(written):
    in_runs, _, told = written
    done = [step[1] for step in told]
    assert done == sorted(done)
    assert len({step[2] for step in told}) == 1
    assert told[-1][1] == told[-1][2]
    assert told[-1][2] >= 2 * len(in_runs)
