"""Made-up people as history files, one file each."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from formats.made_up_people import AS_OF, HISTORY_WORDS, Course, MadeUpPerson, Step

Entry = dict[str, Any]


def write_files(folder: Path, people: Iterable[MadeUpPerson], **head: Any) -> Path:
    """A folder of history files; `head` is added at the top of each."""
    folder.mkdir()
    for person in people:
        path = folder / f"{person.number}.history.yaml"
        path.write_text(yaml.safe_dump(_file(person) | head, sort_keys=False))
    return folder


def _file(person: MadeUpPerson) -> Entry:
    return {
        "written_on": AS_OF.isoformat(),
        "person": {"id": str(person.number), "birth": person.birth, "sex": person.sex},
        "diagnoses": [{"name": one.name, "since": one.since.isoformat()} for one in person.diagnoses],
        "treatments": [
            *(_drug(course) for course in person.courses),
            *(_operation(one) for one in person.operations),
        ],
        "scores": [
            {"instrument": one.instrument, "value": one.value, "date": one.day.isoformat()}
            for one in person.readings
        ],
    }


def _drug(course: Course) -> Entry:
    entry: Entry = {"drug": course.drug.ingredient, "dose_steps": [*_steps(course)]}
    if course.is_running:
        entry["ongoing"] = True
    else:
        entry["to"] = course.end.isoformat()
    if course.stopped_because:
        entry["stopped_because"] = HISTORY_WORDS[course.stopped_because]
    return entry


def _steps(course: Course) -> list[Entry]:
    """One for each injection of a depot, one for each stretch of one dose otherwise."""
    if not course.drug.is_depot:
        return [{"dose": _dose(course, step), "from": step.start.isoformat()} for step in course.steps]
    return [
        {"dose": _dose(course, step), "from": start.isoformat()}
        for step in course.steps
        for start, _ in step.supplies()
        if start < AS_OF
    ]


def _dose(course: Course, step: Step) -> str:
    if course.drug.is_depot:
        return f"{course.drug.strength_mg} mg/28d"
    return f"{round(step.units_a_day)} x {course.drug.strength_mg} mg/d"


def _operation(one: Any) -> Entry:
    start, end = ("date", "removed") if one.kind == "procedure" else ("from", "to")
    entry = {one.kind: one.name, start: one.start.isoformat()}
    return entry | ({end: one.end.isoformat()} if one.end else {})
