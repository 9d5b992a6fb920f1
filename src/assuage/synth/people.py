"""Making people up: the plan first, then everything that goes with it, then what the records leave out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from assuage.records.rows import Sex
from assuage.synth.beside import add_acute, add_competing, add_red_flag, taken_for_years
from assuage.synth.chance import Chance
from assuage.synth.drafts import begin_draft
from assuage.synth.illnesses import OTHER_ILLNESS
from assuage.synth.interventions import add_interventions, add_therapy
from assuage.synth.knowledge import rates, readings
from assuage.synth.losses import with_losses
from assuage.synth.pains import KINDS, PainKind
from assuage.synth.plan import REVIEW_DAY, Course, Diagnosis, MadeUpPerson, Plan
from assuage.synth.telling import (
    course_readings,
    debilitating_days,
    findings_of,
    later_readings,
    statements_of,
)
from assuage.synth.today import plan_of


def make_people(people: int, seed: int, *, completeness: float = 1.0) -> Iterator[MadeUpPerson]:
    """Made-up people, one after the other; the same person for the same seed, however many are made.

    `completeness` 1 tells every fact that a definition asks for; at c each is left out with
    probability 1 - c, and some supplies are wrong. Raises ValueError outside 0 to 1.
    """
    if not 0 <= completeness <= 1:
        message = "completeness has to lie between 0 and 1"
        raise ValueError(message)
    for number in range(people):
        chance = Chance(seed, number)
        person = _make_person(chance, str(number + 1))
        # losses have a chance of their own, so that the plan is the same whatever is told of it
        yield with_losses(person, Chance(seed, -1 - number), completeness)


def _make_person(chance: Chance, person_id: str) -> MadeUpPerson:
    kind = _kind(chance)
    return _without_pain(chance, person_id) if kind is None else _with_pain(chance, person_id, kind)


def _kind(chance: Chance) -> PainKind | None:
    draw = chance.random.random()
    for kind in KINDS:
        draw -= rates()[f"group_{kind.group}"]
        if draw < 0:
            return kind
    return None


def _birth(chance: Chance, ages: tuple[int, int]) -> date:
    return date.fromordinal(
        REVIEW_DAY.toordinal() - round(365.25 * chance.between(*ages)) - chance.between(0, 364)
    )


def _age_years(birth: date) -> int:
    """Completed years on the day of the review."""
    had_birthday = (birth.month, birth.day) <= (REVIEW_DAY.month, REVIEW_DAY.day)
    return REVIEW_DAY.year - birth.year - (not had_birthday)


def _without_pain(chance: Chance, person_id: str) -> MadeUpPerson:
    """Somebody in the same records who has no pain."""
    illness = chance.some_of([*OTHER_ILLNESS], chance.between(0, 2))
    diagnoses = tuple(Diagnosis(*OTHER_ILLNESS[name], -chance.between(100, 4000)) for name in illness)
    courses: tuple[Course, ...] = ()
    if "hypertension" in illness:
        courses = (taken_for_years(chance, "lisinopril", "hypertension"),)
    return MadeUpPerson(
        person_id=person_id,
        birth=_birth(chance, (20, 85)),
        sex=chance.one_of((Sex.FEMALE, Sex.MALE)),
        plan=Plan("no_pain", None, courses),
        completeness=1.0,
        history_complete=True,
        diagnoses=diagnoses,
        courses=courses,
        operations=(),
    )


def _with_pain(chance: Chance, person_id: str, kind: PainKind) -> MadeUpPerson:
    birth, female = _birth(chance, kind.ages), chance.below(kind.female_share)
    draft = begin_draft(chance, kind)
    add_acute(chance, draft)
    add_competing(chance, draft)
    add_red_flag(chance, draft)
    add_therapy(chance, draft)
    add_interventions(chance, draft)
    plan = plan_of(chance, draft, _age_years(birth))
    counted = tuple(course_readings(chance, plan, kind))
    plan = _with_months(plan, debilitating_days(plan, counted))
    return MadeUpPerson(
        person_id=person_id,
        birth=birth,
        sex=Sex.FEMALE if female else Sex.MALE,
        plan=plan,
        completeness=1.0,
        history_complete=True,
        diagnoses=(draft.diagnosis, *draft.others),
        courses=plan.courses,
        operations=plan.operations,
        readings=(*counted, *later_readings(chance, plan, kind)),
        findings=(*draft.findings, *findings_of(chance, plan, kind)),
        labs=tuple(draft.labs),
        statements=statements_of(chance, plan),
        visits=(
            (kind.specialty, min(-1, draft.diagnosis.day + chance.between(0, 700))),
            ("general practice", draft.diagnosis.day),
        ),
        contraindicated=draft.told_contraindicated,
        allergies=tuple(
            (one.ingredient, one.adverse_event, one.end)
            for one in plan.courses
            if one.adverse_event == "rash"
        ),
    )


def _with_months(plan: Plan, months: tuple[int, ...]) -> Plan:
    """The plan with these debilitating days, by which migraine affects life."""
    many = any(count >= readings()["ehf_days_a_month"] for count in months)
    return replace(plan, debilitating_days=months, life_affected=many) if months else plan
