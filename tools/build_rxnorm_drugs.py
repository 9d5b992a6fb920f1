"""Build src/assuage/codes/data/rxnorm_drugs.csv: RxNorm drugs that hold an ingredient of our formulary.

    python tools/build_rxnorm_drugs.py FOLDER > src/assuage/codes/data/rxnorm_drugs.csv

FOLDER holds data sets with RxNorm rows: OMOP concept tables (concept.csv, concept.parquet), beside
them drug_strength tables (drug_strength*.csv), and FHIR MedicationRequest files (*.ndjson, *.ndjson.gz).
A full RxNorm release loaded as an OMOP vocabulary works the same and gives a far longer list.

Only codes, our own ingredient keys and numbers are written. A concept table is believed before a
FHIR display, which a generator may have got wrong. How many strengths the drug_strength table
confirms is said on standard error; one that it contradicts is left empty.
"""

from __future__ import annotations

import csv
import gzip
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from assuage.codes.drugs import find_drugs, formulary

RXNORM_URI = "http://www.nlm.nih.gov/research/umls/rxnorm"
TERM_TYPES = {
    "Clinical Drug": "SCD",
    "Quant Clinical Drug": "SCD",
    "Branded Drug": "SBD",
    "Quant Branded Drug": "SBD",
    "Clinical Drug Comp": "SCDC",
    "Branded Drug Comp": "SBDC",
    "Clinical Drug Form": "SCDF",
    "Branded Drug Form": "SBDF",
    "Clinical Pack": "GPCK",
    "Branded Pack": "BPCK",
}


@dataclass(frozen=True)
class NamedDrug:
    """An RxNorm code with the name that a data set prints beside it."""

    rxcui: str
    name: str
    term_type: str
    seen_in: str
    concept_id: int | None = None


def main(folder: Path) -> None:
    """Write the table to standard output, what was checked to standard error."""
    drugs: dict[str, NamedDrug] = {}
    for drug in (*_concepts(folder), *_requests(folder)):
        drugs.setdefault(drug.rxcui, drug)
    ingredient_rxcuis = {rxcui for ingredient in formulary().values() for rxcui in ingredient.rxcuis}
    strengths = _stated_strengths(folder)
    confirmed = contradicted = 0
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["rxcui", "ingredient", "strength", "unit", "form", "tty", "seen_in"])
    for rxcui, drug in sorted(drugs.items(), key=lambda item: int(item[0])):
        if rxcui in ingredient_rxcuis:
            continue
        for match in sorted(find_drugs([], drug.name), key=lambda match: match.ingredient):
            strength, unit = match.strength, match.strength_unit
            stated = strengths.get((drug.concept_id or 0, match.ingredient))
            if strength is not None and stated is not None and unit == "mg":
                confirmed += abs(stated - strength) < 1e-6
                if abs(stated - strength) >= 1e-6:
                    contradicted += 1
                    strength = unit = None
            printed = "" if strength is None else f"{strength:g}"
            out.writerow(
                [
                    rxcui,
                    match.ingredient,
                    printed,
                    unit if printed else "",
                    match.form or "",
                    drug.term_type,
                    drug.seen_in,
                ]
            )
    sys.stderr.write(f"strengths confirmed by drug_strength: {confirmed}, contradicted: {contradicted}\n")


def _concepts(folder: Path) -> Iterator[NamedDrug]:
    """RxNorm drugs of the OMOP concept tables."""
    for path in sorted([*folder.rglob("concept.csv"), *folder.rglob("concept.parquet")]):
        table = (
            duckdb.read_csv(str(path), all_varchar=True)
            if path.suffix == ".csv"
            else duckdb.read_parquet(str(path))
        )
        rows = table.select(
            "concept_id, concept_code, concept_name, concept_class_id, vocabulary_id"
        ).fetchall()
        for concept_id, code, name, concept_class, vocabulary in rows:
            if vocabulary == "RxNorm" and concept_class in TERM_TYPES:
                yield NamedDrug(code, name, TERM_TYPES[concept_class], path.parent.name, int(concept_id))


def _requests(folder: Path) -> Iterator[NamedDrug]:
    """RxNorm codings of FHIR MedicationRequests, with the name printed beside them."""
    for path in sorted(folder.rglob("MedicationRequest*.ndjson*")):
        open_text = gzip.open if path.suffix == ".gz" else open
        with open_text(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                for coding in json.loads(line).get("medicationCodeableConcept", {}).get("coding", []):
                    if coding.get("system") == RXNORM_URI:
                        yield NamedDrug(coding["code"], coding.get("display", ""), "", path.parent.name)


def _stated_strengths(folder: Path) -> dict[tuple[int, str], float]:
    """Amounts of the drug_strength tables, by drug concept and ingredient of ours."""
    keys = {concept: key for key, entry in formulary().items() for concept in entry.omop_concept_ids}
    amounts: dict[tuple[int, str], float] = {}
    for path in sorted(folder.rglob("drug_strength*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                key = keys.get(int(row["ingredient_concept_id"]))
                if key is not None and row["amount_value"]:
                    amounts[int(row["drug_concept_id"]), key] = float(row["amount_value"])
    return amounts


if __name__ == "__main__":
    main(Path(sys.argv[1]))
