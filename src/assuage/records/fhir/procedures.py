"""Procedure, CarePlan and DeviceUseStatement: operations, therapies and implanted devices."""

from __future__ import annotations

from assuage.answers import Answer
from assuage.records.fhir.elements import Json, an_object, codes, codings, objects, string, words
from assuage.records.fhir.reasons import Note, Reason
from assuage.records.fhir.recognised import observation_of, procedure_of
from assuage.records.fhir.resource import Resource, Skip, indication
from assuage.records.fhir.stops import printed, stop_reason
from assuage.records.rows import Observation, ObservationKind, Procedure, ProcedureState, Row, StopReason

_PROCEDURE_STATES = {
    "completed": ProcedureState.DONE,
    "in-progress": ProcedureState.DONE,
    "stopped": ProcedureState.DONE,
    "preparation": ProcedureState.RECOMMENDED,
    "on-hold": ProcedureState.RECOMMENDED,
}
_ACTIVITY_STATES = {
    "not-started": ProcedureState.RECOMMENDED,
    "scheduled": ProcedureState.RECOMMENDED,
    "on-hold": ProcedureState.RECOMMENDED,
    "in-progress": ProcedureState.DONE,
    "completed": ProcedureState.DONE,
}
_REFUSED_CODES = {"105480006"}  # SNOMED CT: refusal of treatment by patient
_REFUSED_WORDS = ("refus", "declin")


def read_procedure(resource: Resource) -> list[Row]:
    """A procedure done, recommended or refused; one not done for another reason is skipped."""
    status, body = resource.status(), resource.body
    concept = body.get("code")
    key = procedure_of(concept)
    if key is None:
        raise Skip(Reason.OUTSIDE_PROCEDURES)
    if status == "not-done" and not _refused(body.get("statusReason")):
        raise Skip(Reason.NOT_DONE)
    start, end = resource.when("performed")
    reason, reason_text = resource.indication()
    if "outcome" in body:
        resource.note("outcome", Note.OUTCOME_NOT_READ)
    state = ProcedureState.REFUSED if status == "not-done" else _PROCEDURE_STATES.get(status)
    why = stop_reason(resource, body.get("statusReason")) if status == "stopped" else StopReason.UNKNOWN
    code = next(iter(codings(concept)), None)
    return [
        Procedure(
            resource.person_id,
            resource.record_id,
            key,
            words(concept),
            code=code.code if code else None,
            code_system=str(code.system) if code else None,
            start=start,
            end=end,
            state=state or ProcedureState.UNKNOWN,
            indication=reason,
            indication_text=reason_text,
            stop_reason=why,
            adverse_event=next(
                (text for one in objects(body.get("complication")) if (text := words(one))), None
            ),
        )
    ]


def _refused(concept: object) -> bool:
    text = printed(concept)
    return bool(codes(concept) & _REFUSED_CODES) or any(word in text for word in _REFUSED_WORDS)


def read_care_plan(resource: Resource) -> list[Row]:
    """The plan's activities that are procedures or therapies of ours."""
    status = resource.status()
    if status == "draft" or resource.body.get("intent") in ("proposal", "option"):
        raise Skip(Reason.NOT_AN_ORDER)
    activities = [an_object(one.get("detail")) for one in objects(resource.body.get("activity"))]
    rows = [row for activity in activities if (row := _activity(resource, activity))]
    if not rows:
        raise Skip(Reason.OUTSIDE_PROCEDURES)
    return list(dict.fromkeys(rows))


def _activity(resource: Resource, activity: Json) -> Row | None:
    concept = activity.get("code")
    key = procedure_of(concept) if concept else None
    status = string(activity.get("status"))
    if key is None or status in ("cancelled", "entered-in-error"):
        return None
    planned = resource.period(activity.get("scheduledPeriod"), "activity.scheduledPeriod")
    start, end = planned if any(planned) else resource.period(resource.body.get("period"), "period")
    reason, reason_text = indication(resource, activity)
    if reason_text is None:
        reason, reason_text = indication(resource, {"reasonReference": resource.body.get("addresses")})
    code = next(iter(codings(concept)), None)
    return Procedure(
        resource.person_id,
        resource.record_id,
        key,
        words(concept),
        code=code.code if code else None,
        code_system=str(code.system) if code else None,
        start=start,
        end=end,
        state=_ACTIVITY_STATES.get(status, ProcedureState.UNKNOWN),
        indication=reason,
        indication_text=reason_text,
    )


def read_device_use(resource: Resource) -> list[Row]:
    """A device in use, such as a nerve stimulator; the device itself may stand in any file."""
    status = resource.status()
    device = resource.index.find(resource.body.get("device"), "Device") or {}
    names = [string(one.get("name")) for one in objects(device.get("deviceName"))]
    shown = string(an_object(resource.body.get("device")).get("display"))
    text = next((name for name in (words(device.get("type")), *names, shown) if name), "")
    named = {**an_object(device.get("type")), "text": text}
    found = observation_of(named)
    name = found[1] if found and found[0] == "device" else procedure_of(named)
    if name is None:
        raise Skip(Reason.OUTSIDE_DEVICES)
    start, _ = resource.when("timing")
    in_use = {"active": Answer.YES, "completed": Answer.YES}.get(status, Answer.UNKNOWN)
    return [
        Observation(
            resource.person_id,
            resource.record_id,
            ObservationKind.DEVICE,
            name,
            text=text,
            present=in_use,
            start=start,
        )
    ]
