"""What is left for one person: the review's stages, then the options."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

from assuage.codes.conditions import pain_conditions
from assuage.errors import UsageError
from assuage.options import PersonOptions, Situation, find_options
from assuage.records.history import History
from assuage.records.reading import Progress, no_progress
from assuage.records.source import SourceKind, read_source
from assuage.records.store import histories
from assuage.resistance.model import Review
from assuage.safety import Concern, Subject, concerns_of_starting
from assuage.workflows.person import review_person
from assuage.workflows.working_folder import working_folder

SCRATCH_PREFIX = "assuage-records-"


def person_options(
    history: History, *, as_of: date | None = None, market: str | None = None, review: Review | None = None
) -> PersonOptions:
    """What is left for one person.

    `as_of` defaults to the last day that the person's records speak of. `review` is the person's review by
    every definition on that day and market, where it is at hand already.
    """
    reviewed = review or review_person(history, as_of=as_of, market=market)
    known = history.until(reviewed.as_of)
    subject = Subject(known, reviewed.as_of)

    @cache
    def concerns_of(treatment: str) -> tuple[Concern, ...]:
        return concerns_of_starting(treatment, subject)

    return find_options(
        Situation(
            history=known,
            trials=reviewed.trials,
            conditions=reviewed.conditions,
            flags=reviewed.flags,
            verdicts=reviewed.verdicts,
            concerns_of=concerns_of,
            as_of=reviewed.as_of,
            market=reviewed.market,
        )
    )


def person_in(
    source: Path,
    person_id: str,
    *,
    complete_from: date | None = None,
    kind: SourceKind | None = None,
    progress: Progress = no_progress,
) -> History:
    """The history of one person of a source.

    Raises `UnreadableInput` where the source can't be read, and `UsageError` where nobody in it has that
    id and a pain condition; the message never repeats the id.
    """
    with working_folder(Path(tempfile.gettempdir()), SCRATCH_PREFIX) as tables:
        read_source(source, tables, kind=kind, complete_from=complete_from, progress=progress)
        people: Sequence[History] = [
            history
            for history in histories(tables, with_conditions=pain_conditions())
            if history.person.person_id == person_id
        ]
    if not people:
        message = (
            "Nobody in the source has this id and a pain condition. "
            "The ids are those in the records; a review's `people` table lists them."
        )
        raise UsageError(message)
    return people[0]


def options_of(
    source: Path,
    person_id: str,
    *,
    as_of: date | None = None,
    market: str | None = None,
    complete_from: date | None = None,
    kind: SourceKind | None = None,
    progress: Progress = no_progress,
) -> PersonOptions:
    """What is left for one person of a source; raises what `person_in` raises."""
    history = person_in(source, person_id, complete_from=complete_from, kind=kind, progress=progress)
    return person_options(history, as_of=as_of, market=market)
