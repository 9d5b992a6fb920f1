"""How things stand on the day of the review: pain, days lost, the regimen, weight and blood sugar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from assuage.synth.chance import Chance
from assuage.synth.drafts import Draft
from assuage.synth.illnesses import DIABETES, SECOND_PAIN
from assuage.synth.pains import MIGRAINE
from assuage.synth.plan import Course, Lab, Plan

_MONTHS_BACK = 7
_STABLE_DAYS = 30
_MOST_BMI_TENTHS, _MOST_HBA1C_TENTHS = 450, 100


def plan_of(chance: Chance, draft: Draft, age_years: int) -> Plan:
    """The plan that a draft comes to."""
    pain = _pain_now(chance, draft)
    draft.labs += _measured(chance, draft)
    latest = {lab.name: lab.value for lab in sorted(draft.labs, key=lambda lab: lab.day)}
    return Plan(
        group=draft.kind.group,
        condition=draft.diagnosis.key,
        courses=tuple(draft.courses),
        operations=tuple(draft.operations),
        other_pains=tuple(one.key for one in draft.others if one.key == SECOND_PAIN[0]),
        onset=draft.diagnosis.day,
        age_years=age_years,
        pain_now=pain,
        life_affected=pain >= 5 and chance.hits("life_affected"),
        debilitating_days=_months(chance, draft) if draft.kind is MIGRAINE else (),
        contraindicated=draft.contraindicated,
        overuse=draft.overuse,
        red_flags=tuple(draft.red_flags),
        assessed_by_team=chance.hits("team"),
        regimen_stable=_unchanged(draft.courses) and not chance.hits("regimen_changed"),
        bmi_kg_m2=latest.get("bmi"),
        hba1c_percent=latest.get("hba1c"),
    )


def _pain_now(chance: Chance, draft: Draft) -> int:
    """Pain on the day of the review: what the running course leaves, or what an untreated day brings."""
    last = draft.tried.courses[-1]
    if last.running and last.after is not None and draft.kind is not MIGRAINE:
        return last.after
    if draft.tried.controlled or chance.hits("mild_now"):
        return chance.between(0, 3)
    return chance.between(5, 9)


def _months(chance: Chance, draft: Draft) -> tuple[int, ...]:
    """Debilitating headache days in each of the last calendar months."""
    if draft.tried.controlled:
        return tuple(chance.between(1, 7) for _ in range(_MONTHS_BACK))
    counts = [chance.between(8, 22) for _ in range(_MONTHS_BACK)]
    if chance.below(0.25):
        counts[chance.between(0, _MONTHS_BACK - 1)] = chance.between(2, 7)
    return tuple(counts)


def _unchanged(courses: Iterable[Course]) -> bool:
    """Whether no daily drug was begun, changed or given up in the last thirty days."""
    changes = [step.day for one in courses if not one.medicine.acute for step in one.steps]
    changes += [one.end for one in courses if not one.medicine.acute and not one.running]
    return all(day < -_STABLE_DAYS for day in changes)


def _measured(chance: Chance, draft: Draft) -> Iterator[Lab]:
    """Weight and blood sugar of people with diabetes, last year's and this year's: only the latest counts."""
    if DIABETES[0] not in {one.key for one in draft.others}:
        return
    for days_ago in ((200, 400), (10, 150)):
        day = -chance.between(*days_ago)
        heavy, sweet = chance.hits("bmi_high"), chance.hits("hba1c_high")
        bmi = chance.between(_MOST_BMI_TENTHS + 1, 550) if heavy else chance.between(210, _MOST_BMI_TENTHS)
        hba1c = (
            chance.between(_MOST_HBA1C_TENTHS + 1, 130) if sweet else chance.between(58, _MOST_HBA1C_TENTHS)
        )
        yield Lab("bmi", bmi / 10, "kg/m2", day)
        yield Lab("hba1c", hba1c / 10, "%", day)
