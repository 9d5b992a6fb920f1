"""Kidney function: what is not given below a filtration rate, and how much of a gabapentinoid."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from assuage.answers import Answer
from assuage.safety import levels
from assuage.safety.model import Concern
from assuage.safety.rules import numbers, treatment_rules
from assuage.safety.use import Use


def concerns(use: Use) -> Iterator[Concern]:
    """Thresholds of filtration, the limit of a gabapentinoid, and three that strain the kidney together."""
    yield from levels.concerns(use, "kidney")
    yield from _gabapentinoid_dose(use)
    yield from _three_together(use)


def _gabapentinoid_dose(use: Use) -> Iterator[Concern]:
    """A dose above the limit at this filtration; for one to be begun, the limit is said beforehand.

    The limits are printed by creatinine clearance; the estimated filtration rate stands in for it.
    """
    limits = numbers("kidney").get(f"{use.treatment}_mg_day")
    rule = treatment_rules("kidney")["gabapentinoid_dose"]
    if limits is None or not use.is_one_of(rule.treatments):
        return
    reading = levels.latest(use.subject, "kidney")
    if reading is None:
        rows = levels.diagnosed(use.subject, "kidney")
        evidence = tuple(row.record_id for row in rows)
        yield use.concern(rule.weight, Answer.UNKNOWN, evidence=evidence, missing=("egfr_value",))
        return
    usual, limit = limits.value[0][1], _limit(limits.value, reading.value)
    if limit == usual:
        return
    dose = use.record.daily_dose_mg if use.record and use.begun is not Answer.NO else None
    if use.begun is not Answer.NO and dose is not None and dose <= limit:
        return
    asked = use.begun is not Answer.NO and dose is None
    yield use.concern(
        rule.weight,
        Answer.UNKNOWN if asked else Answer.YES,
        values=(("value", reading.value), ("limit_mg_day", limit)),
        evidence=(reading.record_id,),
        missing=(f"daily_dose:{use.treatment}",) if asked else (),
    )


def _limit(steps: list[list[float]], egfr_ml_min: float) -> float:
    """The highest dose at this filtration; steps run from the highest filtration down."""
    return next((dose for at_least, dose in steps if egfr_ml_min >= at_least), steps[-1][1])


def _three_together(use: Use) -> Iterator[Concern]:
    """An NSAID, a blocker of the angiotensin system and a diuretic: any one of them beside the two others."""
    rule = treatment_rules("kidney")["nsaid_with_blocker_and_diuretic"]
    groups = _strain_groups()
    own = [group for group in groups if use.is_one_of(group)]
    if not own:
        return
    others = [use.subject.taking(group) for group in groups if group not in own]
    if not all(others):
        return
    drugs = [use_and_answer for found in others for use_and_answer in found]
    certain = all(any(answer is Answer.YES for _, answer in found) for found in others)
    doubtful = [other.ingredient for other, answer in drugs if answer is Answer.UNKNOWN]
    yield use.concern(
        rule.weight,
        Answer.of(True if certain else None),
        values=(("others", ",".join(other.ingredient for other, _ in drugs)),),
        evidence=tuple(record for other, _ in drugs for record in other.evidence),
        missing=() if certain else tuple(f"still_taken:{name}" for name in doubtful),
    )


@cache
def _strain_groups() -> tuple[frozenset[str], ...]:
    return tuple(frozenset(group) for group in numbers("kidney")["strain_together"].value)
