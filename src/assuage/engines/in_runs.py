"""A review of very many people, run after run, so that what DuckDB holds of them stays in memory.

What is kept of a million people does not fit into memory, and its way to disk and back takes longer than the
review. A server or a cluster has ways of its own, and reviews everyone at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import ibis
import ibis.expr.types as ir

from assuage.codes.conditions import pain_conditions
from assuage.engines.cohort import ReviewTables, working_ahead
from assuage.engines.dialects.duckdb import DuckDBBackend
from assuage.engines.results import join_results, write_results
from assuage.records.reading import Progress

PEOPLE_AT_ONCE = 100_000

Tables = Mapping[str, ir.Table]


def write_review(
    tables: Tables,
    review: Callable[[Tables], ReviewTables],
    folder: Path,
    working: Path,
    progress: Progress,
    *,
    people_at_once: int = PEOPLE_AT_ONCE,
) -> dict[str, Path]:
    """Review everyone in `tables` and write every table of it, as `results.write_results` does."""
    runs = _runs(tables, people_at_once)
    if len(runs) < 2:
        return _write(tables, review, folder, working, progress)
    parts = []
    for number, (first_id, last_id) in enumerate(runs):
        some = {name: rows.filter(rows.person_id.between(first_id, last_id)) for name, rows in tables.items()}
        part = working / f"run-{number}"
        part.mkdir()
        parts.append(_write(some, review, part, part, _within(progress, number, len(runs))))
    return join_results(parts, folder, working, tables["person"].get_backend())


def _write(
    tables: Tables,
    review: Callable[[Tables], ReviewTables],
    folder: Path,
    working: Path,
    progress: Progress,
) -> dict[str, Path]:
    with working_ahead(tables):
        return write_results(review(tables), folder, working, progress)


def _runs(tables: Tables, size: int) -> list[tuple[str, str]]:
    """The first and last id of runs of at most `size` people with a pain condition, in the order of ids.

    Readers leave their tables in that order, so that most of what is not in a run is not even read.
    """
    if not isinstance(tables["person"].get_backend(), DuckDBBackend):
        return []
    rows = tables["condition"]
    people = rows.filter(rows.condition.isin(sorted(pain_conditions()))).select("person_id").distinct()
    placed = people.mutate(run=ibis.row_number().over(order_by=people.person_id) // size)
    runs = placed.group_by("run").agg(first_id=placed.person_id.min(), last_id=placed.person_id.max())
    found = runs.order_by("run").to_pyarrow().to_pylist()
    return [(run["first_id"], run["last_id"]) for run in found]


def _within(progress: Progress, number: int, runs: int) -> Progress:
    """The progress of one run as part of all."""
    return lambda stage, done, total: progress(stage, number * total + done, runs * total)
