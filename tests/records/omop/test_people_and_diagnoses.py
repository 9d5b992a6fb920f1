"""person, death, condition_occurrence and observation_period."""

from __future__ import annotations

from datetime import date

import pytest

from assuage.answers import Answer
from assuage.dates import PartialDate, Precision
from assuage.records.rows import ConditionState, ObservationKind, Sex
from records.omop.cdm import CONCEPTS, Read, concept, diagnosis, read_tables


def person(number, year="", month="", day="", sex=8507):
    return {
        "person_id": number,
        "gender_concept_id": sex,
        "year_of_birth": year,
        "month_of_birth": month,
        "day_of_birth": day,
    }


def period(number, owner, start, end):
    return {
        "observation_period_id": number,
        "person_id": owner,
        "observation_period_start_date": start,
        "observation_period_end_date": end,
    }


@pytest.fixture(scope="module")
def clinic(tmp_path_factory) -> Read:
    return read_tables(
        tmp_path_factory.mktemp("clinic"),
        complete_from=date(2010, 1, 1),
        person=[
            person(1, 1950, 3, 7, 8532),
            person(2, 1950, 3),
            person(3, 1950, "", 7),
            person(4, 1951, 2, 29),
            person(5, 1952, 2, 29),
            person(6, sex=0),
            person(7, 1950, 1, 1),
            person(7, 1950, 1, 2),
            person(8, 1960),
            person(8, 1960),
            person("", 1960),
        ],
        death=[
            {"person_id": 1, "death_date": "2020-05-06"},
            {"person_id": 2, "death_date": "2020-05-06"},
            {"person_id": 2, "death_date": "2020-05-07"},
            {"person_id": 99, "death_date": "2020-05-06"},
        ],
        condition_occurrence=[
            diagnosis(1),
            diagnosis(2, condition_end_date="2019-05-02"),
            diagnosis(3, condition_end_date="2019-09-02", condition_status_concept_id=32906),
            diagnosis(4, condition_end_date="2019-05-01"),
            diagnosis(5, condition_concept_id=0, condition_source_concept_id=900020),
            diagnosis(6, condition_concept_id=900021),
            diagnosis(7, condition_concept_id=900022),
        ],
        concept=[
            *CONCEPTS,
            concept(900020, "Chronic migraine, intractable", "ICD10CM", "G43.719"),
            concept(900021, "Allergy to carbamazepine", "SNOMED"),
            concept(900022, "Ingrowing toenail", "SNOMED"),
        ],
        observation_period=[
            period(1, 1, "2008-01-01", "2019-12-31"),
            period(2, 2, "2001-01-01", "2009-12-31"),
            period(3, 99, "2001-01-01", "2019-12-31"),
        ],
    )


def the(clinic: Read, table: str, record_id: str):
    (row,) = [row for row in clinic.rows[table] if row.record_id == record_id]
    return row


@pytest.mark.parametrize(
    ("number", "birth"),
    [
        (1, PartialDate(date(1950, 3, 7))),
        (2, PartialDate(date(1950, 3, 1), Precision.MONTH)),
        (3, PartialDate(date(1950, 1, 1), Precision.YEAR)),  # a day without its month says nothing
        (4, PartialDate(date(1951, 2, 1), Precision.MONTH)),  # no 29 February in 1951
        (5, PartialDate(date(1952, 2, 29))),
        (6, None),
    ],
)
def test_birth_is_as_exact_as_it_is_written(clinic, number, birth):
    assert the(clinic, "person", f"person/{number}").birth == birth


def test_sex_is_read_from_its_concept_and_else_unknown(clinic):
    sexes = [the(clinic, "person", f"person/{number}").sex for number in (1, 2, 6)]
    assert sexes == [Sex.FEMALE, Sex.MALE, Sex.UNKNOWN]


def test_what_two_rows_of_one_person_disagree_on_is_unknown(clinic):
    assert the(clinic, "person", "person/7").birth == PartialDate(date(1950, 1, 1), Precision.MONTH)
    assert the(clinic, "person", "person/2").death is None
    assert clinic.skipped("person.person_id") == {"one id in rows that differ": 2}


def test_death_reaches_the_person(clinic):
    assert the(clinic, "person", "person/1").death == PartialDate(date(2020, 5, 6))


def test_persons_and_deaths_are_counted_as_rows(clinic):
    assert (clinic.read("person"), clinic.skipped("person")) == (
        9,
        {"no person_id": 1, "the same row again": 1},
    )
    assert clinic.read("death") == 3
    assert clinic.skipped("death") == {"the person is not in the person table": 1}


def test_a_diagnosis_keeps_its_code_and_words(clinic):
    row = the(clinic, "condition", "condition_occurrence/1")
    assert (row.condition, row.code, row.code_system, row.text) == (
        "migraine",
        "37796009",
        "snomed",
        "Migraine",
    )
    assert (row.start, row.end, row.state) == (PartialDate(date(2019, 5, 2)), None, ConditionState.UNKNOWN)


def test_a_diagnosis_that_ends_on_its_first_day_has_no_known_end(clinic):
    assert the(clinic, "condition", "condition_occurrence/2").end is None


def test_an_end_and_a_resolved_diagnosis_are_read(clinic):
    row = the(clinic, "condition", "condition_occurrence/3")
    assert (row.end, row.state) == (PartialDate(date(2019, 9, 2)), ConditionState.RESOLVED)


def test_the_code_of_the_source_is_used_where_there_is_no_standard_one(clinic):
    row = the(clinic, "condition", "condition_occurrence/5")
    assert (row.condition, row.code_system, row.intractable_code) == ("chronic_migraine", "icd10cm", True)


def test_an_allergy_among_the_diagnoses_is_an_observation(clinic):
    row = the(clinic, "observation", "condition_occurrence/6")
    assert (row.kind, row.ingredient, row.present) == (ObservationKind.ALLERGY, "carbamazepine", Answer.YES)


def test_diagnoses_that_are_not_read_are_skipped_with_their_reason(clinic):
    assert clinic.read("condition_occurrence") == 5
    assert clinic.skipped("condition_occurrence") == {
        "the end is before the start": 1,
        "condition outside the codelists": 1,
    }


def test_coverage_lasts_from_the_day_given_to_the_end_of_the_period(clinic):
    (row,) = clinic.rows["coverage"]
    assert (row.person_id, row.start, row.end) == (
        "1",
        PartialDate(date(2010, 1, 1)),
        PartialDate(date(2019, 12, 31)),
    )
    assert clinic.skipped("observation_period") == {
        "the period ends before the source is complete": 1,
        "the person is not in the person table": 1,
    }


def test_without_a_day_given_there_is_no_coverage(tmp_path):
    found = read_tables(tmp_path, observation_period=[period(1, 1, "2008-01-01", "2019-12-31")])
    assert found.rows["coverage"] == []
    assert found.skipped("observation_period") == {
        "not used: no date was given from which the source is complete": 1
    }
