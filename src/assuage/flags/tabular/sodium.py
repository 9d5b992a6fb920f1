"""Low serum sodium: the tabular form of `flags.sodium`."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer
from assuage.flags.model import FlagState, Urgency
from assuage.flags.rules import numbers
from assuage.flags.sodium import DIAGNOSIS
from assuage.flags.tabular.facts import FlagFacts, diagnoses_of
from assuage.flags.tabular.found import FLAG, earliest, flag_rows, of_person, trial_records, with_evidence
from assuage.records.rows import ConditionState, ObservationKind
from assuage.trials.tabular.columns import LAST_DAY, packed
from assuage.trials.tabular.known import Keep

_NAME, _WHOLE = ibis.literal("low_sodium"), ibis.literal("")
_FIRST = ibis.literal(0, "int64")
_MOST_VALUES = 2**30
"""More values than a person has: by it, places count from the oldest on."""


def flags(facts: FlagFacts, keep: Keep) -> ir.Table:
    """The latest value decides; a diagnosis counts where no value is on record."""
    trials = facts.trials
    treated = trials.filter(
        trials.treatment.isin(numbers("sodium")["drugs"].value), trials.running != str(Answer.NO)
    )
    drugs = keep(trial_records(treated.mutate(flag=_NAME, condition=_WHOLE)))
    values = keep(_values(facts))
    low = keep(_low(values, drugs))
    return ibis.union(
        _by_value(low, drugs), _recovered(values, low, keep), _by_diagnosis(facts, values, drugs, keep)
    )


def _values(facts: FlagFacts) -> ir.Table:
    """Values in millimoles, numbered from the latest, 0, backwards; without a day, it may be the newest."""
    rows = facts.observations
    rows = rows.filter(
        rows.name == "sodium",
        rows.kind == str(ObservationKind.LAB),
        rows["value"].notnull(),
        rows.unit.isnull() | rows.unit.isin(numbers("sodium")["units"].value),
    )
    newest_first = ibis.window(
        group_by="person_no",
        order_by=[
            rows.start_last.fill_null(LAST_DAY).desc(),
            rows["value"],
            rows.record_id.desc(),
            rows.start_first.desc(),
        ],
    )
    return rows.mutate(back=ibis.row_number().over(newest_first), flag=_NAME, condition=_WHOLE)


def _low(values: ir.Table, drugs: ir.Table) -> ir.Table:
    """The latest values that are severe, or a little low under a drug."""
    rules = numbers("sodium")
    latest = _with_drugs(values.filter(values.back == 0), drugs)
    severe = latest["value"] < rules["severe_below_mmol_l"].value
    recent = (latest.as_of - latest.start_last <= rules["current_days"].value).fill_null(True)
    below = severe.ifelse(rules["severe_below_mmol_l"].value, rules["low_below_mmol_l"].value)
    rows = latest.mutate(severe=severe, current=latest.has_drug | recent, needed=below)
    return rows.filter(rows.severe | (rows.has_drug & (rows["value"] < rows.needed)))


def _by_value(low: ir.Table, drugs: ir.Table) -> ir.Table:
    rules = numbers("sodium")
    sources = (rules[name].provenance.source for name in ("severe_below_mmol_l", "low_below_mmol_l"))
    rows = with_evidence(low, low.select(*FLAG, "record_id", place=_FIRST), drugs)
    return flag_rows(
        rows,
        source=rows.severe.ifelse(*sources),
        urgency=(rows.severe & rows.current).ifelse(str(Urgency.URGENT), str(Urgency.LOOK)),
        reason=ibis.cases(
            (~rows.severe, "sodium_low_under_drug"),
            (rows.current, "sodium_severe"),
            else_="sodium_severe_not_measured_again",
        ),
        values={"value": rows["value"], "needed": rows.needed},
        since=packed(rows.start_first, rows.start_last),
    )


def _recovered(values: ir.Table, low: ir.Table, keep: Keep) -> ir.Table:
    """A severe value of before, with a better one since."""
    severe = numbers("sodium")["severe_below_mmol_l"]
    before = values.filter(values["value"] < severe.value).anti_join(low, "person_no")
    before = keep(before.mutate(place=_MOST_VALUES - before.back))
    started = packed(before.start_first, before.start_last)
    found = before.group_by(*FLAG).agg(since=started.argmax(before.back))
    latest = values.filter(values.back == 0).select("person_no", "value", "record_id", place=_FIRST)
    rows = found.inner_join(latest.select("person_no", "value"), "person_no")
    rows = with_evidence(rows, before, of_person(rows, latest))
    return flag_rows(
        rows,
        source=severe.provenance,
        urgency=Urgency.URGENT,
        state=FlagState.RESOLVED,
        reason="sodium_recovered",
        values={"value": rows["value"]},
        since=rows.since,
    )


def _by_diagnosis(facts: FlagFacts, values: ir.Table, drugs: ir.Table, keep: Keep) -> ir.Table:
    coded = diagnoses_of(facts, DIAGNOSIS).anti_join(values, "person_no")
    coded = keep(
        coded.filter(coded.state != str(ConditionState.RESOLVED)).mutate(flag=_NAME, condition=_WHOLE)
    )
    found = coded.group_by(*FLAG).agg(since=earliest(coded, "start"))
    rows = with_evidence(_with_drugs(found, drugs), coded, drugs)
    return flag_rows(
        rows,
        source=numbers("sodium")["low_below_mmol_l"].provenance,
        urgency=Urgency.LOOK,
        state=rows.has_drug.ifelse(str(FlagState.OPEN), str(FlagState.WORKED_UP)),
        reason=rows.has_drug.ifelse("sodium_diagnosis_under_drug", "sodium_diagnosis"),
        since=rows.since,
    )


def _with_drugs(rows: ir.Table, drugs: ir.Table) -> ir.Table:
    """Add `has_drug`: one that lowers sodium is, or may be, taken."""
    taken = drugs.select("person_no").distinct().mutate(has_drug=ibis.literal(True))
    told = rows.left_join(taken, "person_no", rname="{name}_drug")
    return told.mutate(has_drug=told.has_drug.fill_null(False)).drop("person_no_drug")
