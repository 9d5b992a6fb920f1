"""MedicationRequest, -Statement, -Dispense and -Administration: exposures, one per ingredient.

A prescription and its dispenses are one supply. The dispense is the stronger record, so a request
that has one gives no row; its dosage, reason and status reason serve its dispenses where they have
none of their own.
"""

from __future__ import annotations

from assuage.answers import Answer
from assuage.codes.drugs import DrugMatch
from assuage.records.fhir.courses import Course, bounded, days_of, dosages_of, of_length
from assuage.records.fhir.dosage import (
    UNKNOWN_DOSE,
    Amount,
    Dose,
    Drug,
    amount,
    as_needed,
    structured_dose,
    supplied_dose,
)
from assuage.records.fhir.elements import Json, an_object, number, objects, string, words
from assuage.records.fhir.reasons import Note, Reason
from assuage.records.fhir.recognised import drugs_of
from assuage.records.fhir.references import canonical, contained
from assuage.records.fhir.resource import Resource, Skip, indication
from assuage.records.fhir.stops import stop_reason
from assuage.records.rows import DoseRule, EndRule, Exposure, Purpose, Row, StopReason

_STOPPED = ("stopped", "cancelled", "completed", "on-hold", "not-taken", "not-done")


def read_request(resource: Resource) -> list[Row]:
    """A prescription. Its supply is one supply: repeats not dispensed are not counted."""
    status, body = resource.status(), resource.body
    if body.get("doNotPerform") is True:
        raise Skip(Reason.DO_NOT_GIVE)
    reported = body.get("reportedBoolean") is True or "reportedReference" in body
    proposed = body.get("intent") in ("proposal", "option") or (body.get("intent") == "plan" and not reported)
    if status == "draft" or proposed:
        raise Skip(Reason.NOT_AN_ORDER)
    drugs = _drugs(resource)
    if resource.index.is_dispensed(resource.identity):
        raise Skip(Reason.COUNTED_BY_DISPENSE)
    supply = an_object(body.get("dispenseRequest"))
    days = days_of(resource, supply.get("expectedSupplyDuration"), "expectedSupplyDuration")
    dosages = dosages_of(body, "dosageInstruction")
    course = _request_course(resource, dosages, days, status)
    # withdrawn before any of it was given, as FHIR defines "cancelled"
    taken = Answer.NO if status == "cancelled" else Answer.UNKNOWN
    return [
        _exposure(
            resource,
            drug,
            course,
            _dose(resource, dosages, supply.get("quantity"), days, drug),
            dosages,
            body,
            taken,
        )
        for drug in drugs
    ]


def _request_course(resource: Resource, dosages: list[Json], days: int | None, status: str) -> Course:
    authored = resource.date(resource.body.get("authoredOn"), "authoredOn")
    course = bounded(resource, dosages, authored) or Course(authored)
    if course.end_rule is not EndRule.UNKNOWN:
        return course
    if days and status not in ("stopped", "cancelled"):  # a stopped order was not used up
        return of_length(course.start, days, EndRule.SUPPLIED)
    return Course(course.start, None, EndRule.ACTIVE_ORDER if status == "active" else EndRule.UNKNOWN)


def read_statement(resource: Resource) -> list[Row]:
    """What someone says is, was or was not taken."""
    status, body = resource.status(), resource.body
    if status == "intended":
        raise Skip(Reason.NOT_YET)
    drugs = _drugs(resource)
    dosages = dosages_of(body, "dosage")
    course = _statement_course(resource, dosages, status)
    taken = {"not-taken": Answer.NO, "unknown": Answer.UNKNOWN, "": Answer.UNKNOWN}.get(status, Answer.YES)
    return [
        _exposure(resource, drug, course, structured_dose(resource, dosages, drug), dosages, body, taken)
        for drug in drugs
    ]


