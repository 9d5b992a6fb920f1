"""The working tables of a cohort in the columns of the result tables that a review writes."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer
from assuage.flags.rules import numbers
from assuage.records.rows import ObservationKind, Outcome, StopReason
from assuage.report.pathways import OFF_THE_PATH
from assuage.trials.model import Indication
from assuage.trials.tabular import knowledge
from assuage.trials.tabular.assemble import Trials
from assuage.trials.tabular.columns import (
    as_date,
    content_hash,
    date_text,
    no_texts,
    packed,
    partial,
    unpacked,
)
from assuage.trials.tabular.courses import COURSE
from assuage.trials.tabular.known import Known


def presented_people(known: Known, trials: ir.Table) -> ir.Table:
    """One row for each person, with the conditions under review and how much the record says."""
    reviewed = known.reviewed.group_by("person_no").agg(
        conditions=known.reviewed.condition.collect(order_by=known.reviewed.condition)
    )
    rows = known.people
    for parts in (reviewed, _first_records(known), _first_contacts(known), _completeness(trials)):
        rows = rows.left_join(parts, "person_no", rname="{name}_part").drop("person_no_part")
    return rows.select(
        "person_id",
        conditions=rows.conditions.fill_null(no_texts()),
        first_pain_record=as_date(rows.first_pain_record),
        first_specialist_contact=as_date(rows.first_specialist_contact),
        completeness=rows.completeness.fill_null(0.0),
    )


def _first_records(known: Known) -> ir.Table:
    """The first day that any pain is on record: since when, or else when it was written down."""
    pains = knowledge.conditions().filter(lambda each: each.is_pain)
    rows = known.conditions.semi_join(pains, "condition")
    day = rows.start_first.fill_null(partial(rows, "recorded")["recorded_first"])
    return rows.group_by("person_no").agg(first_pain_record=day.min())


def _first_contacts(known: Known) -> ir.Table:
    specialties = numbers("delay")["specialties"].value
    rows = known.observations
    rows = rows.filter(rows.kind == str(ObservationKind.ENCOUNTER), rows.name.isin(list(specialties)))
    return rows.group_by("person_no").agg(first_specialist_contact=rows.start_first.min())


def _completeness(trials: ir.Table) -> ir.Table:
    """The tabular form of `trials.completeness`."""
    told = (
        (trials.outcome != str(Outcome.UNKNOWN))
        | trials.change_percent.notnull()
        | (trials.stop_reason != str(StopReason.UNKNOWN))
    )
    result = told.cast("int64") + (trials.indication != str(Indication.UNKNOWN)).cast("int64")
    taken = trials.peak_dose.notnull().cast("int64") + trials.days.notnull().cast("int64")
    is_drug = trials.kind == "drug"
    rows = trials.mutate(known=result + is_drug.ifelse(taken, 0), asked=is_drug.ifelse(4, 2))
    summed = rows.group_by("person_no").agg(known=rows.known.sum(), asked=rows.asked.sum())
    share = (2000 * summed.known + summed.asked) // (2 * summed.asked) / 1000
    return summed.select("person_no", completeness=share.cast("float64"))


def presented_trials(found: Trials) -> ir.Table:
    """One row for each trial; its dates as text, because records often give only the year or the month."""
    steps = found.steps
    as_list = steps.group_by(*COURSE).agg(
        dose_steps=ibis.struct(
            {"dose": steps.dose, "start": as_date(steps.start), "days": steps.days}
        ).collect(order_by=steps.step)
    )
    rows = found.trials.left_join(as_list, list(COURSE), rname="{name}_steps")
    return rows.select(
        *("person_id", "trial_id", "condition", "indication", "treatment", "treatment_class", "kind"),
        start=date_text(rows.start_first, rows.start_last),
        end=date_text(rows.end_first, rows.end_last),
        end_rule="end_rule",
        peak_dose="peak_dose",
        dose_unit="dose_unit",
        dose_steps=rows.dose_steps.fill_null(ibis.literal([], type=as_list.dose_steps.type())),
        change_percent="change_percent",
        stop_reason="stop_reason",
        evidence="evidence",
    )


def first_starts(found: Trials) -> ir.Table:
    """When each class of treatment was begun in each case, for the pathways: the tabular form of their steps.

    Columns: `person_id`, `condition`, `treatment_class`, `start_first`, `start_last` (ordinals).
    """
    trials = found.trials
    is_a_step = (trials.taken != str(Answer.NO)) & trials.purpose.notin([str(one) for one in OFF_THE_PATH])
    begun = trials.filter(trials.start_first.notnull(), is_a_step)
    first = begun.group_by("person_id", "condition", "treatment_class").agg(
        start=packed(begun.start_first, begun.start_last).min()
    )
    return first.select("person_id", "condition", "treatment_class", **unpacked(first.start, "start"))


def presented_judgements(judged: ir.Table, cases: ir.Table, definitions: list[str]) -> ir.Table:
    """One row for each trial and definition; variants are judged for their own findings only."""
    rows = judged.filter(judged.definition.isin(definitions))
    return rows.inner_join(cases.select("case_id", "person_id"), "case_id").select(
        *("person_id", "trial_id", "definition", "dose_ok", "duration_ok", "responded"),
        *("code", "counts_as", "reason_code", "reason_values"),
    )


def presented_findings(told: ir.Table, cases: ir.Table) -> ir.Table:
    """One row for each criterion and variant of each case."""
    rows = told.inner_join(cases.select("case_id", "person_id", "condition"), "case_id")
    parts = (rows.person_id, rows.condition, rows.definition, rows.criterion, rows.answer, rows.reason_code)
    return rows.select(
        "person_id",
        *(
            "condition",
            "definition",
            "criterion",
            "answer",
            "reason_code",
            "reason_values",
            "missing",
            "evidence",
        ),
        finding_id=content_hash(*parts),
    )


def presented_verdicts(verdicts: ir.Table) -> ir.Table:
    """One row for each definition and case."""
    return verdicts.select(
        *("person_id", "condition", "definition", "kind", "market", "as_of", "verdict", "missing"),
        *("held_back_by", "completeness", "ruleset_version"),
    )


def presented_flags(flags: ir.Table, people: ir.Table) -> ir.Table:
    """One row for each flag; its first day as text, because records often give only the year or the month."""
    rows = flags.inner_join(people.select("person_no", "person_id"), "person_no")
    return rows.select(
        *("person_id", "flag", "condition", "urgency", "state"),
        since=date_text(rows.since_first, rows.since_last),
        reason_code="reason_code",
        reason_values="reason_values",
        evidence="evidence",
        source="source",
    )
