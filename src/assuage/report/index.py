"""The clinic's page: who was read, what came out, whom to look at first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assuage.report.agreement import PairCount
from assuage.report.agreement_matrix import AgreementMatrix, agreement_matrix
from assuage.report.bars import BarChart, bar_chart
from assuage.report.clinic import ClinicSummary, VerdictCount
from assuage.report.flow import Flow, flow
from assuage.report.pages import page
from assuage.report.pathways import STEPS, step_in_words
from assuage.report.tally import PersonLine
from assuage.report.waiting import Waiting
from assuage.report.wording import Words, capitalized, words
from assuage.resistance.definition import Definition
from assuage.resistance.model import VerdictWord

_MOST_BARS = 12  # in a chart; its table has all


def index_page(clinic: ClinicSummary) -> str:
    """The index of a review: a line for each person, the most urgent first."""
    catalogue = words()
    of_records = [line for line in clinic.read_report if not line.is_of_a_field]
    return page(
        "index.html",
        clinic=clinic,
        source=catalogue.label("source_kind", clinic.source_kind),
        verdicts=_verdict_group(clinic, "resistance", catalogue),
        eligibility=_verdict_group(clinic, "eligibility", catalogue),
        conditions=_conditions(clinic, catalogue),
        flags=_flags(clinic, catalogue),
        agreement=_agreement(clinic, catalogue),
        failures=_failures(clinic, catalogue),
        pathways=_pathways(clinic, catalogue),
        waiting=_waiting(clinic.waiting()),
        completeness=completeness_bands(clinic.tally.lines),
        people=[_shown(line, clinic, catalogue) for line in clinic.ordered()],
        skipped=sum(line.skipped for line in of_records),
        read=sum(line.read for line in of_records),
    )


@dataclass(frozen=True)
class DefinitionCount:
    """One definition's line in the table of verdicts."""

    short: str
    title: str
    published: bool
    count: VerdictCount


@dataclass(frozen=True)
class VerdictGroup:
    """The definitions of one kind, and the words that their answers take."""

    name: str
    rows: tuple[DefinitionCount, ...]
    chart: BarChart
    unknown: str
    met: str
    not_met: str


def _verdict_group(clinic: ClinicSummary, kind: str, catalogue: Words) -> VerdictGroup:
    rows = [
        _definition_count(count, clinic.definitions[count.definition], catalogue)
        for count in clinic.verdict_counts()
        if clinic.definitions[count.definition].kind == kind
    ]
    labels = "eligibility" if kind == "eligibility" else "verdict"
    chart = bar_chart(
        [
            (
                row.short,
                [("unknown", row.count.unknown), ("met", row.count.met), ("not_met", row.count.not_met)],
            )
            for row in rows
        ]
    )
    named = (catalogue.label(labels, word) for word in ("unknown", "met", "not_met"))
    return VerdictGroup(kind, tuple(rows), chart, *named)


def _definition_count(count: VerdictCount, definition: Definition, catalogue: Words) -> DefinitionCount:
    short = catalogue.label("definition", definition.id)
    return DefinitionCount(short, definition.title, definition.published, count)


@dataclass(frozen=True)
class Counts:
    """Names with their numbers of people, and the chart of them."""

    rows: tuple[tuple[str, int], ...]
    chart: BarChart


def _counts(rows: Sequence[tuple[str, int]]) -> Counts:
    return Counts(tuple(rows), bar_chart([(name, [("count", people)]) for name, people in rows[:_MOST_BARS]]))


def _conditions(clinic: ClinicSummary, catalogue: Words) -> Counts:
    return _counts([(catalogue.condition(key), people) for key, people in clinic.conditions()])


@dataclass(frozen=True)
class FlagLine:
    """One open flag in words."""

    name: str
    urgency: str
    style: str
    people: int


@dataclass(frozen=True)
class Flags:
    """The open flags of the clinic, and those that are asked for by name."""

    rows: tuple[FlagLine, ...]
    chart: BarChart
    named: tuple[tuple[str, int], ...]


_ASKED_FOR = (
    "medication_overuse",
    "possible_medication_overuse",
    "nsaid_only",
    "late_specialist_contact",
    "no_specialist_on_record",
)


