"""Made-up people as FHIR R4: a bulk export of NDJSON, one file for each resource type.

What FHIR can't carry (what a treatment did, the highest dose borne, statements) is left out; that a
medicine was never tried is told by a statement `not-taken`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

import orjson

from assuage.synth.knowledge import medicines
from assuage.synth.plan import Course, Diagnosis, Fact, Flaw, MadeUpPerson, Supply, iso
from assuage.synth.writers.printed import LOINC_CODES, STOP_WORDS, product_name, rxcui, units_supplied

Resource = dict[str, Any]

_RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
_ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
_LOINC = "http://loinc.org"
_UCUM = "http://unitsofmeasure.org"
_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_TABLES_OF_GROUP = {
    "trigeminal": "trigeminal_neuralgia",
    "migraine": "migraine",
    "neuropathic": "neuropathic_pain",
    "other_pain": "neuropathic_pain",
}


class FhirExport:
    """A folder of NDJSON files; to be used with `with`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, IO[bytes]] = {}
        self._open = ExitStack()

    def __enter__(self) -> FhirExport:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def add(self, person: MadeUpPerson) -> None:
        """Write one person's resources, each into the file of its type."""
        for one in resources(person):
            self._file(one["resourceType"]).write(orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE))

    def _file(self, resource_type: str) -> IO[bytes]:
        if resource_type not in self._files:
            path = self._folder / f"{resource_type}.ndjson"
            self._files[resource_type] = self._open.enter_context(path.open("wb"))
        return self._files[resource_type]


def resources(person: MadeUpPerson) -> Iterator[Resource]:
    """Everything about one person."""
    yield {
        "resourceType": "Patient",
        "id": person.person_id,
        "birthDate": person.birth.isoformat(),
        "gender": str(person.sex),
    }
    subject = {"reference": f"Patient/{person.person_id}"}
    numbered = (*_about_body(person), *_drugs(person))
    for place, one in enumerate(numbered):
        owner = "patient" if one["resourceType"] == "AllergyIntolerance" else "subject"
        yield {"id": f"{person.person_id}-{place}", **one, owner: subject}


def _about_body(person: MadeUpPerson) -> Iterator[Resource]:
    for one in person.diagnoses:
        yield _diagnosis(person, one)
    for reading in person.readings:
        yield {
            **_observation(reading.instrument, reading.day),
            "code": _concept(reading.instrument, _LOINC, LOINC_CODES.get(reading.instrument, "")),
            "valueQuantity": {"value": reading.value},
            "focus": [_about(person, reading.condition)],
        }
    for finding in person.findings:
        yield {**_observation(finding.name, finding.day), "valueBoolean": finding.present}
    for lab in person.labs:
        yield {
            **_observation(lab.name, lab.day),
            "valueQuantity": {"value": lab.value, "unit": lab.unit, "code": lab.unit},
        }
    for drug, reaction, day in person.allergies:
        yield {
            "resourceType": "AllergyIntolerance",
            "code": _concept(drug.replace("_", " "), _RXNORM, rxcui(drug)),
            "reaction": [{"manifestation": [{"text": reaction}]}],
            "onsetDateTime": iso(day),
        }
    for specialty, day in person.visits:
        period = {"start": iso(day), "end": iso(day)}
        yield {
            "resourceType": "Encounter",
            "status": "finished",
            "serviceType": {"text": specialty},
            "period": period,
        }
    for operation in (one for one in person.operations if one.done):
        when: Resource = {"performedDateTime": iso(operation.day)}
        if operation.end is not None:
            when = {"performedPeriod": {"start": iso(operation.day), "end": iso(operation.end)}}
        yield {
            "resourceType": "Procedure",
            "status": "completed",
            "code": {"text": operation.name},
            "reasonReference": [_about(person, operation.condition)],
        } | when


def _diagnosis(person: MadeUpPerson, one: Diagnosis) -> Resource:
    return {
        "resourceType": "Condition",
        "id": f"{person.person_id}-{one.key}",
        "code": _concept(one.name, _ICD10CM, one.icd10cm),
        "clinicalStatus": {"coding": [{"system": _CLINICAL, "code": "active"}]},
        "onsetDateTime": iso(one.day),
    }


