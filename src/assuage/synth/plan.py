"""What is planned for a made-up person, and what the records tell of it.

Days are counted from the day of the review: 0 is that day, -10 ten days before. The truth is derived
from the plan; the writers write what is told, which may be less.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from assuage.records.rows import Sex
from assuage.synth.knowledge import Medicine

REVIEW_DAY = date(2026, 6, 30)
"""The day on which every made-up person is reviewed; records go no further."""


def iso(day: int) -> str:
    """The date of a day counted from the review."""
    return date.fromordinal(REVIEW_DAY.toordinal() + day).isoformat()


class Result(StrEnum):
    """What a planned course does."""

    RESPONSE = "response"  # relief of 50 % or more
    PARTIAL = "partial"  # 30 to 49 %
    NO_RESPONSE = "no_response"
    LOST = "lost"  # worked for months, then no longer
    INTOLERANCE = "intolerance"
    NONADHERENCE = "nonadherence"
    STOPPED_OTHER = "stopped_other"  # cost, pregnancy, choice


class Fact(StrEnum):
    """What the records may leave out about a course."""

    DOSE = "dose"
    END = "end"
    RESULT = "result"
    INDICATION = "indication"
    HIGHEST_TOLERATED = "highest_tolerated"


class Flaw(StrEnum):
    """What may be wrong in a supply: readers have to skip it, or leave a field unknown."""

    END_BEFORE_START = "end_before_start"
    TWICE = "twice"
    DOSE_OF_ZERO = "dose_of_zero"


class Supply(NamedTuple):
    """One supply, or one injection. `dose` is in the medicine's unit, None where it has none."""

    day: int
    days: int
    dose: float | None
    flaw: Flaw | None = None

    @property
    def end(self) -> int:
        """The last day it lasts."""
        return self.day + self.days - 1


class Step(NamedTuple):
    """A stretch of one dose, from its first day to its last."""

    day: int
    end: int
    dose: float | None


@dataclass(frozen=True)
class Course:
    """One planned course of one medicine for one condition.

    `before` and `after` are pain (0 to 10), or migraine days in 28, before the course and in its last
    four weeks; None where nobody counted. `hidden` are the facts that the records leave out.
    """

    medicine: Medicine
    condition: str
    supplies: tuple[Supply, ...]
    result: Result
    before: int | None = None
    after: int | None = None
    highest_tolerated: bool = False
    running: bool = False
    adverse_event: str = ""
    hidden: frozenset[Fact] = frozenset()

    @property
    def ingredient(self) -> str:
        """The drug."""
        return self.medicine.ingredient

    @property
    def day(self) -> int:
        """The first day."""
        return self.supplies[0].day

    @property
    def end(self) -> int:
        """The last day; the day of the review for a course that goes on."""
        return 0 if self.running else self.supplies[-1].end

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Stretches of one dose; each lasts until the next begins."""
        starts = [
            supply
            for place, supply in enumerate(self.supplies)
            if place == 0 or supply.dose != self.supplies[place - 1].dose
        ]
        ends = [*(supply.day - 1 for supply in starts[1:]), self.end]
        return tuple(Step(one.day, end, one.dose) for one, end in zip(starts, ends, strict=True))

    @cached_property
    def relief_percent(self) -> float | None:
        """Relief as a clinician counts it; None where nobody counted."""
        if self.before is None or self.after is None:
            return None
        return round(100 * (self.before - self.after) / self.before, 1)

    def tells(self, fact: Fact) -> bool:
        """Whether the records say this."""
        return fact not in self.hidden


class Diagnosis(NamedTuple):
    """A diagnosis by our condition key, with its printed name and ICD-10-CM code, "" where it has none."""

    key: str
    name: str
    icd10cm: str
    day: int


class OperationResult(StrEnum):
    """What a procedure did, in the words of a history file."""

    RELIEF = "relief"
    RECURRENCE = "recurrence"
    NO_EFFECT = "no effect"


class Operation(NamedTuple):
    """A procedure on one day, or a therapy over a period; one that is not `done` was only recommended."""

    name: str
    kind: str  # "procedure" or "therapy", as a history file says
    condition: str
    day: int
    end: int | None = None
    result: OperationResult | None = None
    recurrence: int | None = None  # the day
    done: bool = True


class Reading(NamedTuple):
    """One score. `course` is the place of the course that it shows the result of."""

    instrument: str
    value: float
    day: int
    condition: str
    course: int | None = None


class Finding(NamedTuple):
    """Something looked for: in an examination, on an image, or as a gene."""

    kind: str  # "examination", "imaging" or "genes", as a history file says
    name: str
    present: bool
    day: int


class Lab(NamedTuple):
    """One laboratory value."""

    name: str
    value: float
    unit: str
    day: int


class Statement(NamedTuple):
    """What somebody says about the whole."""

    says: str
    answer: bool
    author: str
    day: int


@dataclass(frozen=True)
class Plan:
    """What was planned: the ground of the truth.

    `onset` is the day the pain began; `pain_now` is on the scale of 0 to 10; `debilitating_days` are the
    counts of the last seven calendar months, oldest first; `contraindicated` are ingredients. What is
    measured is None where nobody measured it.
    """

    group: str
    condition: str | None
    courses: tuple[Course, ...] = ()
    operations: tuple[Operation, ...] = ()
    other_pains: tuple[str, ...] = ()
    onset: int = 0
    age_years: int = 0
    pain_now: int = 0
    life_affected: bool = False
    debilitating_days: tuple[int, ...] = ()
    contraindicated: frozenset[str] = frozenset()
    overuse: bool = False
    red_flags: tuple[str, ...] = ()
    assessed_by_team: bool = False
    regimen_stable: bool = False  # for thirty days
    bmi_kg_m2: float | None = None
    hba1c_percent: float | None = None


@dataclass(frozen=True)
class MadeUpPerson:
    """A made-up person: the plan, and what the records tell."""

    person_id: str
    birth: date
    sex: Sex
    plan: Plan
    completeness: float
    history_complete: bool
    diagnoses: tuple[Diagnosis, ...]
    courses: tuple[Course, ...]
    operations: tuple[Operation, ...]
    readings: tuple[Reading, ...] = ()
    findings: tuple[Finding, ...] = ()
    labs: tuple[Lab, ...] = ()
    statements: tuple[Statement, ...] = ()
    visits: tuple[tuple[str, int], ...] = ()  # specialty and day
    contraindicated: tuple[tuple[str, str], ...] = ()  # treatment and why
    allergies: tuple[tuple[str, str, int], ...] = ()  # drug, reaction and day
