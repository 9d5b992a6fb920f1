"""The facts of many cases as tables, for the tabular forms.

Every table has `case_id`; partial dates stand as their first and last day. What is attributed to a case
(its condition's scores, statements about it or about nothing in particular) has been chosen already,
so that criteria do not repeat that choice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from assuage.dates import PartialDate
from assuage.records.rows import Row
from assuage.resistance.criteria.case import Case, too_recent
from assuage.resistance.model import Judgement
from assuage.trials.model import TreatmentTrial

NUMBER_BITS = 10
"""The last bits of the number of an asked case: room for the number of the criterion that asks."""

_SCHEMAS = {
    "cases": {
        "case_id": "int64",
        "condition": "string",
        "as_of": "date",
        "market": "string",
        "birth_first": "date",
        "birth_last": "date",
        "covered": "boolean",
        "record_id": "string",
    },
    "conditions": {"case_id": "int64", "condition": "string", "state": "string", "record_id": "string"},
    "diagnoses": {
        "case_id": "int64",
        "record_id": "string",
        "state": "string",
        "is_onset": "boolean",
        "start_first": "date",
        "start_last": "date",
    },
    "trials": {
        "case_id": "int64",
        "trial_id": "string",
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
    "trial_records": {
        "case_id": "int64",
        "trial_id": "string",
        "treatment": "string",
        "records": "array<string>",
    },
    "scores": {
        "case_id": "int64",
        "record_id": "string",
        "instrument": "string",
        "low": "float64",
        "high": "float64",
        "start_first": "date",
        "start_last": "date",
    },
    "intake": {
        "case_id": "int64",
        "record_id": "string",
        "low": "float64",
        "high": "float64",
        "start_first": "date",
    },
    "measurements": {
        "case_id": "int64",
        "record_id": "string",
        "name": "string",
        "value": "float64",
        "unit": "string",
        "start_first": "date",
    },
    "statements": {
        "case_id": "int64",
        "record_id": "string",
        "author": "string",
        "kind": "string",
        "about": "string",
        "answer": "string",
        "start_first": "date",
        "start_last": "date",
    },
    "allergies": {"case_id": "int64", "record_id": "string", "treatment": "string"},
    "coverage": {"case_id": "int64", "record_id": "string"},
}

_OF_CASES = tuple(name for name in _SCHEMAS if name not in ("cases", "trials", "trial_records"))


@dataclass(frozen=True)
class Facts:
    """The tables that tabular forms read, all keyed by `case_id`.

    Rows name their record, `cases` that of the person. `trial_records` are those that each trial rests on;
    they alone stay under the number of the case where the others stand under those it is asked by.
    """

    cases: ir.Table
    conditions: ir.Table
    diagnoses: ir.Table
    trials: ir.Table
    trial_records: ir.Table
    scores: ir.Table
    intake: ir.Table
    measurements: ir.Table
    statements: ir.Table
    allergies: ir.Table
    coverage: ir.Table

    def asked_as(self, cases: ir.Table, trials: ir.Table) -> Facts:
        """These facts under the numbers that cases are asked by.

        `cases` and `trials` stand under those already; `of_case` of `cases` is the number of the case itself.
        """
        asks = cases.select("case_id", "of_case")
        renamed = {
            name: rows.inner_join(asks, rows.case_id == asks.of_case, rname="{name}_asked")
            .drop("case_id", "of_case")
            .rename(case_id="case_id_asked")
            for name in _OF_CASES
            for rows in [getattr(self, name)]
        }
        return replace(self, **renamed, cases=cases, trials=trials)


def asked_id(case_id: ir.IntegerValue, number: ir.IntegerValue | int) -> ir.IntegerValue:
    """The number of a case as a criterion asks of it."""
    return case_id * 2**NUMBER_BITS + number


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
    history = case.history
    return {
        "cases": [_case(case)],
        "conditions": [_named(row, condition=row.condition, state=row.state) for row in history.condition],
        "diagnoses": [
            _named(row, state=row.state, is_onset=row.start is not None, **_days(row.start or row.recorded))
            for row in case.diagnoses
        ],
        "trials": [{**_trial(trial), **_judged(judged)} for trial, judged in case.judged],
        "trial_records": [
            {"trial_id": trial.trial_id, "treatment": trial.treatment, "records": list(trial.evidence)}
            for trial in case.trials
        ],
        "scores": [
            _named(row, instrument=row.instrument, low=row.low, high=row.high, **_days(row.start))
            for row in case.scores
        ],
        "intake": [
            _named(row, low=row.low, high=row.high, start_first=_first(row.start))
            for row in history.score
            if row.instrument == "acute_medication_days"
        ],
        "measurements": [
            _named(row, name=row.name, value=row.value, unit=row.unit, start_first=_first(row.start))
            for row in history.observation
            if row.value is not None
        ],
        "statements": [
            _named(
                row, author=row.author, kind=row.kind, about=row.about, answer=row.answer, **_days(row.start)
            )
            for row in case.statements
        ],
        "allergies": [_named(row, treatment=row.ingredient) for row in case.allergies],
        "coverage": [_named(row) for row in history.coverage],
    }


def _named(row: Row, **columns: Any) -> dict[str, Any]:
    return {"record_id": row.record_id, **columns}


def _case(case: Case) -> dict[str, Any]:
    birth = case.history.person.birth
    return _named(
        case.history.person,
        condition=case.condition,
        as_of=case.as_of,
        market=case.market,
        birth_first=_first(birth),
        birth_last=None if birth is None else birth.last,
        covered=case.covered,
    )


def _trial(trial: TreatmentTrial) -> dict[str, Any]:
    return {
        "trial_id": trial.trial_id,
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
        "begun": date.min if trial.start is None else trial.start.first,
    }


def _judged(judged: Judgement) -> dict[str, Any]:
    return {
        "dose_ok": judged.dose_ok,
        "responded": judged.responded,
        "code": judged.code,
        "counts_as": judged.counts_as,
        "reason_code": judged.reason_code,
    }


def _first(day: PartialDate | None) -> Any:
    return None if day is None else day.first


def _days(day: PartialDate | None) -> dict[str, Any]:
    return {"start_first": _first(day), "start_last": None if day is None else day.last}
