"""Tables kept in DuckDB: there as long as somebody reads them, and worked out while Python goes on."""

from __future__ import annotations

import gc
from datetime import date
from pathlib import Path

import duckdb
import ibis
import pyarrow.parquet as pq
import pytest

from assuage.engines.cohort import working_ahead
from assuage.engines.dialects.duckdb import DuckDBBackend
from assuage.engines.duckdb import connected

ROWS = ibis.memtable({"day": [date(2024, 2, 29), date(2024, 3, 1)], "dose": [100, 300]})


@pytest.fixture
def engine(tmp_path: Path) -> DuckDBBackend:
    return connected(tmp_path, 1)


@pytest.fixture
def rows(engine: DuckDBBackend) -> ibis.Table:
    return engine.create_table("supplies", ROWS)


def tables_of(engine: DuckDBBackend) -> set[str]:
    return {name for (name,) in engine.raw_sql("SELECT table_name FROM duckdb_tables()").fetchall()}


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
    assert pq.read_table(file).to_pydict() == {"dose": [300.0]}
    assert not any("kept" in name for name in tables_of(engine))


def test_a_small_table_of_ours_is_dropped_when_nobody_refers_to_it_any_more(engine, rows):
    before = tables_of(engine)
    words = ibis.memtable({"dose": [300], "word": ["much"]})
    kept = rows.inner_join(words, "dose").select("word").cache()
    assert len(tables_of(engine) - before) == 2
    del words
    gc.collect()
    assert len(tables_of(engine) - before) == 1
    assert kept.word.to_pyarrow().to_pylist() == ["much"]


def test_rows_fetched_while_working_ahead_are_those_asked_for_before(rows):
    with working_ahead({"person": rows}):
        kept = rows
        for _ in range(20):
            kept = kept.mutate(dose=kept.dose + 1).cache()
        assert sorted(kept.dose.to_pyarrow().to_pylist()) == [120, 320]


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


def test_the_collector_works_again_after_the_block(rows):
    with working_ahead({"person": rows}):
        assert not gc.isenabled()
    assert gc.isenabled()
