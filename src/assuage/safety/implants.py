"""Metal and devices in the body, and the skull, before magnetic stimulation and focused ultrasound."""

from __future__ import annotations

from collections.abc import Iterator

from assuage.answers import Answer
from assuage.records.rows import ConditionState, ObservationKind
from assuage.safety import levels
from assuage.safety.model import Concern
from assuage.safety.rules import numbers, treatment_rules
from assuage.safety.subject import Subject
from assuage.safety.use import Use


def concerns(use: Use) -> Iterator[Concern]:
    """An implant in or near the field, one elsewhere, none asked about; then the density of the skull."""
    for rule in treatment_rules("implants").values():
        if use.is_one_of(rule.treatments):
            near = implants(use.subject, "in_the_head")
            elsewhere = implants(use.subject, "in_the_body")
            answer = Answer.of(True if near else None)
            missing = () if near else ("implant_compatibility",) if elsewhere else ("implants",)
            yield use.concern(rule.weight, answer, evidence=near or elsewhere, missing=missing)
    yield from levels.concerns(use, "implants")


def implants(subject: Subject, place: str) -> tuple[str, ...]:
    """Records of implants of one place: diagnoses that say so, devices in use, and what was implanted."""
    names = numbers("implants")[place].value
    said = [
        row.record_id
        for row in subject.diagnoses(names["conditions"])
        if row.state is not ConditionState.UNCONFIRMED
    ]
    devices = [
        row.record_id
        for row in subject.observed((*names["devices"], *names["procedures"]))
        if row.kind is ObservationKind.DEVICE and row.present is not Answer.NO
    ]
    implanted = [row.record_id for row in subject.operations(names["procedures"])]
    return tuple(dict.fromkeys((*said, *devices, *implanted)))
