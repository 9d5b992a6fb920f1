"""From one person's history to everything a report holds of them, in this process or in several.

A review and its pages need nothing but one history, so that people can be shared out over the cores;
what comes back is in the order of the histories, whatever process was faster.
"""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from assuage.records.history import History
from assuage.records.rows import Person
from assuage.report import people_page
from assuage.report.result_tables import result_rows
from assuage.report.review_json import review_json
from assuage.resistance.definitions import DEFINITIONS
from assuage.resistance.model import Review
from assuage.workflows.person import review_person

CHUNK = 25
"""People handed to a process at a time: enough to hide the hand-over, few enough to keep bars moving."""


@dataclass(frozen=True)
class Order:
    """What is asked of each person; `in_full` also makes the page, the result rows and the line of JSON."""

    as_of: date | None
    market: str | None
    definitions: tuple[str, ...]
    in_full: bool


@dataclass(frozen=True)
class Rendered:
    """One person's review and what the report holds of them; empty where only the review was asked for."""

    review: Review
    person: Person
    page: str = ""
    json_line: str = ""
    rows: Mapping[str, list[dict[str, Any]]] | None = None


def rendered(history: History, order: Order) -> Rendered:
    """Review one person and make their part of the report."""
    definitions = {key: DEFINITIONS[key] for key in order.definitions}
    review = review_person(history, as_of=order.as_of, market=order.market, definitions=definitions)
    if not order.in_full or not review.conditions:
        return Rendered(review, history.person)
    rows = result_rows(review)
    return Rendered(
        review,
        history.person,
        page=people_page(review, history.until(review.as_of), definitions),
        json_line=review_json(review, rows),
        rows=rows,
    )


def render_all(histories: Iterable[History], order: Order, *, processes: int = 1) -> Iterator[Rendered]:
    """Every person's part of the report, in the order of `histories`.

    With one process nothing is started. Otherwise a few chunks are under way at a time, so that memory
    does not grow with the number of people. Processes are spawned, because a forked one would inherit
    the locks of DuckDB's threads; a script that asks for several needs the usual `__main__` guard.
    """
    if processes == 1:
        yield from (rendered(history, order) for history in histories)
        return
    people = iter(histories)
    waiting: deque[Future[list[Rendered]]] = deque()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        while chunk := list(islice(people, CHUNK)):
            waiting.append(pool.submit(_render_chunk, chunk, order))
            if len(waiting) > 2 * processes:
                yield from waiting.popleft().result()
        for future in waiting:
            yield from future.result()


def _render_chunk(chunk: list[History], order: Order) -> list[Rendered]:
    return [rendered(history, order) for history in chunk]