def _statement_course(resource: Resource, dosages: list[Json], status: str) -> Course:
    start, end = resource.when("effective")
    if end:
        return Course(start, end, EndRule.STATED)
    course = bounded(resource, dosages, start)
    if course and course.end_rule is not EndRule.UNKNOWN:
        return course
    if status != "active":
        return course or Course(start)
    start = course.start if course else start
    asserted = resource.date(resource.body.get("dateAsserted"), "dateAsserted")
    still = resource.end_after(start, asserted, "dateAsserted")
    return Course(start, still, EndRule.ONGOING) if still else Course(start, None, EndRule.ACTIVE_ORDER)


def read_dispense(resource: Resource) -> list[Row]:
    """What a pharmacy handed over."""
    status, body = resource.status(), resource.body
    if status in ("preparation", "cancelled", "on-hold", "declined"):
        raise Skip(Reason.NOT_DISPENSED)
    request = _request_of(resource)
    drugs = _drugs(resource, request)  # pharmacies often name only a package code that we don't know
    dosages = dosages_of(body, "dosageInstruction") or dosages_of(request, "dosageInstruction")
    days = days_of(resource, body.get("daysSupply"), "daysSupply", unit_in_name=True)
    handed = resource.date(body.get("whenHandedOver"), "whenHandedOver")
    start = handed or resource.date(body.get("whenPrepared"), "whenPrepared")
    course = of_length(start, days, EndRule.SUPPLIED) if days else Course(start)
    return [
        _exposure(
            resource,
            drug,
            course,
            _dose(resource, dosages, body.get("quantity"), days, drug),
            dosages,
            request,
            Answer.UNKNOWN,
        )
        for drug in drugs
    ]


def _request_of(resource: Resource) -> Json:
    """The prescription that a dispense serves, empty if it names none on record."""
    for reference in objects(resource.body.get("authorizingPrescription")):
        if request := resource.index.find(reference, "MedicationRequest"):
            return request
    return {}


def read_administration(resource: Resource) -> list[Row]:
    """What was given, once or over a period. One amount says nothing about a day, except units a session."""
    status, body = resource.status(), resource.body
    drugs = _drugs(resource)
    start, end = resource.when("effective")
    single = "effectiveDateTime" in body and start is not None
    end = start if single else end
    course = Course(start, end, EndRule.STATED if end else EndRule.UNKNOWN)
    taken = {"not-done": Answer.NO, "unknown": Answer.UNKNOWN, "": Answer.UNKNOWN}.get(status, Answer.YES)
    dosage = an_object(body.get("dosage"))
    return [
        _exposure(resource, drug, course, _session_dose(resource, dosage, drug), [], body, taken)
        for drug in drugs
    ]


def _session_dose(resource: Resource, dosage: Json, drug: Drug) -> Dose:
    given = dosage.get("dose")
    single = amount(resource, an_object(given), drug) if given is not None else None
    match single:
        case Amount(value, "U"):
            return Dose(value, "U/session", DoseRule.STRUCTURED)
        case Amount(value, "ug/h"):
            return Dose(value, "ug/h", DoseRule.STRUCTURED)
        case _:
            return UNKNOWN_DOSE


def _dose(resource: Resource, dosages: list[Json], quantity: object, days: int | None, drug: Drug) -> Dose:
    """By the dosage; where that gives none and the drug is taken regularly, by what was supplied."""
    dose = structured_dose(resource, dosages, drug)
    if dose.value is not None or as_needed(dosages):
        return dose
    return supplied_dose(resource, quantity, days, drug)


