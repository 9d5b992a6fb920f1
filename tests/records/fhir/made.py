"""Small made-up FHIR resources, and reading a folder of them."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq

from assuage.records.fhir import read_fhir
from assuage.records.read_report import ReadReport
from assuage.records.rows import TABLES, Row
from assuage.records.store import TableWriter
from assuage.records.tables import from_columns

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"

Json = dict[str, object]


@dataclass(frozen=True)
class Read:
    """What one source gave: rows by table, and the read report."""

    tables: dict[str, list[Row]]
    report: ReadReport

    def the(self, table: str) -> Row:
        """The one row of a table."""
        (row,) = self.tables[table]
        return row

    def reasons(self) -> set[tuple[str, str]]:
        return {(kind, str(reason)) for kind, reason in self.report.skipped}

    def records(self) -> Counter[str]:
        """Read + skipped by resource type, notes on fields left out."""
        return Counter(self.report.read) + Counter(
            {
                kind: sum(n for (k, _), n in self.report.skipped.items() if k == kind)
                for kind, _ in self.report.skipped
                if "." not in kind
            }
        )


def read(source: Path, complete_from: date | None = None) -> Read:
    report = ReadReport()
    with tempfile.TemporaryDirectory() as folder:
        with TableWriter(Path(folder)) as sink:
            read_fhir(source, sink, report, complete_from=complete_from)
        left = sorted(path.name for path in Path(folder).iterdir())
        assert left == sorted(f"{table}.parquet" for table in TABLES), "the index is gone after reading"
        tables = {table: _rows(Path(folder), table) for table in TABLES}
    return Read(tables, report)


def _rows(folder: Path, table: str) -> list[Row]:
    columns = pq.read_table(folder / f"{table}.parquet").to_pylist()
    return sorted((from_columns(table, one) for one in columns), key=repr)


def read_resources(folder: Path, *resources: Json) -> Read:
    """Write the resources as one NDJSON file and read it."""
    write_lines(folder / "all.ndjson", *resources)
    return read(folder)


def write_lines(path: Path, *resources: Json) -> None:
    path.write_text("".join(json.dumps(one) + "\n" for one in resources), encoding="utf-8")


def resource(kind: str, identity: str = "1", **fields: object) -> Json:
    return {"resourceType": kind, "id": identity, **fields}


def patient(identity: str = "p", **fields: object) -> Json:
    return resource("Patient", identity, **{"birthDate": "1960-05-01", "gender": "female", **fields})


def about(kind: str, identity: str = "1", **fields: object) -> Json:
    """A resource about the patient `p`."""
    return resource(kind, identity, **{"subject": {"reference": "Patient/p"}, **fields})


def concept(text: str = "", system: str = "", code: str = "") -> Json:
    return {
        **({"text": text} if text else {}),
        **({"coding": [{"system": system, "code": code}]} if code else {}),
    }


CARBAMAZEPINE_200 = concept("carbamazepine 200 MG Oral Tablet", RXNORM, "2002")
TRIGEMINAL_NEURALGIA = concept("Trigeminal neuralgia", ICD10CM, "G50.0")


def condition(identity: str = "tn", **fields: object) -> Json:
    return about("Condition", identity, **{"code": TRIGEMINAL_NEURALGIA, **fields})


def request(identity: str = "1", **fields: object) -> Json:
    return about(
        "MedicationRequest",
        identity,
        **{
            "status": "active",
            "intent": "order",
            "medicationCodeableConcept": CARBAMAZEPINE_200,
            "authoredOn": "2021-03-01",
            **fields,
        },
    )


def dosage(value: object = 1, unit: str | None = None, **repeat: object) -> Json:
    quantity = {"value": value, **({"code": unit, "system": UCUM} if unit else {})}
    timing = {"timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d", **repeat}}}
    return {**timing, "doseAndRate": [{"doseQuantity": quantity}]}


def quantity(value: object, code: str) -> Json:
    return {"value": value, "code": code, "system": UCUM}
