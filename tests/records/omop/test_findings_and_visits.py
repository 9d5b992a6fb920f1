"""measurement, observation, procedure_occurrence, visit_occurrence and device_exposure."""

from __future__ import annotations

from datetime import date

import pytest

from assuage.answers import Answer
from assuage.dates import PartialDate
from assuage.records.rows import ObservationKind, ProcedureState
from records.omop.cdm import CONCEPTS, Read, concept, read_tables


def measured(number, **fields):
    return {
        "measurement_id": number,
        "person_id": 1,
        "measurement_concept_id": 900030,
        "measurement_date": "2020-03-01",
        "value_as_number": 7.5,
        "value_as_concept_id": 0,
        "operator_concept_id": 0,
        "unit_concept_id": 0,
        "unit_source_value": "",
    } | fields


def observed(number, concept_id, **fields):
    return {
        "observation_id": number,
        "person_id": 1,
        "observation_concept_id": concept_id,
        "observation_date": "2020-03-01",
        "value_as_number": "",
        "value_as_concept_id": 0,
    } | fields


def done(number, concept_id, **fields):
    return {
        "procedure_occurrence_id": number,
        "person_id": 1,
        "procedure_concept_id": concept_id,
        "procedure_date": "2020-03-01",
    } | fields


@pytest.fixture(scope="module")
def clinic(tmp_path_factory) -> Read:
    return read_tables(
        tmp_path_factory.mktemp("clinic"),
        concept=[
            *CONCEPTS,
            concept(
                900030, "Pain severity - 0-10 verbal numeric rating [Score] - Reported", "LOINC", "72514-3"
            ),
            concept(900031, "Sodium [Moles/volume] in Serum or Plasma", "LOINC", "2951-2"),
            concept(900032, "Shoe size", "SNOMED"),
            concept(900033, "Allergy to drug", "SNOMED"),
            concept(900034, "Microvascular decompression of trigeminal nerve", "SNOMED"),
            concept(900035, "Haircut", "SNOMED"),
            concept(900036, "Neurology", "Medicare Specialty"),
            concept(900037, "Spinal cord stimulator", "SNOMED"),
            concept(900038, "Abnormal weight loss", "SNOMED"),
            concept(900039, "No abnormal weight loss", "SNOMED"),
            concept(8753, "millimole per liter", "UCUM", "mmol/L"),
        ],
        measurement=[
            measured(1),
            measured(2, value_as_number=75),
            measured(3, value_as_number=""),
            measured(4, measurement_concept_id=900031, value_as_number=131, unit_concept_id=8753),
            measured(5, measurement_concept_id=900031, value_as_number=100, operator_concept_id=4171756),
            measured(6, measurement_concept_id=900032),
        ],
        observation=[
            observed(1, 900033, value_as_concept_id=740275),
            observed(2, 900030, value_as_number=3),
            observed(3, 900038),
            observed(4, 900039),
            observed(5, 900038, value_as_concept_id=4132135),
        ],
        procedure_occurrence=[done(1, 900034), done(2, 900035)],
        visit_occurrence=[
            {"visit_occurrence_id": 1, "person_id": 1, "visit_start_date": "2020-03-02", "provider_id": 5},
            {"visit_occurrence_id": 2, "person_id": 1, "visit_start_date": "2020-03-02", "provider_id": 6},
            {"visit_occurrence_id": 3, "person_id": 1, "visit_start_date": "2020-03-02", "provider_id": ""},
        ],
        provider=[{"provider_id": 5, "specialty_concept_id": 900036, "specialty_source_value": ""}],
        device_exposure=[
            {
                "device_exposure_id": 1,
                "person_id": 1,
                "device_concept_id": 900037,
                "device_exposure_start_date": "2020-03-03",
            }
        ],
    )


def the(clinic: Read, table: str, record_id: str):
    (row,) = [row for row in clinic.rows[table] if row.record_id == record_id]
    return row


def test_a_pain_score_is_read_with_its_decimals(clinic):
    row = the(clinic, "score", "measurement/1")
    assert (row.instrument, row.low, row.high, row.start) == ("nrs", 7.5, 7.5, PartialDate(date(2020, 3, 1)))


def test_a_score_kept_as_an_observation_is_read_too(clinic):
    assert the(clinic, "score", "observation/2").low == 3.0


def test_scores_without_a_number_or_out_of_range_are_skipped(clinic):
    assert clinic.skipped("measurement") == {
        "value outside the instrument's range": 1,
        "no numeric value": 1,
        "observation outside the codelists": 1,
    }


def test_a_laboratory_value_keeps_its_unit(clinic):
    row = the(clinic, "observation", "measurement/4")
    assert (row.kind, row.name, row.value, row.unit) == (ObservationKind.LAB, "sodium", 131.0, "mmol/L")


def test_a_bound_is_not_a_value(clinic):
    assert the(clinic, "observation", "measurement/5").value is None
    assert sum(clinic.skipped("measurement.value_as_number").values()) == 1


@pytest.mark.parametrize(
    ("number", "present"),
    [(3, Answer.YES), (4, Answer.UNKNOWN), (5, Answer.NO)],
    ids=["bare", "denied", "absent"],
)
def test_a_finding_is_present_unless_it_is_denied_or_its_value_says_absent(clinic, number, present):
    row = the(clinic, "observation", f"observation/{number}")
    assert (row.name, row.present) == ("weight_loss", present)


def test_an_allergy_names_its_drug_in_the_coded_value(clinic):
    row = the(clinic, "observation", "observation/1")
    assert (row.kind, row.ingredient, row.present) == (ObservationKind.ALLERGY, "carbamazepine", Answer.YES)


def test_a_procedure_that_is_recorded_was_done(clinic):
    row = the(clinic, "procedure", "procedure_occurrence/1")
    assert row.procedure == "mvd"
    assert row.state is ProcedureState.DONE
    assert clinic.skipped("procedure_occurrence") == {"procedure outside the codelists": 1}


def test_a_visit_is_read_for_the_specialty_of_its_provider(clinic):
    row = the(clinic, "observation", "visit_occurrence/1")
    assert (row.kind, row.name) == (ObservationKind.ENCOUNTER, "neurology")
    assert clinic.skipped("visit_occurrence") == {
        "the provider is not in the provider table": 1,
        "names no provider, so no specialty": 1,
    }


def test_a_device_is_named_for_its_treatment(clinic):
    row = the(clinic, "observation", "device_exposure/1")
    assert (row.kind, row.name) == (ObservationKind.DEVICE, "spinal_cord_stimulation")
