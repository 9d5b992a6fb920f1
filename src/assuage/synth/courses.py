"""One planned course: dose steps, refills with gaps, and what it did."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from assuage.synth.chance import Chance
from assuage.synth.fates import Fate
from assuage.synth.knowledge import Medicine
from assuage.synth.plan import Course, Result, Supply

SUPPLY_DAYS = 28
ADVERSE_EVENTS = ("drowsiness", "dizziness", "nausea", "rash", "weight gain", "confusion", "dry mouth")
_FAILED = (Result.NO_RESPONSE, Result.PARTIAL, Result.LOST)
_COUNTED = (Result.RESPONSE, *_FAILED)
_LOST_AFTER = (5, 9)  # supplies: an effect that is lost has held for three months
_LATE_DAYS = (1, 20)  # how late a refill comes: never so late that the course falls in two


@dataclass(frozen=True)
class Habits:
    """How a clinic treats one kind of pain.

    `short_days` is the length of a trial that is given up too early; `supplies` how many a full one
    takes. With `to_the_top` nobody gives up before the highest dose of the range, or the highest borne.
    Pain before is drawn from `before`; pain of a responder is at most `controlled`.
    """

    short_days: tuple[int, int]
    supplies: tuple[int, int]
    before: tuple[int, int]
    controlled: int
    to_the_top: bool = False


def plan_course(
    chance: Chance, medicine: Medicine, condition: str, fate: Fate, day: int, habits: Habits
) -> Course:
    """A course from `day` on."""
    fate = _possible(fate, medicine)
    place, limited = _highest_step(chance, medicine, fate, habits)
    if medicine.interval_days is not None:
        supplies = _injections(chance, medicine, place, fate, day, habits)
    else:
        supplies = tuple(_supplies(chance, medicine, place, fate, day, habits))
    course = Course(medicine, condition, supplies, fate.result, highest_tolerated=limited)
    if fate.result is Result.INTOLERANCE:
        return replace(course, adverse_event=chance.one_of(ADVERSE_EVENTS))
    if fate.result in _COUNTED:
        before, after = counts(chance, fate.result, habits)
        return replace(course, before=before, after=after)
    return course


def _possible(fate: Fate, medicine: Medicine) -> Fate:
    """A dose can only be too low where there is a lower one: else the trial is too short."""
    has_lower = medicine.low is not None and any(dose < medicine.low for dose in medicine.doses)
    return fate if has_lower or not fate.too_low else fate._replace(too_low=False, too_short=True)


def counts(chance: Chance, result: Result, habits: Habits) -> tuple[int, int]:
    """Pain, or migraine days, before and in the last four weeks, so that the relief fits the result."""
    before = chance.between(*habits.before)
    fitting = [after for after in range(before + 1) if _fits(result, before, after, habits.controlled)]
    return before, chance.one_of(fitting)


def _fits(result: Result, before: int, after: int, controlled: int) -> bool:
    relief = 100 * (before - after) / before
    match result:
        case Result.RESPONSE:
            return relief >= 50 and after <= controlled
        case Result.PARTIAL:
            return 30 <= relief < 50
        case _:
            return relief < 30


def _highest_step(chance: Chance, medicine: Medicine, fate: Fate, habits: Habits) -> tuple[int, bool]:
    """The place of the highest dose reached, and whether more was not borne."""
    doses = medicine.doses
    completed = fate.result in _FAILED and not fate.too_low and not fate.too_short
    if not doses or medicine.low is None:
        place = chance.between(0, len(doses) - 1) if doses and not fate.too_short else 0
        return place, completed and habits.to_the_top
    lowest = next(place for place, dose in enumerate(doses) if dose >= (medicine.low or 0))
    top = len(doses) - 1
    if fate.too_low:
        return chance.between(0, lowest - 1), False
    if fate.too_short:
        return (top if medicine.interval_days and habits.to_the_top else lowest), False
    if completed and top > 0 and chance.hits("dose_limited"):
        return chance.between(0, top - 1), True
    if completed and habits.to_the_top:
        return top, False
    if fate.result is Result.INTOLERANCE:
        return chance.between(0, top), False
    return chance.between(lowest, top), False


def _injections(
    chance: Chance, medicine: Medicine, place: int, fate: Fate, day: int, habits: Habits
) -> tuple[Supply, ...]:
    """One dose, each time the last one has worn off."""
    interval = medicine.interval_days or SUPPLY_DAYS
    monthly = interval == SUPPLY_DAYS
    if fate.too_short or fate.result is Result.INTOLERANCE:
        count = chance.between(1, 2 if monthly else 1)
    else:
        count = chance.between(3, habits.supplies[1] + 1) if monthly else chance.between(2, 4)
    dose = medicine.doses[place]
    return tuple(Supply(day + number * interval, interval, dose) for number in range(count))


def _supplies(
    chance: Chance, medicine: Medicine, place: int, fate: Fate, day: int, habits: Habits
) -> Iterator[Supply]:
    """Titration in steps, then refills of the plateau, some of them late."""
    for dose in medicine.doses[:place]:
        yield Supply(day, medicine.step_days, dose)
        day += medicine.step_days
    dose_now = medicine.doses[place] if medicine.doses else None
    if fate.too_short or fate.result is Result.INTOLERANCE:
        yield Supply(day, chance.between(*habits.short_days), dose_now)
        return
    fewest, most = _LOST_AFTER if fate.result is Result.LOST else habits.supplies
    for _ in range(chance.between(fewest, most)):
        yield Supply(day, SUPPLY_DAYS, dose_now)
        day += SUPPLY_DAYS + (chance.between(*_LATE_DAYS) if chance.hits("late_refill") else 0)


def shifted(course: Course, days: int) -> Course:
    """The same course so many days later."""
    return replace(course, supplies=tuple(one._replace(day=one.day + days) for one in course.supplies))
