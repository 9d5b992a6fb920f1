"""People as all three formats can tell of them, and Hypothesis strategies that make them up.

What a format can't carry is left out on purpose: indications (OMOP), what a treatment did (FHIR,
OMOP), dates without a day (OMOP), gaps within a course (history files). See docs/formats.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

AS_OF = date(2025, 6, 30)
"""The day on which everyone is reviewed, and on which the history files were written."""

BEYOND_GAP_DAYS = 32
"""A supply that ended longer ago than this is over by every format's way of knowing."""


@dataclass(frozen=True)
class Drug:
    """One product: its ingredient, strength and codes. A depot is given once in 28 days."""

    ingredient: str
    strength_mg: int
    rxcui: str
    concept_id: int
    is_depot: bool = False

    @property
    def printed(self) -> str:
        if self.is_depot:
            return f"1 ML {self.ingredient} {self.strength_mg} MG/ML Prefilled Syringe"
        return f"{self.ingredient} {self.strength_mg} MG Oral Tablet"


@dataclass(frozen=True)
class Step:
    """A stretch of one dose. `supplies_days` are its supplies, one right after the other."""

    start: date
    units_a_day: float
    supplies_days: tuple[int, ...]

    @property
    def days(self) -> int:
        return sum(self.supplies_days)

    @property
    def end(self) -> date:
        return self.start + timedelta(days=self.days - 1)

    def supplies(self) -> Iterator[tuple[date, int]]:
        """First day and length of each supply."""
        start = self.start
        for days in self.supplies_days:
            yield start, days
            start += timedelta(days=days)


@dataclass(frozen=True)
class Course:
    """One course of one drug: steps without a gap. `stopped_because` is one of STOP_REASONS or ""."""

    drug: Drug
    steps: tuple[Step, ...]
    stopped_because: str = ""

    @property
    def end(self) -> date:
        return self.steps[-1].end

    @property
    def is_running(self) -> bool:
        return self.end > AS_OF


@dataclass(frozen=True)
class Diagnosis:
    """A diagnosis with its ICD-10-CM code."""

    name: str
    code: str
    since: date


@dataclass(frozen=True)
class Operation:
    """A procedure on one day, or a therapy over a period. `kind` is the word of a history file."""

    name: str
    kind: str
    start: date
    end: date | None = None


@dataclass(frozen=True)
class Reading:
    """One score: the printed name of the instrument, its LOINC code where it has one, and the value."""

    instrument: str
    loinc: str
    value: int
    day: date


@dataclass(frozen=True)
class MadeUpPerson:
    """Everything that is told of one person. `birth` is an ISO date, or its year alone."""

    number: int
    birth: str
    sex: str
    diagnoses: tuple[Diagnosis, ...]
    courses: tuple[Course, ...]
    operations: tuple[Operation, ...]
    readings: tuple[Reading, ...]


# concept ids of the site's own range, above 2,000,000,000; RxCUIs of ingredients as in our formulary
DRUGS = (
    Drug("carbamazepine", 200, "2002", 2_000_000_001),
    Drug("oxcarbazepine", 300, "32624", 2_000_000_002),
    Drug("gabapentin", 300, "25480", 2_000_000_003),
    Drug("amitriptyline", 25, "704", 2_000_000_004),
    Drug("duloxetine", 30, "72625", 2_000_000_005),
    Drug("topiramate", 50, "38404", 2_000_000_006),
    Drug("propranolol", 40, "8787", 2_000_000_007),
    Drug("candesartan", 8, "214354", 2_000_000_008),
    Drug("lamotrigine", 100, "28439", 2_000_000_010),
    Drug("pregabalin", 150, "187832", 2_000_000_011),
    Drug("valproate", 500, "40254", 2_000_000_012),
    Drug("erenumab", 140, "2045613", 2_000_000_009, is_depot=True),
)

STOP_REASONS = ("ineffective", "side effects", "non-adherence")
"""Printed reasons that OMOP and FHIR both know; HISTORY_WORDS has the history file's words."""

