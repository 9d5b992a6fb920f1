"""From one person's history to everything a report holds of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from assuage.followup import follow_up
from assuage.records.history import History
from assuage.report import PersonReport, people_page
from assuage.report.result_tables import result_rows
from assuage.report.review_json import review_json
from assuage.resistance.definitions import DEFINITIONS
from assuage.resistance.model import Review
from assuage.safety import Subject, concerns_of_current
from assuage.workflows.options import person_options
from assuage.workflows.person import review_person


@dataclass(frozen=True)
class Order:
    """What is asked of each person: the day, the market, and the ids of the definitions."""

    as_of: date | None
    market: str | None
    definitions: tuple[str, ...]

    def review(self, history: History) -> Review:
        """The review that was asked for."""
        definitions = {key: DEFINITIONS[key] for key in self.definitions}
        return review_person(history, as_of=self.as_of, market=self.market, definitions=definitions)


@dataclass(frozen=True)
class Rendered:
    """What the report holds of one person: the page, the line of JSON, and the rows of the result tables."""

    page: str
    json_line: str
    rows: Mapping[str, list[dict[str, Any]]]


def rendered(review: Review, history: History, order: Order) -> Rendered:
    """One person's part of the report."""
    report = person_report(history, review)
    rows = result_rows(review, report.options.options)
    definitions = {key: DEFINITIONS[key] for key in order.definitions}
    return Rendered(people_page(report, definitions), review_json(review, rows), rows)


def person_report(history: History, review: Review) -> PersonReport:
    """What a report says of one person, from their review."""
    known = history.until(review.as_of)
    subject = Subject(known, review.as_of)
    return PersonReport(
        review=review,
        history=known,
        options=person_options(history, review=review),
        concerns=concerns_of_current(subject),
        follow_up=follow_up(known, as_of=review.as_of),
    )
