"""Made-up people for the tests of follow-up."""

from __future__ import annotations

from datetime import date, timedelta

from assuage.dates import PartialDate
from assuage.measures.diary import DiaryEntry, PainScale
from assuage.records.history import History
from assuage.records.rows import (
    Condition,
    Person,
    Procedure,
    ProcedureOutcome,
    ProcedureState,
    Score,
)

TREATED = date(2026, 3, 1)
LATER = date(2026, 12, 31)


def person(
    *rows: object, conditions: tuple[str, ...] = ("painful_diabetic_neuropathy",), treated=TREATED
) -> History:
    """Somebody with these rows, one pain and, unless `treated` is None, one procedure on that day."""
    tables: dict[str, list[object]] = {"score": [], "statement": [], "procedure": [], "exposure": []}
    for row in rows:
        tables[type(row).__name__.lower()].append(row)
    if treated is not None:
        tables["procedure"].append(procedure(treated))
    diagnoses = tuple(Condition("a", f"d{number}", key, key) for number, key in enumerate(conditions))
    return History(Person("a", "p"), condition=diagnoses, **{key: tuple(of) for key, of in tables.items()})


def procedure(
    day, outcome=ProcedureOutcome.UNKNOWN, record="t1", key="mrgfus_thalamotomy", **more
) -> Procedure:
    when = day if day is None or isinstance(day, PartialDate) else PartialDate(day)
    return Procedure("a", record, key, key, start=when, state=ProcedureState.DONE, outcome=outcome, **more)


def score(
    instrument: str,
    low: float,
    when: str | None,
    high: float | None = None,
    record: str | None = None,
    **more,
):
    """A reading; `when` as written, None for an undated one."""
    start = None if when is None else PartialDate.parse(when)
    key = record or f"{instrument} {when} {low}"
    return Score("a", key, instrument, low, low if high is None else high, start, **more)


def pain_diary(pain_of_day, first: date, days: int) -> list[DiaryEntry]:
    """One entry a day; a day for which `pain_of_day` gives None is missing."""
    rated = [(day, pain_of_day(day)) for day in range(days)]
    return [
        DiaryEntry("a", first + timedelta(days=day), pain=pain, pain_scale=PainScale.NRS_0_10)
        for day, pain in rated
        if pain is not None
    ]
