"""Observation: scores, laboratory values, genes, findings."""

from __future__ import annotations

import re

from assuage.answers import Answer
from assuage.dates import PartialDate
from assuage.records.fhir.elements import Json, an_object, codes, number, objects, string, words
from assuage.records.fhir.reasons import Note, Reason
from assuage.records.fhir.recognised import condition_of, instrument_of, observation_of
from assuage.records.fhir.resource import Resource, Skip
from assuage.records.fhir.scores import score_value
from assuage.records.rows import Observation, ObservationKind, Row, Score

_PRESENT = {"10828004", "52101004", "LA6576-8", "LA9633-4", "POS", "LA33-6", "373066001"}
_ABSENT = {"260385009", "2667000", "LA6577-6", "LA9634-2", "NEG", "LA32-8", "373067005"}
"""SNOMED CT positive/present/yes and negative/absent/no, LOINC answers, v3 interpretations."""
_DENIED = re.compile(r"\b(?:no|not|without|absent|absence|denies|negative)\b", re.IGNORECASE)


def read_observation(resource: Resource) -> list[Row]:
    """A score, lab value, gene or finding; of a panel, one row for each component we know."""
    if resource.status() in ("cancelled", "registered"):
        raise Skip(Reason.NOT_FINISHED)
    start, _ = resource.when("effective")
    parts = [resource.body, *objects(resource.body.get("component"))]
    rows: list[Row] = []
    failures: list[Reason] = []
    for part in parts:
        try:
            rows.append(_row(resource, part, start))
        except Skip as skip:
            failures.append(skip.reason)
    if not rows:
        telling = [reason for reason in failures if reason is not Reason.OUTSIDE_OBSERVATIONS]
        raise Skip((telling or failures)[0])
    for _ in (reason for reason in failures if reason is not Reason.OUTSIDE_OBSERVATIONS):
        resource.note("component", Note.VALUE_NOT_READ)
    return list(dict.fromkeys(rows))


def _row(resource: Resource, part: Json, start: PartialDate | None) -> Row:
    text = words(part.get("code"))
    if instrument := instrument_of(part.get("code")):
        low, high = score_value(instrument, part)
        return Score(
            resource.person_id, resource.record_id, instrument, low, high, start, _condition(resource)
        )
    if found := observation_of(part.get("code")):
        return _finding(resource, part, found, text, start)
    concept = part.get("valueCodeableConcept")
    if concept and (found := observation_of(concept)):
        return Observation(
            resource.person_id,
            resource.record_id,
            ObservationKind(found[0]),
            found[1],
            text=words(concept),
            present=Answer.UNKNOWN if _DENIED.search(words(concept)) else Answer.YES,
            start=start,
        )
    raise Skip(Reason.OUTSIDE_OBSERVATIONS)


def _condition(resource: Resource) -> str | None:
    """The condition that a score is about: a Condition in `focus`."""
    for reference in objects(resource.body.get("focus")):
        if found := resource.index.find(reference, "Condition"):
            concept = found.get("code")
            match = condition_of(concept)
            return match.condition if match else None
    return None


def _finding(
    resource: Resource, part: Json, found: tuple[str, str], text: str, start: PartialDate | None
) -> Row:
    quantity = an_object(part.get("valueQuantity"))
    value = number(quantity.get("value"))
    present = _present(part)
    if value is None and present is Answer.UNKNOWN and not _says_something(part):
        raise Skip(Reason.NO_NUMBER)
    unit = string(quantity.get("code")) or string(quantity.get("unit"))
    printed = words(part.get("valueCodeableConcept")) or string(part.get("valueString"))
    return Observation(
        resource.person_id,
        resource.record_id,
        ObservationKind(found[0]),
        found[1],
        text=f"{text}: {printed}" if printed else text,
        present=present,
        value=value if not string(quantity.get("comparator")) else None,
        unit=unit or None,
        start=start,
    )


def _says_something(part: Json) -> bool:
    return any(name.startswith("value") for name in part)


def _present(part: Json) -> Answer:
    """Whether a finding is there: from a yes/no, a coded value or the interpretation."""
    if isinstance(part.get("valueBoolean"), bool):
        return Answer.of(part["valueBoolean"])
    said = codes(part.get("valueCodeableConcept"))
    if not said:
        said = {code for one in objects(part.get("interpretation")) for code in codes(one)}
    if said & _PRESENT and not said & _ABSENT:
        return Answer.YES
    return Answer.NO if said & _ABSENT and not said & _PRESENT else Answer.UNKNOWN
