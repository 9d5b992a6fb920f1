"""A treatment trial: one course of one treatment. A fact, before any definition judges it."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from assuage.answers import Answer
from assuage.dates import PartialDate
from assuage.records.rows import EndRule, Outcome, Purpose, StopReason


class Indication(StrEnum):
    """How it is known what a treatment was given for."""

    STATED = "stated"
    PRESUMED = "presumed"  # a recognised use, and nothing else on record that it could be for
    UNKNOWN = "unknown"


class TrialKind(StrEnum):
    """What sort of treatment a trial is of."""

    DRUG = "drug"
    PROCEDURE = "procedure"
    THERAPY = "therapy"


@dataclass(frozen=True)
class DoseStep:
    """A stretch of one dose, in the trial's `dose_unit`; None is unknown.

    `days` is the shortest length that the records bear out, `days_at_most` the longest that they allow.
    """

    dose: float | None
    start: date | None
    days: int | None
    days_at_most: int | None = None


@dataclass(frozen=True)
class TreatmentTrial:
    """One course of one treatment for one condition.

    `days` is the shortest length that the records bear out, None where no end is stated or supplied;
    for a procedure or therapy it is the time since it began, in which its effect could show.
    `days_at_most` is the longest that they allow, None where nothing bounds it: the two differ where a
    date is partial, or where the last supply has no end.
    `running` says whether it still went on at the date of the review. `change_percent` is relief
    (positive = less pain) and `change_basis` where it comes from. For a procedure, `outcome` is
    `lost_effect` where relief was followed by a recurrence, whose date is in `recurrence`.
    """

    person_id: str
    treatment: str
    treatment_class: str
    kind: TrialKind
    condition: str | None
    indication: Indication
    purpose: Purpose = Purpose.UNKNOWN
    taken: Answer = Answer.UNKNOWN
    start: PartialDate | None = None
    end: PartialDate | None = None
    end_rule: EndRule = EndRule.UNKNOWN
    days: int | None = None
    days_at_most: int | None = None
    running: Answer = Answer.UNKNOWN
    dose_unit: str | None = None
    dose_steps: tuple[DoseStep, ...] = ()
    max_tolerated: bool = False
    sessions: int | None = None
    outcome: Outcome = Outcome.UNKNOWN
    change_percent: float | None = None
    change_basis: str | None = None  # "stated" or "scores"
    recurrence: PartialDate | None = None
    stop_reason: StopReason = StopReason.UNKNOWN
    adverse_event: str | None = None
    evidence: tuple[str, ...] = ()

    @property
    def peak_dose(self) -> float | None:
        """The highest dose on record, in `dose_unit`."""
        return max((step.dose for step in self.dose_steps if step.dose is not None), default=None)

    @property
    def first_record(self) -> str:
        """The first of the records that the trial rests on, "" where it names none."""
        return self.evidence[0] if self.evidence else ""

    @cached_property
    def trial_id(self) -> str:
        """A hash of the trial's content: the same course read from the same records has the same id.

        Kept, because every definition asks for it again: computing it anew was a seventh of a review.
        """
        return content_hash(*(getattr(self, part) for part in TRIAL_PARTS))


TRIAL_PARTS = (
    *("person_id", "condition", "treatment", "kind", "indication", "purpose", "taken"),
    *("start", "end", "end_rule", "days", "days_at_most", "running", "dose_unit", "peak_dose", "sessions"),
    *("outcome", "change_percent", "recurrence", "stop_reason", "first_record"),
)
"""What a trial's id is made of, in this order."""


def content_hash(*parts: str | float | PartialDate | None) -> str:
    """First 16 hex digits of the SHA-256 of the parts, each in its canonical text, a line for each.

    The canonical text is one that every engine writes alike: a word as it stands, a date as ISO 8601 to
    its precision, a number as its thousandths rounded half up (`MOST_THOUSANDTHS` at most), and nothing
    at all for what is not known.
    """
    text = "\n".join(map(_canonical, parts))
    return hashlib.sha256(text.encode(errors="backslashreplace")).hexdigest()[:16]


def _canonical(part: str | float | PartialDate | None) -> str:
    if part is None:
        return ""
    if not isinstance(part, int | float):
        return str(part)
    return str(math.floor(max(min(part * 1000 + 0.5, MOST_THOUSANDTHS), -MOST_THOUSANDTHS)))


MOST_THOUSANDTHS = 1e18
"""What fits the whole numbers of every engine."""
