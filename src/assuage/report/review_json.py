"""The JSON form of a review, versioned: a change that could break a reader raises `FORMAT`'s number."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from assuage.report.result_tables import result_rows
from assuage.resistance.model import Review

FORMAT = "assuage-review/1"


def review_to_json(review: Review) -> dict[str, Any]:
    """One person's review as plain values: the rows of the result tables under one head."""
    tables = result_rows(review)
    (person,) = tables.pop("people")
    head = {"format": FORMAT, "as_of": review.as_of, "market": review.market, **person}
    return {name: _jsonable(value) for name, value in {**head, **tables}.items()}


def _jsonable(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {
            name: json.loads(part) if name == "reason_values" else _jsonable(part)
            for name, part in value.items()
        }
    if isinstance(value, list | tuple):
        return [_jsonable(part) for part in value]
    return value
