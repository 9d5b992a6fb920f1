"""The summary that the command line prints: verdicts per definition as a plain table of words and counts."""

from __future__ import annotations

from dataclasses import dataclass

from assuage.report.clinic import ClinicSummary
from assuage.report.wording import words


@dataclass(frozen=True)
class SummaryTable:
    """Column names and rows; every cell is text of ours or a count, never a string from a record."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def summary_table(clinic: ClinicSummary) -> SummaryTable:
    """Verdicts per definition."""
    catalogue = words()
    return SummaryTable(
        columns=("Definition", "Unknown", "Met", "Not met", "Standing"),
        rows=tuple(
            (
                catalogue.label("definition", count.definition),
                *map(str, count.row(clinic.cells).cells),
                "published" if clinic.definitions[count.definition].published else "project convention",
            )
            for count in clinic.verdict_counts()
        ),
    )
