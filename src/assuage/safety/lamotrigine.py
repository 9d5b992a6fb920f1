"""Lamotrigine begun too fast."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from assuage.answers import Answer
from assuage.dates import days_before
from assuage.records.rows import Exposure
from assuage.safety.model import Concern
from assuage.safety.rules import numbers, treatment_rules
from assuage.safety.use import Use


def concerns(use: Use) -> Iterator[Concern]:
    """A first dose above the one to begin with, while the weeks of raising it still run."""
    rule = treatment_rules("lamotrigine")["lamotrigine_fast_start"]
    if use.begun is Answer.NO or not use.is_one_of(rule.treatments):
        return
    numbers_of = numbers("lamotrigine")
    first = _first_rows(use)
    if first is None or first[0] < days_before(use.subject.as_of, numbers_of["raising_days"].value):
        return
    needed: float = numbers_of["first_dose_mg_day"].value
    doses = [row.dose for row in first[1] if row.dose is not None and row.dose_unit == "mg/d"]
    if doses and max(doses) <= needed:
        return
    yield use.concern(
        rule.weight,
        Answer.of(True if doses else None),
        values=(("needed", needed), *((("value", max(doses)),) if doses else ())),
        missing=() if doses else (f"daily_dose:{use.treatment}",),
    )


def _first_rows(use: Use) -> tuple[date, list[Exposure]] | None:
    """The first day on record, and the records of the first weeks; None where no day is known."""
    rows = [row for row in use.subject.history.exposure if row.ingredient == use.treatment and row.start]
    begun = min((row.start.first for row in rows if row.start is not None), default=None)
    if begun is None:
        return None
    weeks = timedelta(days=numbers("lamotrigine")["first_dose_days"].value)
    return begun, [row for row in rows if row.start is not None and row.start.first < begun + weeks]
