"""A CDM in a PostgreSQL server: the rows and the report of its files, and a clear word when it fails."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from assuage.codes.conditions import pain_conditions
from assuage.engines.servers import DatabaseUrl, is_database_url, opened_cdm
from assuage.errors import UnreadableInput, UsageError
from assuage.records.omop import read_omop
from assuage.records.omop.reader import cdm_tables, read_cdm
from assuage.records.read_report import ReadReport
from assuage.records.rows import TABLES
from assuage.records.store import TableWriter
from assuage.synth import write
from engines.postgres_server import PASSWORD, READER, PostgresServer, cdm_in

pytestmark = pytest.mark.engine_postgres

COMPLETE_FROM = date(2015, 1, 1)
Rows = dict[str, list[str]]


@dataclass(frozen=True)
class Read:
    """What a reading gave: rows by table, each as text, and the report's lines without their examples."""

    rows: Rows
    lines: list[tuple[Any, ...]]


def lines(report: ReadReport) -> list[tuple[Any, ...]]:
    return [(line.record_type, line.read, line.skipped, line.reason) for line in report.lines()]


def in_order(table: pa.Table) -> list[str]:
    return sorted(map(repr, table.to_pylist()))


def read_into(folder: Path, read: Callable[[TableWriter, ReadReport], None]) -> Read:
    folder.mkdir()
    report = ReadReport()
    with TableWriter(folder) as sink:
        read(sink, report)
    return Read({name: in_order(pq.read_table(folder / f"{name}.parquet")) for name in TABLES}, lines(report))


@pytest.fixture(scope="module", autouse=True)
def password() -> Iterator[None]:
    """As a user gives it: in the environment, never in the URL."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGPASSWORD", PASSWORD)
        yield


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("made") / "up"
    write(60, 7, "omop", out)
    return out / "records"


@pytest.fixture(scope="module")
def tables(files: Path) -> Mapping[str, pa.Table]:
    return cdm_in(files)


@pytest.fixture(scope="module")
def from_files(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Read:
    out = tmp_path_factory.mktemp("out") / "tables"
    return read_into(out, lambda sink, report: read_omop(files, sink, report, complete_from=COMPLETE_FROM))


@pytest.fixture(scope="module")
def cdm(postgres: PostgresServer, tables: Mapping[str, pa.Table]) -> PostgresServer:
    """A server with the made-up people in the schema `cdm`, and the same all in text in `texts`."""
    postgres.load("cdm", tables)
    postgres.load("texts", {name: as_text(table) for name, table in tables.items()})
    return postgres


def as_text(table: pa.Table) -> pa.Table:
    return pa.table({name: pc.cast(table[name], pa.string()) for name in table.column_names})


def url(server: PostgresServer, schema: str = "cdm", user: str = READER) -> DatabaseUrl:
    return DatabaseUrl.parse(f"{server.conninfo(user)}&schema={schema}")


def from_server(place: DatabaseUrl, folder: Path) -> Read:
    with opened_cdm(place) as found:
        return read_into(
            folder, lambda sink, report: read_cdm(found, sink, report, complete_from=COMPLETE_FROM)
        )


# ---------------------------------------------------------------- what is read


def test_a_server_gives_the_rows_and_the_report_of_the_files(cdm, from_files, tmp_path):
    told = from_server(url(cdm), tmp_path / "tables")
    assert told.rows == from_files.rows
    assert told.lines == from_files.lines
    assert sum(map(len, told.rows.values())) > 500


def test_columns_all_in_text_give_the_same(cdm, from_files, tmp_path):
    assert from_server(url(cdm, "texts"), tmp_path / "tables").rows == from_files.rows


def test_only_people_in_pain_are_kept_in_the_server_and_every_row_is_counted(cdm, from_files):
    report = ReadReport()
    with opened_cdm(url(cdm)) as found:
        kept = cdm_tables(found, report, complete_from=COMPLETE_FROM)
        rows = {name: table.to_pyarrow() for name, table in kept.items()}
    assert lines(report) == from_files.lines
    conditions = rows["condition"].to_pylist()
    in_pain = {row["person_id"] for row in conditions if row["condition"] in pain_conditions()}
    assert set(rows["person"]["person_id"].to_pylist()) == in_pain
    assert 0 < len(in_pain) < len(from_files.rows["person"])
    for name, table in rows.items():
        chosen = [row for row in from_files.rows[name] if person_of(row) in in_pain]
        assert in_order(table) == chosen, name


def person_of(row: str) -> str:
    return row.split("'person_id': '")[1].split("'")[0]


def test_a_cdm_without_drug_strength_is_read_and_the_report_says_what_is_missing(cdm, tables, tmp_path):
    cdm.load("strengthless", {name: table for name, table in tables.items() if name != "drug_strength"})
    told = from_server(url(cdm, "strengthless"), tmp_path / "tables")
    assert told.rows["exposure"]
    reasons = [line[3] for line in told.lines if line[0] == "drug_strength"]
    assert reasons == ["the table is missing: strengths come only from printed drug names"]


def held(place: DatabaseUrl) -> dict[str, tuple[int, frozenset[str]]]:
    """Each table that is found and used, with its number of rows and its columns."""
    with opened_cdm(place) as found:
        return {name: (table.rows, table.columns) for name, table in found.tables.items() if table.columns}


def test_vocabularies_may_lie_in_a_second_schema(cdm, tables):
    vocabulary = {"concept", "concept_ancestor", "drug_strength"}
    cdm.load("people", {name: table for name, table in tables.items() if name not in vocabulary})
    cdm.load("words", {name: table for name, table in tables.items() if name in vocabulary})
    assert held(url(cdm, "people,words")) == held(url(cdm))


def test_names_may_be_in_capitals_and_tables_that_are_not_used_need_no_right(cdm, tables):
    cdm.load("capitals", {f'"{name.upper()}"': table for name, table in tables.items()})
    cdm.do("CREATE TABLE capitals.note (note_text text)")
    assert held(url(cdm, "capitals")) == held(url(cdm))


def test_a_role_that_is_read_only_by_default_is_enough(cdm):
    with configured(cdm, "default_transaction_read_only = on"), opened_cdm(url(cdm)) as found:
        persons = found.backend.table("cdm_person")
        assert persons.cache().count().execute() == found.tables["person"].rows > 0


# ---------------------------------------------------------------- what goes wrong


class configured:  # noqa: N801 -- reads as a word of the test
    """The reader's settings on the server, until the block ends."""

    def __init__(self, server: PostgresServer, *settings: str) -> None:
        self.server, self.settings = server, settings

    def __enter__(self) -> None:
        self.server.do(*(f"ALTER ROLE {READER} SET {setting}" for setting in self.settings))

    def __exit__(self, *_: object) -> None:
        self.server.do(f"ALTER ROLE {READER} RESET ALL")


