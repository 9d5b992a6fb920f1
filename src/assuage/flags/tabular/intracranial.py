"""Causes in or at the skull: the tabular form of `flags.intracranial`."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from assuage.flags.model import FlagState
from assuage.flags.rules import numbers, signs
from assuage.flags.tabular.facts import FlagFacts, reviewed_of
from assuage.flags.tabular.found import flag_rows, with_evidence
from assuage.flags.tabular.signs import (
    fact_records,
    of_each,
    signs_seen,
    source_of,
    summed,
    urgency_of,
)
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
from assuage.trials.tabular.known import Keep

_FAMILY = "intracranial"


def flags(facts: FlagFacts, keep: Keep) -> ir.Table:
    """Each cause on record, for each pain of head or face; for the person where no pain is on record."""
    concerned = reviewed_of(facts, numbers(_FAMILY)["pain"].value)
    nobody = facts.people.anti_join(facts.reviewed, "person_no")
    concerned = concerned.union(nobody.select("person_no", condition=ibis.literal("")))
    seen = signs_seen(facts, _FAMILY)
    doubted = seen.is_diagnosis & (seen.state == str(ConditionState.UNCONFIRMED)).fill_null(False)
    going_on = seen.is_diagnosis & (seen.state != str(ConditionState.RESOLVED)).fill_null(True)
    more = {"doubted": doubted.all(), "coded": seen.is_diagnosis.any(), "going_on": going_on.any()}
    asked = keep(of_each(summed(seen, **more), concerned))
    asked = asked.mutate(is_over=asked.coded & ~asked.going_on)
    settled = keep(_settled(facts, asked.filter(~asked.is_over)))
    rows = has(asked, settled, "is_settled")
    state = ibis.cases(
        (rows.is_over, str(FlagState.RESOLVED)),
        (rows.is_settled, str(FlagState.WORKED_UP)),
        else_=str(FlagState.OPEN),
    )
    rows = with_evidence(rows.mutate(state=state), fact_records(asked, seen), settled)
    return flag_rows(
        rows,
        urgency=urgency_of(rows, _FAMILY),
        source=source_of(rows, _FAMILY),
        state=rows.state,
        reason=rows.doubted.ifelse("cause_suspected", ibis.literal("cause_") + rows.state),
        since=rows.since,
    )


def _settled(facts: FlagFacts, asked: ir.Table) -> ir.Table:
    """The records by which a cause was treated, stated to be none, or followed up and pain assessed."""
    rules = numbers(_FAMILY)
    causes = {sign.flag: sign.diagnoses for sign in signs(_FAMILY)}
    visits = dict.fromkeys(causes, rules["followed_up_by"].value)
    return first_of(
        treated(facts, asked, causes, rules["treated_by"].value),
        stated_worked_up(facts, asked),
        both(looked_into(facts, asked, visits), pain_assessed(facts, asked)),
    )
