"""Which ingredients a drug concept holds, and how strong one unit is: vocabulary first, printed name last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis.backends import BaseBackend

from assuage.codes.drugs import DrugMatch, MappedBy, find_drugs, formulary
from assuage.records.omop.coded import Code
from assuage.records.omop.columns import empty, small_table
from assuage.records.omop.tables import LOOKED_UP

# concept_relationship: from a source code to its standard drug, from a drug to its ingredient
_LINKS = ("Maps to", "RxNorm has ing")

# OMOP units of drug_strength, concept ids as in https://ohdsi.github.io/CommonDataModel/drug_dose.html
# and the vocabulary "UCUM"
_MG = {8576: 1.0, 9655: 0.001, 8504: 1000.0}  # mg, ug, g
_UNITS = (8510, 8718)  # [U], [iU]
_HOUR, _ML, _PUFF = 8505, 8587, 45744809


@dataclass(frozen=True)
class Strength:
    """What one tablet, patch, puff or syringe holds of an ingredient: mg, ug/h or U."""

    amount: float
    unit: str


@dataclass(frozen=True)
class Vocabulary:
    """What the vocabulary tables say of the drug concepts in use.

    `held` and `linked` are ingredients by concept, through concept_ancestor and concept_relationship;
    `strengths` are by concept and ingredient.
    """

    held: Mapping[int, tuple[str, ...]]
    linked: Mapping[int, tuple[str, ...]]
    strengths: Mapping[tuple[int, str], Strength]


def read_vocabulary(drugs: ir.Table, lookups: Mapping[str, ir.Table], backend: BaseBackend) -> Vocabulary:
    """Fetch what the tables in `lookups`, those that the source has, say of the concepts in `drugs`."""
    used = _used_concepts(drugs)
    ours = _our_concepts(lookups.get("concept", empty(LOOKED_UP["concept"])))
    ancestors = lookups.get("concept_ancestor", empty(LOOKED_UP["concept_ancestor"]))
    held, linked, strengths = _held(used, ancestors, ours), None, None
    if "concept_relationship" in lookups:
        linked = _linked(used, lookups["concept_relationship"], ancestors, ours)
    if "drug_strength" in lookups:
        strengths = _strengths(used, lookups["drug_strength"], ours)
    return Vocabulary(
        _ingredients_by_concept(_rows(held, backend)),
        _ingredients_by_concept(_rows(linked, backend)),
        _strength_by_concept(_rows(strengths, backend)),
    )


def find_exposures(code: Code, vocabulary: Vocabulary) -> list[dict[str, Any]]:
    """Each ingredient of a drug with how it was found, its strength and form; none where none is ours."""
    named = {match.ingredient: match for match in find_drugs(code.codings(), code.source_text)}
    return [
        _exposure(code, ingredient, mapped_by, named.get(ingredient), vocabulary)
        for ingredient, mapped_by in _ingredients(code, named, vocabulary).items()
    ]


def _ingredients(code: Code, named: Mapping[str, DrugMatch], vocabulary: Vocabulary) -> dict[str, MappedBy]:
    """The first way that knows the drug gives all its ingredients.

    CPT names procedures that mention a drug ("refill of baclofen pump"): its words prove no exposure.
    """
    concepts = [concept for concept in (code.concept_id, code.source_concept_id) if concept]
    for concept in concepts:
        if concept in _ingredient_concepts():
            return {_ingredient_concepts()[concept]: MappedBy.OMOP_CONCEPT}
    for known, mapped_by in (
        (vocabulary.held, MappedBy.OMOP_ANCESTOR),
        (vocabulary.linked, MappedBy.OMOP_CONCEPT),
    ):
        for concept in concepts:
            if concept in known:
                return dict.fromkeys(known[concept], mapped_by)
    if "CPT4" in (code.vocabulary, code.source_vocabulary):
        return {}
    return {ingredient: match.mapped_by for ingredient, match in named.items()}


@cache
def _ingredient_concepts() -> Mapping[int, str]:
    """Our ingredients by their own concept id."""
    return {concept: key for key, entry in formulary().items() for concept in entry.omop_concept_ids}


def _exposure(
    code: Code, ingredient: str, mapped_by: MappedBy, named: DrugMatch | None, vocabulary: Vocabulary
) -> dict[str, Any]:
    strength = vocabulary.strengths.get((code.concept_id, ingredient))
    # a HCPCS code names the unit it is billed by, not the strength of what was given
    if strength is None and named and named.strength and named.strength_unit and code.vocabulary != "HCPCS":
        strength = Strength(named.strength, named.strength_unit)
    return {
        "ingredient": ingredient,
        "mapped_by": str(mapped_by),
        "strength": strength.amount if strength else None,
        "strength_unit": strength.unit if strength else None,
        "form": named.form if named else None,
        "depot_days": formulary()[ingredient].depot_interval_days,
    }


def _used_concepts(drugs: ir.Table) -> ir.Table:
    """The drug concepts of the records, standard and source."""
    standard = drugs.select(concept_id=drugs.drug_concept_id)
    source = drugs.select(concept_id=drugs.drug_source_concept_id)
    used = ibis.union(standard, source, distinct=True)
    return used.filter(used.concept_id != 0)


def _our_concepts(concepts: ir.Table) -> ir.Table:
    """Concept ids of our ingredients: those we list, and the RxNorm concepts that carry our RxCUIs."""
    by_id = small_table(
        [{"ingredient_id": concept, "ingredient": key} for concept, key in _ingredient_concepts().items()],
        {"ingredient_id": "int64", "ingredient": "string"},
    )
    by_rxcui = small_table(
        [{"rxcui": rxcui, "ingredient": key} for key, entry in formulary().items() for rxcui in entry.rxcuis],
        {"rxcui": "string", "ingredient": "string"},
    )
    rxnorm = concepts.filter(concepts.vocabulary_id == "RxNorm")
    coded = rxnorm.join(by_rxcui, rxnorm.concept_code == by_rxcui.rxcui)
    return ibis.union(
        by_id, coded.select(ingredient_id=coded.concept_id, ingredient=coded.ingredient), distinct=True
    )


def _held(used: ir.Table, ancestors: ir.Table, ours: ir.Table) -> ir.Table:
    """Concepts in use with each of our ingredients that they are, or that stands above them."""
    itself = used.select(concept_id="concept_id", ingredient_id="concept_id")
    above = ancestors.semi_join(used, ancestors.descendant_concept_id == used.concept_id)
    pairs = ibis.union(
        itself,
        above.select(concept_id=above.descendant_concept_id, ingredient_id=above.ancestor_concept_id),
        distinct=True,
    )
    return pairs.join(ours, "ingredient_id").select("concept_id", "ingredient").distinct()


def _linked(used: ir.Table, relationships: ir.Table, ancestors: ir.Table, ours: ir.Table) -> ir.Table:
    """The same for what a concept in use is mapped to."""
    valid = relationships.filter(
        relationships.relationship_id.isin(_LINKS) & relationships.invalid_reason.isnull()
    )
    links = valid.join(used, valid.concept_id_1 == used.concept_id).select(
        "concept_id", target=valid.concept_id_2
    )
    targets = links.select(concept_id="target").distinct()
    held = _held(targets, ancestors, ours).rename(target="concept_id")
    return links.join(held, "target").select("concept_id", "ingredient").distinct()


def _strengths(used: ir.Table, strengths: ir.Table, ours: ir.Table) -> ir.Table:
    known = strengths.join(used, strengths.drug_concept_id == used.concept_id)
    return known.join(ours, known.ingredient_concept_id == ours.ingredient_id).select(
        "concept_id",
        "ingredient",
        "amount_value",
        "amount_unit_concept_id",
        "numerator_value",
        "numerator_unit_concept_id",
        "denominator_value",
        "denominator_unit_concept_id",
    )


def _rows(expression: ir.Table | None, backend: BaseBackend) -> Iterable[dict[str, Any]]:
    """All rows: one or a few for each drug concept in use, however many people."""
    if expression is None:
        return []
    ordered = expression.order_by(expression.columns)
    return [row for batch in backend.to_pyarrow_batches(ordered) for row in batch.to_pylist()]


def _ingredients_by_concept(rows: Iterable[Mapping[str, Any]]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for row in rows:
        found[row["concept_id"]] = (*found.get(row["concept_id"], ()), row["ingredient"])
    return found


def _strength_by_concept(rows: Iterable[Mapping[str, Any]]) -> dict[tuple[int, str], Strength]:
    """The one strength of each concept and ingredient; two that differ are none."""
    found: dict[tuple[int, str], set[Strength | None]] = {}
    for row in rows:
        found.setdefault((row["concept_id"], row["ingredient"]), set()).add(strength_of(row))
    return {place: one for place, all_ in found.items() if len(all_) == 1 and (one := next(iter(all_)))}


def strength_of(row: Mapping[str, Any]) -> Strength | None:
    """The strength of one unit that a drug_strength row gives.

    After https://ohdsi.github.io/CommonDataModel/drug_dose.html: a fixed amount (case 1), a puff (2),
    a package of known volume (3), an amount per hour (6). A bare concentration says nothing of what
    one unit of `quantity` holds, and neither does a number without its unit.
    """
    if row["amount_value"]:
        return _in_our_units(row["amount_value"], row["amount_unit_concept_id"])
    if not row["numerator_value"]:
        return None
    amount = _in_our_units(row["numerator_value"], row["numerator_unit_concept_id"])
    per, volume = row["denominator_unit_concept_id"], row["denominator_value"]
    if amount is None:
        return None
    if per == _HOUR and amount.unit == "mg":
        return Strength(round(amount.amount * 1000 / (volume or 1.0), 6), "ug/h")
    if per == _PUFF or (per == _ML and volume):
        return amount
    return None


def _in_our_units(amount: float, unit: int) -> Strength | None:
    if amount <= 0:
        return None
    if unit in _MG:
        return Strength(round(amount * _MG[unit], 6), "mg")
    return Strength(amount, "U") if unit in _UNITS else None
