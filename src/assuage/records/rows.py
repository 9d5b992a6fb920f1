"""What every reader fills: one frozen row type per table, and what the words in its columns mean.

Every row carries `person_id` and `record_id`. The record id says where the row comes from
(`MedicationRequest/abc`, `drug_exposure/17`, `treatments[2] line 31`) and is what a finding names as
its evidence. Dates are `PartialDate`; None is always "the record does not say".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assuage.answers import Answer
from assuage.dates import PartialDate


class Sex(StrEnum):
    """Administrative sex, as FHIR and OMOP give it."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNKNOWN = "unknown"


class ConditionState(StrEnum):
    """How a diagnosis stands. Refuted and entered-in-error diagnoses are skipped by readers."""

    ACTIVE = "active"
    RESOLVED = "resolved"
    UNCONFIRMED = "unconfirmed"
    UNKNOWN = "unknown"


class EndRule(StrEnum):
    """How the end of an exposure is known; only the first three give a length."""

    STATED = "stated"  # the record gives the last day, or the length
    SUPPLIED = "supplied"  # start + days of supply - 1
    ONGOING = "ongoing"  # someone states that it is still taken, on the day in `end`
    ACTIVE_ORDER = "active_order"  # an order not yet stopped: says nothing about its length
    UNKNOWN = "unknown"


class DoseRule(StrEnum):
    """How the dose per day was found. It is never guessed."""

    STATED = "stated"  # written as a daily dose
    STRUCTURED = "structured"  # from a structured dosage: amount x times per day
    STRENGTH_QUANTITY = "strength_quantity"  # strength x quantity / days of supply
    UNKNOWN = "unknown"


class Purpose(StrEnum):
    """What a drug was given for within the pain condition."""

    PREVENTIVE = "preventive"  # taken every day, or as a depot, to keep pain down
    ACUTE = "acute"  # taken when pain comes
    TEST = "test"  # to make a diagnosis, such as indometacin
    UNKNOWN = "unknown"


class Outcome(StrEnum):
    """What a person or clinician says a treatment did, in their own words' nearest class."""

    EFFECTIVE = "effective"
    PARTIAL = "partial"
    NO_EFFECT = "no_effect"
    LOST_EFFECT = "lost_effect"  # worked, then no longer
    INTOLERANCE = "intolerance"
    UNKNOWN = "unknown"


class StopReason(StrEnum):
    """Why a treatment was stopped or could not be raised."""

    NO_EFFECT = "no_effect"
    ADVERSE_EVENT = "adverse_event"
    NONADHERENCE = "nonadherence"
    REMISSION = "remission"  # no longer needed
    OTHER = "other"  # cost, pregnancy, choice, supply, a device's battery
    UNKNOWN = "unknown"


class ProcedureState(StrEnum):
    """Whether a procedure or therapy took place."""

    DONE = "done"
    RECOMMENDED = "recommended"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class ProcedureOutcome(StrEnum):
    """What a procedure or therapy did."""

    RELIEF = "relief"
    PARTIAL = "partial"
    NO_EFFECT = "no_effect"
    RECURRENCE = "recurrence"  # relief, then the pain came back
    NOT_ASSESSABLE = "not_assessable"  # never reached its target: no coverage, never switched on
    UNKNOWN = "unknown"


class ObservationKind(StrEnum):
    """The family of a clinical fact that is neither a score nor a treatment."""

    LAB = "lab"
    GENE = "gene"
    EXAMINATION = "examination"
    IMAGING = "imaging"
    ALLERGY = "allergy"
    ADVERSE_EVENT = "adverse_event"
    ENCOUNTER = "encounter"
    DEVICE = "device"


class StatementKind(StrEnum):
    """What someone asserts about the whole, beyond single records."""

    FAILED = "failed"  # the treatments in `about` failed
    NEVER_TRIED = "never_tried"
    CONTRAINDICATED = "contraindicated"
    DECLINED = "declined"  # the person does not want it: never a failure
    UNCONTROLLED = "uncontrolled"  # pain is not sufficiently controlled now
    CONTROLLED = "controlled"
    INTERFERENCE = "interference"  # pain markedly affects quality of life
    REMISSION = "remission"  # a period without pain since onset
    CHRONIC_PRIMARY = "chronic_primary"  # not better explained by another diagnosis
    TEAM_ASSESSMENT = "team_assessment"  # a multidisciplinary team has assessed the person
    WORKED_UP = "worked_up"  # a warning sign or a cause has been looked into
    STABLE_REGIMEN = "stable_regimen"  # no analgesic changed in the four weeks before


@dataclass(frozen=True)
class Person:
    """A person as the records know them."""

    person_id: str
    record_id: str
    birth: PartialDate | None = None
    sex: Sex = Sex.UNKNOWN
    death: PartialDate | None = None


