"""A diagnosis to be looked at again: the tabular form of `flags.recheck`."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer
from assuage.flags.model import FlagState, Urgency
from assuage.flags.recheck import HELPED, INDOMETACIN_TEST, SODIUM_CHANNEL_BLOCKERS
from assuage.flags.rules import numbers
from assuage.flags.tabular.facts import FlagFacts, diagnoses_of, kinds_of, observed, reviewed_of
from assuage.flags.tabular.found import (
    FLAG,
    TRIAL,
    earliest,
    flag_rows,
    names_of,
    of_person,
    trial_records,
    with_evidence,
)
from assuage.flags.tabular.working_up import has, settled_by
from assuage.records.rows import ConditionState, Outcome, StopReason
from assuage.trials.tabular.known import Keep

_PAIN = ("person_no", "condition")


def flags(facts: FlagFacts, keep: Keep) -> ir.Table:
    """Primary non-response in trigeminal neuralgia; indometacin in headache."""
    trials = facts.trials
    tried = trials.filter(trials.condition.isin(kinds_of(("headache",))), trials.treatment == "indometacin")
    tried = keep(tried.select(*TRIAL, helped=_helped(tried)))
    own = diagnoses_of(facts, numbers("recheck")["indometacin_headaches"].value)
    own = keep(own.filter(own.state != str(ConditionState.UNCONFIRMED)))
    responding = keep(_responding(facts, tried))
    return ibis.union(
        _no_first_response(facts, keep),
        _indometacin_response(facts, tried, responding, own),
        _indometacin_not_on_record(facts, tried, responding, own, keep),
    )


def _helped(trials: ir.Table) -> ir.BooleanValue:
    needed: float = numbers("recheck")["response_percent"].value
    relieved = (trials.change_percent >= needed).fill_null(False)
    return trials.outcome.isin([str(word) for word in HELPED]) | relieved


# --- carbamazepine or oxcarbazepine that never helped


def _no_first_response(facts: FlagFacts, keep: Keep) -> ir.Table:
    """Neither drug ever helped, and one of them had, or may have had, its dose and its time."""
    rules = numbers("recheck")
    failed = keep(_without_effect(facts))
    certain = failed.filter(failed.certain)
    chosen = keep(certain.union(failed.anti_join(certain, list(_PAIN))))
    found = chosen.group_by(*FLAG).agg(
        certain=chosen.certain.any(),
        treatments=names_of(chosen.treatment),
        since=earliest(chosen, "start"),
        known_by=chosen.ended.isnull().any().ifelse(ibis.null("int64"), chosen.ended.max()),
    )
    found = keep(found)
    settled = keep(settled_by(facts, found, {_NAME: rules["settled_by"].value}))
    rows = with_evidence(has(found, settled, "is_settled"), trial_records(chosen), settled)
    return flag_rows(
        rows,
        source=rules["initial_responders_percent"].provenance,
        urgency=rows.certain.ifelse(str(Urgency.LOOK), str(Urgency.NOTE)),
        state=rows.is_settled.ifelse(str(FlagState.WORKED_UP), str(FlagState.OPEN)),
        reason=rows.certain.ifelse(_NAME, f"{_NAME}_possible"),
        values={"treatments": rows.treatments, "percent": rules["initial_responders_percent"].value},
        since=rows.since,
    )


def _without_effect(facts: FlagFacts) -> ir.Table:
    """Trials without effect where none ever helped; those that are `certain` had their dose and time."""
    trials = facts.trials
    tried = trials.filter(
        trials.condition.isin(kinds_of(("trigeminal_neuralgia",))),
        trials.treatment.isin(SODIUM_CHANNEL_BLOCKERS),
    )
    tried = tried.anti_join(tried.filter(_helped(tried)), list(_PAIN))
    tried = tried.mutate(flag=ibis.literal(_NAME), adequate=_adequate(tried))
    failed = tried.filter(_no_effect(tried), tried.adequate.fill_null(True))
    ended = failed.end_last.fill_null(failed.start_last)
    certain = failed.adequate.fill_null(False)
    return failed.select(*TRIAL, "flag", certain=certain, ended=ended)


def _no_effect(trials: ir.Table) -> ir.BooleanValue:
    """Whether the record says that it did nothing: in words, or by pain that did not fall enough."""
    silent = trials.outcome == str(Outcome.UNKNOWN)
    return (
        (trials.outcome == str(Outcome.NO_EFFECT))
        | (trials.stop_reason == str(StopReason.NO_EFFECT))
        | (silent & trials.change_percent.notnull())
    )


def _adequate(trials: ir.Table) -> ir.BooleanValue:
    """Whether a trial had its dose and its time; null where that is open."""
    rules = numbers("recheck")
    needed_days: int = rules["trial_days"].value
    needed_dose = trials.treatment.cases(
        *((drug, float(rules[f"{drug}_mg_day"].value)) for drug in SODIUM_CHANNEL_BLOCKERS)
    )
    dose = (trials.dose_unit == "mg/d").ifelse(trials.peak_dose >= needed_dose, ibis.null("boolean"))
    time = ibis.cases((trials.days >= needed_days, True), (trials.days_at_most < needed_days, False))
    return dose & time


_NAME = "no_first_response"


# --- indometacin


def _responding(facts: FlagFacts, tried: ir.Table) -> ir.Table:
    """The headaches of people whom indometacin helped: by a trial, or by a test whatever it was for."""
    helped = tried.filter(tried.helped)
    tested = reviewed_of(facts, ("headache",)).semi_join(_tests(facts), "person_no")
    found = ibis.union(helped.select(*_PAIN), tested, distinct=True)
    since = helped.group_by(*_PAIN).agg(since=earliest(helped, "start"))
    rows = found.left_join(since, list(_PAIN), rname="{name}_helped")
    return rows.select(*_PAIN, "since", flag=ibis.literal("indometacin_response"))


def _tests(facts: FlagFacts) -> ir.Table:
    rows = observed(facts, (INDOMETACIN_TEST,))
    return rows.filter(rows.present == str(Answer.YES))


def _indometacin_response(facts: FlagFacts, tried: ir.Table, found: ir.Table, own: ir.Table) -> ir.Table:
    """What was to be expected in the headaches that it helps by definition, and speaks for them in others."""
    helped = tried.filter(tried.helped).mutate(flag=ibis.literal("indometacin_response"))
    expected = of_person(found, own)
    rows = with_evidence(
        has(found, expected, "is_expected"), trial_records(helped), of_person(found, _tests(facts)), expected
    )
    return flag_rows(
        rows,
        source=numbers("recheck")["indometacin_headaches"].provenance,
        urgency=Urgency.LOOK,
        state=rows.is_expected.ifelse(str(FlagState.WORKED_UP), str(FlagState.OPEN)),
        reason=rows.is_expected.ifelse("indometacin_response_expected", "indometacin_response"),
        since=rows.since,
    )


def _indometacin_not_on_record(
    facts: FlagFacts, tried: ir.Table, responding: ir.Table, own: ir.Table, keep: Keep
) -> ir.Table:
    rule = numbers("recheck")["indometacin_headaches"]
    asked = facts.reviewed.filter(facts.reviewed.condition.isin(rule.value))
    asked = asked.anti_join(tried, list(_PAIN)).anti_join(responding, list(_PAIN))
    since = own.group_by("person_no").agg(since=earliest(own, "start"))
    found = asked.inner_join(since, "person_no").mutate(flag=ibis.literal("indometacin_not_on_record"))
    found = keep(found)
    rows = with_evidence(found, of_person(found, own))
    return flag_rows(rows, source=rule.provenance, urgency=Urgency.LOOK, since=rows.since)