def failure(place: DatabaseUrl, **asked: Any) -> str:
    """What is said, which is whole and holds no password and no id."""
    with pytest.raises(UnreadableInput) as caught, opened_cdm(place) as found:
        cdm_tables(found, ReadReport(), **asked)
    told = str(caught.value)
    assert "Expected: " in told
    assert "What to do: " in told
    assert PASSWORD not in told
    assert "made-up" not in told
    return told


def test_a_wrong_password(cdm, monkeypatch):
    monkeypatch.setenv("PGPASSWORD", "not-the-password")
    told = failure(url(cdm))
    assert "does not take the password" in told
    assert "not-the-password" not in told


def test_no_password(cdm, monkeypatch):
    monkeypatch.delenv("PGPASSWORD")
    monkeypatch.setenv("PGPASSFILE", os.devnull)
    assert "PGPASSWORD" in failure(url(cdm))


def test_no_such_host():
    assert "no server of that name" in failure(DatabaseUrl.parse("postgresql://r@nowhere.invalid/clinic"))


def test_nobody_listens(tmp_path):
    assert "no server answers" in failure(DatabaseUrl.parse(f"postgresql://r@/clinic?host={tmp_path}"))


def test_no_such_database(cdm):
    told = failure(DatabaseUrl.parse(cdm.conninfo(READER, database="elsewhere")))
    assert "no such database" in told


def test_no_such_service(monkeypatch):
    monkeypatch.setenv("PGSERVICEFILE", os.devnull)
    assert "no such service" in failure(DatabaseUrl.parse("postgresql://?service=nothing&schema=cdm"))


def test_no_such_schema(cdm):
    assert "no schema nowhere" in failure(url(cdm, "nowhere"))


def test_several_schemas_with_persons_and_none_named(cdm):
    told = failure(DatabaseUrl.parse(cdm.conninfo(READER)))
    assert "schemas with a person table" in told
    assert "?schema=" in told


def test_a_schema_without_persons(cdm):
    cdm.load("empty", {})
    assert "no person table in the schema empty" in failure(url(cdm, "empty"))