@dataclass(frozen=True)
class Condition:
    """A diagnosis that one of our condition codelists knows.

    `condition` is a key of `codes.conditions`; `intractable_code` marks a coder's word such as
    ICD-10-CM G43.711, which is weak evidence and never decides.
    """

    person_id: str
    record_id: str
    condition: str
    text: str
    code: str | None = None
    code_system: str | None = None
    start: PartialDate | None = None
    end: PartialDate | None = None
    recorded: PartialDate | None = None
    state: ConditionState = ConditionState.UNKNOWN
    intractable_code: bool = False


@dataclass(frozen=True)
class Exposure:
    """One recorded supply or use of one ingredient.

    `end` is inclusive: a drug taken for one day has end = start. `stated_days` is a length that
    someone states without dates. `dose` is in `dose_unit` (`mg/d`, `mg/28d`, `ug/h`, `U/session`).
    `taken` is no for a prescription known not to have been taken. `indication` is a condition key
    when the record links or names one; `indication_text` keeps words that no codelist knows.
    """

    person_id: str
    record_id: str
    ingredient: str
    drug_text: str
    mapped_by: str
    start: PartialDate | None = None
    end: PartialDate | None = None
    end_rule: EndRule = EndRule.UNKNOWN
    stated_days: int | None = None
    dose: float | None = None
    dose_unit: str | None = None
    dose_rule: DoseRule = DoseRule.UNKNOWN
    max_tolerated: bool = False
    form: str | None = None
    as_needed: bool | None = None
    taken: Answer = Answer.UNKNOWN
    purpose: Purpose = Purpose.UNKNOWN
    indication: str | None = None
    indication_text: str | None = None
    outcome: Outcome = Outcome.UNKNOWN
    change_percent: float | None = None  # relief, positive = less pain
    stop_reason: StopReason = StopReason.UNKNOWN
    adverse_event: str | None = None


@dataclass(frozen=True)
class Procedure:
    """One procedure or one course of a therapy; `procedure` is a key of `codes.procedures`."""

    person_id: str
    record_id: str
    procedure: str
    text: str
    code: str | None = None
    code_system: str | None = None
    start: PartialDate | None = None
    end: PartialDate | None = None
    sessions: int | None = None
    state: ProcedureState = ProcedureState.UNKNOWN
    indication: str | None = None
    indication_text: str | None = None
    outcome: ProcedureOutcome = ProcedureOutcome.UNKNOWN
    change_percent: float | None = None  # relief, positive = less pain
    recurrence: PartialDate | None = None
    recurrence_days: int | None = None
    stop_reason: StopReason = StopReason.UNKNOWN
    adverse_event: str | None = None


@dataclass(frozen=True)
class Score:
    """One reading of an instrument; a range such as "8-9" keeps both ends.

    `instrument` is a key of `codes.instruments`; values stay in the instrument's own unit.
    """

    person_id: str
    record_id: str
    instrument: str
    low: float
    high: float
    start: PartialDate | None = None
    condition: str | None = None


@dataclass(frozen=True)
class Observation:
    """A lab value, gene, examination or imaging finding, allergy, adverse event, encounter or device.

    `name` is our key (`sodium`, `hla_b_1502`, `sensory_signs`, `neurology`); `ingredient` is set for
    allergies and adverse events. `present` is no where the record says that it was looked for and absent.
    """

    person_id: str
    record_id: str
    kind: ObservationKind
    name: str
    text: str = ""
    ingredient: str | None = None
    present: Answer = Answer.UNKNOWN
    value: float | None = None
    unit: str | None = None
    start: PartialDate | None = None


@dataclass(frozen=True)
class Statement:
    """What someone says about the whole, with who and when: evidence of its own kind.

    `about` is an ingredient, a treatment class, a procedure, or one of the scopes `all`,
    `conventional` (the standard treatments of the condition) and `unspecified` ("drugs, not named").
    `answer` turns it round: `uncontrolled` with no means controlled.
    """

    person_id: str
    record_id: str
    kind: StatementKind
    about: str = ""
    condition: str | None = None
    answer: Answer = Answer.YES
    text: str = ""
    author: str | None = None
    start: PartialDate | None = None


@dataclass(frozen=True)
class Coverage:
    """A period for which the treatment history is said, or set, to be complete.

    No start means "from the beginning of life", no end "up to the day of any review". Only such a period
    turns an absent record into "never tried".
    """

    person_id: str
    record_id: str
    start: PartialDate | None = None
    end: PartialDate | None = None


Row = Person | Condition | Exposure | Procedure | Score | Observation | Statement | Coverage

TABLES: dict[str, type[Row]] = {
    "person": Person,
    "condition": Condition,
    "exposure": Exposure,
    "procedure": Procedure,
    "score": Score,
    "observation": Observation,
    "statement": Statement,
    "coverage": Coverage,
}
"""Every table by name: the one list of them."""
