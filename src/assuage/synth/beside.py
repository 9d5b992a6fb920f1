"""What goes on beside the trials: drugs for attacks, drugs for another illness, warning signs."""

from __future__ import annotations

from dataclasses import replace

from assuage.synth.chance import Chance
from assuage.synth.courses import plan_course
from assuage.synth.drafts import Draft
from assuage.synth.fates import Fate
from assuage.synth.illnesses import OTHER_ILLNESS
from assuage.synth.knowledge import medicines, rates, readings
from assuage.synth.pains import MIGRAINE
from assuage.synth.plan import Course, Diagnosis, Finding, Lab, Result, Supply

_UNCOUNTED_DAYS = 150
"""No trial begins this near to the review where headache days are counted up to it: the counts would tell of
an effect that nobody planned."""


def add_acute(chance: Chance, draft: Draft) -> None:
    """Drugs taken when pain comes: triptans with what they did, analgesics still taken."""
    key = draft.diagnosis.key
    if draft.kind is MIGRAINE:
        for name in chance.some_of(
            [one for one in readings()["ehf_triptan_names"] if one in medicines("migraine")],
            chance.between(1, 4),
        ):
            draft.courses.append(_triptan(chance, name, key, draft.diagnosis.day))
    if chance.hits("nsaid"):
        draft.courses.append(
            _as_needed(chance.one_of(("ibuprofen", "naproxen")), key, draft.diagnosis.day, chance)
        )
    opioid = {"trigeminal": "opioid", "neuropathic": "opioid_as_needed"}.get(draft.kind.group)
    if opioid is not None and chance.hits(opioid):
        draft.courses.append(_as_needed("codeine", key, draft.diagnosis.day, chance))
    draft.overuse = (
        draft.kind is MIGRAINE
        and not draft.tried.controlled
        and all(one.day < -_UNCOUNTED_DAYS for one in draft.tried.courses)
        and chance.hits("overuse")
    )


def _triptan(chance: Chance, name: str, condition: str, since: int) -> Course:
    """A triptan, with pain before and two hours after; judged by what it does to attacks."""
    works = chance.below(rates()["usual_response"])
    before = chance.between(6, 9)
    after = chance.between(0, before // 2) if works else before - chance.between(0, 1)
    day = since + chance.between(1, max(1, -since - 60))
    result = Result.RESPONSE if works else Result.NO_RESPONSE
    supplies = (Supply(day, 30, None),)
    return Course(medicines("migraine")[name], condition, supplies, result, before, after, running=works)


def _as_needed(name: str, condition: str, since: int, chance: Chance) -> Course:
    day = since + chance.between(1, max(1, -since - 60))
    return Course(medicines("any")[name], condition, (Supply(day, 30, None),), Result.PARTIAL, running=True)


def add_competing(chance: Chance, draft: Draft) -> None:
    """A drug of this pain, taken for another illness: no trial of it, whatever it looks like."""
    taken = {one.ingredient for one in draft.courses} | draft.contraindicated
    free = [one for one in draft.kind.competing if one not in taken]
    if not free or not chance.hits("competing_drug"):
        return
    drug = chance.one_of(free)
    illness = draft.kind.competing[drug]
    table = {"trigeminal": "trigeminal_neuralgia", "migraine": "migraine"}.get(
        draft.kind.group, "neuropathic_pain"
    )
    medicine = medicines(table)[drug]
    course = plan_course(chance, medicine, illness, Fate(Result.STOPPED_OTHER), 0, draft.kind.habits)
    shift = -chance.between(60, 900) - course.end
    supplies = tuple(one._replace(day=one.day + shift) for one in course.supplies)
    draft.courses.append(replace(course, supplies=supplies))
    draft.others.append(Diagnosis(*OTHER_ILLNESS[illness], supplies[0].day - 30))


def taken_for_years(chance: Chance, name: str, condition: str) -> Course:
    """A drug for another illness that goes on."""
    medicine = medicines("any")[name]
    count = chance.between(6, 30)
    supplies = tuple(Supply(10 - 28 * (count - place), 28, medicine.doses[-1]) for place in range(count))
    return Course(medicine, condition, supplies, Result.RESPONSE, running=True)


def add_red_flag(chance: Chance, draft: Draft) -> None:
    """A sign that something else may be behind the pain; and low sodium after oxcarbazepine."""
    if chance.hits("red_flag"):
        flag = chance.one_of(draft.kind.red_flags)
        draft.red_flags.append(flag)
        if flag in OTHER_ILLNESS:
            draft.others.append(Diagnosis(*OTHER_ILLNESS[flag], draft.diagnosis.day))
        else:
            draft.findings.append(Finding("examination", flag, True, -chance.between(1, 60)))
    for course in draft.courses:
        if course.ingredient in ("carbamazepine", "oxcarbazepine") and course.adverse_event == "confusion":
            draft.labs.append(Lab("sodium", chance.between(117, 124), "mmol/L", course.end))
            draft.red_flags.append("low sodium")
