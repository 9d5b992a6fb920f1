"""The numbers of follow-up: dated, cited data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from assuage.errors import FaultyKnowledge
from assuage.sources import Provenance, provenance, read_knowledge

_FILE = "rules.yaml"


@cache
def rules() -> Mapping[str, Any]:
    """Every number, by name."""
    return {key: fields["value"] for key, fields in _content().items()}


@cache
def rule_provenance() -> Mapping[str, Provenance]:
    """Where each number stands; FaultyKnowledge for one that does not say."""
    return {
        key: provenance(fields.get("provenance"), file=_FILE, entry=key) for key, fields in _content().items()
    }


@cache
def _content() -> Mapping[str, Mapping[str, Any]]:
    content = read_knowledge(files("assuage.followup") / "data" / _FILE)
    for key, fields in content.items():
        if not isinstance(fields, Mapping) or "value" not in fields:
            message = f"{_FILE}, entry {key}: expected value and provenance"
            raise FaultyKnowledge(message)
        provenance(fields.get("provenance"), file=_FILE, entry=key)
    return content
