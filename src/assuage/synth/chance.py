"""Chance for one made-up person: the same for the same seed and number, however many others are made."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

from assuage.synth.knowledge import rates

T = TypeVar("T")


class Chance:
    """Draws by named rates of `rates.yaml`."""

    def __init__(self, seed: int, number: int) -> None:
        self.random = Random(f"{seed}:{number}")  # noqa: S311 - made-up people, not secrets

    def hits(self, rate: str) -> bool:
        """Whether something happens that happens at this rate."""
        return self.random.random() < rates()[rate]

    def below(self, share: float) -> bool:
        """Whether something happens that happens with this share, 0 to 1."""
        return self.random.random() < share

    def between(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return self.random.randint(low, high)

    def one_of(self, choices: Sequence[T]) -> T:
        """One of several, each as likely."""
        return self.random.choice(choices)

    def some_of(self, choices: Sequence[T], count: int) -> list[T]:
        """So many of several, in random order."""
        return self.random.sample(choices, min(count, len(choices)))
