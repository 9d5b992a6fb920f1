"""A history file's entries to rows, one function for each kind of entry."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial
from typing import Any

from assuage.answers import Answer
from assuage.codes.clinical import find_instrument, find_observation, find_specialty, instruments
from assuage.codes.drugs import find_drugs
from assuage.dates import PartialDate, Precision
from assuage.records.history_file.entries import Place, check_order, refuse
from assuage.records.history_file.naming import codings, condition_named, indication, treatments_named
from assuage.records.history_file.schema import (
    Allergy,
    Contraindication,
    Diagnosis,
    Finding,
    HistoryFile,
    Lab,
    PersonPart,
    ScorePart,
    StatementPart,
    Visit,
)
from assuage.records.history_file.treatment_rows import DRUG_UNKNOWN, treatment_rows
from assuage.records.rows import (
    Condition,
    ConditionState,
    Coverage,
    Observation,
    ObservationKind,
    Person,
    Row,
    Score,
    Statement,
    StatementKind,
)

_DENIAL = re.compile(r"(?:no|not|without|absent|absence of|negative for|normal)\b", re.IGNORECASE)

DIAGNOSIS_UNKNOWN = "diagnosis outside the codelists"
TREATMENT_UNKNOWN = "treatment outside the formulary, its classes and the codelists"


def entry_rows(entry: Any, place: Place) -> Iterable[Row]:
    """The rows of one entry of a list of the file. Raises WrongEntry."""
    rows: Iterable[Row] = _ROWS_OF[place.section](entry, place)
    return rows


def person_row(person: PersonPart, place: Place) -> Person:
    """The person. Raises WrongEntry.

    A year of birth worked out from an age is right to within one year.
    """
    birth = place.when(person.birth, "birth")
    if person.age is not None:
        if birth is not None:
            refuse("both `birth` and `age` are given: keep one", "age")
        birth = _birth_year(place.written_on, person.age)
    return Person(person_id=place.person_id, record_id=_unnumbered(place), birth=birth, sex=person.sex)


def _birth_year(day: date, age_years: int) -> PartialDate:
    """The likelier of the two calendar years: a birthday falls before mid-year half the time."""
    had_birthday = day.month > 6
    return PartialDate(date(day.year - age_years - (0 if had_birthday else 1), 1, 1), Precision.YEAR)


def coverage_row(file: HistoryFile, place: Place) -> Coverage | None:
    """The period for which the file says that it holds every treatment. Raises WrongEntry."""
    end = place.when(file.history_complete_until, "history_complete_until")
    return Coverage(place.person_id, _unnumbered(place), end=end) if end else None


def _unnumbered(place: Place) -> str:
    """Record id of something that stands in the file once."""
    return f"{place.section} (line {place.line})" if place.line else place.section


def _diagnosis_rows(entry: Diagnosis, place: Place) -> Iterator[Row]:
    if entry.name is None and entry.code is None:
        refuse("neither `name` nor `code` is given", "name")
    if entry.code is not None and entry.system is None:
        refuse("a code needs its coding system", "code")
    match = condition_named(codings(entry.code, entry.system), entry.name or "")
    if match is None:
        refuse(DIAGNOSIS_UNKNOWN, "name" if entry.name else "code")
    start = place.when(entry.since, "since")
    end = None if isinstance(entry.resolved, bool) else place.when(entry.resolved, "resolved")
    check_order(start, end, "resolved")
    yield Condition(
        person_id=place.person_id,
        record_id=place.record_id,
        condition=match.condition,
        text=entry.name or "",
        code=entry.code,
        code_system=str(entry.system) if entry.system else None,
        start=start,
        end=end,
        recorded=PartialDate(place.written_on),
        state=_state(entry),
        intractable_code=match.intractable_code,
    )


def _state(entry: Diagnosis) -> ConditionState:
    if entry.resolved is not False:
        return ConditionState.RESOLVED
    return ConditionState.ACTIVE if entry.confirmed else ConditionState.UNCONFIRMED


def _score_rows(entry: ScorePart, place: Place) -> Iterator[Row]:
    key = find_instrument((), entry.instrument)
    if key is None:
        refuse("instrument outside our list", "instrument")
    instrument = instruments()[key]
    highest = float("inf") if instrument.highest is None else instrument.highest
    if not instrument.lowest <= entry.value.low <= entry.value.high <= highest:
        refuse("the value lies outside the instrument's range", "value")
    yield Score(
        person_id=place.person_id,
        record_id=place.record_id,
        instrument=key,
        low=entry.value.low,
        high=entry.value.high,
        start=place.when(entry.moment, "date"),
        condition=_condition(entry.indication),
    )


def _condition(words: str | None) -> str | None:
    """The condition that `for:` names; another one than we know must not count for one that we know."""
    condition, unknown_words = indication(words)
    if unknown_words is not None:
        refuse(DIAGNOSIS_UNKNOWN, "for")
    return condition


def _finding_rows(kind: ObservationKind, entry: Finding, place: Place) -> Iterator[Row]:
    yield Observation(
        person_id=place.person_id,
        record_id=place.record_id,
        kind=kind,
        name=_observed(kind, entry.name),
        text=entry.name,
        present=entry.present,
        start=place.when(entry.moment, "date"),
    )


def _observed(kind: ObservationKind, words: str) -> str:
    """Our key of what was looked at."""
    if _DENIAL.match(words):
        refuse("the name denies the finding: name the finding itself and write `present: no`", "name")
    found = find_observation((), words)
    if found is None or found[0] != kind:
        refuse(f"{kind} outside our list", "name")
    return found[1]


def _lab_rows(entry: Lab, place: Place) -> Iterator[Row]:
    yield Observation(
        person_id=place.person_id,
        record_id=place.record_id,
        kind=ObservationKind.LAB,
        name=_observed(ObservationKind.LAB, entry.name),
        text=entry.name,
        present=Answer.YES,
        value=entry.value,
        unit=entry.unit,
        start=place.when(entry.moment, "date"),
    )


def _allergy_rows(entry: Allergy, place: Place) -> Iterator[Row]:
    matches = find_drugs((), entry.drug)
    if not matches:
        refuse(DRUG_UNKNOWN, "drug")
    for match in matches:
        yield Observation(
            person_id=place.person_id,
            record_id=place.record_id,
            kind=ObservationKind.ALLERGY,
            name="allergy",
            text=entry.reaction or "",
            ingredient=match.ingredient,
            present=Answer.YES,
            start=place.when(entry.moment, "since"),
        )


def _visit_rows(entry: Visit, place: Place) -> Iterator[Row]:
    specialty = find_specialty((), entry.specialty)
    if specialty is None:
        refuse("specialty outside our list", "specialty")
    yield Observation(
        person_id=place.person_id,
        record_id=place.record_id,
        kind=ObservationKind.ENCOUNTER,
        name=specialty,
        text=entry.specialty,
        present=Answer.YES,
        start=place.when(entry.moment, "date"),
    )


def _named_rows(kind: StatementKind, words: str, place: Place, because: str = "") -> Iterator[Row]:
    """What the file itself states about a treatment it names, true on the day it was written."""
    for about in _about(words, "treatment"):
        yield Statement(
            person_id=place.person_id,
            record_id=place.record_id,
            kind=kind,
            about=about,
            text=because or words,
            start=PartialDate(place.written_on),
        )


def _contraindication_rows(entry: Contraindication, place: Place) -> Iterator[Row]:
    return _named_rows(StatementKind.CONTRAINDICATED, entry.treatment, place, entry.because or "")


def _about(words: str, key: str) -> tuple[str, ...]:
    named = treatments_named(words)
    if not named:
        refuse(TREATMENT_UNKNOWN, key)
    return named


def _statement_rows(entry: StatementPart, place: Place) -> Iterator[Row]:
    """An undated statement is true on the day the file was written, unless its date is said to be unknown."""
    if entry.moment is None:
        start: PartialDate | None = PartialDate(place.written_on)
    else:
        start = None if entry.moment == "unknown" else place.when(entry.moment, "date")
    condition = _condition(entry.indication)
    for about in _statement_about(entry):
        yield Statement(
            person_id=place.person_id,
            record_id=place.record_id,
            kind=entry.says,
            about=about,
            condition=condition,
            answer=entry.answer,
            text=entry.text or "",
            author=entry.author,
            start=start,
        )


def _statement_about(entry: StatementPart) -> tuple[str, ...]:
    if entry.about is not None:
        return _about(entry.about, "about")
    if entry.says in _NEEDS_TREATMENT:
        refuse("`about` is missing: name the treatment", "says")
    return ("unspecified",) if entry.says is StatementKind.FAILED else ("",)


_NEEDS_TREATMENT = frozenset(
    {StatementKind.NEVER_TRIED, StatementKind.CONTRAINDICATED, StatementKind.DECLINED}
)

_ROWS_OF: dict[str, Any] = {
    "diagnoses": _diagnosis_rows,
    "treatments": treatment_rows,
    "scores": _score_rows,
    "examination": partial(_finding_rows, ObservationKind.EXAMINATION),
    "imaging": partial(_finding_rows, ObservationKind.IMAGING),
    "labs": _lab_rows,
    "genes": partial(_finding_rows, ObservationKind.GENE),
    "allergies": _allergy_rows,
    "visits": _visit_rows,
    "never_tried": partial(_named_rows, StatementKind.NEVER_TRIED),
    "declined": partial(_named_rows, StatementKind.DECLINED),
    "contraindicated": _contraindication_rows,
    "statements": _statement_rows,
}

SECTIONS = tuple(_ROWS_OF)
"""The lists of the file, in the order of the schema."""
