"""condition_occurrence to conditions, and to allergies where a diagnosis is one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ibis
import ibis.expr.types as ir

from assuage.codes.conditions import find_condition
from assuage.codes.systems import from_omop_vocabulary
from assuage.records.omop.allergies import allergy_ingredient, allergy_rows
from assuage.records.omop.coded import Code, join_codes, lookup, with_code
from assuage.records.omop.mapping import (
    NOT_A_DATE,
    REASON,
    Mapped,
    as_rows,
    reason,
    record_id,
    with_person,
)
from assuage.records.omop.tables import CLINICAL
from assuage.records.rows import ConditionState

_TABLE = CLINICAL["condition_occurrence"]

# OMOP vocabulary "Condition Status"; 32906 as in the HL7 FHIR to OMOP guide,
# https://hl7.org/fhir/uv/omop/INFORMATIVE1/en/ConceptMap-ConditionStatusConcepts.html
_RESOLVED = 32906
_PRELIMINARY = 32899

_FOUND = {
    "condition": "string",
    "text": "string",
    "code": "string",
    "code_system": "string",
    "intractable_code": "boolean",
    "allergy": "string",
    "unknown_because": "string",
}


def coded(rows: ir.Table) -> ir.Table:
    """Rows with the code of their diagnosis."""
    return with_code(rows, "condition_concept_id", "condition_source_concept_id", "condition_source_value")


def find(code: Code) -> dict[str, Any]:
    """The condition a diagnosis means, or the drug it is an allergy to, or why it is neither."""
    allergy = allergy_ingredient(code)
    match = None if allergy else find_condition(code.codings(), code.text)
    if match is None:
        because = None if allergy else code.unknown_because("condition outside the codelists")
        return {"text": code.text, "allergy": allergy, "unknown_because": because}
    printed, system = _evidence(code, match.mapped_by)
    return {
        "condition": match.condition,
        "text": code.text,
        "code": printed,
        "code_system": system,
        "intractable_code": match.intractable_code,
    }


def _evidence(code: Code, mapped_by: str) -> tuple[str | None, str | None]:
    """The code that the match rests on, else the standard one."""
    source = from_omop_vocabulary(code.source_vocabulary)
    if code.source_code and str(source) == str(mapped_by):
        return code.source_code, str(source)
    if code.code:
        return code.code, str(from_omop_vocabulary(code.vocabulary))
    return (code.source_code, str(source)) if code.source_code else (None, None)


def map_conditions(rows: ir.Table, people: ir.Table, codes: Iterable[Code]) -> Mapped:
    """Diagnoses that our lists know, and allergies."""
    found = join_codes(with_person(coded(rows), people), lookup(codes, find, _FOUND))
    start, end = found.condition_start_date, found.condition_end_date
    checked = found.mutate(
        **{
            REASON: reason(
                found,
                _TABLE,
                (end < start, "the end is before the start"),
                (found.unknown_because.notnull(), found.unknown_because),
            ),
            "no_start": start.isnull(),
            "bad_end": found.condition_end_date_unreadable,
        }
    )
    return Mapped("condition_occurrence", checked, _outputs, _NOTES)


_NOTES = {
    "no_start": ("condition_start_date", "missing: left unknown"),
    "bad_end": ("condition_end_date", NOT_A_DATE),
}


def _outputs(read: ir.Table) -> list[tuple[str, ir.Table]]:
    return [
        ("condition", _conditions(read.filter(read.condition.notnull()))),
        ("observation", allergy_rows(read, "condition_occurrence", _TABLE.key, "condition_start_date")),
    ]


def _conditions(rows: ir.Table) -> ir.Table:
    """An end on the day of the start is the day of a claim or visit, not the end of a disease: unknown."""
    start, end = rows.condition_start_date, rows.condition_end_date
    return as_rows(
        "condition",
        rows,
        person_id=rows.person_id,
        record_id=record_id(rows, "condition_occurrence", _TABLE.key),
        condition=rows.condition,
        text=rows.text,
        code=rows.code,
        code_system=rows.code_system,
        start=start,
        end=ibis.cases((end > start, end)),
        state=ibis.cases(
            (rows.condition_status_concept_id == _RESOLVED, str(ConditionState.RESOLVED)),
            (rows.condition_status_concept_id == _PRELIMINARY, str(ConditionState.UNCONFIRMED)),
            else_=str(ConditionState.UNKNOWN),
        ),
        intractable_code=rows.intractable_code.fill_null(False),
    )
