"""How made-up facts are printed and coded: shared by the formats that know products and codes."""

from __future__ import annotations

from functools import cache

from assuage.codes.drugs import formulary
from assuage.synth.knowledge import Medicine
from assuage.synth.plan import Course, Result, Supply

LOINC_CODES = {"nrs": "72514-3"}
STOP_WORDS = {
    Result.RESPONSE: "remission",
    Result.PARTIAL: "ineffective",
    Result.NO_RESPONSE: "ineffective",
    Result.LOST: "ineffective",
    Result.INTOLERANCE: "side effects",
    Result.NONADHERENCE: "non-adherence",
    Result.STOPPED_OTHER: "cost",
}
TABLETS_FOR_NEED = 10
"""How many tablets a supply of a drug taken as needed holds."""


@cache
def printed(ingredient: str, strength: float, unit: str) -> str:
    """The product as a pharmacy prints it."""
    name = ingredient.replace("_", " ")
    if unit == "U/session":
        return f"{name} {strength:g} UNT Injection"
    if unit == "mg/28d":
        return f"1 ML {name} {strength:g} MG/ML Prefilled Syringe"
    if ingredient in ("lidocaine", "capsaicin"):
        return f"{name} {'5 %' if ingredient == 'lidocaine' else '8 %'} Medicated Patch"
    return f"{name} {strength:g} MG Oral Tablet" if strength else f"{name} Oral Tablet"


def product_name(medicine: Medicine) -> str:
    """The printed product of a medicine."""
    return printed(medicine.ingredient, medicine.strength, medicine.unit)


@cache
def rxcui(ingredient: str) -> str:
    """The RxNorm code of the ingredient, "" where we know none."""
    return next(iter(formulary()[ingredient].rxcuis), "")


def units_supplied(course: Course, supply: Supply) -> float:
    """Tablets, or syringes, of one supply: a whole number for every dose of ours."""
    span = 28 if course.medicine.unit == "mg/28d" else 1
    return round((supply.dose or 0.0) * supply.days / span / course.medicine.strength, 3)
