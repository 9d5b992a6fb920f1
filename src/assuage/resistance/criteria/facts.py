"""The facts of many cases as tables, for the tabular forms.

Every table has `case_id`; partial dates stand as their first and last day. What is attributed to a case
(its condition's scores, statements about it or about nothing in particular) has been chosen already,
so that criteria do not repeat that choice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from assuage.dates import PartialDate
from assuage.resistance.criteria.case import Case, too_recent
from assuage.trials.model import TreatmentTrial

_SCHEMAS = {
    "cases": {
        "case_id": "int64",
        "condition": "string",
        "as_of": "date",
        "market": "string",
        "birth_first": "date",
        "birth_last": "date",
    },
    "conditions": {"case_id": "int64", "condition": "string", "state": "string"},
    "diagnoses": {
        "case_id": "int64",
        "state": "string",
        "is_onset": "boolean",
        "start_first": "date",
        "start_last": "date",
    },
    "trials": {
        "case_id": "int64",
        "treatment": "string",
        "treatment_class": "string",
        "kind": "string",
        "purpose": "string",
        "running": "string",
        "taken": "string",
        "too_recent": "boolean",
        "has_end": "boolean",
        "peak_dose": "float64",
        "dose_unit": "string",
        "dose_ok": "string",
        "responded": "string",
        "code": "string",
        "counts_as": "string",
        "reason_code": "string",
        "begun": "date",
    },
    "scores": {
        "case_id": "int64",
        "instrument": "string",
        "low": "float64",
        "high": "float64",
        "start_first": "date",
        "start_last": "date",
    },
    "intake": {"case_id": "int64", "low": "float64", "high": "float64", "start_first": "date"},
    "measurements": {
        "case_id": "int64",
        "name": "string",
        "value": "float64",
        "unit": "string",
        "start_first": "date",
    },
    "statements": {
        "case_id": "int64",
        "kind": "string",
        "about": "string",
        "answer": "string",
        "start_first": "date",
        "start_last": "date",
    },
    "allergies": {"case_id": "int64", "treatment": "string"},
    "coverage": {"case_id": "int64", "from_birth": "boolean", "start_last": "date", "end_first": "date"},
}


@dataclass(frozen=True)
class Facts:
    """The tables that tabular forms read, all keyed by `case_id`."""

    cases: ir.Table
    conditions: ir.Table
    diagnoses: ir.Table
    trials: ir.Table
    scores: ir.Table
    intake: ir.Table
    measurements: ir.Table
    statements: ir.Table
    allergies: ir.Table
    coverage: ir.Table


def facts_of(cases: Iterable[Case]) -> Facts:
    """The facts of plain cases; the number of a case is its `case_id`."""
    rows: dict[str, list[dict[str, Any]]] = {table: [] for table in _SCHEMAS}
    for case_id, case in enumerate(cases):
        for table, table_rows in _rows_of(case).items():
            rows[table] += [{"case_id": case_id, **row} for row in table_rows]
    return Facts(**{table: _table(table, table_rows) for table, table_rows in rows.items()})


def _table(name: str, rows: list[dict[str, Any]]) -> ir.Table:
    schema = ibis.schema(_SCHEMAS[name])
    return ibis.memtable(pa.Table.from_pylist(rows, schema=schema.to_pyarrow()), schema=schema)


def _rows_of(case: Case) -> dict[str, list[dict[str, Any]]]:
    return {
        "cases": [_case(case)],
        "conditions": [{"condition": row.condition, "state": row.state} for row in case.history.condition],
        "diagnoses": [
            {"state": row.state, "is_onset": row.start is not None, **_days(row.start or row.recorded)}
            for row in case.diagnoses
        ],
        "trials": [
            {
                **_trial(trial),
                "dose_ok": judged.dose_ok,
                "responded": judged.responded,
                "code": judged.code,
                "counts_as": judged.counts_as,
                "reason_code": judged.reason_code,
                "begun": date.min if trial.start is None else trial.start.first,
            }
            for trial, judged in case.judged
        ],
        "scores": [
            {"instrument": row.instrument, "low": row.low, "high": row.high, **_days(row.start)}
            for row in case.scores
        ],
        "intake": [
            {"low": row.low, "high": row.high, "start_first": _first(row.start)}
            for row in case.history.score
            if row.instrument == "acute_medication_days"
        ],
        "measurements": [
            {"name": row.name, "value": row.value, "unit": row.unit, "start_first": _first(row.start)}
            for row in case.history.observation
            if row.value is not None
        ],
        "statements": [
            {"kind": row.kind, "about": row.about, "answer": row.answer, **_days(row.start)}
            for row in case.statements
        ],
        "allergies": [{"treatment": row.ingredient} for row in case.allergies],
        "coverage": [
            {
                "from_birth": row.start is None,
                "start_last": None if row.start is None else row.start.last,
                "end_first": _first(row.end),
            }
            for row in case.history.coverage
        ],
    }


def _case(case: Case) -> dict[str, Any]:
    birth = case.history.person.birth
    return {
        "condition": case.condition,
        "as_of": case.as_of,
        "market": case.market,
        "birth_first": _first(birth),
        "birth_last": None if birth is None else birth.last,
    }


def _trial(trial: TreatmentTrial) -> dict[str, Any]:
    return {
        "treatment": trial.treatment,
        "treatment_class": trial.treatment_class,
        "kind": trial.kind,
        "purpose": trial.purpose,
        "running": trial.running,
        "taken": trial.taken,
        "too_recent": too_recent(trial),
        "has_end": trial.end is not None,
        "peak_dose": trial.peak_dose,
        "dose_unit": trial.dose_unit,
    }


def _first(day: PartialDate | None) -> Any:
    return None if day is None else day.first


def _days(day: PartialDate | None) -> dict[str, Any]:
    return {"start_first": _first(day), "start_last": None if day is None else day.last}
