"""Random people for the laws of trials and criteria: nearly resistant ones, and plain disorder.

Everything is drawn from one `random.Random`, so that a seed names a crowd of people and makes it fast,
and Hypothesis, which can hand out its own `Random`, can still shrink a single person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from random import Random
from typing import Any, TypeVar

from hypothesis import strategies as st

from assuage.answers import Answer
from assuage.codes.drugs import formulary
from assuage.dates import PartialDate, Precision
from assuage.records.history import History
from assuage.records.rows import (
    ConditionState,
    EndRule,
    Exposure,
    Observation,
    ObservationKind,
    Outcome,
    ProcedureOutcome,
    ProcedureState,
    Purpose,
    Row,
    StatementKind,
    StopReason,
)
from assuage.resistance.criteria.case import Case
from assuage.resistance.definitions import DEFINITIONS
from assuage.resistance.judge import case_of
from assuage.resistance.trial_rules import target_doses
from assuage.testing import people
from assuage.trials.assemble import assemble_trials, reviewed_conditions

Choice = TypeVar("Choice")

DAYS_OF_REVIEW = (date(2024, 2, 29), date(2023, 3, 1), date(2022, 12, 31), date(2021, 6, 15))
"""A leap day, the day after a February without one, the end of a year, and a day like any other."""

MARKETS = (None, "US", "GB")


@dataclass(frozen=True)
class Theme:
    """What a person of one kind has, takes and is asked."""

    conditions: tuple[str, ...]
    dose_table: str
    treatments: tuple[str, ...]
    scores: tuple[tuple[str, int, int], ...]  # instrument, lowest, highest


THEMES = (
    Theme(
        ("trigeminal_neuralgia",),
        "trigeminal",
        ("carbamazepine", "oxcarbazepine", "lamotrigine", "gabapentin", "baclofen", "botulinum_toxin_a"),
        (("nrs", 0, 10), ("vas_mm", 0, 100), ("bni_pain", 1, 5)),
    ),
    Theme(
        ("postherpetic_neuralgia", "central_post_stroke_pain", "painful_diabetic_neuropathy", "fibromyalgia"),
        "neuropathic",
        (
            *("amitriptyline", "nortriptyline", "duloxetine", "venlafaxine", "gabapentin", "pregabalin"),
            *("tramadol", "oxycodone", "capsaicin", "lidocaine", "botulinum_toxin_a"),
        ),
        (("nrs", 0, 10), ("vas_mm", 0, 100), ("hit6", 36, 78)),
    ),
    Theme(
        ("migraine", "chronic_migraine", "migraine_with_aura"),
        "migraine",
        (
            *("amitriptyline", "venlafaxine", "valproate", "topiramate", "propranolol", "metoprolol"),
            *("flunarizine", "erenumab", "fremanezumab", "candesartan", "botulinum_toxin_a"),
            *("sumatriptan", "rizatriptan"),
        ),
        (
            ("nrs", 0, 10),
            ("monthly_headache_days", 0, 20),
            ("debilitating_headache_days", 5, 15),
            ("hit6", 36, 78),
        ),
    ),
)
_OTHER_CONDITIONS = (
    *("epilepsy", "depression", "hypertension"),
    *("chronic_low_back_pain", "cluster_headache", "medication_overuse_headache"),
)
_PROCEDURES = (
    *("mvd", "gamma_knife", "nerve_block", "spinal_cord_stimulation", "spinal_cord_stimulation_trial"),
    *("cbt", "graded_exercise", "pain_management_programme"),
)
_MEASUREMENTS = (("bmi", "kg/m2", (20.0, 44.0, 45.0, 46.0)), ("hba1c", "%", (6.0, 9.9, 10.0, 10.1)))


def random_person(rng: Random) -> tuple[History, date]:
    """One random person and a day of review; some records lie after that day."""
    theme, as_of = rng.choice(THEMES), rng.choice(DAYS_OF_REVIEW)
    nearly = rng.random() < 0.6
    rows: list[Row] = [_diagnosis(rng, condition, as_of) for condition in _conditions(rng, theme)]
    shared_start, share_of_start = _some_day(rng, as_of), rng.choice((0, 0, 0, 0.6))
    for treatment in rng.sample(theme.treatments, rng.randint(0, len(theme.treatments))):
        start = shared_start if rng.random() < share_of_start else _some_day(rng, as_of)
        course = _failed_course if nearly and rng.random() < 0.8 else _random_course
        rows += course(rng, treatment, theme, start)
    rows += _some(rng, 2, lambda: _operation(rng, theme, as_of))
    rows += _some(rng, 8, lambda: _score(rng, theme, as_of))
    rows += _monthly_counts(rng, theme, as_of) if nearly else []
    rows += _some(rng, 4, lambda: _statement(rng, theme, as_of))
    rows += _some(rng, 2, lambda: _observation(rng, theme, as_of))
    rows += _some(rng, 3, lambda: _measurement(rng, as_of))
    rows += _some(rng, 1, lambda: _morphine(rng, as_of))
    rows += _some(rng, 2, lambda: _coverage(rng, as_of))
    history = people.person(*rows)
    born = as_of.replace(day=28) - timedelta(days=rng.choice((7_600, 8_035, 8_036, 20_000, 27_760)))
    return replace(history, person=replace(history.person, birth=_maybe(rng, _partial(rng, born)))), as_of


def random_people() -> st.SearchStrategy[tuple[History, date]]:
    """A Hypothesis strategy of one random person and a day of review."""
    return st.randoms(use_true_random=False).map(random_person)


@lru_cache(maxsize=16)
def random_cases(seed: int, size: int) -> tuple[Case, ...]:
    """The cases of a crowd: each person's under one definition, whether it speaks of the condition or not."""
    rng = Random(seed)  # noqa: S311 -- made-up people, not secrets
    return tuple(case for _ in range(size) for case in _cases(rng))


