"""The two public CDMs, if they are there: every row accounted for, and supplies as long as they say."""

from __future__ import annotations

import tempfile
from collections import Counter
from functools import cache
from pathlib import Path

import duckdb
import pytest

from records.omop.cdm import Read, read

DATA = (Path(__file__).parents[3] / "../shared/data").resolve()
GIBLEED, SYNPUF = "gibleed_omop53", "synpuf50_omop52"
CLINICAL = (
    "person",
    "death",
    "condition_occurrence",
    "drug_exposure",
    "procedure_occurrence",
    "device_exposure",
    "measurement",
    "observation",
    "visit_occurrence",
    "observation_period",
)


@cache
def public(name: str) -> Read:
    """A public CDM, read once for all tests."""
    if not (DATA / name).is_dir():
        pytest.skip(f"the public data set {name} is not here")
    with tempfile.TemporaryDirectory() as out:
        return read(DATA / name, Path(out))


def rows_of(name: str, table: str) -> duckdb.DuckDBPyRelation:
    path = next((DATA / name).glob(f"{table}.[cp]*"))
    return duckdb.read_parquet(str(path)) if path.suffix == ".parquet" else duckdb.read_csv(str(path))


def times(found: Read) -> Counter[str]:
    return Counter(row.ingredient for row in found.rows["exposure"])


both = pytest.mark.parametrize("name", [GIBLEED, SYNPUF])


@both
def test_every_row_of_every_clinical_table_is_read_or_skipped(name):
    found = public(name)
    for table in CLINICAL:
        skipped = sum(found.skipped(table).values())
        assert found.read(table) + skipped == rows_of(name, table).shape[0], table


@both
def test_a_supply_lasts_exactly_its_days(name):
    found = public(name)
    supplied = rows_of(name, "drug_exposure").filter("days_supply > 0")
    # GiBleed gives one id to several rows, so that the start has to tell them apart
    lasting = supplied.project(
        "'drug_exposure/' || drug_exposure_id, drug_exposure_start_date, days_supply::INTEGER"
    ).fetchall()
    lengths = {
        (row.record_id, row.start.first, (row.end.first - row.start.first).days + 1)
        for row in found.rows["exposure"]
        if row.end_rule == "supplied"
    }
    assert lengths
    assert lengths <= set(lasting)


@both
def test_no_exposure_has_an_end_but_those_with_days_of_supply(name):
    found = public(name)
    assert {str(row.end_rule) for row in found.rows["exposure"]} == {"supplied", "unknown"}
    assert all((row.end is None) == (row.end_rule == "unknown") for row in found.rows["exposure"])


def test_medicines_are_found_in_synpuf_as_often_as_their_names_stand_in_it():
    found = times(public(SYNPUF))
    names = ("gabapentin", "amitriptyline", "topiramate", "venlafaxine", "carbamazepine", "pregabalin")
    # counted by name in the description of the data set
    assert [found[name] for name in names] == [12, 16, 5, 4, 3, 2]


def test_medicines_are_found_in_gibleed_through_their_ancestors():
    found = public(GIBLEED)
    assert [times(found)[name] for name in ("carbamazepine", "oxycodone", "naproxen")] == [60, 306, 1177]
    assert {row.mapped_by for row in found.rows["exposure"]} == {"omop_ancestor", "omop_concept"}


def test_periods_of_persons_who_are_not_there_are_counted_in_gibleed():
    skipped = public(GIBLEED).skipped("observation_period")
    assert skipped["the person is not in the person table"] == 2649
