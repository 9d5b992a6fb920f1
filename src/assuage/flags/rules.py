"""What the flag rules take from data: cited numbers and lists, and tables of signs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, NoReturn

from assuage.errors import FaultyKnowledge
from assuage.flags.model import Urgency
from assuage.sources import Provenance, provenance, read_knowledge

DATA = files("assuage.flags") / "data"
"""Where the rule files of the package lie."""

SIGN_FAMILIES = ("red_flags", "secondary_trigeminal", "intracranial", "giant_cell_arteritis", "cauda_equina")
"""The families of flags that have signs."""

_SIGN_FIELDS = {"findings", "diagnoses", "urgency", "settled_by", "within_days", "not_in", "provenance"}


@dataclass(frozen=True)
class Number:
    """One number or list of a rule, and where it stands."""

    value: Any
    provenance: Provenance


@dataclass(frozen=True)
class Sign:
    """A sign that raises a flag by being on record.

    `findings` are names of examination or imaging findings, `diagnoses` condition keys with all their
    kinds. `settled_by` names what, once done, means that the sign was looked into: a test, an image or
    a visit to a specialty. A sign with `within_days` counts for that long only. `not_in` are conditions
    to which the sign belongs by definition.
    """

    flag: str
    findings: frozenset[str]
    diagnoses: tuple[str, ...]
    urgency: Urgency
    settled_by: frozenset[str]
    within_days: int | None
    not_in: tuple[str, ...]
    provenance: Provenance


@cache
def numbers(family: str, folder: Traversable = DATA) -> Mapping[str, Number]:
    """The numbers and lists of one family of flags, by name; raises FaultyKnowledge for one uncited."""
    found = {}
    for name, fields in _section(folder, family, "numbers").items():
        if not isinstance(fields, Mapping) or "value" not in fields:
            _refuse(family, name, "expected value and provenance")
        origin = provenance(fields.get("provenance"), file=f"{family}.yaml", entry=name)
        found[name] = Number(fields["value"], origin)
    return found


@cache
def signs(family: str, folder: Traversable = DATA) -> tuple[Sign, ...]:
    """The signs of one family of flags, in the order of its source; raises FaultyKnowledge."""
    return tuple(_sign(family, name, fields) for name, fields in _section(folder, family, "signs").items())


def _sign(family: str, name: str, fields: Any) -> Sign:
    if not isinstance(fields, Mapping) or set(fields) - _SIGN_FIELDS:
        _refuse(family, name, f"expected no fields but {', '.join(sorted(_SIGN_FIELDS))}")
    if fields.get("urgency") not in set(Urgency):
        _refuse(family, name, f"urgency has to be one of {', '.join(Urgency)}")
    return Sign(
        flag=name,
        findings=frozenset(fields.get("findings", ())),
        diagnoses=tuple(fields.get("diagnoses", ())),
        urgency=Urgency(fields["urgency"]),
        settled_by=frozenset(fields.get("settled_by", ())),
        within_days=fields.get("within_days"),
        not_in=tuple(fields.get("not_in", ())),
        provenance=provenance(fields.get("provenance"), file=f"{family}.yaml", entry=name),
    )


def _section(folder: Traversable, family: str, section: str) -> Mapping[str, Any]:
    content = read_knowledge(folder / f"{family}.yaml")
    found: Mapping[str, Any] = content.get(section) or {}
    return found


def _refuse(family: str, name: str, found: str) -> NoReturn:
    message = f"{family}.yaml, entry {name}: {found}"
    raise FaultyKnowledge(message)
