"""A concern: what speaks against a treatment for this person, or has to be known before it is given."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assuage.answers import Answer
from assuage.sources import Provenance

ReasonValues = tuple[tuple[str, str | int | float], ...]
"""Values of a reason, by name; `report` puts them into words."""


class Severity(StrEnum):
    """How much a concern weighs once it is known to hold, heaviest first."""

    HARD_STOP = "hard_stop"  # not to be given as things stand
    WARNING = "warning"  # to be weighed, watched or adjusted


@dataclass(frozen=True)
class Concern:
    """What one rule says of one treatment for one person.

    `treatment` is the drug or procedure that the concern is about, a key of the formulary or of the
    procedures. `answer` is yes where the record bears the concern out, unknown where a fact that would
    change the answer is not on record; it is never no. `missing` names those facts. `evidence` are the
    records it rests on. `action_code` says what to do about it.
    """

    rule: str
    treatment: str
    severity: Severity
    answer: Answer
    reason_code: str
    reason_values: ReasonValues
    evidence: tuple[str, ...]
    missing: tuple[str, ...]
    action_code: str
    provenance: Provenance

    @property
    def source(self) -> str:
        """Key of the source that the rule comes from."""
        return self.provenance.source

    @property
    def stops(self) -> bool:
        """Whether the treatment must not be given as things stand: a hard stop that is borne out."""
        return self.severity is Severity.HARD_STOP and self.answer is Answer.YES
