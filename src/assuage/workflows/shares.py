"""A clinic in shares, each a run of people that one process reviews and writes by itself.

A review and its page need nothing but one person's history, so that shares have nothing to wait for: a
process reads its people from the sorted tables and writes their pages and rows; only counts come back.
They come back in the order of the people, whatever process was faster.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from assuage.codes.conditions import pain_conditions
from assuage.processes import own_processes
from assuage.records.store import People, histories
from assuage.report import Tally
from assuage.workflows.rendering import Order, rendered
from assuage.workflows.writing import PartWriter


@dataclass(frozen=True)
class Share:
    """Some of the people in a folder of tables, what is asked of them, and where their pages go."""

    number: int
    tables: Path
    people: People
    order: Order
    staging: Path | None


def review_shares(shares: Sequence[Share], *, processes: int = 1) -> Iterator[Tally]:
    """What each share comes to, in their order.

    With one process nothing is started.
    """
    if processes == 1:
        yield from map(review_share, shares)
        return
    with own_processes(processes) as pool:
        yield from pool.map(review_share, shares)


def review_share(share: Share) -> Tally:
    """Review the people of one share and write what the report holds of them.

    Somebody whose pain is recorded after the day of the review is not there yet.
    """
    tally = Tally()
    people = histories(share.tables, with_conditions=pain_conditions(), people=share.people)
    with nullcontext() if share.staging is None else PartWriter(share.staging, share.number) as writer:
        for history in people:
            review = share.order.review(history)
            if not review.conditions:
                continue
            tally.add(review, history.person)
            if writer is not None:
                writer.add(review.person_id, rendered(review, history, share.order))
    return tally
