"""What is left for one person: options with their standing, and the facts around them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from assuage.answers import Answer
from assuage.dates import PartialDate
from assuage.options.evidence import Claim
from assuage.safety import Concern
from assuage.sources import Provenance

ReasonValues = tuple[tuple[str, str | int | float], ...]
"""Values of a reason, by name; `report` puts them into words."""

NOT_GRADED = "not graded"


class OptionStanding(StrEnum):
    """How an option stands for this person."""

    OPEN = "open"
    CAUTION = (
        "caution"  # to be weighed first: a warning, a fact to settle, doubtful evidence, the person's no
    )
    CONTRAINDICATED = "contraindicated"
    TRIED = "tried"
    NOT_INDICATED = "not_indicated"  # advised against, shown not to work, or not meant for this condition


@dataclass(frozen=True)
class Reason:
    """One thing that bears on an option: its code and values, the records, and where a rule comes from.

    `missing` are the facts that would settle it; `provenance` is None where the records alone say it.
    """

    reason_code: str
    reason_values: ReasonValues = ()
    evidence: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    provenance: Provenance | None = None


@dataclass(frozen=True)
class Entry:
    """One record that answers a need: what it found, when, and how much a block or a trial relieved."""

    record_id: str
    start: PartialDate | None = None
    found: Answer = Answer.UNKNOWN
    value: float | None = None
    unit: str | None = None
    relief_percent: float | None = None  # positive = less pain


@dataclass(frozen=True)
class Holding:
    """One thing to hold before deciding: the records of it, none where it is not on record.

    An entry tells that it was looked at; what was found may still be "absent" or not said.
    """

    need: str
    entries: tuple[Entry, ...]
    provenance: Provenance

    @property
    def on_record(self) -> bool:
        """Whether the record holds it."""
        return bool(self.entries)


@dataclass(frozen=True)
class TreatmentOption:
    """One option for one condition: where it stands, why, and what speaks for and against it.

    `step` is its place on the ladder of the condition. The reason is what decided the standing, `because`
    is everything else that bears on it. `claims` speak for, against or neither; none is ever left out.
    `concerns` are those of every treatment the option stands for. `provenance` is where the place on the
    ladder comes from.
    """

    person_id: str
    option: str
    name: str
    kind: str  # drug, procedure, therapy, referral
    condition: str
    step: str
    standing: OptionStanding
    reason_code: str
    reason_values: ReasonValues
    evidence: tuple[str, ...]
    missing: tuple[str, ...]
    evidence_grade: str
    provenance: Provenance
    because: tuple[Reason, ...] = ()
    needs: tuple[Holding, ...] = ()
    claims: tuple[Claim, ...] = ()
    concerns: tuple[Concern, ...] = ()
    trial_ids: tuple[str, ...] = ()
    invasive: bool = False
    irreversible: bool = False

    @property
    def source(self) -> str:
        """Key of the source that the option's place on the ladder comes from."""
        return self.provenance.source

    @property
    def for_it(self) -> tuple[Claim, ...]:
        """What speaks for it."""
        return tuple(claim for claim in self.claims if claim.says == "for")

    @property
    def against_it(self) -> tuple[Claim, ...]:
        """What speaks against it."""
        return tuple(claim for claim in self.claims if claim.says == "against")


@dataclass(frozen=True)
class SequenceWarning:
    """A first step of the ladder that was first tried after something that can't be undone."""

    condition: str
    treatment: str
    irreversible: str
    reason_code: str
    reason_values: ReasonValues
    evidence: tuple[str, ...]
    provenance: Provenance


@dataclass(frozen=True)
class ConditionOptions:
    """The options for one condition in the order of its ladder; `ladder` is None where we know of none.

    `comes_first` names the flags to be looked at before any option, `works_now` the treatments that hold
    the pain down already.
    """

    condition: str
    ladder: str | None
    options: tuple[TreatmentOption, ...] = ()
    sequence: tuple[SequenceWarning, ...] = ()
    comes_first: tuple[str, ...] = ()
    works_now: tuple[str, ...] = ()


@dataclass(frozen=True)
class PersonOptions:
    """All that is left for one person on one day."""

    person_id: str
    as_of: date
    market: str | None
    conditions: tuple[ConditionOptions, ...]

    @property
    def options(self) -> tuple[TreatmentOption, ...]:
        """Every option of every condition."""
        return tuple(option for each in self.conditions for option in each.options)
