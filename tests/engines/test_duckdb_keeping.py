"""Tables kept in DuckDB: there as long as somebody reads them, and worked out while Python goes on."""

from __future__ import annotations

import gc
import sys
from datetime import date
from pathlib import Path
from threading import Event

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from assuage.engines.cohort import working_ahead
from assuage.engines.dialects.duckdb import DuckDBBackend
from assuage.engines.duckdb import connected

PATIENCE_S = 5

ROWS = ibis.memtable({"day": [date(2024, 2, 29), date(2024, 3, 1)], "dose": [100, 300]})


@pytest.fixture
def engine(tmp_path: Path) -> DuckDBBackend:
    return connected(tmp_path, 1)


@pytest.fixture
def rows(engine: DuckDBBackend) -> ibis.Table:
    return engine.create_table("supplies", ROWS)


def tables_of(engine: DuckDBBackend) -> set[str]:
    return {name for (name,) in engine.raw_sql("SELECT table_name FROM duckdb_tables()").fetchall()}


def views_of(engine: DuckDBBackend) -> set[str]:
    query = "SELECT view_name FROM duckdb_views() WHERE NOT internal"
    return {name for (name,) in engine.raw_sql(query).fetchall()}


def barred(engine: DuckDBBackend, gate: Event) -> ibis.Table:
    """The doses, for which the engine waits until the gate opens; `opened` says whether it did."""
    engine.con.create_function("opened", lambda _: gate.wait(PATIENCE_S), ["BIGINT"], "BOOLEAN")
    return engine.sql("SELECT dose, opened(dose) AS opened FROM supplies")


def written(engine: DuckDBBackend, query: ibis.Table) -> dict[str, str]:
    """The types that the engine itself gave to the columns of a kept table."""
    told = engine.raw_sql(f'DESCRIBE "{query.op().name}"').fetchall()
    return {column: kind for column, kind, *_ in told}


def failing(rows: ibis.Table) -> ibis.Table:
    return rows.select(number=rows.dose.cast("string").concat("x").cast("int64"))


def ask_for_ever(rows: ibis.Table) -> None:
    while True:
        failing(rows).cache()


def ask_and_fail(query: ibis.Table) -> None:
    query.cache()
    raise NotImplementedError


def test_a_kept_table_has_the_types_that_it_is_said_to_have(rows):
    kept = rows.select(later=rows.day + ibis.interval(days=1), total=rows.dose.sum().over()).cache()
    found = kept.to_pyarrow()
    assert found.schema.equals(kept.schema().to_pyarrow())
    assert written(kept.get_backend(), kept) == {"later": "DATE", "total": "BIGINT"}
    assert sorted(found.to_pylist(), key=lambda row: row["later"]) == [
        {"later": date(2024, 3, 1), "total": 400},
        {"later": date(2024, 3, 2), "total": 400},
    ]


def test_a_kept_table_is_dropped_when_nobody_refers_to_it_any_more(engine, rows):
    before = tables_of(engine)
    kept = rows.filter(rows.dose > 100).cache()
    further = kept.mutate(half=kept.dose / 2).cache()
    assert len(tables_of(engine) - before) == 2
    del kept
    gc.collect()
    assert len(tables_of(engine) - before) == 1
    assert further.half.to_pyarrow().to_pylist() == [150.0]
    del further
    gc.collect()
    assert tables_of(engine) == before


def test_what_is_asked_for_ahead_is_done_when_the_block_ends(engine, rows, tmp_path):
    file = tmp_path / "it's.parquet"
    with working_ahead({"person": rows}):
        kept = rows.filter(rows.dose > 100).cache()
        engine.write_parquet(kept.select("dose"), ibis.schema({"dose": "float64"}), file)
        del kept
    assert pq.read_table(file).equals(pa.table({"dose": [300.0]}))
    assert not any("kept" in name for name in tables_of(engine))


