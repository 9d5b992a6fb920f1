"""What the record does not say: the tabular form of `flags.data_gaps`."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer
from assuage.flags.data_gaps import INTAKE_DAYS
from assuage.flags.model import Urgency
from assuage.flags.rules import numbers
from assuage.flags.tabular.facts import FlagFacts, kinds_of, observed, own_diagnoses, reviewed_of
from assuage.flags.tabular.found import (
    FLAG,
    TRIAL,
    Found,
    earliest,
    flag_rows,
    records_of,
    trials_of,
    values_text,
)
from assuage.flags.tabular.onsets import age_asked_of_each
from assuage.records.rows import Purpose
from assuage.trials.tabular.columns import knowledge_table
from assuage.trials.tabular.known import Keep

_AGE, _IMAGING, _INTAKE = (
    "age_at_onset_not_on_record",
    "no_imaging_on_record",
    "intake_days_not_on_record",
)


def flags_of_gaps(facts: FlagFacts, begun: ir.Table, keep: Keep) -> Found:
    """Age at onset, imaging in trigeminal neuralgia, and days of intake in headache.

    `begun` are the `onsets.beginnings`.
    """
    lacking = _without_age(facts, begun).union(_without_image(facts))
    coded = keep(own_diagnoses(facts, lacking))
    acute = _not_counted(facts)
    of_intake = flag_rows(
        acute.select(*FLAG).distinct(),
        source=numbers("overuse")["simple_days"].provenance,
        urgency=Urgency.NOTE,
        values={"days": numbers("data_gaps")["intake_window_days"].value},
    )
    return Found(
        (_of_diagnosis(coded), of_intake), (records_of(coded, place=coded.place),), (trials_of(acute),)
    )


def _without_age(facts: FlagFacts, begun: ir.Table) -> ir.Table:
    """Pains whose age at onset tells something, where birth or onset is missing: `FLAG`, `reason_code`."""
    pairs = [{"condition": pain, "wider": wider} for pain, wider in age_asked_of_each()]
    asked = facts.reviewed.inner_join(
        knowledge_table(pairs, {"condition": "string", "wider": "string"}), "condition"
    )
    pain = ["person_no", "condition", "wider"]
    born = facts.people.filter(facts.people.birth_first.notnull())
    no_onset = asked.anti_join(begun, pain).mutate(reason_code=ibis.literal("onset_not_on_record"))
    no_birth = asked.semi_join(begun, pain).anti_join(born, "person_no")
    rows = no_onset.union(no_birth.mutate(reason_code=ibis.literal("birth_not_on_record")))
    return rows.select("person_no", "reason_code", about=rows.condition, flag=ibis.literal(_AGE))


def _without_image(facts: FlagFacts) -> ir.Table:
    """Trigeminal neuralgia without an image of the brain and without a visit to those who arrange one."""
    rules = numbers("data_gaps")
    seen = observed(facts, ("mri_brain", *rules["seen_by"].value))
    rows = reviewed_of(facts, rules["trigeminal"].value)
    rows = rows.anti_join(seen.filter(seen.present != str(Answer.NO)), "person_no")
    return rows.select(
        "person_no",
        reason_code=ibis.literal(_IMAGING),
        about=rows.condition,
        flag=ibis.literal(_IMAGING),
    )


def _of_diagnosis(coded: ir.Table) -> ir.Table:
    """A missing age at once, a missing image after the time allowed."""
    rules = numbers("data_gaps")
    days: int = rules["imaging_due_days"].value
    rows = coded.group_by(*FLAG, "reason_code").agg(
        waited_days=coded.as_of.max() - coded.since_last.min(), first=earliest(coded)
    )
    is_age = rows.flag == _AGE
    rows = rows.filter(is_age | (rows.waited_days > days))
    return flag_rows(
        rows,
        source=is_age.ifelse(*(rules[name].provenance.source for name in ("age_asked_of", "trigeminal"))),
        urgency=is_age.ifelse(str(Urgency.NOTE), str(Urgency.LOOK)),
        reason=rows.reason_code,
        values=is_age.ifelse(values_text({}), values_text({"days": days})),
        since=is_age.ifelse(ibis.null("int64"), rows["first"]),
    )


def _not_counted(facts: FlagFacts) -> ir.Table:
    """Trials of acute drugs that are, or may be, in use, where nobody counted on how many days."""
    window_days: int = numbers("data_gaps")["intake_window_days"].value
    counts = facts.scores.filter(facts.scores.instrument == INTAKE_DAYS)
    counted = counts.filter(counts.as_of - counts.start_last <= window_days)
    trials = facts.trials
    acute = trials.filter(
        trials.condition.isin(kinds_of(("headache",))),
        trials.purpose == str(Purpose.ACUTE),
        trials.running != str(Answer.NO),
    )
    acute = acute.anti_join(counted, "person_no")
    return acute.select(*TRIAL, about=acute.condition, flag=ibis.literal(_INTAKE))
