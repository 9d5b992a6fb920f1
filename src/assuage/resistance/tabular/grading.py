"""How sure each diagnosis is: the tabular form of `resistance.grading`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

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
from assuage.trials.tabular.columns import no_texts
from assuage.trials.tabular.known import Keep, Known
from assuage.trials.tabular.three_valued import agreed, truth, word

GRADING_COLUMNS = (
    *("case_id", "definition", "criterion", "decides", "answer"),
    *("reason_code", "reason_values", "missing", "evidence"),
)
"""The columns of gradings; `definition` is the grading system and `criterion` the grade."""

_CONFIRMED = ("plausible_distribution", "sensory_signs", "confirmatory_test")
_IMAGED = (
    *("mri_brain", "neurovascular_compression_morphological"),
    *("demyelinating_lesion", "mass_lesion"),
)


def gradings(known: Known, cases: ir.Table, keep: Keep) -> ir.Table:
    """The findings that grade each case, as `resistance.grading.grade` gives them: `GRADING_COLUMNS`.

    `missing` is in alphabetical order.
    """
    asked = cases.select("case_id", "person_no", "condition")
    return ibis.union(
        *(table for system, grades in _GRADED_BY.items() for table in grades(known, _of(asked, system), keep))
    )


def _of(cases: ir.Table, system: str) -> ir.Table:
    return cases.filter(cases.condition.isin(_conditions(lambda key: system_of(key) == system)))


def _conditions(chosen: Callable[[str], bool]) -> list[str]:
    return sorted(filter(chosen, pain_conditions()))


def _neupsig(known: Known, cases: ir.Table, keep: Keep) -> Iterator[ir.Table]:
    rows = keep(_with_evidence(_with_findings(cases, known, _CONFIRMED), _observed(known, _CONFIRMED)))
    named = (rows.condition != "neuropathic_pain").ifelse(True, ibis.null("boolean"))
    distribution, signs, test = (truth(rows[name]) for name in _CONFIRMED)
    possible = named & distribution
    facts = {"lesion_or_disease": named, **{name: truth(rows[name]) for name in _CONFIRMED}}
    grades = {
        "possible": possible,
        "probable": possible & (signs | test),
        "definite": possible & signs & test,
    }
    for name, grade in grades.items():
        yield _graded(rows, NEUPSIG, name, word(grade), f"neuropathic_pain_{name}", facts)


def _aetiology(known: Known, cases: ir.Table, keep: Keep) -> Iterator[ir.Table]:
    """Imaging that shows neither a plaque nor a mass has been looked at; without any, nothing is known."""
    causes = known.conditions.filter(known.conditions.condition.isin(SECONDARY_CAUSES))
    records = ibis.union(
        causes.select("person_no", "record_id", place=ibis.literal(-1, "int64")), _observed(known, _IMAGED)
    )
    caused = causes.select("person_no").distinct().mutate(caused=True)
    found = _with_findings(cases, known, _IMAGED)
    found = found.left_join(caused, "person_no", rname="{name}_cause")
    rows = keep(_with_evidence(found, records))
    imaged, compression = rows.mri_brain.notnull(), truth(rows.neurovascular_compression_morphological)
    seen = truth(rows.demyelinating_lesion) | truth(rows.mass_lesion)
    by_image = imaged.ifelse(seen, ibis.null("boolean"))
    secondary = rows.caused.fill_null(False).ifelse(True, by_image)
    facts = {
        "mri_brain": truth(rows.mri_brain),
        "neurovascular_compression_morphological": compression,
    }
    kinds = {
        "secondary": secondary,
        "classical": ~secondary & compression,
        "idiopathic": ~secondary & ~compression,
    }
    for name, kind in kinds.items():
        yield _graded(rows, AETIOLOGY, name, word(kind), f"trigeminal_{name}", facts)


def _primary(known: Known, cases: ir.Table, keep: Keep) -> Iterator[ir.Table]:
    said = known.statements.filter(known.statements.kind == str(StatementKind.CHRONIC_PRIMARY))
    told = said.group_by("person_no").agg(said=agreed(said.answer))
    found = cases.left_join(told, "person_no", rname="{name}_said").drop("person_no_said")
    records = said.select("person_no", "record_id", place=ibis.literal(0, "int64"))
    rows = keep(_with_evidence(found, records))
    by_diagnosis = rows.condition.isin(_conditions(is_primary_by_diagnosis))
    primary = by_diagnosis | truth(rows.said)
    answer = word(by_diagnosis.ifelse(True, primary))
    yield _graded(
        rows, PRIMARY, "primary", answer, "chronic_pain_primary", {"chronic_primary_statement": primary}
    )


_GRADED_BY: Mapping[str, Callable[[Known, ir.Table, Keep], Iterator[ir.Table]]] = {
    NEUPSIG: _neupsig,
    AETIOLOGY: _aetiology,
    PRIMARY: _primary,
}


# --- what is on record


def _with_findings(cases: ir.Table, known: Known, names: Sequence[str]) -> ir.Table:
    """Cases with a column for each finding: whether it is present; null where nobody looked."""
    rows = known.observations.filter(known.observations.name.isin(names))
    told = rows.group_by("person_no").agg(
        **{name: agreed(rows.present, where=rows.name == name) for name in names}
    )
    return cases.left_join(told, "person_no", rname="{name}_found").drop("person_no_found")


def _observed(known: Known, names: Sequence[str]) -> ir.Table:
    """The records of observations of these names, each with the place of its name among them."""
    rows = known.observations
    place = ibis.cases(*((rows.name == name, number) for number, name in enumerate(names)))
    return rows.select("person_no", "record_id", place=place.cast("int64")).filter(ibis._.place.notnull())


def _with_evidence(cases: ir.Table, records: ir.Table) -> ir.Table:
    """Cases with the records of their person, in the order of their places, each once."""
    once = records.group_by("person_no", "record_id").agg(place=records.place.min())
    lists = once.group_by("person_no").agg(
        evidence=once.record_id.collect(order_by=[once.place, once.record_id])
    )
    rows = cases.left_join(lists, "person_no", rname="{name}_records").drop("person_no_records")
    return rows.mutate(evidence=rows.evidence.fill_null(no_texts()))


def _graded(
    rows: ir.Table,
    system: str,
    grade: str,
    answer: ir.StringValue,
    reason: str,
    facts: Mapping[str, ir.BooleanValue],
) -> ir.Table:
    missing = no_texts()
    for name, known in sorted(facts.items()):
        is_open = (answer == str(Answer.UNKNOWN)) & known.isnull()
        missing = missing.concat(is_open.ifelse(ibis.array([name]), no_texts()))
    return rows.select(
        "case_id",
        definition=ibis.literal(system),
        criterion=ibis.literal(grade),
        decides=ibis.literal(False),
        answer=answer,
        reason_code=ibis.literal(reason),
        reason_values=ibis.literal("{}"),
        missing=missing,
        evidence="evidence",
    ).select(*GRADING_COLUMNS)
