"""How one definition judges a trial: its target doses, its lengths, its measure of response."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from assuage.errors import FaultyKnowledge
from assuage.sources import Provenance, provenance, read_knowledge


@dataclass(frozen=True)
class TargetDose:
    """The range of doses that a source calls a treatment dose; `high` is None where it prints none."""

    low: float
    high: float | None
    unit: str  # mg/d, mg/28d, ug/h, U/session
    provenance: Provenance


@dataclass(frozen=True)
class TrialRules:
    """What a definition asks of a trial before it calls it failed.

    `days` is the length at target dose or at the highest tolerated one, titration not counted;
    `days_of` and `sessions_of` are its exceptions by treatment. `highest_tolerable` asks for the highest
    dose the person tolerates, not only for the lowest that can work. `acute` are drugs judged by what
    they did to attacks: no length is asked of them.
    """

    response_percent: float
    days: int
    target_doses: Mapping[str, TargetDose]
    days_of: Mapping[str, int] = field(default_factory=dict)
    sessions_of: Mapping[str, int] = field(default_factory=dict)
    counts_intolerance: bool = True
    highest_tolerable: bool = False
    acute: frozenset[str] = frozenset()

    def days_needed(self, treatment: str) -> int:
        """The shortest trial of this treatment that counts, in days."""
        return self.days_of.get(treatment, self.days)


@cache
def target_doses(table: str) -> Mapping[str, TargetDose]:
    """A dose table of `resistance/data`, by treatment.

    Raises FaultyKnowledge for an entry without a range, unit or provenance.
    """
    file = files("assuage.resistance") / "data" / f"doses_{table}.yaml"
    return {
        treatment: _target_dose(file.name, treatment, fields)
        for treatment, fields in read_knowledge(file).items()
    }


def _target_dose(file: str, treatment: str, fields: object) -> TargetDose:
    match fields:
        case {
            "low": int() | float() as low,
            "high": int() | float() | None as high,
            "unit": str() as unit,
            **rest,
        }:
            origin = provenance(rest.get("provenance"), file=file, entry=treatment)
            return TargetDose(float(low), None if high is None else float(high), unit, origin)
        case _:
            message = f"{file}, entry {treatment}: expected low, high, unit and provenance"
            raise FaultyKnowledge(message)
