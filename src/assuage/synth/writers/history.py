"""Made-up people as history files, one file each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import orjson

from assuage.synth.plan import (
    REVIEW_DAY,
    Course,
    Fact,
    Flaw,
    MadeUpPerson,
    Operation,
    Result,
    Step,
    iso,
)

Value = str | int | float | bool | list["Entry"]
Entry = Mapping[str, Value]

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./_-]*")
_OUTCOMES = {
    Result.RESPONSE: "effective",
    Result.PARTIAL: "partial",
    Result.NO_RESPONSE: "no effect",
    Result.LOST: "lost effect",
    Result.INTOLERANCE: "intolerance",
}
_STOPPED = {
    Result.RESPONSE: "remission",
    Result.PARTIAL: "no effect",
    Result.NO_RESPONSE: "no effect",
    Result.LOST: "no effect",
    Result.INTOLERANCE: "adverse event",
    Result.NONADHERENCE: "nonadherence",
    Result.STOPPED_OTHER: "other",
}
_FOLDER_SIZE = 1000  # files in one folder


class HistoryFiles:
    """A folder of history files, a thousand in each folder below it; to be used with `with`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    def __enter__(self) -> HistoryFiles:
        return self

    def __exit__(self, *_: object) -> None:
        """Every file is already written."""

    def add(self, person: MadeUpPerson) -> None:
        """Write one person's file."""
        place = self._folder / f"{self._count // _FOLDER_SIZE:04d}"
        if self._count % _FOLDER_SIZE == 0:
            place.mkdir(parents=True, exist_ok=True)
        self._count += 1
        name = f"{int(person.person_id):07d}.history.yaml"
        (place / name).write_text("\n".join(file_lines(person)) + "\n", encoding="utf-8")


def file_lines(person: MadeUpPerson) -> Iterator[str]:
    """The lines of one person's file."""
    yield "# made-up person"
    yield f"written_on: {REVIEW_DAY}"
    head: Entry = {"id": person.person_id, "birth": person.birth.isoformat(), "sex": str(person.sex)}
    yield f"person: {_flow(head)}"
    if person.history_complete:
        yield f"history_complete_until: {REVIEW_DAY}"
    sections: dict[str, Iterable[Entry]] = {
        "diagnoses": [{"name": one.name, "since": iso(one.day)} for one in person.diagnoses],
        "treatments": _treatments(person),
        "scores": [
            {"instrument": one.instrument, "value": one.value, "date": iso(one.day), "for": one.condition}
            for one in person.readings
        ],
        **{
            kind: [
                {"name": one.name, "present": one.present, "date": iso(one.day)}
                for one in person.findings
                if one.kind == kind
            ]
            for kind in ("examination", "imaging", "genes")
        },
        "labs": [
            {"name": one.name, "value": one.value, "unit": one.unit, "date": iso(one.day)}
            for one in person.labs
        ],
        "allergies": [
            {"drug": _drug(drug), "reaction": reaction, "since": iso(day)}
            for drug, reaction, day in person.allergies
        ],
        "visits": [{"specialty": specialty, "date": iso(day)} for specialty, day in person.visits],
        "contraindicated": [{"treatment": one, "because": why} for one, why in person.contraindicated],
        "statements": _statements(person),
    }
    for section, entries in sections.items():
        lines = [f"  - {_flow(entry)}" for entry in entries]
        if lines:
            yield from ("", f"{section}:", *lines)


def _statements(person: MadeUpPerson) -> Iterator[Entry]:
    for one in person.statements:
        about: Entry = {"for": person.plan.condition} if person.plan.condition else {}
        yield {"says": one.says, "answer": one.answer, **about, "author": one.author, "date": iso(one.day)}


def _treatments(person: MadeUpPerson) -> Iterator[Entry]:
    for course in person.courses:
        yield dict(_course(course))
    for operation in person.operations:
        yield dict(_operation(operation))


def _course(course: Course) -> Iterator[tuple[str, Value]]:
    yield "drug", _drug(course.ingredient)
    if course.tells(Fact.INDICATION):
        yield "for", course.condition
    yield "purpose", "acute" if course.medicine.acute else "preventive"
    if course.medicine.acute:
        yield "as_needed", True
    yield from _when(course)
    if course.highest_tolerated and course.tells(Fact.HIGHEST_TOLERATED):
        yield "highest_tolerated", True
    if course.tells(Fact.RESULT):
        yield from _result(course)


def _when(course: Course) -> Iterator[tuple[str, Value]]:
    """Dose steps with their dates, then the end; each injection is a step of its own."""
    if course.medicine.interval_days is not None:
        steps = [Step(one.day, one.end, one.dose) for one in course.supplies if one.day < 0]
    else:
        steps = list(course.steps)
    if not course.tells(Fact.DOSE) or steps[0].dose is None:
        yield "from", iso(course.day)
    elif len(steps) == 1:
        yield "dose", f"{steps[0].dose:g} {course.medicine.unit}"
        yield "from", iso(course.day)
    else:
        yield (
            "dose_steps",
            [{"dose": f"{one.dose:g} {course.medicine.unit}", "from": iso(one.day)} for one in steps],
        )
    if not course.tells(Fact.END):
        return
    if course.running:
        yield "ongoing", True
    elif course.supplies[-1].flaw is Flaw.END_BEFORE_START:
        yield "to", iso(course.day - 10)
    elif course.medicine.interval_days is None:
        yield "to", iso(course.end)


def _result(course: Course) -> Iterator[tuple[str, Value]]:
    if course.result in _OUTCOMES:
        yield "outcome", _OUTCOMES[course.result]
    if course.relief_percent is not None:
        yield "relief_percent", course.relief_percent
    if not course.running:
        yield "stopped_because", _STOPPED[course.result]
    if course.adverse_event:
        yield "adverse_event", course.adverse_event


def _operation(one: Operation) -> Iterator[tuple[str, Value]]:
    yield one.kind, one.name
    yield "for", one.condition
    yield ("date" if one.kind == "procedure" else "from"), iso(one.day)
    if one.end is not None:
        yield "to", iso(one.end)
    if not one.done:
        yield "state", "recommended"
    if one.result is not None:
        yield "outcome", str(one.result)
    if one.recurrence is not None:
        yield "recurrence", iso(one.recurrence)


def _drug(ingredient: str) -> str:
    return ingredient.replace("_", " ")


def _flow(entry: Entry) -> str:
    """One entry on one line, as YAML writes mappings in braces."""
    return "{" + ", ".join(f"{key}: {_scalar(value)}" for key, value in entry.items()) + "}"


def _scalar(value: Value) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case int():
            return str(value)
        case float():
            return f"{value:g}"
        case list():
            return "[" + ", ".join(map(_flow, value)) + "]"
        case _:
            return value if _PLAIN.fullmatch(value) else orjson.dumps(value).decode()
