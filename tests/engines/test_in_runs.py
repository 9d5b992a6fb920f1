"""Very many people are reviewed in runs, two at a time: the same rows as all at once."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from assuage.codes.conditions import concepts, pain_conditions
from assuage.engines.cohort import review_tables
from assuage.engines.duckdb import connected, folder_tables
from assuage.engines.in_runs import Stored, write_review
from assuage.records.history import History
from assuage.records.reading import no_progress
from assuage.report.result_tables import RESULT_SCHEMAS
from engines.crowds import renamed, written
from engines.test_order_and_threads import AS_OF, people

REVIEW = partial(review_tables, as_of=AS_OF, market="US")


def well(history: History) -> History:
    """Somebody with the same records, whose diagnoses are of something else than pain."""
    another = min(set(concepts()) - pain_conditions())
    diagnoses = tuple(replace(row, condition=another) for row in history.condition)
    return renamed(replace(history, condition=diagnoses), f"{history.person.person_id}-well")


PEOPLE = [*people(31, 60), *map(well, people(31, 60)[::4])]
IN_PAIN = sorted(
    one.person.person_id for one in PEOPLE if {row.condition for row in one.condition} & pain_conditions()
)


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    return written(PEOPLE, tmp_path_factory.mktemp("records"))


def stored(folder: Path, *, most: int, fewest: int = 1, threads: int = 2) -> Stored:
    return Stored(folder, None, threads=threads, most_people=most, fewest_people=fewest)


def write(lying: Stored, folder: Path, progress=no_progress) -> dict[str, Path]:
    tables = folder_tables(connected(folder, 2), lying.folder)
    return write_review(tables, lying, REVIEW, folder, folder, progress)


@pytest.fixture(scope="module")
def in_runs(records, tmp_path_factory):
    """The files of a review in runs, and what was said of its progress."""
    told = []
    files = write(
        stored(records, most=40), tmp_path_factory.mktemp("in-runs"), lambda *step: told.append(step)
    )
    return files, told


def rows_of(file: Path) -> list[str]:
    return sorted(map(repr, pq.read_table(file).to_pylist()))


def test_both_ways_write_the_same_rows(records, in_runs, tmp_path):
    files, _ = in_runs
    at_once = write(stored(records, most=1000, threads=1), tmp_path)
    assert files.keys() == at_once.keys()
    for table, file in files.items():
        assert rows_of(file) == rows_of(at_once[table]), table
        assert rows_of(file) or table == "flags"


def test_files_have_the_same_columns_and_the_runs_leave_none_behind(in_runs):
    files, _ = in_runs
    for table, file in files.items():
        if table in RESULT_SCHEMAS:
            assert pq.read_schema(file).equals(RESULT_SCHEMAS[table])
    folder = files["people"].parent
    assert sorted(folder.glob("**/*.parquet")) == sorted(files.values())


def test_progress_goes_on_from_run_to_run(in_runs):
    _, told = in_runs
    assert [step[1] for step in told] == [0, 1, 2]
    assert {step[2] for step in told} == {2}


@pytest.mark.parametrize("threads", [1, 2, 8])
@pytest.mark.parametrize("most", [1, 7, 30, 59, 1000])
def test_everyone_is_in_one_run_and_none_is_too_large(records, most, threads):
    runs = stored(records, most=most, threads=threads).runs()
    in_runs = [[one for one in IN_PAIN if run.first_id <= one <= run.last_id] for run in runs]
    assert [one for run in in_runs for one in run] == IN_PAIN
    assert [run.count for run in runs] == list(map(len, in_runs))
    assert max(map(len, in_runs)) <= most
    assert 40 < len(IN_PAIN) < len(PEOPLE)


def test_few_people_are_one_run_and_nobody_is_none(records, tmp_path):
    half = len(IN_PAIN) // 2
    assert len(stored(records, most=1000, fewest=half).runs()) == 2
    assert len(stored(records, most=1000, fewest=half + 1).runs()) == 1
    assert not stored(written([], tmp_path), most=1000).runs()


def test_people_in_the_buckets_of_an_ingest_are_found_like_those_in_one_file(records, tmp_path):
    (tmp_path / "condition").mkdir()
    rows = pq.read_table(records / "condition.parquet")
    half = rows.num_rows // 2
    for number, part in enumerate((rows.slice(half), rows.slice(0, half))):
        pq.write_table(part, tmp_path / "condition" / f"{number:02}.parquet")
    assert stored(tmp_path, most=10).runs() == stored(records, most=10).runs()


def test_what_fails_in_a_run_is_told_as_if_it_had_failed_here(records, tmp_path):
    folder = tmp_path / "records"
    folder.mkdir()
    for file in records.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    lying = stored(folder, most=40)
    tables = folder_tables(connected(tmp_path, 2), folder)
    (folder / "score.parquet").write_bytes(b"PAR1 no more")
    with pytest.raises(duckdb.Error):
        write_review(tables, lying, REVIEW, tmp_path, tmp_path, no_progress)
