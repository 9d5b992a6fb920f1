"""A clinic's review: who was read, and what the index says of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from assuage.flags.model import Urgency
from assuage.records.read_report import ReadLine
from assuage.report.small_cells import CellRule, Row
from assuage.report.tally import PersonLine, Tally
from assuage.report.waiting import Waiting, waiting
from assuage.resistance.definition import Definition
from assuage.resistance.model import VerdictWord

UNDECIDED_FIRST = (VerdictWord.UNKNOWN, VerdictWord.MET, VerdictWord.NOT_MET)


@dataclass
class ClinicSummary:
    """Who was read and what came out.

    `source_kind` is fhir, omop or history; `as_of` is None where each person was reviewed as of their
    last record. `people_read` counts everyone in the source, also those
    without a pain condition, who get no line. `cells` says which counts may be shown.
    """

    source_kind: str
    as_of: date | None
    definitions: Mapping[str, Definition]
    market: str | None = None
    people_read: int = 0
    read_report: Sequence[ReadLine] = ()
    tally: Tally = field(default_factory=Tally)
    cells: CellRule = field(default_factory=CellRule)

    def ordered(self) -> list[PersonLine]:
        """What comes first, then the undecided, the met, the not met; of equals the least complete first."""
        return sorted(self.tally.lines, key=_order)

    def conditions(self) -> list[tuple[str, int]]:
        """People per condition, the most frequent first; a person counts once for each condition."""
        return sorted(self.tally.conditions.items(), key=lambda item: (-item[1], item[0]))

    def verdict_counts(self) -> list[VerdictCount]:
        """Verdicts per definition, in the order of `definitions`, those that spoke of somebody only."""
        counts = self.tally.verdicts
        spoke = {definition for definition, _ in counts}
        return [
            VerdictCount(definition, *(counts[definition, word] for word in UNDECIDED_FIRST))
            for definition in self.definitions
            if definition in spoke
        ]

    def flag_counts(self) -> list[FlagCount]:
        """People with each open flag, what verdicts wait for first, then by urgency and number."""
        rows = [FlagCount(*kind, people) for kind, people in self.tally.flags.items()]
        return sorted(
            rows, key=lambda row: (not row.waits, _URGENCIES.index(row.urgency), -row.people, row.flag)
        )

    def waiting(self) -> Waiting:
        """How long people waited for a specialist."""
        return waiting(self.tally.waits)


@dataclass(frozen=True)
class VerdictCount:
    """How many verdicts of each kind a definition gave."""

    definition: str
    unknown: int
    met: int
    not_met: int

    @property
    def total(self) -> int:
        """All verdicts of the definition."""
        return self.unknown + self.met + self.not_met

    def row(self, rule: CellRule) -> Row:
        """Unknown, met and not met, as far as they may be shown."""
        return rule.row((self.unknown, self.met, self.not_met))


@dataclass(frozen=True)
class FlagCount:
    """How many people have an open flag; `waits` where verdicts wait for it."""

    flag: str
    waits: bool
    urgency: Urgency
    people: int


_URGENCIES = tuple(Urgency)


def _order(line: PersonLine) -> tuple[bool, int, float, str]:
    first = min(
        (UNDECIDED_FIRST.index(verdict) for _, verdict in line.verdicts), default=len(UNDECIDED_FIRST)
    )
    return (not line.comes_first, first, line.completeness, line.file_name)
