"""The sections of the clinic's page: counts of everyone in words, each with its chart and its table.

Every count goes through the clinic's `cells`, which hide those of few people where that is asked for;
shares and sums are shown only of counts that are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assuage.report.agreement import PairCount
from assuage.report.agreement_matrix import AgreementMatrix, agreement_matrix
from assuage.report.bars import BarChart, bar_chart
from assuage.report.clinic import ClinicSummary, FlagCount, VerdictCount
from assuage.report.flow import Flow, flow
from assuage.report.pathways import STEPS, Path, step_in_words
from assuage.report.small_cells import UNSEEN, Cell, CellRule, Row
from assuage.report.wording import Words, capitalized
from assuage.resistance.definition import Definition

_MOST_BARS = 12  # in a chart; its table has all


@dataclass(frozen=True)
class DefinitionCount:
    """One definition's line in the table of verdicts."""

    short: str
    title: str
    published: bool
    unknown: Cell
    met: Cell
    not_met: Cell
    total: Cell


@dataclass(frozen=True)
class VerdictGroup:
    """The definitions of one kind, and the words that their answers take."""

    name: str
    rows: tuple[DefinitionCount, ...]
    chart: BarChart
    unknown: str
    met: str
    not_met: str


def verdict_group(clinic: ClinicSummary, kind: str, catalogue: Words) -> VerdictGroup:
    """Verdicts by definition; `kind` is resistance or eligibility."""
    rows = [
        _definition_count(count, clinic.definitions[count.definition], clinic.cells, catalogue)
        for count in clinic.verdict_counts()
        if clinic.definitions[count.definition].kind == kind
    ]
    labels = "eligibility" if kind == "eligibility" else "verdict"
    styles = ("unknown", "met", "not_met")
    chart = bar_chart(
        [
            (row.short, list(zip(styles, (row.unknown, row.met, row.not_met), strict=True)), row.total)
            for row in rows
        ]
    )
    return VerdictGroup(kind, tuple(rows), chart, *(catalogue.label(labels, word) for word in styles))


def _definition_count(
    count: VerdictCount, definition: Definition, rule: CellRule, catalogue: Words
) -> DefinitionCount:
    row = count.row(rule)
    unknown, met, not_met = row.cells
    short = catalogue.label("definition", definition.id)
    return DefinitionCount(short, definition.title, definition.published, unknown, met, not_met, row.total)


@dataclass(frozen=True)
class Counts:
    """Names with their numbers of people, and the chart of them."""

    rows: tuple[tuple[str, Cell], ...]
    chart: BarChart


def _counts(rows: Iterable[tuple[str, Cell]]) -> Counts:
    told = tuple(rows)
    return Counts(told, bar_chart([(name, [("count", cell)], cell) for name, cell in told[:_MOST_BARS]]))


def conditions_shown(clinic: ClinicSummary, catalogue: Words) -> Counts:
    """People by condition."""
    return _counts(
        (catalogue.condition(key), clinic.cells.cell(people)) for key, people in clinic.conditions()
    )


@dataclass(frozen=True)
class FlagLine:
    """One open flag in words."""

    name: str
    urgency: str
    style: str
    people: Cell


@dataclass(frozen=True)
class Flags:
    """The open flags of the clinic, and those that are asked for by name."""

    rows: tuple[FlagLine, ...]
    chart: BarChart
    named: tuple[tuple[str, Cell], ...]


_ASKED_FOR = (
    "medication_overuse",
    "possible_medication_overuse",
    "nsaid_only",
    "late_specialist_contact",
    "no_specialist_on_record",
)


def flags_shown(clinic: ClinicSummary, catalogue: Words) -> Flags:
    """People with each open flag."""
    counts = clinic.flag_counts()
    rows = [
        FlagLine(
            name=catalogue.label("flag", count.flag),
            urgency="Verdicts wait for it" if count.waits else catalogue.label("flag_urgency", count.urgency),
            style="urgent" if count.waits else str(count.urgency),
            people=clinic.cells.cell(count.people),
        )
        for count in counts
    ]
    chart = bar_chart([(row.name, [(row.style, row.people)], row.people) for row in rows[:_MOST_BARS]])
    first = ("Something comes first", clinic.cells.cell(clinic.tally.comes_first))
    named = [(catalogue.label("flag", key), _of_flag(counts, key, clinic.cells)) for key in _ASKED_FOR]
    return Flags(tuple(rows), chart, (first, *named))


def _of_flag(counts: Iterable[FlagCount], flag: str, rule: CellRule) -> Cell:
    """The people with a flag of any urgency; the table above has each, so that the sum may have to go."""
    parts = [count.people for count in counts if count.flag == flag]
    if len(parts) > 1 and any(rule.cell(people).number is None for people in parts):
        return UNSEEN
    return rule.cell(sum(parts))


@dataclass(frozen=True)
class PairLine:
    """A pair of definitions in words; `agree` is empty where its counts are hidden."""

    first: str
    second: str
    both_met: Cell
    only_first: Cell
    only_second: Cell
    neither: Cell
    undecided: Cell
    agree: str


@dataclass(frozen=True)
class AgreementShown:
    """The matrix and its table."""

    rows: tuple[PairLine, ...]
    matrix: AgreementMatrix


