"""A flag: something that must be looked at before, or beside, a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assuage.dates import PartialDate
from assuage.sources import Provenance

ReasonValues = tuple[tuple[str, str | int | float], ...]
"""Values of a reason, by name; `report` puts them into words."""

OVERUSE = "medication_overuse"
"""The flag of overuse that is known from counted days; what is only possible has another name."""


class Urgency(StrEnum):
    """How soon a flag wants to be looked at, most pressing first."""

    URGENT = "urgent"
    LOOK = "look"
    NOTE = "note"


class FlagState(StrEnum):
    """Whether a flag still waits for somebody to look."""

    OPEN = "open"
    WORKED_UP = "worked_up"  # looked into, or treated
    RESOLVED = "resolved"  # over: the record says that it is there no longer


@dataclass(frozen=True)
class Flag:
    """One thing to look at, and the records that it rests on.

    `condition` is the reviewed condition it speaks of, None where it concerns the whole person. `since`
    is the first day that the record gives for it. A flag that is not open is never more than a note.
    """

    person_id: str
    flag: str
    condition: str | None
    urgency: Urgency
    state: FlagState
    since: PartialDate | None
    reason_code: str
    reason_values: ReasonValues
    evidence: tuple[str, ...]
    provenance: Provenance

    @property
    def source(self) -> str:
        """Key of the source that the rule comes from."""
        return self.provenance.source


def holds_back(flag: Flag) -> bool:
    """Whether a verdict waits for this flag: open and urgent, or overuse known from counted days."""
    return flag.state is FlagState.OPEN and (flag.urgency is Urgency.URGENT or flag.flag == OVERUSE)
