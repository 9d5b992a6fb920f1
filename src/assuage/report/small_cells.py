"""Counts of few people, which could point at one of them: shown as a sign, so that no total gives them away.

A count from 1 to one below the smallest cell is shown as "<5" (for 5); zero stays zero. Where it could be
worked out from its row's total, the next smallest count of the row is shown as "hidden" too. Both steps, and
5 as the smallest cell, are the habit of reports from OMOP data: omopgenerics, "Suppression",
https://cran.r-project.org/web/packages/omopgenerics/vignettes/suppression.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SMALLEST_CELL = 5
"""The smallest count of people that a report on a whole health system shows."""

EVERY_CELL = 1
"""The smallest cell with which every count is shown."""

_ANY = 10**12  # more people than there are
_Bounds = tuple[int, int]


@dataclass(frozen=True)
class Cell:
    """A count as a page shows it; `number` is None where a sign stands in its place."""

    number: int | None
    text: str

    def __str__(self) -> str:
        return self.text

    @property
    def drawn(self) -> int:
        """The count that a chart draws: none where it is hidden."""
        return self.number or 0


UNSEEN = Cell(None, "hidden")
"""What is hidden because it would give another count away."""


@dataclass(frozen=True)
class Row:
    """The parts of a whole, and the whole."""

    cells: tuple[Cell, ...]
    total: Cell

    @property
    def is_whole(self) -> bool:
        """Whether nothing of it is hidden, so that sums and shares of its parts may be shown."""
        return all(cell.number is not None for cell in (*self.cells, self.total))


@dataclass(frozen=True)
class CellRule:
    """Which counts are shown. `smallest` is 1 where all are; 2 would hide nothing, "<2" being 1."""

    smallest: int = EVERY_CELL

    def __post_init__(self) -> None:
        if self.smallest != EVERY_CELL and self.smallest <= EVERY_CELL + 1:
            message = f"{self.smallest} is no smallest cell: 1 shows every count, 3 and more hide small ones"
            raise ValueError(message)

    @property
    def hides(self) -> bool:
        """Whether any count may be hidden."""
        return self.smallest > EVERY_CELL

    def cell(self, people: int) -> Cell:
        """A count that is no part of a total on the page."""
        return Cell(None, f"<{self.smallest}") if self._is_small(people) else _shown(people)

    def row(self, parts: Sequence[int]) -> Row:
        """Counts that add up to a total which a reader sees, or may know."""
        total = sum(parts)
        hidden = {place for place, people in enumerate(parts) if self._is_small(people)}
        told = self.cell(total)
        larger = sorted((people, place) for place, people in enumerate(parts) if people >= self.smallest)
        while not self._is_safe(
            parts, hidden, self._bounds(total) if told.number is None else (total, total)
        ):
            if larger:
                hidden.add(larger.pop(0)[1])
            elif told.number is not None:
                told = UNSEEN
            else:
                return Row((UNSEEN,) * len(parts), told)
        return Row(tuple(self._part(people, place in hidden) for place, people in enumerate(parts)), told)

    def _part(self, people: int, is_hidden: bool) -> Cell:
        return UNSEEN if is_hidden and not self._is_small(people) else self.cell(people)

    def _is_small(self, people: int) -> bool:
        return 0 < people < self.smallest

    def _is_safe(self, parts: Sequence[int], hidden: set[int], total: _Bounds) -> bool:
        """Whether each small count could be at least two numbers, for all that the rest of the row says."""
        known = [
            self._bounds(people) if place in hidden else (people, people)
            for place, people in enumerate(parts)
        ]
        lowest, highest = sum(low for low, _ in known), sum(high for _, high in known)
        return all(
            max(low, total[0] - (highest - high)) < min(high, total[1] - (lowest - low))
            for place, (low, high) in enumerate(known)
            if place in hidden and self._is_small(parts[place])
        )

    def _bounds(self, people: int) -> _Bounds:
        """What a reader knows of a hidden count, by the sign that stands for it."""
        return (1, self.smallest - 1) if self._is_small(people) else (self.smallest, _ANY)


def _shown(people: int) -> Cell:
    return Cell(people, str(people))
