"""People drawn by hand: a history written as a short table of rows, and what the rules make of it.

    person(
        diagnosis("trigeminal_neuralgia", "2019-01-10"),
        drug("carbamazepine", "2020-01-01", "2020-06-30", dose=800, outcome=Outcome.NO_EFFECT),
        score("nrs", 7, "2021-05-20"),
    )

Every builder leaves `record_id` blank; `person` numbers the rows in the order they are drawn in.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from typing import Any

from assuage.answers import Answer
from assuage.dates import PartialDate
from assuage.records.history import History
from assuage.records.rows import (
    Condition,
    ConditionState,
    Coverage,
    EndRule,
    Exposure,
    Observation,
    ObservationKind,
    Person,
    Procedure,
    ProcedureOutcome,
    ProcedureState,
    Purpose,
    Row,
    Score,
    Statement,
    StatementKind,
)
from assuage.records.tables import TABLE_OF
from assuage.resistance.criteria.case import Case
from assuage.resistance.definition import Definition
from assuage.resistance.definitions import DEFINITIONS
from assuage.resistance.judge import Judged, case_of, judge
from assuage.trials.assemble import assemble_trials, reviewed_conditions
from assuage.trials.model import TreatmentTrial

PERSON_ID = "person-1"
_UNIT_OF = {
    "botulinum_toxin_a": "U/session",
    "erenumab": "mg/28d",
    "galcanezumab": "mg/28d",
    "fremanezumab": "mg/28d",
    "eptinezumab": "mg/28d",
    "fentanyl": "ug/h",
    "buprenorphine": "ug/h",
}


def day(text: str | None) -> PartialDate | None:
    """A partial date as a history file writes it, or None."""
    return None if text is None else PartialDate.parse(text)


def person(*rows: Row, birth: str | None = None) -> History:
    """A history of these rows; each is numbered within its table unless it names its record itself."""
    tables: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        table = TABLE_OF[type(row)]
        number = len(tables[table]) + 1
        tables[table].append(row if row.record_id else replace(row, record_id=f"{table}/{number}"))
    born = Person(PERSON_ID, "person/1", birth=day(birth))
    return History(born, **{table: tuple(found) for table, found in tables.items()})


def diagnosis(
    condition: str,
    start: str | None = "2018-01-01",
    *,
    recorded: str | None = None,
    state: ConditionState = ConditionState.ACTIVE,
    **fields: Any,
) -> Condition:
    """One diagnosis on record."""
    return Condition(
        PERSON_ID, "", condition, condition, start=day(start), recorded=day(recorded), state=state, **fields
    )


def drug(
    ingredient: str,
    start: str | None = None,
    end: str | None = None,
    *,
    dose: float | None = None,
    unit: str | None = None,
    end_rule: EndRule | None = None,
    purpose: Purpose = Purpose.PREVENTIVE,
    taken: Answer = Answer.YES,
    **fields: Any,
) -> Exposure:
    """One use of a drug for the person's pain; with an end, the end is stated unless `end_rule` says how."""
    rule = end_rule or (EndRule.STATED if end else EndRule.UNKNOWN)
    return Exposure(
        PERSON_ID,
        "",
        ingredient,
        ingredient,
        "printed_name",
        start=day(start),
        end=day(end),
        end_rule=rule,
        dose=dose,
        dose_unit=None if dose is None else unit or _UNIT_OF.get(ingredient, "mg/d"),
        purpose=purpose,
        taken=taken,
        **fields,
    )


def supply(ingredient: str, start: str, end: str, *, dose: float | None = None, **fields: Any) -> Exposure:
    """One supply as a pharmacy records it: its days run from `start` to `end`, both counted."""
    return drug(ingredient, start, end, dose=dose, end_rule=EndRule.SUPPLIED, **fields)


def still_taken(
    ingredient: str, start: str, said_on: str, *, dose: float | None = None, **fields: Any
) -> Exposure:
    """A drug that someone said on `said_on` was still taken."""
    return drug(ingredient, start, said_on, dose=dose, end_rule=EndRule.ONGOING, **fields)


