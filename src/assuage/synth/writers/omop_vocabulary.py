"""The small closed vocabulary of made-up OMOP data: every concept that its tables name, and no other.

Concepts of our own lie above 2,000,000,000, which the OMOP model leaves to sites; they carry codes of
RxNorm ingredients and ICD-10-CM (public domain) and LOINC. A few standard concept ids (sex, milligram,
record type) are named as OMOP has them. No vocabulary is copied, and there are no CPT codes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from assuage.synth.illnesses import ALSO_DIAGNOSED, OTHER_ILLNESS
from assuage.synth.knowledge import Medicine, products
from assuage.synth.pains import KINDS
from assuage.synth.writers.printed import LOINC_CODES, product_name, rxcui

FIRST = 2_000_000_000
UNKNOWN, MILLIGRAM, RECORD, YES, NO = 0, 8576, 32817, 4181412, 4132135
SEXES = {"female": 8532, "male": 8507, "other": 8521, "unknown": 0}


class Concept(NamedTuple):
    """One row of the concept table."""

    concept_id: int
    name: str
    domain: str
    vocabulary: str
    concept_class: str
    standard: str | None
    code: str


class Numbers:
    """Concept ids by what they mean, given out in order."""

    def __init__(self, first: int, names: Iterable[str]) -> None:
        self._ids = {name: first + place for place, name in enumerate(dict.fromkeys(names))}

    def __getitem__(self, name: str) -> int:
        return self._ids[name]

    def items(self) -> Iterator[tuple[str, int]]:
        """Names with their ids."""
        yield from self._ids.items()


def _condition_codes() -> dict[str, tuple[str, str]]:
    """Name and ICD-10-CM code, "" where it has none, of every diagnosis that made-up people can have."""
    named = [named for kind in KINDS for named in kind.conditions]
    named += [kind.contraindicating[0] for kind in KINDS if kind.contraindicating]
    return {key: (name, code) for key, name, code in (*named, *OTHER_ILLNESS.values(), *ALSO_DIAGNOSED)}


@cache
def _drugs() -> Mapping[str, Medicine]:
    """Every product by its printed name."""
    return {product_name(one): one for medicines in products().values() for one in medicines}


@cache
def conditions() -> Numbers:
    """Concept ids of diagnoses, by condition key."""
    return Numbers(FIRST + 1_000, _condition_codes())


@cache
def drugs() -> Numbers:
    """Concept ids of products, by printed name."""
    return Numbers(FIRST + 2_000, _drugs())


@cache
def ingredients() -> Numbers:
    """Concept ids of ingredients, by our key."""
    return Numbers(FIRST + 3_000, products())


@cache
def measures() -> Numbers:
    """Concept ids of scores and laboratory values, by printed name."""
    return Numbers(FIRST + 4_000, MEASURES)


MEASURES = (
    "nrs",
    "bni pain",
    "monthly migraine days",
    "debilitating headache days",
    "monthly headache days",
    "acute medication days",
    "sodium",
    "bmi",
    "hba1c",
)


def concept_rows() -> Iterator[Concept]:
    """The concept table."""
    yield Concept(
        UNKNOWN, "No matching concept", "Metadata", "None", "Undefined", None, "No matching concept"
    )
    yield Concept(SEXES["female"], "FEMALE", "Gender", "Gender", "Gender", "S", "F")
    yield Concept(SEXES["male"], "MALE", "Gender", "Gender", "Gender", "S", "M")
    yield Concept(MILLIGRAM, "milligram", "Unit", "UCUM", "Unit", "S", "mg")
    yield Concept(RECORD, "EHR", "Type Concept", "Type Concept", "Type Concept", "S", "OMOP4976890")
    yield Concept(YES, "Present", "Meas Value", "SNOMED", "Qualifier Value", "S", "52101004")
    yield Concept(NO, "Absent", "Meas Value", "SNOMED", "Qualifier Value", "S", "2667000")
    codes = _condition_codes()
    for key, number in conditions().items():
        name, code = codes[key]
        vocabulary = "ICD10CM" if code else "Made-up"
        yield Concept(number, name, "Condition", vocabulary, "Diagnosis", "S", code or f"condition-{number}")
    for name, number in drugs().items():
        yield Concept(number, name, "Drug", "Made-up", "Clinical Drug", "S", f"drug-{number}")
    for key, number in ingredients().items():
        name, code = key.replace("_", " "), rxcui(key)
        vocabulary = "RxNorm" if code else "Made-up"
        yield Concept(number, name, "Drug", vocabulary, "Ingredient", "S", code or f"ingredient-{number}")
    for name, number in measures().items():
        code = LOINC_CODES.get(name, "")
        vocabulary = "LOINC" if code else "Made-up"
        yield Concept(
            number, name, "Measurement", vocabulary, "Clinical Observation", "S", code or f"measure-{number}"
        )


def ancestor_rows() -> Iterator[tuple[int, int, int, int]]:
    """The concept_ancestor table: each product below its ingredient."""
    for name, number in drugs().items():
        yield ingredients()[_drugs()[name].ingredient], number, 1, 1


def strength_rows() -> Iterator[tuple[int, int, float, int]]:
    """The drug_strength table: drug, ingredient, milligrams in one unit, and the unit."""
    for name, number in drugs().items():
        medicine = _drugs()[name]
        if medicine.unit in ("mg/d", "mg/28d"):
            yield number, ingredients()[medicine.ingredient], medicine.strength, MILLIGRAM
