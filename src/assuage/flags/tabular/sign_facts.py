"""The facts on record that make the signs of all families, found in one pass over the records."""

from __future__ import annotations

from collections.abc import Iterator

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer
from assuage.codes.conditions import concepts
from assuage.flags.rules import SIGN_FAMILIES, Sign, signs
from assuage.flags.signs import FINDINGS
from assuage.flags.subject import is_one_of
from assuage.trials.tabular.columns import knowledge_table

_AFTER_FINDINGS = 1000
"""Where the diagnoses that make a sign begin in the evidence: after its findings."""

_COLUMNS = ("person_no", "flag", "is_diagnosis", "state", "since_first", "since_last", "place", "record_id")


def sign_facts(observations: ir.Table, diagnoses: ir.Table) -> ir.Table:
    """The facts that make signs; one that the record leaves open does not.

    Columns: `person_no`, `flag`, `is_diagnosis`, `state` (of a diagnosis), `since_first`, `since_last`,
    `place` and `record_id`.
    """
    kinds = [str(kind) for kind in FINDINGS]
    found = observations.filter(observations.kind.isin(kinds), observations.present == str(Answer.YES))
    found = found.inner_join(findings_of_signs(), "name").mutate(
        is_diagnosis=ibis.literal(False),
        state=ibis.null("string"),
        since_first=found.start_first,
        since_last=found.start_last,
    )
    coded = diagnoses.inner_join(_diagnoses_of_signs(), "condition").mutate(is_diagnosis=ibis.literal(True))
    rows = ibis.union(*(table.select(*_COLUMNS, "as_of", "within_days") for table in (found, coded)))
    recent = rows.since_last >= rows.as_of - rows.within_days
    return rows.filter(recent.fill_null(True)).select(*_COLUMNS)


def findings_of_signs() -> ir.Table:
    """The findings that make signs: `flag`, `name`, `place`, `within_days` (null: whenever it was)."""
    rows = [
        {"flag": sign.flag, "name": name, "place": place, "within_days": sign.within_days}
        for sign in _signs()
        for place, name in enumerate(sorted(sign.findings))
    ]
    return knowledge_table(
        rows, {"flag": "string", "name": "string", "place": "int64", "within_days": "int64"}
    )


def _diagnoses_of_signs() -> ir.Table:
    rows = [
        {"flag": sign.flag, "condition": key, "place": _place(sign, key), "within_days": sign.within_days}
        for sign in _signs()
        for key in concepts()
        if is_one_of(key, sign.diagnoses)
    ]
    return knowledge_table(
        rows, {"flag": "string", "condition": "string", "place": "int64", "within_days": "int64"}
    )


def _signs() -> Iterator[Sign]:
    for family in SIGN_FAMILIES:
        yield from signs(family)


def _place(sign: Sign, condition: str) -> int:
    wider = sorted(sign.diagnoses)
    return _AFTER_FINDINGS + next(n for n, wide in enumerate(wider) if is_one_of(condition, (wide,)))
