"""A review of very many people on DuckDB, run after run, so that what it holds of them stays in memory.

What is kept of a million people does not fit into memory, and its way to disk and back takes longer than the
review. A server or a cluster has ways of its own, and reviews everyone at once.

Two runs go on at a time, each in a process of its own with its share of threads and memory: two engines with
a thread each get through more people than one with two, whose threads wait for each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import ibis.expr.types as ir

from assuage.codes.conditions import pain_conditions
from assuage.engines.cohort import ReviewTables, working_ahead
from assuage.engines.duckdb import connected, folder_tables, memory_bytes
from assuage.engines.results import join_results, write_results
from assuage.processes import own_processes
from assuage.records.reading import Progress, no_progress
from assuage.records.store import People, runs_of_people

MOST_PEOPLE = 100_000
"""In a run: what is kept of them takes some 3 GB."""

FEWEST_PEOPLE = 50_000
"""In a run, where there are several: two of fewer take about as long as one of all."""

RUNS_AT_ONCE = 2

Tables = Mapping[str, ir.Table]
Review = Callable[[Tables], ReviewTables]


@dataclass(frozen=True)
class Stored:
    """Tables in a folder, as `folder_tables` reads them, and how the people in them may be shared out."""

    folder: Path
    complete_from: date | None
    threads: int
    most_people: int = MOST_PEOPLE
    fewest_people: int = FEWEST_PEOPLE

    def runs(self) -> Sequence[People]:
        """Runs of people with a pain condition, in the order of their ids; one where they are few.

        Readers leave their tables in that order, so that most of what is not in a run is not even read.
        """
        runs_of = partial(runs_of_people, self.folder, with_conditions=pain_conditions())
        people = sum(run.count for run in runs_of(self.most_people))
        at_once = self.at_once if people >= self.at_once * self.fewest_people else 1
        runs = at_once * -(-people // (at_once * self.most_people))
        return runs_of(-(-people // runs)) if runs else []

    @property
    def at_once(self) -> int:
        """How many runs go on at a time."""
        return min(RUNS_AT_ONCE, self.threads)


def write_review(
    tables: Tables, stored: Stored | None, review: Review, folder: Path, working: Path, progress: Progress
) -> dict[str, Path]:
    """Review everyone in `tables` and write every table of it, as `results.write_results` does.

    Where `stored` says that they lie in a folder, very many are reviewed in runs, by processes that `review`
    is handed to: it must be picklable.
    """
    runs = () if stored is None else stored.runs()
    if stored is None or len(runs) < 2:
        return _write_at_once(tables, review, folder, working, progress)
    own = [_Run(stored, people, review, working / f"run-{number}") for number, people in enumerate(runs)]
    parts = []
    progress("reviewing", 0, len(runs))
    with own_processes(stored.at_once) as pool:
        for part in pool.map(_write_run, own):
            parts.append(part)
            progress("reviewing", len(parts), len(runs))
    return join_results(parts, folder, working, connected(working, stored.threads))


def _write_at_once(
    tables: Tables, review: Review, folder: Path, working: Path, progress: Progress
) -> dict[str, Path]:
    with working_ahead(tables):
        return write_results(review(tables), folder, working, progress)


@dataclass(frozen=True)
class _Run:
    """Some of the people, and the folder that a process of its own writes their results in."""

    stored: Stored
    people: People
    review: Review
    working: Path


def _write_run(run: _Run) -> dict[str, Path]:
    run.working.mkdir()
    stored, first_id, last_id = run.stored, run.people.first_id, run.people.last_id
    share_bytes = memory_bytes() // stored.at_once
    connection = connected(run.working, stored.threads // stored.at_once, most_memory_bytes=share_bytes)
    everyone = folder_tables(connection, stored.folder, complete_from=stored.complete_from)
    tables = {name: rows.filter(rows.person_id.between(first_id, last_id)) for name, rows in everyone.items()}
    return _write_at_once(tables, run.review, run.working, run.working, no_progress)
