"""An ingest gives the rows and the read report of the FHIR reader: one mapping, whatever the way to it."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from assuage.records.ingest import ingest
from records.fhir.made import CARBAMAZEPINE_200, about, concept, condition, patient, request, write_lines
from records.ingest.made_export import (
    SHARED,
    damaged_export,
    made_up_export,
    read_after_ingest,
    read_directly,
)


@pytest.mark.parametrize(
    "name",
    ["smart-bulk-10", "pathling_testdata", "us_core", pytest.param("smart_r4_fhir", marks=pytest.mark.long)],
)
def test_public_exports_come_out_the_same(tmp_path: Path, name: str) -> None:
    if not (SHARED / name).is_dir():
        pytest.skip(f"the public data set {name} is not beside this checkout")
    assert read_after_ingest(SHARED / name, tmp_path) == read_directly(SHARED / name, tmp_path)


def test_made_up_people_come_out_the_same(tmp_path: Path) -> None:
    source = made_up_export(tmp_path / "made-up", people=20)
    assert read_after_ingest(source, tmp_path) == read_directly(source, tmp_path)


def damaged_comes_out_the_same(folder: Path, seed: int) -> None:
    source = damaged_export(folder, seed)
    ingested, read = read_after_ingest(source, folder), read_directly(source, folder)
    assert ingested.rows == read.rows
    assert ingested.report == read.report


@pytest.mark.parametrize("seed", range(2))
def test_damaged_exports_come_out_the_same(tmp_path: Path, seed: int) -> None:
    damaged_comes_out_the_same(tmp_path, seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 160))
def test_many_damaged_exports_come_out_the_same(tmp_path: Path, seed: int) -> None:
    damaged_comes_out_the_same(tmp_path, seed)


def test_what_is_looked_up_across_files_people_and_identifiers_comes_out_the_same(tmp_path: Path) -> None:
    source = tmp_path / "export"
    source.mkdir()
    carried = [{"system": "s", "value": "v"}]
    write_lines(
        source / "a.ndjson",
        about(
            "MedicationDispense",
            "d",
            authorizingPrescription=[{"reference": "MedicationRequest?identifier=s|v"}],
        ),
        request(
            "by-code",
            reasonReference=[{"reference": "urn:uuid:reason"}],
            medicationCodeableConcept=CARBAMAZEPINE_200,
        ),
        {
            **request(
                "by-reference",
                identifier=carried,
                reasonReference=[{"identifier": carried[0], "type": "Condition"}],
            ),
            "medicationReference": {"reference": "Medication/m"},
            "medicationCodeableConcept": None,
        },
        about(
            "Encounter", "e", status="finished", participant=[{"individual": {"reference": "Practitioner/n"}}]
        ),
    )
    write_lines(
        source / "b.ndjson",
        {"resourceType": "Practitioner", "id": "n"},
        {
            "resourceType": "PractitionerRole",
            "id": "r",
            "practitioner": {"reference": "Practitioner/n"},
            "specialty": [concept("Neurology")],
        },
        {"resourceType": "Medication", "id": "m", "code": CARBAMAZEPINE_200},
        condition("reason"),
        {**condition("elsewhere"), "identifier": carried, "code": concept("a word of no codelist")},
        patient(),
    )
    ingested = read_after_ingest(source, tmp_path)
    assert ingested == read_directly(source, tmp_path)
    assert len(ingested.rows["exposure"]) > 0


def test_a_malformed_line_is_kept_aside_with_its_file_and_number(tmp_path: Path) -> None:
    source = tmp_path / "export"
    source.mkdir()
    (source / "one.ndjson").write_bytes(
        orjson.dumps(patient()) + b"\n\n{ half a line\n" + orjson.dumps(condition()) + b"\nNaN and \xff\n"
    )
    ingested = ingest(source, tmp_path / "tables")
    kept = [
        orjson.loads(line) for line in (tmp_path / "tables" / "malformed.ndjson").read_bytes().splitlines()
    ]
    assert [(one["file"], one["line"], one["text"]) for one in kept] == [
        ("one.ndjson", 3, "{ half a line"),
        ("one.ndjson", 5, "NaN and \\xff"),
    ]
    assert ingested.malformed_lines == 2
    assert {line.skipped for line in ingested.report.lines() if line.record_type == "line"} == {1}


def test_what_duckdb_takes_for_json_and_is_none_changes_no_row_and_no_count(tmp_path: Path) -> None:
    source = tmp_path / "export"
    source.mkdir()
    of_person = b'"subject":{"reference":"Patient/p"}'
    (source / "one.ndjson").write_bytes(
        b"\n".join(
            [
                orjson.dumps(patient()),
                orjson.dumps(condition()),
                b'{"resourceType":"Observation","id":"1",%b,"valueQuantity":{"value":1e999}}' % of_person,
                b'{"resourceType":"Condition","id":"2",%b,"code":{"text":"a cold"} , }' % of_person,
                b'{"resourceType":"Condition","id":"3",%b,"code":{"text":"migraine" , }}' % of_person,
                b'{"resourceType":"Practitioner","id":"4","x":1e999}',
            ]
        )
    )
    ingested, read = read_after_ingest(source, tmp_path), read_directly(source, tmp_path)
    assert ingested.rows == read.rows
    assert sum(line.read + line.skipped for line in ingested.report) == 6
    assert sum(line.read + line.skipped for line in read.report) == 6
