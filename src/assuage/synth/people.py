"""Making people up: the plan first, then everything that goes with it, then what the records leave out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from assuage.records.rows import Sex
from assuage.synth.chance import Chance
from assuage.synth.courses import plan_course
from assuage.synth.fates import Fate
from assuage.synth.knowledge import medicines, rates, readings
from assuage.synth.losses import with_losses
from assuage.synth.pains import KINDS, MIGRAINE, TRIGEMINAL, PainKind, Patient
from assuage.synth.plan import (
    REVIEW_DAY,
    Course,
    Diagnosis,
    Finding,
    Lab,
    MadeUpPerson,
    Operation,
    Plan,
    Result,
    Supply,
)
from assuage.synth.sequences import Tried, plan_sequence
from assuage.synth.telling import (
    course_readings,
    debilitating_days,
    findings_of,
    later_readings,
    statements_of,
)

OTHER_ILLNESS = {
    "epilepsy": ("epilepsy", "epilepsy", "G40.909"),
    "depression": ("depression", "depression", "F32.9"),
    "hypertension": ("hypertension", "hypertension", "I10"),
    "anxiety": ("anxiety", "anxiety", "F41.9"),
    "multiple sclerosis": ("multiple_sclerosis", "multiple sclerosis", "G35"),
}
DIABETES = ("diabetes", "type 2 diabetes mellitus", "E11.9")
SECOND_PAIN = ("chronic_low_back_pain", "chronic low back pain", "")
ALSO_DIAGNOSED = (DIABETES, SECOND_PAIN)
_MONTHS_BACK = 7


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


def _without_pain(chance: Chance, person_id: str) -> MadeUpPerson:
    """Somebody in the same records who has no pain."""
    illness = chance.some_of([*OTHER_ILLNESS], chance.between(0, 2))
    diagnoses = tuple(Diagnosis(*OTHER_ILLNESS[name], -chance.between(100, 4000)) for name in illness)
    courses: tuple[Course, ...] = ()
    if "hypertension" in illness:
        courses = (_taken_for_years(chance, "lisinopril", "hypertension"),)
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


@dataclass
class _Draft:
    """What grows around the plan of one pain."""

    kind: PainKind
    diagnosis: Diagnosis
    tried: Tried
    courses: list[Course]
    operations: list[Operation]
    others: list[Diagnosis] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    labs: list[Lab] = field(default_factory=list)
    red_flags: list[str] = field(default_factory=list)
    told_contraindicated: tuple[tuple[str, str], ...] = ()
    contraindicated: frozenset[str] = frozenset()
    overuse: bool = False


def _with_pain(chance: Chance, person_id: str, kind: PainKind) -> MadeUpPerson:
    birth, female = _birth(chance, kind.ages), chance.below(kind.female_share)
    draft = _draft(chance, kind)
    _add_acute(chance, draft)
    _add_competing(chance, draft)
    _add_red_flag(chance, draft)
    _add_therapy(chance, draft)
    plan = _plan(chance, draft)
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


def _draft(chance: Chance, kind: PainKind) -> _Draft:
    """Diagnosis, contraindication, and everything that was tried."""
    key, name, code = _condition(chance, kind)
    ruled_out = kind.contraindicating if chance.hits("contraindicated") else None
    without = ruled_out[2] if ruled_out else frozenset[str]()
    difficult = chance.hits("difficult")
    order = kind.order(chance, Patient(key, difficult, without))
    tried = plan_sequence(chance, order, key, kind.habits, difficult=difficult, operate=kind.operate)
    first = min(one.day for one in tried.courses)
    draft = _Draft(
        kind,
        Diagnosis(key, name, code, first - chance.between(30, 900)),
        tried,
        [*tried.courses],
        [*tried.operations],
        contraindicated=without,
    )
    if ruled_out:
        _add_contraindication(draft, ruled_out[0], ruled_out[1])
    if key == "painful_diabetic_neuropathy":
        draft.others.append(Diagnosis(*DIABETES, draft.diagnosis.day - 2000))
    if chance.hits("second_pain") and kind.group in ("trigeminal", "migraine", "neuropathic"):
        draft.others.append(Diagnosis(*SECOND_PAIN, -chance.between(300, 3000)))
    return draft


def _condition(chance: Chance, kind: PainKind) -> tuple[str, str, str]:
    """Central neuropathic pain at its rate, the others evenly."""
    if kind.group == "neuropathic":
        return kind.conditions[-1] if chance.hits("central") else chance.one_of(kind.conditions[:-1])
    return chance.one_of(kind.conditions)


def _add_contraindication(draft: _Draft, cause: tuple[str, str, str], named: tuple[str, ...]) -> None:
    key, name, code = cause
    if code:
        draft.others.append(Diagnosis(key, name, code, draft.diagnosis.day - 1000))
    else:
        draft.findings.append(Finding("genes", name, True, draft.diagnosis.day))
    draft.told_contraindicated = tuple((treatment, name) for treatment in named)


def _add_acute(chance: Chance, draft: _Draft) -> None:
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
    if draft.kind is TRIGEMINAL and chance.hits("opioid"):
        draft.courses.append(_as_needed("codeine", key, draft.diagnosis.day, chance))
    draft.overuse = draft.kind is MIGRAINE and not draft.tried.controlled and chance.hits("overuse")


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


def _add_competing(chance: Chance, draft: _Draft) -> None:
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


def _taken_for_years(chance: Chance, name: str, condition: str) -> Course:
    """A drug for another illness that goes on."""
    medicine = medicines("any")[name]
    count = chance.between(6, 30)
    supplies = tuple(Supply(10 - 28 * (count - place), 28, medicine.doses[-1]) for place in range(count))
    return Course(medicine, condition, supplies, Result.RESPONSE, running=True)


def _add_red_flag(chance: Chance, draft: _Draft) -> None:
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


def _add_therapy(chance: Chance, draft: _Draft) -> None:
    if chance.hits("therapy"):
        name = chance.one_of(("cognitive behavioural therapy", "physiotherapy", "acupuncture"))
        day = -chance.between(200, 1500)
        draft.operations.append(
            Operation(name, "therapy", draft.diagnosis.key, day, day + chance.between(30, 150))
        )


def _plan(chance: Chance, draft: _Draft) -> Plan:
    pain = _pain_now(chance, draft)
    months = _months(chance, draft) if draft.kind is MIGRAINE else ()
    return Plan(
        group=draft.kind.group,
        condition=draft.diagnosis.key,
        courses=tuple(draft.courses),
        operations=tuple(draft.operations),
        pain_now=pain,
        life_affected=pain >= 5 and chance.hits("life_affected"),
        debilitating_days=months,
        contraindicated=draft.contraindicated,
        overuse=draft.overuse,
        red_flags=tuple(draft.red_flags),
    )


def _pain_now(chance: Chance, draft: _Draft) -> int:
    """Pain on the day of the review: what the running course leaves, or what an untreated day brings."""
    last = draft.tried.courses[-1]
    if last.running and last.after is not None and draft.kind is not MIGRAINE:
        return last.after
    if draft.tried.controlled or chance.hits("mild_now"):
        return chance.between(0, 3)
    return chance.between(5, 9)


def _with_months(plan: Plan, months: tuple[int, ...]) -> Plan:
    """The plan with these debilitating days, by which migraine affects life."""
    many = any(count >= readings()["ehf_days_a_month"] for count in months)
    return replace(plan, debilitating_days=months, life_affected=many) if months else plan


def _months(chance: Chance, draft: _Draft) -> tuple[int, ...]:
    """Debilitating headache days in each of the last calendar months."""
    if draft.tried.controlled:
        return tuple(chance.between(1, 7) for _ in range(_MONTHS_BACK))
    counts = [chance.between(8, 22) for _ in range(_MONTHS_BACK)]
    if chance.below(0.25):
        counts[chance.between(0, _MONTHS_BACK - 1)] = chance.between(2, 7)
    return tuple(counts)
