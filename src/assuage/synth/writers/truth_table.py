"""`truth.parquet`: one row for each person and definition, with the planned facts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from assuage.answers import Answer
from assuage.synth.plan import MadeUpPerson, Operation
from assuage.synth.truth import TRUTHS
from assuage.synth.waiting import waits_for

SCHEMA = pa.schema(
    {
        "person_id": pa.string(),
        "definition": pa.string(),
        "applies": pa.bool_(),
        "verdict": pa.string(),  # met, not_met or unknown; not_met where it does not apply
        "failed": pa.list_(pa.string()),  # drugs or classes that the definition counts
        "group": pa.string(),
        "condition": pa.string(),
        "onset_days_ago": pa.int64(),
        "age_years": pa.int64(),
        "pain_now": pa.int64(),  # 0 to 10
        "life_affected": pa.bool_(),
        "debilitating_days": pa.list_(pa.int64()),  # of the last months, oldest first
        "contraindicated": pa.list_(pa.string()),
        "overuse": pa.bool_(),
        "red_flags": pa.list_(pa.string()),
        "waits_for": pa.list_(pa.string()),  # what would hold a verdict back that is met
        "assessed_by_team": pa.bool_(),
        "regimen_stable": pa.bool_(),
        "bmi_kg_m2": pa.float64(),
        "hba1c_percent": pa.float64(),
        "procedures": pa.list_(pa.string()),  # done or only recommended, with what each did
        "trials": pa.int64(),
        "completeness": pa.float64(),
    }
)
_BATCH_ROWS = 6_000
_VERDICTS = {Answer.YES: "met", Answer.NO: "not_met", Answer.UNKNOWN: "unknown"}


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
        "onset_days_ago": -plan.onset,
        "age_years": plan.age_years,
        "pain_now": plan.pain_now,
        "life_affected": plan.life_affected,
        "debilitating_days": list(plan.debilitating_days),
        "contraindicated": sorted(plan.contraindicated),
        "overuse": plan.overuse,
        "red_flags": list(plan.red_flags),
        "waits_for": list(waits_for(plan)),
        "assessed_by_team": plan.assessed_by_team,
        "regimen_stable": plan.regimen_stable,
        "bmi_kg_m2": plan.bmi_kg_m2,
        "hba1c_percent": plan.hba1c_percent,
        "procedures": [_procedure(one) for one in plan.operations],
        "trials": len(plan.courses),
        "completeness": person.completeness,
    }
    rows = []
    for definition, truth_of in TRUTHS.items():
        truth = truth_of(plan)
        answer = {
            "definition": definition,
            "applies": truth.applies,
            "verdict": _VERDICTS[truth.met],
            "failed": list(truth.failed),
        }
        rows.append(facts | answer)
    return rows


def _procedure(one: Operation) -> str:
    """Its name and what became of it: a result, completed, recommended, or nothing that is known."""
    fate = one.result or ("recommended" if not one.done else "completed" if one.end is not None else "done")
    return f"{one.name}: {fate}"
