"""The FHIR reader: two passes over the files, one resource at a time.

The first pass notes what records look up in each other (`index`); the second turns each resource
into rows. Every record ends in the read report under its resource type. Fields left unknown are
counted beside it as `Type.element`, so that read + skipped of a type stays its number of records.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import orjson

from assuage.dates import PartialDate
from assuage.errors import UnreadableInput
from assuage.records.fhir.conditions import read_condition
from assuage.records.fhir.elements import Json, string
from assuage.records.fhir.encounters import read_encounter
from assuage.records.fhir.files import Found, fhir_files, records
from assuage.records.fhir.index import KEPT_FIELDS, Index
from assuage.records.fhir.medications import (
    read_administration,
    read_dispense,
    read_request,
    read_statement,
)
from assuage.records.fhir.observations import read_observation
from assuage.records.fhir.people import lifespan, read_patient
from assuage.records.fhir.procedures import read_care_plan, read_device_use, read_procedure
from assuage.records.fhir.questionnaires import read_questionnaire_response
from assuage.records.fhir.reactions import read_adverse_event, read_allergy
from assuage.records.fhir.reasons import Reason
from assuage.records.fhir.references import canonical
from assuage.records.fhir.resource import Convert, Lifespan, Resource, Skip
from assuage.records.fhir.resource_types import RESOURCE_TYPES
from assuage.records.read_report import ReadReport
from assuage.records.reading import Progress, no_progress
from assuage.records.rows import Coverage, Row
from assuage.records.store import TableWriter

CONVERTERS: dict[str, Convert] = {
    "AdverseEvent": read_adverse_event,
    "AllergyIntolerance": read_allergy,
    "CarePlan": read_care_plan,
    "Condition": read_condition,
    "DeviceUseStatement": read_device_use,
    "Encounter": read_encounter,
    "MedicationAdministration": read_administration,
    "MedicationDispense": read_dispense,
    "MedicationRequest": read_request,
    "MedicationStatement": read_statement,
    "Observation": read_observation,
    "Patient": read_patient,
    "Procedure": read_procedure,
    "QuestionnaireResponse": read_questionnaire_response,
}
"""Every resource type that gives rows: the one list of them."""

USED = frozenset(CONVERTERS) | frozenset(KEPT_FIELDS)
PERSON_ELEMENT = {"AllergyIntolerance": "patient"}  # elsewhere `subject`
NO_RESOURCE = ("file", "line", "entry", "resource")  # record types of what is no resource
_TICK_RECORDS = 500
_CACHED_PEOPLE = 10_000


def read_fhir(
    source: Path,
    sink: TableWriter,
    report: ReadReport,
    *,
    complete_from: date | None = None,
    progress: Progress = no_progress,
) -> None:
    """Read a FHIR R4 Bundle, a folder of JSON resources or a bulk export; see `reading.Reader`."""
    if not source.exists():
        found = "there is no such file or folder"
        raise UnreadableInput(found, path=source, remedy="check the path of the source")
    files, others = fhir_files(source)
    with Index(sink.folder / "fhir-index.sqlite") as index:
        for typed in _typed(files, progress, "noting what records refer to"):
            if typed.written:
                index.take(typed.kind, typed.identity, typed.body, typed.full_url, typed.written)
        index.sort_out()
        reading = Reading(sink, report, index, complete_from, losers=index.losers())
        for typed in _typed(files, progress, "reading records"):
            reading.take(typed)
    for path in others:
        report.count_skipped("file", Reason.NOT_FHIR_FILE, path.name)
    if not reading.resources:
        raise UnreadableInput(
            why_nothing(report),
            path=source,
            expected="FHIR R4 as a Bundle (.json) or one resource per line (.ndjson), plain or .gz",
            remedy="name the file or folder of the export, or say with --kind what it is",
        )


def why_nothing(report: ReadReport) -> str:
    """What stood in a source without a single resource."""
    reasons = sorted({line.reason for line in report.lines() if line.reason})
    return "no FHIR resource could be read" + (f" ({'; '.join(reasons)})" if reasons else "")


class Typed(NamedTuple):
    """A record with its type and id; `written` is empty where it is no resource that we use."""

    place: str
    kind: str
    identity: str
    body: Json
    full_url: str
    written: bytes
    reason: Reason | None


def _typed(files: list[Path], progress: Progress, doing: str) -> Iterator[Typed]:
    """Every record of every file, in the same order in each pass."""
    total, done, count = sum(path.stat().st_size for path in files), 0, 0
    for path in files:
        for found in records(path):
            yield with_type(found)
            count += 1
            if count % _TICK_RECORDS == 0:
                progress(doing, done + found.bytes_done, total)
        done += path.stat().st_size
        progress(doing, done, total)


def with_type(found: Found) -> Typed:
    """Tell a record's type and id, or why it has none that we use."""
    if found.body is None:
        return _unused(found, found.record_type, found.reason)
    kind = string(found.body.get("resourceType"))
    if kind not in RESOURCE_TYPES:
        return _unused(found, "resource", Reason.NO_TYPE)
    if kind not in USED:
        return _unused(found, kind, Reason.NOT_USED)
    try:
        written = orjson.dumps(found.body, option=orjson.OPT_SORT_KEYS)
        full_url = orjson.loads(orjson.dumps(found.full_url)) if found.full_url else ""
    except orjson.JSONEncodeError:
        return _unused(found, kind, Reason.TOO_DEEP)
    identity = string(found.body.get("id")) or full_url.rpartition("/")[2].rpartition(":")[2]
    if not identity:
        return _unused(found, kind, Reason.NO_ID)
    return Typed(found.place, kind, identity, found.body, full_url, written, None)


