"""The facts of many cases, from tables: the tabular form of `criteria.facts.facts_of`.

A case is one condition under review of one person; its number is `case_id`.
"""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer
from assuage.records.rows import ObservationKind, StatementKind
from assuage.resistance.criteria.overuse import INTAKE
from assuage.resistance.tabular.rules import treatment_words
from assuage.trials.courses import GAP_DAYS
from assuage.trials.tabular import knowledge
from assuage.trials.tabular.columns import as_date, ordinal, partial
from assuage.trials.tabular.known import Keep, Known

TRIAL_FACTS = (
    *(
        "case_id",
        "trial_id",
        "treatment",
        "treatment_class",
        "kind",
        "purpose",
        "running",
        "taken",
        "too_recent",
        "has_end",
    ),
    *("peak_dose", "dose_unit", "dose_ok", "responded", "code", "counts_as", "reason_code", "begun"),
)


def reviewed_cases(tables: Mapping[str, ir.Table], known: Known, market: str | None) -> ir.Table:
    """Every case: `case_id`, `person_no`, `person_id`, `condition`, `market`, dates as of and of birth.

    `record_id` is that of the person's own record.
    """
    person = tables["person"]
    births = person.select("person_id", "record_id", **partial(person, "birth"))
    rows = known.reviewed.inner_join(known.people, "person_no").inner_join(births, "person_id")
    return rows.select(
        "person_no",
        "person_id",
        "record_id",
        "condition",
        case_id=ibis.row_number().over(order_by=[rows.person_no, rows.condition]),
        as_of=as_date(rows.as_of),
        market=ibis.literal(market, "string"),
        birth_first=as_date(rows.birth_first),
        birth_last=as_date(rows.birth_last),
    )


def shared_facts(
    tables: Mapping[str, ir.Table], known: Known, trials: ir.Table, cases: ir.Table, keep: Keep
) -> Mapping[str, ir.Table]:
    """What criteria read whatever the definition: the tables of `Facts`, by name, but for its trials.

    `cases` are as `reviewed_cases` gives them, `trials` as `trials.tabular` does.
    """
    of_person = cases.select("case_id", "person_no", case_condition="condition")
    diagnoses, coverage = keep(_diagnoses(known, of_person)), tables["coverage"]
    parts = {
        "cases": _with_covered(cases, diagnoses, _coverage(coverage, known, of_person)),
        "conditions": _conditions(known, of_person),
        "scores": _scores(known, of_person),
        "intake": _intake(known, of_person),
        "measurements": _measurements(known, of_person),
        "statements": _statements(known, of_person),
        "allergies": _allergies(known, of_person),
        "coverage": _coverage(coverage, known, of_person).select("case_id", "record_id"),
    }
    held = {name: keep(table) for name, table in parts.items()}
    return {**held, "diagnoses": diagnoses, "trial_records": _trial_records(trials, cases)}


def _days(rows: ir.Table, name: str) -> dict[str, ir.Value]:
    """The first and last day of a partial date, as dates, under the names that `Facts` uses."""
    return {"start_first": as_date(rows[f"{name}_first"]), "start_last": as_date(rows[f"{name}_last"])}


def _conditions(known: Known, of_person: ir.Table) -> ir.Table:
    rows = known.conditions.inner_join(of_person, "person_no")
    return rows.select("case_id", "record_id", "condition", "state")


def _diagnoses(known: Known, of_person: ir.Table) -> ir.Table:
    """The diagnoses that make each condition, its narrower kinds included."""
    kin = knowledge.kinship()
    rows = known.conditions.inner_join(of_person, "person_no")
    rows = rows.inner_join(kin, [rows.condition == kin.narrow, rows.case_condition == kin.wide])
    rows = rows.mutate(**partial(rows, "recorded"))
    begun = rows.start_first.notnull()
    return rows.select(
        "case_id",
        "record_id",
        "state",
        is_onset=begun,
        start_first=as_date(begun.ifelse(rows.start_first, rows.recorded_first)),
        start_last=as_date(begun.ifelse(rows.start_last, rows.recorded_last)),
    )


def _scores(known: Known, of_person: ir.Table) -> ir.Table:
    rows = known.attributed.inner_join(
        of_person, ["person_no", ("condition", "case_condition")], rname="{name}_case"
    )
    return rows.select("case_id", "record_id", "instrument", "low", "high", **_days(rows, "start"))


