"""What a session's log is made of. Planned and delivered sonications are two types that never mix.

Every entry says when it was made and who decided. What was not measured or asked is None: unknown, never
zero. Positions are scanner RAS millimetres; temperatures are degrees Celsius.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, TypeAdapter, with_config

Point = tuple[float, float, float]
Side = Literal["left", "right", "midline"]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Temperature = Annotated[float, Field(ge=0, le=150, allow_inf_nan=False)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Nrs = Annotated[float, Field(ge=0, le=10)]
_ONLY_KNOWN_FIELDS = ConfigDict(extra="forbid")


class Stage(StrEnum):
    """What a sonication is for, weakest first."""

    ALIGN = "align"  # is the heat where it was aimed?
    VERIFY = "verify"  # neurons fall asleep: is this the place?
    ABLATE = "ablate"  # make the lesion


class PainChange(StrEnum):
    """How pain is, against before the sonication, by the person's word."""

    GONE = "gone"
    LESS = "less"
    SAME = "same"
    MORE = "more"
    NOT_ASSESSABLE = "not_assessable"


@with_config(_ONLY_KNOWN_FIELDS)
@dataclass(frozen=True, kw_only=True)
class Made:
    """When an entry was made, with its time zone, and who decided."""

    at: datetime
    by: Name


@with_config(_ONLY_KNOWN_FIELDS)
@dataclass(frozen=True, kw_only=True)
class SessionOpened(Made):
    """The session begins. `session` is its name; no person's name or id belongs here."""

    session: Name
    plan: str | None = None
    kind: Literal["session_opened"] = "session_opened"


@with_config(_ONLY_KNOWN_FIELDS)
@dataclass(frozen=True, kw_only=True)
class TargetSet(Made):
    """A target is named, with its side and, where known, its place."""

    target: Name
    side: Side | None = None
    position_ras_mm: Point | None = None
    kind: Literal["target_set"] = "target_set"


@with_config(_ONLY_KNOWN_FIELDS)
@dataclass(frozen=True, kw_only=True)
class PlannedSonication(Made):
    """A sonication that is meant to be. It says nothing of what was delivered."""

    number: Annotated[int, Field(ge=1)]
    target: Name
    stage: Stage
    acoustic_power_w: Positive
    duration_s: Positive
    aim_ras_mm: Point | None = None
    wanted_peak_c: Temperature | None = None
    active_elements: Annotated[int, Field(ge=1)] | None = None
    kind: Literal["planned_sonication"] = "planned_sonication"


@with_config(_ONLY_KNOWN_FIELDS)
@dataclass(frozen=True, kw_only=True)
class DeliveredSonication(Made):
    """What a device and a thermometer report of the planned sonication of the same number.

    `focus_shift_mm` is the distance of the measured focus from the target; doses are thermal, CEM43.
    """

    number: Annotated[int, Field(ge=1)]
    acoustic_power_w: NotNegative | None = None
    duration_s: NotNegative | None = None
    active_elements: Annotated[int, Field(ge=0)] | None = None
    peak_c: Temperature | None = None
    mean_c: Temperature | None = None
    focus_ras_mm: Point | None = None
    focus_shift_mm: NotNegative | None = None
    skull_dose_cem43_min: NotNegative | None = None
    scalp_dose_cem43_min: NotNegative | None = None
    cavitation: bool | None = None
    interrupted: bool = False
    kind: Literal["delivered_sonication"] = "delivered_sonication"

    @property
    def energy_j(self) -> float | None:
        """Acoustic energy; None where power or duration is unknown."""
        if self.acoustic_power_w is None or self.duration_s is None:
            return None
        return self.acoustic_power_w * self.duration_s


@with_config(_ONLY_KNOWN_FIELDS)
@dataclass(frozen=True, kw_only=True)
class Answered(Made):
    """What the neurologist asked and examined after a sonication.

    `unwanted_effects` is empty where there were none, and None where nobody looked.
    """

    number: Annotated[int, Field(ge=1)]
    pain_change: PainChange | None = None
    pain_nrs: Nrs | None = None
    pain_place: str | None = None
    unwanted_effects: tuple[Name, ...] | None = None
    kind: Literal["answered"] = "answered"


@with_config(_ONLY_KNOWN_FIELDS)
@dataclass(frozen=True, kw_only=True)
class Aligned(Made):
    """The team holds the focus to lie where it was aimed, after the align sonication of this number."""

    number: Annotated[int, Field(ge=1)]
    kind: Literal["aligned"] = "aligned"


@with_config(_ONLY_KNOWN_FIELDS)
@dataclass(frozen=True, kw_only=True)
class GoOn(Made):
    """The team holds the place to be right, after the verify sonication of this number."""

    number: Annotated[int, Field(ge=1)]
    kind: Literal["go_on"] = "go_on"


@with_config(_ONLY_KNOWN_FIELDS)
@dataclass(frozen=True, kw_only=True)
class Retargeted(Made):
    """Another point is tried for a target; what was verified before counts no more."""

    target: Name
    reason: Name
    position_ras_mm: Point | None = None
    kind: Literal["retargeted"] = "retargeted"


@with_config(_ONLY_KNOWN_FIELDS)
@dataclass(frozen=True, kw_only=True)
class LesionSeen(Made):
    """A lesion as measured on an image afterwards, full axes in mm."""

    target: Name
    axes_mm: tuple[Positive, ...]
    image: str | None = None
    kind: Literal["lesion_seen"] = "lesion_seen"


@with_config(_ONLY_KNOWN_FIELDS)
@dataclass(frozen=True, kw_only=True)
class Stopped(Made):
    """The session ends; nothing follows."""

    reason: Name
    kind: Literal["stopped"] = "stopped"


Entry = (
    SessionOpened
    | TargetSet
    | PlannedSonication
    | DeliveredSonication
    | Answered
    | Aligned
    | GoOn
    | Retargeted
    | LesionSeen
    | Stopped
)
"""Any line of a session's log."""

ENTRY: TypeAdapter[Entry] = TypeAdapter(Annotated[Entry, Field(discriminator="kind")])
"""Reads and writes entries; raises pydantic's ValidationError for what is none."""