def _unused(found: Found, record_type: str, reason: Reason | None) -> Typed:
    return Typed(found.place, record_type, "", found.body or {}, "", b"", reason)


class Reading:
    """The second pass: rows to the sink, and a line in the report for every record."""

    def __init__(
        self,
        sink: TableWriter,
        report: ReadReport,
        index: Index,
        complete_from: date | None = None,
        losers: Iterator[tuple[int, Reason]] | None = None,
    ) -> None:
        self._sink, self._report, self._index = sink, report, index
        self._complete_from = PartialDate(complete_from) if complete_from else None
        self._lifespan_of = lru_cache(_CACHED_PEOPLE)(self._lifespan)
        self._ordinal = 0
        self._losers = losers or iter(())
        self._next_loser = next(self._losers, None)
        self.resources = 0

    def take(self, typed: Typed) -> None:
        """Read one record, or count why not."""
        self.resources += typed.kind not in NO_RESOURCE
        reason = typed.reason or self._lost()
        if reason is None and typed.kind not in CONVERTERS:
            reason = Reason.LOOKED_UP
        if reason is None:
            reason = self._convert(typed)
        if reason is not None:
            self._report.count_skipped(typed.kind, reason, typed.place)

    def _lost(self) -> Reason | None:
        """Why this record gives way to another with its id, if it does; keeps step with the first pass."""
        self._ordinal += 1
        if self._next_loser is None or self._next_loser[0] != self._ordinal:
            return None
        _, reason = self._next_loser
        self._next_loser = next(self._losers, None)
        return reason

    def _convert(self, typed: Typed) -> Reason | None:
        """Write a record's rows; the reason if it gives none."""
        try:
            person = self._person(typed)
            resource = Resource(typed.kind, typed.identity, typed.body, person, self._index)
            rows = CONVERTERS[typed.kind](resource)
        except Skip as skip:
            return skip.reason
        self._write(rows)
        self._report.count_read(typed.kind)
        for element, note in dict.fromkeys(resource.notes):
            self._report.count_skipped(f"{typed.kind}.{element}", note, typed.place)
        return None

    def _person(self, typed: Typed) -> Lifespan:
        if typed.kind == "Patient":
            return Lifespan(typed.identity)
        key = canonical(typed.body.get(PERSON_ELEMENT.get(typed.kind, "subject")), "Patient")
        if not key:
            raise Skip(Reason.NO_PERSON)
        person = self._lifespan_of(key)
        if person is None:
            raise Skip(Reason.PERSON_NOWHERE)
        return person

    def _lifespan(self, key: str) -> Lifespan | None:
        patient = self._index.by_key(key, "Patient")
        if patient is None:
            return None
        identity = string(patient.get("id"))
        return lifespan(Resource("Patient", identity, patient, Lifespan(identity), self._index))

    def _write(self, rows: list[Row]) -> None:
        for row in rows:
            self._sink.add(row)
            if self._complete_from and row.record_id.startswith("Patient/"):
                self._sink.add(Coverage(row.person_id, row.record_id, start=self._complete_from))
