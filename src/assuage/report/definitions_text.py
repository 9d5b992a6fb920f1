"""Definitions as the command line prints them: as lines, compared on the same people, and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from assuage.report.terminal import SummaryTable
from assuage.resistance.definition import Definition
from assuage.resistance.model import VerdictWord
from assuage.sources import Provenance, sources


def definition_lines(definition: Definition, *, in_full: bool) -> list[str]:
    """A definition as lines: what it is, its source and what it asks; in full, each part with its source."""
    lines = [
        f"{definition.id} ({definition.kind}, {_standing(definition)})",
        f"  {definition.title}",
        f"  Source: {cited(definition.provenance)}",
    ]
    for criterion in definition.criteria:
        lines.append(f"  - {criterion.title}")
        lines += [f"    {cited(criterion.provenance)}"] if in_full else []
    if in_full:
        lines += [f"  Variant {each.title} ({cited(each.provenance)})" for each in definition.variants]
        lines += [f"  Note: {note}" for note in definition.notes]
    return lines


def comparison_table(people: Iterable[tuple[str, Mapping[str, VerdictWord]]]) -> SummaryTable:
    """The same made-up people through every definition: who is met by which, and not by which."""
    words = (VerdictWord.MET, VerdictWord.NOT_MET, VerdictWord.UNKNOWN)
    return SummaryTable(
        ("Made-up person", "Met", "Not met", "Unknown"),
        tuple(
            (
                name,
                *(", ".join(key for key, verdict in verdicts.items() if verdict is word) for word in words),
            )
            for name, verdicts in people
        ),
    )


def _standing(definition: Definition) -> str:
    return "published" if definition.published else "project convention, not published"


def cited(provenance: Provenance) -> str:
    """A provenance in one line: title, place, address, and whether it has been checked."""
    source = sources()[provenance.source]
    address = f"doi:{source.doi}" if source.doi else source.url or ""
    checked = "" if provenance.verified else "not verified"
    return "; ".join(part for part in (source.title, provenance.place, address, checked) if part)


def definitions_to_json(definitions: Mapping[str, Definition]) -> list[dict[str, Any]]:
    """Every definition as plain values."""
    return [definition_to_json(definition) for definition in definitions.values()]


def definition_to_json(definition: Definition) -> dict[str, Any]:
    """One definition as plain values: whom it speaks of, its criteria, variants and sources."""
    return {
        "id": definition.id,
        "title": definition.title,
        "kind": definition.kind,
        "published": definition.published,
        "applies_to": list(definition.applies_to),
        "not_for": list(definition.not_for),
        "uses_market": definition.uses_market,
        "source": _origin(definition.provenance),
        "criteria": [
            {"id": each.id, "title": each.title, "decides": each.decides, "source": _origin(each.provenance)}
            for each in definition.criteria
        ],
        "variants": [
            {"id": each.id, "title": each.title, "source": _origin(each.provenance)}
            for each in definition.variants
        ],
        "notes": list(definition.notes),
    }


def _origin(provenance: Provenance) -> dict[str, Any]:
    source = sources()[provenance.source]
    return {
        "key": source.key,
        "title": source.title,
        "url": source.url,
        "doi": source.doi,
        "place": provenance.place,
        "date": provenance.date.isoformat(),
        "verified": provenance.verified,
        "reviewed_by": provenance.reviewed_by,
        "published": provenance.published,
    }
