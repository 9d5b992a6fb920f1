"""Made-up people as FHIR R4: a bulk export of NDJSON, one file for each resource type, or one Bundle."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from formats.made_up_people import AS_OF, Course, MadeUpPerson, Step

Resource = dict[str, Any]

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
STATUS_REASONS = "http://terminology.hl7.org/CodeSystem/medicationrequest-status-reason"


def write_ndjson(folder: Path, people: Iterable[MadeUpPerson]) -> Path:
    """A folder as a bulk export writes it."""
    folder.mkdir()
    for person in people:
        for one in resources(person):
            with (folder / f"{one['resourceType']}.ndjson").open("a", encoding="utf-8") as file:
                file.write(json.dumps(one) + "\n")
    return folder


def write_bundle(path: Path, people: Iterable[MadeUpPerson]) -> Path:
    """One Bundle with everybody in it."""
    entries = [{"resource": one} for person in people for one in resources(person)]
    path.write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}))
    return path


def resources(person: MadeUpPerson) -> Iterator[Resource]:
    """Everything about one person."""
    subject = {"reference": f"Patient/{person.number}"}
    yield {
        "resourceType": "Patient",
        "id": str(person.number),
        "birthDate": person.birth,
        "gender": person.sex,
    }
    for one in (*_diagnoses(person), *_operations(person), *_scores(person), *_supplies(person)):
        yield {**one, "subject": subject, "id": f"{person.number}-{one['id']}"}


def _diagnoses(person: MadeUpPerson) -> Iterator[Resource]:
    for place, one in enumerate(person.diagnoses):
        yield {
            "resourceType": "Condition",
            "id": f"diagnosis-{place}",
            "code": _concept(one.name, ICD10CM, one.code),
            "onsetDateTime": one.since.isoformat(),
        }


def _operations(person: MadeUpPerson) -> Iterator[Resource]:
    for place, one in enumerate(person.operations):
        period = {"start": one.start.isoformat(), "end": one.end.isoformat()} if one.end else None
        when = {"performedPeriod": period} if period else {"performedDateTime": one.start.isoformat()}
        yield {
            "resourceType": "Procedure",
            "id": f"procedure-{place}",
            "status": "completed",
            "code": {"text": one.name},
        } | when


def _scores(person: MadeUpPerson) -> Iterator[Resource]:
    for place, one in enumerate(person.readings):
        yield {
            "resourceType": "Observation",
            "id": f"score-{place}",
            "status": "final",
            "code": _concept(one.instrument, LOINC, one.loinc),
            "effectiveDateTime": one.day.isoformat(),
            "valueInteger": one.value,
        }


def _supplies(person: MadeUpPerson) -> Iterator[Resource]:
    """Every other course as a prescription with its dispenses, the rest as medication statements."""
    for place, course in enumerate(person.courses):
        if (person.number + place) % 2:
            yield from _dispensed(person.number, place, course)
        else:
            yield from _stated(place, course)


def _dispensed(number: int, place: int, course: Course) -> Iterator[Resource]:
    request = f"request-{place}"
    yield {
        "resourceType": "MedicationRequest",
        "id": request,
        "status": "stopped" if course.stopped_because else "active",
        "intent": "order",
        "medicationCodeableConcept": _drug(course),
        "authoredOn": course.steps[0].start.isoformat(),
    } | _reason(course)
    for step_place, step in enumerate(course.steps):
        for supply_place, (start, days) in enumerate(step.supplies()):
            yield {
                "resourceType": "MedicationDispense",
                "id": f"dispense-{place}-{step_place}-{supply_place}",
                "status": "completed",
                "medicationCodeableConcept": _drug(course),
                "authorizingPrescription": [{"reference": f"MedicationRequest/{number}-{request}"}],
                "whenHandedOver": start.isoformat(),
                "daysSupply": {"value": days, "code": "d", "system": UCUM},
                "quantity": {"value": round(step.units_a_day * days), "code": "{tbl}", "system": UCUM},
            }


def _stated(place: int, course: Course) -> Iterator[Resource]:
    for step_place, step in enumerate(course.steps):
        is_last = step is course.steps[-1]
        # one statement for each injection of a depot, one for each stretch of one dose otherwise
        parts = list(step.supplies()) if course.drug.is_depot else [(step.start, step.days)]
        for part_place, (start, days) in enumerate(parts):
            if start >= AS_OF:
                continue
            end = date.fromordinal(start.toordinal() + days - 1)
            yield {
                "resourceType": "MedicationStatement",
                "id": f"statement-{place}-{step_place}-{part_place}",
                "medicationCodeableConcept": _drug(course),
                "dosage": [_dosage(course, step)],
                **_period(start, end),
                **({"status": "stopped", **_reason(course)} if is_last and course.stopped_because else {}),
            }


def _period(start: date, end: date) -> Resource:
    """A closed period, or one that is still open on the day somebody said so."""
    if end > AS_OF:
        period = {"start": start.isoformat()}
        return {"status": "active", "effectivePeriod": period, "dateAsserted": AS_OF.isoformat()}
    return {"status": "completed", "effectivePeriod": {"start": start.isoformat(), "end": end.isoformat()}}


def _dosage(course: Course, step: Step) -> Resource:
    """Milligrams, as often as the units are taken; a depot once in four weeks."""
    period = {"frequency": 1, "period": 4, "periodUnit": "wk"}
    if not course.drug.is_depot:
        period = {"frequency": round(step.units_a_day), "period": 1, "periodUnit": "d"}
    quantity = {"value": course.drug.strength_mg, "unit": "mg", "code": "mg", "system": UCUM}
    return {"timing": {"repeat": period}, "doseAndRate": [{"doseQuantity": quantity}]}


def _reason(course: Course) -> Resource:
    """HL7's code where it has one; words elsewhere."""
    if course.stopped_because == "side effects":
        return {"statusReason": {"coding": [{"system": STATUS_REASONS, "code": "sintol"}]}}
    return {"statusReason": {"text": course.stopped_because}} if course.stopped_because else {}


def _drug(course: Course) -> Resource:
    return _concept(course.drug.printed, RXNORM, course.drug.rxcui)


def _concept(text: str, system: str, code: str) -> Resource:
    return {"text": text} | ({"coding": [{"system": system, "code": code}]} if code else {})
