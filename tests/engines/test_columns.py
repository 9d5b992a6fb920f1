"""Dates, words and hashes in the tabular form mean what they mean in the plain one."""

from __future__ import annotations

import json
from datetime import date
from random import Random

import ibis
import pyarrow as pa
import pytest

from assuage.dates import PartialDate, Precision
from assuage.records.rows import Outcome
from assuage.trials.assemble import OUTCOMES
from assuage.trials.model import content_hash
from assuage.trials.tabular import columns
from assuage.trials.tabular.json_text import json_text

RNG = Random(29)
DAYS = [
    *(date.min, date.max, date(1970, 1, 1), date(1969, 12, 31), date(2024, 2, 29), date(1900, 2, 28)),
    *(date.fromordinal(RNG.randint(1, date.max.toordinal())) for _ in range(200)),
]
PARTIAL = [
    *map(PartialDate, DAYS),
    *(PartialDate(day.replace(day=1), Precision.MONTH) for day in DAYS),
    *(PartialDate(date(day.year, 1, 1), Precision.YEAR) for day in DAYS),
]


@pytest.fixture(scope="module")
def dated() -> list[dict]:
    table = pa.table(
        {
            "place": range(len(PARTIAL)),
            "start": [partial.first for partial in PARTIAL],
            "start_precision": [str(partial.precision) for partial in PARTIAL],
        }
    )
    rows = ibis.memtable(table)
    rows = rows.mutate(**columns.partial(rows, "start"))
    rows = rows.mutate(
        packed=columns.packed(rows.start_first, rows.start_last),
        text=columns.date_text(rows.start_first, rows.start_last),
        back=columns.as_date(rows.start_first),
    )
    rows = rows.mutate(**columns.unpacked(rows.packed, "again"))
    return rows.order_by("place").to_pyarrow().to_pylist()


def test_a_partial_date_spans_the_same_days_and_reads_the_same(dated):
    for row, partial in zip(dated, PARTIAL, strict=True):
        assert (row["start_first"], row["start_last"]) == (
            partial.first.toordinal(),
            partial.last.toordinal(),
        )
        assert (row["text"], row["back"]) == (str(partial), partial.first)


def test_packed_dates_stand_in_the_order_of_partial_dates_and_unpack_again(dated):
    by_number = sorted(dated, key=lambda row: row["packed"])
    assert [PARTIAL[row["place"]] for row in by_number] == sorted(PARTIAL)
    for row in dated:
        assert (row["again_first"], row["again_last"]) == (row["start_first"], row["start_last"])


def test_a_word_comes_back_from_its_number_and_an_unheard_one_is_unknown():
    words = [*map(str, Outcome), "unheard of", None]
    rows = ibis.memtable(pa.table({"place": range(len(words)), "word": words}))
    rows = rows.mutate(number=columns.number_of(rows.word, OUTCOMES))
    rows = rows.mutate(back=columns.word_of(rows.number, OUTCOMES))
    back = [row["back"] for row in rows.order_by("place").to_pyarrow().to_pylist()]
    assert back == [*map(str, Outcome), "unknown", "unknown"]


@pytest.mark.parametrize("number", [0.0, 0.0004, 0.0005, -0.0005, 33.3335, 1e-9, 1e17, -1e300, float("inf")])
@pytest.mark.parametrize("word", ["é", "a\nb", "", None])
def test_a_content_hash_is_the_same_on_both_sides(number, word):
    rows = ibis.memtable(pa.table({"number": [number], "word": pa.array([word], pa.string()), "days": [7]}))
    rows = rows.select(hash=columns.content_hash(rows.word, rows.number, rows.days))
    assert rows.to_pyarrow().to_pylist()[0]["hash"] == content_hash(word, number, 7)


def test_reason_values_are_json_whatever_the_words_say():
    event = '"rash", \\ \t and\nmore: é 中 \u2028 {}'
    rows = ibis.memtable(pa.table({"event": [event], "days": [3], "nothing": pa.array([None], pa.float64())}))
    rows = rows.select(text=json_text(days=rows.days, event=rows.event, nothing=rows.nothing))
    assert json.loads(rows.to_pyarrow().to_pylist()[0]["text"]) == {"days": 3, "event": event}
