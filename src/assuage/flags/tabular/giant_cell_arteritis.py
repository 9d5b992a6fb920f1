"""Giant cell arteritis: the tabular form of `flags.giant_cell_arteritis`."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer
from assuage.codes.drugs import formulary
from assuage.flags.giant_cell_arteritis import DIAGNOSIS
from assuage.flags.model import FlagState, Urgency
from assuage.flags.rules import numbers, signs
from assuage.flags.tabular.ages import aged_at_least
from assuage.flags.tabular.facts import FlagFacts, kinds_of, onsets, reviewed_of
from assuage.flags.tabular.found import FLAG, earliest, flag_rows, with_evidence
from assuage.flags.tabular.onset_flags import asked_of, onset_flags
from assuage.flags.tabular.signs import of_each, raised_flags, signs_seen, stand, summed, urgency_of
from assuage.flags.tabular.working_up import (
    both,
    first_of,
    has,
    looked_into,
    pain_assessed,
    stated_worked_up,
    treated,
)
from assuage.records.rows import ConditionState
from assuage.trials.tabular.columns import packed, unpacked
from assuage.trials.tabular.known import Keep

(_RULE,) = (sign for sign in signs(DIAGNOSIS) if sign.flag == DIAGNOSIS)


def flags(facts: FlagFacts, keep: Keep) -> ir.Table:
    """The diagnosis where it is on record; else its signs, and age with new pain."""
    concerned = reviewed_of(facts, numbers(DIAGNOSIS)["pain"].value)
    nobody = facts.people.anti_join(facts.reviewed, "person_no")
    concerned = keep(concerned.union(nobody.select("person_no", condition=ibis.literal(""))))
    diagnosed = facts.signs.filter(facts.signs.flag == DIAGNOSIS).drop("flag")
    steroids = keep(_steroids(facts))
    return ibis.union(
        _of_diagnosis(facts, concerned, diagnosed, steroids, keep),
        _of_signs(facts, concerned.anti_join(diagnosed, "person_no"), keep),
        _of_age_and_new_pain(facts, diagnosed, steroids, keep),
    )


def _steroids(facts: FlagFacts) -> ir.Table:
    classes = numbers(DIAGNOSIS)["steroid_class"].value
    steroids = [key for key, entry in formulary().items() if entry.treatment_class in classes]
    rows = facts.exposures
    chosen = rows.filter(rows.ingredient.isin(steroids), rows.taken != str(Answer.NO))
    return chosen.select("person_no", "start_first", "start_last", "record_id")


# --- the diagnosis


def _of_diagnosis(
    facts: FlagFacts, concerned: ir.Table, diagnosed: ir.Table, steroids: ir.Table, keep: Keep
) -> ir.Table:
    """Urgent until it is treated and, since then, pain has been assessed anew."""
    told = diagnosed.group_by("person_no").agg(
        since=earliest(diagnosed),
        known_by=diagnosed.since_last.min(),
        is_over=(diagnosed.state == str(ConditionState.RESOLVED)).all(),
    )
    asked = keep(concerned.inner_join(told, "person_no").mutate(flag=ibis.literal(DIAGNOSIS)))
    settled = keep(_settled(facts, asked.filter(~asked.is_over), steroids, keep))
    rows = has(asked, settled, "is_settled")
    state = ibis.cases(
        (rows.is_over, str(FlagState.RESOLVED)),
        (rows.is_settled, str(FlagState.WORKED_UP)),
        else_=str(FlagState.OPEN),
    )
    records = asked.select(*FLAG).inner_join(diagnosed, "person_no", rname="{name}_own")
    records = records.select(*FLAG, "place", "record_id")
    rows = with_evidence(rows.mutate(state=state), records, settled)
    return flag_rows(
        rows,
        urgency=_RULE.urgency,
        source=_RULE.provenance,
        state=rows.state,
        reason=ibis.literal("arteritis_") + rows.state,
        since=rows.since,
    )


def _settled(facts: FlagFacts, asked: ir.Table, steroids: ir.Table, keep: Keep) -> ir.Table:
    """A clinician's word; else what was given for it, or a steroid since, and pain assessed after that."""
    by_word = treated(facts, asked, {DIAGNOSIS: _RULE.diagnoses}, ())
    later = asked.select(*FLAG, "known_by").inner_join(steroids, "person_no")
    later = later.filter(later.start_last >= later.known_by)
    by_kind = later.mutate(place=ibis.literal(0, "int64")).select(*FLAG, "place", "record_id")
    given = keep(first_of(by_word, by_kind))
    begun = given.inner_join(
        facts.exposures.select("person_no", "record_id", "start_last"), ["person_no", "record_id"]
    )
    begun = begun.group_by(*FLAG).agg(first_given=begun.start_last.min())
    rows = asked.select(*FLAG, "known_by").left_join(begun, list(FLAG), rname="{name}_begun")
    rows = rows.select(*FLAG, known_by=rows.first_given.fill_null(rows.known_by))
    return first_of(stated_worked_up(facts, asked), both(given, pain_assessed(facts, rows)))


