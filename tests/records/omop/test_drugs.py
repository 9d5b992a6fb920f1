"""drug_exposure: which ingredient, how long, how much a day, and why it ended.

Every case is one row of one CDM, which is read once.
"""

from __future__ import annotations

from datetime import date

import pytest

from assuage.dates import PartialDate
from assuage.records.rows import DoseRule, EndRule, StopReason
from records.omop.cdm import CONCEPTS, Read, concept, drug, read_tables

SUPPLIES = {
    "thirty days": {"drug_exposure_end_date": "2020-01-31", "days_supply": 30, "quantity": 60},
    "stated end": {"verbatim_end_date": "2020-02-14", "days_supply": ""},
    "point, no supply": {
        "drug_exposure_end_date": "2020-01-01",
        "verbatim_end_date": "2020-01-01",
        "days_supply": "",
    },
    "point, supply 0": {"drug_exposure_end_date": "2020-01-01", "days_supply": 0},
    "end perhaps derived": {"drug_exposure_end_date": "2020-01-31", "days_supply": ""},
    "no quantity": {"quantity": ""},
    "quantity 0": {"quantity": 0},
    "quantity negative": {"quantity": -60},
    "quantity huge": {"quantity": 1e9},
    "quantity in words": {"quantity": "two boxes"},
    "supply negative": {"days_supply": -30},
    "supply huge": {"days_supply": 1e9},
    "combination": {"drug_concept_id": 900001},
    "ingredient itself": {"drug_concept_id": 740275},
    "below an ingredient": {"drug_concept_id": 900010},
    "mapped to a drug below it": {"drug_concept_id": 900011},
    "words of the source": {"drug_concept_id": 0, "drug_source_value": "Gabapentin 300 MG Oral Capsule"},
    "concept 0": {"drug_concept_id": 0},
    "not ours": {"drug_concept_id": 900002},
    "not in the vocabulary": {"drug_concept_id": 31},
    "procedure that names a drug": {"drug_concept_id": 900003},
    "end before start": {"drug_exposure_end_date": "2019-12-31"},
    "stated end before start": {"verbatim_end_date": "2019-12-31"},
    "person elsewhere": {"person_id": 2},
    "no person": {"person_id": ""},
    "no start": {"drug_exposure_start_date": ""},
    "start the other way round": {"drug_exposure_start_date": "31/12/2010"},
    "end the other way round": {"drug_exposure_end_date": "31/12/2010"},
    "depot": {"drug_concept_id": 900004, "quantity": 1, "days_supply": 28},
    "patch": {"drug_concept_id": 900005, "quantity": 10, "days_supply": 30},
    "strength in the vocabulary": {"drug_concept_id": 900006},
    "strength without a unit": {"drug_concept_id": 900007},
    "stopped: ineffective": {"stop_reason": "Ineffective"},
    "stopped: side effects": {"stop_reason": "side  effects"},
    "stopped: completed": {"stop_reason": "regimen completed"},
    "stopped: no side effects": {"stop_reason": "no side effects"},
}
NUMBERS = {name: number for number, name in enumerate(SUPPLIES, start=1)}

MORE_CONCEPTS = [
    concept(900003, "Refilling of a baclofen pump", "CPT4"),
    concept(900004, "1 ML erenumab 70 MG/ML Auto-Injector"),
    concept(900005, "fentanyl 0.025 MG/HR Transdermal System"),
    concept(900006, "carbamazepine 100 MG Oral Tablet"),
    concept(900007, "carbamazepine 100 MG Chewable Tablet"),
]


def strength(drug_concept: int, amount: float, unit: int | str) -> dict:
    return {
        "drug_concept_id": drug_concept,
        "ingredient_concept_id": 740275,
        "amount_value": amount,
        "amount_unit_concept_id": unit,
    }


@pytest.fixture(scope="module")
def supplies(tmp_path_factory) -> Read:
    return read_tables(
        tmp_path_factory.mktemp("supplies"),
        drug_exposure=[drug(NUMBERS[name], **fields) for name, fields in SUPPLIES.items()],
        concept=[*CONCEPTS, *MORE_CONCEPTS],
        concept_ancestor=[{"ancestor_concept_id": 740275, "descendant_concept_id": 900010}],
        concept_relationship=[
            {
                "concept_id_1": 900011,
                "concept_id_2": 900010,
                "relationship_id": "Maps to",
                "invalid_reason": "",
            }
        ],
        drug_strength=[strength(900006, 300_000, 9655), strength(900007, 3, "")],  # 9655: microgram
    )


def exposures(supplies: Read, name: str) -> list:
    return [row for row in supplies.rows["exposure"] if row.record_id == f"drug_exposure/{NUMBERS[name]}"]


def exposure(supplies: Read, name: str):
    (row,) = exposures(supplies, name)
    return row


def test_thirty_days_supplied_on_the_first_last_to_the_thirtieth(supplies):
    row = exposure(supplies, "thirty days")
    assert (row.end, row.end_rule) == (PartialDate(date(2020, 1, 30)), EndRule.SUPPLIED)


def test_an_end_as_the_source_wrote_it_is_stated(supplies):
    row = exposure(supplies, "stated end")
    assert (row.end, row.end_rule) == (PartialDate(date(2020, 2, 14)), EndRule.STATED)


