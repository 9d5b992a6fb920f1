"""The numbers of a definition: dated, cited data beside the definition's file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from assuage.errors import FaultyKnowledge
from assuage.resistance.criteria.standing import TreatmentClass
from assuage.sources import Provenance, provenance, read_knowledge


@dataclass(frozen=True)
class Threshold:
    """One number, or one clause without a number, and where it stands."""

    value: Any
    provenance: Provenance


@cache
def thresholds(definition: str) -> Mapping[str, Threshold]:
    """All thresholds of one definition, by name; raises FaultyKnowledge for one without provenance."""
    file = files("assuage.resistance") / "definitions" / f"{definition}.yaml"
    found = {}
    for name, fields in read_knowledge(file).items():
        if not isinstance(fields, Mapping) or "value" not in fields:
            message = f"{file.name}, entry {name}: expected value and provenance"
            raise FaultyKnowledge(message)
        origin = provenance(fields.get("provenance"), file=file.name, entry=name)
        found[name] = Threshold(fields["value"], origin)
    return found


@cache
def treatment_classes(table: str) -> tuple[TreatmentClass, ...]:
    """The classes of treatments that a source draws, in its own order."""
    file = files("assuage.resistance") / "data" / f"classes_{table}.yaml"
    drawn = []
    for key, fields in read_knowledge(file).items():
        provenance(fields.get("provenance"), file=file.name, entry=key)
        drawn.append(
            TreatmentClass(
                key,
                tuple(fields["members"]),
                tuple(fields.get("not_available_in", ())),
                tuple(fields.get("not_for", ())),
            )
        )
    return tuple(drawn)


def single(treatments: tuple[str, ...]) -> tuple[TreatmentClass, ...]:
    """Each drug as a class of its own, for definitions that count drugs."""
    return tuple(TreatmentClass(treatment, (treatment,)) for treatment in treatments)
