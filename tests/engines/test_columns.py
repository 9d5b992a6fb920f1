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


def test_reason_values_are_json_whatever_the_words_say(backend):
    event = '"rash", \\ \t and\nmore: é 中 \u2028 {}'
    rows = ibis.memtable(pa.table({"event": [event], "days": [3], "nothing": pa.array([None], pa.float64())}))
    rows = rows.select(text=json_text(days=rows.days, event=rows.event, nothing=rows.nothing))
    assert json.loads(backend.to_pyarrow(rows)["text"][0].as_py()) == {"days": 3, "event": event}
