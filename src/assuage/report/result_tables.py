"""The result tables that a review writes: their schemas, and the rows of one person's review."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from assuage.dates import PartialDate
from assuage.options import TreatmentOption
from assuage.records.read_report import ReadLine
from assuage.resistance.model import Review

_TEXT, _TEXTS, _DAY = pa.string(), pa.list_(pa.string()), pa.date32()
_STEPS = pa.list_(pa.struct([("dose", pa.float64()), ("start", _DAY), ("days", pa.int64())]))

RESULT_SCHEMAS: Mapping[str, pa.Schema] = {
    "people": pa.schema(
        [
            ("person_id", _TEXT),
            ("conditions", _TEXTS),
            ("first_pain_record", _DAY),
            ("first_specialist_contact", _DAY),
            ("completeness", pa.float64()),
        ]
    ),
    "trials": pa.schema(
        [
            ("person_id", _TEXT),
            ("trial_id", _TEXT),
            ("condition", _TEXT),
            ("indication", _TEXT),
            ("treatment", _TEXT),
            ("treatment_class", _TEXT),
            ("kind", _TEXT),
            ("start", _TEXT),
            ("end", _TEXT),
            ("end_rule", _TEXT),
            ("peak_dose", pa.float64()),
            ("dose_unit", _TEXT),
            ("dose_steps", _STEPS),
            ("change_percent", pa.float64()),
            ("stop_reason", _TEXT),
            ("evidence", _TEXTS),
        ]
    ),
    "judgements": pa.schema(
        [
            ("person_id", _TEXT),
            ("trial_id", _TEXT),
            ("definition", _TEXT),
            ("dose_ok", _TEXT),
            ("duration_ok", _TEXT),
            ("responded", _TEXT),
            ("code", _TEXT),
            ("counts_as", _TEXT),
            ("reason_code", _TEXT),
            ("reason_values", _TEXT),
        ]
    ),
    "verdicts": pa.schema(
        [
            ("person_id", _TEXT),
            ("condition", _TEXT),
            ("definition", _TEXT),
            ("kind", _TEXT),
            ("market", _TEXT),
            ("as_of", _DAY),
            ("verdict", _TEXT),
            ("missing", _TEXTS),
            ("held_back_by", _TEXTS),
            ("completeness", pa.float64()),
            ("ruleset_version", _TEXT),
        ]
    ),
    "findings": pa.schema(
        [
            ("person_id", _TEXT),
            ("finding_id", _TEXT),
            ("condition", _TEXT),
            ("definition", _TEXT),
            ("criterion", _TEXT),
            ("answer", _TEXT),
            ("reason_code", _TEXT),
            ("reason_values", _TEXT),
            ("missing", _TEXTS),
            ("evidence", _TEXTS),
        ]
    ),
    "flags": pa.schema(
        [
            ("person_id", _TEXT),
            ("flag", _TEXT),
            ("condition", _TEXT),
            ("urgency", _TEXT),
            ("state", _TEXT),
            ("since", _TEXT),
            ("reason_code", _TEXT),
            ("reason_values", _TEXT),
            ("evidence", _TEXTS),
            ("source", _TEXT),
        ]
    ),
    "options": pa.schema(
        [
            ("person_id", _TEXT),
            ("option", _TEXT),
            ("condition", _TEXT),
            ("standing", _TEXT),
            ("reason_code", _TEXT),
            ("reason_values", _TEXT),
            ("evidence_grade", _TEXT),
            ("source", _TEXT),
        ]
    ),
    "read_report": pa.schema(
        [
            ("record_type", _TEXT),
            ("read", pa.int64()),
            ("skipped", pa.int64()),
            ("reason", _TEXT),
            ("example", _TEXT),
        ]
    ),
}
"""Every table that a review writes as `<table>.parquet`, with its columns."""


def result_rows(review: Review, options: Sequence[TreatmentOption] = ()) -> dict[str, list[dict[str, Any]]]:
    """One person's rows of every table but the read report; none of options where none are given.

    Dates of trials and flags are text, because records often give only the year or the month; the values
    of a reason are a dictionary.
    """
    parts: Mapping[str, Sequence[object]] = {
        "people": (review,),
        "trials": review.trials,
        "judgements": review.judgements,
        "verdicts": review.verdicts,
        "findings": review.findings,
        "flags": review.flags,
        "options": options,
    }
    return {table: [_row(table, value) for value in values] for table, values in parts.items()}


def report_rows(lines: Iterable[ReadLine]) -> list[dict[str, Any]]:
    """The read report as rows."""
    return [_row("read_report", line) for line in lines]


def result_table(table: str, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Rows of one table in Arrow form, the values of a reason as JSON text."""
    return pa.Table.from_pylist([_with_text_reason(row) for row in rows], schema=RESULT_SCHEMAS[table])


_COLUMNS = {table: tuple(schema.names) for table, schema in RESULT_SCHEMAS.items()}


def _row(table: str, value: object) -> dict[str, Any]:
    """The columns of a table, each the attribute of its name."""
    return {name: _cell(name, getattr(value, name)) for name in _COLUMNS[table]}


def _cell(name: str, value: Any) -> Any:
    if name == "reason_values":
        return dict(value)
    if name == "dose_steps":
        return [{"dose": step.dose, "start": step.start, "days": step.days} for step in value]
    if isinstance(value, PartialDate):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def _with_text_reason(row: Mapping[str, Any]) -> Mapping[str, Any]:
    if "reason_values" not in row:
        return row
    return {**row, "reason_values": json.dumps(row["reason_values"], sort_keys=True)}
