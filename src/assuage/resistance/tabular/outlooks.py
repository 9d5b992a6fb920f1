"""The three parts of a judgement, dose, length and response: each as the code of its reason.

The answer follows from the reason: `ANSWER_OF` has it, so that neither can say what the other does not.
`rows` are trials joined with the rules of a definition (`rules.trial_rules`).
"""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer
from assuage.records.rows import EndRule, Outcome, StopReason
from assuage.resistance.judging import PARTIAL_PERCENT

ANSWER_OF: Mapping[str, Answer] = {
    "no_dose_asked": Answer.YES,
    "highest_tolerated": Answer.YES,
    "no_target_dose": Answer.UNKNOWN,
    "dose_unknown": Answer.UNKNOWN,
    "dose_below_target": Answer.NO,
    "could_go_higher": Answer.UNKNOWN,
    "dose_reached": Answer.YES,
    "no_length_asked": Answer.YES,
    "sessions_unknown": Answer.UNKNOWN,
    "sessions_enough": Answer.YES,
    "too_few_sessions": Answer.NO,
    "long_enough": Answer.YES,
    "too_short": Answer.NO,
    "length_unknown": Answer.UNKNOWN,
    "lost_effect": Answer.NO,
    "response": Answer.YES,
    "partial_response": Answer.NO,
    "no_response": Answer.NO,
    "stable_use": Answer.YES,
    "stated_effective": Answer.YES,
    "stated_no_effect": Answer.NO,
    "procedure_no_effect": Answer.NO,
    "stated_partial": Answer.UNKNOWN,
    "outcome_unknown": Answer.UNKNOWN,
}
"""The answer that each reason gives."""


def answer_of(reason: ir.StringValue) -> ir.StringValue:
    """The answer of a reason: yes, no or unknown."""
    yes, no = (
        [code for code, answer in ANSWER_OF.items() if answer is wanted] for wanted in (Answer.YES, Answer.NO)
    )
    return ibis.cases(
        (reason.isin(yes), str(Answer.YES)), (reason.isin(no), str(Answer.NO)), else_=str(Answer.UNKNOWN)
    )


def not_tolerated(rows: ir.Table) -> ir.BooleanValue:
    """Whether the treatment was stopped for an adverse event, or is said not to have been tolerated."""
    return (rows.stop_reason == str(StopReason.ADVERSE_EVENT)) | (rows.outcome == str(Outcome.INTOLERANCE))


def _limited(rows: ir.Table) -> ir.BooleanValue:
    return rows.max_tolerated | not_tolerated(rows)


def _nothing_asked(rows: ir.Table) -> ir.BooleanValue:
    return (rows.kind != "drug") | rows.is_acute


def _comparable(rows: ir.Table) -> ir.BooleanValue:
    """Whether a dose is on record in the unit of the target."""
    return rows.peak_dose.notnull() & (rows.dose_unit == rows.target_unit).fill_null(False)


def dose_reason(rows: ir.Table) -> ir.StringValue:
    """Whether the dose reached what the definition asks for: the tabular form of `dose_outlook`."""
    low, high, peak = rows.target_low, rows.target_high, rows.peak_dose
    could_rise = rows.highest_tolerable & (peak < high).fill_null(True)
    return ibis.cases(
        (_nothing_asked(rows), "no_dose_asked"),
        (_limited(rows), "highest_tolerated"),
        (low.isnull(), "no_target_dose"),
        (~_comparable(rows) | ((peak < low) & rows.dose_open), "dose_unknown"),
        (peak < low, "dose_below_target"),
        (could_rise, "could_go_higher"),
        else_="dose_reached",
    )


def plateau_dose(rows: ir.Table) -> ir.FloatingValue:
    """The dose from which a step belongs to the plateau; null where none is asked or can be compared."""
    low, high, peak = rows.target_low, rows.target_high, rows.peak_dose
    limited = _limited(rows)
    at_the_top = rows.highest_tolerable & (limited | (peak >= high).fill_null(False))
    nothing = ibis.null("float64")
    return ibis.cases(
        (_nothing_asked(rows), nothing),
        (~_comparable(rows), limited.ifelse(peak, nothing)),
        (at_the_top, ibis.least(peak, high.fill_null(peak))),
        (limited, ibis.least(peak, low)),
        else_=low,
    )


