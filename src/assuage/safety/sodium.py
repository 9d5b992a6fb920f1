"""Low serum sodium and the drugs that lower it."""

from __future__ import annotations

from collections.abc import Iterator

from assuage.safety import levels
from assuage.safety.model import Concern
from assuage.safety.use import Use


def concerns(use: Use) -> Iterator[Concern]:
    """A severe value stops, a low one warns, none on record is a question."""
    yield from levels.concerns(use, "sodium")
