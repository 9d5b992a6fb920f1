"""How far definitions of resistance agree where two of them speak of the same pain of the same person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations

from assuage.report.small_cells import CellRule, Row
from assuage.resistance.model import Verdict, VerdictWord

_MET, _NOT_MET = VerdictWord.MET, VerdictWord.NOT_MET


@dataclass(frozen=True)
class PairCount:
    """The people, once for each condition, of whom both definitions speak."""

    first: str
    second: str
    both_met: int
    only_first: int
    only_second: int
    neither: int
    undecided: int  # by one of them at least

    @property
    def decided(self) -> int:
        """Those of whom both say met or not met."""
        return self.both_met + self.only_first + self.only_second + self.neither

    @property
    def agree_percent(self) -> int | None:
        """The share of the decided on whom they agree; None where there are none."""
        return round(100 * (self.both_met + self.neither) / self.decided) if self.decided else None

    def row(self, rule: CellRule) -> Row:
        """Both met, only the first, only the second, neither, undecided, as far as they may be shown."""
        return rule.row((self.both_met, self.only_first, self.only_second, self.neither, self.undecided))


@dataclass
class Agreement:
    """Counts pairs of verdicts, filled with `add`: its size grows with the definitions, not with people."""

    _counts: Counter[tuple[str, str, VerdictWord, VerdictWord]] = field(default_factory=Counter)

    def add(self, verdicts: Iterable[Verdict]) -> None:
        """Take one person's verdicts; eligibility is another question, and left out."""
        of_resistance = [verdict for verdict in verdicts if verdict.kind == "resistance"]
        for first, second in combinations(of_resistance, 2):
            if first.condition == second.condition:
                self.count(first.definition, second.definition, first.verdict, second.verdict, 1)

    def count(self, first: str, second: str, one: VerdictWord, other: VerdictWord, people: int) -> None:
        """Take people of whom the first definition says one thing and the second another."""
        self._counts[first, second, one, other] += people

    def take(self, other: Agreement) -> None:
        """Take what another has counted."""
        self._counts.update(other._counts)

    def pairs(self, order: Iterable[str]) -> list[PairCount]:
        """Every pair that spoke of somebody, in the order of the definitions."""
        return [
            self._pair(first, second)
            for first, second in combinations(order, 2)
            if any(key[:2] == (first, second) for key in self._counts)
        ]

    def _pair(self, first: str, second: str) -> PairCount:
        def count(one: VerdictWord, other: VerdictWord) -> int:
            return self._counts[first, second, one, other]

        asked = sum(people for key, people in self._counts.items() if key[:2] == (first, second))
        sides = (count(_MET, _MET), count(_MET, _NOT_MET), count(_NOT_MET, _MET), count(_NOT_MET, _NOT_MET))
        return PairCount(first, second, *sides, undecided=asked - sum(sides))
