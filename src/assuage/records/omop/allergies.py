"""Allergies: diagnoses or observations named so, with the drug in the name or as the coded value."""

from __future__ import annotations

import re

import ibis.expr.types as ir

from assuage.answers import Answer
from assuage.codes.drugs import find_drugs
from assuage.records.omop.coded import Code
from assuage.records.omop.mapping import as_rows, record_id
from assuage.records.rows import ObservationKind

# How SNOMED CT names them: "Allergy to carbamazepine", "Carbamazepine allergy". A history of one counts;
# "no known allergy" names no drug.
_ALLERGY = re.compile(
    r"^(history of |h/o:? )?(drug )?allergy to (?P<to>.+)$|^(?P<of>.+) allergy$", re.IGNORECASE
)


def allergy_ingredient(code: Code) -> str | None:
    """The ingredient an entry says the person is allergic to, if it is one of ours."""
    match = _ALLERGY.match(code.text)
    if match is None:
        return None
    for words in (code.value_name, match["to"] or match["of"]):
        found = find_drugs([], words) if words else ()
        if len(found) == 1:
            return found[0].ingredient
    return None


def allergy_rows(read: ir.Table, source: str, key: str, start: str) -> ir.Table:
    """The rows that are allergies, as observations."""
    rows = read.filter(read.allergy.notnull())
    return as_rows(
        "observation",
        rows,
        person_id=rows.person_id,
        record_id=record_id(rows, source, key),
        kind=str(ObservationKind.ALLERGY),
        name="allergy",
        text=rows.text,
        ingredient=rows.allergy,
        present=str(Answer.YES),
        start=rows[start],
    )
