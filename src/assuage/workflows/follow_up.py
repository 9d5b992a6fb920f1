"""How it went, for one person or for everybody in a source, with a diary beside it."""

from __future__ import annotations

import statistics
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from assuage.answers import Answer
from assuage.errors import NothingToReview, UsageError
from assuage.followup import FollowUp, follow_up
from assuage.followup.model import Outcome, Relapse
from assuage.followup.relapse import RelapseCurve, relapse_curves
from assuage.measures.diary import Diary, DiaryEntry
from assuage.measures.diary_csv import read_diary_csv
from assuage.measures.diary_fhir import read_diary_fhir
from assuage.records.history import History
from assuage.records.reading import Progress, no_progress
from assuage.records.source import SourceKind, read_source
from assuage.records.store import histories
from assuage.report import assets, person_file_name
from assuage.report.followup_page import followup_page
from assuage.workflows.working_folder import working_folder

SCRATCH_PREFIX = "assuage-records-"
PAGES = "followup"
"""The folder of the pages, inside the folder that `out` names."""


@dataclass
class InstrumentCount:
    """Of everybody: for how many a change in one instrument is known, how large, and why not for the rest.

    `account` is the instrument, or `diary:` and the instrument; `outcomes` counts each person's conditions
    apart.
    """

    account: str
    outcomes: int = 0
    points: list[float] = field(default_factory=list)
    mattering: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def median_points(self) -> float | None:
        """The median change from baseline in points; None where nobody has one."""
        return statistics.median(self.points) if self.points else None

    def add(self, outcome: Outcome) -> None:
        """Count one person's outcome."""
        self.outcomes += 1
        if outcome.change is None:
            self.reasons[outcome.reason_code] += 1
            return
        self.points.append(sum(outcome.change.points) / 2)
        self.mattering += outcome.change.important("improvement") is Answer.YES


@dataclass(frozen=True)
class FollowedUp:
    """What a follow-up came to.

    `person` is set where one was asked for; the counts are over everybody followed up. `problems` are lines
    about the diary, without any value of it.
    """

    people: int
    person: FollowUp | None
    instruments: tuple[InstrumentCount, ...]
    discordant: int
    relapses: tuple[RelapseCurve, ...]
    problems: tuple[str, ...]
    pages: Path | None


def follow_up_source(
    source: Path,
    *,
    person: str | None = None,
    diary: Path | None = None,
    since: date | None = None,
    as_of: date | None = None,
    out: Path | None = None,
    kind: SourceKind | None = None,
    progress: Progress = no_progress,
) -> FollowedUp:
    """Follow up one person of a source, or everybody who has a score, a diary or a procedure that helped.

    `diary` is a CSV file or FHIR Observations; what names nobody in it belongs to `person`, or to the only
    person of the source. `as_of` defaults to each person's last record or entry. With `out`, one page a
    person is written to the folder `followup` there. Raises UnreadableInput for what can't be read, and
    NothingToReview where there is nothing to follow up.
    """
    with working_folder(Path(tempfile.gettempdir()), SCRATCH_PREFIX) as tables:
        read_source(source, tables, kind=kind, progress=progress)
        entries, problems = _entries(diary, person, lambda: _only_person(tables))
        summary = _Summary(out, person)
        for history in histories(tables):
            own = entries.pop(history.person.person_id, ())
            if person in (None, history.person.person_id):
                summary.add(_followed(history, own, since, as_of))
    if entries:
        problems.append(
            f"{len(entries)} people of the diary are not in the source; their entries were left out."
        )
    return summary.finish(tuple(problems))


def _entries(
    diary: Path | None, person: str | None, only_person: Callable[[], str]
) -> tuple[dict[str, list[DiaryEntry]], list[str]]:
    """Entries by person, and lines about what could not be used."""
    if diary is None:
        return {}, []
    read = _read(diary, person or only_person())
    by_person: dict[str, list[DiaryEntry]] = defaultdict(list)
    for entry in read.entries:
        by_person[entry.person_id].append(entry)
    problems = [str(problem) for problem in read.problems]
    if read.unused_columns:
        problems.append(f"{diary.name}: {len(read.unused_columns)} columns are not used.")
    if read.others:
        problems.append(f"{diary.name}: {read.others} resources are no diary entries.")
    return dict(by_person), problems


def _read(diary: Path, person: str) -> Diary:
    if diary.name.lower().removesuffix(".gz").endswith((".json", ".ndjson", ".jsonl")):
        return read_diary_fhir(diary, person_id=person)
    return read_diary_csv(diary, person_id=person)


def _only_person(tables: Path) -> str:
    """The id of the only person of a source; empty where there are several."""
    people = histories(tables)
    first, second = next(people, None), next(people, None)
    return first.person.person_id if first is not None and second is None else ""


def _followed(
    history: History, entries: Sequence[DiaryEntry], since: date | None, as_of: date | None
) -> FollowUp | None:
    """One person's follow-up; None for somebody of whom nothing is dated."""
    days = [day for day in (history.last_date(), *(entry.day for entry in entries)) if day is not None]
    day = as_of or max(days, default=None)
    return None if day is None else follow_up(history, as_of=day, since=since, diary=entries)


class _Summary:
    """Takes one follow-up at a time: memory holds counts, times to relapse, and the one asked for."""

    def __init__(self, out: Path | None, wanted: str | None) -> None:
        self.out, self.wanted = out, wanted
        self.people = self.discordant = 0
        self.person: FollowUp | None = None
        self._counts: dict[str, InstrumentCount] = {}
        self._relapses: list[Relapse] = []

    def add(self, found: FollowUp | None) -> None:
        """Count one person and write their page."""
        if found is None or not (found.outcomes or found.months or found.relapses):
            return
        self.people += 1
        self.discordant += bool(found.discordances)
        self._relapses += found.relapses
        for outcome in found.outcomes:
            self._counts.setdefault(outcome.account, InstrumentCount(outcome.account)).add(outcome)
        if self.wanted is not None:
            self.person = found
        if self.out is not None:
            _write(self.out, f"{PAGES}/{person_file_name(found.person_id)}", followup_page(found))

    def finish(self, problems: tuple[str, ...]) -> FollowedUp:
        """Everything counted."""
        if not self.people:
            message = (
                "There is nothing to follow up: no score, no diary and no procedure that helped is on record"
                f"{' for this person, or nobody in the source has this id' if self.wanted else ''}."
            )
            raise NothingToReview(message)
        pages = None
        if self.out is not None:
            pages = self.out / PAGES
            for name, text in assets().items():
                _write(self.out, f"assets/{name}", text)
        return FollowedUp(
            people=self.people,
            person=self.person,
            instruments=tuple(self._counts[key] for key in sorted(self._counts)),
            discordant=self.discordant,
            relapses=relapse_curves(self._relapses),
            problems=problems,
            pages=pages,
        )


def _write(folder: Path, name: str, text: str) -> None:
    try:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        message = f"The folder for the pages can't be written: {error.strerror}. Name another with --out."
        raise UsageError(message) from error