def _about(person: MadeUpPerson, condition: str) -> Resource:
    return {"reference": f"Condition/{person.person_id}-{condition}"}


def _observation(name: str, day: int) -> Resource:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": name},
        "effectiveDateTime": iso(day),
    }


def _drugs(person: MadeUpPerson) -> Iterator[Resource]:
    for place, course in enumerate(person.courses):
        reason = (
            {"reasonReference": [_about(person, course.condition)]} if course.tells(Fact.INDICATION) else {}
        )
        if course.medicine.acute:
            yield {**_request(course), **reason, "dosageInstruction": [{"asNeededBoolean": True}]}
        elif course.medicine.unit == "U/session":
            yield from (_administration(course, one) | reason for one in course.supplies if one.day < 0)
        else:
            yield from _dispensed(f"{person.person_id}-request-{place}", course, reason)
    yield from _never_tried(person)


def _request(course: Course) -> Resource:
    ended = not course.running and course.tells(Fact.END)
    body = {
        "resourceType": "MedicationRequest",
        "status": "stopped" if ended else "active",
        "intent": "order",
        "medicationCodeableConcept": _product(course),
        "authoredOn": iso(course.day),
    }
    if ended and course.tells(Fact.RESULT):
        body["statusReason"] = {"text": STOP_WORDS[course.result]}
    return body


def _dispensed(request_id: str, course: Course, reason: Resource) -> Iterator[Resource]:
    """A prescription and each supply of it."""
    yield {**_request(course), **reason, "id": request_id}
    prescription = [{"reference": f"MedicationRequest/{request_id}"}]
    for one in course.supplies:
        if one.day >= 0:
            continue
        dispense = _dispense(course, one) | {"authorizingPrescription": prescription}
        yield dispense
        if one.flaw is Flaw.TWICE:
            yield dispense


def _dispense(course: Course, supply: Supply) -> Resource:
    body: Resource = {
        "resourceType": "MedicationDispense",
        "status": "completed",
        "medicationCodeableConcept": _product(course),
        "whenHandedOver": iso(supply.day),
    }
    if course.tells(Fact.END):
        days = -supply.days if supply.flaw is Flaw.END_BEFORE_START else supply.days
        body["daysSupply"] = {"value": days, "unit": "days", "code": "d", "system": _UCUM}
    if supply.dose is not None and course.tells(Fact.DOSE):
        amount = 0 if supply.flaw is Flaw.DOSE_OF_ZERO else units_supplied(course, supply)
        body["quantity"] = {"value": amount, "unit": "tablets"}
    return body


def _administration(course: Course, supply: Supply) -> Resource:
    body = {
        "resourceType": "MedicationAdministration",
        "status": "completed",
        "medicationCodeableConcept": _product(course),
        "effectiveDateTime": iso(supply.day),
    }
    if course.tells(Fact.DOSE):
        body["dosage"] = {"dose": {"value": supply.dose, "unit": "U", "code": "U", "system": _UCUM}}
    return body


def _never_tried(person: MadeUpPerson) -> Iterator[Resource]:
    """Where the history is complete, every other medicine for the pain was not taken."""
    table = _TABLES_OF_GROUP.get(person.plan.group)
    if table is None or not person.history_complete:
        return
    taken = {one.ingredient for one in person.courses}
    for ingredient in medicines(table):
        if ingredient not in taken:
            yield {
                "resourceType": "MedicationStatement",
                "status": "not-taken",
                "medicationCodeableConcept": _concept(
                    ingredient.replace("_", " "), _RXNORM, rxcui(ingredient)
                ),
                "dateAsserted": iso(0),
            }


def _product(course: Course) -> Resource:
    return {"text": product_name(course.medicine)}


def _concept(text: str, system: str, code: str) -> Resource:
    return {"text": text} | ({"coding": [{"system": system, "code": code}]} if code else {})
