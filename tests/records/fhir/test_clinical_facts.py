"""People, diagnoses, scores, findings, procedures, devices, reactions and encounters."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from assuage.answers import Answer
from assuage.records.rows import (
    Condition,
    ConditionState,
    Coverage,
    Observation,
    ObservationKind,
    Person,
    Procedure,
    ProcedureState,
    Score,
    Sex,
)
from records.fhir.made import (
    CARBAMAZEPINE_200,
    LOINC,
    Json,
    about,
    concept,
    condition,
    patient,
    quantity,
    read,
    read_resources,
    request,
    resource,
    write_lines,
)


def test_a_person_has_birth_sex_and_death_as_written(tmp_path: Path) -> None:
    row = read_resources(tmp_path, patient(birthDate="1960-05", deceasedDateTime="2020-01-02")).the("person")
    assert isinstance(row, Person)
    assert (str(row.birth), row.sex, str(row.death)) == ("1960-05", Sex.FEMALE, "2020-01-02")


def test_a_death_before_birth_is_left_unknown(tmp_path: Path) -> None:
    got = read_resources(tmp_path, patient(deceasedDateTime="1950-01-01"))
    row = got.the("person")
    assert isinstance(row, Person)
    assert row.death is None
    assert got.reasons() == {("Patient.deceasedDateTime", "before birth: left unknown")}


def test_a_day_from_which_the_record_is_complete_covers_everyone(tmp_path: Path) -> None:
    write_lines(tmp_path / "all.ndjson", patient("p"), patient("q"))
    rows = read(tmp_path, complete_from=date(2015, 1, 1)).tables["coverage"]
    assert [(row.person_id, str(row.start)) for row in rows if isinstance(row, Coverage)] == [
        ("p", "2015-01-01"),
        ("q", "2015-01-01"),
    ]


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"clinicalStatus": {"coding": [{"code": "active"}]}}, ConditionState.ACTIVE),
        ({"clinicalStatus": {"coding": [{"code": "remission"}]}}, ConditionState.RESOLVED),
        ({"abatementDateTime": "2021"}, ConditionState.RESOLVED),
        ({"verificationStatus": {"coding": [{"code": "provisional"}]}}, ConditionState.UNCONFIRMED),
        ({}, ConditionState.UNKNOWN),
    ],
)
def test_how_a_diagnosis_stands(tmp_path: Path, fields: Json, state: ConditionState) -> None:
    row = read_resources(tmp_path, patient(), condition(onsetDateTime="2019-02", **fields)).the("condition")
    assert isinstance(row, Condition)
    assert (row.condition, row.state, str(row.start), row.code) == (
        "trigeminal_neuralgia",
        state,
        "2019-02",
        "G50.0",
    )


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"verificationStatus": {"coding": [{"code": "refuted"}]}}, "refuted"),
        ({"verificationStatus": {"coding": [{"code": "entered-in-error"}]}}, "entered in error"),
        ({"code": concept("Ulcer of duodenum (disorder)")}, "condition outside the codelists"),
    ],
)
def test_what_is_no_diagnosis_says_why(tmp_path: Path, fields: Json, reason: str) -> None:
    assert read_resources(tmp_path, patient(), condition(**fields)).reasons() == {("Condition", reason)}


def test_an_onset_given_as_an_age_is_not_made_a_date(tmp_path: Path) -> None:
    got = read_resources(tmp_path, patient(), condition(onsetAge={"value": 50, "code": "a"}))
    row = got.the("condition")
    assert isinstance(row, Condition)
    assert row.start is None
    assert ("Condition.onset", "given as an age or in words: left unknown") in got.reasons()


def pain(**fields: object) -> Json:
    return about(
        "Observation",
        **{
            "status": "final",
            "code": concept("Pain severity", LOINC, "72514-3"),
            "effectiveDateTime": "2021-01-02",
            **fields,
        },
    )


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [
        ({"valueQuantity": {"value": 7.25, "code": "{score}"}}, 7.25, 7.25),
        ({"valueInteger": 7}, 7, 7),
        ({"valueString": "8-9"}, 8, 9),
        ({"valueRange": {"low": {"value": 4}, "high": {"value": 6}}}, 4, 6),
        ({"valueQuantity": {"value": 3, "comparator": "<"}}, 0, 3),
        ({"valueQuantity": {"value": 8, "comparator": ">="}}, 8, 10),
    ],
)
def test_a_score_keeps_its_decimals_and_both_ends(
    tmp_path: Path, value: Json, low: float, high: float
) -> None:
    row = read_resources(tmp_path, patient(), pain(**value)).the("score")
    assert isinstance(row, Score)
    assert (row.instrument, row.low, row.high, str(row.start)) == ("nrs", low, high, "2021-01-02")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"valueInteger": 55}, "value outside the instrument's range"),
        ({"valueInteger": -1}, "value outside the instrument's range"),
        ({"valueString": "severe"}, "no numeric value"),
        ({"dataAbsentReason": concept("asked, declined")}, "no numeric value"),
        ({"valueInteger": 5, "status": "entered-in-error"}, "entered in error"),
        ({"valueInteger": 5, "status": "cancelled"}, "not finished"),
        ({"code": concept("Body height"), "valueInteger": 5}, "observation outside the codelists"),
    ],
)
def test_what_is_no_score_says_why(tmp_path: Path, fields: Json, reason: str) -> None:
    assert read_resources(tmp_path, patient(), pain(**fields)).reasons() == {("Observation", reason)}


def test_a_score_may_name_the_condition_that_it_is_about(tmp_path: Path) -> None:
    of_face = pain(valueInteger=6, focus=[{"reference": "Condition/tn"}])
    row = read_resources(tmp_path, patient(), of_face, condition("tn")).the("score")
    assert isinstance(row, Score)
    assert row.condition == "trigeminal_neuralgia"


def test_a_panel_gives_a_row_for_each_component_we_know(tmp_path: Path) -> None:
    components = [
        {"code": concept("", LOINC, "72514-3"), "valueInteger": 6},
        {"code": concept("", LOINC, "44261-6"), "valueInteger": 12},
        {"code": concept("Body height"), "valueInteger": 170},
    ]
    got = read_resources(tmp_path, patient(), pain(code=concept("Panel"), component=components))
    assert {row.instrument for row in got.tables["score"] if isinstance(row, Score)} == {"nrs", "phq9"}


def test_a_laboratory_value_keeps_its_unit(tmp_path: Path) -> None:
    sodium = pain(code=concept("Sodium", LOINC, "2951-2"), valueQuantity=quantity(128, "mmol/L"))
    row = read_resources(tmp_path, patient(), sodium).the("observation")
    assert isinstance(row, Observation)
    assert (row.kind, row.name, row.value, row.unit) == (ObservationKind.LAB, "sodium", 128, "mmol/L")


@pytest.mark.parametrize(
    ("code", "present"), [("LA6576-8", Answer.YES), ("LA6577-6", Answer.NO), ("LA0-0", Answer.UNKNOWN)]
)
def test_a_gene_is_there_only_if_the_result_says_so(tmp_path: Path, code: str, present: Answer) -> None:
    gene = pain(code=concept("HLA-B*15:02"), valueCodeableConcept=concept("result", LOINC, code))
    row = read_resources(tmp_path, patient(), gene).the("observation")
    assert isinstance(row, Observation)
    assert (row.kind, row.name, row.present) == (ObservationKind.GENE, "hla_b_1502", present)


def answered(*items: Json, **fields: object) -> Json:
    return about(
        "QuestionnaireResponse",
        **{"status": "completed", "authored": "2021-01-02", "item": list(items), **fields},
    )


def test_a_questionnaire_total_is_found_by_its_link_id_however_deep(tmp_path: Path) -> None:
    total = {"linkId": "/44261-6", "answer": [{"valueDecimal": 12}]}
    nested = answered({"linkId": "group", "item": [{"linkId": "inner", "item": [total]}]})
    row = read_resources(tmp_path, patient(), nested).the("score")
    assert isinstance(row, Score)
    assert (row.instrument, row.low) == ("phq9", 12)


def test_a_coded_answer_counts_by_its_points(tmp_path: Path) -> None:
    item = {"linkId": "/44260-8", "answer": [{"valueCoding": {"system": LOINC, "code": "LA6570-1"}}]}
    row = read_resources(tmp_path, patient(), answered(item)).the("score")
    assert isinstance(row, Score)
    assert (row.instrument, row.low) == ("phq9_item9", 2)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (answered(status="in-progress"), "not finished"),
        (answered({"linkId": "q1", "answer": [{"valueInteger": 3}]}), "no score of an instrument we know"),
        (answered({"linkId": "/44261-6", "answer": [{"valueString": "high"}]}), "no numeric value"),
    ],
)
def test_a_questionnaire_without_a_score_says_why(tmp_path: Path, body: Json, reason: str) -> None:
    assert read_resources(tmp_path, patient(), body).reasons() == {("QuestionnaireResponse", reason)}


MVD = concept("Microvascular decompression of trigeminal nerve")


def procedure(**fields: object) -> Json:
    return about("Procedure", **{"status": "completed", "code": MVD, **fields})


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, ProcedureState.DONE),
        ({"status": "preparation"}, ProcedureState.RECOMMENDED),
        ({"status": "not-done", "statusReason": concept("Patient declined")}, ProcedureState.REFUSED),
        ({"status": "unknown"}, ProcedureState.UNKNOWN),
    ],
)
def test_whether_a_procedure_took_place(tmp_path: Path, fields: Json, state: ProcedureState) -> None:
    day = {"performedPeriod": {"start": "2020-03-01", "end": "2020-03-01"}}
    row = read_resources(tmp_path, patient(), procedure(**day, **fields)).the("procedure")
    assert isinstance(row, Procedure)
    assert (row.procedure, row.state, str(row.start)) == ("mvd", state, "2020-03-01")


def test_a_procedure_not_done_for_another_reason_is_skipped(tmp_path: Path) -> None:
    got = read_resources(tmp_path, patient(), procedure(status="not-done"))
    assert got.reasons() == {("Procedure", "not done")}


def test_the_success_of_an_operation_is_not_relief_of_pain(tmp_path: Path) -> None:
    got = read_resources(tmp_path, patient(), procedure(outcome=concept("Successful")))
    row = got.the("procedure")
    assert isinstance(row, Procedure)
    assert row.outcome == "unknown"
    assert [kind for kind, _ in got.reasons()] == ["Procedure.outcome"]


def test_a_care_plan_gives_the_activities_that_are_therapies_of_ours(tmp_path: Path) -> None:
    details = [
        {"code": concept("Cognitive behavioral therapy"), "status": "scheduled"},
        {"code": concept("Acupuncture"), "status": "completed"},
        {"code": concept("Recommendation to rest"), "status": "completed"},
    ]
    plan = about(
        "CarePlan",
        status="active",
        intent="plan",
        period={"start": "2021-01-01"},
        activity=[{"detail": one} for one in details],
        addresses=[{"reference": "Condition/tn"}],
    )
    rows = read_resources(tmp_path, patient(), plan, condition("tn")).tables["procedure"]
    assert {(row.procedure, row.state, row.indication) for row in rows if isinstance(row, Procedure)} == {
        ("cbt", ProcedureState.RECOMMENDED, "trigeminal_neuralgia"),
        ("acupuncture", ProcedureState.DONE, "trigeminal_neuralgia"),
    }


def test_a_device_in_use_may_be_described_in_another_file(tmp_path: Path) -> None:
    write_lines(
        tmp_path / "zz.ndjson", resource("Device", "d", deviceName=[{"name": "Spinal cord stimulator"}])
    )
    use = about("DeviceUseStatement", status="active", device={"reference": "Device/d"})
    row = read_resources(tmp_path, patient(), use).the("observation")
    assert isinstance(row, Observation)
    assert (row.kind, row.present) == (ObservationKind.DEVICE, Answer.YES)


def allergy(**fields: object) -> Json:
    return resource(
        "AllergyIntolerance", patient={"reference": "Patient/p"}, **{"code": CARBAMAZEPINE_200, **fields}
    )


@pytest.mark.parametrize(
    ("fields", "present"),
    [
        ({}, Answer.YES),
        ({"clinicalStatus": {"coding": [{"code": "resolved"}]}}, Answer.NO),
        ({"verificationStatus": {"coding": [{"code": "unconfirmed"}]}}, Answer.UNKNOWN),
    ],
)
def test_an_allergy_names_the_ingredient(tmp_path: Path, fields: Json, present: Answer) -> None:
    rash = [{"manifestation": [concept("Stevens-Johnson syndrome")]}]
    row = read_resources(tmp_path, patient(), allergy(reaction=rash, **fields)).the("observation")
    assert isinstance(row, Observation)
    assert (row.kind, row.ingredient, row.present) == (ObservationKind.ALLERGY, "carbamazepine", present)
    assert "Stevens-Johnson" in row.text


def test_an_allergy_to_something_else_is_skipped(tmp_path: Path) -> None:
    got = read_resources(tmp_path, patient(), allergy(code=concept("Peanut")))
    assert got.reasons() == {("AllergyIntolerance", "drug outside the formulary")}


def test_an_adverse_event_names_the_ingredient_behind_a_prescription(tmp_path: Path) -> None:
    event = about(
        "AdverseEvent",
        actuality="actual",
        event=concept("dizziness"),
        suspectEntity=[{"instance": {"reference": "MedicationRequest/1"}}],
    )
    row = read_resources(tmp_path, patient(), event, request("1")).the("observation")
    assert isinstance(row, Observation)
    assert (row.kind, row.ingredient, row.text) == (
        ObservationKind.ADVERSE_EVENT,
        "carbamazepine",
        "dizziness",
    )


def encounter(**fields: object) -> Json:
    return about("Encounter", status="finished", period={"start": "2021-02-03"}, **fields)


def test_an_encounter_is_kept_for_its_specialty(tmp_path: Path) -> None:
    row = read_resources(tmp_path, patient(), encounter(serviceType=concept("Neurology"))).the("observation")
    assert isinstance(row, Observation)
    assert (row.kind, row.name, str(row.start)) == (ObservationKind.ENCOUNTER, "neurology", "2021-02-03")


@pytest.mark.parametrize("reference", ["PractitionerRole/r", "Practitioner?identifier=npi|9"])
def test_the_specialty_may_be_that_of_who_took_part(tmp_path: Path, reference: str) -> None:
    role = resource(
        "PractitionerRole",
        "r",
        practitioner={"reference": "Practitioner?identifier=npi|9"},
        specialty=[concept("Neurology")],
    )
    visit = encounter(participant=[{"individual": {"reference": reference}}])
    row = read_resources(tmp_path, patient(), visit, role).the("observation")
    assert isinstance(row, Observation)
    assert row.name == "neurology"


def test_an_encounter_without_a_specialty_of_ours_is_skipped(tmp_path: Path) -> None:
    got = read_resources(tmp_path, patient(), encounter(type=[concept("Check up")]))
    assert got.reasons() == {("Encounter", "no specialty of ours")}
