"""Low serum sodium: the tabular form of `flags.sodium`."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer
from assuage.flags.model import FlagState, Urgency
from assuage.flags.rules import numbers
from assuage.flags.sodium import DIAGNOSIS
from assuage.flags.tabular.facts import FlagFacts, diagnoses_of
from assuage.flags.tabular.found import FLAG, Found, earliest, flag_rows, records_of, trials_of, values_text
from assuage.records.rows import ConditionState, ObservationKind
from assuage.trials.tabular.columns import LAST_DAY, packed
from assuage.trials.tabular.known import Keep

_MOST_VALUES = 2**30
"""More values than a person has: by it, places count from the oldest on."""

_LOW, _SEVERE, _RECOVERED = "low", "severe", "recovered"


def flags_of_sodium(facts: FlagFacts, keep: Keep) -> Found:
    """The latest value decides; a diagnosis counts where no value is on record."""
    trials = facts.trials
    trials = trials.filter(
        trials.treatment.isin(numbers("sodium")["drugs"].value), trials.running != str(Answer.NO)
    )
    trials = trials.mutate(flag=ibis.literal("low_sodium"), about=ibis.literal(""))
    taken = trials.select("person_no").distinct().mutate(has_drug=True)
    values = keep(_values(facts))
    told = keep(_told(values, taken))
    coded = _coded(facts, values)
    by_value, by_diagnosis = _by_value(told), _by_diagnosis(coded, taken)
    shown = values.inner_join(told.select("person_no", "level"), "person_no")
    shown = shown.filter((shown.back == 0) | ((shown.level == _RECOVERED) & shown.is_severe))
    place = _MOST_VALUES - shown.back
    rests = trials.anti_join(told.filter(told.level == _RECOVERED), "person_no")
    return Found(
        (by_value, by_diagnosis),
        (records_of(shown, place=place), records_of(coded, place=coded.place)),
        (trials_of(rests, 1),),
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
    return rows.select(
        "person_no",
        flag=ibis.literal("low_sodium"),
        about=ibis.literal(""),
        value=rows["value"],
        is_severe=rows["value"] < numbers("sodium")["severe_below_mmol_l"].value,
        day=packed(rows.start_first, rows.start_last),
        days_ago=rows.as_of - rows.start_last,
        record_id=rows.record_id,
        back=ibis.row_number().over(newest_first),
    )


def _told(values: ir.Table, taken: ir.Table) -> ir.Table:
    """What the latest value says, of whom it says anything: `FLAG`, `value`, `level`, `since`, `current`.

    It is severe, a little low under a drug, or better than a severe one of before.
    """
    before = values.filter(values.is_severe, values.back > 0)
    before = before.group_by("person_no").agg(severe_before=before.day.argmax(before.back), was_severe=True)
    rows = values.filter(values.back == 0).left_join(taken, "person_no", rname="{name}_taken")
    rows = rows.left_join(before, "person_no", rname="{name}_before")
    has_drug = rows.has_drug.fill_null(False)
    level = ibis.cases(
        (rows.is_severe, _SEVERE),
        (has_drug & (rows["value"] < numbers("sodium")["low_below_mmol_l"].value), _LOW),
        (rows.was_severe, _RECOVERED),
    )
    recent = (rows.days_ago <= numbers("sodium")["current_days"].value).fill_null(True)
    rows = rows.mutate(level=level, current=has_drug | recent)
    since = (rows.level == _RECOVERED).ifelse(rows.severe_before, rows.day)
    return rows.filter(rows.level.notnull()).select(*FLAG, "value", "level", "current", since=since)


def _by_value(told: ir.Table) -> ir.Table:
    severe, low = (numbers("sodium")[name] for name in ("severe_below_mmol_l", "low_below_mmol_l"))
    is_low, is_recovered = told.level == _LOW, told.level == _RECOVERED
    needed = is_low.ifelse(low.value, severe.value)
    urgent = is_recovered | (~is_low & told.current)
    return flag_rows(
        told,
        source=is_low.ifelse(low.provenance.source, severe.provenance.source),
        urgency=urgent.ifelse(str(Urgency.URGENT), str(Urgency.LOOK)),
        state=is_recovered.ifelse(str(FlagState.RESOLVED), str(FlagState.OPEN)),
        reason=ibis.cases(
            (is_low, "sodium_low_under_drug"),
            (is_recovered, "sodium_recovered"),
            (told.current, "sodium_severe"),
            else_="sodium_severe_not_measured_again",
        ),
        values=is_recovered.ifelse(
            values_text({"value": told["value"]}), values_text({"value": told["value"], "needed": needed})
        ),
        since=told.since,
    )


def _coded(facts: FlagFacts, values: ir.Table) -> ir.Table:
    coded = diagnoses_of(facts, DIAGNOSIS).anti_join(values, "person_no")
    coded = coded.filter(coded.state != str(ConditionState.RESOLVED))
    return coded.mutate(flag=ibis.literal("low_sodium"), about=ibis.literal(""))


def _by_diagnosis(coded: ir.Table, taken: ir.Table) -> ir.Table:
    rows = coded.group_by(*FLAG).agg(first=earliest(coded, "start"))
    rows = rows.left_join(taken, "person_no", rname="{name}_taken")
    has_drug = rows.has_drug.fill_null(False)
    return flag_rows(
        rows,
        source=numbers("sodium")["low_below_mmol_l"].provenance,
        urgency=Urgency.LOOK,
        state=has_drug.ifelse(str(FlagState.OPEN), str(FlagState.WORKED_UP)),
        reason=has_drug.ifelse("sodium_diagnosis_under_drug", "sodium_diagnosis"),
        since=rows["first"],
    )