def _flags(clinic: ClinicSummary, catalogue: Words) -> Flags:
    counts = clinic.flag_counts()
    rows = [
        FlagLine(
            name=catalogue.label("flag", count.flag),
            urgency="Verdicts wait for it" if count.waits else catalogue.label("flag_urgency", count.urgency),
            style="urgent" if count.waits else str(count.urgency),
            people=count.people,
        )
        for count in counts
    ]
    chart = bar_chart([(row.name, [(row.style, row.people)]) for row in rows[:_MOST_BARS]])
    waiting_people = sum(bool(line.comes_first) for line in clinic.tally.lines)
    named = [
        (catalogue.label("flag", key), sum(count.people for count in counts if count.flag == key))
        for key in _ASKED_FOR
    ]
    return Flags(tuple(rows), chart, (("Something comes first", waiting_people), *named))


@dataclass(frozen=True)
class PairLine:
    """A pair of definitions in words."""

    first: str
    second: str
    count: PairCount


@dataclass(frozen=True)
class AgreementShown:
    """The matrix and its table."""

    rows: tuple[PairLine, ...]
    matrix: AgreementMatrix


def _agreement(clinic: ClinicSummary, catalogue: Words) -> AgreementShown:
    pairs = clinic.tally.agreement.pairs(clinic.definitions)
    in_pairs = {key for pair in pairs for key in (pair.first, pair.second)}
    names = [(key, catalogue.label("definition", key)) for key in clinic.definitions if key in in_pairs]
    of_name = dict(names)
    rows = tuple(PairLine(of_name[pair.first], of_name[pair.second], pair) for pair in pairs)
    return AgreementShown(rows, agreement_matrix(pairs, names))


@dataclass(frozen=True)
class FailureLine:
    """A treatment's failures in words."""

    name: str
    no_effect: int
    not_tolerated: int
    other: int
    total: int


@dataclass(frozen=True)
class FailuresShown:
    """The chart of the most frequent, and the table of all."""

    rows: tuple[FailureLine, ...]
    chart: BarChart


def _failures(clinic: ClinicSummary, catalogue: Words) -> FailuresShown:
    rows = [
        FailureLine(
            capitalized(catalogue.treatment(count.treatment)),
            count.no_effect,
            count.not_tolerated,
            count.other,
            count.total,
        )
        for count in clinic.tally.failures.counts()
    ]
    chart = bar_chart(
        [
            (
                row.name,
                [
                    ("no_effect", row.no_effect),
                    ("not_tolerated", row.not_tolerated),
                    ("other_reason", row.other),
                ],
            )
            for row in rows[:_MOST_BARS]
        ]
    )
    return FailuresShown(tuple(rows), chart)


@dataclass(frozen=True)
class PathwayShown:
    """One condition's picture, and its table: (first, second, third, people)."""

    number: int
    condition: str
    people: int
    flow: Flow
    rows: tuple[tuple[str, ...], ...]


def _pathways(clinic: ClinicSummary, catalogue: Words) -> list[PathwayShown]:
    return [
        PathwayShown(
            number=number,
            condition=catalogue.condition(condition),
            people=paths.total(),
            flow=flow(paths, catalogue),
            rows=tuple(
                (
                    *(step_in_words(step, catalogue) for step in path),
                    *("–" for _ in range(STEPS - len(path))),
                    str(people),
                )
                for path, people in sorted(paths.items(), key=lambda item: (-item[1], item[0]))
            ),
        )
        for number, (condition, paths) in enumerate(clinic.tally.pathways.by_condition(), start=1)
    ]


@dataclass(frozen=True)
class WaitingShown:
    """The time to a specialist: its distribution as a chart and a table."""

    waiting: Waiting
    counts: Counts


def _waiting(found: Waiting) -> WaitingShown:
    return WaitingShown(found, _counts([*found.bands, ("none on record", found.none_on_record)]))


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


def completeness_bands(lines: Sequence[PersonLine]) -> list[tuple[str, int]]:
    """People by quarter of completeness, the last quarter with 100 % in it."""
    quarters = [min(int(line.completeness * 4), 3) for line in lines]
    names = ("0–24 %", "25–49 %", "50–74 %", "75–100 %")
    return [(name, quarters.count(place)) for place, name in enumerate(names)]
