"""From the tables of many people to their treatment trials: the tabular form of `trials.assemble`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer
from assuage.records.rows import EndRule, ProcedureOutcome, ProcedureState, Purpose
from assuage.trials.assemble import PROCEDURE_OUTCOMES
from assuage.trials.model import TRIAL_PARTS
from assuage.trials.tabular import knowledge
from assuage.trials.tabular.columns import content_hash, date_text, not_negative, partial
from assuage.trials.tabular.courses import COURSE, courses, dose_runs, dose_steps
from assuage.trials.tabular.drug_trials import (
    named_courses,
    with_adverse_events,
    with_change,
    with_purpose,
    with_running,
)
from assuage.trials.tabular.exposures import begun_exposures
from assuage.trials.tabular.indications import for_each_condition
from assuage.trials.tabular.known import Keep, Known
from assuage.trials.tabular.response import plateau_ends

TRIAL_COLUMNS = (
    *("line", "course", "person_no", "person_id", "as_of", "condition", "indication"),
    *("treatment", "treatment_class", "kind", "purpose", "taken"),
    *("start_first", "start_last", "end_first", "end_last", "end_rule", "days", "days_at_most", "running"),
    *("dose_unit", "peak_dose", "dose_open", "max_tolerated", "sessions"),
    *("outcome", "change_percent", "change_basis", "recurrence_first", "recurrence_last"),
    *("stop_reason", "adverse_event", "evidence"),
)
"""The columns of tabular trials, `trial_id` beside them. `line` and `course` lead to the dose steps."""


@dataclass(frozen=True)
class Trials:
    """Treatment trials and their dose steps, many people's at once."""

    trials: ir.Table
    steps: ir.Table


def assemble_trials(tables: Mapping[str, ir.Table], known: Known, keep: Keep) -> Trials:
    """Every trial for each reviewed condition: the same rows as the plain form gives."""
    runs = keep(dose_runs(begun_exposures(tables["exposure"], known.people)))
    found = keep(courses(runs))
    steps = keep(dose_steps(runs, found))
    drugs = _drug_trials(found, steps, known)
    operations = _procedure_trials(tables["procedure"], known)
    trials = drugs.select(*TRIAL_COLUMNS).union(operations.select(*TRIAL_COLUMNS))
    return Trials(keep(with_trial_id(trials)), steps)


def _drug_trials(found: ir.Table, steps: ir.Table, known: Known) -> ir.Table:
    named = with_running(named_courses(found, known.people))
    stopped = with_adverse_events(named, known.observations)
    peaks = plateau_ends(steps, found)
    peaked = stopped.inner_join(peaks, list(COURSE))
    meant = with_purpose(for_each_condition(peaked, known.reviewed, known.others))
    nothing = ibis.null("int64")
    return with_change(meant, known.attributed).mutate(recurrence_first=nothing, recurrence_last=nothing)


def _procedure_trials(procedure: ir.Table, known: Known) -> ir.Table:
    rows = procedure.inner_join(known.people, "person_id")
    rows = rows.mutate(**partial(rows, "start"), **partial(rows, "end"), **partial(rows, "recurrence")).drop(
        "start", "end", "recurrence"
    )
    took_place = rows.state.isin([str(ProcedureState.DONE), str(ProcedureState.UNKNOWN)])
    begun = rows.start_first.isnull() | (rows.start_first < rows.as_of)
    in_words = (rows.indication_text.fill_null("") != "") & rows.indication.isnull()
    done = _cut(rows.filter(took_place & begun & ~in_words))
    named = done.inner_join(knowledge.operations(), "procedure").rename(treatment="procedure")
    named = named.mutate(stated=named.indication.fill_null("")).drop("indication")
    return _procedure_columns(for_each_condition(named, known.reviewed, known.others))


def _cut(rows: ir.Table) -> ir.Table:
    """A recurrence after `as_of` had not happened yet; the relief before it had."""
    later = (rows.recurrence_first > rows.as_of).fill_null(False)
    nothing = ibis.null("int64")
    return rows.mutate(
        outcome=later.ifelse(str(ProcedureOutcome.RELIEF), rows.outcome),
        recurrence_first=later.ifelse(nothing, rows.recurrence_first),
        recurrence_last=later.ifelse(nothing, rows.recurrence_last),
    )


def _procedure_columns(rows: ir.Table) -> ir.Table:
    """The columns of a trial, for a procedure; `days` is the time since it began."""
    nothing = ibis.null("int64")
    done = rows.state == str(ProcedureState.DONE)
    ended = rows.end_first.notnull()
    outcome = rows.outcome.cases(
        *((str(word), str(outcome)) for word, outcome in PROCEDURE_OUTCOMES.items()), else_="unknown"
    )
    return rows.mutate(
        line=nothing,
        course=nothing,
        purpose=ibis.literal(str(Purpose.UNKNOWN)),
        taken=done.ifelse(str(Answer.YES), str(Answer.UNKNOWN)),
        end_rule=ended.ifelse(str(EndRule.STATED), str(EndRule.UNKNOWN)),
        days=not_negative(rows.as_of - rows.start_last),
        days_at_most=nothing,
        running=ibis.literal(str(Answer.UNKNOWN)),
        dose_unit=ibis.null("string"),
        peak_dose=ibis.null("float64"),
        dose_open=ibis.literal(False),
        max_tolerated=ibis.literal(False),
        outcome=outcome,
        change_basis=rows.change_percent.notnull().ifelse("stated", ibis.null("string")),
        evidence=ibis.array([rows.record_id]),
    )


def with_trial_id(rows: ir.Table) -> ir.Table:
    """Add `trial_id`, made of the same parts as the plain form's."""
    texts = {
        name: date_text(rows[f"{name}_first"], rows[f"{name}_last"])
        for name in ("start", "end", "recurrence")
    }
    texts["first_record"] = rows.evidence[0]
    parts = [texts[part] if part in texts else rows[part] for part in TRIAL_PARTS]
    return rows.mutate(trial_id=content_hash(*parts))
