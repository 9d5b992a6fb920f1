"""How sure each diagnosis is, by the grading system of its field: shown, decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assuage.report.citations import Sources
from assuage.report.definition_sections import CriterionRow, criterion_row
from assuage.report.wording import Words
from assuage.resistance.definition import Definition
from assuage.resistance.model import Finding

_SOURCES = {
    "neupsig-grading-2016": "finnerup2016",
    "tn-aetiology-2016": "cruccu2016",
    "chronic-primary-pain": "iasp",
}


@dataclass(frozen=True)
class Grading:
    """One diagnosis by one grading system."""

    title: str
    condition: str
    source: int | None  # its number on the page
    rows: tuple[CriterionRow, ...]


def gradings(
    findings: Iterable[Finding], definitions: Mapping[str, Definition], sources: Sources, words: Words
) -> tuple[Grading, ...]:
    """The findings that belong to no definition, by system and condition."""
    groups: dict[tuple[str, str], list[CriterionRow]] = {}
    for finding in findings:
        if finding.definition not in definitions and not finding.decides:
            row = criterion_row(finding, None, sources, words)
            groups.setdefault((finding.definition, finding.condition), []).append(row)
    return tuple(
        Grading(
            words.label("grading", system),
            words.condition(condition),
            sources.number(_SOURCES[system]) if system in _SOURCES else None,
            tuple(rows),
        )
        for (system, condition), rows in groups.items()
    )
