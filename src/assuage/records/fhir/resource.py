"""One resource while it is read: its JSON, whose it is, and what in it could not be used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from assuage.dates import PartialDate
from assuage.records.fhir.elements import Json, an_object, choice, objects, string, words
from assuage.records.fhir.index import Index
from assuage.records.fhir.reasons import Note, Reason
from assuage.records.fhir.recognised import condition_of
from assuage.records.rows import Row

# exports write 9999-12-31 or 0001-01-01 for "no date"; the same years count in OMOP
_EARLIEST_YEAR, _LATEST_YEAR = 1800, 2199
_DAYS_AFTER_DEATH = 366  # letters and bills are dated after a death; treatments are not


class Skip(Exception):
    """The record gives no row, for this reason."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class Lifespan:
    """A person's id, birth and death, against which every date is held."""

    person_id: str
    birth: PartialDate | None = None
    death: PartialDate | None = None


@dataclass(frozen=True)
class Resource:
    """One resource. `notes` collects (element, note) pairs of fields left unknown."""

    kind: str
    identity: str
    body: Json
    person: Lifespan
    index: Index
    notes: list[tuple[str, Note]] = field(default_factory=list)

    @property
    def record_id(self) -> str:
        """`Type/id`, which findings name as their evidence."""
        return f"{self.kind}/{self.identity}"

    @property
    def person_id(self) -> str:
        """The id of the person whose record this is."""
        return self.person.person_id

    def note(self, element: str, note: Note) -> None:
        """Count a field that was left unknown."""
        self.notes.append((element, note))

    def status(self) -> str:
        """The status code. Raises Skip for a record entered in error."""
        status = string(self.body.get("status"))
        if status == "entered-in-error":
            raise Skip(Reason.ENTERED_IN_ERROR)
        return status

    def date(self, value: Any, element: str) -> PartialDate | None:
        """A dateTime, date or instant, its calendar date as written; unknown if it can't be this person's."""
        if value is None:
            return None
        try:
            day = PartialDate.parse(string(value))
        except ValueError:
            self.note(element, Note.NOT_A_DATE)
            return None
        if not _EARLIEST_YEAR <= day.first.year <= _LATEST_YEAR:
            self.note(element, Note.NOT_A_DATE)
            return None
        if self.person.birth and day.last < self.person.birth.first:
            self.note(element, Note.BEFORE_BIRTH)
            return None
        if self.person.death and (day.first - self.person.death.last).days > _DAYS_AFTER_DEATH:
            self.note(element, Note.AFTER_DEATH)
            return None
        return day

    def period(self, value: Any, element: str) -> tuple[PartialDate | None, PartialDate | None]:
        """Start and end of a Period; an end before the start is left unknown."""
        body = an_object(value)
        start = self.date(body.get("start"), f"{element}.start")
        end = self.date(body.get("end"), f"{element}.end")
        return start, self.end_after(start, end, element)

    def end_after(
        self, start: PartialDate | None, end: PartialDate | None, element: str
    ) -> PartialDate | None:
        """The end, or None with a note where it is before the start."""
        if start and end and end.last < start.first:
            self.note(element, Note.END_BEFORE_START)
            return None
        return end

    def when(self, stem: str) -> tuple[PartialDate | None, PartialDate | None]:
        """Start and end of a choice element such as `performed[x]`; a single day gives no end."""
        form = choice(self.body, stem)
        if form in (f"{stem}DateTime", f"{stem}Instant"):
            return self.date(self.body[form], form), None
        if form == f"{stem}Period":
            return self.period(self.body[form], form)
        if form is not None:
            self.note(stem, Note.NOT_GIVEN_AS_DATE)
        return None, None

    def indication(self) -> tuple[str | None, str | None]:
        """Condition key and words of the reason: reasonCode or reasonReference of this resource."""
        return indication(self, self.body)


def indication(resource: Resource, body: Json) -> tuple[str | None, str | None]:
    """The first reason in `body` that is a condition of ours, with its words; else only the words."""
    concepts = [
        *objects(body.get("reasonCode")),
        *(_condition_of(resource, reference) for reference in objects(body.get("reasonReference"))),
    ]
    for concept in concepts:
        if match := condition_of(concept):
            return match.condition, words(concept) or None
    return None, next((text for concept in concepts if (text := words(concept))), None)


def _condition_of(resource: Resource, reference: Json) -> Json:
    """The code of the Condition referred to; where it is nowhere, the words printed with the reference."""
    if found := resource.index.find(reference, "Condition"):
        return an_object(found.get("code"))
    resource.note("reasonReference", Note.REASON_NOWHERE)
    return {"text": string(reference.get("display"))}


Convert = Callable[[Resource], list[Row]]
"""What each resource type is read by: its rows, never none; raises Skip with the reason instead."""
