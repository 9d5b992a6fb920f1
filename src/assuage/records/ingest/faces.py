"""Faces: the few fields of a resource that decide that it gives no row.

Of a health record most resources are of no use here: a visit, a blood count, a drug outside the formulary.
Which ones is for the reader to say, and it says so after a look at a few fields: the code, the status. These
fields together are the face of a resource, and millions of resources share a few thousand faces. So the
reader's own function is asked once for each face, with a resource that holds nothing else, and its answer
counts for all resources of that face. Only what it can't turn away by its face has to be read whole.
"""

from __future__ import annotations

from typing import cast

import orjson

from assuage.records.fhir.elements import Json
from assuage.records.fhir.index import Index
from assuage.records.fhir.reader import CONVERTERS
from assuage.records.fhir.reasons import Reason
from assuage.records.fhir.resource import Lifespan, Resource, Skip

_DRUG = ("medicationCodeableConcept", "medicationReference", "contained")

FACES: dict[str, tuple[str, ...]] = {
    "AdverseEvent": ("actuality", "event", "suspectEntity", "contained"),
    "AllergyIntolerance": ("verificationStatus", "code", "reaction"),
    "CarePlan": ("status", "intent", "activity"),
    "Condition": ("verificationStatus", "code"),
    "Encounter": ("status", "serviceType", "type", "participant"),
    "MedicationAdministration": ("status", *_DRUG),
    "MedicationDispense": ("status", "authorizingPrescription", *_DRUG),
    "MedicationRequest": ("status", "doNotPerform", "reportedBoolean", "reportedReference", "intent", *_DRUG),
    "MedicationStatement": ("status", *_DRUG),
    "Observation": ("status", "code", "component", "valueCodeableConcept"),
    "Procedure": ("status", "code"),
}
"""For each type every field that its converter looks at before it gives one of the reasons below.

A type that is not here is always read whole.
"""

BY_FACE = frozenset(
    {
        Reason.DO_NOT_GIVE,
        Reason.ENTERED_IN_ERROR,
        Reason.MEDICATION_NOWHERE,
        Reason.NOT_AN_ORDER,
        Reason.NOT_DISPENSED,
        Reason.NOT_YET,
        Reason.NO_DRUG_NAMED,
        Reason.ONLY_POTENTIAL,
        Reason.OUTSIDE_CONDITIONS,
        Reason.OUTSIDE_FORMULARY,
        Reason.OUTSIDE_OBSERVATIONS,
        Reason.OUTSIDE_PROCEDURES,
        Reason.OUTSIDE_SPECIALTIES,
        Reason.REFUTED,
    }
)
"""The reasons that a face is enough for."""

SEPARATOR = "\x1f"
"""Stands between the fields of a face; no JSON text holds it."""

_OF_ONE_PERSON = frozenset({"Condition", "MedicationRequest", "MedicationStatement"})


class _NeedsMore(Exception):
    """The converter looked at something that is not known yet."""


class _Asked:
    """An index while faces are decided: what belongs to one person is not in it yet.

    Without `shared`, nothing is; `no_roles` says that no practitioner has a role on record.
    """

    def __init__(self, shared: Index | None, *, no_roles: bool) -> None:
        self._shared, self._no_roles = shared, no_roles

    def find(self, reference: object, kind: str) -> Json | None:
        return self._known(kind).find(reference, kind)

    def by_key(self, key: str, kind: str) -> Json | None:
        return self._known(kind).by_key(key, kind)

    def role_of(self, reference: object) -> Json | None:
        return None if self._no_roles else self._known("PractitionerRole").role_of(reference)

    def is_dispensed(self, identity: str) -> bool:  # noqa: ARG002 -- as Index has it
        raise _NeedsMore

    def _known(self, kind: str) -> Index:
        if self._shared is None or kind in _OF_ONE_PERSON:
            raise _NeedsMore
        return self._shared


def reason_by_face(
    kind: str, face: str, shared: Index | None = None, *, no_roles: bool = False
) -> Reason | None:
    """Why every resource of this face gives no row; None where that can't be told from its face.

    `face` holds the JSON text of each field of `FACES[kind]`, empty where it is absent. `shared` is an index
    of the medications and practitioners of the whole source; `no_roles` says that there is no
    PractitionerRole in it.
    """
    fields = zip(FACES[kind], face.split(SEPARATOR), strict=True)
    try:
        body = {name: orjson.loads(text) for name, text in fields if text}
    except orjson.JSONDecodeError:
        return None  # DuckDB reads a little more than JSON; the whole resource will tell
    resource = Resource(kind, "", body, Lifespan(""), cast("Index", _Asked(shared, no_roles=no_roles)))
    try:
        CONVERTERS[kind](resource)
    except Skip as skip:
        return skip.reason if skip.reason in BY_FACE else None
    except _NeedsMore:
        return None
    return None
