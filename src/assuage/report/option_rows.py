"""What is left for one person as a page shows it: a row for each option, in the order of the ladder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from assuage.answers import Answer
from assuage.options import ConditionOptions, Holding, OptionStanding, Reason, TreatmentOption
from assuage.options.model import NOT_GRADED
from assuage.report.citations import Citation, Sources
from assuage.report.concern_rows import ConcernRow, concern_rows
from assuage.report.evidence_cells import evidence_cell
from assuage.report.wording import Words, capitalized
from assuage.safety import Concern, Severity

SAID_BY_CONCERNS = frozenset({"safety_hard_stop", "safety_warning", "check_first"})
"""Reasons that the concern behind them says better."""

_LEFT = (OptionStanding.OPEN, OptionStanding.CAUTION, OptionStanding.CONTRAINDICATED)


@dataclass(frozen=True)
class ReasonLine:
    """One thing that bears on an option; `citation` is None where the records alone say it."""

    text: str
    citation: Citation | None


@dataclass(frozen=True)
class OptionRow:
    """One option in words. `held` and `wanted` are what is on record, and what is not, of what it needs."""

    anchor: str
    option: TreatmentOption
    name: str
    step: str
    kind: str
    standing: str
    reasons: tuple[ReasonLine, ...]
    concerns: tuple[ConcernRow, ...]  # borne out, or heavy enough to be settled first
    open_concerns: tuple[ConcernRow, ...]  # warnings that hang on a fact not on record
    claims: Markup  # what speaks for it and against it
    grade: str
    held: tuple[str, ...]
    wanted: tuple[str, ...]
    evidence: tuple[str, ...]
    citation: Citation

    @property
    def to_be_known(self) -> tuple[str, ...]:
        """The facts that its open concerns hang on, each once."""
        return tuple(dict.fromkeys(fact for row in self.open_concerns for fact in row.missing))


@dataclass(frozen=True)
class StepLine:
    """One step of the ladder: what of it is left, or ruled out."""

    step: str
    rows: tuple[OptionRow, ...]


@dataclass(frozen=True)
class OptionSection:
    """The options for one condition: what comes before them, what is left, and what is closed."""

    anchor: str
    condition: str
    has_ladder: bool
    comes_first: tuple[str, ...]
    works_now: tuple[str, ...]
    sequence: tuple[ReasonLine, ...]
    left: tuple[OptionRow, ...]
    closed: tuple[OptionRow, ...]
    counts: tuple[tuple[str, int], ...]

    @property
    def steps(self) -> tuple[StepLine, ...]:
        """What is left by step, in the order of the ladder."""
        return tuple(StepLine(step, tuple(rows)) for step, rows in groupby(self.left, lambda row: row.step))


def option_sections(
    conditions: Iterable[ConditionOptions], sources: Sources, words: Words
) -> tuple[OptionSection, ...]:
    """One section for each condition, in their order."""
    return tuple(_section(place, each, sources, words) for place, each in enumerate(conditions, start=1))


def _section(place: int, each: ConditionOptions, sources: Sources, words: Words) -> OptionSection:
    counts = Counter(option.standing for option in each.options)
    rows = [
        option_row(option, f"option-{place}-{number}", sources, words)
        for number, option in enumerate(each.options, start=1)
    ]
    return OptionSection(
        anchor=f"options-{place}",
        condition=words.condition(each.condition),
        has_ladder=each.ladder is not None,
        comes_first=tuple(words.label("flag", flag) for flag in each.comes_first),
        works_now=tuple(capitalized(words.treatment(key)) for key in each.works_now),
        sequence=tuple(
            ReasonLine(
                capitalized(words.reason(one.reason_code, one.reason_values)), sources.cite(one.provenance)
            )
            for one in each.sequence
        ),
        left=tuple(row for row in rows if row.option.standing in _LEFT),
        closed=tuple(row for row in rows if row.option.standing not in _LEFT),
        counts=tuple(
            (words.label("option_standing", standing).lower(), counts[standing])
            for standing in OptionStanding
            if counts[standing]
        ),
    )


def option_row(option: TreatmentOption, anchor: str, sources: Sources, words: Words) -> OptionRow:
    """One option in words; `anchor` is its name on the page."""
    decided = [one for one in option.concerns if not _is_open(one)]
    return OptionRow(
        anchor=anchor,
        option=option,
        name=option.name,
        step=words.label("ladder_step", option.step),
        kind=words.label("option_kind", option.kind),
        standing=words.label("option_standing", option.standing),
        reasons=tuple(_reasons(option, sources, words)),
        concerns=concern_rows(decided, sources, words),
        open_concerns=concern_rows(filter(_is_open, option.concerns), sources, words),
        claims=evidence_cell(option.claims, sources, words),
        grade=words.label("grade", option.evidence_grade)
        if option.evidence_grade == NOT_GRADED
        else option.evidence_grade,
        held=tuple(held_in_words(one, words) for one in option.needs if one.on_record),
        wanted=tuple(words.label("need", one.need) for one in option.needs if not one.on_record),
        evidence=option.evidence,
        citation=sources.cite(option.provenance),
    )


def _is_open(concern: Concern) -> bool:
    return concern.severity is Severity.WARNING and concern.answer is Answer.UNKNOWN


def _reasons(option: TreatmentOption, sources: Sources, words: Words) -> Iterator[ReasonLine]:
    main = Reason(option.reason_code, option.reason_values, option.evidence, option.missing)
    for reason in (main, *option.because):
        if reason.reason_code in SAID_BY_CONCERNS and option.concerns:
            continue
        said = capitalized(words.reason(reason.reason_code, reason.reason_values))
        yield ReasonLine(said, sources.cite(reason.provenance) if reason.provenance else None)


def held_in_words(holding: Holding, words: Words) -> str:
    """A need that is on record: the date of each record, its value, and the relief of a block or a trial."""
    told = []
    for entry in holding.entries:
        when = str(entry.start) if entry.start else "no date"
        relief = "" if entry.relief_percent is None else f", {entry.relief_percent:g} % relief"
        value = "" if entry.value is None else f", {entry.value:g} {entry.unit or ''}".rstrip()
        told.append(f"{when}{value}{relief}, {words.label('answer', entry.found).lower()}")
    return f"{words.label('need', holding.need)} ({'; '.join(told)})"
