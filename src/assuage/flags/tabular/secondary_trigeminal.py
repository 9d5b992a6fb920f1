"""A known cause of trigeminal neuralgia: part of the tabular form of `flags.secondary_trigeminal`."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from assuage.flags.model import FlagState, Urgency
from assuage.flags.rules import numbers
from assuage.flags.secondary_trigeminal import TRIGEMINAL
from assuage.flags.tabular.facts import FlagFacts, diagnoses_of, reviewed_of
from assuage.flags.tabular.found import FLAG, Found, earliest, flag_rows, records_of
from assuage.records.rows import ConditionState

_FAMILY = "secondary_trigeminal"


def known_causes(facts: FlagFacts) -> ir.Table:
    """The diagnoses of what the neuralgia can come from; the doubted ones where there are no others.

    Columns: those of diagnoses, `place`, and `is_known`: the disease is not in doubt.
    """
    rows = diagnoses_of(facts, numbers(_FAMILY)["known_cause"].value)
    rows = rows.mutate(is_known=rows.state != str(ConditionState.UNCONFIRMED))
    rows = rows.mutate(some_known=rows.is_known.any().over(group_by="person_no"))
    return rows.filter(rows.is_known | ~rows.some_known).drop("some_known")


def flags_of_causes(facts: FlagFacts, causes: ir.Table) -> Found:
    """A known disease is a note; one that is only suspected is to be looked at."""
    neuralgias = reviewed_of(facts, TRIGEMINAL)
    neuralgias = neuralgias.select("person_no", about="condition", flag=ibis.literal("multiple_sclerosis"))
    causes = neuralgias.inner_join(causes, "person_no")
    rows = causes.group_by(*FLAG).agg(first=earliest(causes, "start"), is_known=causes.is_known.any())
    told = flag_rows(
        rows,
        urgency=rows.is_known.ifelse(str(Urgency.NOTE), str(Urgency.LOOK)),
        source=numbers(_FAMILY)["known_cause"].provenance,
        state=rows.is_known.ifelse(str(FlagState.WORKED_UP), str(FlagState.OPEN)),
        reason=rows.is_known.ifelse("multiple_sclerosis_known", "multiple_sclerosis_suspected"),
        since=rows["first"],
    )
    return Found((told,), (records_of(causes, place=causes.place),))