def _intake(known: Known, of_person: ir.Table) -> ir.Table:
    rows = known.scores.filter(known.scores.instrument == INTAKE).inner_join(of_person, "person_no")
    return rows.select("case_id", "record_id", "low", "high", start_first=as_date(rows.start_first))


def _measurements(known: Known, of_person: ir.Table) -> ir.Table:
    measured = known.observations.filter(known.observations["value"].notnull())
    rows = measured.inner_join(of_person, "person_no")
    return rows.select("case_id", "record_id", "name", "value", "unit", start_first=as_date(rows.start_first))


def _statements(known: Known, of_person: ir.Table) -> ir.Table:
    """Statements about each condition, its kinds or what it is a kind of, or about none in particular."""
    kin = knowledge.kinship()
    pairs = ibis.union(
        kin.select(about_condition="narrow", case_condition="wide"),
        kin.select(about_condition="wide", case_condition="narrow"),
        distinct=True,
    ).mutate(is_kin=True)
    rows = known.statements.rename(about_condition="condition").inner_join(of_person, "person_no")
    rows = rows.left_join(pairs, ["about_condition", "case_condition"], rname="{name}_kin")
    rows = rows.filter(rows.about_condition.isnull() | rows.is_kin.fill_null(False))
    return rows.select("case_id", "record_id", "author", "kind", "about", "answer", **_days(rows, "start"))


def _allergies(known: Known, of_person: ir.Table) -> ir.Table:
    rows = known.observations
    found = rows.filter(
        rows.kind == str(ObservationKind.ALLERGY),
        rows.ingredient.fill_null("") != "",
        rows.present != str(Answer.NO),
    )
    return found.inner_join(of_person, "person_no").select("case_id", "record_id", treatment="ingredient")


def _coverage(coverage: ir.Table, known: Known, of_person: ir.Table) -> ir.Table:
    rows = coverage.inner_join(known.people, "person_id").inner_join(of_person, "person_no")
    rows = rows.mutate(**partial(rows, "start"))
    return rows.select("case_id", "record_id", "start_first", "start_last", end_first=ordinal(rows.end))


def _with_covered(cases: ir.Table, diagnoses: ir.Table, coverage: ir.Table) -> ir.Table:
    """Cases with whether their history is complete: the tabular form of `Case.covered`."""
    firsts = diagnoses.group_by("case_id").agg(first_record=diagnoses.start_first.min())
    rows = coverage.inner_join(cases.select("case_id", "as_of"), "case_id", rname="{name}_case")
    rows = rows.left_join(firsts, "case_id", rname="{name}_first")
    reaches = (ordinal(rows.as_of) - rows.end_first <= GAP_DAYS).fill_null(True)
    begins = (rows.start_last <= ordinal(rows.first_record)).fill_null(False)
    covered = rows.group_by("case_id").agg(covered=(reaches & (rows.start_first.isnull() | begins)).any())
    found = cases.left_join(covered, "case_id", rname="{name}_covered")
    return found.mutate(covered=found.covered.fill_null(False)).drop(
        "case_id_covered", "person_no", "person_id"
    )


def _trial_records(trials: ir.Table, cases: ir.Table) -> ir.Table:
    rows = trials.inner_join(cases.select("case_id", "person_no", "condition"), ["person_no", "condition"])
    return rows.select("case_id", "trial_id", "treatment", records="evidence")


def trials_of_cases(trials: ir.Table, cases: ir.Table) -> ir.Table:
    """Trials with the case that each is of, and what criteria ask beside judgements."""
    rows = trials.inner_join(cases.select("case_id", "person_no", "condition"), ["person_no", "condition"])
    operations = knowledge.operations().select(treatment="procedure", judged_after_days="judged_after_days")
    rows = rows.left_join(operations, "treatment", rname="{name}_operation")
    return rows.mutate(
        has_end=rows.end_first.notnull(),
        begun=as_date(rows.start_first.fill_null(1)),
        too_recent=(rows.days < rows.judged_after_days).fill_null(False),
    ).drop("judged_after_days")


def ruled_out(facts: Mapping[str, ir.Table]) -> ir.Table:
    """The treatments with a contraindication on record: `case_id`, `treatment`."""
    rows, allergies = facts["statements"], facts["allergies"]
    said = rows.filter(rows.kind == str(StatementKind.CONTRAINDICATED), rows.answer == str(Answer.YES))
    words = treatment_words()
    by_word = said.inner_join(words, said.about == words.word).select("case_id", "treatment")
    return ibis.union(allergies.select("case_id", "treatment"), by_word, distinct=True)
