"""Safety situations as drawn tables: a treatment, what the record holds, and what one rule makes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from assuage.answers import Answer
from assuage.records.history import History
from assuage.records.rows import Exposure, Observation, ObservationKind, Row, Sex
from assuage.safety import Concern, Severity, Subject, concerns_of_current, concerns_of_starting
from assuage.testing.people import PERSON_ID, day, measured, person, still_taken

TODAY = date(2026, 6, 1)

STOP = (Severity.HARD_STOP, Answer.YES)
WARN = (Severity.WARNING, Answer.YES)
ASK_STOP = (Severity.HARD_STOP, Answer.UNKNOWN)
ASK_WARN = (Severity.WARNING, Answer.UNKNOWN)
NONE = None
Expected = tuple[Severity, Answer] | None


@dataclass(frozen=True)
class Situation:
    """One row: `rule` says `expected` of `treatment`, begun today or, with `current`, taken today."""

    rule: str
    treatment: str
    rows: tuple[Row, ...]
    expected: Expected
    birth: str | None
    sex: Sex
    current: bool

    @property
    def title(self) -> str:
        said = "nothing" if self.expected is None else f"{self.expected[0]} {self.expected[1]}"
        return f"{self.rule}, {'taking' if self.current else 'starting'} {self.treatment}: {said}"


def starting(
    treatment: str,
    rule: str,
    expected: Expected,
    *rows: Row,
    birth: str | None = "1980",
    sex: Sex = Sex.MALE,
) -> Situation:
    """The person thinks of beginning the treatment."""
    return Situation(rule, treatment, rows, expected, birth, sex, current=False)


def taking_it(
    treatment: str,
    rule: str,
    expected: Expected,
    *rows: Row,
    birth: str | None = "1980",
    sex: Sex = Sex.MALE,
) -> Situation:
    """The person takes it today; the rows say so."""
    return Situation(rule, treatment, rows, expected, birth, sex, current=True)


def subject(*rows: Row, birth: str | None = "1980", sex: Sex = Sex.MALE) -> Subject:
    history: History = person(*rows, birth=birth)
    return Subject(replace(history, person=replace(history.person, sex=sex)), TODAY)


def concerns(situation: Situation) -> tuple[Concern, ...]:
    who = subject(*situation.rows, birth=situation.birth, sex=situation.sex)
    if situation.current:
        return concerns_of_current(who)
    return concerns_of_starting(situation.treatment, who)


def said(situation: Situation) -> set[tuple[Severity, Answer]]:
    """What the rule says of the treatment; a pair is said of either of its drugs."""
    return {
        (one.severity, one.answer)
        for one in concerns(situation)
        if one.rule == situation.rule
        and situation.treatment in {one.treatment, dict(one.reason_values).get("other")}
    }


def takes(ingredient: str, dose: float | None = None, since: str = "2025-01-01") -> Exposure:
    """Someone said twelve days ago that it was taken."""
    return still_taken(ingredient, since, "2026-05-20", dose=dose)


def gene(name: str, present: Answer = Answer.UNKNOWN, text: str = "") -> Observation:
    return Observation(PERSON_ID, "", ObservationKind.GENE, name, text=text, present=present)


def sodium(value: float, on: str | None = "2026-05-01") -> Observation:
    return measured("sodium", value, "mmol/L", on)


def egfr(value: float, on: str | None = "2026-05-01") -> Observation:
    return measured("egfr", value, "mL/min/1.73m2", on)


def skull_density_ratio(value: float) -> Observation:
    row = measured("skull_density_ratio", value, "1", "2026-05-01")
    return replace(row, kind=ObservationKind.IMAGING)


def device(name: str, present: Answer = Answer.YES) -> Observation:
    return Observation(
        PERSON_ID, "", ObservationKind.DEVICE, name, text=name, present=present, start=day("2020")
    )


def severe_reaction(ingredient: str) -> Observation:
    """An allergy whose words name a severe skin reaction."""
    return Observation(
        PERSON_ID,
        "",
        ObservationKind.ALLERGY,
        "allergy",
        text="Stevens-Johnson syndrome",
        ingredient=ingredient,
        present=Answer.YES,
    )
