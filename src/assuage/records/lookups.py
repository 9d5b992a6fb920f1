"""What many rules ask of one history, sorted once: diagnoses by what they are, observations by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from assuage.codes.conditions import concepts
from assuage.records.history import History
from assuage.records.rows import Condition, Observation


@dataclass(frozen=True)
class Lookups:
    """A history to look things up in.

    A person of a claims database has hundreds of diagnoses, and some two hundred rules ask for a few of
    them each: they are sorted on first use and kept.
    """

    history: History

    def diagnoses(self, wider: Iterable[str]) -> tuple[Condition, ...]:
        """Every diagnosis on record that is one of these, or a kind of one; doubted ones too."""
        return tuple(dict.fromkeys(row for key in sorted(wider) for row in self._diagnoses.get(key, ())))

    def observed(self, names: Iterable[str]) -> tuple[Observation, ...]:
        """Every observation of these names, whatever it found."""
        return tuple(row for name in sorted(names) for row in self._observations.get(name, ()))

    @cached_property
    def _diagnoses(self) -> dict[str, list[Condition]]:
        """Diagnoses by what they are and by every wider condition."""
        found: dict[str, list[Condition]] = {}
        for row in self.history.condition:
            for key in (row.condition, *concepts()[row.condition].parents):
                found.setdefault(key, []).append(row)
        return found

    @cached_property
    def _observations(self) -> dict[str, list[Observation]]:
        found: dict[str, list[Observation]] = {}
        for row in self.history.observation:
            found.setdefault(row.name, []).append(row)
        return found