def _exposure(
    resource: Resource,
    drug: Drug,
    course: Course,
    dose: Dose,
    dosages: list[Json],
    reasons: Json,
    taken: Answer,
) -> Exposure:
    """One row. `reasons` is the JSON that carries the indication and the reason for stopping."""
    when_needed = as_needed(dosages)
    condition, reason_text = indication(resource, reasons)
    stopped = reasons.get("status") in _STOPPED
    why = stop_reason(resource, reasons.get("statusReason")) if stopped else StopReason.UNKNOWN
    side_effect = why is StopReason.ADVERSE_EVENT
    return Exposure(
        resource.person_id,
        resource.record_id,
        drug.match.ingredient,
        drug.text,
        str(drug.match.mapped_by),
        start=course.start,
        end=course.end,
        end_rule=course.end_rule,
        stated_days=course.stated_days,
        dose=dose.value,
        dose_unit=dose.unit,
        dose_rule=dose.rule,
        form=drug.match.form,
        as_needed=when_needed,
        taken=taken,
        purpose=Purpose.ACUTE if when_needed else Purpose.UNKNOWN,
        indication=condition,
        indication_text=reason_text,
        stop_reason=why,
        adverse_event=_printed_reason(reasons) if side_effect else None,
    )


def _printed_reason(body: Json) -> str | None:
    return next((text for part in objects(body.get("statusReason")) if (text := words(part))), None)


def _drugs(resource: Resource, request: Json | None = None) -> list[Drug]:
    """The ingredients of ours in a medication resource, else in its request. Raises Skip if there is none."""
    for body in (resource.body, request or {}):
        medication = medication_of(resource, body)
        matches = matches_of(medication)
        if matches:
            text = _printed_drug(medication, body)
            return [Drug(match, text, shared=len(matches) > 1) for match in matches]
    lost = any(note is Note.MEDICATION_NOWHERE for _, note in resource.notes)
    raise Skip(Reason.MEDICATION_NOWHERE if lost else Reason.OUTSIDE_FORMULARY)


def medication_of(resource: Resource, body: Json) -> Json:
    """What medication[x] means, as a Medication: a code, a contained one, or one by reference.

    A reference to nowhere leaves the name printed with it.
    """
    if "medicationReference" not in body:
        return {"code": body.get("medicationCodeableConcept")}
    reference = an_object(body["medicationReference"])
    key = canonical(reference, "Medication")
    medication = contained(body, key) if key.startswith("#") else resource.index.by_key(key, "Medication")
    if medication is None:
        resource.note("medicationReference", Note.MEDICATION_NOWHERE)
        return {"code": {"text": reference.get("display")}}
    return medication


def _printed_drug(medication: Json, body: Json) -> str:
    """The drug as printed: with its code, its ingredients or the reference to it."""
    listed = [words(part.get("itemCodeableConcept")) for part in objects(medication.get("ingredient"))]
    shown = string(an_object(body.get("medicationReference")).get("display"))
    return words(medication.get("code")) or " / ".join(text for text in listed if text) or shown


def matches_of(medication: Json) -> tuple[DrugMatch, ...]:
    """The ingredients of a Medication resource: by its code, else by the ingredients that it lists."""
    concept = medication.get("code")
    by_ingredient = tuple(_listed(part) for part in objects(medication.get("ingredient")))
    listed = {match.ingredient: match for matches in by_ingredient for match in matches}
    coded = drugs_of(concept)
    if not coded:
        return tuple(listed[key] for key in sorted(listed))
    return tuple(listed.get(match.ingredient, match) if match.strength is None else match for match in coded)


def _listed(part: Json) -> tuple[DrugMatch, ...]:
    """One listed ingredient, with its strength where that is in mg per one unit."""
    concept = part.get("itemCodeableConcept")
    ratio = an_object(part.get("strength"))
    above, below = an_object(ratio.get("numerator")), an_object(ratio.get("denominator"))
    strength = number(above.get("value"))
    in_mg = (string(above.get("code")) or string(above.get("unit"))) == "mg"
    per_one = number(below.get("value")) in (None, 1.0) and string(below.get("code")) not in ("mL", "L", "g")
    return tuple(
        DrugMatch(match.ingredient, match.mapped_by, strength, "mg", match.form)
        if strength and strength > 0 and in_mg and per_one
        else match
        for match in drugs_of(concept)
    )
