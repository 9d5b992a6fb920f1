"""A person drawn for the flags: the builders of drawn people, a birth, findings, values and visits."""

from dataclasses import replace
from datetime import date

from assuage.answers import Answer
from assuage.flags import Flag, find_flags
from assuage.records.history import History
from assuage.records.rows import Observation, ObservationKind, Row
from assuage.testing.people import PERSON_ID, day, person
from assuage.trials.assemble import assemble_trials, reviewed_conditions

AS_OF = "2024-06-30"


def born(birth: str | None, *rows: Row) -> History:
    """A person with these rows, born then."""
    history = person(*rows)
    return replace(history, person=replace(history.person, birth=day(birth)))


def found(
    name: str,
    start: str | None = None,
    *,
    present: Answer = Answer.YES,
    kind: ObservationKind = ObservationKind.EXAMINATION,
) -> Observation:
    return Observation(PERSON_ID, "", kind, name, name, present=present, start=day(start))


def imaged(start: str | None = None, name: str = "mri_brain") -> Observation:
    return found(name, start, kind=ObservationKind.IMAGING)


def visit(specialty: str, start: str | None = None) -> Observation:
    return found(specialty, start, kind=ObservationKind.ENCOUNTER)


def lab(name: str, value: float, start: str | None = None, unit: str | None = "mmol/L") -> Observation:
    return replace(found(name, start, kind=ObservationKind.LAB), value=value, unit=unit)


def flags_of(history: History, as_of: str = AS_OF) -> tuple[Flag, ...]:
    """Every flag of a person on a day."""
    on = date.fromisoformat(as_of)
    known = history.until(on)
    return find_flags(known, assemble_trials(history, on), as_of=on, conditions=reviewed_conditions(known))


def standing(history: History, name: str, as_of: str = AS_OF) -> str:
    """How one flag stands, as in "urgent open"; "none" where it is not raised."""
    words = {f"{flag.urgency} {flag.state}" for flag in flags_of(history, as_of) if flag.flag == name}
    return " / ".join(sorted(words)) or "none"


def reason(history: History, name: str, as_of: str = AS_OF) -> str:
    """The reason of one flag."""
    (code,) = {flag.reason_code for flag in flags_of(history, as_of) if flag.flag == name}
    return code
