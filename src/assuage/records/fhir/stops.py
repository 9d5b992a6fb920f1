"""Why a treatment was stopped, from a status reason's codes, else from its words.

Codes are HL7's medicationrequest-status-reason. Words are English; a negation before them, or no word
that we know, leaves the reason unknown.
"""

from __future__ import annotations

import re
from typing import Any

from assuage.records.fhir.elements import Json, an_object, codes, codings, objects, string
from assuage.records.fhir.reasons import Note
from assuage.records.fhir.resource import Resource
from assuage.records.rows import StopReason

_BY_CODE = {
    "sintol": StopReason.ADVERSE_EVENT,  # suspected intolerance
    "saig": StopReason.ADVERSE_EVENT,  # allergy
    "altchoice": StopReason.OTHER,  # another treatment first
    "clarif": StopReason.OTHER,  # the order was not clear
    "drughigh": StopReason.OTHER,  # level too high
    "hospadm": StopReason.OTHER,
    "labint": StopReason.OTHER,  # disturbs a laboratory test
    "non-avail": StopReason.OTHER,
    "preg": StopReason.OTHER,
    "sddi": StopReason.OTHER,  # interaction
    "sdupther": StopReason.OTHER,  # the same twice
    "surg": StopReason.OTHER,
    "washout": StopReason.OTHER,
}
_BY_WORDS = (
    (
        StopReason.ADVERSE_EVENT,
        r"side.?effect|adverse|intoleran|not tolerat|poorly tolerat|allerg|toxic|\brash\b|hypersensitiv",
    ),
    (
        StopReason.NO_EFFECT,
        r"ineffective|not effective|no effect|no benefit|no relief|no response"
        r"|lack of (?:effect|efficacy|response)|inefficacy|treatment failure",
    ),
    (StopReason.NONADHERENCE, r"non.?adheren|non.?complian|not taken as (?:prescribed|directed)"),
    (StopReason.REMISSION, r"no longer needed|not needed any|remission|pain.?free|symptoms? resolved"),
    (StopReason.OTHER, r"\bcosts?\b|pregnan|insurance|out of stock|not available|patient choice|surgery"),
)
_NEGATED = r"\b(?:no|not|without|denies|never)\b(?:\W+\w+){0,3}\W+$"


def stop_reason(resource: Resource, concept: Any, element: str = "statusReason") -> StopReason:
    """The reason for stopping that a CodeableConcept, or a list of them, states."""
    parts = objects(concept)
    found = {reason for part in parts if (reason := _reason_of(part))}
    if len(found) == 1:
        return found.pop()
    if parts:
        resource.note(element, Note.STOP_NOT_READ)
    return StopReason.UNKNOWN


def _reason_of(concept: Json) -> StopReason | None:
    by_code = {_BY_CODE[code] for code in codes(concept) if code in _BY_CODE}
    if by_code:
        return by_code.pop() if len(by_code) == 1 else None
    text = printed(concept)
    found = {reason for reason, pattern in _BY_WORDS if _says(pattern, text)}
    return found.pop() if len(found) == 1 else None


def printed(concept: Any) -> str:
    """All words of a concept, lower case: its text and its displays."""
    body = an_object(concept)
    return " ; ".join([string(body.get("text")), *(code.display for code in codings(body))]).lower()


def _says(pattern: str, text: str) -> bool:
    """Whether the text says this, with no negation in the few words before."""
    return any(not re.search(_NEGATED, text[: match.start()]) for match in re.finditer(pattern, text))