def plateau_runs(rows: ir.Table, steps: ir.Table) -> ir.Table:
    """The longest run of steps at each `plateau_dose` that is asked for in `rows`.

    Columns: `line`, `course`, `plateau_dose`, `run_days` (borne out), `run_at_most` (allowed; null where
    a step that may belong has no bound).
    """
    asked = rows.filter(rows.plateau_dose.notnull()).select("line", "course", "plateau_dose").distinct()
    each = asked.inner_join(steps, ["line", "course"])
    key = ["line", "course", "plateau_dose"]
    so_far = ibis.window(group_by=key, order_by="step", preceding=None, following=0)
    each = each.mutate(
        at_dose=each.dose.fill_null(0.0) >= each.plateau_dose,
        may_be=(each.dose >= each.plateau_dose).fill_null(True),
    )
    each = each.mutate(
        known_run=(~each.at_dose).cast("int64").sum().over(so_far),
        open_run=(~each.may_be).cast("int64").sum().over(so_far),
    )
    known = each.group_by(*key, "known_run").agg(days=each.days.sum(where=each.at_dose))
    possible = each.group_by(*key, "open_run").agg(
        days=each.days_at_most.sum(where=each.may_be),
        unbounded=(each.may_be & each.days_at_most.isnull()).any(),
    )
    shortest = known.group_by(key).agg(run_days=known.days.max().fill_null(0))
    longest = possible.group_by(key).agg(
        run_at_most=possible.unbounded.any().ifelse(ibis.null("int64"), possible.days.max().fill_null(0))
    )
    return shortest.inner_join(longest, key)


def with_lengths(rows: ir.Table, runs: ir.Table) -> ir.Table:
    """Add `plateau_days` and `plateau_at_most`: the tabular form of `judging.plateau_days`.

    `rows` have the `plateau_dose` that is asked for, `runs` are as `plateau_runs` gives them.
    """
    found = rows.left_join(runs, ["line", "course", "plateau_dose"], rname="{name}_run")
    stale = (found.end_rule == str(EndRule.ONGOING)) & (found.running != str(Answer.YES))
    at_most = stale.ifelse(ibis.null("int64"), found.days_at_most)
    whole = found.run_days.isnull()
    bounded = ~whole & ~stale & found.run_at_most.notnull()
    return found.mutate(
        plateau_days=whole.ifelse(found.days, found.run_days),
        plateau_at_most=bounded.ifelse(found.run_at_most, at_most),
    )


def length_reason(rows: ir.Table) -> ir.StringValue:
    """Whether the trial lasted long enough at its dose: the tabular form of `length_outlook`."""
    needed = rows.needed_sessions
    enough = rows.sessions >= needed
    unsure = rows.sessions.isnull() | (rows.start_first.isnull() & ~enough)
    return ibis.cases(
        (_nothing_asked(rows), "no_length_asked"),
        (needed.notnull() & unsure, "sessions_unknown"),
        (needed.notnull(), enough.ifelse("sessions_enough", "too_few_sessions")),
        (rows.plateau_days >= rows.needed_days, "long_enough"),
        (rows.plateau_at_most < rows.needed_days, "too_short"),
        else_="length_unknown",
    )


def response_reason(rows: ir.Table) -> ir.StringValue:
    """Whether pain fell by what the definition calls a response: the tabular form of `response_outlook`."""
    relief = rows.change_percent
    no_effect = (rows.outcome == str(Outcome.NO_EFFECT)) | (rows.stop_reason == str(StopReason.NO_EFFECT))
    stable = (rows.change_basis == "stable_use").fill_null(False)
    return ibis.cases(
        (rows.outcome == str(Outcome.LOST_EFFECT), "lost_effect"),
        (relief >= rows.needed_percent, "response"),
        (relief >= PARTIAL_PERCENT, "partial_response"),
        (relief.notnull(), "no_response"),
        (rows.outcome == str(Outcome.EFFECTIVE), stable.ifelse("stable_use", "stated_effective")),
        (no_effect, (rows.kind == "drug").ifelse("stated_no_effect", "procedure_no_effect")),
        (rows.outcome == str(Outcome.PARTIAL), "stated_partial"),
        else_="outcome_unknown",
    )
