"""Dates and words as whole numbers, and back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from assuage.trials.model import MOST_THOUSANDTHS

EPOCH = date(1970, 1, 1).toordinal()
LAST_DAY = date.max.toordinal()

_PLACE_DIGITS = 15
DAY_BITS, SPREAD_BITS, WORD_BITS = 22, 9, 3
"""Room for an ordinal, for the spread of a partial date, and for one word of a short list."""


def knowledge_table(rows: Sequence[dict[str, Any]], schema: dict[str, str]) -> ir.Table:
    """A small table of what we know, for joins; `schema` gives the columns with their Ibis types."""
    typed = ibis.schema(schema)
    return ibis.memtable(pa.Table.from_pylist(list(rows), schema=typed.to_pyarrow()), schema=typed)


def ordinal(day: ir.DateValue) -> ir.IntegerValue:
    """The ordinal of a day, as `date.toordinal` counts."""
    return day.epoch_days() + EPOCH


def partial(rows: ir.Table, name: str) -> dict[str, ir.IntegerValue]:
    """The columns `<name>_first` and `<name>_last` of a partial date as the tables hold it."""
    first, precision = rows[name], rows[f"{name}_precision"]
    return {f"{name}_first": ordinal(first), f"{name}_last": _last(first, precision)}


def _last(first: ir.DateValue, precision: ir.StringValue) -> ir.IntegerValue:
    year, month = first.year(), first.month()
    next_month = ibis.date(year + (month == 12).cast("int64"), month % 12 + 1, 1)
    return ibis.cases(
        (precision == "year", ordinal(ibis.date(year, 12, 31))),
        (precision == "month", ordinal(next_month) - 1),
        else_=ordinal(first),
    )


def packed(first: ir.IntegerValue, last: ir.IntegerValue) -> ir.IntegerValue:
    """A partial date as one number, in the order of `PartialDate`."""
    return first * 2**SPREAD_BITS + (last - first)


def unpacked(packed: ir.IntegerValue, name: str) -> dict[str, ir.IntegerValue]:
    """The columns `<name>_first` and `<name>_last` of a packed partial date."""
    # a shift, because engines divide whole numbers by way of floating ones
    first = packed >> SPREAD_BITS
    return {f"{name}_first": first, f"{name}_last": first + packed % 2**SPREAD_BITS}


def as_date(day: ir.IntegerValue) -> ir.DateValue:
    """The day of an ordinal."""
    return (ibis.date("1970-01-01") + (day - EPOCH).as_interval("D")).cast("date")


def date_text(first: ir.IntegerValue, last: ir.IntegerValue) -> ir.StringValue:
    """A partial date as `PartialDate` writes it: the spread of its days tells its precision."""
    length = ibis.cases((last == first, 10), (last - first < 31, 7), else_=4)
    return as_date(first).cast("string").substr(0, length)


def number_of(word: ir.StringValue, words: Sequence[StrEnum]) -> ir.IntegerValue:
    """The place of a word in `words`; that of the first, which is "unknown", for any other."""
    # the commonest words stand at both ends of these lists: whoever tests them first is done first
    numbered = [(word == str(one), place) for place, one in enumerate(words)]
    return ibis.cases(numbered[0], *reversed(numbered[1:]), else_=0)


def word_of(number: ir.IntegerValue, words: Sequence[StrEnum]) -> ir.StringValue:
    """The word at a place in `words`, the first where the number is null."""
    return ibis.cases(
        *((number == place, str(one)) for place, one in enumerate(words) if place), else_=str(words[0])
    )


def not_negative(days: ir.IntegerValue) -> ir.IntegerValue:
    """The days, 0 where they are fewer; null stays null."""
    return (days < 0).ifelse(0, days)


def no_texts() -> ir.ArrayValue:
    """An empty list of texts."""
    return ibis.literal([], type="array<string>")


def each_once(texts: ir.ArrayValue) -> ir.ArrayValue:
    """A list of texts that stand in order, each once.

    Give it a column that stands in order already, not the ordering itself, which would be done for every
    text. A third of the cost of `unique`, which makes a set of each list.
    """
    return texts.filter(lambda text, place: (place == 0) | (texts[place - 1] != text))


def texts_by_place(places: ir.IntegerColumn, texts: ir.StringColumn) -> ir.ArrayValue:
    """The texts of a group by place (from 0 to below 10**15); those of one place in their own order."""
    # a list collected in order costs DuckDB three times as much as one that is sorted afterwards
    placed = places.cast("string").lpad(_PLACE_DIGITS, "0") + texts
    return placed.collect().sort().map(lambda text: text.substr(_PLACE_DIGITS))


def canonical_text(value: ir.Value) -> ir.StringValue:
    """A value as `trials.model.content_hash` writes it; dates come as text already."""
    if value.type().is_numeric():
        thousandths = (value * 1000 + 0.5).clip(-MOST_THOUSANDTHS, MOST_THOUSANDTHS)
        value = thousandths.floor().cast("int64")
    return value.cast("string").fill_null("")


def content_hash(*parts: ir.Value) -> ir.StringValue:
    """The tabular form of `trials.model.content_hash`."""
    text = ibis.literal("\n").join([canonical_text(part) for part in parts])
    return text.hexdigest("sha256").substr(0, 16)