def test_a_small_table_of_ours_is_dropped_when_nobody_refers_to_it_any_more(engine, rows):
    before, views = tables_of(engine), views_of(engine)
    words = ibis.memtable({"dose": [300], "word": ["much"]})
    kept = rows.inner_join(words, "dose").select("word").cache()
    assert len(tables_of(engine) - before) == 2
    del words
    gc.collect()
    assert len(tables_of(engine) - before) == 1
    assert views_of(engine) == views
    assert kept.word.to_pyarrow().to_pylist() == ["much"]


def test_rows_fetched_while_working_ahead_are_those_asked_for_before(rows):
    with working_ahead({"person": rows}):
        kept = rows
        for _ in range(20):
            kept = kept.mutate(dose=kept.dose + 1).cache()
        assert sorted(kept.dose.to_pyarrow().to_pylist()) == [120, 320]


def test_python_goes_on_while_the_engine_works_and_all_is_done_in_order(engine, rows, tmp_path):
    gate, file = Event(), tmp_path / "words.parquet"
    slow, before = barred(engine, gate), tables_of(engine)
    with working_ahead({"person": rows}):
        first = slow.cache()
        words = ibis.memtable({"dose": [100, 300], "word": ["some", "much"]})
        second = first.inner_join(words, "dose").cache()
        engine.write_parquet(second, ibis.schema({"word": "string", "opened": "boolean"}), file)
        del first, second, words
        gc.collect()
        gate.set()
    found = sorted(pq.read_table(file).to_pylist(), key=lambda row: row["word"])
    assert found == [{"word": "much", "opened": True}, {"word": "some", "opened": True}]
    assert tables_of(engine) == before


def test_whoever_fetches_rows_waits_for_what_was_asked_for_before(engine, rows):
    slow = engine.sql("SELECT max(hash(range)) AS largest FROM range(30000000)")
    with working_ahead({"person": rows}):
        kept = slow.cache()
        assert kept.count().to_pyarrow().as_py() == 1


def test_a_small_table_of_ours_is_written_without_being_kept(engine, tmp_path):
    file = tmp_path / "words.parquet"
    engine.write_parquet(ibis.memtable({"word": ["much"]}), ibis.schema({"word": "string"}), file)
    assert pq.read_table(file).to_pydict() == {"word": ["much"]}


def test_a_kept_table_may_outlive_its_connection(engine, rows, monkeypatch):
    said: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", said.append)
    kept = rows.filter(rows.dose > 100).cache()
    engine.disconnect()
    del kept
    gc.collect()
    assert said == []


@pytest.mark.parametrize("fused", [True, False])
def test_how_others_compile_is_left_as_it_was(engine, rows, monkeypatch, fused):
    monkeypatch.setattr(ibis.options.sql, "fuse_selects", fused)
    engine.compile(rows.filter(rows.dose > 100))
    assert ibis.options.sql.fuse_selects is fused


def test_an_error_of_the_engine_ends_the_block_with_it(engine, rows):
    with pytest.raises(duckdb.ConversionException), working_ahead({"person": rows}):
        failing(rows).cache()
    assert rows.count().to_pyarrow().as_py() == 2


def test_an_error_of_the_engine_is_raised_by_what_is_asked_for_next(engine, rows):
    with pytest.raises(duckdb.ConversionException), working_ahead({"person": rows}):
        ask_for_ever(rows)


def test_an_error_of_the_caller_ends_the_work_that_is_going_on(engine, rows):
    long = engine.sql(
        "SELECT count(*) AS n FROM range(100000000) AS a, range(100000) AS b WHERE a.range + b.range = 7"
    )
    with pytest.raises(NotImplementedError), working_ahead({"person": rows}):
        ask_and_fail(long)
    assert rows.count().to_pyarrow().as_py() == 2


def test_python_works_as_before_after_the_block(rows):
    before = sys.getswitchinterval()
    with working_ahead({"person": rows}):
        assert not gc.isenabled()
        assert sys.getswitchinterval() < before
    assert gc.isenabled()
    assert sys.getswitchinterval() == before
