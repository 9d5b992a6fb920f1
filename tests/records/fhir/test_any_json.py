"""Whatever stands in a record, reading never raises anything but UnreadableInput, and counts every record."""

from __future__ import annotations

import contextlib
import copy
import json
import random
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assuage.errors import UnreadableInput
from assuage.records.fhir.reader import CONVERTERS
from records.fhir.made import Json, Read, about, concept, dosage, patient, quantity, read, request, resource

PERIOD = {"start": "2020-01-01", "end": "2020-02-01"}
NAMED = concept("Pain severity", "http://loinc.org", "72514-3")
DRUG = {"medicationCodeableConcept": concept("carbamazepine 200 MG Oral Tablet")}
WHOLE: dict[str, Json] = {
    "Patient": patient("p", deceasedDateTime="2022-01-01"),
    "Condition": about(
        "Condition", code=concept("Trigeminal neuralgia"), onsetPeriod=PERIOD, recordedDate="2020"
    ),
    "MedicationRequest": request(
        dosageInstruction=[dosage(1, "{tbl}", boundsPeriod=PERIOD)],
        dispenseRequest={"quantity": quantity(30, "{tbl}"), "expectedSupplyDuration": quantity(30, "d")},
        reasonReference=[{"reference": "Condition/1"}],
        statusReason=concept("rash"),
        status="stopped",
    ),
    "MedicationStatement": about(
        "MedicationStatement",
        status="active",
        effectivePeriod=PERIOD,
        medicationReference={"reference": "#m"},
        contained=[{"resourceType": "Medication", "id": "m", "code": concept("gabapentin 300 MG")}],
        dosage=[dosage(1)],
    ),
    "MedicationDispense": about(
        "MedicationDispense",
        status="completed",
        daysSupply=quantity(30, "d"),
        quantity=quantity(60, "{tbl}"),
        whenHandedOver="2020-03-01",
        authorizingPrescription=[{"reference": "MedicationRequest/1"}],
        **DRUG,
    ),
    "MedicationAdministration": about(
        "MedicationAdministration",
        status="completed",
        effectiveDateTime="2020-01-01",
        dosage={"dose": quantity(155, "U")},
        medicationCodeableConcept=concept("onabotulinumtoxinA"),
    ),
    "Procedure": about(
        "Procedure", status="completed", code=concept("Microvascular decompression"), performedPeriod=PERIOD
    ),
    "Observation": about(
        "Observation",
        status="final",
        code=NAMED,
        valueQuantity={"value": 7.5, "comparator": "<"},
        component=[{"code": NAMED, "valueRange": {"low": {"value": 1}, "high": {"value": 2}}}],
    ),
    "QuestionnaireResponse": about(
        "QuestionnaireResponse",
        status="completed",
        item=[
            {
                "linkId": "/44261-6",
                "answer": [{"valueDecimal": 3, "item": [{"linkId": "x"}]}],
                "item": [{"linkId": "/44260-8", "answer": [{"valueCoding": {"code": "LA6569-3"}}]}],
            }
        ],
    ),
    "AllergyIntolerance": resource(
        "AllergyIntolerance",
        patient={"reference": "Patient/p"},
        code=concept("carbamazepine"),
        reaction=[{"substance": concept("x"), "manifestation": [concept("rash")]}],
    ),
    "AdverseEvent": about(
        "AdverseEvent",
        event=concept("rash"),
        suspectEntity=[{"instance": {"reference": "MedicationRequest/1"}}],
    ),
    "Encounter": about(
        "Encounter",
        status="finished",
        serviceType=concept("Neurology"),
        period=PERIOD,
        participant=[{"individual": {"reference": "PractitionerRole/1"}}],
    ),
    "CarePlan": about(
        "CarePlan",
        status="active",
        activity=[{"detail": {"code": concept("Acupuncture"), "status": "completed"}}],
        addresses=[{"reference": "Condition/1"}],
        period=PERIOD,
    ),
    "DeviceUseStatement": about("DeviceUseStatement", status="active", device={"reference": "Device/1"}),
    "Device": resource("Device", deviceName=[{"name": "Spinal cord stimulator"}]),
    "Medication": resource("Medication", code=concept("carbamazepine")),
    "PractitionerRole": resource(
        "PractitionerRole", specialty=[concept("Neurology")], practitioner={"reference": "Practitioner/1"}
    ),
}
STRANGE: list[Any] = [
    None, True, False, 0, -1, 1, 1e308, -1e308, 2**70, 0.5, 5e-324, "", " ", "x", "9999-12-31", "0001-01-01",
    "2020-13-45", "Patient/p", "#m", "urn:uuid:", "Condition?identifier=|", [], {}, [[]], [{}], [None],
    {"coding": "x"}, {"reference": {}}, {"value": "x"}, {"start": 5}, "\x00", "é" * 50,
    "9" * 400, [1, [2, [3]]],
]  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value inside a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, one in inner for place in places(one, (*path, key)))]


