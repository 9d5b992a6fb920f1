"""A clinic's review, gathered one person at a time: one small line each, so that any number streams."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from assuage.records.read_report import ReadLine
from assuage.records.rows import Person
from assuage.report.addresses import person_file_name, person_mark
from assuage.report.person import age_band
from assuage.resistance.definition import Definition
from assuage.resistance.model import Review, VerdictWord

_URGENCY = (VerdictWord.UNKNOWN, VerdictWord.MET, VerdictWord.NOT_MET)


@dataclass(frozen=True, slots=True)
class PersonLine:
    """What the index keeps of one person. `verdicts` are (definition, verdict), one per condition."""

    person_id: str
    file_name: str
    mark: str
    age_band: str
    conditions: tuple[str, ...]
    verdicts: tuple[tuple[str, VerdictWord], ...]
    completeness: float

    def with_verdict(self, word: VerdictWord) -> tuple[str, ...]:
        """The definitions with this verdict, each once."""
        return tuple(dict.fromkeys(definition for definition, verdict in self.verdicts if verdict is word))


def person_line(review: Review, person: Person) -> PersonLine:
    """The line of one person."""
    return PersonLine(
        person_id=review.person_id,
        file_name=person_file_name(review.person_id),
        mark=person_mark(review.person_id),
        age_band=age_band(person.birth, review.as_of),
        conditions=review.conditions,
        verdicts=tuple((verdict.definition, verdict.verdict) for verdict in review.verdicts),
        completeness=review.completeness,
    )


@dataclass
class ClinicSummary:
    """Who was read and what came out, filled with `add`.

    `source_kind` is fhir, omop or history; `as_of` is None where each person was reviewed as of their
    last record. `people_read` counts everyone in the source, also those
    without a pain condition, who get no line.
    """

    source_kind: str
    as_of: date | None
    definitions: Mapping[str, Definition]
    market: str | None = None
    people_read: int = 0
    read_report: Sequence[ReadLine] = ()
    lines: list[PersonLine] = field(default_factory=list)

    def add(self, review: Review, person: Person) -> None:
        """Take one person's review."""
        self.lines.append(person_line(review, person))

    def ordered(self) -> list[PersonLine]:
        """The undecided first, then the met, then the not met; of equals the least complete first."""
        return sorted(self.lines, key=_order)

    def conditions(self) -> list[tuple[str, int]]:
        """People per condition, the most frequent first; a person counts once for each condition."""
        counts = Counter(condition for line in self.lines for condition in line.conditions)
        return sorted(counts.items(), key=lambda item: (-item[1], item[0]))

    def verdict_counts(self) -> list[VerdictCount]:
        """Verdicts per definition, in the order of `definitions`, those that spoke of somebody only."""
        counts = Counter(verdict for line in self.lines for verdict in line.verdicts)
        spoke = {definition for definition, _ in counts}
        return [
            VerdictCount(definition, *(counts[definition, word] for word in _URGENCY))
            for definition in self.definitions
            if definition in spoke
        ]


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


def _order(line: PersonLine) -> tuple[int, float, str]:
    first = min((_URGENCY.index(verdict) for _, verdict in line.verdicts), default=len(_URGENCY))
    return (first, line.completeness, line.file_name)
