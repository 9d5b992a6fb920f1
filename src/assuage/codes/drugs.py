"""Which drug a record means: codings and printed names to ingredients of our formulary."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, lru_cache

from assuage.codes.codelist import DATA, Entry, normalized, read_codelist
from assuage.codes.phrases import PhraseIndex, plain
from assuage.codes.printed_drugs import PrintedDrug, is_full_drug_name, read_printed_drug
from assuage.codes.systems import Coding, System
from assuage.errors import FaultyKnowledge

_FORMULARY = "formulary.yaml"


class MappedBy(StrEnum):
    """How an ingredient was found, best first."""

    RXNORM_INGREDIENT = "rxnorm_ingredient"
    RXNORM_DRUG = "rxnorm_drug"  # a clinical or branded drug
    ATC = "atc"
    OMOP_CONCEPT = "omop_concept"
    OMOP_ANCESTOR = "omop_ancestor"
    PRINTED_NAME = "printed_name"


@dataclass(frozen=True)
class Ingredient:
    """One entry of the formulary."""

    key: str  # "carbamazepine": the word used everywhere
    treatment_class: str  # "sodium_channel_blocker": pharmacological class
    rxcuis: tuple[str, ...]
    atc: tuple[str, ...]  # old and new codes
    omop_concept_ids: tuple[int, ...]
    names: tuple[str, ...]  # printed names, salts and brands, lower case
    depot_interval_days: int | None  # how long one administration lasts, for depot drugs


@dataclass(frozen=True)
class DrugMatch:
    """An ingredient found in a record, with the strength of one unit where the record prints it."""

    ingredient: str
    mapped_by: MappedBy
    strength: float | None = None  # per tablet, patch, syringe or vial
    strength_unit: str | None = None  # "mg", "ug/h" or "U"
    form: str | None = None  # oral, sublingual, patch, injection, nasal, topical, ophthalmic, rectal, implant


@cache
def formulary() -> Mapping[str, Ingredient]:
    """Every ingredient we know, by key."""
    return {key: _ingredient(entry) for key, entry in _entries().items()}


@cache
def _entries() -> Mapping[str, Entry]:
    allowed = frozenset({"class", "names", "depot_interval_days"})
    return read_codelist(DATA / _FORMULARY, "ingredients", allowed)


def _ingredient(entry: Entry) -> Ingredient:
    if not entry.fields.get("class"):
        message = f"{_FORMULARY}, entry {entry.key}: class is missing"
        raise FaultyKnowledge(message)
    return Ingredient(
        key=entry.key,
        treatment_class=entry.fields["class"],
        rxcuis=entry.codes_of(System.RXNORM),
        atc=entry.codes_of(System.ATC),
        omop_concept_ids=tuple(int(code) for code in entry.codes_of(System.OMOP)),
        names=(entry.key.replace("_", " "), *entry.words("names")),
        depot_interval_days=entry.fields.get("depot_interval_days"),
    )


def find_drugs(codings: Sequence[Coding], text: str = "") -> tuple[DrugMatch, ...]:
    """The ingredients of a drug; one for each ingredient of a combination, none if no one is ours.

    Codes come before words: an RxNorm ingredient, an RxNorm drug, an ATC code, an OMOP concept, and
    only then the printed name, in `text` or in a coding's display. A strength that the code does not
    give is taken from the printed name. An RxNorm code whose own display is the full name of a drug
    without any of the code's ingredients is not used, the words are: what people read was printed.
    """
    return _find(tuple(codings), text)


@lru_cache(maxsize=16384)  # records repeat a few hundred drugs
def _find(codings: tuple[Coding, ...], text: str) -> tuple[DrugMatch, ...]:
    printed = _printed(codings, text)
    for mapped_by in (
        MappedBy.RXNORM_INGREDIENT,
        MappedBy.RXNORM_DRUG,
        MappedBy.ATC,
        MappedBy.OMOP_CONCEPT,
    ):
        matches: dict[str, DrugMatch] = {}
        for coding in codings:
            for match in _by_code(coding, mapped_by):
                matches.setdefault(match.ingredient, match)
        if matches:
            return tuple(_completed(match, printed) for match in matches.values())
    return tuple(_from_printed(name, MappedBy.PRINTED_NAME, drug) for name, drug in printed.items())


def _by_code(coding: Coding, mapped_by: MappedBy) -> tuple[DrugMatch, ...]:
    """The ingredients that one coding means, by one way of mapping."""
    code = coding.code.strip().upper()
    if mapped_by is MappedBy.RXNORM_DRUG:
        matches = _rxnorm_drugs().get(code, ()) if coding.system is System.RXNORM else ()
    else:
        system = _SYSTEM_OF[mapped_by]
        keys = _ingredients_by_code().get((system, code), ()) if coding.system is system else ()
        matches = tuple(DrugMatch(key, mapped_by) for key in keys)
    return () if coding.system is System.RXNORM and _contradicts(coding.display, matches) else matches


_SYSTEM_OF = {
    MappedBy.RXNORM_INGREDIENT: System.RXNORM,
    MappedBy.ATC: System.ATC,
    MappedBy.OMOP_CONCEPT: System.OMOP,
}


def _contradicts(display: str, matches: tuple[DrugMatch, ...]) -> bool:
    """Whether the display fully names a drug that holds none of the ingredients."""
    if not matches or not is_full_drug_name(display):
        return False
    return not {match.ingredient for match in matches} & set(read_printed_drug(display, _names()))


def _printed(codings: Sequence[Coding], text: str) -> dict[str, PrintedDrug]:
    """What the first text or display that names an ingredient of ours says."""
    for words in (text, *(coding.display for coding in codings)):
        drugs = read_printed_drug(words, _names())
        if drugs:
            return drugs
    return {}


def _completed(match: DrugMatch, printed: Mapping[str, PrintedDrug]) -> DrugMatch:
    """The match with the printed strength and form where the code gives none."""
    drug = printed.get(match.ingredient)
    if drug is None:
        return match
    form = match.form or drug.form
    if match.strength is None:
        return replace(match, strength=drug.strength, strength_unit=drug.strength_unit, form=form)
    return replace(match, form=form)


def _from_printed(ingredient: str, mapped_by: MappedBy, drug: PrintedDrug) -> DrugMatch:
    return DrugMatch(ingredient, mapped_by, drug.strength, drug.strength_unit, drug.form)


@cache
def _ingredients_by_code() -> Mapping[tuple[System, str], tuple[str, ...]]:
    """Ingredient and combination codes; a code that two entries claim is an error."""
    keys: dict[tuple[System, str], tuple[str, ...]] = {}
    for entry, ingredients in _claims():
        for listed in entry.codes:
            place = (listed.system, normalized(listed.system, listed.code))
            if place in keys:
                message = (
                    f"{_FORMULARY}, entry {entry.key}: code {listed.code} is also claimed by {keys[place]}"
                )
                raise FaultyKnowledge(message)
            keys[place] = ingredients
    return keys


@cache
def _names() -> tuple[PhraseIndex, Mapping[str, tuple[str, ...]]]:
    """All printed names, and the ingredients that each entry they lead to stands for."""
    phrases: dict[str, str] = {}
    for entry, _ in _claims():
        names = entry.words("names") if "of" in entry.fields else formulary()[entry.key].names
        for name in map(plain, names):
            if phrases.setdefault(name, entry.key) != entry.key:
                message = f"{_FORMULARY}, entry {entry.key}: name {name!r} is also claimed by {phrases[name]}"
                raise FaultyKnowledge(message)
    return PhraseIndex(phrases), {entry.key: ingredients for entry, ingredients in _claims()}


@cache
def _claims() -> tuple[tuple[Entry, tuple[str, ...]], ...]:
    """Every entry with the ingredients it stands for: itself, or the parts of a combination."""
    combinations = read_codelist(DATA / _FORMULARY, "combinations", frozenset({"of", "names"}))
    return tuple(
        [(entry, (key,)) for key, entry in _entries().items()]
        + [(entry, entry.words("of")) for entry in combinations.values()]
    )


@cache
def _rxnorm_drugs() -> Mapping[str, tuple[DrugMatch, ...]]:
    """RxNorm clinical and branded drugs that hold an ingredient of ours, by RxCUI."""
    matches: dict[str, tuple[DrugMatch, ...]] = {}
    content = (DATA / "rxnorm_drugs.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(content.splitlines()):
        if row["ingredient"] not in formulary():
            message = f"rxnorm_drugs.csv, code {row['rxcui']}: {row['ingredient']} is not in the formulary"
            raise FaultyKnowledge(message)
        match = DrugMatch(
            ingredient=row["ingredient"],
            mapped_by=MappedBy.RXNORM_DRUG,
            strength=float(row["strength"]) if row["strength"] else None,
            strength_unit=row["unit"] or None,
            form=row["form"] or None,
        )
        matches[row["rxcui"]] = (*matches.get(row["rxcui"], ()), match)
    return matches
