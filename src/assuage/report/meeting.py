"""One page for the team's meeting: one person, and what has to be decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from assuage.report.addresses import person_mark
from assuage.report.citations import Sources
from assuage.report.concern_rows import ConcernRow, concern_rows
from assuage.report.definition_sections import definition_sections
from assuage.report.evidence_cells import balance
from assuage.report.flag_rows import flag_rows
from assuage.report.followup_rows import OutcomeRow, outcome_rows, value_of, when_of
from assuage.report.option_rows import OptionRow, option_sections
from assuage.report.pages import page
from assuage.report.person import missing_facts, person_lines
from assuage.report.person_report import PersonReport
from assuage.report.trial_rows import trial_rows
from assuage.report.wording import Words, words
from assuage.resistance.definition import Definition
from assuage.sources import sources

Line = TypeVar("Line")

MOST_TRIALS, MOST_QUESTIONS, MOST_FLAGS, MOST_STOPS, MOST_PROCEDURES, MOST_NEEDS = 14, 8, 6, 8, 6, 12
"""How many lines of each kind fit on one sheet of A4; what is left out is counted on it."""

DENSE_FROM_OPTIONS = 40
"""So many options ask for smaller print: two ladders fit at the usual size, three don't."""


@dataclass(frozen=True)
class Listed(Generic[Line]):
    """The first lines of a list, and how many more there are."""

    shown: tuple[Line, ...]
    more: int

    @classmethod
    def first(cls, lines: Iterable[Line], most: int) -> Listed[Line]:
        """The first `most` of the lines, each once."""
        every = tuple(dict.fromkeys(lines))
        return cls(every[:most], max(0, len(every) - most))


@dataclass(frozen=True)
class Procedure:
    """One procedure that is left: what speaks for it and against it, first of each."""

    name: str
    standing: str
    grade: str
    balance: str
    for_it: str
    against_it: str


def meeting_page(report: PersonReport, definitions: Mapping[str, Definition]) -> str:
    """Who, the pain, what was tried, every verdict, what is unsafe, what is left, and what is open.

    Made to print on one sheet of A4. Lists are cut there, never without saying how many lines are missing;
    the person's page has them all, with records and sources.
    """
    catalogue = words()
    review, history = report.review, report.history
    cited = Sources(sources(), catalogue)
    trials = trial_rows(review.trials, catalogue)
    flags = flag_rows(review.flags, cited, catalogue)
    sections = definition_sections(review, definitions, trials, flags, cited, catalogue)
    options = option_sections(report.options.conditions, cited, catalogue)
    left = [row for section in options for row in section.left]
    return page(
        "meeting.html",
        mark=person_mark(review.person_id),
        person_id=review.person_id,
        as_of=review.as_of.isoformat(),
        person_lines=person_lines(review, history.person, catalogue),
        conditions=[catalogue.condition(key) for key in review.conditions],
        pain=list(_pain(outcome_rows(report.follow_up, catalogue))),
        flags=Listed.first((*flags.first, *flags.look), MOST_FLAGS),
        sections=sections,
        trials=Listed.first(reversed(trials), MOST_TRIALS),
        stops=Listed.first(_stops(report, cited, catalogue), MOST_STOPS),
        options=options,
        dense=len(left) >= DENSE_FROM_OPTIONS,
        procedures=Listed.first(_procedures(left), MOST_PROCEDURES),
        held=Listed.first((line for row in left for line in row.held), MOST_NEEDS),
        wanted=Listed.first((line for row in left for line in row.wanted), MOST_NEEDS),
        questions=Listed.first((fact.fact for fact in missing_facts(sections)), MOST_QUESTIONS),
        rulesets=sorted({verdict.ruleset_version for verdict in review.verdicts}),
    )


def _pain(outcomes: Sequence[OutcomeRow]) -> Iterator[str]:
    """The last reading of every instrument that decides, and which way it goes."""
    for row in outcomes:
        reading = row.outcome.latest or next(reversed(row.outcome.readings), None)
        if row.outcome.decides and reading is not None:
            yield f"{row.name}: {value_of(reading)} ({when_of(reading)}), {row.direction.lower()}"


def _stops(report: PersonReport, cited: Sources, catalogue: Words) -> Iterator[ConcernRow]:
    """Everything not to be given, then everything to be settled first, of what is taken and what is left."""
    every = [*report.concerns, *(concern for one in report.options.options for concern in one.concerns)]
    rows = concern_rows(dict.fromkeys(every), cited, catalogue)
    return (row for style in ("stop", "ask") for row in rows if row.style == style)


def _procedures(left: Sequence[OptionRow]) -> Iterator[Procedure]:
    for row in left:
        if row.option.kind == "procedure":
            yield Procedure(
                name=row.name,
                standing=row.standing,
                grade=row.grade,
                balance=balance(row.option.claims),
                for_it=next((claim.sentence for claim in row.option.for_it), ""),
                against_it=next((claim.sentence for claim in row.option.against_it), ""),
            )
