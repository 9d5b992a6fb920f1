"""What made-up people are made of: rates, medicines and our second reading of the definitions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from assuage.errors import FaultyKnowledge
from assuage.sources import Provenance, provenance, read_knowledge

_DATA = files("assuage.synth") / "data"


@dataclass(frozen=True)
class Cited:
    """One value and where it comes from."""

    value: Any
    provenance: Provenance


@dataclass(frozen=True)
class Medicine:
    """A drug as it is given for one condition.

    `doses` rise, in `unit` (mg/d, mg/28d, U/session); empty where no dose is on record, as for plasters
    and for drugs taken as needed. `low` and `high` are the range that the source calls a treatment dose.
    `strength` is that of one tablet, syringe or vial; `interval_days` is how long one injection lasts.
    """

    ingredient: str
    provenance: Provenance
    doses: tuple[float, ...]
    unit: str = ""
    strength: float = 0.0
    step_days: int = 7
    interval_days: int | None = None
    low: float | None = None
    high: float | None = None
    acute: bool = False
    nnt: float | None = None
    nnh: float | None = None


@cache
def rates() -> Mapping[str, float]:
    """Every rate, by name; raises FaultyKnowledge for one without provenance."""
    return {name: float(cited.value) for name, cited in cited_values("rates.yaml").items()}


@cache
def readings() -> Mapping[str, Any]:
    """Our second reading of the definitions, by name."""
    return {name: cited.value for name, cited in cited_values("readings.yaml").items()}


@cache
def medicines(condition: str) -> Mapping[str, Medicine]:
    """The medicines for a condition of `medicines.yaml`, by ingredient."""
    content, named = _content("medicines.yaml")
    return {
        ingredient: _medicine(ingredient, dict(fields), named)
        for ingredient, fields in content[condition].items()
    }


def products() -> Mapping[str, tuple[Medicine, ...]]:
    """Every medicine, by ingredient; one for each condition that it is given for."""
    content, _ = _content("medicines.yaml")
    found: dict[str, tuple[Medicine, ...]] = {}
    for condition in content:
        for ingredient, medicine in medicines(condition).items():
            found[ingredient] = (*found.get(ingredient, ()), medicine)
    return found


def cited_values(name: str) -> Mapping[str, Cited]:
    """Every value of a file of cited values."""
    content, named = _content(name)
    return {
        entry: Cited(fields["value"], _origin(name, entry, fields, named))
        for entry, fields in content.items()
    }


@cache
def _content(name: str) -> tuple[Mapping[str, Any], Mapping[str, Provenance]]:
    """The entries of a file, and the provenances that they name."""
    content = read_knowledge(_DATA / name)
    named = {
        key: provenance(fields, file=name, entry=f"provenance {key}")
        for key, fields in content.pop("provenance").items()
    }
    return content, named


def _medicine(ingredient: str, fields: dict[str, Any], named: Mapping[str, Provenance]) -> Medicine:
    origin = _origin("medicines.yaml", ingredient, fields, named)
    del fields["from"]
    return Medicine(ingredient, origin, tuple(map(float, fields.pop("doses"))), **fields)


def _origin(name: str, entry: str, fields: Mapping[str, Any], named: Mapping[str, Provenance]) -> Provenance:
    if fields.get("from") not in named:
        message = f"{name}, entry {entry}: `from` has to name an entry of the file's provenance section"
        raise FaultyKnowledge(message)
    return named[fields["from"]]
