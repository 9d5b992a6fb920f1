"""An ingest gives the rows and the read report of the FHIR reader: one mapping, whatever the way to it."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any, cast

import orjson
import pyarrow.parquet as pq
import pytest

from assuage.records.fhir.files import records
from assuage.records.fhir.index import Index
from assuage.records.fhir.reader import CONVERTERS
from assuage.records.fhir.reasons import Reason
from assuage.records.fhir.resource import Lifespan, Resource, Skip
from assuage.records.ingest import ingest
from assuage.records.ingest.faces import BY_FACE, FACES
from assuage.records.ingest.filling import LOOKING_UP, ON_DEMAND
from assuage.records.rows import TABLES
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


def test_a_visit_counts_by_the_role_of_who_took_part_wherever_it_stands(tmp_path: Path) -> None:
    """The visit's line is passed over at first, and read when the role turns up in a later file."""
    source = tmp_path / "export"
    source.mkdir()
    visits = [
        about("Encounter", name, status="finished", participant=[{"individual": {"reference": reference}}])
        for name, reference in (("seen", "Practitioner/n"), ("elsewhere", "Practitioner/other"))
    ]
    lines = b"\r\n\r\n".join(orjson.dumps(one) for one in visits)
    (source / "a.ndjson.gz").write_bytes(gzip.compress(b"\n" + lines))
    role = {"resourceType": "PractitionerRole", "id": "r", "practitioner": {"reference": "Practitioner/n"}}
    without, within = [tmp_path / name for name in ("without", "with")]
    for folder, specialty in ((without, "Dermatology"), (within, "Neurology")):
        write_lines(source / "b.ndjson", {**role, "specialty": [concept(specialty)]}, patient())
        folder.mkdir()
        assert read_after_ingest(source, folder) == read_directly(source, folder)
    assert _tables_of(within)["observation"] == 1
    assert _tables_of(without)["observation"] == 0


def _tables_of(folder: Path) -> dict[str, int]:
    """The number of rows of each table of an ingest."""
    return {
        name: sum(pq.read_metadata(file).num_rows for file in (folder / "tables" / name).iterdir())
        for name in TABLES
    }


def test_a_drug_contained_in_an_adverse_event_comes_out_the_same(tmp_path: Path) -> None:
    source = tmp_path / "export"
    source.mkdir()
    write_lines(
        source / "a.ndjson",
        patient(),
        about(
            "AdverseEvent",
            actuality="actual",
            event=concept("a rash"),
            suspectEntity=[{"instance": {"reference": "#drug"}}],
            contained=[{"resourceType": "Medication", "id": "drug", "code": CARBAMAZEPINE_200}],
        ),
    )
    ingested = read_after_ingest(source, tmp_path)
    assert ingested == read_directly(source, tmp_path)
    assert len(ingested.rows["observation"]) == 1


class _Noting:
    """An index that finds nothing, and notes the types asked for."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def find(self, _: object, kind: str) -> None:
        self.asked.add(kind)

    def by_key(self, _: str, kind: str) -> None:
        self.asked.add(kind)

    def role_of(self, _: object) -> None:
        self.asked.add("PractitionerRole")

    def is_dispensed(self, _: str) -> bool:
        return False


def converted(body: dict[str, Any]) -> tuple[set[str], Reason | None]:
    """The types that a converter looks up for a resource, and why it gives no row."""
    index = _Noting()
    resource = Resource(body["resourceType"], "id", body, Lifespan("p"), cast("Index", index))
    try:
        CONVERTERS[resource.kind](resource)
    except Skip as skip:
        return index.asked, skip.reason
    return index.asked, None


@pytest.fixture(scope="module")
def resources(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Sound and damaged resources of every type that made-up people have, with fields of other types too."""
    source = damaged_export(tmp_path_factory.mktemp("damaged"), seed=3)
    lines = [one.body for path in sorted(source.rglob("*.ndjson")) for one in records(path)]
    found = [body for body in lines if body and body.get("resourceType") in CONVERTERS]
    every_field = {name: value for body in found for name, value in body.items()}
    return found + [{**every_field, **body} for body in found]


def test_only_the_listed_types_look_up_a_diagnosis_or_a_prescription(resources: list[dict[str, Any]]) -> None:
    for body in resources:
        asked, _ = converted(body)
        assert body["resourceType"] in LOOKING_UP or not asked & set(ON_DEMAND)
        assert body["resourceType"] != "Observation" or "focus" in body or not asked & set(ON_DEMAND)


def test_what_a_face_turns_away_the_whole_resource_turns_away(resources: list[dict[str, Any]]) -> None:
    turned_away = 0
    for body in resources:
        face = {"resourceType", *FACES.get(body["resourceType"], body)}
        _, reason = converted({name: value for name, value in body.items() if name in face})
        if reason in BY_FACE:
            turned_away += 1
            assert converted(body)[1] is reason
    assert turned_away > 20


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