# --- signs, and age


def _of_signs(facts: FlagFacts, concerned: ir.Table, keep: Keep) -> ir.Table:
    """A sign counts from the age on; where the age is not known it is still to be looked at."""
    seen = signs_seen(facts, DIAGNOSIS)
    latest = packed(seen.since_first, seen.since_last).max()
    asked = of_each(summed(seen, latest=latest), concerned).inner_join(
        facts.people.drop("person_id"), "person_no"
    )
    asked = asked.mutate(**unpacked(asked.latest.fill_null(packed(asked.as_of, asked.as_of)), "latest"))
    asked = asked.mutate(old=aged_at_least(numbers(DIAGNOSIS)["age_years"].value, asked, "latest"))
    asked = asked.filter(asked.old != str(Answer.NO)).select(*FLAG, "since", "known_by", "over", "old")
    raised = stand(facts, DIAGNOSIS, seen, keep(asked), keep)
    return raised_flags(raised, DIAGNOSIS, _urgency)


def _urgency(rows: ir.Table) -> ir.StringValue:
    return (rows.old == str(Answer.YES)).ifelse(urgency_of(rows, DIAGNOSIS), str(Urgency.LOOK))


def _of_age_and_new_pain(facts: FlagFacts, diagnosed: ir.Table, steroids: ir.Table, keep: Keep) -> ir.Table:
    rules, name = numbers(DIAGNOSIS), "age_and_new_pain"
    years = rules["age_years"].value
    pains = reviewed_of(facts, rules["new_pain"].value).anti_join(diagnosed, "person_no")
    is_headache = pains.condition.isin(kinds_of(("headache",)))
    begun = onsets(facts, pains.mutate(wider=is_headache.ifelse("headache", pains.condition)))
    begun = begun.filter(begun.start_last >= begun.as_of - rules["new_pain_days"].value)
    begun = begun.inner_join(facts.people.select("person_no", "birth_first", "birth_last"), "person_no")
    begun = begun.filter(aged_at_least(years, begun, "start") == str(Answer.YES))
    asked = keep(asked_of(name, begun.mutate(reason=ibis.literal(name))))
    tests = keep(looked_into(facts, asked, {name: rules["looked_for_by"].value}))
    unmasked = _unmasked(facts, tests, steroids)
    settled = keep(first_of(unmasked, stated_worked_up(facts, asked)))
    return onset_flags(asked, settled, rules["age_years"].provenance, {"years": years})


def _unmasked(facts: FlagFacts, tests: ir.Table, steroids: ir.Table) -> ir.Table:
    """Blood tests, unless a steroid was on board by the last of them: that makes them normal."""
    days = facts.observations.select("person_no", "record_id", "start_last")
    dated = tests.inner_join(days, ["person_no", "record_id"])
    last = dated.group_by(*FLAG).agg(last_test=dated.start_last.max())
    masked = last.inner_join(steroids, "person_no")
    masked = masked.filter((masked.start_first <= masked.last_test).fill_null(True))
    return tests.anti_join(masked, list(FLAG))
