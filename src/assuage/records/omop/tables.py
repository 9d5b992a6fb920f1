"""The tables and columns of the OMOP Common Data Model that we read.

Names follow CDM 5.3 and 5.4 (https://ohdsi.github.io/CommonDataModel/cdm54.html); 5.2 differs in
columns that we do not use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What a column holds, whatever type the source gave it."""

    ID = "id"  # kept as text: it names a record or a person
    CONCEPT = "concept"  # a concept_id; nothing is 0, "no matching concept"
    NUMBER = "number"
    DATE = "date"
    TEXT = "text"


@dataclass(frozen=True)
class CdmTable:
    """One table: its columns by kind, and those without which its rows mean nothing to us.

    `without` says what can't be answered when the table is missing.
    """

    columns: Mapping[str, Kind]
    needed: tuple[str, ...]
    without: str = ""
    key: str = field(default="")


def _columns(**names: str) -> dict[str, Kind]:
    """Column names by kind, each written as one string of names."""
    return {name: Kind(kind) for kind, listed in names.items() for name in listed.split()}


CLINICAL: dict[str, CdmTable] = {
    "person": CdmTable(
        _columns(
            id="person_id", concept="gender_concept_id", number="year_of_birth month_of_birth day_of_birth"
        ),
        needed=("person_id",),
        key="person_id",
    ),
    "death": CdmTable(
        _columns(id="person_id", date="death_date"),
        needed=("person_id", "death_date"),
        without="whether somebody has died is unknown",
        key="person_id",
    ),
    "condition_occurrence": CdmTable(
        _columns(
            id="condition_occurrence_id person_id",
            concept="condition_concept_id condition_source_concept_id condition_status_concept_id",
            date="condition_start_date condition_end_date",
            text="condition_source_value",
        ),
        needed=("condition_occurrence_id", "person_id", "condition_concept_id", "condition_start_date"),
        without="there are no diagnoses: nobody can be reviewed",
        key="condition_occurrence_id",
    ),
    "drug_exposure": CdmTable(
        _columns(
            id="drug_exposure_id person_id",
            concept="drug_concept_id drug_source_concept_id",
            date="drug_exposure_start_date drug_exposure_end_date verbatim_end_date",
            number="quantity days_supply",
            text="drug_source_value stop_reason",
        ),
        needed=("drug_exposure_id", "person_id", "drug_concept_id", "drug_exposure_start_date"),
        without="there are no drugs: what was tried is unknown",
        key="drug_exposure_id",
    ),
    "procedure_occurrence": CdmTable(
        _columns(
            id="procedure_occurrence_id person_id",
            concept="procedure_concept_id procedure_source_concept_id",
            date="procedure_date procedure_end_date",
            text="procedure_source_value",
        ),
        needed=("procedure_occurrence_id", "person_id", "procedure_concept_id", "procedure_date"),
        without="operations, blocks and therapies are unknown",
        key="procedure_occurrence_id",
    ),
    "device_exposure": CdmTable(
        _columns(
            id="device_exposure_id person_id",
            concept="device_concept_id device_source_concept_id",
            date="device_exposure_start_date",
            text="device_source_value",
        ),
        needed=("device_exposure_id", "person_id", "device_concept_id", "device_exposure_start_date"),
        without="implanted devices are unknown",
        key="device_exposure_id",
    ),
    "measurement": CdmTable(
        _columns(
            id="measurement_id person_id",
            concept="measurement_concept_id measurement_source_concept_id operator_concept_id"
            " value_as_concept_id unit_concept_id",
            date="measurement_date",
            number="value_as_number",
            text="measurement_source_value unit_source_value",
        ),
        needed=("measurement_id", "person_id", "measurement_concept_id", "measurement_date"),
        without="laboratory values and measured scores are unknown",
        key="measurement_id",
    ),
    "observation": CdmTable(
        _columns(
            id="observation_id person_id",
            concept="observation_concept_id observation_source_concept_id value_as_concept_id"
            " unit_concept_id",
            date="observation_date",
            number="value_as_number",
            text="observation_source_value unit_source_value",
        ),
        needed=("observation_id", "person_id", "observation_concept_id", "observation_date"),
        without="scores, allergies and findings kept as observations are unknown",
        key="observation_id",
    ),
    "visit_occurrence": CdmTable(
        _columns(id="visit_occurrence_id person_id provider_id", date="visit_start_date"),
        needed=("visit_occurrence_id", "person_id", "visit_start_date"),
        without="visits to specialists are unknown",
        key="visit_occurrence_id",
    ),
    "observation_period": CdmTable(
        _columns(
            id="observation_period_id person_id",
            date="observation_period_start_date observation_period_end_date",
        ),
        needed=("observation_period_id", "person_id", "observation_period_end_date"),
        without="there is no period in which an absent record can count as never tried",
        key="observation_period_id",
    ),
}
"""Tables with records of people: each row is read or skipped with its reason."""

LOOKED_UP: dict[str, CdmTable] = {
    "concept": CdmTable(
        _columns(concept="concept_id", text="concept_name vocabulary_id concept_class_id concept_code"),
        needed=("concept_id", "concept_name", "vocabulary_id", "concept_code"),
        without="codes are known by concept_id only, and printed names are missing",
    ),
    "concept_ancestor": CdmTable(
        _columns(concept="ancestor_concept_id descendant_concept_id"),
        needed=("ancestor_concept_id", "descendant_concept_id"),
        without="drugs are mapped by code or printed name",
    ),
    "concept_relationship": CdmTable(
        _columns(concept="concept_id_1 concept_id_2", text="relationship_id invalid_reason"),
        needed=("concept_id_1", "concept_id_2", "relationship_id"),
        without="source codes are not led to standard ones",
    ),
    "drug_strength": CdmTable(
        _columns(
            concept="drug_concept_id ingredient_concept_id amount_unit_concept_id numerator_unit_concept_id"
            " denominator_unit_concept_id",
            number="amount_value numerator_value denominator_value",
        ),
        needed=("drug_concept_id", "ingredient_concept_id"),
        without="strengths come only from printed drug names",
    ),
    "provider": CdmTable(
        _columns(
            id="provider_id",
            concept="specialty_concept_id specialty_source_concept_id",
            text="specialty_source_value",
        ),
        needed=("provider_id",),
        without="specialties are unknown",
    ),
}
"""Tables that say what the codes in the clinical tables mean; they hold no records of people."""

NOT_USED = frozenset(
    {
        "care_site",
        "cdm_source",
        "cohort",
        "cohort_definition",
        "concept_class",
        "concept_synonym",
        "condition_era",
        "cost",
        "domain",
        "dose_era",
        "drug_era",
        "episode",
        "episode_event",
        "fact_relationship",
        "location",
        "metadata",
        "note",
        "note_nlp",
        "payer_plan_period",
        "relationship",
        "source_to_concept_map",
        "specimen",
        "visit_detail",
        "vocabulary",
    }
)
"""Further tables of the model. Eras are derived from what we read; GiBleed and SynPUF-50 both ship
drug eras whose gap_days is wrong (OHDSI/ETL-Synthea#117), so eras are made anew."""

READ = CLINICAL | LOOKED_UP