@pytest.mark.parametrize("name", ["point, no supply", "point, supply 0"])
def test_a_row_that_ends_where_it_starts_is_a_point_of_unknown_length(supplies, name):
    row = exposure(supplies, name)
    assert (row.start, row.end) == (PartialDate(date(2020, 1, 1)), None)
    assert row.end_rule is EndRule.UNKNOWN


def test_an_end_date_that_may_be_derived_proves_no_length_and_the_report_says_so(supplies):
    row = exposure(supplies, "end perhaps derived")
    assert (row.end, row.end_rule) == (None, EndRule.UNKNOWN)
    assert "may be derived" in supplies.reasons("drug_exposure.drug_exposure_end_date")[0]


def test_dose_per_day_is_strength_times_quantity_over_days(supplies):
    row = exposure(supplies, "thirty days")
    assert (row.dose, row.dose_unit, row.dose_rule) == (400.0, "mg/d", DoseRule.STRENGTH_QUANTITY)


@pytest.mark.parametrize(
    "name", ["no quantity", "quantity 0", "point, no supply", "point, supply 0", "patch"]
)
def test_dose_is_unknown_where_a_factor_is(supplies, name):
    row = exposure(supplies, name)
    assert (row.dose, row.dose_unit, row.dose_rule) == (None, None, DoseRule.UNKNOWN)


@pytest.mark.parametrize(
    ("field", "names"),
    [
        ("quantity", ["quantity negative", "quantity huge", "quantity in words"]),
        ("days_supply", ["supply negative", "supply huge"]),
    ],
)
def test_an_impossible_number_is_left_unknown_and_the_report_says_so(supplies, field, names):
    assert {exposure(supplies, name).dose for name in names} == {None}
    assert sum(supplies.skipped(f"drug_exposure.{field}").values()) == len(names)


def test_drug_strength_comes_before_the_printed_name(supplies):
    assert exposure(supplies, "strength in the vocabulary").dose == 600.0


def test_a_strength_without_its_unit_is_not_used(supplies):
    assert exposure(supplies, "strength without a unit").dose == 200.0  # from the printed 100 MG


def test_a_depot_dose_is_given_for_28_days(supplies):
    row = exposure(supplies, "depot")
    assert (row.ingredient, row.dose, row.dose_unit) == ("erenumab", 70.0, "mg/28d")


def test_a_combination_gives_a_row_for_each_ingredient(supplies):
    doses = {row.ingredient: row.dose for row in exposures(supplies, "combination")}
    assert doses == {"acetaminophen": 650.0, "oxycodone": 10.0}


@pytest.mark.parametrize(
    ("name", "mapped_by"),
    [
        ("ingredient itself", "omop_concept"),
        ("below an ingredient", "omop_ancestor"),
        ("mapped to a drug below it", "omop_concept"),
    ],
)
def test_an_ingredient_is_found_through_the_vocabulary_and_says_how(supplies, name, mapped_by):
    row = exposure(supplies, name)
    assert (row.ingredient, row.mapped_by) == ("carbamazepine", mapped_by)


def test_a_drug_without_a_concept_is_found_by_the_words_of_the_source(supplies):
    row = exposure(supplies, "words of the source")
    assert (row.ingredient, row.mapped_by, row.dose) == ("gabapentin", "printed_name", 600.0)


def test_a_row_without_an_exposure_is_skipped_with_its_reason(supplies):
    assert supplies.skipped("drug_exposure") == {
        "drug outside the formulary: concept 0": 1,
        "drug outside the formulary": 1,
        "drug outside the formulary: its concept is not in the concept table": 1,
        "drug outside the formulary: CPT4 code": 1,
        "the end is before the start": 2,
        "the person is not in the person table": 1,
        "no person_id": 1,
        "drug_exposure_start_date is not a date YYYY-MM-DD between 1800 and 2199": 1,
    }


def test_every_row_is_read_or_skipped_once(supplies):
    skipped = sum(supplies.skipped("drug_exposure").values())
    assert supplies.read("drug_exposure") + skipped == len(SUPPLIES)


def test_a_missing_start_is_unknown_and_the_drug_still_counts(supplies):
    row = exposure(supplies, "no start")
    assert (row.start, row.end, row.ingredient) == (None, None, "carbamazepine")


def test_an_unreadable_end_is_left_unknown_and_the_report_says_so(supplies):
    assert exposure(supplies, "end the other way round").end_rule is EndRule.SUPPLIED
    assert sum(supplies.skipped("drug_exposure.end_date").values()) == 1


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("stopped: ineffective", StopReason.NO_EFFECT),
        ("stopped: side effects", StopReason.ADVERSE_EVENT),
        ("stopped: completed", StopReason.OTHER),
        ("stopped: no side effects", StopReason.UNKNOWN),
        ("thirty days", StopReason.UNKNOWN),
    ],
)
def test_the_reason_for_stopping_is_read_only_from_whole_known_texts(supplies, name, reason):
    assert exposure(supplies, name).stop_reason is reason


def test_what_omop_cannot_say_stays_unknown(supplies):
    row = exposure(supplies, "thirty days")
    assert {str(row.taken), str(row.purpose), str(row.outcome)} == {"unknown"}
    assert (row.indication, row.as_needed) == (None, None)
