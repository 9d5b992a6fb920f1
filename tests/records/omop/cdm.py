"""Small CDMs for tests: a dictionary of tables, written as CSV, Parquet or DuckDB, and read back as rows."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from assuage.records.omop import read_omop
from assuage.records.read_report import ReadLine, ReadReport
from assuage.records.rows import TABLES, Row
from assuage.records.store import TableWriter
from assuage.records.tables import from_columns

Rows = Sequence[Mapping[str, Any]]

PERSON = [
    {"person_id": 1, "gender_concept_id": 8532, "year_of_birth": 1950, "month_of_birth": 3, "day_of_birth": 7}
]


def concept(number: int, name: str, vocabulary: str = "RxNorm", code: str = "none") -> dict[str, Any]:
    return {"concept_id": number, "concept_name": name, "vocabulary_id": vocabulary, "concept_code": code}


# Concepts as the OMOP vocabularies have them, then two of our own making.
CONCEPTS = [
    concept(740275, "carbamazepine", "RxNorm", "2002"),
    concept(740301, "carbamazepine 200 MG Oral Tablet"),
    concept(318736, "Migraine", "SNOMED", "37796009"),
    concept(900001, "acetaminophen 325 MG / oxycodone hydrochloride 5 MG Oral Tablet"),
    concept(900002, "an ointment without a name"),
]


def drug(number: int = 1, **fields: Any) -> dict[str, Any]:
    """A carbamazepine supply of 30 days, 60 tablets of 200 mg, changed as asked."""
    return {
        "drug_exposure_id": number,
        "person_id": 1,
        "drug_concept_id": 740301,
        "drug_exposure_start_date": "2020-01-01",
        "drug_exposure_end_date": "2020-01-31",
        "verbatim_end_date": "",
        "stop_reason": "",
        "quantity": 60,
        "days_supply": 30,
        "drug_source_value": "",
        "drug_source_concept_id": 0,
    } | fields


def diagnosis(number: int = 1, **fields: Any) -> dict[str, Any]:
    """Migraine, changed as asked."""
    return {
        "condition_occurrence_id": number,
        "person_id": 1,
        "condition_concept_id": 318736,
        "condition_start_date": "2019-05-02",
        "condition_end_date": "",
    } | fields


@dataclass(frozen=True)
class Read:
    """What reading gave: rows by table, and the read report."""

    rows: Mapping[str, list[Row]]
    lines: list[ReadLine]

    def read(self, table: str) -> int:
        return sum(line.read for line in self.lines if line.record_type == table)

    def skipped(self, table: str) -> dict[str, int]:
        return {
            line.reason: line.skipped
            for line in self.lines
            if line.record_type == table and line.reason and line.skipped
        }

    def reasons(self, table: str) -> list[str]:
        return [line.reason for line in self.lines if line.record_type == table and line.reason]


def write_csv(folder: Path, tables: Mapping[str, Rows]) -> Path:
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, list(dict.fromkeys(name for row in rows for name in row)))
            writer.writeheader()
            writer.writerows(rows)
    return folder


def write_parquet(folder: Path, tables: Mapping[str, Rows]) -> Path:
    for name, rows in tables.items():
        pq.write_table(pa.Table.from_pylist([dict(row) for row in rows]), folder / f"{name}.parquet")
    return folder


def write_duckdb(file: Path, tables: Mapping[str, Rows], schema: str = "omop") -> Path:
    with duckdb.connect(str(file)) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
        for name, rows in tables.items():
            connection.register("rows", pa.Table.from_pylist([dict(row) for row in rows]))
            connection.execute(f"CREATE TABLE {schema}.{name} AS FROM rows")
            connection.unregister("rows")
    return file


def read(source: Path, out: Path, complete_from: date | None = None) -> Read:
    report = ReadReport()
    out.mkdir(exist_ok=True)
    with TableWriter(out) as sink:
        read_omop(source, sink, report, complete_from=complete_from)
    rows = {
        table: [
            from_columns(table, columns) for columns in pq.read_table(out / f"{table}.parquet").to_pylist()
        ]
        for table in TABLES
    }
    return Read(rows, report.lines())


def read_tables(tmp_path: Path, complete_from: date | None = None, **tables: Rows) -> Read:
    """Read a CDM of these tables, with one person and the concepts above unless they are given."""
    folder = tmp_path / "cdm"
    folder.mkdir()
    write_csv(folder, {"person": PERSON, "concept": CONCEPTS} | tables)
    return read(folder, tmp_path / "out", complete_from)
