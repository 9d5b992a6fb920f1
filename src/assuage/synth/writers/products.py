"""How a made-up drug is printed and coded: shared by the formats that know products."""

from __future__ import annotations

from functools import cache

from assuage.codes.drugs import formulary
from assuage.synth.knowledge import Medicine

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
