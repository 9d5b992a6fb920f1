"""The clinic's page: who was read, what came out, whom to look at first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assuage.report.bars import BarChart, bar_chart
from assuage.report.clinic import ClinicSummary, PersonLine, VerdictCount
from assuage.report.pages import page
from assuage.report.wording import Words, words
from assuage.resistance.definition import Definition
from assuage.resistance.model import VerdictWord


@dataclass(frozen=True)
class DefinitionCount:
    """One definition's line in the table of verdicts."""

    short: str
    title: str
    kind: str
    published: bool
    count: VerdictCount


def index_page(clinic: ClinicSummary) -> str:
    """The index of a review: a line for each person, the undecided first."""
    catalogue = words()
    counts = [
        _definition_count(count, clinic.definitions[count.definition], catalogue)
        for count in clinic.verdict_counts()
    ]
    conditions = [(catalogue.condition(key), people) for key, people in clinic.conditions()]
    return page(
        "index.html",
        clinic=clinic,
        source=catalogue.label("source_kind", clinic.source_kind),
        counts=counts,
        verdict_chart=_verdict_chart(counts),
        conditions=conditions,
        condition_chart=bar_chart([(name, [("count", people)]) for name, people in conditions]),
        completeness=completeness_bands(clinic.lines),
        people=[_shown(line, catalogue) for line in clinic.ordered()],
        skipped=sum(line.skipped for line in clinic.read_report),
        read=sum(line.read for line in clinic.read_report),
    )


def _definition_count(count: VerdictCount, definition: Definition, catalogue: Words) -> DefinitionCount:
    short = catalogue.label("definition", definition.id)
    kind = catalogue.label("kind", definition.kind)
    return DefinitionCount(short, definition.title, kind, definition.published, count)


def _verdict_chart(counts: Sequence[DefinitionCount]) -> BarChart:
    return bar_chart(
        [
            (
                row.short,
                [("unknown", row.count.unknown), ("met", row.count.met), ("not_met", row.count.not_met)],
            )
            for row in counts
        ]
    )


@dataclass(frozen=True)
class ShownPerson:
    """A person's line in words."""

    line: PersonLine
    conditions: str
    undecided: str
    met: str
    not_met: str
    completeness_percent: int


def _shown(line: PersonLine, catalogue: Words) -> ShownPerson:
    def named(word: VerdictWord) -> str:
        return ", ".join(catalogue.label("definition", key) for key in line.with_verdict(word))

    return ShownPerson(
        line=line,
        conditions=", ".join(catalogue.condition(key) for key in line.conditions),
        undecided=named(VerdictWord.UNKNOWN),
        met=named(VerdictWord.MET),
        not_met=named(VerdictWord.NOT_MET),
        completeness_percent=round(100 * line.completeness),
    )


def completeness_bands(lines: Sequence[PersonLine]) -> list[tuple[str, int]]:
    """People by quarter of completeness, the last quarter with 100 % in it."""
    quarters = [min(int(line.completeness * 4), 3) for line in lines]
    names = ("0–24 %", "25–49 %", "50–74 %", "75–100 %")
    return [(name, quarters.count(place)) for place, name in enumerate(names)]