def _cases(rng: Random) -> Iterator[Case]:
    history, as_of = random_person(rng)
    known = history.until(as_of)
    reviewed = reviewed_conditions(known)
    speaking = [
        (definition, condition)
        for definition in DEFINITIONS.values()
        for condition in reviewed
        if definition.speaks_of(condition)
    ]
    others = [(definition, condition) for definition in DEFINITIONS.values() for condition in reviewed]
    definition, condition = rng.choice(speaking if speaking and rng.random() < 0.9 else others)
    yield case_of(
        definition,
        known,
        assemble_trials(history, as_of),
        condition,
        only_pain_condition=len(reviewed) == 1,
        as_of=as_of,
        market=rng.choice(MARKETS),
    )


def _some(rng: Random, most: int, draw: Callable[[], Row]) -> list[Row]:
    return [draw() for _ in range(rng.randint(0, most))]


def _maybe(rng: Random, value: Choice, chance: float = 0.7) -> Choice | None:
    return value if rng.random() < chance else None


def _some_day(rng: Random, as_of: date) -> date:
    """Mostly within three years before the review; now and then its eve, its day, or later."""
    near = rng.choice((0, 0, 1, -1, -20, 27, 28, 29, 30, 31))
    return as_of - timedelta(days=near if rng.random() < 0.2 else rng.randint(1, 1100))


def _partial(rng: Random, day: date, blur: float = 0.15) -> PartialDate:
    if rng.random() >= blur:
        return PartialDate(day)
    if rng.random() < 0.6:
        return PartialDate(day.replace(day=1), Precision.MONTH)
    return PartialDate(date(day.year, 1, 1), Precision.YEAR)


def _conditions(rng: Random, theme: Theme) -> list[str]:
    found = rng.sample(theme.conditions, 1 if rng.random() < 0.85 else min(2, len(theme.conditions)))
    return found + ([rng.choice(_OTHER_CONDITIONS)] if rng.random() < 0.25 else [])


def _diagnosis(rng: Random, condition: str, as_of: date) -> Row:
    began = as_of - timedelta(days=rng.choice((200, 364, 365, 366, 1500, 3000)))
    row = people.diagnosis(
        condition, None, state=rng.choice((*(ConditionState.ACTIVE,) * 6, *ConditionState))
    )
    if rng.random() < 0.7:
        row = replace(row, start=_partial(rng, began))
    return replace(row, recorded=_maybe(rng, _partial(rng, began + timedelta(days=rng.randint(0, 200)))))


def _target(treatment: str, theme: Theme) -> tuple[float, str]:
    """The highest target dose of the theme's table, and its unit; a made-up one where it has none."""
    found = target_doses(theme.dose_table).get(treatment)
    return (100.0, "mg/d") if found is None else (found.high or found.low, found.unit)


