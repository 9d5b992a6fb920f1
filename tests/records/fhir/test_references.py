"""One resolver for every way in which FHIR writes a reference."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from assuage.records.fhir.index import Index
from assuage.records.fhir.references import canonical, contained
from records.fhir.made import condition, patient, read_resources, resource, write_lines


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Patient/7", "Patient/7"),
        ("Patient/7/_history/3", "Patient/7"),
        ("https://hospital.example/fhir/Patient/7", "Patient/7"),
        ("urn:uuid:0c1d", "urn:uuid:0c1d"),
        (
            "Practitioner?identifier=http://x.example/npi|99",
            "Practitioner?identifier=http://x.example/npi|99",
        ),
        (
            "Practitioner?identifier=http%3A%2F%2Fx.example%7C99",
            "Practitioner?identifier=http://x.example|99",
        ),
        ("#med1", "#med1"),
        ("", ""),
        ("somebody", ""),
        ("Patient?name=Smith", ""),
    ],
)
def test_every_written_form_has_one_key(written: str, key: str) -> None:
    assert canonical({"reference": written}) == key


def test_a_logical_reference_is_the_conditional_one_written_as_an_object() -> None:
    logical = {"identifier": {"system": "s", "value": "9"}}
    assert canonical(logical, "Patient") == "Patient?identifier=s|9"
    assert canonical({**logical, "type": "Device"}, "Patient") == "Device?identifier=s|9"


@pytest.mark.parametrize("value", [None, 3, "Patient/7", [], {}, {"reference": 5}, {"identifier": []}])
def test_what_is_no_reference_has_no_key(value: object) -> None:
    assert canonical(value) == ""


def test_a_contained_resource_is_found_by_its_id() -> None:
    medication = {"resourceType": "Medication", "id": "m"}
    assert contained({"contained": [{"id": "x"}, medication]}, "#m") == medication
    assert contained({"contained": [{"id": "x"}]}, "#m") is None


def taken(*records: tuple[dict[str, object], str]) -> Index:
    index = Index()
    for body, full_url in records:
        kind, identity = str(body["resourceType"]), str(body["id"])
        index.take(kind, identity, body, full_url, orjson.dumps(body, option=orjson.OPT_SORT_KEYS))
    index.sort_out()
    return index


@pytest.mark.parametrize(
    "reference",
    ["Patient/7", "http://x.example/Patient/7", "urn:uuid:full", "urn:uuid:7", "Patient?identifier=s|9"],
)
def test_a_person_is_found_by_id_by_full_url_and_by_identifier(reference: str) -> None:
    index = taken((patient("7", identifier=[{"system": "s", "value": "9"}]), "urn:uuid:full"))
    found = index.find({"reference": reference}, "Patient")
    assert found is not None
    assert found["id"] == "7"


def test_a_reference_to_another_type_finds_nothing() -> None:
    index = taken((patient("7"), ""), (resource("Device", "7"), ""))
    assert index.find({"reference": "Device/7"}, "Patient") is None


def test_an_identifier_that_two_people_carry_finds_neither() -> None:
    same = [{"system": "s", "value": "9"}]
    index = taken((patient("7", identifier=same), ""), (patient("8", identifier=same), ""))
    assert index.find({"reference": "Patient?identifier=s|9"}, "Patient") is None


def test_a_reference_is_resolved_whichever_file_comes_first(tmp_path: Path) -> None:
    write_lines(tmp_path / "z.ndjson", patient())
    assert read_resources(tmp_path, condition()).the("condition").person_id == "p"


def test_a_person_reference_to_nowhere_is_a_reported_fact(tmp_path: Path) -> None:
    lost = condition(subject={"reference": "Patient/nobody"})
    read = read_resources(tmp_path, patient(), lost)
    assert read.reasons() == {("Condition", "person reference to nowhere")}
    assert list(read.report.examples.values()) == ["all.ndjson line 2"]
