"""Dates, words and hashes in the tabular form mean what they mean in the plain one."""

from __future__ import annotations

import json

import ibis
import pyarrow as pa
import pytest

from assuage.engines.dialects.duckdb import DuckDBBackend
from assuage.records.rows import Outcome
from assuage.trials.assemble import OUTCOMES
from assuage.trials.tabular import columns
from assuage.trials.tabular.json_text import json_text
from engines.column_tests import ColumnTests


@pytest.fixture
def backend() -> ibis.BaseBackend:
    return DuckDBBackend().connect()


class TestColumns(ColumnTests):
    """On DuckDB."""


def test_a_word_comes_back_from_its_number_and_an_unheard_one_is_unknown(backend):
    words = [*map(str, Outcome), "unheard of", None]
    rows = ibis.memtable(pa.table({"place": range(len(words)), "word": words}))
    rows = rows.mutate(number=columns.number_of(rows.word, OUTCOMES))
    rows = rows.mutate(back=columns.word_of(rows.number, OUTCOMES))
    back = backend.to_pyarrow(rows.order_by("place"))["back"].to_pylist()
    assert back == [*map(str, Outcome), "unknown", "unknown"]


def test_a_list_in_order_is_told_each_once(backend):
    lists = [["a", "a", "b"], ["a"], [], None, ["", "a", "a", "a", "b", "b"], ["a", "b", "c"]]
    rows = ibis.memtable(
        pa.table({"place": range(len(lists)), "texts": pa.array(lists, pa.list_(pa.string()))})
    )
    rows = rows.mutate(once=columns.each_once(rows.texts))
    once = backend.to_pyarrow(rows.order_by("place"))["once"].to_pylist()
    assert once == [texts if texts is None else list(dict.fromkeys(texts)) for texts in lists]


def test_days_are_not_fewer_than_none_and_stay_unknown(backend):
    days = [-(2**40), -2, -1, 0, 1, 2, 2**40, None]
    rows = ibis.memtable(pa.table({"place": range(len(days)), "days": pa.array(days, pa.int64())}))
    rows = rows.mutate(counted=columns.not_negative(rows.days))
    counted = backend.to_pyarrow(rows.order_by("place"))["counted"].to_pylist()
    assert counted == [number if number is None else max(number, 0) for number in days]


def test_texts_stand_by_their_place_and_those_of_one_place_in_their_own_order(backend):
    placed = [(10, "x"), (9, "z"), (9, ""), (2, "y"), (10**15 - 1, "1"), (0, "é"), (100, "0"), (2, "b")]
    rows = ibis.memtable([{"group": 1, "place": place, "text": text} for place, text in placed])
    found = rows.group_by("group").agg(texts=columns.texts_by_place(rows.place, rows.text))
    assert backend.to_pyarrow(found)["texts"][0].as_py() == [text for _, text in sorted(placed)]


def test_reason_values_are_json_whatever_the_words_say(backend):
    event = '"rash", \\ \t and\nmore: é 中 \u2028 {}'
    rows = ibis.memtable(pa.table({"event": [event], "days": [3], "nothing": pa.array([None], pa.float64())}))
    rows = rows.select(text=json_text(days=rows.days, event=rows.event, nothing=rows.nothing))
    assert json.loads(backend.to_pyarrow(rows)["text"][0].as_py()) == {"days": 3, "event": event}
