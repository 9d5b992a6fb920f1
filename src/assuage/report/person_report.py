"""Everything that a report says of one person, brought together before it is put into words."""

from __future__ import annotations

from dataclasses import dataclass

from assuage.followup import FollowUp
from assuage.options import PersonOptions
from assuage.records.history import History
from assuage.resistance.model import Review
from assuage.safety import Concern


@dataclass(frozen=True)
class PersonReport:
    """One person on the day of the review.

    `history` is what was known on that day; `concerns` are about the drugs that are, or may be, taken on it.
    """

    review: Review
    history: History
    options: PersonOptions
    concerns: tuple[Concern, ...]
    follow_up: FollowUp
