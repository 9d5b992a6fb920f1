"""Which engine a source is opened for, and what is read where it lies."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from assuage.errors import UnreadableInput, UsageError
from assuage.records.ingest import ingest
from assuage.records.reading import no_progress
from assuage.workflows import opening
from assuage.workflows.asking import Engine
from assuage.workflows.opening import Reading, opened
from formats.made_up_people import some_people
from formats.write_fhir import write_ndjson

IN_PAIN = 6


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_ndjson(tmp_path_factory.mktemp("source") / "export", some_people(IN_PAIN))


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
        assert found.people_read == IN_PAIN


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
    assert len([row for row in rows[0] if row["start"] == date(2001, 2, 3)]) == IN_PAIN


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
