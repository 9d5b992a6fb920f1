"""Condition: a diagnosis."""

from __future__ import annotations

from assuage.dates import PartialDate
from assuage.records.fhir.elements import codes, codings, words
from assuage.records.fhir.reasons import Reason
from assuage.records.fhir.recognised import condition_of
from assuage.records.fhir.resource import Resource, Skip
from assuage.records.rows import Condition, ConditionState, Row

_ACTIVE = {"active", "recurrence", "relapse"}
_RESOLVED = {"inactive", "remission", "resolved"}
_UNCONFIRMED = {"unconfirmed", "provisional", "differential"}


def read_condition(resource: Resource) -> list[Row]:
    """One diagnosis of the codelists, as it stood when exported."""
    verification = codes(resource.body.get("verificationStatus"))
    if "entered-in-error" in verification:
        raise Skip(Reason.ENTERED_IN_ERROR)
    if "refuted" in verification:
        raise Skip(Reason.REFUTED)
    concept = resource.body.get("code")
    known, text = codings(concept), words(concept)
    match = condition_of(concept)
    if match is None:
        raise Skip(Reason.OUTSIDE_CONDITIONS)
    start, _ = resource.when("onset")
    end_start, end_end = resource.when("abatement")
    end = resource.end_after(start, end_end or end_start, "abatement")
    code = next((one for one in known if one.system == match.mapped_by), known[0] if known else None)
    return [
        Condition(
            resource.person_id,
            resource.record_id,
            match.condition,
            text,
            code=code.code if code else None,
            code_system=str(code.system) if code else None,
            start=start,
            end=end,
            recorded=resource.date(resource.body.get("recordedDate"), "recordedDate"),
            state=_state(codes(resource.body.get("clinicalStatus")), verification, end),
            intractable_code=match.intractable_code,
        )
    ]


def _state(clinical: set[str], verification: set[str], end: PartialDate | None) -> ConditionState:
    if verification & _UNCONFIRMED:
        return ConditionState.UNCONFIRMED
    if clinical & _RESOLVED or (end is not None and not clinical):
        return ConditionState.RESOLVED
    return ConditionState.ACTIVE if clinical & _ACTIVE else ConditionState.UNKNOWN