HISTORY_WORDS = {
    "ineffective": "no effect",
    "side effects": "adverse event",
    "non-adherence": "nonadherence",
}

PAINS = (
    ("trigeminal neuralgia", "G50.0"),
    ("migraine without aura", "G43.009"),
    ("chronic migraine", "G43.709"),
    ("postherpetic neuralgia", "B02.29"),
)
USUAL_DRUGS = {
    "G50.0": ("carbamazepine", "oxcarbazepine", "gabapentin", "lamotrigine"),
    "G43.009": ("amitriptyline", "topiramate", "propranolol", "candesartan", "erenumab", "valproate"),
    "G43.709": ("amitriptyline", "topiramate", "propranolol", "candesartan", "erenumab", "valproate"),
    "B02.29": ("gabapentin", "amitriptyline", "duloxetine", "pregabalin"),
}
OTHER_DIAGNOSES = (
    ("epilepsy", "G40.909"),
    ("depression", "F32.9"),
    ("hypertension", "I10"),
    ("asthma", "J45.909"),
)
INSTRUMENTS = (
    ("nrs", "72514-3", 10),
    ("bpi interference", "77565-0", 10),
    ("debilitating headache days", "", 28),
    ("monthly migraine days", "", 28),
)
RELIEF_INSTRUMENTS = (INSTRUMENTS[0], INSTRUMENTS[-1])
OPERATIONS = (
    ("microvascular decompression", "procedure"),
    ("gamma knife radiosurgery", "procedure"),
    ("occipital nerve block", "procedure"),
    ("acupuncture", "therapy"),
    ("cognitive behavioral therapy", "therapy"),
)

FIRST_DAY = date(2019, 1, 1)
LONGEST_AGO_DAYS = (AS_OF - FIRST_DAY).days


def days_before_review(shortest: int, longest: int = LONGEST_AGO_DAYS) -> st.SearchStrategy[date]:
    return st.integers(shortest, longest).map(lambda days: AS_OF - timedelta(days=days))


Plan = list[tuple[float, list[int]]]
"""Units a day and the lengths of the supplies, for each step."""


def plans(drug: Drug) -> st.SearchStrategy[Plan]:
    if drug.is_depot:
        return st.lists(st.just((1 / 28, [28])), min_size=1, max_size=8)
    units = st.sampled_from((1.0, 2.0, 3.0, 4.0, 6.0))
    supplies = st.lists(st.sampled_from((14, 28, 30, 60, 90)), min_size=1, max_size=3)
    return st.lists(st.tuples(units, supplies), min_size=1, max_size=3)


@st.composite
def courses(draw: st.DrawFn, drug: Drug) -> Course:
    """A course that ended well before the review, or that a supply carries past it."""
    plan, start = draw(plans(drug)), draw(days_before_review(1))
    steps = _steps(plan, start)
    while AS_OF - timedelta(days=BEYOND_GAP_DAYS) <= steps[-1].end <= AS_OF:
        start -= timedelta(days=BEYOND_GAP_DAYS + 1)
        steps = _steps(plan, start)
    is_over = steps[-1].end < AS_OF
    return Course(drug, steps, draw(st.sampled_from(("", *STOP_REASONS))) if is_over else "")


def _steps(plan: Plan, start: date) -> tuple[Step, ...]:
    """The plan from `start` on, as far as it was supplied before the review; equal doses are one step."""
    found: list[Step] = []
    for units_a_day, supplies in plan:
        for days in supplies:
            if start >= AS_OF:
                break
            if found and found[-1].units_a_day == units_a_day:
                found[-1] = Step(found[-1].start, units_a_day, (*found[-1].supplies_days, days))
            else:
                found.append(Step(start, units_a_day, (days,)))
            start += timedelta(days=days)
    return tuple(found)


