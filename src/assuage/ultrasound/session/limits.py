"""The numbers of the session's rules, from cited data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from assuage.errors import FaultyKnowledge
from assuage.sources import Provenance, provenance, read_knowledge
from assuage.ultrasound.session.entries import Stage

FILE = "limits.yaml"


@dataclass(frozen=True)
class Band:
    """Peak temperatures [C] that a stage is meant to reach, both ends included."""

    low_c: float
    high_c: float
    provenance: Provenance


@dataclass(frozen=True)
class Limit:
    """One largest value and where it comes from."""

    value: float
    provenance: Provenance


@dataclass(frozen=True)
class SessionLimits:
    """All numbers that the rules of a session compare with."""

    bands: Mapping[Stage, Band]
    most_focus_shift_mm: Limit
    most_skull_dose_cem43_min: Limit
    most_scalp_dose_cem43_min: Limit
    most_session_min: Limit


@cache
def session_limits() -> SessionLimits:
    """The package's own limits."""
    content = read_knowledge(files("assuage.ultrasound.session") / FILE)
    try:
        bands = {stage: _band(stage, content["bands_c"][stage]) for stage in Stage}
        return SessionLimits(
            bands,
            **{key: _limit(key, content[key]) for key in content if key != "bands_c"},
        )
    except (KeyError, TypeError, ValueError) as error:
        message = f"{FILE}: a limit is missing, unknown or no number"
        raise FaultyKnowledge(message) from error


def _band(stage: Stage, fields: Mapping[str, Any]) -> Band:
    proof = provenance(fields["provenance"], file=FILE, entry=f"bands_c.{stage}")
    return Band(float(fields["low"]), float(fields["high"]), proof)


def _limit(key: str, fields: Mapping[str, Any]) -> Limit:
    return Limit(float(fields["value"]), provenance(fields["provenance"], file=FILE, entry=key))
