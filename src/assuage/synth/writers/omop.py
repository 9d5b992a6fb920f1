"""Made-up people as an OMOP CDM 5.4 in Parquet or CSV, with a small closed vocabulary of its own.

What OMOP can't carry (indications, what a treatment did, statements, as needed) is left out. That the
history is complete is told by the observation period.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyarrow as pa

from assuage.synth.plan import Course, Fact, Flaw, MadeUpPerson, Supply, iso
from assuage.synth.writers import omop_vocabulary as vocabulary
from assuage.synth.writers.printed import STOP_WORDS, TABLETS_FOR_NEED, product_name, units_supplied
from assuage.synth.writers.tables import Columns, NewTable, Table


def _columns(**names: str) -> Columns:
    """Columns of a table, in order: names with their kind."""
    kinds = {"id": pa.int64(), "date": pa.date32(), "number": pa.float64(), "text": pa.string()}
    return {name: kinds[kind] for name, kind in names.items()}


TABLES: dict[str, Columns] = {
    "person": _columns(
        person_id="id",
        gender_concept_id="id",
        year_of_birth="id",
        month_of_birth="id",
        day_of_birth="id",
        race_concept_id="id",
        ethnicity_concept_id="id",
    ),
    "observation_period": _columns(
        observation_period_id="id",
        person_id="id",
        observation_period_start_date="date",
        observation_period_end_date="date",
        period_type_concept_id="id",
    ),
    "condition_occurrence": _columns(
        condition_occurrence_id="id",
        person_id="id",
        condition_concept_id="id",
        condition_start_date="date",
        condition_type_concept_id="id",
        condition_source_value="text",
    ),
    "drug_exposure": _columns(
        drug_exposure_id="id",
        person_id="id",
        drug_concept_id="id",
        drug_exposure_start_date="date",
        drug_exposure_end_date="date",
        verbatim_end_date="date",
        drug_type_concept_id="id",
        stop_reason="text",
        quantity="number",
        days_supply="id",
        drug_source_value="text",
    ),
    "procedure_occurrence": _columns(
        procedure_occurrence_id="id",
        person_id="id",
        procedure_concept_id="id",
        procedure_date="date",
        procedure_end_date="date",
        procedure_type_concept_id="id",
        procedure_source_value="text",
    ),
    "measurement": _columns(
        measurement_id="id",
        person_id="id",
        measurement_concept_id="id",
        measurement_date="date",
        measurement_type_concept_id="id",
        value_as_number="number",
        unit_source_value="text",
        measurement_source_value="text",
    ),
    "observation": _columns(
        observation_id="id",
        person_id="id",
        observation_concept_id="id",
        observation_date="date",
        observation_type_concept_id="id",
        value_as_concept_id="id",
        observation_source_value="text",
    ),
    "visit_occurrence": _columns(
        visit_occurrence_id="id",
        person_id="id",
        visit_concept_id="id",
        visit_start_date="date",
        visit_end_date="date",
        visit_type_concept_id="id",
        provider_id="id",
    ),
    "provider": _columns(provider_id="id", specialty_concept_id="id", specialty_source_value="text"),
    "concept": _columns(
        concept_id="id",
        concept_name="text",
        domain_id="text",
        vocabulary_id="text",
        concept_class_id="text",
        standard_concept="text",
        concept_code="text",
        valid_start_date="date",
        valid_end_date="date",
        invalid_reason="text",
    ),
    "concept_ancestor": _columns(
        ancestor_concept_id="id",
        descendant_concept_id="id",
        min_levels_of_separation="id",
        max_levels_of_separation="id",
    ),
    "drug_strength": _columns(
        drug_concept_id="id",
        ingredient_concept_id="id",
        amount_value="number",
        amount_unit_concept_id="id",
    ),
}
_SPECIALTIES = ("neurosurgery", "headache clinic", "pain clinic", "general practice")


class OmopFolder:
    """A folder of CDM tables; to be used with `with`."""

    def __init__(self, folder: Path, new_table: NewTable) -> None:
        self._folder = folder
        self._new_table = new_table
        self._open = ExitStack()
        self._tables: dict[str, Table] = {}
        self._last_id = 0

    def __enter__(self) -> OmopFolder:
        for name, columns in TABLES.items():
            self._tables[name] = self._open.enter_context(self._new_table(self._folder / name, columns))
        self._add_vocabulary()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def _add_vocabulary(self) -> None:
        always = ("1970-01-01", "2099-12-31", None)
        for concept in vocabulary.concept_rows():
            self._tables["concept"].add((*concept, *always))
        for name, rows in (
            ("concept_ancestor", vocabulary.ancestor_rows()),
            ("drug_strength", vocabulary.strength_rows()),
        ):
            for row in rows:
                self._tables[name].add(row)
        for number, specialty in enumerate(_SPECIALTIES, start=1):
            self._tables["provider"].add((number, vocabulary.UNKNOWN, specialty))

    def _event(self, table: str, person_id: int, *values: Any) -> None:
        """A row with an id of its own."""
        self._last_id += 1
        self._tables[table].add((self._last_id, person_id, *values))

    def add(self, person: MadeUpPerson) -> None:
        """Write one person's rows."""
        number, born = int(person.person_id), person.birth
        sex = vocabulary.SEXES[str(person.sex)]
        self._tables["person"].add((number, sex, born.year, born.month, born.day, 0, 0))
        if person.history_complete:
            self._event("observation_period", number, born.isoformat(), iso(0), vocabulary.RECORD)
        for one in person.diagnoses:
            concept = vocabulary.conditions()[one.key]
            self._event(
                "condition_occurrence",
                number,
                concept,
                iso(one.day),
                vocabulary.RECORD,
                one.icd10cm or one.name,
            )
        for course in person.courses:
            self._add_course(number, course)
        self._add_findings(number, person)

    def _add_findings(self, number: int, person: MadeUpPerson) -> None:
        for operation in (one for one in person.operations if one.done):
            end = None if operation.end is None else iso(operation.end)
            day = iso(operation.day)
            self._event("procedure_occurrence", number, 0, day, end, vocabulary.RECORD, operation.name)
        measured: list[tuple[str, float, str | None, int]] = [
            (one.instrument, one.value, None, one.day) for one in person.readings
        ]
        measured += [(lab.name, lab.value, lab.unit, lab.day) for lab in person.labs]
        for name, value, unit, day_counted in measured:
            concept = vocabulary.measures()[name]
            self._event(
                "measurement", number, concept, iso(day_counted), vocabulary.RECORD, value, unit, name
            )
        for finding in person.findings:
            answer = vocabulary.YES if finding.present else vocabulary.NO
            self._event("observation", number, 0, iso(finding.day), vocabulary.RECORD, answer, finding.name)
        for drug, _, allergy_day in person.allergies:
            words = f"allergy to {drug.replace('_', ' ')}"
            self._event("observation", number, 0, iso(allergy_day), vocabulary.RECORD, 0, words)
        for specialty, visit_day in person.visits:
            when, provider = iso(visit_day), _SPECIALTIES.index(specialty) + 1
            self._event(
                "visit_occurrence", number, vocabulary.UNKNOWN, when, when, vocabulary.RECORD, provider
            )

    def _add_course(self, number: int, course: Course) -> None:
        """One row for each supply; why it stopped stands on the last."""
        name = product_name(course.medicine)
        concept = vocabulary.drugs()[name]
        reason = STOP_WORDS[course.result] if course.tells(Fact.RESULT) and not course.running else None
        for supply in course.supplies:
            if supply.day >= 0:
                continue
            stopped = reason if supply is course.supplies[-1] else None
            row = (
                concept,
                *_dates(course, supply),
                vocabulary.RECORD,
                stopped,
                *_amount(course, supply),
                name,
            )
            self._event("drug_exposure", number, *row)
            if supply.flaw is Flaw.TWICE:
                self._event("drug_exposure", number, *row)


def _dates(course: Course, supply: Supply) -> tuple[str, str, str | None]:
    """Start, end and, where the source wrote one, the end as written."""
    if supply.flaw is Flaw.END_BEFORE_START:
        return iso(supply.day), iso(supply.day - 5), iso(supply.day - 5)
    if course.medicine.acute or not course.tells(Fact.END):
        return iso(supply.day), iso(supply.day), None
    return iso(supply.day), iso(supply.end), None


def _amount(course: Course, supply: Supply) -> tuple[float | None, int | None]:
    """Quantity and days of supply; the dose is strength x quantity / days."""
    if course.medicine.acute:
        return TABLETS_FOR_NEED, None
    days = supply.days if course.tells(Fact.END) else None
    if supply.dose is None or not course.tells(Fact.DOSE) or course.medicine.unit == "U/session":
        return None, days
    return (0.0 if supply.flaw is Flaw.DOSE_OF_ZERO else units_supplied(course, supply)), days
