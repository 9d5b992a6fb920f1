"""What goes into the records beside the courses: scores, findings and statements that fit the plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from assuage.synth.chance import Chance
from assuage.synth.pains import MIGRAINE, TRIGEMINAL, PainKind
from assuage.synth.plan import REVIEW_DAY, Finding, Plan, Reading, Statement

MIGRAINE_DAYS, DEBILITATING = MIGRAINE.instrument, "debilitating headache days"
_BNI_CONTROLLED, _BNI_UNCONTROLLED = (1, 2, 3), (4, 5)
_LAST_WEEKS_DAYS = 20
_LONGEST_MONTH_DAYS = 31
_COUNTED_DAYS = 100  # four month ends: overuse lasts more than three months
_OVERUSED_DAYS = 18
_BEFORE_SIGNS = -61  # an image taken after a warning sign would have looked into it


def course_readings(chance: Chance, plan: Plan, kind: PainKind) -> Iterator[Reading]:
    """Scores before each counted course and in its last weeks."""
    condition = plan.condition or ""
    for place, course in enumerate(plan.courses):
        if course.before is None or course.after is None or course.medicine.acute:
            continue
        last_weeks = min(_LAST_WEEKS_DAYS, course.end - course.day - 1)
        first, last = course.day - chance.between(1, 14), course.end - chance.between(0, max(last_weeks, 0))
        yield Reading(kind.instrument, course.before, first, condition, place)
        yield Reading(kind.instrument, course.after, last, condition, place)


def debilitating_days(plan: Plan, counted: Iterable[Reading]) -> tuple[int, ...]:
    """The planned counts, none of them above a month's count of migraine days."""
    if not plan.debilitating_days:
        return ()
    ends = month_ends(len(plan.debilitating_days))
    days = dict(zip(ends, plan.debilitating_days, strict=True))
    for one in counted:
        month = next((end for end in ends if one.day <= end), None)
        if month is not None and one.day > ends[0] - _LONGEST_MONTH_DAYS:
            days[month] = min(days[month], int(one.value))
    return tuple(days.values())


def later_readings(chance: Chance, plan: Plan, kind: PainKind) -> Iterator[Reading]:
    """Scores by month, and now."""
    yield from _by_month(plan)
    yield from _now(chance, plan, kind)


def _by_month(plan: Plan) -> Iterator[Reading]:
    days = month_ends(len(plan.debilitating_days))
    for day, count in zip(days, plan.debilitating_days, strict=True):
        yield Reading(DEBILITATING, count, day, plan.condition or "")
        if day > -_COUNTED_DAYS:
            intake = _OVERUSED_DAYS if plan.overuse else 4
            yield Reading("acute medication days", intake, day, plan.condition or "")
            if plan.overuse:
                yield Reading("monthly headache days", max(count, _OVERUSED_DAYS), day, plan.condition or "")


def month_ends(months: int) -> list[int]:
    """The last days of so many calendar months up to the review, oldest first."""
    ends, first = [0] if months else [], REVIEW_DAY.replace(day=1)
    for _ in range(months - 1):
        ends.append(first.toordinal() - 1 - REVIEW_DAY.toordinal())
        first = date.fromordinal(first.toordinal() - 1).replace(day=1)
    return ends[::-1]


def _now(chance: Chance, plan: Plan, kind: PainKind) -> Iterator[Reading]:
    """Pain now, unless a running course's last score says it already; for the face also the BNI grade."""
    condition = plan.condition or ""
    running = any(one.running and one.after is not None and not one.medicine.acute for one in plan.courses)
    day = 0
    if not running or kind is MIGRAINE:
        yield Reading("nrs", plan.pain_now, day, condition)
        if kind is TRIGEMINAL:
            grades = _BNI_UNCONTROLLED if plan.pain_now >= 5 else _BNI_CONTROLLED
            yield Reading("bni pain", chance.one_of(grades), day, condition)


def findings_of(chance: Chance, plan: Plan, kind: PainKind) -> tuple[Finding, ...]:
    """What was looked for: the image of the head, and the signs of neuropathic pain."""
    day = min(one.day for one in plan.courses)
    if kind is TRIGEMINAL:
        day = min(day, _BEFORE_SIGNS)
        return (
            Finding("imaging", "mri brain", True, day),
            Finding("imaging", "neurovascular compression with morphological change", chance.below(0.5), day),
        )
    if kind.group == "neuropathic":
        return (
            Finding("examination", "plausible distribution", True, day),
            Finding("examination", "sensory signs", chance.below(0.8), day),
        )
    return ()


def statements_of(chance: Chance, plan: Plan) -> tuple[Statement, ...]:
    """Whether pain markedly affects life; of some, a neurologist's word that it is not controlled.

    Of people with neuropathic pain also what a team and a clinic state, be it yes or no.
    """
    said = [Statement("interference", plan.life_affected, "the person", 0)]
    if plan.group == "trigeminal" and chance.below(0.3):
        said.append(Statement("uncontrolled", plan.pain_now >= 5, "neurologist", 0))
    if plan.group == "neuropathic":
        said.append(
            Statement("team_assessment", plan.assessed_by_team, "pain clinic", -chance.between(1, 60))
        )
        said.append(Statement("stable_regimen", plan.regimen_stable, "pain clinic", 0))
    return tuple(said)