@st.composite
def people(draw: st.DrawFn, number: int = 0) -> MadeUpPerson:
    """One person; each drug once, so that no two courses of a drug run into each other.

    Most have one pain only: with two, nobody can tell what a drug was for, and little is decided.
    """
    how_many = draw(st.sampled_from((1, 1, 1, 2)))
    pains = draw(st.lists(st.sampled_from(PAINS), min_size=how_many, max_size=how_many, unique=True))
    others = draw(st.lists(st.sampled_from(OTHER_DIAGNOSES), max_size=1))
    usual = [drug for drug in DRUGS if drug.ingredient in USUAL_DRUGS[pains[0][1]]]
    drugs = draw(st.lists(st.sampled_from(usual) | st.sampled_from(DRUGS), max_size=6, unique=True))
    birth = draw(st.dates(date(1930, 1, 1), date(2000, 12, 31)))
    taken = tuple(draw(courses(drug)) for drug in drugs)
    scores = draw(st.lists(readings(), min_size=2, max_size=6)) + draw(scores_around(taken))
    return MadeUpPerson(
        number=number,
        birth=draw(st.sampled_from((birth.isoformat(), str(birth.year)))),
        sex=draw(st.sampled_from(("female", "male", "other", "unknown"))),
        diagnoses=tuple(Diagnosis(*known, draw(days_before_review(30))) for known in (*pains, *others)),
        courses=taken,
        operations=tuple(draw(st.lists(operations(), max_size=2, unique_by=lambda one: one.name))),
        readings=tuple({(one.instrument, one.day): one for one in scores}.values()),
    )


@st.composite
def scores_around(draw: st.DrawFn, taken: tuple[Course, ...]) -> list[Reading]:
    """For some courses, a score a week before the start and one near the end, so that relief is known."""
    found = []
    for course in taken:
        if draw(st.booleans()):
            instrument, loinc, highest = draw(st.sampled_from(RELIEF_INSTRUMENTS))
            before = course.steps[0].start - timedelta(days=7)
            near_end = min(course.end, AS_OF) - timedelta(days=3)
            found += [
                Reading(instrument, loinc, draw(st.integers(0, highest)), day) for day in (before, near_end)
            ]
    return found


@st.composite
def operations(draw: st.DrawFn) -> Operation:
    name, kind = draw(st.sampled_from(OPERATIONS))
    start = draw(days_before_review(1))
    length_days = draw(st.integers(1, 60)) if kind == "therapy" else 0
    end = start + timedelta(days=length_days)
    return Operation(name, kind, start, end if length_days and end <= AS_OF else None)


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    instrument, loinc, highest = draw(st.sampled_from(INSTRUMENTS))
    return Reading(
        instrument,
        loinc,
        draw(st.integers(0, highest)),
        draw(days_before_review(0, 20) | days_before_review(0)),
    )


def some_people(count: int, first_number: int = 1001) -> list[MadeUpPerson]:
    """The same `count` people every time, numbered from `first_number`."""
    found: list[MadeUpPerson] = []

    @seed(20251122)
    @settings(
        max_examples=count, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    @given(people())
    def gather(person: MadeUpPerson) -> None:
        found.append(person)

    gather()
    return [_numbered(person, first_number + place) for place, person in enumerate(found)]


def _numbered(person: MadeUpPerson, number: int) -> MadeUpPerson:
    return MadeUpPerson(**{**vars(person), "number": number})


def refractory_face_pain(number: int) -> MadeUpPerson:
    """Both first-choice drugs failed at full dose, and the pain is not controlled now."""
    carbamazepine, oxcarbazepine = DRUGS[:2]
    first, second = date(2023, 1, 9), date(2024, 1, 8)
    return MadeUpPerson(
        number=number,
        birth="1961-04-17",
        sex="female",
        diagnoses=(Diagnosis(*PAINS[0], date(2022, 11, 2)),),
        courses=(
            Course(carbamazepine, (Step(first, 6.0, (90, 90)),), "ineffective"),
            Course(oxcarbazepine, (Step(second, 6.0, (90, 90)),), "ineffective"),
        ),
        operations=(),
        readings=(Reading("nrs", "72514-3", 8, AS_OF - timedelta(days=5)),),
    )