def test_a_schema_that_the_role_may_not_use(cdm):
    cdm.do("CREATE SCHEMA locked")
    assert "GRANT USAGE" in failure(url(cdm, "locked"))


def test_a_table_that_the_role_may_not_read(cdm, tables):
    cdm.load("withheld", tables)
    cdm.do(f"REVOKE ALL ON withheld.drug_exposure FROM {READER}")
    told = failure(url(cdm, "withheld"))
    assert "may not read the table withheld.drug_exposure" in told
    assert "GRANT SELECT" in told


def test_a_role_that_may_not_make_temporary_tables(cdm):
    cdm.do("REVOKE TEMPORARY ON DATABASE postgres FROM PUBLIC")
    try:
        assert "GRANT TEMPORARY" in failure(url(cdm))
    finally:
        cdm.do("GRANT TEMPORARY ON DATABASE postgres TO PUBLIC")


def test_a_query_that_takes_longer_than_the_server_allows(cdm):
    with configured(cdm, "statement_timeout = '1ms'"):
        assert "statement_timeout" in failure(url(cdm))


def test_no_room_for_what_is_sorted_on_disk(cdm):
    with configured(cdm, "temp_file_limit = '1kB'", "work_mem = '64kB'"):
        assert "no room left" in failure(url(cdm))


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("53100", "no room left"),
        ("53200", "out of memory"),
        ("57P01", "connection was lost"),
        ("XX000", "XX000"),
    ],
)
def test_a_failure_of_the_server_is_told_by_its_kind_and_not_in_its_words(cdm, state, words):
    raising = f"DO $$ BEGIN RAISE EXCEPTION 'made-up person 17' USING ERRCODE = '{state}'; END $$"
    with opened_cdm(url(cdm)) as found, pytest.raises(UnreadableInput, match=words) as caught:
        found.backend.raw_sql(raising)
    assert "17" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_server_that_is_killed_midway(cdm):
    killed: list[str] = []
    witness = psycopg.connect(cdm.conninfo(), autocommit=True)

    def kill(what: str, done: int, total: int) -> None:
        if what == "drug_exposure":
            with cdm.superuser() as connection:
                query = "SELECT pid FROM pg_stat_activity WHERE application_name = 'assuage' AND usename = %s"
                (pid,) = connection.execute(query, [READER]).fetchone()
            os.kill(pid, signal.SIGKILL)
            killed.append(what)

    assert "connection was lost" in failure(url(cdm), progress=kill)
    assert killed == ["drug_exposure"]
    cdm.wait_until_up_again(witness)
    witness.close()


def test_a_value_beyond_reckoning_is_told_without_the_value(cdm, tables):
    huge = tables["measurement"].to_pylist()
    cdm.load("huge", {**tables, "measurement": pa.Table.from_pylist(huge)})
    cdm.do("ALTER TABLE huge.measurement ALTER value_as_number TYPE numeric USING 10::numeric ^ 400")
    told = failure(url(cdm, "huge"))
    assert "outside what the server can compute with" in told
    assert "000" not in told


# ---------------------------------------------------------------- the URL


@pytest.mark.parametrize(
    ("text", "conninfo", "schemas"),
    [
        ("postgresql://r@h/db?schema=cdm", "postgresql://r@h/db", ("cdm",)),
        (
            "postgres://r@h:5433/db?sslmode=require&schema=a,b",
            "postgres://r@h:5433/db?sslmode=require",
            ("a", "b"),
        ),
        ("postgresql://?service=clinic&schema=cdm", "postgresql://?service=clinic", ("cdm",)),
        ("postgresql:///db", "postgresql:///db", ()),
        ("postgresql://r@h/db?options=-c%20a%3D1", "postgresql://r@h/db?options=-c%20a%3D1", ()),
    ],
)
def test_what_a_url_means(text, conninfo, schemas):
    assert is_database_url(text)
    assert DatabaseUrl.parse(text) == DatabaseUrl(conninfo, schemas)


@pytest.mark.parametrize("text", ["postgresql://r:pear@h/db", "postgresql://r@h/db?password=pear"])
def test_a_password_in_the_url_is_refused_and_not_repeated(text):
    with pytest.raises(UsageError) as caught:
        DatabaseUrl.parse(text)
    assert "PGPASSWORD" in str(caught.value)
    assert "pear" not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["records", "/home/u/postgresql", "postgresql:/h/db", "a.duckdb", "spark://h:7077"]
)
def test_a_path_is_no_url(text):
    assert not is_database_url(text)
