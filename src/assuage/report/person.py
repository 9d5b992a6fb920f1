"""One person's page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assuage.dates import PartialDate
from assuage.records.history import History
from assuage.records.rows import Person, Statement
from assuage.report.addresses import person_mark
from assuage.report.citations import Sources
from assuage.report.concern_rows import concern_rows
from assuage.report.definition_sections import DefinitionSection, definition_sections
from assuage.report.flag_rows import flag_rows
from assuage.report.followup_rows import discordance_lines, outcome_rows, since_line, stated_lines
from assuage.report.gradings import gradings
from assuage.report.option_rows import option_sections
from assuage.report.pages import page
from assuage.report.person_report import PersonReport
from assuage.report.timeline import score_value, timeline
from assuage.report.trial_rows import TrialRow, trial_rows
from assuage.report.wording import Words, words
from assuage.resistance.definition import Definition
from assuage.resistance.model import Review, VerdictWord
from assuage.sources import Source, sources

_BAND_YEARS = 10
_OPEN_BAND_FROM = 90  # ages above are rare enough to name a person


@dataclass(frozen=True)
class MissingFact:
    """A fact that would settle an unknown, and the definitions that wait for it."""

    fact: str
    definitions: tuple[str, ...]


@dataclass(frozen=True)
class Event:
    """One line of the timeline's table."""

    start: str
    end: str
    what: str
    detail: str
    anchor: str


@dataclass(frozen=True)
class RecordLine:
    """A diagnosis or a statement as the records give it."""

    record: str
    what: str
    told: str
    when: str


def people_page(
    report: PersonReport,
    definitions: Mapping[str, Definition],
    known_sources: Mapping[str, Source] | None = None,
) -> str:
    """The page of one person: what comes first, verdicts, safety, what is left, how it went, and why.

    `known_sources` are the ones that may be cited, the package's own where none are given.
    """
    catalogue = words()
    review, history = report.review, report.history
    rows = trial_rows(review.trials, catalogue)
    cited = Sources(sources() if known_sources is None else known_sources, catalogue)
    flags = flag_rows(review.flags, cited, catalogue)
    sections = definition_sections(review, definitions, rows, flags, cited, catalogue)
    drawn = timeline(rows, history.score, review.as_of, catalogue)
    return page(
        "person.html",
        mark=person_mark(review.person_id),
        as_of="no date on record" if review.as_of == date.min else review.as_of.isoformat(),
        review=review,
        person_lines=person_lines(review, history.person, catalogue),
        conditions=[catalogue.condition(key) for key in review.conditions],
        flags=flags,
        sections=sections,
        settle=missing_facts(sections),
        concerns=concern_rows(report.concerns, cited, catalogue),
        options=option_sections(report.options.conditions, cited, catalogue),
        since=since_line(report.follow_up.since, catalogue),
        outcomes=outcome_rows(report.follow_up, catalogue),
        discordances=discordance_lines(report.follow_up, catalogue),
        stated=stated_lines(report.follow_up, catalogue),
        gradings=gradings(review.findings, definitions, cited, catalogue),
        timeline=drawn,
        events=_events(rows, history, catalogue),
        trials=rows,
        diagnoses=_diagnoses(history, catalogue),
        statements=[_statement(row, catalogue) for row in history.statement],
        sources=cited.lines(),
        rulesets=sorted({verdict.ruleset_version for verdict in review.verdicts}),
    )


def age_band(birth: PartialDate | None, as_of: date) -> str:
    """Ten-year band of the age on `as_of`; empty where the birth is not on record, or comes later.

    >>> age_band(PartialDate.parse("1946"), date(2024, 6, 30))
    '70–79 years'
    """
    if birth is None:
        return ""
    age = as_of.year - birth.last.year - ((as_of.month, as_of.day) < (birth.last.month, birth.last.day))
    if age < 0:
        return ""
    if age >= _OPEN_BAND_FROM:
        return f"{_OPEN_BAND_FROM} years or more"
    low = age // _BAND_YEARS * _BAND_YEARS
    return f"{low}–{low + _BAND_YEARS - 1} years"


def person_lines(review: Review, person: Person, catalogue: Words) -> list[tuple[str, str]]:
    """The facts at the head of the page."""
    lines = [
        ("Age", age_band(person.birth, review.as_of) or "not on record"),
        ("Sex", catalogue.label("sex", person.sex)),
        ("First pain record", _day(review.first_pain_record)),
        ("First specialist contact", _day(review.first_specialist_contact)),
    ]
    return [*lines, ("Market", review.market)] if review.market else lines


def _day(day: date | None) -> str:
    return day.isoformat() if day else "not on record"


def missing_facts(sections: Sequence[DefinitionSection]) -> list[MissingFact]:
    """Every missing fact once, those that most definitions wait for first."""
    waiting: dict[str, dict[str, None]] = {}
    for section in sections:
        for fact in (*_to_work_up(section), *section.missing):
            waiting.setdefault(fact, {})[section.short] = None
    facts = [MissingFact(fact, tuple(names)) for fact, names in waiting.items()]
    return sorted(facts, key=lambda fact: -len(fact.definitions))


def _to_work_up(section: DefinitionSection) -> list[str]:
    """Of an undecided verdict, the flags that somebody has to look into."""
    undecided = section.verdict is VerdictWord.UNKNOWN
    return [f"Work-up of: {waiting.flag}" for waiting in section.waits_for if undecided]


def _events(rows: Iterable[TrialRow], history: History, catalogue: Words) -> list[Event]:
    """What the timeline draws, as lines in order of time."""
    trials = [
        Event(row.start, row.end, row.name, _joined(row.peak_dose, row.ending), f"trial-{row.number}")
        for row in rows
        if row.trial.start is not None
    ]
    scores = [
        Event(str(score.start), "", catalogue.instrument(score.instrument), score_value(score, catalogue), "")
        for score in history.score
        if score.start is not None
    ]
    return sorted([*trials, *scores], key=lambda event: (event.start, event.what))


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _diagnoses(history: History, catalogue: Words) -> list[RecordLine]:
    return [
        RecordLine(
            record=row.record_id,
            what=catalogue.condition(row.condition),
            told=_joined(row.text, row.code or "", catalogue.label("condition_state", row.state)),
            when=str(row.start or row.recorded or "not on record"),
        )
        for row in history.condition
    ]


def _statement(row: Statement, catalogue: Words) -> RecordLine:
    about = row.about
    scope = catalogue.labels["statement_scope"].get(about) or (catalogue.treatment(about) if about else "")
    denied = "" if row.answer == "yes" else f" ({catalogue.label('answer', row.answer).lower()})"
    kind = catalogue.label("statement_kind", row.kind) + denied
    return RecordLine(
        record=row.record_id,
        what=f"{kind}: {scope}" if scope else kind,
        told=_joined(row.text, row.author or "author not on record"),
        when=str(row.start or "not on record"),
    )