def _failed_course(rng: Random, treatment: str, theme: Theme, start: date) -> list[Row]:
    """A course at full dose, long enough for every definition, that failed; as one stated use or as fills."""
    dose, unit = _target(treatment, theme)
    reasons: dict[str, dict[str, Any]] = {
        "no_effect": {"outcome": Outcome.NO_EFFECT},
        "given_up": {"stop_reason": StopReason.NO_EFFECT},
        "not_tolerated": {"stop_reason": StopReason.ADVERSE_EVENT, "adverse_event": "dizziness"},
        "relief": {"change_percent": float(rng.choice((0, 10, 29, 30, 49)))},
    }
    why = reasons[rng.choice(("no_effect", "no_effect", "given_up", "not_tolerated", "relief"))]
    acute = treatment.endswith("triptan")
    purpose = Purpose.ACUTE if acute else rng.choice((Purpose.PREVENTIVE, Purpose.UNKNOWN))
    indication = _maybe(rng, theme.conditions[0], 0.3)
    interval = formulary()[treatment].depot_interval_days
    length = interval or rng.choice((30, 60, 95, 200))
    fills = 1 if length >= 95 and not interval else 4
    rows: list[Row] = []
    for _ in range(fills):
        last = start + timedelta(days=length - 1)
        row = people.drug(treatment, dose=dose, unit=unit, purpose=purpose, indication=indication)
        row = replace(row, start=_partial(rng, start, 0.05), end=PartialDate(last), end_rule=EndRule.SUPPLIED)
        rows.append(row if interval is None else replace(row, end=None, end_rule=EndRule.UNKNOWN))
        start = last + timedelta(days=rng.choice((1, 1, 2, 10, -5)))
    final = rows.pop()
    assert isinstance(final, Exposure)  # noqa: S101 -- only exposures were put in
    ended = final.end_rule if interval else rng.choice((EndRule.STATED, EndRule.SUPPLIED, EndRule.ONGOING))
    return [*rows, replace(final, end_rule=ended, **why)]


def _random_course(rng: Random, treatment: str, theme: Theme, start: date) -> list[Row]:
    """Fills in any disorder: gaps on both sides of 30 days, overlaps, nests, ties, holes in what is known."""
    target, unit = _target(treatment, theme)
    purpose, indication = rng.choice(tuple(Purpose)), _maybe(rng, theme.conditions[0], 0.3)
    taken = rng.choice((Answer.YES, Answer.YES, Answer.UNKNOWN, Answer.UNKNOWN, Answer.NO))
    rows: list[Row] = []
    for _ in range(rng.randint(1, 4)):
        length = rng.choice((1, 5, 28, 30, 56, 90, 400, 800))
        last = start + timedelta(days=length - 1)
        rule = rng.choice(tuple(EndRule))
        ends = rule in (EndRule.STATED, EndRule.SUPPLIED, EndRule.ONGOING)
        row = people.drug(
            treatment, dose=_maybe(rng, target * rng.choice((0.25, 0.5, 1, 1, 2))), unit=unit, purpose=purpose
        )
        rows.append(
            replace(
                row,
                start=_maybe(rng, _partial(rng, start), 0.9),
                end=_partial(rng, last) if ends else None,
                end_rule=rule,
                stated_days=_maybe(rng, length, 0.2),
                taken=taken,
                as_needed=_maybe(rng, rng.random() < 0.3, 0.5),
                max_tolerated=rng.random() < 0.1,
                indication=indication,
                outcome=rng.choice(tuple(Outcome)),
                change_percent=_maybe(rng, float(rng.randint(-20, 100)), 0.15),
                stop_reason=rng.choice((StopReason.UNKNOWN, StopReason.UNKNOWN, *StopReason)),
            )
        )
        start = last + timedelta(days=rng.choice((-10, -length + 1, 0, 1, 2, 30, 31, 32, 60)))
    return rows


