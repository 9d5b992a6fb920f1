"""Prescriptions, dispenses, administrations and statements become exposures."""

from __future__ import annotations

from pathlib import Path

import pytest

from assuage.answers import Answer
from assuage.records.rows import EndRule, Exposure, StopReason
from records.fhir.made import (
    CARBAMAZEPINE_200,
    TRIGEMINAL_NEURALGIA,
    Json,
    Read,
    about,
    concept,
    condition,
    dosage,
    patient,
    quantity,
    read,
    read_resources,
    request,
    resource,
    write_lines,
)


def exposure(read: Read) -> Exposure:
    row = read.the("exposure")
    assert isinstance(row, Exposure)
    return row


def by_reference(reference: str, **fields: object) -> Json:
    pointing = request(medicationReference={"reference": reference, "display": "a tablet"}, **fields)
    del pointing["medicationCodeableConcept"]
    return pointing


MEDICATION = resource("Medication", "m", code=CARBAMAZEPINE_200)


@pytest.mark.parametrize("reference", ["Medication/m", "urn:uuid:m", "http://x.example/Medication/m"])
def test_a_medication_may_stand_in_another_file(tmp_path: Path, reference: str) -> None:
    write_lines(tmp_path / "zz.ndjson", MEDICATION)
    got = read_resources(tmp_path, patient(), by_reference(reference))
    assert exposure(got).ingredient == "carbamazepine"
    assert exposure(got).drug_text == "carbamazepine 200 MG Oral Tablet"
    assert ("Medication", "looked up by other records, no row of its own") in got.reasons()


def test_a_medication_may_be_contained(tmp_path: Path) -> None:
    inside = by_reference("#m", contained=[MEDICATION])
    assert exposure(read_resources(tmp_path, patient(), inside)).ingredient == "carbamazepine"


def test_a_medication_may_list_its_ingredients_with_their_strength(tmp_path: Path) -> None:
    listed = resource(
        "Medication",
        "m",
        ingredient=[
            {
                "itemCodeableConcept": concept("carbamazepine"),
                "strength": {"numerator": quantity(400, "mg"), "denominator": quantity(1, "{tbl}")},
            }
        ],
    )
    twice_a_day = by_reference("Medication/m", dosageInstruction=[dosage(1)])
    assert exposure(read_resources(tmp_path, patient(), listed, twice_a_day)).dose == 800


def test_a_medication_that_is_nowhere_leaves_its_printed_name(tmp_path: Path) -> None:
    pointing = by_reference("Medication/lost")
    pointing["medicationReference"] = {"reference": "Medication/lost", "display": "Carbamazepine 200 mg"}
    got = read_resources(tmp_path, patient(), pointing)
    assert exposure(got).ingredient == "carbamazepine"
    assert [kind for kind, _ in got.reasons()] == ["MedicationRequest.medicationReference"]


def test_a_combination_counts_for_each_ingredient(tmp_path: Path) -> None:
    both = concept("acetaminophen 325 MG / hydrocodone bitartrate 5 MG Oral Tablet")
    rows = read_resources(tmp_path, patient(), request(medicationCodeableConcept=both)).tables["exposure"]
    assert len({row.ingredient for row in rows if isinstance(row, Exposure)}) == 2


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        (
            {"medicationCodeableConcept": concept("nizatidine 150 MG Oral Capsule")},
            "drug outside the formulary",
        ),
        ({"status": "entered-in-error"}, "entered in error"),
        ({"status": "draft"}, "a draft, proposal or plan, not an order"),
        ({"intent": "proposal"}, "a draft, proposal or plan, not an order"),
        ({"doNotPerform": True}, "an order not to give the drug"),
        ({"subject": {"reference": "Group/g"}}, "person reference to nowhere"),
        ({"subject": {"display": "somebody"}}, "names no person"),
    ],
)
def test_what_is_no_exposure_says_why(tmp_path: Path, fields: Json, reason: str) -> None:
    got = read_resources(tmp_path, patient(), request(**fields))
    assert got.tables["exposure"] == []
    assert got.reasons() == {("MedicationRequest", reason)}


def test_a_cancelled_prescription_was_not_taken(tmp_path: Path) -> None:
    assert exposure(read_resources(tmp_path, patient(), request(status="cancelled"))).taken is Answer.NO


def test_a_reported_plan_counts(tmp_path: Path) -> None:
    own = request(intent="plan", reportedBoolean=True)
    assert exposure(read_resources(tmp_path, patient(), own)).ingredient == "carbamazepine"


def test_the_indication_is_found_through_a_condition_in_a_later_file(tmp_path: Path) -> None:
    write_lines(tmp_path / "zz.ndjson", condition("tn"))
    got = read_resources(tmp_path, patient(), request(reasonReference=[{"reference": "Condition/tn"}]))
    assert exposure(got).indication == "trigeminal_neuralgia"


