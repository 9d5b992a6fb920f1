"""Which engine a source is opened for, and what is read where it lies."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from assuage.engines.duckdb import table_files
from assuage.errors import UnreadableInput, UsageError
from assuage.records.ingest import ingest
from assuage.records.reading import no_progress
from assuage.workflows import opening
from assuage.workflows.asking import Engine
from assuage.workflows.opening import Reading, opened
from formats.made_up_people import FIRST_DAY, OTHER_DIAGNOSES, PAINS, Diagnosis, MadeUpPerson, some_people
from formats.write_fhir import write_ndjson

IN_PAIN, PEOPLE = 6, 7


def everyone() -> list[MadeUpPerson]:
    """The people in pain, one of them with every pain there is, and somebody with other diagnoses alone."""
    *some, much, none = some_people(PEOPLE)
    pains, others = (
        tuple(Diagnosis(name, code, FIRST_DAY) for name, code in which) for which in (PAINS, OTHER_DIAGNOSES)
    )
    return [*some, replace(much, diagnoses=pains), replace(none, diagnoses=others)]


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_ndjson(tmp_path_factory.mktemp("source") / "export", everyone())


@pytest.fixture
def ingested(export: Path, tmp_path: Path) -> Path:
    ingest(export, tmp_path / "tables")
    return tmp_path / "tables"


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    (tmp_path / "scratch").mkdir()
    return tmp_path / "scratch"


def reading(source: Path, complete_from: date | None = None) -> Reading:
    return Reading(source, None, complete_from, no_progress)


@pytest.mark.parametrize(("from_people", "engine"), [(IN_PAIN, Engine.DUCKDB), (IN_PAIN + 1, Engine.PLAIN)])
@pytest.mark.parametrize("is_ingested", [False, True], ids=["export", "tables"])
def test_the_number_of_people_in_pain_decides_where_nothing_is_asked_for(
    export: Path,
    ingested: Path,
    scratch: Path,
    monkeypatch: pytest.MonkeyPatch,
    from_people: int,
    engine: Engine,
    is_ingested: bool,
) -> None:
    monkeypatch.setattr(opening, "SWITCH_OVER_PEOPLE", from_people)
    source = ingested if is_ingested else export
    with opened(reading(source), Engine.AUTO, scratch, threads=1) as found:
        assert found.engine is engine
        assert (found.tables is None) == (engine is Engine.PLAIN)
        assert found.people_read == PEOPLE


@pytest.mark.parametrize("engine", [Engine.PLAIN, Engine.DUCKDB])
def test_the_engine_that_is_asked_for_is_the_one(export: Path, scratch: Path, engine: Engine) -> None:
    with opened(reading(export), engine, scratch, threads=1) as found:
        assert found.engine is engine


def test_a_folder_of_tables_is_read_where_it_lies_with_the_report_of_its_source(
    export: Path, ingested: Path, scratch: Path
) -> None:
    with opened(reading(ingested), Engine.DUCKDB, scratch, threads=1) as found:
        assert found.folder == ingested
        lines = found.report.lines()
    with opened(reading(export), Engine.DUCKDB, scratch, threads=1) as read:
        assert read.report.lines() == lines


def test_what_is_said_to_be_complete_is_in_the_tables_once_however_they_are_read(
    export: Path, ingested: Path, scratch: Path
) -> None:
    rows = []
    for number, source in enumerate((export, ingested)):
        folder = scratch / str(number)
        folder.mkdir()
        with opened(reading(source, date(2001, 2, 3)), Engine.DUCKDB, folder, threads=1) as found:
            assert found.tables is not None
            rows.append(sorted(found.tables["coverage"].to_pyarrow().to_pylist(), key=repr))
    assert rows[0] == rows[1]
    assert len([row for row in rows[0] if row["start"] == date(2001, 2, 3)]) == PEOPLE


@pytest.mark.parametrize("engine", [Engine.AUTO, Engine.PLAIN])
def test_tables_that_people_are_reviewed_from_one_by_one_are_read_anew_with_what_is_said(
    ingested: Path, scratch: Path, engine: Engine
) -> None:
    with opened(reading(ingested, date(2001, 2, 3)), engine, scratch, threads=1) as found:
        assert found.engine is Engine.PLAIN
        files = table_files(found.folder, "coverage")
        starts = [row["start"] for file in files for row in pq.read_table(file).to_pylist()]
    assert starts.count(date(2001, 2, 3)) == PEOPLE


def work_out_what_can_not_be(source: Path, scratch: Path) -> None:
    with opened(reading(source), Engine.DUCKDB, scratch, threads=1) as found:
        assert found.tables is not None
        ids = found.tables["person"].person_id
        ids.concat(" Quillfeather").cast("int64").to_pyarrow()


def test_an_error_of_the_engine_is_told_without_its_words(export: Path, scratch: Path) -> None:
    with pytest.raises(UnreadableInput, match="could not work with these tables") as told:
        work_out_what_can_not_be(export, scratch)
    assert "Quillfeather" not in str(told.value)
    assert "Quillfeather" in str(told.value.__cause__), "else nothing could be told"


def run_out_of_memory(source: Path, scratch: Path) -> None:
    with opened(reading(source), Engine.DUCKDB, scratch, threads=1):
        raise duckdb.OutOfMemoryException


def test_memory_that_runs_out_is_no_fault_of_the_source(export: Path, scratch: Path) -> None:
    with pytest.raises(duckdb.OutOfMemoryException):
        run_out_of_memory(export, scratch)


def read_what_is_taken_away(ingested: Path, scratch: Path) -> None:
    with opened(reading(ingested), Engine.DUCKDB, scratch, threads=1) as found:
        assert found.tables is not None
        shutil.rmtree(ingested / "exposure")
        found.tables["exposure"].to_pyarrow()


def test_tables_that_vanish_while_they_are_read_are_said_to_be_missing(ingested: Path, scratch: Path) -> None:
    with pytest.raises(UnreadableInput, match="a table is missing or damaged"):
        read_what_is_taken_away(ingested, scratch)


def test_postgresql_is_for_the_url_of_a_server(export: Path, scratch: Path) -> None:
    with (
        pytest.raises(UsageError, match="give the URL"),
        opened(reading(export), Engine.POSTGRESQL, scratch, threads=1),
    ):
        pass
