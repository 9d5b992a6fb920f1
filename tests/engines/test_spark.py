"""The cohort engine's rows are the plain review's rows on Spark too, and what is said when Spark fails."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from assuage.engines.cohort import review_tables
from assuage.engines.dialects.duckdb import DuckDBBackend
from assuage.engines.spark import catalog_tables, demand_spark, java_version, parquet_tables, spark
from assuage.engines.spark_failures import told
from assuage.errors import UnreadableInput, UsageError
from assuage.records.history import History
from engines.column_tests import ColumnTests
from engines.crowds import crowd, renamed, written
from engines.odd_flags import resistant_but_flagged
from engines.odd_people import odd_people
from engines.questions import QUESTIONS, VALUES
from engines.test_cohort_equals_plain import (
    KEYS,
    MARKET,
    BothForms,
    assert_same_rows,
    cohort_rows,
    plain_rows,
)

pytestmark = pytest.mark.engine_spark

AS_OF = date(2024, 2, 29)
INTERPRETED = {"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN"}
"""For few people Spark takes longer to compile its plans to Java than to run them; the long test compiles."""


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ibis.BaseBackend]:
    if java_version() is None:
        if os.environ.get("ASSUAGE_REQUIRE_ENGINES") == "1":
            pytest.fail("there is no Java, and ASSUAGE_REQUIRE_ENGINES=1 asks for Spark")
        pytest.skip("there is no Java 17 or later: nothing runs on Spark")
    with spark("local[1]", tmp_path_factory.mktemp("spark"), memory_gb=2) as backend:
        yield backend


def oddly_named(folder: Path) -> Path:
    """A folder with a name that Spark could take for a pattern."""
    place = folder / "records [1] of {a,b}*?"
    place.mkdir()
    return place


def both_forms(backend: ibis.BaseBackend, people: list[History], folder: Path, as_of: date) -> BothForms:
    tables = parquet_tables(backend, written(people, oddly_named(folder)))
    reviewed = review_tables(tables, as_of=as_of, market=MARKET)
    return BothForms(plain_rows(people, as_of), cohort_rows(reviewed))


@pytest.fixture(scope="module")
def forms(backend: ibis.BaseBackend, tmp_path_factory: pytest.TempPathFactory) -> BothForms:
    odd = [*odd_people(), *resistant_but_flagged()]
    people = [renamed(person, f"odd-{number:02}") for number, person in enumerate(odd)]
    people += crowd(2024, 100)[AS_OF]
    for name, value in INTERPRETED.items():
        backend._session.conf.set(name, value)
    try:
        return both_forms(backend, people, tmp_path_factory.mktemp("people"), AS_OF)
    finally:
        for name in INTERPRETED:
            backend._session.conf.unset(name)


@pytest.mark.parametrize("table", KEYS)
def test_both_forms_give_the_same_rows(forms: BothForms, table: str) -> None:
    assert_same_rows(table, forms)


def test_the_crowd_is_large_enough_to_differ(forms: BothForms) -> None:
    assert len(forms.plain["people"]) >= 40
    assert len({row["code"] for row in forms.plain["judgements"].values()}) >= 10
    assert {row["verdict"] for row in forms.plain["verdicts"].values()} == {"met", "not_met", "unknown"}
    assert len({row["flag"] for row in forms.plain["flags"].values()}) >= 15


@pytest.mark.long
def test_both_forms_give_the_same_rows_of_a_thousand_people(
    backend: ibis.BaseBackend, tmp_path: Path
) -> None:
    for as_of, people in crowd(11, 1_000).items():
        folder = tmp_path / str(as_of)
        folder.mkdir()
        each = both_forms(backend, people, folder, as_of)
        for table in KEYS:
            assert_same_rows(table, each)


@pytest.mark.parametrize("question", sorted(QUESTIONS.keys() - {"numbers as text"}))
def test_spark_answers_as_duckdb_does(backend: ibis.BaseBackend, question: str) -> None:
    asked = QUESTIONS[question](ibis.memtable(VALUES)).order_by("place")
    assert backend.to_pyarrow(asked).to_pylist() == DuckDBBackend().connect().to_pyarrow(asked).to_pylist()


def test_a_number_as_text_is_read_back_as_itself(backend: ibis.BaseBackend) -> None:
    """Java writes an exponent below 0.001 and from ten million on; between, the text is everyone's."""
    rows = ibis.memtable(VALUES).filter(lambda row: row.number.notnull()).select("number")
    found = backend.to_pyarrow(rows.mutate(text=rows.number.cast("string"))).to_pylist()
    assert [float(row["text"]) for row in found] == [row["number"] for row in found]
    usual = [row for row in found if 1e-3 <= abs(row["number"]) < 1e7]
    assert len(usual) > 4
    assert [row["text"] for row in usual] == [str(row["number"]) for row in usual]


