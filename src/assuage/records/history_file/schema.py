"""What a history file may hold: the one model behind reading, error messages and the exported JSON Schema.

A key that is left out, empty or `unknown` means the same: the file does not say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from assuage.answers import Answer
from assuage.codes.systems import System
from assuage.records.history_file.fields import (
    Day,
    DoseText,
    Moment,
    Name,
    Percent,
    ReadingText,
    Recurrence,
    Resolution,
    SexWord,
    Span,
    StatementMoment,
    Text,
    ThreeValued,
    Word,
    YesNo,
    is_unknown,
)
from assuage.records.rows import (
    Outcome,
    ProcedureOutcome,
    ProcedureState,
    Purpose,
    Sex,
    StatementKind,
    StopReason,
)


def _allow_unknown(schema: dict[str, Any]) -> None:
    """In the exported schema every key that may be left out may also be empty or `unknown`."""
    schema.pop("title", None)
    required = schema.get("required", [])
    for key, part in schema.get("properties", {}).items():
        part.pop("title", None)
        part.pop("default", None)
        if key in required or part.get("type") == "array":
            continue
        described = {"description": part.pop("description")} if "description" in part else {}
        kinds = [kind for kind in part.get("anyOf", [part]) if kind != {"type": "null"}]
        schema["properties"][key] = {"anyOf": [*kinds, {"enum": ["unknown", None]}], **described}


class Part(BaseModel):
    """Base of everything in the file: unknown keys are refused, unknown values are left out."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        str_strip_whitespace=True,
        coerce_numbers_to_str=True,
        json_schema_extra=_allow_unknown,
    )
    keeps_unknown: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="before")
    @classmethod
    def _leave_out_unknowns(cls, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        return {
            k: v for k, v in data.items() if not is_unknown(v) or (v is not None and k in cls.keeps_unknown)
        }


class PersonPart(Part):
    """Who the file is about, without a name."""

    id: Name | None = Field(
        None, description="a number or code without meaning outside; left out: made of the file name"
    )
    birth: Moment | None = None
    age: Annotated[int, Field(ge=0, le=120)] | None = Field(None, description="in years, on written_on")
    sex: SexWord = Sex.UNKNOWN


class Diagnosis(Part):
    """One diagnosis, by name, code or both."""

    name: Name | None = None
    code: Name | None = None
    system: Word[System] | None = Field(None, description="the coding system of `code`")
    since: Moment | None = None
    resolved: Resolution = False
    confirmed: YesNo = True
    note: Text | None = None


class DoseStep(Part):
    """One stretch of one dose within a course."""

    dose: DoseText
    start: Moment | None = Field(None, alias="from")
    lasted: Span | None = None


class DrugTreatment(Part):
    """One course of one drug or combination product."""

    drug: Name
    code: Name | None = None
    system: Word[System] | None = None
    form: Name | None = Field(None, description="oral, patch, injection, nasal, topical")
    dose: DoseText | None = None
    dose_steps: list[DoseStep] = []
    start: Moment | None = Field(None, alias="from")
    end: Moment | None = Field(None, alias="to", description="the last day taken")
    lasted: Span | None = None
    ongoing: YesNo = False
    purpose: Word[Purpose] = Purpose.UNKNOWN
    as_needed: YesNo | None = None
    taken: YesNo = True
    indication: Name | None = Field(None, alias="for", description="the diagnosis it was given for")
    outcome: Word[Outcome] = Outcome.UNKNOWN
    relief_percent: Percent | None = None
    stopped_because: Word[StopReason] = StopReason.UNKNOWN
    highest_tolerated: YesNo = Field(False, description="more could not be taken because of adverse events")
    adverse_event: Text | None = None
    note: Text | None = None


class _Intervention(Part):
    """What procedures and therapies share."""

    code: Name | None = None
    system: Word[System] | None = None
    state: Word[ProcedureState] = ProcedureState.DONE
    sessions: Annotated[int, Field(ge=1, le=1000)] | None = None
    indication: Name | None = Field(None, alias="for", description="the diagnosis it was done for")
    outcome: Word[ProcedureOutcome] = ProcedureOutcome.UNKNOWN
    relief_percent: Percent | None = None
    recurrence: Recurrence | None = None
    stopped_because: Word[StopReason] = StopReason.UNKNOWN
    adverse_event: Text | None = None
    note: Text | None = None


class ProcedureTreatment(_Intervention):
    """One operation, block, injection or implant."""

    procedure: Name
    start: Moment | None = Field(None, alias="date")
    end: Moment | None = Field(None, alias="removed", description="when a device was taken out")


class TherapyTreatment(_Intervention):
    """One course of a therapy that is not a drug."""

    therapy: Name
    start: Moment | None = Field(None, alias="from")
    end: Moment | None = Field(None, alias="to")


TREATMENT_KINDS = ("drug", "procedure", "therapy")


def _treatment_kind(value: Any) -> str | None:
    keys = value if isinstance(value, Mapping) else {}
    return next((f"a {kind}" for kind in TREATMENT_KINDS if kind in keys), None)


Treatment = Annotated[
    Annotated[DrugTreatment, Tag("a drug")]
    | Annotated[ProcedureTreatment, Tag("a procedure")]
    | Annotated[TherapyTreatment, Tag("a therapy")],
    Discriminator(_treatment_kind),
]


class ScorePart(Part):
    """One reading of an instrument."""

    instrument: Name
    value: ReadingText
    moment: Moment | None = Field(None, alias="date")
    indication: Name | None = Field(None, alias="for", description="the diagnosis it speaks of")
    note: Text | None = None


class Finding(Part):
    """Something looked for in an examination or on an image."""

    keeps_unknown: ClassVar[frozenset[str]] = frozenset({"present"})
    name: Name
    present: ThreeValued
    moment: Moment | None = Field(None, alias="date")
    note: Text | None = None


class Lab(Part):
    """One laboratory value."""

    name: Name
    value: Annotated[float, Field(allow_inf_nan=False)]
    unit: Name | None = None
    moment: Moment | None = Field(None, alias="date")
    note: Text | None = None


class Allergy(Part):
    """A drug that must not be given again."""

    drug: Name
    reaction: Text | None = None
    moment: Moment | None = Field(None, alias="since")
    note: Text | None = None


class Visit(Part):
    """A visit to a specialist."""

    specialty: Name
    moment: Moment | None = Field(None, alias="date")
    note: Text | None = None


class Contraindication(Part):
    """A drug, drug class or procedure that must not be used in this person, and why."""

    treatment: Name
    because: Text | None = None


class StatementPart(Part):
    """What somebody says about the whole, beyond single records."""

    keeps_unknown: ClassVar[frozenset[str]] = frozenset({"date"})
    says: Word[StatementKind]
    about: Name | None = Field(
        None,
        description="all, conventional, unspecified, or one treatment; of `failed`, left out: unspecified",
    )
    answer: ThreeValued = Answer.YES
    indication: Name | None = Field(None, alias="for", description="the diagnosis it speaks of")
    author: Name | None = Field(
        None, description="who says so: referral letter, neurologist, the person; no name"
    )
    moment: StatementMoment | None = Field(None, alias="date")
    text: Text | None = None
    note: Text | None = None


class HistoryFile(Part):
    """What is known of one person with pain, on the day it was written."""

    written_on: Day = Field(
        description="the day on which all of this is true; relative dates count back from it"
    )
    person: PersonPart = Field(default_factory=lambda: PersonPart.model_validate({}))
    history_complete_until: Moment | None = Field(
        None, description="every treatment up to this day is in the file: what is not in it was never tried"
    )
    diagnoses: list[Diagnosis] = []
    treatments: list[Treatment] = []
    scores: list[ScorePart] = []
    examination: list[Finding] = []
    imaging: list[Finding] = []
    labs: list[Lab] = []
    genes: list[Finding] = []
    allergies: list[Allergy] = []
    visits: list[Visit] = []
    never_tried: list[Name] = Field([], description="drugs, drug classes or procedures")
    declined: list[Name] = Field([], description="drugs, drug classes or procedures the person does not want")
    contraindicated: list[Contraindication] = []
    statements: list[StatementPart] = []
    note: Text | None = None


def json_schema() -> dict[str, Any]:
    """The format as a JSON Schema, for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **HistoryFile.model_json_schema(by_alias=True),
        "title": "assuage history file",
    }