def _operation(rng: Random, theme: Theme, as_of: date) -> Row:
    row = people.operation(
        rng.choice(_PROCEDURES),
        outcome=rng.choice(tuple(ProcedureOutcome)),
        state=rng.choice((*(ProcedureState.DONE,) * 4, *ProcedureState)),
        indication=_maybe(rng, theme.conditions[0], 0.6),
        stop_reason=rng.choice(tuple(StopReason)),
        change_percent=_maybe(rng, float(rng.randint(-20, 100)), 0.2),
    )
    done = _some_day(rng, as_of)
    returned = row.outcome is ProcedureOutcome.RECURRENCE
    recurrence = _partial(rng, done + timedelta(days=rng.randint(10, 800))) if returned else None
    end = _maybe(rng, PartialDate(done + timedelta(days=rng.choice((0, 60)))), 0.3)
    return replace(row, start=_maybe(rng, _partial(rng, done), 0.9), end=end, recurrence=recurrence)


def _score(rng: Random, theme: Theme, as_of: date) -> Row:
    instrument, lowest, highest = rng.choice((*theme.scores, ("acute_medication_days", 0, 20)))
    low = float(rng.randint(lowest, highest))
    high = low if rng.random() < 0.8 else min(low + rng.randint(1, 4), highest)
    row = people.score(instrument, low, None, high=high)
    when = as_of - timedelta(days=rng.choice((0, 1, 5, 5, 27, 28, 29, 60, 300)))
    linked = rng.choice((None, None, theme.conditions[0], "chronic_low_back_pain"))
    return replace(row, start=_maybe(rng, _partial(rng, when), 0.95), condition=linked)


def _monthly_counts(rng: Random, theme: Theme, as_of: date) -> list[Row]:
    """Counts of days for most of the last eight months, mostly of eight and more."""
    if theme.dose_table != "migraine":
        return []
    rows: list[Row] = []
    for back in range(8):
        year, month = divmod(as_of.year * 12 + as_of.month - 1 - back, 12)
        when = PartialDate(date(year, month + 1, 1), Precision.MONTH)
        instrument = rng.choice(("debilitating_headache_days",) * 5 + ("monthly_headache_days",))
        row = people.score(instrument, float(rng.choice((7, 8, 9, 10, 12, 14))), None)
        rows += [replace(row, start=when)] if rng.random() < 0.95 else []
    return rows


def _statement(rng: Random, theme: Theme, as_of: date) -> Row:
    about = rng.choice(("", "all", "conventional", "unspecified", *theme.treatments, "tricyclics", "opioid"))
    row = people.says(
        rng.choice((*StatementKind, *(StatementKind.UNCONTROLLED,) * 3, StatementKind.INTERFERENCE)),
        about,
        answer=rng.choice((Answer.YES, Answer.YES, Answer.YES, Answer.NO, Answer.UNKNOWN)),
        condition=rng.choice((None, theme.conditions[0], "cluster_headache")),
    )
    when = as_of - timedelta(days=rng.choice((0, 3, 3, 27, 28, 29, 200)))
    return replace(row, start=_maybe(rng, _partial(rng, when), 0.9))


def _observation(rng: Random, theme: Theme, as_of: date) -> Row:
    treatment = rng.choice(theme.treatments)
    if rng.random() < 0.5:
        return people.allergy(treatment, present=rng.choice(tuple(Answer)))
    return replace(people.adverse_event(treatment, "2020-01-01"), start=_partial(rng, _some_day(rng, as_of)))


def _measurement(rng: Random, as_of: date) -> Row:
    name, unit, values = rng.choice(_MEASUREMENTS)
    return Observation(
        people.PERSON_ID,
        "",
        ObservationKind.LAB,
        name,
        value=_maybe(rng, rng.choice(values), 0.95),
        unit=_maybe(rng, unit, 0.9),
        start=_maybe(rng, _partial(rng, as_of - timedelta(days=rng.choice((0, 1, 1, 90)))), 0.95),
    )


def _morphine(rng: Random, as_of: date) -> Row:
    dose = _maybe(rng, float(rng.choice((60, 119, 120, 121, 200))))
    return people.still_taken("morphine", "2020-01-01", as_of.isoformat(), dose=dose)


def _coverage(rng: Random, as_of: date) -> Row:
    until = as_of - timedelta(days=rng.choice((0, 0, 29, 30, 31, 200)))
    row = replace(people.complete("2020-01-01"), end=_maybe(rng, _partial(rng, until), 0.95))
    since = as_of - timedelta(days=rng.choice((300, 2000, 4000)))
    return row if rng.random() < 0.5 else replace(row, start=_partial(rng, since))
