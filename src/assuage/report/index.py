"""The clinic's page: who was read, what came out, whom to look at first."""

from __future__ import annotations

from dataclasses import dataclass

from assuage.report.clinic import ClinicSummary
from assuage.report.index_sections import (
    agreement_shown,
    completeness_bands,
    conditions_shown,
    failures_shown,
    flags_shown,
    pathways_shown,
    verdict_group,
    waiting_shown,
)
from assuage.report.pages import page
from assuage.report.small_cells import Cell
from assuage.report.tally import PersonLine
from assuage.report.wording import Words, words
from assuage.resistance.model import VerdictWord

PEOPLE_PAGE = "people.html"
"""Where the people stand whom a page with hidden counts may not name."""


def index_page(clinic: ClinicSummary) -> str:
    """The index of a review: counts of everyone, and a line for each person, the most urgent first.

    Where small counts are hidden the people stand on a page of their own (`people_list_page`).
    """
    catalogue = words()
    cells = clinic.cells
    of_records = [line for line in clinic.read_report if not line.is_of_a_field]
    return page(
        "index.html",
        clinic=clinic,
        source=catalogue.label("source_kind", clinic.source_kind),
        people_read=cells.cell(clinic.people_read),
        with_pain=cells.cell(clinic.tally.people),
        verdicts=verdict_group(clinic, "resistance", catalogue),
        eligibility=verdict_group(clinic, "eligibility", catalogue),
        conditions=conditions_shown(clinic, catalogue),
        flags=flags_shown(clinic, catalogue),
        agreement=agreement_shown(clinic, catalogue),
        failures=failures_shown(clinic, catalogue),
        pathways=pathways_shown(clinic, catalogue),
        waiting=waiting_shown(clinic),
        completeness=completeness_bands(clinic),
        people=people_shown(clinic, catalogue),
        people_page=PEOPLE_PAGE,
        skipped=sum(line.skipped for line in of_records),
        read=sum(line.read for line in of_records),
    )


def people_list_page(clinic: ClinicSummary) -> str:
    """The people of a report whose index names nobody."""
    catalogue = words()
    source = catalogue.label("source_kind", clinic.source_kind)
    return page("people_list.html", clinic=clinic, source=source, people=people_shown(clinic, catalogue))


@dataclass(frozen=True)
class PeopleShown:
    """The people with a line, in order, and how many there are in all."""

    rows: tuple[ShownPerson, ...]
    everyone: Cell
    are_all: bool


def people_shown(clinic: ClinicSummary, catalogue: Words) -> PeopleShown:
    """Everyone who has a line."""
    rows = tuple(_shown(line, clinic, catalogue) for line in clinic.ordered())
    everyone = clinic.cells.cell(clinic.tally.people)
    return PeopleShown(rows, everyone, len(rows) == clinic.tally.people)


@dataclass(frozen=True)
class ShownPerson:
    """A person's line in words."""

    line: PersonLine
    conditions: str
    comes_first: str
    undecided: str
    met: str
    not_met: str
    eligible: str
    completeness_percent: int
    shows: str  # what the filter may ask for, in its words


def _shown(line: PersonLine, clinic: ClinicSummary, catalogue: Words) -> ShownPerson:
    def named(word: VerdictWord, kind: str) -> str:
        return ", ".join(
            catalogue.label("definition", key)
            for key in line.with_verdict(word)
            if clinic.definitions[key].kind == kind
        )

    told = {
        "first": ", ".join(catalogue.label("flag", flag) for flag in line.comes_first),
        "unknown": named(VerdictWord.UNKNOWN, "resistance"),
        "met": named(VerdictWord.MET, "resistance"),
        "not_met": named(VerdictWord.NOT_MET, "resistance"),
        "eligible": named(VerdictWord.MET, "eligibility"),
    }
    return ShownPerson(
        line=line,
        conditions=", ".join(catalogue.condition(key) for key in line.conditions),
        comes_first=told["first"],
        undecided=told["unknown"],
        met=told["met"],
        not_met=told["not_met"],
        eligible=told["eligible"],
        completeness_percent=round(100 * line.completeness),
        shows=" ".join(key for key, text in told.items() if text),
    )
