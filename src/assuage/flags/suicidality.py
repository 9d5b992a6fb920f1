"""Thoughts of death or self-harm: the ninth item of the PHQ-9."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from assuage.flags.model import Flag, FlagState, Urgency
from assuage.flags.rules import numbers
from assuage.flags.subject import Subject
from assuage.flags.working_up import looked_into
from assuage.records.rows import Score

ITEM = "phq9_item9"
"""The instrument whose readings count."""


def flags(subject: Subject) -> Iterator[Flag]:
    """Urgent while the latest answer is above zero, for the person whatever the pain.

    Of several answers on one day, and of those without a day, the highest counts.
    """
    rule = numbers("suicidality")["item9_above"]
    readings = [row for row in subject.history.score if row.instrument == ITEM]
    raised = [row for row in readings if row.high > rule.value]
    if not raised:
        return
    undated = [row for row in raised if row.start is None]
    latest_raised = max((_last(row) for row in raised), default=date.min)
    calm = [
        row
        for row in readings
        if row.high <= rule.value and row.start is not None and row.start.first > latest_raised
    ]
    seen = looked_into(subject, numbers("suicidality")["settled_by"].value, latest_raised)
    state = FlagState.RESOLVED if calm else FlagState.WORKED_UP if seen else FlagState.OPEN
    if undated:
        state = FlagState.OPEN
    yield subject.flag(
        "suicidality",
        None,
        Urgency.URGENT,
        rule.provenance,
        (*(row.record_id for row in [*raised, *calm]), *seen),
        reason="suicidality" if state is FlagState.OPEN else "suicidality_earlier",
        state=state,
        since=min((row.start for row in raised if row.start is not None), default=None),
    )


def _last(row: Score) -> date:
    return row.start.last if row.start is not None else date.min
