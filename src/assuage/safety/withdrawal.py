"""Drugs that are taken and must not be stopped from one day to the next."""

from __future__ import annotations

from collections.abc import Iterator

from assuage.answers import Answer
from assuage.safety.model import Concern
from assuage.safety.rules import treatment_rules
from assuage.safety.use import Use


def concerns(use: Use) -> Iterator[Concern]:
    """Said of what is, or may be, taken now; of a drug to be begun there is nothing to say yet."""
    if use.begun is Answer.NO:
        return
    for rule in treatment_rules("withdrawal").values():
        if use.is_one_of(rule.treatments):
            yield use.concern(rule.weight, Answer.YES)
