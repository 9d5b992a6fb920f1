"""Thoughts of death or self-harm: the tabular form of `flags.suicidality`."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from assuage.flags.model import FlagState, Urgency
from assuage.flags.rules import numbers
from assuage.flags.suicidality import ITEM
from assuage.flags.tabular.facts import FlagFacts
from assuage.flags.tabular.found import FLAG, earliest, flag_rows, with_evidence
from assuage.flags.tabular.working_up import has, looked_into
from assuage.trials.tabular.known import Keep

_FLAG = "suicidality"


def flags(facts: FlagFacts, keep: Keep) -> ir.Table:
    """Urgent while the latest answer is above zero, for the person whatever the pain."""
    rules = numbers(_FLAG)
    readings = facts.scores.filter(facts.scores.instrument == ITEM)
    readings = keep(
        readings.mutate(is_raised=readings.high > rules["item9_above"].value).select(
            *("person_no", "start_first", "start_last", "is_raised", "record_id"),
            flag=ibis.literal(_FLAG),
            condition=ibis.literal(""),
        )
    )
    raised = readings.filter(readings.is_raised)
    rows = keep(
        raised.group_by(*FLAG).agg(
            since=earliest(raised, "start"),
            # without a day it may be the newest, and the day of the others is as early as there is
            known_by=raised.start_last.max().fill_null(1),
            undated=raised.start_last.isnull().any(),
        )
    )
    calm = readings.filter(~readings.is_raised).inner_join(rows.select(*FLAG, "known_by"), list(FLAG))
    calm = keep(calm.filter(calm.start_first > calm.known_by))
    seen = keep(looked_into(facts, rows, {_FLAG: rules["settled_by"].value}))
    told = has(has(rows, calm, "is_calm"), seen, "is_seen")
    state = ibis.cases(
        (told.undated, str(FlagState.OPEN)),
        (told.is_calm, str(FlagState.RESOLVED)),
        (told.is_seen, str(FlagState.WORKED_UP)),
        else_=str(FlagState.OPEN),
    )
    told = with_evidence(told.mutate(state=state), *map(_in_order, (raised, calm)), seen)
    return flag_rows(
        told,
        urgency=Urgency.URGENT,
        source=rules["item9_above"].provenance,
        state=told.state,
        reason=(told.state == str(FlagState.OPEN)).ifelse(_FLAG, f"{_FLAG}_earlier"),
        since=told.since,
    )


def _in_order(readings: ir.Table) -> ir.Table:
    return readings.select(*FLAG, "record_id", place=ibis.literal(0, "int64"))
