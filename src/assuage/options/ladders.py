"""The ladders: in which order the options of a condition come, and by whose word."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from assuage.codes.conditions import concepts
from assuage.options.citing import read_cited
from assuage.options.evidence import Flags
from assuage.sources import Provenance, read_knowledge

_SHAPE = ConfigDict(extra="forbid")


@dataclass(frozen=True, config=_SHAPE)
class Step:
    """One step; `starts` where its treatments come before anything that can't be undone."""

    key: str
    provenance: Provenance
    starts: bool = False


@dataclass(frozen=True, config=_SHAPE)
class JudgedBy:
    """The definition whose rules say whether a trial was adequate."""

    definition: str
    provenance: Provenance


@dataclass(frozen=True, config=_SHAPE)
class Ladder:
    """The steps for some conditions and their kinds, first to last.

    `looks_first` names the flags that come before any option, beside those that hold a verdict back.
    """

    conditions: tuple[str, ...]
    judged_by: JudgedBy
    steps: tuple[Step, ...]
    looks_first: Flags | None = None

    def place_of(self, step: str) -> int | None:
        """Where a step stands, 0 for the first; None for a step of another ladder."""
        return next((place for place, one in enumerate(self.steps) if one.key == step), None)


@cache
def ladders() -> Mapping[str, Ladder]:
    """Every ladder, by name."""
    file = files("assuage.options") / "ladders.yaml"
    return {
        name: read_cited(Ladder, fields, file=file.name, entry=name)
        for name, fields in read_knowledge(file).items()
    }


def ladder_of(condition: str) -> str | None:
    """Name of the ladder of a condition: its own, else that of the nearest wider condition that has one."""
    wider = (condition, *(concepts()[condition].parents if condition in concepts() else ()))
    return next((name for key in wider for name, one in ladders().items() if key in one.conditions), None)
