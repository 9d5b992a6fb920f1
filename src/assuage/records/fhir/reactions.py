"""AllergyIntolerance and AdverseEvent: what a drug did to a person."""

from __future__ import annotations

from assuage.answers import Answer
from assuage.codes.drugs import DrugMatch
from assuage.records.fhir.elements import Json, an_object, codes, objects, words
from assuage.records.fhir.medications import matches_of, medication_of
from assuage.records.fhir.reasons import Reason
from assuage.records.fhir.recognised import drugs_of, observation_of
from assuage.records.fhir.references import canonical, contained
from assuage.records.fhir.resource import Resource, Skip
from assuage.records.rows import Observation, ObservationKind, Row


def read_allergy(resource: Resource) -> list[Row]:
    """An allergy or intolerance to a drug of ours, one row per ingredient. Resolved ones are not present."""
    verification = codes(resource.body.get("verificationStatus"))
    if "entered-in-error" in verification:
        raise Skip(Reason.ENTERED_IN_ERROR)
    if "refuted" in verification:
        raise Skip(Reason.REFUTED)
    concept = resource.body.get("code")
    reactions = objects(resource.body.get("reaction"))
    drugs = drugs_of(concept) or tuple(match for one in reactions for match in drugs_of(one.get("substance")))
    if not drugs:
        raise Skip(Reason.OUTSIDE_FORMULARY)
    first, _ = resource.when("onset")
    recorded = resource.date(resource.body.get("recordedDate"), "recordedDate")
    shown = [words(one) for reaction in reactions for one in objects(reaction.get("manifestation"))]
    present = _present(codes(resource.body.get("clinicalStatus")), verification)
    name = "intolerance" if resource.body.get("type") == "intolerance" else "allergy"
    return [
        Observation(
            resource.person_id,
            resource.record_id,
            ObservationKind.ALLERGY,
            name,
            text="; ".join(text for text in (words(concept), *shown) if text),
            ingredient=ingredient,
            present=present,
            start=first or recorded,
        )
        for ingredient in dict.fromkeys(match.ingredient for match in drugs)
    ]


def _present(clinical: set[str], verification: set[str]) -> Answer:
    if clinical & {"inactive", "resolved"}:
        return Answer.NO
    # not said to be confirmed is what most lists hold; only "unconfirmed" is a doubt
    return Answer.UNKNOWN if verification & {"unconfirmed", "presumed"} else Answer.YES


def read_adverse_event(resource: Resource) -> list[Row]:
    """An event with the drugs of ours that are suspected of it, one row per ingredient."""
    if resource.body.get("actuality") == "potential":
        raise Skip(Reason.ONLY_POTENTIAL)
    event = resource.body.get("event")
    found = observation_of(event)
    suspects = objects(resource.body.get("suspectEntity"))
    if not suspects and not found:
        raise Skip(Reason.NO_DRUG_NAMED)
    drugs = [match for suspect in suspects for match in _suspected(resource, suspect)]
    ingredients: list[str | None] = list(dict.fromkeys(match.ingredient for match in drugs))
    if suspects and not ingredients:
        raise Skip(Reason.OUTSIDE_FORMULARY)
    day = resource.date(resource.body.get("date"), "date")
    return [
        Observation(
            resource.person_id,
            resource.record_id,
            ObservationKind.ADVERSE_EVENT,
            found[1] if found else "adverse_event",
            text=words(event),
            ingredient=ingredient,
            present=Answer.YES,
            start=day,
        )
        for ingredient in ingredients or [None]
    ]


def _suspected(resource: Resource, suspect: Json) -> tuple[DrugMatch, ...]:
    """The ingredients behind a suspect: a medication, or a prescription or statement of one."""
    instance = an_object(suspect.get("instance"))
    key = canonical(instance)
    if key.startswith("#"):
        return matches_of(contained(resource.body, key) or {})
    if medication := resource.index.by_key(key, "Medication"):
        return matches_of(medication)
    for kind in ("MedicationRequest", "MedicationStatement"):
        if use := resource.index.by_key(key, kind):
            return matches_of(medication_of(resource, use))
    return drugs_of({"text": instance.get("display")})
