"""Diaries as FHIR R4 Observations, one for each entry: read, and written so that they read back.

Each field is a component of its own, coded in the system `SYSTEM`; a numeric rating of 0 to 10 carries its
LOINC code beside ours, so that other systems read the pain. FHIR wants a time zone with every hour: an hour
without one stands in a component `clock`, under the bare date. An Observation that only rates pain, by one of
our codes for that, is read as an entry too.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, time
from pathlib import Path
from typing import Any

from assuage.answers import Answer
from assuage.codes.clinical import find_instrument
from assuage.measures.diary import Diary, DiaryEntry, DiaryProblem, PainScale
from assuage.measures.diary_cells import (
    FIELDS,
    WrongCell,
    read_fields,
    read_time,
    write_fields,
    write_number,
    write_time,
)
from assuage.measures.instruments import instrument_rules
from assuage.records.fhir.elements import Json, an_object, codings, number, objects, string, words
from assuage.records.fhir.files import records

SYSTEM = "urn:assuage:diary"
"""The system of our component codes; its codes are the names of the fields of `DiaryEntry`."""

ENTRY, CLOCK = "entry", "clock"
_LOINC = "http://loinc.org"
_UCUM = "http://unitsofmeasure.org"
_UNITS: Mapping[str, tuple[str, str]] = {  # field: unit in words, UCUM code
    "pain": ("points", "{score}"),
    "attack_seconds": ("s", "s"),
    "sleep_hours": ("h", "h"),
    "work_days_lost": ("d", "d"),
}
_FHIR_ID = re.compile(r"^[A-Za-z0-9.-]{1,64}$")
_SCALE_OF = {scale.instrument: scale for scale in PainScale}


def diary_to_fhir(entries: Iterable[DiaryEntry]) -> dict[str, Any]:
    """Entries as a Bundle of type collection, in their order."""
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": _observation(entry, number)} for number, entry in enumerate(entries)],
    }


def _observation(entry: DiaryEntry, number: int) -> dict[str, Any]:
    zoned = entry.clock is not None and entry.utc_offset_minutes is not None
    components = [_component(name, text, entry) for name, text in write_fields(entry).items()]
    if entry.clock is not None and not zoned:
        components.insert(0, {"code": _code(CLOCK), "valueTime": entry.clock.isoformat()})
    content = f"{number} {entry!r}".encode()
    return {
        "resourceType": "Observation",
        "id": f"diary-{hashlib.sha256(content).hexdigest()[:32]}",  # no id of a person stands in it
        "status": "final",
        "code": _code(ENTRY),
        "subject": _subject(entry.person_id),
        "effectiveDateTime": write_time(entry) if zoned else entry.day.isoformat(),
        "component": components,
    }


def _subject(person_id: str) -> dict[str, Any]:
    if _FHIR_ID.match(person_id):
        return {"reference": f"Patient/{person_id}"}
    return {"type": "Patient", "identifier": {"value": person_id}}


def _code(name: str) -> dict[str, Any]:
    return {"coding": [{"system": SYSTEM, "code": name}], "text": name.replace("_", " ")}


def _component(name: str, text: str, entry: DiaryEntry) -> dict[str, Any]:
    code, value = _code(name), getattr(entry, name)
    if name == "pain" and entry.pain_scale is PainScale.NRS_0_10:
        code["coding"] += [
            {"system": _LOINC, "code": each.code}
            for each in instrument_rules()["nrs"].loinc
            if each.item is None
        ]
    if name in _UNITS:
        unit, ucum = _UNITS[name]
        return {"code": code, "valueQuantity": {"value": value, "unit": unit, "system": _UCUM, "code": ucum}}
    if isinstance(value, Answer):
        return {"code": code, "valueBoolean": value is Answer.YES}
    if isinstance(value, int):
        return {"code": code, "valueInteger": value}
    return {"code": code, "valueString": text}


def write_diary_fhir(entries: Iterable[DiaryEntry], path: Path) -> None:
    """Write entries as a Bundle."""
    path.write_text(json.dumps(diary_to_fhir(entries), ensure_ascii=False, indent=1), encoding="utf-8")


def read_diary_fhir(path: Path, *, person_id: str = "") -> Diary:
    """Read the diary Observations of a Bundle, an NDJSON file or a single resource (.gz too).

    `person_id` is whose diary it is where an Observation names nobody. Resources of other kinds are counted
    in `others`. Raises UnreadableInput where the file as a whole can't be read.
    """
    reader = _Observations(path, person_id)
    for found in records(path):
        place = found.place.removeprefix(path.name).lstrip(" ,") or "the whole"
        if found.body is None:
            reader.leave_out(place, "not a FHIR resource", "an Observation")
        else:
            reader.add(found.body, place)
    return Diary(tuple(reader.entries), tuple(reader.problems), reader.rows, reader.others)


class _Observations:
    """Takes the resources of one file, one at a time."""

    def __init__(self, path: Path, person_id: str) -> None:
        self.path, self.person_id = path, person_id
        self.entries: list[DiaryEntry] = []
        self.problems: list[DiaryProblem] = []
        self.rows = self.others = 0

    def add(self, body: Json, place: str) -> None:
        """Read one resource."""
        cells = _cells(body) if body.get("resourceType") == "Observation" else None
        if cells is None or body.get("status") in ("entered-in-error", "cancelled"):
            self.others += 1
            return
        self.rows += 1
        person = _person(body) or self.person_id
        if not person:
            self.leave_out(
                place, "no subject", "a reference to a Patient, or the person named beside the file"
            )
            return
        try:
            day, clock, offset = _when(body)
        except WrongCell as error:
            self.leave_out(place, f"effectiveDateTime: {error.found}", error.expected)
            return
        values, wrong = read_fields(cells)
        self.problems += [
            DiaryProblem(self.path.name, place, each.field, each.found, each.expected) for each in wrong
        ]
        if values:
            self.entries.append(DiaryEntry(person, day, clock, offset, **values))
        else:
            self.leave_out(place, "nothing is said that could be used", "a component of a diary entry")

    def leave_out(self, place: str, found: str, expected: str) -> None:
        """Note one resource that gave no entry."""
        self.problems.append(DiaryProblem(self.path.name, place, None, found, expected))


def _cells(body: Json) -> dict[str, str] | None:
    """The cells of a diary entry, None for an Observation that is none."""
    if ENTRY in _own_codes(body):
        parts = ((name, part) for part in objects(body.get("component")) for name in _own_codes(part))
        return {name: _text(part) for name, part in parts if name in FIELDS}
    scale = _SCALE_OF.get(find_instrument(codings(body.get("code")), words(body.get("code"))) or "")
    return {"pain": _text(body), "pain_scale": scale} if scale else None


def _own_codes(part: Json) -> list[str]:
    coded = objects(an_object(part.get("code")).get("coding"))
    return [string(each.get("code")) for each in coded if string(each.get("system")) == SYSTEM]


def _text(part: Json) -> str:
    """A value as the cell that it would be in a CSV file."""
    if isinstance(part.get("valueBoolean"), bool):
        return "yes" if part["valueBoolean"] else "no"
    for value in (an_object(part.get("valueQuantity")).get("value"), part.get("valueInteger")):
        if (found := number(value)) is not None:
            return write_number(found)
    return string(part.get("valueString"))


def _person(body: Json) -> str:
    subject = an_object(body.get("subject"))
    reference = string(subject.get("reference"))
    return reference.rpartition("/")[2] or string(an_object(subject.get("identifier")).get("value"))


def _when(body: Json) -> tuple[date, time | None, int | None]:
    day, clock, offset = read_time(string(body.get("effectiveDateTime")))
    own = next(
        (
            string(part.get("valueTime"))
            for part in objects(body.get("component"))
            if CLOCK in _own_codes(part)
        ),
        "",
    )
    if clock is None and own:
        day, clock, offset = read_time(f"{day.isoformat()}T{own}")
    return day, clock, offset
