"""The evidence of each option: one cited file per option, and the loader that refuses an uncited one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Formatter
from typing import Literal, Self

from pydantic import ConfigDict, model_validator
from pydantic.dataclasses import dataclass

from assuage.codes.conditions import concepts
from assuage.codes.drugs import formulary
from assuage.codes.procedures import procedures
from assuage.errors import FaultyKnowledge
from assuage.options.citing import read_cited
from assuage.sources import Provenance, read_knowledge

_SHAPE = ConfigDict(extra="forbid")


@dataclass(frozen=True, config=_SHAPE)
class Claim:
    """One thing that a source says of an option in a condition, in our words.

    `text` names every number of the claim as `{name}` and holds no other, so that no number stands
    without its source; `numbers` keeps them with their unit in the name.
    """

    kind: Literal[
        "pooled_trials", "sham_trial", "trial", "open_trial", "comparison", "cohort", "case_series",
        "review", "guideline", "payer", "label", "opinion", "convention",
    ]  # fmt: skip
    says: Literal["for", "against", "neither"]
    text: str
    provenance: Provenance
    numbers: dict[str, float] | None = None
    by: str | None = None

    @model_validator(mode="after")
    def _every_number_is_named(self) -> Self:
        parts = list(Formatter().parse(self.text))
        if any(character.isdigit() for words, *_ in parts for character in words):
            message = "a number in the text does not stand in numbers"
            raise ValueError(message)
        if {name for _, name, *_ in parts if name is not None} != set(self.numbers or {}):
            message = "the names in the text and in numbers differ"
            raise ValueError(message)
        return self

    @property
    def sentence(self) -> str:
        """The claim with its numbers put in."""
        return self.text.format(**{name: f"{value:g}" for name, value in (self.numbers or {}).items()})


@dataclass(frozen=True, config=_SHAPE)
class Grade:
    """How a body grades the evidence, in its own word."""

    word: str
    by: str
    provenance: Provenance


@dataclass(frozen=True, config=_SHAPE)
class EffectDays:
    """How long until it can be judged, in days."""

    low: int
    high: int
    provenance: Provenance


@dataclass(frozen=True, config=_SHAPE)
class Kinds:
    """Kinds of a condition, as condition keys."""

    kinds: tuple[str, ...]
    provenance: Provenance


@dataclass(frozen=True, config=_SHAPE)
class Markets:
    """Countries by their code of two letters."""

    markets: tuple[str, ...]
    provenance: Provenance


@dataclass(frozen=True, config=_SHAPE)
class Flags:
    """Flags by name."""

    flags: tuple[str, ...]
    provenance: Provenance


@dataclass(frozen=True, config=_SHAPE)
class Judged:
    """Why it is advised against, or in doubt; in these markets only, where any are named."""

    reason: str
    provenance: Provenance
    markets: tuple[str, ...] = ()

    def holds_in(self, market: str | None) -> bool:
        """Whether it holds in the market; a market that is not known is none of those named."""
        return not self.markets or market in self.markets


@dataclass(frozen=True, config=_SHAPE)
class Addition:
    """Treatments that it may be added to."""

    treatments: tuple[str, ...]
    provenance: Provenance


@dataclass(frozen=True, config=_SHAPE)
class Circumstance:
    """What makes it a matter for caution: a need looked at and found absent, or another condition."""

    reason: str
    provenance: Provenance
    need: str | None = None
    condition: str | None = None


@dataclass(frozen=True, config=_SHAPE)
class Referral:
    """When to refer now, and the specialties that are meant."""

    flags: tuple[str, ...]
    verdicts: tuple[str, ...]
    specialties: tuple[str, ...]
    provenance: Provenance


@dataclass(frozen=True, config=_SHAPE)
class EligibleBy:
    """Definitions whose verdict says whether it is for this person yet: shown beside, never deciding."""

    definitions: tuple[str, ...]
    provenance: Provenance


@dataclass(frozen=True, config=_SHAPE)
class Need:
    """Something to be known before deciding; a key of the needs."""

    need: str
    provenance: Provenance


@dataclass(frozen=True, config=_SHAPE)
class Cited:
    """A plain yes with its source."""

    provenance: Provenance


@dataclass(frozen=True, config=_SHAPE)
class IndicationEvidence:
    """What is known of an option in one condition and its kinds; `provenance` is of its step."""

    step: str
    provenance: Provenance
    claims: tuple[Claim, ...]
    grade: Grade | None = None
    effect_days: EffectDays | None = None
    not_for: Kinds | None = None
    only_for: Kinds | None = None
    not_available_in: Markets | None = None
    refused: Judged | None = None
    doubt: Judged | None = None
    adds_to: Addition | None = None
    caution_if: tuple[Circumstance, ...] = ()
    only_with: Flags | None = None
    eligible_by: EligibleBy | None = None
    refer: Referral | None = None


@dataclass(frozen=True, config=_SHAPE)
class OptionEvidence:
    """One option: the treatments it stands for, what it needs, and its evidence by condition.

    `forms` tells options of one ingredient apart (patch or cream). `key` is the name of its file.
    `invasive` is what comes only after a first step of the ladder; `irreversible` what can't be undone.
    """

    name: str
    kind: Literal["drug", "procedure", "therapy", "referral"]
    treatments: tuple[str, ...]
    indications: dict[str, IndicationEvidence]
    key: str = ""
    forms: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()
    invasive: Cited | None = None
    irreversible: Cited | None = None

    def indication_for(self, condition: str) -> IndicationEvidence | None:
        """The evidence for the condition itself, else for the nearest wider one that has any."""
        wider = (condition, *(concepts()[condition].parents if condition in concepts() else ()))
        return next((self.indications[key] for key in wider if key in self.indications), None)


@cache
def option_evidence() -> Mapping[str, OptionEvidence]:
    """Every option, by key."""
    folder = files("assuage.options") / "evidence"
    found = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".yaml")), key=lambda one: one.name
    )
    return {file.name.removesuffix(".yaml"): read_option(file) for file in found}


def read_option(file: Traversable | Path) -> OptionEvidence:
    """One evidence file.

    Raises FaultyKnowledge for a blank or unknown source, for a claim without one, and for a treatment or
    condition that no codelist knows.
    """
    key = file.name.removesuffix(".yaml")
    option = replace(read_cited(OptionEvidence, read_knowledge(file), file=file.name, entry=key), key=key)
    for treatment in option.treatments:
        if treatment not in formulary() and treatment not in procedures():
            message = f"{file.name}: treatment {treatment} is in no codelist"
            raise FaultyKnowledge(message)
    for condition in option.indications:
        if condition not in concepts():
            message = f"{file.name}: condition {condition} is in no codelist"
            raise FaultyKnowledge(message)
    return option
