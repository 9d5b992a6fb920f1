"""The review of a whole health system: by an engine, next to the records, with pages for some people only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import ibis.expr.types as ir

from assuage.engines.cohort import review_tables
from assuage.engines.counting import first_people, tally_of
from assuage.engines.duckdb import COUNTING_BYTES, connected
from assuage.engines.in_runs import Stored, write_review
from assuage.engines.results import opened_results, write_people
from assuage.records.reading import no_progress
from assuage.report import Tally
from assuage.resistance.definitions import DEFINITIONS
from assuage.workflows.asking import Engine, Pages, Workplace
from assuage.workflows.plain_review import review_plainly
from assuage.workflows.rendering import Order


def review_cohort(
    tables: Mapping[str, ir.Table],
    stored: Stored | None,
    order: Order,
    pages: Pages,
    engine: Engine,
    place: Workplace,
) -> Tally:
    """Review everyone with a pain condition in `tables`, and write the result tables and some pages.

    `stored` says where the tables lie, for an engine that can review people in runs. Pages, and the lines
    of the tally, are made by the plain review of those people. Raises UsageError where somebody whose page
    is asked for is not there.
    """
    definitions = {key: DEFINITIONS[key] for key in order.definitions}
    working = _new(place.scratch / "working")
    asked = partial(review_tables, as_of=order.as_of, market=order.market, definitions=definitions)
    files = write_review(tables, stored, asked, place.staging or working, working, place.progress)
    counting = connected(working, place.processes, most_memory_bytes=COUNTING_BYTES)
    try:
        found = opened_results(files, counting)
        tally = tally_of(found)
        pages.demand_all(_known(found["people"], pages.people))
        chosen = pages.people | set(first_people(found, pages.first_of(tally.people, engine)))
    finally:
        counting.disconnect()
    if place.staging is not None and chosen:
        people = _new(place.scratch / "people")
        write_people(tables, chosen, people)
        tally.lines = review_plainly(people, order, replace(place, progress=no_progress)).lines
    return tally


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _known(people: ir.Table, ids: frozenset[str]) -> set[str]:
    there = people.filter(people.person_id.isin(sorted(ids))) if ids else people.limit(0)
    return set(there.person_id.to_pyarrow().to_pylist())