def test_the_indication_may_be_a_code_or_only_words(tmp_path: Path) -> None:
    coded = read_resources(tmp_path, patient(), request(reasonCode=[TRIGEMINAL_NEURALGIA]))
    assert exposure(coded).indication == "trigeminal_neuralgia"
    worded = read_resources(tmp_path, patient(), request(reasonCode=[concept("sore elbow of the left")]))
    assert (exposure(worded).indication, exposure(worded).indication_text) == (
        None,
        "sore elbow of the left",
    )


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("Stopped because of a rash", StopReason.ADVERSE_EVENT),
        ("ineffective", StopReason.NO_EFFECT),
        ("not effective at 1200 mg", StopReason.NO_EFFECT),
        ("pain-free since March, no longer needed", StopReason.REMISSION),
        ("no side effects", StopReason.UNKNOWN),
        ("ineffective, and a rash", StopReason.UNKNOWN),
        ("see letter", StopReason.UNKNOWN),
    ],
)
def test_the_reason_for_stopping_is_read_from_its_words(
    tmp_path: Path, words: str, reason: StopReason
) -> None:
    stopped = request(status="stopped", statusReason=concept(words))
    row = exposure(read_resources(tmp_path, patient(), stopped))
    assert row.stop_reason is reason
    assert row.adverse_event == (words if reason is StopReason.ADVERSE_EVENT else None)


def test_the_reason_for_stopping_is_read_from_its_code(tmp_path: Path) -> None:
    system = "http://terminology.hl7.org/CodeSystem/medicationrequest-status-reason"
    stopped = request(status="stopped", statusReason=concept("", system, "sintol"))
    assert exposure(read_resources(tmp_path, patient(), stopped)).stop_reason is StopReason.ADVERSE_EVENT


def dispense(identity: str = "d", **fields: object) -> Json:
    return about(
        "MedicationDispense",
        identity,
        **{
            "status": "completed",
            "medicationCodeableConcept": CARBAMAZEPINE_200,
            "whenHandedOver": "2021-03-04",
            "daysSupply": quantity(30, "d"),
            "authorizingPrescription": [{"reference": "MedicationRequest/1"}],
            **fields,
        },
    )


def test_a_prescription_and_its_dispenses_are_counted_once(tmp_path: Path) -> None:
    ordered = request(dosageInstruction=[dosage(1)], reasonCode=[TRIGEMINAL_NEURALGIA])
    second = dispense("d2", whenHandedOver="2021-04-04")
    got = read_resources(tmp_path, second, patient(), ordered, dispense())
    assert [row.record_id for row in got.tables["exposure"]] == [
        "MedicationDispense/d",
        "MedicationDispense/d2",
    ]
    assert ("MedicationRequest", "counted by its dispense") in got.reasons()
    first = got.tables["exposure"][0]
    assert isinstance(first, Exposure)
    assert (first.dose, first.indication) == (400, "trigeminal_neuralgia"), "the request serves its dispense"
    assert (str(first.end), first.end_rule) == ("2021-04-02", EndRule.SUPPLIED)


def test_a_dispense_with_an_unknown_package_code_is_named_by_its_prescription(tmp_path: Path) -> None:
    package = concept("", "http://hl7.org/fhir/sid/ndc", "00000-0000-00")
    got = read_resources(tmp_path, patient(), request(), dispense(medicationCodeableConcept=package))
    assert (exposure(got).record_id, exposure(got).ingredient) == ("MedicationDispense/d", "carbamazepine")
    assert exposure(got).drug_text == "carbamazepine 200 MG Oral Tablet"


def test_a_cancelled_dispense_leaves_the_prescription(tmp_path: Path) -> None:
    got = read_resources(tmp_path, patient(), request(), dispense(status="cancelled"))
    assert exposure(got).record_id == "MedicationRequest/1"
    assert got.reasons() == {("MedicationDispense", "not dispensed")}


def administration(**fields: object) -> Json:
    return about(
        "MedicationAdministration",
        **{
            "status": "completed",
            "effectiveDateTime": "2021-03-04T10:00:00Z",
            "medicationCodeableConcept": CARBAMAZEPINE_200,
            **fields,
        },
    )


def test_an_administration_is_one_day_taken_without_a_daily_dose(tmp_path: Path) -> None:
    row = exposure(read_resources(tmp_path, patient(), administration(dosage={"dose": quantity(200, "mg")})))
    assert (str(row.start), str(row.end), row.end_rule) == ("2021-03-04", "2021-03-04", EndRule.STATED)
    assert (row.taken, row.dose) == (Answer.YES, None)


def test_a_session_of_botulinum_toxin_keeps_its_units(tmp_path: Path) -> None:
    session = administration(
        medicationCodeableConcept=concept("onabotulinumtoxinA"), dosage={"dose": quantity(155, "[U]")}
    )
    row = exposure(read_resources(tmp_path, patient(), session))
    assert (row.dose, row.dose_unit) == (155, "U/session")


def test_an_administration_not_done_was_not_taken(tmp_path: Path) -> None:
    assert exposure(read_resources(tmp_path, patient(), administration(status="not-done"))).taken is Answer.NO


def test_a_single_resource_in_a_file_of_its_own_is_read(tmp_path: Path) -> None:
    for name, body in (("patient", patient()), ("order", request())):
        write_lines(tmp_path / f"{name}.json", body)
    assert exposure(read(tmp_path)).ingredient == "carbamazepine"
