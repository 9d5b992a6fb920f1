"""A clinic's review, gathered one person at a time: one small line each, so that any number streams."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from assuage.flags.model import Flag, FlagState, Urgency, holds_back
from assuage.records.read_report import ReadLine
from assuage.records.rows import Person
from assuage.report.addresses import person_file_name, person_mark
from assuage.report.agreement import Agreement
from assuage.report.failures import Failures
from assuage.report.pathways import Pathways
from assuage.report.person import age_band
from assuage.report.waiting import Waiting, waiting
from assuage.resistance.definition import Definition
from assuage.resistance.model import Review, VerdictWord

_UNDECIDED_FIRST = (VerdictWord.UNKNOWN, VerdictWord.MET, VerdictWord.NOT_MET)


@dataclass(frozen=True, slots=True)
class PersonLine:
    """What the index keeps of one person. `verdicts` are (definition, verdict), one per condition.

    `comes_first` names the flags that verdicts wait for; `waited_days` lie between the first pain record
    and the first specialist, None where one of them is not on record.
    """

    person_id: str
    file_name: str
    mark: str
    age_band: str
    conditions: tuple[str, ...]
    verdicts: tuple[tuple[str, VerdictWord], ...]
    completeness: float
    comes_first: tuple[str, ...] = ()
    has_pain_record: bool = False
    waited_days: int | None = None

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
        comes_first=tuple(dict.fromkeys(flag.flag for flag in review.flags if holds_back(flag))),
        has_pain_record=review.first_pain_record is not None,
        waited_days=_waited_days(review),
    )


def _waited_days(review: Review) -> int | None:
    if review.first_pain_record is None or review.first_specialist_contact is None:
        return None
    return (review.first_specialist_contact - review.first_pain_record).days


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
    agreement: Agreement = field(default_factory=Agreement)
    failures: Failures = field(default_factory=Failures)
    pathways: Pathways = field(default_factory=Pathways)
    _flags: Counter[tuple[str, bool, Urgency]] = field(default_factory=Counter)

    def add(self, review: Review, person: Person) -> None:
        """Take one person's review."""
        self.lines.append(person_line(review, person))
        self.agreement.add(review.verdicts)
        self.failures.add(review)
        self.pathways.add(review)
        self._flags.update({_kind(flag) for flag in review.flags if flag.state is FlagState.OPEN})

    def ordered(self) -> list[PersonLine]:
        """What comes first, then the undecided, the met, the not met; of equals the least complete first."""
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
            VerdictCount(definition, *(counts[definition, word] for word in _UNDECIDED_FIRST))
            for definition in self.definitions
            if definition in spoke
        ]

    def flag_counts(self) -> list[FlagCount]:
        """People with each open flag, what verdicts wait for first, then by urgency and number."""
        rows = [
            FlagCount(flag, waits, urgency, people) for (flag, waits, urgency), people in self._flags.items()
        ]
        return sorted(
            rows, key=lambda row: (not row.waits, _URGENCIES.index(row.urgency), -row.people, row.flag)
        )

    def waiting(self) -> Waiting:
        """How long people waited for a specialist."""
        waits = [line.waited_days for line in self.lines if line.waited_days is not None]
        return waiting(waits, sum(line.has_pain_record for line in self.lines) - len(waits))


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


@dataclass(frozen=True)
class FlagCount:
    """How many people have an open flag; `waits` where verdicts wait for it."""

    flag: str
    waits: bool
    urgency: Urgency
    people: int


_URGENCIES = tuple(Urgency)


def _kind(flag: Flag) -> tuple[str, bool, Urgency]:
    return flag.flag, holds_back(flag), flag.urgency


def _order(line: PersonLine) -> tuple[bool, int, float, str]:
    first = min(
        (_UNDECIDED_FIRST.index(verdict) for _, verdict in line.verdicts), default=len(_UNDECIDED_FIRST)
    )
    return (not line.comes_first, first, line.completeness, line.file_name)
