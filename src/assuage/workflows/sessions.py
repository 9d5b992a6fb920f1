"""A delivered ultrasound session becomes a procedure of the person: where the two wings meet, as data."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from assuage.dates import PartialDate
from assuage.errors import UsageError
from assuage.records.history import History
from assuage.records.rows import Procedure, ProcedureState, StopReason
from assuage.ultrasound.session.summary import SessionSummary, TargetSummary

PROCEDURE = "mrgfus_thalamotomy"
PROCEDURE_NAME = "MR-guided focused ultrasound thalamotomy"


def with_session(history: History, summary: SessionSummary, *, indication: str | None = None) -> History:
    """The history with a delivered session in it, from which a review makes a treatment trial.

    What a session says of pain is said in the minutes after a sonication: it is no outcome of the
    procedure, which stays unknown until follow-up. Raises UsageError for a session that was
    rehearsed, or in which nothing was delivered.
    """
    row = session_procedure(history.person.person_id, summary, indication=indication)
    return replace(history, procedure=(*history.procedure, row))


def session_procedure(person_id: str, summary: SessionSummary, *, indication: str | None = None) -> Procedure:
    """A session as a row of the procedure table; raises UsageError for one not delivered."""
    _refuse_undelivered(summary)
    effects = summary.complications or summary.unwanted_effects
    return Procedure(
        person_id,
        f"session/{summary.session or summary.day.isoformat()}",
        PROCEDURE,
        f"{PROCEDURE_NAME}: {_places(summary)}",
        start=PartialDate(summary.day),
        end=PartialDate(summary.day),
        sessions=1,
        state=ProcedureState.DONE,
        indication=indication,
        stop_reason=StopReason.UNKNOWN,
        adverse_event=", ".join(effects) if effects else None,
    )


def session_fhir(summary: SessionSummary, person_reference: str) -> dict[str, Any]:
    """A session as a FHIR R4 Procedure; raises UsageError for one not delivered."""
    _refuse_undelivered(summary)
    resource: dict[str, Any] = {
        "resourceType": "Procedure",
        "status": "completed",
        "code": {"text": PROCEDURE_NAME},
        "subject": {"reference": person_reference},
        "performedDateTime": summary.day.isoformat(),
        "bodySite": [{"text": _place(target)} for target in summary.targets],
        "complication": [{"text": text} for text in summary.complications or ()],
        "note": [{"text": line} for line in _notes(summary)],
    }
    return {key: value for key, value in resource.items() if value != []}


def _refuse_undelivered(summary: SessionSummary) -> None:
    if summary.rehearsed:
        message = "this session was rehearsed, not delivered: it does not go into anybody's records"
        raise UsageError(message)
    if summary.sonications == 0:
        message = "nothing was delivered in this session: it is no procedure of anybody's records"
        raise UsageError(message)


def _places(summary: SessionSummary) -> str:
    return "; ".join(map(_place, summary.targets)) or "target not on record"


def _place(target: TargetSummary) -> str:
    return (
        target.target
        if target.side is None or target.side in target.target
        else f"{target.target}, {target.side}"
    )


def _notes(summary: SessionSummary) -> list[str]:
    """What a Procedure has no field for; unknowns are not written down."""
    lesions = [
        f"{_place(target)}: lesion {' x '.join(f'{axis:g}' for axis in target.lesion_axes_mm)} mm"
        for target in summary.targets
        if target.lesion_axes_mm
    ]
    duration = [] if summary.duration_min is None else [f"duration {summary.duration_min:g} minutes"]
    energy = [] if summary.energy_j is None else [f"acoustic energy {summary.energy_j / 1e3:.1f} kJ"]
    effects = (
        []
        if summary.unwanted_effects is None
        else [f"unwanted effects: {', '.join(summary.unwanted_effects) or 'none'}"]
    )
    return [*lesions, *duration, *energy, *effects]
