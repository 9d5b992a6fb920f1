"""`truth.parquet`: one row for each person and definition, with the planned facts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from assuage.synth.plan import MadeUpPerson
from assuage.synth.truth import TRUTHS

SCHEMA = pa.schema(
    {
        "person_id": pa.string(),
        "definition": pa.string(),
        "applies": pa.bool_(),
        "verdict": pa.string(),  # met or not_met; not_met where it does not apply
        "failed": pa.list_(pa.string()),  # drugs or classes that the definition counts
        "group": pa.string(),
        "condition": pa.string(),
        "pain_now": pa.int64(),  # 0 to 10
        "life_affected": pa.bool_(),
        "debilitating_days": pa.list_(pa.int64()),  # of the last months, oldest first
        "contraindicated": pa.list_(pa.string()),
        "overuse": pa.bool_(),
        "red_flags": pa.list_(pa.string()),
        "trials": pa.int64(),
        "completeness": pa.float64(),
    }
)
_BATCH_ROWS = 6_000


class TruthTable:
    """The file that truths are added to; to be used with `with`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rows: list[dict[str, Any]] = []

    def __enter__(self) -> TruthTable:
        self._writer = pq.ParquetWriter(self._path, SCHEMA)
        return self

    def __exit__(self, *_: object) -> None:
        self._flush()
        self._writer.close()

    def add(self, person: MadeUpPerson) -> None:
        """Add one person's rows."""
        self._rows += truth_rows(person)
        if len(self._rows) >= _BATCH_ROWS:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            self._writer.write_table(pa.Table.from_pylist(self._rows, schema=SCHEMA))
            self._rows = []


def truth_rows(person: MadeUpPerson) -> list[dict[str, Any]]:
    """One row for each definition."""
    plan = person.plan
    facts = {
        "person_id": person.person_id,
        "group": plan.group,
        "condition": plan.condition,
        "pain_now": plan.pain_now,
        "life_affected": plan.life_affected,
        "debilitating_days": list(plan.debilitating_days),
        "contraindicated": sorted(plan.contraindicated),
        "overuse": plan.overuse,
        "red_flags": list(plan.red_flags),
        "trials": len(plan.courses),
        "completeness": person.completeness,
    }
    rows = []
    for definition, truth_of in TRUTHS.items():
        truth = truth_of(plan)
        verdict = "met" if truth.met else "not_met"
        answer = {
            "definition": definition,
            "applies": truth.applies,
            "verdict": verdict,
            "failed": list(truth.failed),
        }
        rows.append(facts | answer)
    return rows
