"""Whatever a CDM is kept in, and in whatever order its rows stand, the same rows come out."""

from __future__ import annotations

import gzip
import random
import shutil
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.omop.cdm import (
    CONCEPTS,
    PERSON,
    concept,
    drug,
    read,
    read_tables,
    write_csv,
    write_duckdb,
    write_parquet,
)

TABLES = {
    "person": PERSON,
    "concept": CONCEPTS,
    "drug_exposure": [drug(1), drug(2, drug_concept_id=900001), drug(3, drug_concept_id=900002)],
}


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    return read(write_csv(tmp_path_factory.mktemp("cdm"), TABLES), tmp_path_factory.mktemp("out")).rows


@pytest.mark.parametrize(
    "write", [write_parquet, lambda folder, tables: write_duckdb(folder / "a.duckdb", tables)]
)
def test_parquet_and_duckdb_give_the_same_as_csv(tmp_path, expected, write):
    assert read(write(tmp_path, TABLES), tmp_path / "out").rows == expected


def test_file_names_in_capitals_camel_case_compressed_or_subset_are_recognised(tmp_path, expected):
    folder = write_csv(tmp_path, TABLES)
    with (folder / "person.csv").open("rb") as plain, gzip.open(folder / "PERSON.CSV.GZ", "wb") as packed:
        shutil.copyfileobj(plain, packed)
    (folder / "person.csv").unlink()
    (folder / "drug_exposure.csv").rename(folder / "drugExposure.csv")
    (folder / "concept.csv").rename(folder / "concept_subset.csv")
    assert read(folder, tmp_path / "out").rows == expected


def test_a_file_whose_name_is_no_table_is_a_line_of_the_read_report(tmp_path, expected):
    folder = tmp_path / "cdm"
    folder.mkdir()
    write_csv(folder, TABLES)
    (folder / "drug_expsoure.csv").write_text("drug_exposure_id\n1\n", encoding="utf-8")
    found = read(folder, tmp_path / "out")
    assert found.rows == expected
    (line,) = [line for line in found.lines if line.record_type == "other file"]
    assert (line.skipped, line.example) == (1, "drug_expsoure.csv")


def test_a_folder_whose_name_looks_like_a_pattern_is_only_that_folder(tmp_path, expected):
    folder = tmp_path / "it's [a]*?"
    folder.mkdir()
    assert read(write_csv(folder, TABLES), tmp_path / "out").rows == expected


def test_a_table_in_parts_is_one_table(tmp_path, expected):
    folder = write_parquet(tmp_path, TABLES)
    (folder / "drug_exposure.parquet").unlink()
    (folder / "drug_exposure").mkdir()
    for number, row in enumerate(TABLES["drug_exposure"]):
        pq.write_table(pa.Table.from_pylist([row]), folder / "drug_exposure" / f"part-{number}.parquet")
    assert read(folder, tmp_path / "out").rows == expected


def test_vocabularies_as_downloaded_with_tabs_and_stray_quotation_marks_are_read(tmp_path, expected):
    folder = write_csv(tmp_path, TABLES)
    rows = [*CONCEPTS, concept(900040, 'a 5" needle')]
    lines = ["\t".join(map(str, row.values())) for row in rows]
    (folder / "concept.csv").unlink()
    (folder / "CONCEPT.csv").write_text("\n".join(["\t".join(rows[0]), *lines]) + "\n")
    assert read(folder, tmp_path / "out").rows == expected


def test_ids_written_as_decimals_dates_with_times_and_columns_in_capitals_are_understood(tmp_path, expected):
    def odd(row):
        changed = {name.upper(): value for name, value in row.items()}
        for name, value in changed.items():
            if name.endswith("_ID") and isinstance(value, int):
                changed[name] = f"{value}.0"
            if name.endswith("_DATE") and value:
                changed[name] = f"{value} 00:00:00"
        return changed

    odd_tables = {name: [odd(row) for row in rows] for name, rows in TABLES.items()}
    assert read(write_csv(tmp_path, odd_tables), tmp_path / "out").rows == expected


def test_numbers_that_data_frames_turned_into_floats_are_understood(tmp_path, expected):
    folder = write_csv(tmp_path, TABLES)
    (folder / "drug_exposure.csv").unlink()
    rows = [
        {
            name: float("nan") if value == "" and name != "stop_reason" else value
            for name, value in row.items()
        }
        | {"drug_concept_id": float(row["drug_concept_id"]), "person_id": 1.0, "verbatim_end_date": None}
        for row in TABLES["drug_exposure"]
    ]
    for row in rows:
        row["drug_source_value"] = None
    write_parquet(folder, {"drug_exposure": rows})
    assert read(folder, tmp_path / "out").rows == expected


def test_the_same_row_twice_counts_once(tmp_path, expected):
    twice = TABLES | {"drug_exposure": [row for row in TABLES["drug_exposure"] for _ in range(2)]}
    found = read(write_csv(tmp_path, twice), tmp_path / "out")
    assert found.rows == expected
    assert found.skipped("drug_exposure")["the same row again"] == 3


def test_an_id_given_to_two_different_rows_keeps_both_and_says_so(tmp_path):
    found = read_tables(tmp_path, drug_exposure=[drug(1), drug(1, drug_exposure_start_date="2019-01-01")])
    assert len(found.rows["exposure"]) == 2
    assert found.skipped("drug_exposure.drug_exposure_id") == {"one id in rows that differ": 2}


@settings(max_examples=3, deadline=None, derandomize=True, database=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "person_id": st.sampled_from([1, 2, 3]),
                "drug_concept_id": st.sampled_from([740275, 740301, 900001, 900002, 0]),
                "drug_exposure_start_date": st.sampled_from(["2020-01-01", "2020-01-31", "1.2.2020", ""]),
                "days_supply": st.sampled_from([30, 0, -1, ""]),
                "quantity": st.sampled_from([30, 60, ""]),
            }
        ),
        min_size=2,
        max_size=30,
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_of_the_rows_does_not_matter(supplies: list[dict], order: random.Random):
    people = [PERSON[0], PERSON[0] | {"person_id": 2, "year_of_birth": 1960}]
    # ids repeat on purpose: about half of the rows share theirs with another
    tables = {
        "person": people,
        "concept": CONCEPTS,
        "drug_exposure": [drug(number // 2, **fields) for number, fields in enumerate(supplies)],
    }
    shuffled = {name: order.sample(rows, len(rows)) for name, rows in tables.items()}
    assert _written(tables) == _written(shuffled)


def _written(tables) -> tuple:
    with tempfile.TemporaryDirectory() as folder:
        found = read(write_csv(Path(folder), tables), Path(folder) / "out")
    # which row is the example is a matter of place, and may change
    return found.rows, [(line.record_type, line.read, line.skipped, line.reason) for line in found.lines]
