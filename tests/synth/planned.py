"""Hand-made plans for the tests of the truth."""

from __future__ import annotations

from dataclasses import replace

from assuage.synth.knowledge import medicines
from assuage.synth.plan import Course, Plan, Result, Supply

TABLES = {
    "trigeminal_neuralgia": "trigeminal_neuralgia",
    "chronic_migraine": "migraine",
    "postherpetic_neuralgia": "neuropathic_pain",
    "central_post_stroke_pain": "neuropathic_pain",
    "painful_diabetic_neuropathy": "neuropathic_pain",
    "phantom_limb_pain": "neuropathic_pain",
    "chronic_low_back_pain": "neuropathic_pain",
    "fibromyalgia": "neuropathic_pain",
}


def course(
    condition: str,
    ingredient: str,
    dose: float | None,
    days: int,
    *,
    relief: int | None = 0,
    result: Result = Result.NO_RESPONSE,
    highest_tolerated: bool = False,
    running: bool = False,
) -> Course:
    """One course of one dose that ended long ago, or that goes on; relief in tens of percent."""
    medicine = medicines(TABLES[condition])[ingredient]
    day = 1 - days if running else -days - 400
    counted = {} if relief is None else {"before": 10, "after": 10 - relief // 10}
    each = medicine.interval_days or days
    supplies = tuple(Supply(day + past, min(each, days - past), dose) for past in range(0, days, each))
    made = Course(medicine, condition, supplies, result, running=running, **counted)
    return replace(made, highest_tolerated=highest_tolerated)


def plan(condition: str, *courses: Course, pain_now: int = 7, months: int = 12, **facts: object) -> Plan:
    """A plan of one pain; life is affected and every month has so many debilitating days."""
    made = Plan(
        "made", condition, courses, pain_now=pain_now, life_affected=True, debilitating_days=(months,) * 7
    )
    return replace(made, **facts)
