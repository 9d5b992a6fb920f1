"""How truths are counted: which planned courses failed, and which drugs and classes with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from assuage.answers import Answer
from assuage.synth.plan import Course, Plan, Result


@dataclass(frozen=True)
class Truth:
    """What a definition makes of a plan. `failed` are the drugs, or classes, that it counts as failed.

    `applies` is no for people whose pain the definition does not speak of; it is then not met. `met` is
    unknown only where the definition leaves open how to count what is planned.
    """

    applies: bool
    met: Answer = Answer.NO
    failed: tuple[str, ...] = ()


NOT_SPOKEN_OF = Truth(applies=False)


@dataclass(frozen=True)
class TrialReading:
    """When a definition calls a trial failed: less relief than this after so many days at the dose.

    `sessions_of` are drugs of which it counts the sessions that were given instead.
    """

    relief: float
    days: int
    days_of: Mapping[str, int] = field(default_factory=dict)
    sessions_of: Mapping[str, int] = field(default_factory=dict)
    highest_dose: bool = False  # the highest the person bears, or the top of the range

    def failed(self, course: Course) -> bool:
        """Whether one course failed: not tolerated, or an adequate trial without enough relief."""
        match course.result:
            case Result.INTOLERANCE:
                return True
            case Result.NONADHERENCE | Result.STOPPED_OTHER:
                return False
        if course.relief_percent is None or course.relief_percent >= self.relief:
            return False
        return course.medicine.acute or self._long_enough(course)

    def _long_enough(self, course: Course) -> bool:
        days = _days_at_dose(course, highest=self.highest_dose)
        if course.ingredient in self.sessions_of:
            given = sum(one.day < 0 for one in course.supplies)
            return days > 0 and given >= self.sessions_of[course.ingredient]
        return days >= self.days_of.get(course.ingredient, self.days)

    def works(self, course: Course) -> bool:
        """Whether a course works now, and is still taken."""
        relief = course.relief_percent
        return (
            course.running
            and relief is not None
            and relief >= self.relief
            and course.result is not Result.LOST
        )


def _days_at_dose(course: Course, *, highest: bool) -> int:
    """The longest stretch at an adequate dose, titration not counted; 0 where no dose was adequate."""
    doses = [step.dose for step in course.steps if step.dose is not None]
    if not doses:
        return course.end - course.day + 1 if course.highest_tolerated else 0
    peak, low, high = max(doses), course.medicine.low, course.medicine.high
    if highest and not course.highest_tolerated and (high is None or peak < high):
        return 0
    if course.highest_tolerated:
        enough = peak if highest or low is None else min(peak, low)
    elif low is None:
        return 0
    else:
        enough = peak if highest else low
    longest = running = 0
    for step in course.steps:
        running = running + step.end - step.day + 1 if (step.dose or 0) >= enough else 0
        longest = max(longest, running)
    return longest


def failed_drugs(plan: Plan, reading: TrialReading, *, counting_contraindication: bool) -> set[str]:
    """Drugs for the pain itself that failed and are not at work now."""
    mine = [one for one in plan.courses if one.condition == plan.condition]
    working = {one.ingredient for one in mine if reading.works(one)}
    failed = {one.ingredient for one in mine if reading.failed(one)} - working
    return failed | (set(plan.contraindicated) if counting_contraindication else set())


def failed_classes(
    plan: Plan,
    reading: TrialReading,
    classes: Mapping[str, Iterable[str]],
    *,
    counting_contraindication: bool,
) -> set[str]:
    """Classes of which a drug failed and none is at work; or, where that counts, that are all ruled out."""
    mine = [one for one in plan.courses if one.condition == plan.condition]
    working = {one.ingredient for one in mine if reading.works(one)}
    failed = failed_drugs(plan, reading, counting_contraindication=False)
    ruled_out = plan.contraindicated if counting_contraindication else frozenset[str]()
    return {
        name
        for name, members in classes.items()
        if not working & set(members) and (failed & set(members) or set(members) <= ruled_out)
    }
