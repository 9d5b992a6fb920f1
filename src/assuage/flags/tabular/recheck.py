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
    Found,
    earliest,
    flag_rows,
    names_of,
    records_of,
    trials_of,
    values_text,
)
from assuage.flags.tabular.raised import NO_FIRST_RESPONSE, Raised, raised_rows
from assuage.records.rows import ConditionState, Outcome, StopReason
from assuage.trials.tabular.known import Keep

_RESPONSE, _NOT_ON_RECORD = "indometacin_response", "indometacin_not_on_record"


def _helped(trials: ir.Table) -> ir.BooleanValue:
    needed: float = numbers("recheck")["response_percent"].value
    relieved = (trials.change_percent >= needed).fill_null(False)
    return trials.outcome.isin([str(word) for word in HELPED]) | relieved


# --- carbamazepine or oxcarbazepine that never helped


def raised_by_first_drugs(facts: FlagFacts, keep: Keep) -> Raised:
    """Neither drug ever helped, and one of them had, or may have had, its dose and its time."""
    rule = numbers("recheck")["initial_responders_percent"]
    failed = keep(_without_effect(facts))
    chosen = failed.filter(failed.certain | ~failed.some_certain)
    rows = chosen.group_by(*FLAG).agg(
        certain=chosen.certain.any(),
        treatments=names_of(chosen.treatment),
        first=earliest(chosen, "start"),
        known_by=chosen.ended.isnull().any().ifelse(ibis.null("int64"), chosen.ended.max()),
    )
    raised = raised_rows(
        rows,
        since=rows["first"],
        urgency=rows.certain.ifelse(str(Urgency.LOOK), str(Urgency.NOTE)),
        source=rule.provenance,
        reason=rows.certain.ifelse(NO_FIRST_RESPONSE, f"{NO_FIRST_RESPONSE}_possible"),
        values=values_text({"treatments": rows.treatments, "percent": rule.value}),
    )
    return Raised(raised, trials=(trials_of(chosen),))


def _without_effect(facts: FlagFacts) -> ir.Table:
    """Trials without effect where none ever helped; those that are `certain` had their dose and time."""
    trials = facts.trials
    tried = trials.filter(
        trials.condition.isin(kinds_of(("trigeminal_neuralgia",))),
        trials.treatment.isin(SODIUM_CHANNEL_BLOCKERS),
    )
    of_pain = ibis.window(group_by=["person_no", "condition"])
    tried = tried.mutate(
        flag=ibis.literal(NO_FIRST_RESPONSE),
        about=tried.condition,
        adequate=_adequate(tried),
        some_helped=_helped(tried).any().over(of_pain),
    )
    failed = tried.filter(~tried.some_helped, _no_effect(tried), tried.adequate.fill_null(True))
    certain = failed.adequate.fill_null(False)
    return failed.select(
        *TRIAL,
        "flag",
        "about",
        certain=certain,
        some_certain=certain.any().over(of_pain),
        ended=failed.end_last.fill_null(failed.start_last),
    )


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


# --- indometacin


def flags_of_indometacin(facts: FlagFacts, keep: Keep) -> Found:
    """Indometacin that helped a headache, or was not tried in one that it helps by definition.

    A response is to be expected in the headaches that indometacin helps by definition, and speaks for them
    in others.
    """
    rule = numbers("recheck")["indometacin_headaches"]
    tried = facts.trials.filter(
        facts.trials.condition.isin(kinds_of(("headache",))), facts.trials.treatment == "indometacin"
    )
    tried = tried.mutate(about=tried.condition, helped=_helped(tried))
    tests = observed(facts, (INDOMETACIN_TEST,))
    tests = tests.filter(tests.present == str(Answer.YES))
    own = diagnoses_of(facts, rule.value)
    own = own.filter(own.state != str(ConditionState.UNCONFIRMED))
    rows = keep(_asked(facts, tried, tests, own))
    is_response = rows.flag == _RESPONSE
    is_expected = is_response & rows.is_own
    told = flag_rows(
        rows,
        source=rule.provenance,
        urgency=Urgency.LOOK,
        state=is_expected.ifelse(str(FlagState.WORKED_UP), str(FlagState.OPEN)),
        reason=is_expected.ifelse(f"{_RESPONSE}_expected", rows.flag),
        since=is_response.ifelse(rows.helped_since, rows.own_since),
    )
    helped = tried.filter(tried.helped).mutate(flag=ibis.literal(_RESPONSE))
    asked = rows.select(*FLAG)
    tested = asked.filter(asked.flag == _RESPONSE).inner_join(tests, "person_no")
    coded = asked.inner_join(own, "person_no")
    return Found(
        (told,),
        (records_of(tested, 1, tested.place), records_of(coded, 2, coded.place)),
        (trials_of(helped),),
    )


def _asked(facts: FlagFacts, tried: ir.Table, tests: ir.Table, own: ir.Table) -> ir.Table:
    """Each headache under review with its flag: `FLAG`, `is_own`, `own_since`, `helped_since`."""
    trials = tried.group_by("person_no", "about").agg(
        helped=tried.helped.any(), helped_since=earliest(tried, "start", tried.helped)
    )
    tested = tests.select("person_no").distinct().mutate(is_tested=True)
    coded = own.group_by("person_no").agg(own_since=earliest(own, "start")).mutate(is_own=True)
    rows = reviewed_of(facts, ("headache",)).rename(about="condition")
    rows = rows.left_join(trials, ["person_no", "about"], rname="{name}_tried")
    rows = rows.left_join(tested, "person_no", rname="{name}_tested")
    rows = rows.left_join(coded, "person_no", rname="{name}_coded")
    rows = rows.mutate(is_own=rows.is_own.fill_null(False))
    by_definition = rows.about.isin(numbers("recheck")["indometacin_headaches"].value)
    flag = ibis.cases(
        (rows.helped | rows.is_tested, _RESPONSE),
        (rows.helped.isnull() & by_definition & rows.is_own, _NOT_ON_RECORD),
    )
    rows = rows.mutate(flag=flag).select(*FLAG, "is_own", "own_since", "helped_since")
    return rows.filter(rows.flag.notnull())
