"""Made-up people as an OMOP CDM 5.4 in CSV, with a small closed vocabulary of its own.

Every concept id lies in the range that the OMOP model leaves to sites, above 2,000,000,000; the codes
and names are those of `made_up_people`, and no table of any vocabulary is copied.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from formats.made_up_people import AS_OF, DRUGS, INSTRUMENTS, OTHER_DIAGNOSES, PAINS, Course, MadeUpPerson

Row = dict[str, Any]

INGREDIENT_OFFSET = 100
FIRST_DIAGNOSIS, FIRST_INSTRUMENT = 2_000_001_000, 2_000_002_000
MG = 8576  # OMOP's concept for milligram
SEXES = {"female": 8532, "male": 8507, "other": 8521, "unknown": 0}

DIAGNOSIS_CONCEPTS = {
    code: FIRST_DIAGNOSIS + place for place, (_, code) in enumerate((*PAINS, *OTHER_DIAGNOSES))
}
INSTRUMENT_CONCEPTS = {
    name: FIRST_INSTRUMENT + place for place, (name, loinc, _) in enumerate(INSTRUMENTS) if loinc
}


def write_cdm(folder: Path, people: Iterable[MadeUpPerson]) -> Path:
    """A folder of CSV files, one for each table."""
    folder.mkdir()
    everybody = list(people)
    tables: dict[str, list[Row]] = {
        "person": [_person(one) for one in everybody],
        "observation_period": [_period(one) for one in everybody],
        "condition_occurrence": [row for one in everybody for row in _conditions(one)],
        "drug_exposure": [row for one in everybody for row in _exposures(one)],
        "procedure_occurrence": [row for one in everybody for row in _procedures(one)],
        "measurement": [row for one in everybody for row in _measurements(one)],
        "concept": list(_concepts()),
        "concept_ancestor": list(_ancestors()),
        "drug_strength": list(_strengths()),
    }
    for name, rows in tables.items():
        _write(folder / f"{name}.csv", [row | {} for row in rows], key=f"{name}_id")
    return folder


def _write(path: Path, rows: list[Row], key: str) -> None:
    """Rows with a number each where the table has an id of its own."""
    numbered = rows
    if rows and key not in rows[0] and not path.stem.startswith(("concept", "drug_strength")):
        numbered = [{key: number, **row} for number, row in enumerate(rows, start=1)]
    with path.open("w", newline="", encoding="utf-8") as file:
        if not numbered:
            return
        writer = csv.DictWriter(file, list(numbered[0]))
        writer.writeheader()
        writer.writerows(numbered)


def _person(person: MadeUpPerson) -> Row:
    year, month, day = (*person.birth.split("-"), "", "")[:3]
    return {
        "person_id": person.number,
        "gender_concept_id": SEXES[person.sex],
        "year_of_birth": year,
        "month_of_birth": month.lstrip("0"),
        "day_of_birth": day.lstrip("0"),
    }


def _period(person: MadeUpPerson) -> Row:
    return {
        "person_id": person.number,
        "observation_period_start_date": f"{person.birth[:4]}-01-01",
        "observation_period_end_date": AS_OF.isoformat(),
    }


def _conditions(person: MadeUpPerson) -> Iterator[Row]:
    for one in person.diagnoses:
        yield {
            "person_id": person.number,
            "condition_concept_id": DIAGNOSIS_CONCEPTS[one.code],
            "condition_start_date": one.since.isoformat(),
            "condition_source_value": one.code,
        }


def _exposures(person: MadeUpPerson) -> Iterator[Row]:
    for course in person.courses:
        for step in course.steps:
            for start, days in step.supplies():
                yield {
                    "person_id": person.number,
                    "drug_concept_id": course.drug.concept_id,
                    "drug_exposure_start_date": start.isoformat(),
                    "drug_exposure_end_date": "",
                    "verbatim_end_date": "",
                    "stop_reason": _stop_reason(course, is_last=step is course.steps[-1]),
                    "quantity": round(step.units_a_day * days),
                    "days_supply": days,
                    "drug_source_value": course.drug.printed,
                }


def _stop_reason(course: Course, *, is_last: bool) -> str:
    return course.stopped_because if is_last else ""


def _procedures(person: MadeUpPerson) -> Iterator[Row]:
    for one in person.operations:
        yield {
            "person_id": person.number,
            "procedure_concept_id": 0,
            "procedure_date": one.start.isoformat(),
            "procedure_end_date": one.end.isoformat() if one.end else "",
            "procedure_source_value": one.name,
        }


def _measurements(person: MadeUpPerson) -> Iterator[Row]:
    for one in person.readings:
        yield {
            "person_id": person.number,
            "measurement_concept_id": INSTRUMENT_CONCEPTS.get(one.instrument, 0),
            "measurement_date": one.day.isoformat(),
            "value_as_number": one.value,
            "measurement_source_value": one.instrument,
        }


def _concepts() -> Iterator[Row]:
    for drug in DRUGS:
        yield _concept(drug.concept_id, drug.printed, "Site", f"D{drug.concept_id}")
        yield _concept(drug.concept_id + INGREDIENT_OFFSET, drug.ingredient, "RxNorm", drug.rxcui)
    for name, code in (*PAINS, *OTHER_DIAGNOSES):
        yield _concept(DIAGNOSIS_CONCEPTS[code], name, "ICD10CM", code)
    for name, loinc, _ in INSTRUMENTS:
        if loinc:
            yield _concept(INSTRUMENT_CONCEPTS[name], name, "LOINC", loinc)


def _concept(number: int, name: str, vocabulary: str, code: str) -> Row:
    return {"concept_id": number, "concept_name": name, "vocabulary_id": vocabulary, "concept_code": code}


def _ancestors() -> Iterator[Row]:
    for drug in DRUGS:
        yield {
            "ancestor_concept_id": drug.concept_id + INGREDIENT_OFFSET,
            "descendant_concept_id": drug.concept_id,
        }


def _strengths() -> Iterator[Row]:
    for drug in DRUGS:
        yield {
            "drug_concept_id": drug.concept_id,
            "ingredient_concept_id": drug.concept_id + INGREDIENT_OFFSET,
            "amount_value": drug.strength_mg,
            "amount_unit_concept_id": MG,
        }
