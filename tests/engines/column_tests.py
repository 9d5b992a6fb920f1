"""What columns mean, on every engine: the tests that the module of each engine inherits."""

from __future__ import annotations

from datetime import date
from random import Random

import ibis
import pyarrow as pa

from assuage.dates import PartialDate, Precision
from assuage.trials.model import content_hash
from assuage.trials.tabular import columns

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
NUMBERS = [0.0, 0.0004, 0.0005, -0.0005, 33.3335, 1e-9, 1e17, -1e300, float("inf"), None]
WORDS = ["é", "a\nb", "", None, "\\", "{}"]


class ColumnTests:
    """Dates and hashes mean what they mean in the plain form; a module gives its `backend`."""

    def test_a_partial_date_spans_the_same_days_and_reads_the_same(self, backend: ibis.BaseBackend) -> None:
        """A day, a month or a year."""
        for row, partial in zip(_dated(backend), PARTIAL, strict=True):
            assert (row["start_first"], row["start_last"]) == _ordinals(partial)
            assert (row["text"], row["back"]) == (str(partial), partial.first)

    def test_packed_dates_stand_in_the_order_of_partial_dates_and_unpack_again(
        self, backend: ibis.BaseBackend
    ) -> None:
        """One number for both days, by which dates can be compared."""
        by_number = sorted(_dated(backend), key=lambda row: row["packed"])
        told = [(row["again_first"], row["again_last"]) for row in by_number]
        assert told == [_ordinals(partial) for partial in sorted(PARTIAL)]

    def test_a_content_hash_is_the_same_on_both_sides(self, backend: ibis.BaseBackend) -> None:
        """Of words, of numbers and of nothing."""
        pairs = [(number, word) for number in NUMBERS for word in WORDS]
        rows = _table(
            number=pa.array([number for number, _ in pairs], pa.float64()),
            word=pa.array([word for _, word in pairs], pa.string()),
        )
        rows = rows.select("place", hash=columns.content_hash(rows.word, rows.number, ibis.literal(7)))
        found = backend.to_pyarrow(rows.order_by("place"))["hash"].to_pylist()
        assert found == [content_hash(word, number, 7) for number, word in pairs]


def _dated(backend: ibis.BaseBackend) -> list[dict]:
    rows = _table(
        start=pa.array([partial.first for partial in PARTIAL]),
        start_precision=pa.array([str(partial.precision) for partial in PARTIAL]),
    )
    rows = rows.mutate(**columns.partial(rows, "start"))
    rows = rows.mutate(
        packed=columns.packed(rows.start_first, rows.start_last),
        text=columns.date_text(rows.start_first, rows.start_last),
        back=columns.as_date(rows.start_first),
    )
    rows = rows.mutate(**columns.unpacked(rows.packed, "again"))
    return backend.to_pyarrow(rows.order_by("place")).to_pylist()


def _ordinals(partial: PartialDate) -> tuple[int, int]:
    return partial.first.toordinal(), partial.last.toordinal()


def _table(**values: pa.Array) -> ibis.Table:
    """Columns, and the place of each row in them."""
    places = range(len(next(iter(values.values()))))
    return ibis.memtable(pa.table({"place": places, **values}))
