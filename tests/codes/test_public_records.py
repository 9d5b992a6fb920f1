"""What the code lists find in public synthetic records, against what other people counted there."""

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assuage.codes.conditions import belongs_to, find_condition
from assuage.codes.drugs import MappedBy, find_drugs
from assuage.codes.systems import Coding, System, from_omop_vocabulary, from_uri

DATA = Path(__file__).parents[2] / "../shared/data"

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the public test data are not on this machine")


def resources(path: str) -> Iterator[dict[str, Any]]:
    file = DATA / path
    with gzip.open(file, "rt") if file.suffix == ".gz" else file.open() as lines:
        yield from map(json.loads, lines)


def codings(resource: dict[str, Any], field: str) -> list[Coding]:
    return [
        Coding(from_uri(coding.get("system")), coding["code"], coding.get("display", ""))
        for coding in resource.get(field, {}).get("coding", [])
    ]


def people_by_condition(path: str) -> dict[str, set[str]]:
    people: dict[str, set[str]] = defaultdict(set)
    for resource in resources(path):
        match = find_condition(codings(resource, "code"))
        if match is not None:
            people[match.condition].add(resource["subject"]["reference"])
    return people


@needs_data
def test_smart_r4_has_32_people_with_migraine_30_in_chronic_pain_18_with_diabetic_neuropathy() -> None:
    people = people_by_condition("smart_r4_fhir/Condition.ndjson.gz")
    found = {
        key: len(people[key])
        for key in ("chronic_migraine", "chronic_pain", "diabetic_neuropathy", "fibromyalgia")
    }
    assert found == {"chronic_migraine": 32, "chronic_pain": 30, "diabetic_neuropathy": 18, "fibromyalgia": 1}


@needs_data
def test_pathling_has_4_people_with_migraine_and_6_in_chronic_pain() -> None:
    people = people_by_condition("pathling_testdata/Condition.ndjson")
    assert (len(people["chronic_migraine"]), len(people["chronic_pain"])) == (4, 6)


@needs_data
def test_migraine_by_code_in_these_sets_is_always_a_coders_intractable() -> None:
    for resource in resources("smart_r4_fhir/Condition.ndjson.gz"):
        match = find_condition(codings(resource, "code"))
        assert match is None or match.intractable_code == belongs_to(match.condition, "migraine")


@needs_data
def test_smart_r4_prescriptions_are_found_by_code_as_often_as_the_names_are_printed() -> None:
    rows: dict[str, int] = defaultdict(int)
    for resource in resources("smart_r4_fhir/MedicationRequest.ndjson.gz"):
        for match in find_drugs(codings(resource, "medicationCodeableConcept")):
            assert match.mapped_by is MappedBy.RXNORM_DRUG
            rows[match.ingredient] += 1
    counted = {"carbamazepine": 14, "oxycodone": 121, "hydrocodone": 74, "naproxen": 142, "ibuprofen": 140}
    assert {key: rows[key] for key in counted} == counted
    assert (rows["meperidine"], rows["morphine"]) == (27, 1)


def synpuf_concepts() -> dict[str, dict[str, str]]:
    with (DATA / "synpuf50_omop52/concept.csv").open(newline="") as file:
        return {row["concept_id"]: row for row in csv.DictReader(file)}


@needs_data
def test_synpuf_conditions_are_found_as_often_as_the_names_are_printed() -> None:
    concepts = synpuf_concepts()
    people: dict[str, set[str]] = defaultdict(set)
    with (DATA / "synpuf50_omop52/condition_occurrence.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            concept = concepts.get(row["condition_concept_id"])
            if concept is None:
                continue
            system = from_omop_vocabulary(concept["vocabulary_id"])
            match = find_condition(
                [Coding(system, concept["concept_code"]), Coding(System.OMOP, concept["concept_id"])]
            )
            for wider in ("migraine", "chronic_pain", "neuropathic_pain"):
                if match is not None and belongs_to(match.condition, wider):
                    people[wider].add(row["person_id"])
    assert len(people["migraine"]) == 4
    assert len(people["chronic_pain"]) >= 5
    assert len(people["neuropathic_pain"]) >= 11


@needs_data
def test_the_rxnorm_table_agrees_with_every_name_in_the_synpuf_vocabulary() -> None:
    for concept in synpuf_concepts().values():
        if concept["vocabulary_id"] != "RxNorm" or concept["concept_class_id"] == "Ingredient":
            continue
        by_name = {(match.ingredient, match.strength) for match in find_drugs([], concept["concept_name"])}
        by_code = {
            (match.ingredient, match.strength)
            for match in find_drugs([Coding(System.RXNORM, concept["concept_code"])])
        }
        assert by_name == by_code