def mutated(body: Json, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    changed: Any = copy.deepcopy(body)
    parent = changed
    for key in path[:-1]:
        parent = parent[key]
    parent[path[-1]] = value
    return changed


def read_lines(*lines: str) -> Read | None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "all.ndjson").write_text("\n".join(lines), encoding="utf-8")
        try:
            return read(Path(folder))
        except UnreadableInput:
            return None


def test_every_resource_type_that_gives_rows_is_among_the_examples() -> None:
    assert set(CONVERTERS) <= set(WHOLE)
    whole = read_lines(*(json.dumps(one) for one in WHOLE.values()))
    assert whole is not None
    unread = {kind for kind in CONVERTERS if not whole.report.read[kind]}
    assert unread == {"MedicationRequest"}, "the request is counted by its dispense"


@pytest.mark.parametrize("kind", sorted(WHOLE))
def test_one_strange_value_anywhere_loses_at_most_its_own_record(kind: str) -> None:
    body, dice = WHOLE[kind], random.Random(kind)
    changed = [
        mutated(body, path, value)
        for path in places(body)[1:]
        if path not in {("id",), ("resourceType",)}
        for value in dice.sample(STRANGE, 8)
    ]
    numbered = [{**one, "id": f"m{n}"} for n, one in enumerate(changed) if isinstance(one, dict)]
    got = read_lines(json.dumps(patient()), *(json.dumps(one) for one in numbered))
    assert got is not None
    assert got.records()[kind] == len(numbered) + (kind == "Patient")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_json_in_any_place_raises_nothing(data: st.DataObject) -> None:
    lines = []
    for kind in data.draw(st.lists(st.sampled_from(sorted(WHOLE)), min_size=1, max_size=8)):
        body = WHOLE[kind]
        lines.append(
            json.dumps(mutated(body, data.draw(st.sampled_from(places(body))), data.draw(json_values)))
        )
    got = read_lines(json.dumps(patient()), *lines)
    assert got is not None
    assert sum(got.records().values()) == 1 + len(lines)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(cut=st.integers(0, 2_000), junk=st.binary(max_size=12))
def test_any_damage_to_the_bytes_raises_nothing_but_unreadable_input(cut: int, junk: bytes) -> None:
    entries = [{"resource": one} for one in WHOLE.values()]
    whole = json.dumps({"resourceType": "Bundle", "entry": entries}).encode()
    cut = cut % len(whole)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "bundle.json").write_bytes(whole[:cut] + junk)
        (Path(folder) / "lines.ndjson").write_bytes(whole[:cut] + junk + whole[cut:])
        with contextlib.suppress(UnreadableInput):
            read(Path(folder))


def test_no_value_or_id_stands_in_the_report() -> None:
    planted = "Zaphod-1234567"
    told = []
    for kind, body in WHOLE.items():
        told += [
            mutated({**body, "id": f"{planted}{kind}{n}"}, path, planted)
            for n, path in enumerate(places(body)[1:])
            if path[-1] != "id"
        ]
    got = read_lines(*(json.dumps(one) for one in told))
    assert got is not None
    assert planted not in repr(got.report)
