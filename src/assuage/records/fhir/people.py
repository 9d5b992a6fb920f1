"""Patient: a person."""

from __future__ import annotations

from assuage.records.fhir.elements import string
from assuage.records.fhir.reasons import Note
from assuage.records.fhir.resource import Lifespan, Resource
from assuage.records.rows import Person, Row, Sex


def lifespan(resource: Resource) -> Lifespan:
    """Birth and death as the Patient resource gives them; a death before birth is left unknown."""
    birth = resource.date(resource.body.get("birthDate"), "birthDate")
    death = resource.date(resource.body.get("deceasedDateTime"), "deceasedDateTime")
    if birth and death and death.last < birth.first:
        resource.note("deceasedDateTime", Note.BEFORE_BIRTH)
        death = None
    return Lifespan(resource.identity, birth, death)


def read_patient(resource: Resource) -> list[Row]:
    """One person. Sex is the administrative gender; `deceasedBoolean` alone gives no date."""
    life = lifespan(resource)
    if resource.body.get("deceasedBoolean") is True:
        resource.note("deceasedBoolean", Note.DEATH_WITHOUT_DATE)
    gender = string(resource.body.get("gender"))
    sex = Sex(gender) if gender in set(Sex) else Sex.UNKNOWN
    return [Person(resource.identity, resource.record_id, life.birth, sex, life.death)]
