"""Made-up people written in each format: read back whole, with the truth beside them."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from assuage.records.source import read_source
from assuage.synth import FORMATS, TRUTHS, make_people, write

PEOPLE, SEED = 60, 8
READ = {"fhir": "fhir", "omop": "omop", "omop-csv": "omop", "history": "history"}
NOT_LOST = (
    "looked up by other records",  # vocabulary
    "the table is missing",
    "counted by its dispense",
    "not used: no date was given from which",  # observation_period without --complete-from
)


@pytest.fixture(scope="module", params=FORMATS)
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    out = tmp_path_factory.mktemp(request.param)
    return request.param, write(PEOPLE, SEED, request.param, out)


def test_complete_people_are_read_without_a_loss(written: tuple[str, Path], tmp_path: Path):
    name, records = written
    kind, report = read_source(records, tmp_path)
    assert str(kind) == READ[name]
    lost = [one for one in report.lines() if one.reason and not one.reason.startswith(NOT_LOST)]
    assert lost == []
    assert pq.read_metadata(tmp_path / "person.parquet").num_rows == PEOPLE


def test_the_truth_has_a_row_for_each_person_and_definition(written: tuple[str, Path]):
    _, records = written
    rows = pq.read_table(records.parent / "truth.parquet").to_pylist()
    assert [(row["person_id"], row["definition"]) for row in rows] == [
        (person.person_id, definition) for person in make_people(PEOPLE, SEED) for definition in TRUTHS
    ]
    assert {row["verdict"] for row in rows} == {"met", "not_met"}


def test_the_same_seed_writes_the_same_files(written: tuple[str, Path], tmp_path: Path):
    name, records = written
    again = write(PEOPLE, SEED, name, tmp_path)
    files = sorted(path.relative_to(records) for path in records.rglob("*") if path.is_file())
    assert files
    assert all((records / path).read_bytes() == (again / path).read_bytes() for path in files)


def test_the_omop_vocabulary_is_closed_and_without_cpt(tmp_path: Path):
    records = write(PEOPLE, SEED, "omop", tmp_path)
    concepts = pq.read_table(records / "concept.parquet")
    known = set(concepts["concept_id"].to_pylist())
    assert len(known) == concepts.num_rows
    assert {"CPT4", "HCPCS"}.isdisjoint(concepts["vocabulary_id"].to_pylist())
    for path in records.glob("*.parquet"):
        table = pq.read_table(path)
        for column in table.column_names:
            if column.endswith("concept_id"):
                used = set(table[column].to_pylist())
                assert used <= known, (path.name, column)


def test_csv_and_parquet_hold_the_same_rows(tmp_path: Path):
    parquet = write(10, SEED, "omop", tmp_path / "parquet")
    text = write(10, SEED, "omop-csv", tmp_path / "csv")
    for path in parquet.glob("*.parquet"):
        with (text / path.with_suffix(".csv").name).open(newline="", encoding="utf-8") as file:
            header, *rows = csv.reader(file)
        table = pq.read_table(path)
        assert header == table.column_names
        for column in table.column_names:
            place = header.index(column)
            values = ["" if value is None else str(value) for value in table[column].to_pylist()]
            assert [_number(row[place]) for row in rows] == [_number(value) for value in values]


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def test_incomplete_people_can_be_read_and_what_is_wrong_is_counted(tmp_path: Path):
    records = write(PEOPLE, SEED, "omop", tmp_path / "people", completeness=0.3)
    (tmp_path / "tables").mkdir()
    _, report = read_source(records, tmp_path / "tables")
    assert any(one.reason == "the end is before the start" for one in report.lines())


def test_a_folder_that_holds_records_is_not_written_over(tmp_path: Path):
    write(1, SEED, "history", tmp_path)
    with pytest.raises(ValueError, match="already holds records"):
        write(1, SEED, "history", tmp_path)


def test_an_unknown_format_is_refused_by_name_of_the_known(tmp_path: Path):
    with pytest.raises(ValueError, match="fhir, omop, omop-csv, history"):
        write(1, SEED, "hl7v2", tmp_path)
