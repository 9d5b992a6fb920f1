"""What the code lists and the table of uses say, as small tables to join: made from the same loaders."""

from __future__ import annotations

from functools import cache

import ibis.expr.types as ir

from assuage.codes.conditions import belongs_to, concepts, pain_conditions
from assuage.codes.drugs import formulary
from assuage.codes.procedures import procedures
from assuage.trials.indication import uses
from assuage.trials.response import instruments_of
from assuage.trials.tabular.columns import knowledge_table


@cache
def condition_numbers() -> dict[str, int]:
    """A number from 1 for each condition; 0 stands for none."""
    return {key: number for number, key in enumerate(sorted(concepts()), start=1)}


@cache
def drug_numbers() -> dict[str, int]:
    """A number from 0 for each ingredient."""
    return {key: number for number, key in enumerate(sorted(formulary()))}


def conditions() -> ir.Table:
    """Every condition: `condition`, `condition_no`, `is_pain`."""
    pains = pain_conditions()
    rows = [
        {"condition": key, "condition_no": number, "is_pain": key in pains}
        for key, number in condition_numbers().items()
    ]
    return knowledge_table(rows, {"condition": "string", "condition_no": "int64", "is_pain": "boolean"})


def kinship() -> ir.Table:
    """Every condition with each wider one, itself included: `narrow`, `wide`."""
    rows = [
        {"narrow": key, "wide": wide} for key in concepts() for wide in concepts() if belongs_to(key, wide)
    ]
    return knowledge_table(rows, {"narrow": "string", "wide": "string"})


def drugs() -> ir.Table:
    """The formulary: `ingredient`, `drug_no`, `treatment_class`, `interval_days` of depot drugs."""
    rows = [
        {
            "ingredient": key,
            "drug_no": drug_numbers()[key],
            "treatment_class": entry.treatment_class,
            "interval_days": entry.depot_interval_days or None,
        }
        for key, entry in formulary().items()
    ]
    columns = {"ingredient": "string", "drug_no": "int64", "treatment_class": "string"}
    return knowledge_table(rows, {**columns, "interval_days": "int64"})


def operations() -> ir.Table:
    """Procedures and therapies: `procedure`, `treatment_class`, `kind`, `judged_after_days`."""
    rows = [
        {
            "procedure": key,
            "treatment_class": entry.treatment_class,
            "kind": entry.kind,
            "judged_after_days": entry.judged_after_days,
        }
        for key, entry in procedures().items()
    ]
    columns = {"procedure": "string", "treatment_class": "string", "kind": "string"}
    return knowledge_table(rows, {**columns, "judged_after_days": "int64"})


def recognised_uses() -> ir.Table:
    """What each treatment is for, in every pain it is for: `treatment`, `condition`, `known_purpose`."""
    rows = [
        {"treatment": treatment, "condition": condition, "known_purpose": str(purpose)}
        for treatment, known in uses().items()
        for condition in sorted(pain_conditions())
        if (purpose := known.purpose_in(condition)) is not None
    ]
    return knowledge_table(rows, {"treatment": "string", "condition": "string", "known_purpose": "string"})


def listed_treatments() -> ir.Table:
    """Every treatment with uses on the list, and every procedure: `treatment`, `has_uses`."""
    rows = [{"treatment": key, "has_uses": key in uses()} for key in sorted({*uses(), *procedures()})]
    return knowledge_table(rows, {"treatment": "string", "has_uses": "boolean"})


def competing_indications() -> ir.Table:
    """The other conditions that a treatment is also used for, all kinds: `treatment`, `rival`."""
    rows = [
        {"treatment": treatment, "rival": key}
        for treatment, known in uses().items()
        for key in sorted(set(concepts()) - pain_conditions())
        if any(belongs_to(key, wide) for wide in known.competing)
    ]
    return knowledge_table(rows, {"treatment": "string", "rival": "string"})


def response_instruments() -> ir.Table:
    """By which instruments a pain's response is read, from place 0: `condition`, `instrument`, `place`."""
    rows = [
        {"condition": condition, "instrument": instrument, "place": place}
        for condition in sorted(pain_conditions())
        for place, instrument in enumerate(instruments_of(condition))
    ]
    return knowledge_table(rows, {"condition": "string", "instrument": "string", "place": "int64"})
