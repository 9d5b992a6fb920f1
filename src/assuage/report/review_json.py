"""The JSON form of a review, versioned: a change that could break a reader raises `FORMAT`'s number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from assuage.report.result_tables import result_rows
from assuage.resistance.model import Review

FORMAT = "assuage-review/1"


def review_json(review: Review, rows: Mapping[str, list[dict[str, Any]]] | None = None) -> str:
    """One person's review as one line of JSON: the rows of the result tables under one head.

    `rows` are the person's rows where they are at hand already. Keys are sorted, dates are ISO dates.
    """
    tables = dict(rows or result_rows(review))
    (person,) = tables.pop("people")
    head = {"format": FORMAT, "as_of": review.as_of, "market": review.market, **person}
    return orjson.dumps({**head, **tables}, option=orjson.OPT_SORT_KEYS).decode()


def review_to_json(review: Review) -> dict[str, Any]:
    """The same as plain values, as a reader of the line gets them."""
    plain: dict[str, Any] = orjson.loads(review_json(review))
    return plain
