"""Encounter: contact with a specialty that matters for pain."""

from __future__ import annotations

from collections.abc import Iterator

from assuage.answers import Answer
from assuage.records.fhir.elements import Json, objects, words
from assuage.records.fhir.reasons import Reason
from assuage.records.fhir.recognised import specialty_of
from assuage.records.fhir.resource import Resource, Skip
from assuage.records.rows import Observation, ObservationKind, Row

_NOT_HELD = ("planned", "cancelled")


def read_encounter(resource: Resource) -> list[Row]:
    """One row for each specialty of ours: by service, by type, or by who took part."""
    if resource.status() in _NOT_HELD:
        raise Skip(Reason.NOT_YET)
    found: dict[str, str] = {}
    for concept in _concepts(resource):
        if specialty := specialty_of(concept):
            found.setdefault(specialty, words(concept))
    if not found:
        raise Skip(Reason.OUTSIDE_SPECIALTIES)
    start, _ = resource.period(resource.body.get("period"), "period")
    return [
        Observation(
            resource.person_id,
            resource.record_id,
            ObservationKind.ENCOUNTER,
            specialty,
            text=text,
            present=Answer.YES,
            start=start,
        )
        for specialty, text in sorted(found.items())
    ]


def _concepts(resource: Resource) -> Iterator[Json]:
    yield from objects(resource.body.get("serviceType"))
    yield from objects(resource.body.get("type"))
    for participant in objects(resource.body.get("participant")):
        role = resource.index.role_of(participant.get("individual"))
        yield from objects(role.get("specialty")) if role else ()
