"""The result tables that a review writes: their schemas, and the rows of one person's review."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

import pyarrow as pa

from assuage.flags.model import Flag
from assuage.records.read_report import ReadLine
from assuage.resistance.model import Finding, Judgement, Review, Verdict
from assuage.trials.model import TreatmentTrial

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


def result_rows(review: Review) -> dict[str, list[dict[str, Any]]]:
    """One person's rows of every table but the read report.

    Dates of trials are text, because records often give only the year or the month.
    """
    return {
        "people": [
            {
                "person_id": review.person_id,
                "conditions": list(review.conditions),
                "first_pain_record": review.first_pain_record,
                "first_specialist_contact": review.first_specialist_contact,
                "completeness": review.completeness,
            }
        ],
        "trials": [_trial(trial) for trial in review.trials],
        "judgements": [_reasoned(judgement) for judgement in review.judgements],
        "verdicts": [_plain(verdict) for verdict in review.verdicts],
        "flags": [_flag(flag) for flag in review.flags],
        "findings": [{**_reasoned(finding), "finding_id": finding.finding_id} for finding in review.findings],
    }


def result_table(table: str, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Rows of one table in Arrow form; columns that the table does not have are left out."""
    names = RESULT_SCHEMAS[table].names
    return pa.Table.from_pylist(
        [{name: row[name] for name in names} for row in rows], schema=RESULT_SCHEMAS[table]
    )


def report_rows(lines: Iterable[ReadLine]) -> list[dict[str, Any]]:
    """The read report as rows."""
    return [asdict(line) for line in lines]


def _trial(trial: TreatmentTrial) -> dict[str, Any]:
    return {
        **_plain(trial),
        "trial_id": trial.trial_id,
        "peak_dose": trial.peak_dose,
        "start": None if trial.start is None else str(trial.start),
        "end": None if trial.end is None else str(trial.end),
    }


def _reasoned(row: Judgement | Finding | Flag) -> dict[str, Any]:
    return {**_plain(row), "reason_values": json.dumps(dict(row.reason_values), sort_keys=True)}


def _flag(flag: Flag) -> dict[str, Any]:
    return {
        **_reasoned(flag),
        "since": None if flag.since is None else str(flag.since),
        "source": flag.source,
    }


def _plain(row: TreatmentTrial | Judgement | Finding | Flag | Verdict) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(row).items()}
