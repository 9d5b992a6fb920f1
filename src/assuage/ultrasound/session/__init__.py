"""A treatment session: test, look, then treat; every step planned, delivered and answered for in one log.

Research; not for driving a device.
"""

from assuage.ultrasound.session.entries import (
    Aligned,
    Answered,
    DeliveredSonication,
    Entry,
    GoOn,
    LesionSeen,
    PainChange,
    PlannedSonication,
    Retargeted,
    SessionOpened,
    Stage,
    Stopped,
    TargetSet,
)
from assuage.ultrasound.session.log import SessionLog, read_log
from assuage.ultrasound.session.rules import refusals
from assuage.ultrasound.session.signs import Refusal
from assuage.ultrasound.session.state import SessionState, after, replayed

__all__ = [
    "Aligned",
    "Answered",
    "DeliveredSonication",
    "Entry",
    "GoOn",
    "LesionSeen",
    "PainChange",
    "PlannedSonication",
    "Refusal",
    "Retargeted",
    "SessionLog",
    "SessionOpened",
    "SessionState",
    "Stage",
    "Stopped",
    "TargetSet",
    "after",
    "read_log",
    "refusals",
    "replayed",
]
