"""The review of a clinic person by person, shared out over processes."""

from __future__ import annotations

from pathlib import Path

from assuage.codes.conditions import pain_conditions
from assuage.records.store import runs_of_people
from assuage.report import Tally
from assuage.workflows.asking import Workplace
from assuage.workflows.rendering import Order
from assuage.workflows.shares import Share, review_shares

PEOPLE_PER_SHARE = 200
"""People whom a process takes at a time: enough to hide its start and its queries, few enough to keep bars
moving and all processes busy to the end."""


def review_plainly(tables: Path, order: Order, place: Workplace) -> Tally:
    """Review everyone in a folder of tables who has a pain condition, and write their pages and rows."""
    runs = runs_of_people(tables, PEOPLE_PER_SHARE, with_conditions=pain_conditions())
    shares = [Share(number, tables, run, order, place.staging) for number, run in enumerate(runs)]
    total = sum(run.count for run in runs)
    place.progress("reviewing", 0, total)
    tally = Tally()
    for part in review_shares(shares, processes=min(place.processes, max(1, len(shares)))):
        tally.take(part)
        place.progress("reviewing", tally.people, total)
    return tally