def test_a_list_is_in_the_order_that_is_asked_for(backend: ibis.BaseBackend) -> None:
    """By several keys, nulls last, and without what is null itself or not wanted."""
    rows = ibis.memtable(VALUES)
    asked = rows.group_by("group").agg(
        places=rows.place.collect(order_by=[rows.text.length(), rows.place]),
        words=rows.text.group_concat(",", order_by=rows.number),
        positive=rows.text.collect(where=rows.whole > 0, order_by=rows.place),
    )
    empty = rows.filter(rows.text == "").group_by("group").agg(words=rows.text.group_concat(order_by="place"))
    found = {row.pop("group"): row for row in backend.to_pyarrow(asked).to_pylist()}
    assert found[2] == {"places": [8, 6, 9, 7], "words": " x ,,Z,_", "positive": [" x ", "", "_"]}
    assert found[3] == {"places": [11, 10], "words": "~", "positive": ["~"]}
    assert backend.to_pyarrow(empty)["words"].to_pylist() == [""]


class TestColumns(ColumnTests):
    """On Spark."""


def test_tables_of_a_catalog_are_read_as_those_of_a_folder(backend: ibis.BaseBackend, tmp_path: Path) -> None:
    in_folder = parquet_tables(backend, written(crowd(3, 40)[AS_OF], oddly_named(tmp_path)))
    backend.create_database("clinic")
    for table, rows in in_folder.items():
        backend.create_table(table, rows, database="clinic")
    in_catalog = catalog_tables(backend, "spark_catalog.clinic")
    for table, rows in in_folder.items():
        assert in_catalog[table].schema() == rows.schema()
        assert in_catalog[table].count().to_pyarrow() == rows.count().to_pyarrow()


def test_a_catalog_without_a_table_is_named_with_the_table(backend: ibis.BaseBackend) -> None:
    backend.create_database("empty")
    with pytest.raises(UnreadableInput, match=r"person: there is no such table in spark_catalog\.empty"):
        catalog_tables(backend, "spark_catalog.empty")


def test_a_folder_without_a_table_is_named_with_the_table(backend: ibis.BaseBackend, tmp_path: Path) -> None:
    folder = written(crowd(3, 8)[AS_OF], oddly_named(tmp_path))
    (folder / "score.parquet").unlink()
    with pytest.raises(UnreadableInput, match="score: the folder holds no such table"):
        parquet_tables(backend, folder)


def test_a_table_without_a_column_is_named_with_the_column(backend: ibis.BaseBackend, tmp_path: Path) -> None:
    folder = written(crowd(3, 8)[AS_OF], oddly_named(tmp_path))
    pq.write_table(pa.table({"person_id": ["a"], "record_id": ["b"]}), folder / "score.parquet")
    with pytest.raises(UnreadableInput, match="score: there is no column"):
        parquet_tables(backend, folder)


def test_a_damaged_file_is_said_without_a_word_of_it(backend: ibis.BaseBackend, tmp_path: Path) -> None:
    folder = written(crowd(3, 8)[AS_OF], oddly_named(tmp_path))
    (folder / "score.parquet").write_bytes(b"PAR1 a secret PAR1")
    with pytest.raises(UnreadableInput, match="a file of the tables is missing or damaged") as raised, told():
        parquet_tables(backend, folder)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("master", ["", "local[x]", "duckdb", "spark:host"])
def test_a_master_that_is_none_is_refused(master: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There is no Spark master"), spark(master, tmp_path):
        pass


def test_a_master_that_does_not_answer_is_said_at_once(tmp_path: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        master = f"spark://127.0.0.1:{nobody.getsockname()[1]}"
        with pytest.raises(UnreadableInput, match="no Spark master answers there"), spark(master, tmp_path):
            pass


def test_without_java_the_remedy_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(UnreadableInput, match=r"there is none\. Expected: Java 17 or later"):
        demand_spark("local[1]")


def test_a_java_that_is_too_old_is_told_by_its_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho 'openjdk version \"1.8.0_392\"' >&2\n")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(UnreadableInput, match="Java 8 is too old for Spark"):
        demand_spark("local[1]")


ON_ITS_WAY_DOWN = """
import os, resource, sys, threading
from pathlib import Path
from assuage.engines.spark import spark
from assuage.errors import UnreadableInput

scratch, is_killed = Path(sys.argv[1]), sys.argv[2] == "killed"
if not is_killed:
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, resource.RLIM_INFINITY))
try:
    with spark("local[2]", scratch, memory_gb=1) as backend:
        if is_killed:
            java = backend._session.sparkContext._gateway.proc.pid
            threading.Timer(2, os.kill, (java, 9)).start()
            endless = "SELECT length(uuid()) AS n FROM range(1000000000000)"
            backend.raw_sql(f"SELECT sum(n) FROM ({endless})").collect()
        backend.raw_sql("SELECT count(*) FROM (SELECT DISTINCT uuid() FROM range(500000))").collect()
except UnreadableInput as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("fate", "said"),
    [
        ("full", "Spark has no room left for what it keeps on disk"),
        ("killed", "Spark stopped before the end"),
    ],
)
def test_a_full_disk_and_a_killed_spark_are_each_said_as_what_they_are(
    backend: ibis.BaseBackend, tmp_path: Path, fate: str, said: str
) -> None:
    """In a process of their own; a limit to the size of files stands for a full disk."""
    command = [sys.executable, "-c", ON_ITS_WAY_DOWN, str(tmp_path), fate]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.stdout.startswith(said), ran.stderr[-2000:]
