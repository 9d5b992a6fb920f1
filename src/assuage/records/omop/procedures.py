"""procedure_occurrence to procedures."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ibis
import ibis.expr.types as ir

from assuage.codes.procedures import find_procedure
from assuage.codes.systems import from_omop_vocabulary
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
from assuage.records.rows import ProcedureState

_TABLE = CLINICAL["procedure_occurrence"]

_FOUND = {
    "procedure": "string",
    "text": "string",
    "code": "string",
    "code_system": "string",
    "unknown_because": "string",
}


def coded(rows: ir.Table) -> ir.Table:
    """Rows with the code of their procedure."""
    return with_code(rows, "procedure_concept_id", "procedure_source_concept_id", "procedure_source_value")


def find(code: Code) -> dict[str, Any]:
    """The procedure a code means, or why it is none of ours."""
    procedure = find_procedure(code.codings(), code.text)
    because = None if procedure else code.unknown_because("procedure outside the codelists")
    printed, vocabulary = (
        (code.code, code.vocabulary) if code.code else (code.source_code, code.source_vocabulary)
    )
    return {
        "procedure": procedure,
        "text": code.text,
        "code": printed,
        "code_system": str(from_omop_vocabulary(vocabulary)) if printed else None,
        "unknown_because": because,
    }


def map_procedures(rows: ir.Table, people: ir.Table, codes: Iterable[Code]) -> Mapped:
    """Operations, blocks and therapies; a procedure_occurrence has taken place."""
    found = join_codes(with_person(coded(rows), people), lookup(codes, find, _FOUND))
    checked = found.mutate(
        **{
            REASON: reason(
                found,
                _TABLE,
                (found.procedure_end_date < found.procedure_date, "the end is before the start"),
                (found.unknown_because.notnull(), found.unknown_because),
            ),
            "no_start": found.procedure_date.isnull(),
            "bad_end": found.procedure_end_date_unreadable,
        }
    )
    return Mapped("procedure_occurrence", checked, _outputs, _NOTES)


_NOTES = {
    "no_start": ("procedure_date", "missing: left unknown"),
    "bad_end": ("procedure_end_date", NOT_A_DATE),
}


def _outputs(read: ir.Table) -> list[tuple[str, ir.Table]]:
    start, end = read.procedure_date, read.procedure_end_date
    rows = as_rows(
        "procedure",
        read,
        person_id=read.person_id,
        record_id=record_id(read, "procedure_occurrence", _TABLE.key),
        procedure=read.procedure,
        text=read.text,
        code=read.code,
        code_system=read.code_system,
        start=start,
        end=ibis.cases((end > start, end)),
        state=str(ProcedureState.DONE),
    )
    return [("procedure", rows)]