def operation(
    procedure: str,
    start: str | None = None,
    outcome: ProcedureOutcome = ProcedureOutcome.UNKNOWN,
    *,
    state: ProcedureState = ProcedureState.DONE,
    indication: str | None = None,
    recurrence: str | None = None,
    **fields: Any,
) -> Procedure:
    """One procedure or course of therapy."""
    return Procedure(
        PERSON_ID,
        "",
        procedure,
        procedure,
        start=day(start),
        outcome=outcome,
        state=state,
        indication=indication,
        recurrence=day(recurrence),
        **fields,
    )


def score(
    instrument: str, low: float, start: str | None, *, high: float | None = None, condition: str | None = None
) -> Score:
    """One reading, or a range from `low` to `high`."""
    return Score(PERSON_ID, "", instrument, low, low if high is None else high, day(start), condition)


def says(
    kind: StatementKind,
    about: str = "",
    *,
    start: str | None = None,
    answer: Answer = Answer.YES,
    condition: str | None = None,
    author: str | None = "referral letter",
) -> Statement:
    """Someone's statement about the whole."""
    return Statement(
        PERSON_ID, "", kind, about, condition=condition, answer=answer, author=author, start=day(start)
    )


def measured(name: str, value: float, unit: str, start: str | None) -> Observation:
    """A laboratory value."""
    return Observation(PERSON_ID, "", ObservationKind.LAB, name, value=value, unit=unit, start=day(start))


def allergy(ingredient: str, *, present: Answer = Answer.YES) -> Observation:
    """An allergy to a drug."""
    return Observation(
        PERSON_ID, "", ObservationKind.ALLERGY, "drug_allergy", ingredient=ingredient, present=present
    )


def adverse_event(ingredient: str, start: str, text: str = "rash") -> Observation:
    """An adverse event that the record ties to a drug."""
    return Observation(
        PERSON_ID, "", ObservationKind.ADVERSE_EVENT, text, text, ingredient, Answer.YES, start=day(start)
    )


def complete(until: str, start: str | None = None) -> Coverage:
    """The treatment history is complete until this day, from birth unless `start` is given."""
    return Coverage(PERSON_ID, "", start=day(start), end=day(until))


def trials(history: History, as_of: str | date) -> tuple[TreatmentTrial, ...]:
    """The trials of a history on a day."""
    return assemble_trials(history, _date(as_of))


def only_trial(history: History, as_of: str | date) -> TreatmentTrial:
    """The one trial of a history that holds just one."""
    (trial,) = trials(history, as_of)
    return trial


def answer(
    definition: str | Definition,
    history: History,
    as_of: str | date,
    *,
    condition: str | None = None,
    market: str | None = None,
) -> Judged:
    """What a definition says of the one condition of a history that it speaks of, or of the one named."""
    asked = DEFINITIONS[definition] if isinstance(definition, str) else definition
    known = history.until(_date(as_of))
    reviewed = reviewed_conditions(known)
    (chosen,) = [condition] if condition else [key for key in reviewed if asked.speaks_of(key)]
    return judge(
        asked,
        known,
        assemble_trials(history, _date(as_of)),
        chosen,
        only_pain_condition=len(reviewed) == 1,
        as_of=_date(as_of),
        market=market,
    )


def answers(
    history: History, as_of: date, *, market: str | None = None
) -> dict[tuple[str, str], tuple[Judged, Case]]:
    """What every definition says of every condition that it speaks of, with the case it saw."""
    known = history.until(as_of)
    reviewed = reviewed_conditions(known)
    found = assemble_trials(history, as_of)
    told: dict[tuple[str, str], tuple[Judged, Case]] = {}
    for condition in reviewed:
        for definition in DEFINITIONS.values():
            if definition.speaks_of(condition):
                seen: dict[str, Any] = {
                    "only_pain_condition": len(reviewed) == 1,
                    "as_of": as_of,
                    "market": market,
                }
                told[definition.id, condition] = (
                    judge(definition, known, found, condition, **seen),
                    case_of(definition, known, found, condition, **seen),
                )
    return told


def _date(as_of: str | date) -> date:
    return date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
