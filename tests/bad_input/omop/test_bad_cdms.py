"""Broken CDMs: a clear message, or a line in the read report, and the good records are still read."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from assuage.errors import UnreadableInput
from records.omop.cdm import CONCEPTS, PERSON, diagnosis, drug, read, write_csv, write_duckdb, write_parquet

GOOD = {
    "person": PERSON,
    "concept": CONCEPTS,
    "drug_exposure": [drug()],
}
WORDS_OF_A_RECORD = "Mrs Example 1950"


def message_of(source: Path, tmp_path: Path) -> str:
    with pytest.raises(UnreadableInput) as caught:
        read(source, tmp_path / "out")
    assert WORDS_OF_A_RECORD not in str(caught.value)
    return str(caught.value)


def without_person(folder: Path) -> None:
    (folder / "person.csv").unlink()


def empty_folder(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()


def person_columns_renamed(folder: Path) -> None:
    (folder / "person.csv").write_text(f"patient,sex\n{WORDS_OF_A_RECORD},F\n")


def quotation_mark_left_open(folder: Path) -> None:
    path = folder / "drug_exposure.csv"
    path.write_text(path.read_text() + f'2,1,"{WORDS_OF_A_RECORD}\n3,1,740301\n')


def compressed_file_cut_off(folder: Path) -> None:
    path = folder / "drug_exposure.csv"
    packed = gzip.compress(path.read_bytes())
    path.unlink()
    (folder / "drug_exposure.csv.gz").write_bytes(packed[:-20])


def parquet_cut_off(folder: Path) -> None:
    write_parquet(folder, {"drug_exposure": [drug()]})
    path = folder / "drug_exposure.parquet"
    path.write_bytes(path.read_bytes()[:-50])


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (without_person, "there is no person table"),
        (empty_folder, "there is no table of the OMOP model"),
        (person_columns_renamed, "person.csv, person: there is no column person_id"),
        (quotation_mark_left_open, "drug_exposure.csv, line 3: a quotation mark is opened and not closed"),
        (compressed_file_cut_off, "drug_exposure.csv.gz: the compressed file is damaged or cut off"),
        (parquet_cut_off, "drug_exposure.parquet, drug_exposure: this is not a whole Parquet file"),
    ],
)
def test_a_source_that_cannot_be_read_as_a_whole_says_where_and_what_to_do(tmp_path, broken, words):
    folder = tmp_path / "cdm"
    folder.mkdir()
    broken(write_csv(folder, GOOD))
    message = message_of(folder, tmp_path)
    assert words in message
    assert "What to do:" in message or "Expected:" in message


def test_a_file_that_is_no_database_says_so(tmp_path):
    file = tmp_path / "cdm.duckdb"
    file.write_text(WORDS_OF_A_RECORD)
    assert "not a DuckDB file that can be opened" in message_of(file, tmp_path)


def test_a_database_without_persons_says_so(tmp_path):
    file = write_duckdb(tmp_path / "cdm.duckdb", {"drug_exposure": [drug()]})
    assert "there is no person table" in message_of(file, tmp_path)


def test_a_path_that_leads_nowhere_says_so(tmp_path):
    assert "no such file or folder" in message_of(tmp_path / "nowhere", tmp_path)


def report_of(tmp_path: Path, tables, damage: Callable[[Path], None] | None = None):
    folder = tmp_path / "cdm"
    folder.mkdir()
    write_csv(folder, tables)
    if damage:
        damage(folder)
    return read(folder, tmp_path / "out")


def test_a_line_with_too_few_fields_is_reported_by_its_number_and_the_rest_is_read(tmp_path):
    def cut(folder):
        path = folder / "drug_exposure.csv"
        header, good = path.read_text().splitlines()
        path.write_text(f"{header}\n7,1\n{good}\n{good.replace('1', '8', 1).replace(',1,', ',2,', 1)}\n")

    found = report_of(tmp_path, GOOD, cut)
    assert len(found.rows["exposure"]) == 1
    examples = {line.reason: line.example for line in found.lines if line.record_type == "drug_exposure"}
    assert examples["not a whole line: missing columns"] == "drug_exposure.csv, line 2"
    assert examples["the person is not in the person table"] == "drug_exposure.csv, line 4"


def test_a_missing_table_is_named_with_what_cannot_be_answered(tmp_path):
    found = report_of(tmp_path, GOOD)
    assert found.reasons("drug_strength") == [
        "the table is missing: strengths come only from printed drug names"
    ]
    assert "never tried" in found.reasons("observation_period")[0]


def test_a_table_with_other_columns_is_skipped_whole_and_the_others_are_read(tmp_path):
    renamed = [{"id": 1, "patient": WORDS_OF_A_RECORD, "drug": "x"}]
    found = report_of(tmp_path, GOOD | {"drug_exposure": renamed, "condition_occurrence": [diagnosis()]})
    assert len(found.rows["condition"]) == 1
    (reason,) = found.skipped("drug_exposure")
    assert reason.startswith("the table lacks drug_exposure_id, person_id")


def test_a_file_without_even_a_header_is_reported(tmp_path):
    found = report_of(tmp_path, GOOD, lambda folder: (folder / "death.csv").write_text(""))
    assert found.reasons("death") == ["the file is empty", "the table lacks person_id, death_date"]


def test_latin_1_text_is_read_and_said_so(tmp_path):
    def encode(folder):
        path = folder / "drug_exposure.csv"
        path.write_bytes(path.read_text().replace("740301", "0").encode("latin-1") + b"")
        header, row = path.read_text().splitlines()
        fields = row.split(",")
        fields[header.split(",").index("drug_source_value")] = "carbamazépine"
        path.write_bytes("\n".join([header, ",".join(fields), ""]).encode("latin-1"))

    found = report_of(tmp_path, GOOD, encode)
    (row,) = found.rows["exposure"]
    assert row.drug_text == "carbamazépine"
    assert any("Latin-1" in reason for reason in found.reasons("drug_exposure"))


def test_tables_that_are_not_used_are_listed_with_their_rows(tmp_path):
    found = report_of(tmp_path, GOOD | {"drug_era": [{"drug_era_id": 1}, {"drug_era_id": 2}]})
    assert found.skipped("drug_era") == {"table not used": 2}


def test_no_value_of_a_record_stands_in_the_report(tmp_path):
    rows = [
        drug(1, drug_source_value=WORDS_OF_A_RECORD, drug_concept_id=0),
        drug(2, quantity=WORDS_OF_A_RECORD),
    ]
    found = report_of(tmp_path, GOOD | {"drug_exposure": rows})
    assert all(WORDS_OF_A_RECORD not in f"{line.reason} {line.example}" for line in found.lines)
