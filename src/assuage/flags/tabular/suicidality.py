"""Thoughts of death or self-harm: the tabular form of `flags.suicidality`."""

from __future__ import annotations

import ibis

from assuage.flags.model import Urgency
from assuage.flags.rules import numbers
from assuage.flags.suicidality import ITEM
from assuage.flags.tabular.facts import FlagFacts
from assuage.flags.tabular.found import FLAG, earliest, records_of
from assuage.flags.tabular.raised import MOOD, Raised, raised_rows


def raised_by_mood(facts: FlagFacts) -> Raised:
    """Urgent while the latest answer is above zero, for the person whatever the pain."""
    rule = numbers(MOOD)["item9_above"]
    readings = facts.scores.filter(facts.scores.instrument == ITEM, facts.scores.high > rule.value)
    readings = readings.mutate(flag=ibis.literal(MOOD), about=ibis.literal(""))
    rows = readings.group_by(*FLAG).agg(
        first=earliest(readings, "start"),
        # without a day it may be the newest, and the day of the others is as early as there is
        known_by=readings.start_last.max().fill_null(1),
        undated=readings.start_last.isnull().any(),
    )
    raised = raised_rows(
        rows,
        since=rows["first"],
        urgency=Urgency.URGENT,
        source=rule.provenance,
        reason=ibis.null("string"),
        stays_open=rows.undated,
    )
    return Raised(raised, (records_of(readings),))
