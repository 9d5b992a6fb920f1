"""Judgements, findings and verdicts: what a definition makes of a person's trials, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from assuage.answers import Answer
from assuage.flags.model import Flag
from assuage.trials.model import TreatmentTrial, content_hash

ReasonValues = tuple[tuple[str, str | int | float], ...]
"""Values of a reason, by name; `report` puts them into words."""


class TrialCode(StrEnum):
    """What a trial came to. Precedence: contraindicated, intolerance, nonadherence, inadequate, outcome."""

    RESPONSE = "RESPONSE"
    PARTIAL = "PARTIAL"
    NONRESPONSE = "NONRESPONSE"
    LOSS_OF_EFFECT = "LOSS_OF_EFFECT"
    INTOLERANCE = "INTOLERANCE"
    CONTRAINDICATED = "CONTRAINDICATED"
    INADEQUATE_DOSE = "INADEQUATE_DOSE"
    INADEQUATE_DURATION = "INADEQUATE_DURATION"
    NONADHERENCE = "NONADHERENCE"
    STOPPED_OTHER = "STOPPED_OTHER"
    UNDETERMINED = "UNDETERMINED"
    NO_INITIAL_RESPONSE = "NO_INITIAL_RESPONSE"  # procedures
    RECURRENCE = "RECURRENCE"  # procedures
    COMPLICATION = "COMPLICATION"  # procedures


class CountsAs(StrEnum):
    """What a trial counts as under one definition."""

    FAILED = "failed"
    NOT_FAILED = "not_failed"
    UNKNOWN = "unknown"


class VerdictWord(StrEnum):
    """A definition's whole answer."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"

    @classmethod
    def of(cls, answer: Answer) -> VerdictWord:
        """The verdict word of an answer."""
        return {Answer.YES: cls.MET, Answer.NO: cls.NOT_MET, Answer.UNKNOWN: cls.UNKNOWN}[answer]


@dataclass(frozen=True)
class Judgement:
    """What one trial counts as under one definition, and the reason."""

    person_id: str
    trial_id: str
    definition: str
    dose_ok: Answer
    duration_ok: Answer
    responded: Answer
    code: TrialCode
    counts_as: CountsAs
    reason_code: str
    reason_values: ReasonValues = ()


@dataclass(frozen=True)
class Finding:
    """One criterion's answer, the records it rests on, and the facts that would settle an unknown.

    What a criterion of a definition rests on stands in the order of record ids, each once.
    """

    person_id: str
    condition: str
    definition: str
    criterion: str
    answer: Answer
    reason_code: str
    reason_values: ReasonValues = ()
    missing: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    decides: bool = True  # False: shown beside the verdict, not part of it

    @property
    def finding_id(self) -> str:
        """A hash of what is asked of whom, and of the answer with its reason."""
        asked = self.person_id, self.condition, self.definition, self.criterion
        return content_hash(*asked, self.answer, self.reason_code)


@dataclass(frozen=True)
class Verdict:
    """One definition's answer for one condition of one person, on one day."""

    person_id: str
    condition: str
    definition: str
    kind: str  # resistance or eligibility
    market: str | None
    as_of: date
    verdict: VerdictWord
    missing: tuple[str, ...]
    held_back_by: tuple[str, ...]
    completeness: float
    ruleset_version: str


@dataclass(frozen=True)
class Review:
    """All that a review says of one person. `judgements` and `findings` carry their definition's id."""

    person_id: str
    as_of: date
    market: str | None
    conditions: tuple[str, ...]
    first_pain_record: date | None
    first_specialist_contact: date | None
    completeness: float
    trials: tuple[TreatmentTrial, ...]
    judgements: tuple[Judgement, ...]
    findings: tuple[Finding, ...]
    verdicts: tuple[Verdict, ...]
    flags: tuple[Flag, ...] = ()
