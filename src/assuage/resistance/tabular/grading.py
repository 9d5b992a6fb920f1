"""How sure each diagnosis is: the tabular form of `resistance.grading`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer
from assuage.codes.conditions import pain_conditions
from assuage.records.rows import StatementKind
from assuage.resistance.grading import (
    AETIOLOGY,
    NEUPSIG,
    PRIMARY,
    SECONDARY_CAUSES,
    is_primary_by_diagnosis,
    system_of,
)
from assuage.trials.tabular.columns import knowledge_table, no_texts, texts_by_place
from assuage.trials.tabular.known import Known
from assuage.trials.tabular.three_valued import agreed, truth, word

GRADING_COLUMNS = (
    *("case_id", "definition", "criterion", "decides", "answer"),
    *("reason_code", "reason_values", "missing", "evidence"),
)
"""The columns of gradings; `definition` is the grading system and `criterion` the grade."""

_CAUSE = "cause"
_SAID = "chronic_primary_statement"
_FINDINGS = {
    NEUPSIG: ("plausible_distribution", "sensory_signs", "confirmatory_test"),
    AETIOLOGY: (
        *("mri_brain", "neurovascular_compression_morphological"),
        *("demyelinating_lesion", "mass_lesion"),
    ),
}
"""The findings that each system reads, in the order of the evidence."""

_GRADES = {
    **{grade: (NEUPSIG, f"neuropathic_pain_{grade}") for grade in ("possible", "probable", "definite")},
    **{kind: (AETIOLOGY, f"trigeminal_{kind}") for kind in ("secondary", "classical", "idiopathic")},
    "primary": (PRIMARY, "chronic_pain_primary"),
}
"""Each grade with its system and its reason."""


def gradings(known: Known, cases: ir.Table) -> ir.Table:
    """The findings that grade each case, as `resistance.grading.grade` gives them: `GRADING_COLUMNS`.

    `missing` is in alphabetical order.
    """
    asked = cases.select("case_id", "person_no", "condition")
    rows = _with_records(asked.inner_join(_grades_of_conditions(), "condition"), _records(known))
    facts = _facts(rows)
    rows = rows.mutate(
        answer=word(rows.criterion.cases(*_grades(rows, facts).items())),
        **{f"known_{name}": fact.notnull() for found in facts.values() for name, fact in found.items()},
    )
    return rows.select(
        "case_id",
        "definition",
        "criterion",
        "answer",
        "reason_code",
        "evidence",
        decides=ibis.literal(False),
        reason_values=ibis.literal("{}"),
        missing=_missing(rows, facts),
    ).select(*GRADING_COLUMNS)


def _grades_of_conditions() -> ir.Table:
    """What is asked of each pain: `condition`, `definition`, `criterion`, `reason_code`, `by_diagnosis`."""
    rows = [
        {
            "condition": condition,
            "definition": system,
            "criterion": grade,
            "reason_code": reason,
            "by_diagnosis": is_primary_by_diagnosis(condition),
        }
        for condition in sorted(pain_conditions())
        for grade, (system, reason) in _GRADES.items()
        if system == system_of(condition)
    ]
    texts = dict.fromkeys(("condition", "definition", "criterion", "reason_code"), "string")
    return knowledge_table(rows, {**texts, "by_diagnosis": "boolean"})


def _facts(rows: ir.Table) -> Mapping[str, Mapping[str, ir.BooleanValue]]:
    """What each system asks for, as truth values: where one is not known it is missing."""
    by_name = (rows.condition != "neuropathic_pain").ifelse(True, ibis.null("boolean"))
    return {
        NEUPSIG: {"lesion_or_disease": by_name, **{name: truth(rows[name]) for name in _FINDINGS[NEUPSIG]}},
        AETIOLOGY: {name: truth(rows[name]) for name in _FINDINGS[AETIOLOGY][:2]},
        PRIMARY: {_SAID: rows.by_diagnosis | truth(rows[_SAID])},
    }


def _grades(
    rows: ir.Table, facts: Mapping[str, Mapping[str, ir.BooleanValue]]
) -> Mapping[str, ir.BooleanValue]:
    """Imaging that shows neither a plaque nor a mass has been looked at; without any, nothing is known."""
    lesion, distribution, signs, test = facts[NEUPSIG].values()
    possible = lesion & distribution
    seen = truth(rows.demyelinating_lesion) | truth(rows.mass_lesion)
    by_image = rows.mri_brain.notnull().ifelse(seen, ibis.null("boolean"))
    secondary = rows[_CAUSE].notnull().ifelse(True, by_image)
    compression = facts[AETIOLOGY]["neurovascular_compression_morphological"]
    return {
        "possible": possible,
        "probable": possible & (signs | test),
        "definite": possible & signs & test,
        "secondary": secondary,
        "classical": ~secondary & compression,
        "idiopathic": ~secondary & ~compression,
        "primary": facts[PRIMARY][_SAID],
    }


def _missing(rows: ir.Table, facts: Mapping[str, Mapping[str, ir.BooleanValue]]) -> ir.ArrayValue:
    missing = no_texts()
    is_open = rows.answer == str(Answer.UNKNOWN)
    for name, system in sorted((name, system) for system, found in facts.items() for name in found):
        lacks = is_open & (rows.definition == system) & ~rows[f"known_{name}"]
        missing = missing.concat(lacks.ifelse(ibis.array([name]), no_texts()))
    return missing


# --- what is on record


def _records(known: Known) -> ir.Table:
    """The records that a system reads: `person_no`, `definition`, `name`, `said`, `place`, `record_id`."""
    causes = known.conditions.filter(known.conditions.condition.isin(SECONDARY_CAUSES))
    stated = known.statements.filter(known.statements.kind == str(StatementKind.CHRONIC_PRIMARY))
    names = knowledge_table(list(_names()), {"definition": "string", "name": "string", "place": "int64"})
    columns = ("person_no", "definition", "name", "said", "place", "record_id")
    told = (
        known.observations.inner_join(names, "name").mutate(said=ibis._.present),
        causes.mutate(**_read(AETIOLOGY, _CAUSE), said=ibis.literal(str(Answer.YES))),
        stated.mutate(**_read(PRIMARY, _SAID), said=stated.answer),
    )
    return ibis.union(*(rows.select(*columns) for rows in told))


def _names() -> Iterator[dict[str, str | int]]:
    for system, names in _FINDINGS.items():
        for place, name in enumerate(names, start=1):
            yield {"definition": system, "name": name, "place": place}


def _read(system: str, name: str) -> dict[str, ir.Value]:
    return {
        "definition": ibis.literal(system),
        "name": ibis.literal(name),
        "place": ibis.literal(0, "int64"),
    }


def _with_records(cases: ir.Table, records: ir.Table) -> ir.Table:
    """Cases with what their system finds on record: a column for each name, null where nobody looked.

    `evidence`: the records in the order of their places, each once.
    """
    of_system = ["person_no", "definition"]
    names = (_CAUSE, _SAID, *(name for found in _FINDINGS.values() for name in found))
    told = records.group_by(*of_system).agg(
        **{name: agreed(records.said, where=records.name == name) for name in names}
    )
    once = records.group_by(*of_system, "record_id").agg(place=records.place.min())
    lists = once.group_by(*of_system).agg(evidence=texts_by_place(once.place, once.record_id))
    rows = cases.left_join(told, of_system, rname="{name}_told")
    rows = rows.left_join(lists, of_system, rname="{name}_listed")
    return rows.mutate(evidence=rows.evidence.fill_null(no_texts()))
