"""What the record does not say: the tabular form of `flags.data_gaps`."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer
from assuage.codes.conditions import pain_conditions
from assuage.flags.data_gaps import INTAKE_DAYS, age_asked_of
from assuage.flags.model import Urgency
from assuage.flags.rules import numbers
from assuage.flags.tabular.facts import FlagFacts, kinds_of, observed, onsets, own_diagnoses, reviewed_of
from assuage.flags.tabular.found import FLAG, TRIAL, earliest, flag_rows, trial_records, with_evidence
from assuage.records.rows import Purpose
from assuage.trials.tabular.columns import knowledge_table
from assuage.trials.tabular.known import Keep

_PAIN = ("person_no", "condition")


def flags(facts: FlagFacts, keep: Keep) -> ir.Table:
    """Age at onset, imaging in trigeminal neuralgia, and days of intake in headache."""
    return ibis.union(_age_at_onset(facts, keep), _imaging(facts, keep), _intake_days(facts, keep))


def _age_at_onset(facts: FlagFacts, keep: Keep) -> ir.Table:
    """Neither birth nor onset may be missing where a rule asks for age at onset."""
    asked = keep(facts.reviewed.inner_join(_wider_pains(), "condition"))
    begun = onsets(facts, asked).select(*_PAIN).mutate(has_onset=True)
    born = facts.people.select("person_no", has_birth=facts.people.birth_first.notnull())
    rows = asked.left_join(begun, list(_PAIN), rname="{name}_begun").inner_join(born, "person_no")
    rows = rows.mutate(has_onset=rows.has_onset.fill_null(False))
    rows = keep(rows.filter(~(rows.has_onset & rows.has_birth)).mutate(flag=_AGE))
    rows = with_evidence(rows, own_diagnoses(facts, rows.select(*FLAG)))
    return flag_rows(
        rows,
        source=numbers("data_gaps")["age_asked_of"].provenance,
        urgency=Urgency.NOTE,
        reason=rows.has_onset.ifelse("birth_not_on_record", "onset_not_on_record"),
    )


def _wider_pains() -> ir.Table:
    """Of which pain the first beginning is asked for in each: `condition`, `wider`."""
    rows = [
        {"condition": key, "wider": wider}
        for key in sorted(pain_conditions())
        if (wider := age_asked_of(key)) is not None
    ]
    return knowledge_table(rows, {"condition": "string", "wider": "string"})


def _imaging(facts: FlagFacts, keep: Keep) -> ir.Table:
    """Neither an image of the brain nor a visit to those who arrange one, after the time allowed."""
    rules = numbers("data_gaps")
    days: int = rules["imaging_due_days"].value
    asked = reviewed_of(facts, rules["trigeminal"].value).mutate(flag=_IMAGING)
    seen = observed(facts, ("mri_brain", *rules["seen_by"].value))
    seen = seen.filter(seen.present != str(Answer.NO))
    coded = keep(own_diagnoses(facts, asked.anti_join(seen, "person_no")))
    summed = coded.group_by(*FLAG).agg(
        as_of=coded.as_of.max(), first=coded.since_last.min(), since=earliest(coded)
    )
    rows = with_evidence(summed.filter(summed.as_of - summed["first"] > days), coded)
    return flag_rows(
        rows,
        source=rules["trigeminal"].provenance,
        urgency=Urgency.LOOK,
        values={"days": days},
        since=rows.since,
    )


def _intake_days(facts: FlagFacts, keep: Keep) -> ir.Table:
    """An acute drug is, or may be, in use, and nobody counted on how many days."""
    window_days: int = numbers("data_gaps")["intake_window_days"].value
    counts = facts.scores.filter(facts.scores.instrument == INTAKE_DAYS)
    counted = counts.filter(counts.as_of - counts.start_last <= window_days)
    trials = facts.trials
    acute = trials.filter(
        trials.condition.isin(kinds_of(("headache",))),
        trials.purpose == str(Purpose.ACUTE),
        trials.running != str(Answer.NO),
    )
    acute = keep(acute.anti_join(counted, "person_no").select(*TRIAL, flag=_INTAKE))
    rows = with_evidence(acute.select(*FLAG).distinct(), trial_records(acute))
    return flag_rows(
        rows,
        source=numbers("overuse")["simple_days"].provenance,
        urgency=Urgency.NOTE,
        values={"days": window_days},
    )


_AGE = ibis.literal("age_at_onset_not_on_record")
_IMAGING = ibis.literal("no_imaging_on_record")
_INTAKE = ibis.literal("intake_days_not_on_record")
