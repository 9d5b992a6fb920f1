"""Paracetamol above the most that a day allows."""

from __future__ import annotations

from collections.abc import Iterator

from assuage.answers import Answer
from assuage.safety.model import Concern, ReasonValues
from assuage.safety.rules import numbers, treatment_rules
from assuage.safety.use import Use


def concerns(use: Use) -> Iterator[Concern]:
    """Only what is taken can be too much; a dose that is not on record is asked for."""
    rule = treatment_rules("liver")["paracetamol_dose"]
    if use.begun is Answer.NO or not use.is_one_of(rule.treatments) or use.record is None:
        return
    most: float = numbers("liver")["paracetamol_mg_day"].value
    dose = use.record.daily_dose_mg
    if dose is None:
        values: ReasonValues = (("limit_mg_day", most),)
        yield use.concern(
            rule.weight, Answer.UNKNOWN, values=values, missing=(f"daily_dose:{use.treatment}",)
        )
    elif dose > most:
        yield use.concern(rule.weight, Answer.YES, values=(("value", dose), ("limit_mg_day", most)))
