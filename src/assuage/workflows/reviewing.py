"""The review of one person, and of everyone in a source."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path

import pyarrow.parquet as pq

from assuage.codes.conditions import pain_conditions
from assuage.errors import NothingToReview, UsageError
from assuage.flags import find_flags
from assuage.flags.rules import numbers
from assuage.records.history import History
from assuage.records.read_report import ReadReport
from assuage.records.reading import Progress, no_progress
from assuage.records.rows import ObservationKind
from assuage.records.source import SourceKind, read_source
from assuage.records.store import count_people, histories
from assuage.report import ClinicSummary
from assuage.resistance.definition import Definition
from assuage.resistance.definitions import DEFINITIONS
from assuage.resistance.grading import grade
from assuage.resistance.judge import held_back, judge
from assuage.resistance.model import Review
from assuage.trials.assemble import assemble_trials, reviewed_conditions
from assuage.trials.completeness import completeness
from assuage.workflows.working_folder import working_folder
from assuage.workflows.writing import ReviewWriter

SCRATCH_PREFIX = "assuage-records-"
NO_DATE = date(1, 1, 1)
"""The day of a review of records without any date: only undated facts count, and none of them as current."""


def chosen_definitions(ids: Collection[str] = ()) -> Mapping[str, Definition]:
    """The definitions with these ids, all where none is named; raises UsageError for an unknown id."""
    unknown = sorted(set(ids) - set(DEFINITIONS))
    if unknown:
        message = f"There is no definition {unknown[0]!r}. Known are: {', '.join(DEFINITIONS)}."
        raise UsageError(message)
    return {key: definition for key, definition in DEFINITIONS.items() if not ids or key in ids}


def made_up_clinic() -> Path:
    """The folder of made-up history files that ships with the package."""
    return Path(str(files("assuage") / "clinic"))


def review_person(
    history: History,
    *,
    as_of: date | None = None,
    market: str | None = None,
    definitions: Mapping[str, Definition] = DEFINITIONS,
) -> Review:
    """Review one person: trials, then every definition that speaks of one of their pain conditions.

    `as_of` defaults to the last day that the person's records speak of. Nothing dated later counts.
    """
    day = as_of or history.last_date() or NO_DATE
    known = history.until(day)
    conditions = reviewed_conditions(known)
    trials = assemble_trials(history, day)
    flags = find_flags(known, trials, as_of=day, conditions=conditions)
    judged = [
        judge(
            definition,
            known,
            trials,
            condition,
            only_pain_condition=len(conditions) == 1,
            as_of=day,
            market=market,
        )
        for condition in conditions
        for definition in definitions.values()
        if definition.speaks_of(condition)
    ]
    return Review(
        person_id=history.person.person_id,
        as_of=day,
        market=market,
        conditions=conditions,
        first_pain_record=_first_pain_record(known, conditions),
        first_specialist_contact=_first_specialist_contact(known),
        completeness=completeness(trials),
        trials=trials,
        judgements=tuple(judgement for each in judged for judgement in each.judgements),
        findings=tuple(finding for each in judged for finding in each.findings)
        + tuple(finding for condition in conditions for finding in grade(known, condition)),
        verdicts=tuple(held_back(each.verdict, flags) for each in judged),
        flags=flags,
    )


def _first_pain_record(history: History, conditions: Collection[str]) -> date | None:
    days = [row.start or row.recorded for row in history.condition if row.condition in pain_conditions()]
    return min((day.first for day in days if day is not None), default=None) if conditions else None


def _first_specialist_contact(history: History) -> date | None:
    specialties = numbers("delay")["specialties"].value
    days = [
        row.start.first
        for row in history.observation
        if row.kind is ObservationKind.ENCOUNTER and row.name in specialties and row.start is not None
    ]
    return min(days, default=None)


@dataclass(frozen=True)
class Reviewed:
    """What a review of a source came to: the summary, and where its pages are, if any were written."""

    clinic: ClinicSummary
    report: ReadReport
    index: Path | None


def review(
    source: Path,
    *,
    out: Path | None = None,
    as_of: date | None = None,
    market: str | None = None,
    definition_ids: Collection[str] = (),
    complete_from: date | None = None,
    kind: SourceKind | None = None,
    progress: Progress = no_progress,
) -> Reviewed:
    """Read a source and review everyone in it who has a pain condition.

    With `out`, writes `index.html`, `people/*.html` and one Parquet file for each result table there;
    what an earlier review wrote in that folder is replaced when this one is complete, and not before.
    Raises `UnreadableInput` where the source can't be read, and `NothingToReview`, after writing the
    read report, where nobody in it has a pain condition.
    """
    definitions = chosen_definitions(definition_ids)
    with working_folder(Path(tempfile.gettempdir()), SCRATCH_PREFIX) as tables:
        named, report = read_source(source, tables, kind=kind, complete_from=complete_from, progress=progress)
        clinic = ClinicSummary(
            source_kind=named,
            as_of=as_of,
            definitions=definitions,
            market=market,
            people_read=pq.read_metadata(tables / "person.parquet").num_rows,
            read_report=report.lines(),
        )
        with ReviewWriter(out, clinic) as writer:
            total = count_people(tables, with_conditions=pain_conditions())
            for done, history in enumerate(histories(tables, with_conditions=pain_conditions())):
                progress("reviewing", done, total)
                _review_into(writer, history, as_of, market, definitions)
            progress("reviewing", total, total)
            index = writer.finish()
    if not clinic.lines:
        message = (
            f"Nobody among the {clinic.people_read} people read has a pain condition that assuage knows. "
            "The read report says what was read and what was not."
        )
        raise NothingToReview(message)
    return Reviewed(clinic, report, index)


def _review_into(
    writer: ReviewWriter,
    history: History,
    as_of: date | None,
    market: str | None,
    definitions: Mapping[str, Definition],
) -> None:
    """Review one person; somebody whose pain is recorded after `as_of` only is not there yet."""
    person_review = review_person(history, as_of=as_of, market=market, definitions=definitions)
    if person_review.conditions:
        writer.add(person_review, history)