def agreement_shown(clinic: ClinicSummary, catalogue: Words) -> AgreementShown:
    """How far definitions agree, pair by pair."""
    pairs = [(pair, pair.row(clinic.cells)) for pair in clinic.tally.agreement.pairs(clinic.definitions)]
    in_pairs = {key for pair, _ in pairs for key in (pair.first, pair.second)}
    names = [(key, catalogue.label("definition", key)) for key in clinic.definitions if key in in_pairs]
    of_name = dict(names)
    rows = tuple(_pair_line(pair, row, of_name) for pair, row in pairs)
    return AgreementShown(rows, agreement_matrix(pairs, names))


def _pair_line(pair: PairCount, row: Row, names: Mapping[str, str]) -> PairLine:
    both_met, only_first, only_second, neither, undecided = row.cells
    counts = (both_met, only_first, only_second, neither, undecided)
    return PairLine(names[pair.first], names[pair.second], *counts, _agreement(pair, row))


def _agreement(pair: PairCount, row: Row) -> str:
    if not row.is_whole:
        return str(UNSEEN)
    return "–" if pair.agree_percent is None else f"{pair.agree_percent} %"


@dataclass(frozen=True)
class FailureLine:
    """A treatment's failures in words."""

    name: str
    no_effect: Cell
    not_tolerated: Cell
    other: Cell
    total: Cell


@dataclass(frozen=True)
class FailuresShown:
    """The chart of the most frequent, and the table of all."""

    rows: tuple[FailureLine, ...]
    chart: BarChart


def failures_shown(clinic: ClinicSummary, catalogue: Words) -> FailuresShown:
    """Failed trials by treatment; a trial is one person's, so that few trials are few people."""
    rows = []
    for count in clinic.tally.failures.counts():
        row = clinic.cells.row((count.no_effect, count.not_tolerated, count.other))
        no_effect, not_tolerated, other = row.cells
        name = capitalized(catalogue.treatment(count.treatment))
        rows.append(FailureLine(name, no_effect, not_tolerated, other, row.total))
    styles = ("no_effect", "not_tolerated", "other_reason")
    chart = bar_chart(
        [
            (
                row.name,
                list(zip(styles, (row.no_effect, row.not_tolerated, row.other), strict=True)),
                row.total,
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
    people: Cell
    flow: Flow
    rows: tuple[tuple[str, ...], ...]
    rarer: Cell  # people on paths that are not told


def pathways_shown(clinic: ClinicSummary, catalogue: Words) -> list[PathwayShown]:
    """Pathways by condition; those of few people are told together, and conditions of few not at all."""
    told = [
        (condition, *_common(paths, clinic.cells))
        for condition, paths in clinic.tally.pathways.by_condition()
    ]
    return [
        PathwayShown(
            number=number,
            condition=catalogue.condition(condition),
            people=clinic.cells.cell(common.total() + rarer),
            flow=flow(common, catalogue),
            rows=tuple(_path_row(path, people, catalogue) for path, people in _ranked(common)),
            rarer=clinic.cells.cell(rarer),
        )
        for number, (condition, common, rarer) in enumerate((each for each in told if each[1]), start=1)
    ]


def _ranked(paths: Counter[Path]) -> list[tuple[Path, int]]:
    return sorted(paths.items(), key=lambda item: (-item[1], item[0]))


def _common(paths: Counter[Path], rule: CellRule) -> tuple[Counter[Path], int]:
    """The paths that may be told, and how many people took the others: none, or not few."""
    ranked = _ranked(paths)
    rarer = sum(people for _, people in ranked if rule.cell(people).number is None)
    common = [(path, people) for path, people in ranked if rule.cell(people).number is not None]
    while common and rule.cell(rarer).number is None:
        rarer += common.pop()[1]
    return Counter(dict(common)), rarer


def _path_row(path: Path, people: int, catalogue: Words) -> tuple[str, ...]:
    steps = [step_in_words(step, catalogue) for step in path]
    return (*steps, *("–" for _ in range(STEPS - len(path))), str(people))


@dataclass(frozen=True)
class WaitingShown:
    """The time to a specialist: its distribution as a chart and a table.

    `long_percent` and `median_days` are None where nobody was seen, or too few to say.
    """

    seen: Cell
    none_on_record: Cell
    long: Cell
    long_percent: int | None
    median_days: int | None
    counts: Counts


def waiting_shown(clinic: ClinicSummary) -> WaitingShown:
    """How long people waited for a specialist."""
    found = clinic.waiting()
    bands = clinic.cells.row([people for _, people in found.bands])
    none_on_record = clinic.cells.cell(found.none_on_record)
    named = zip((name for name, _ in found.bands), bands.cells, strict=True)
    return WaitingShown(
        seen=bands.total,
        none_on_record=none_on_record,
        long=clinic.cells.cell(found.long) if bands.is_whole else UNSEEN,
        long_percent=found.long_percent if bands.is_whole else None,
        median_days=found.median_days if bands.total.number else None,
        counts=_counts([*named, ("none on record", none_on_record)]),
    )


def completeness_bands(clinic: ClinicSummary) -> list[tuple[str, Cell]]:
    """People by quarter of completeness, the last quarter with 100 % in it."""
    names = ("0–24 %", "25–49 %", "50–74 %", "75–100 %")
    row = clinic.cells.row([clinic.tally.completeness[place] for place in range(len(names))])
    return list(zip(names, row.cells, strict=True))
