"""measurement and observation to scores, and to labs, genes, examination, imaging and allergies."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer
from assuage.codes.clinical import find_instrument, find_observation, instruments
from assuage.codes.phrases import Found, asserted, tokens
from assuage.records.omop.allergies import allergy_ingredient, allergy_rows
from assuage.records.omop.coded import Code, join_codes, lookup, with_code
from assuage.records.omop.mapping import REASON, Mapped, as_rows, reason, record_id, with_person
from assuage.records.omop.tables import CLINICAL

# value_as_concept_id: standard answers of the OMOP vocabularies "Meas Value" (SNOMED CT and LOINC)
_PRESENT = (4181412, 9191, 45884084, 45877985, 45879438)  # present, positive, positive, detected, present
_ABSENT = (4132135, 9189, 45878583, 45880296, 45884086)  # absent, negative, negative, not detected, absent

_FINDINGS = ("SNOMED", "ICD10CM", "ICD10", "ICD9CM")

# operator_concept_id 4172703 is "="; with <, <=, >, >= the number is a bound and not the value
_EXACT = (0, 4172703)

_FOUND = {
    "instrument": "string",
    "lowest": "float64",
    "highest": "float64",
    "kind": "string",
    "name": "string",
    "text": "string",
    "is_finding": "boolean",
    "allergy": "string",
    "unknown_because": "string",
}


def coded(rows: ir.Table, source: str) -> ir.Table:
    """Rows with the code of what was measured or observed, and of the answer."""
    return with_code(
        rows,
        f"{source}_concept_id",
        f"{source}_source_concept_id",
        f"{source}_source_value",
        "value_as_concept_id",
    )


def find(code: Code) -> dict[str, Any]:
    """The instrument, finding or allergy a code means, or why it is none of ours."""
    found: dict[str, Any] = {"text": code.text}
    codings = code.codings()
    if instrument := find_instrument(codings, code.text):
        known = instruments()[instrument]
        return found | {"instrument": instrument, "lowest": known.lowest, "highest": known.highest}
    if allergy := allergy_ingredient(code):
        return found | {"allergy": allergy}
    if observation := find_observation(codings, code.text):
        kind, name = observation
        return found | {"kind": kind, "name": name, "is_finding": _is_finding(code)}
    return found | {"unknown_because": code.unknown_because("observation outside the codelists")}


def _is_finding(code: Code) -> bool:
    """Whether the code itself says that something is there, as SNOMED CT's and ICD's findings do.

    A LOINC code only asks; a finding that is denied ("no weight loss") is none.
    """
    words = tokens(code.text)
    last = Found("", len(words) - 1, len(words) - 1)
    return code.vocabulary in _FINDINGS and bool(words) and bool(asserted(code.text, [last]))


def map_findings(
    source: str, rows: ir.Table, people: ir.Table, codes: Iterable[Code], units: ir.Table
) -> Mapped:
    """Scores of instruments that we know, and findings; `units` is the concept table."""
    found = join_codes(with_person(coded(rows, source), people), lookup(codes, find, _FOUND))
    if "operator_concept_id" not in found.columns:
        found = found.mutate(operator_concept_id=ibis.literal(0, "int64"))
    date = f"{source}_date"
    exact = ibis.cases((found.operator_concept_id.isin(_EXACT), found.value_as_number))
    is_score = found.instrument.notnull()
    outside = (exact < found.lowest) | (exact > found.highest)
    checked = found.mutate(
        **{
            REASON: reason(
                found,
                CLINICAL[source],
                (found.unknown_because.notnull(), found.unknown_because),
                (is_score & exact.isnull(), "no numeric value"),
                (is_score & outside, "value outside the instrument's range"),
            ),
            "exact": exact,
            "no_start": found[date].isnull(),
            "bad_value": found.value_as_number_unreadable,
            "bound": found.value_as_number.notnull() & exact.isnull(),
        }
    )
    notes = {
        "no_start": (date, "missing: left unknown"),
        "bad_value": ("value_as_number", "not a number: left unknown"),
        "bound": ("value_as_number", "a bound (<, >) and not a value: left unknown"),
    }
    return Mapped(source, checked, partial(_outputs, source, units), notes)


def _outputs(source: str, units: ir.Table, read: ir.Table) -> list[tuple[str, ir.Table]]:
    return [
        ("score", _scores(read, source)),
        ("observation", _observations(read, source, units)),
        ("observation", allergy_rows(read, source, CLINICAL[source].key, f"{source}_date")),
    ]


def _scores(read: ir.Table, source: str) -> ir.Table:
    rows = read.filter(read.instrument.notnull())
    return as_rows(
        "score",
        rows,
        person_id=rows.person_id,
        record_id=record_id(rows, source, CLINICAL[source].key),
        instrument=rows.instrument,
        low=rows.exact,
        high=rows.exact,
        start=rows[f"{source}_date"],
    )


def _observations(read: ir.Table, source: str, units: ir.Table) -> ir.Table:
    rows = read.filter(read.kind.notnull())
    units = units.filter(units.concept_id != 0)
    named = units.group_by("concept_id").agg(unit_name=units.concept_code.min())
    rows = rows.left_join(named, rows.unit_concept_id == named.concept_id).drop("concept_id_right")
    # an observation without any value is the statement that its finding is there
    is_bare = rows.is_finding & rows.value_as_number.isnull() & (rows.value_as_concept_id == 0)
    present = ibis.cases(
        (rows.value_as_concept_id.isin(_PRESENT), str(Answer.YES)),
        (rows.value_as_concept_id.isin(_ABSENT), str(Answer.NO)),
        (is_bare & (source == "observation"), str(Answer.YES)),
        else_=str(Answer.UNKNOWN),
    )
    return as_rows(
        "observation",
        rows,
        person_id=rows.person_id,
        record_id=record_id(rows, source, CLINICAL[source].key),
        kind=rows.kind,
        name=rows.name,
        text=rows.text,
        present=present,
        value=rows.exact,
        # UCUM codes, as FHIR writes them, before the source's own words
        unit=ibis.coalesce(rows.unit_name, rows.unit_source_value),
        start=rows[f"{source}_date"],
    )
