"""What a review comes to, gathered one person at a time: one small line each, so that any number streams."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from assuage.flags.model import Flag, FlagState, Urgency, holds_back
from assuage.records.rows import Person
from assuage.report.addresses import person_file_name, person_mark
from assuage.report.agreement import Agreement
from assuage.report.failures import Failures
from assuage.report.pathways import Pathways
from assuage.report.person import age_band
from assuage.report.waiting import Waits
from assuage.resistance.model import Review, VerdictWord


@dataclass(frozen=True, slots=True)
class PersonLine:
    """What the index keeps of one person. `verdicts` are (definition, verdict), one per condition.

    `comes_first` names the flags that verdicts wait for.
    """

    person_id: str
    file_name: str
    mark: str
    age_band: str
    conditions: tuple[str, ...]
    verdicts: tuple[tuple[str, VerdictWord], ...]
    completeness: float
    comes_first: tuple[str, ...] = ()

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
    )


QUARTERS = 4
"""In how many parts of one size the index tells completeness."""


def quarter(completeness: float) -> int:
    """The quarter of a completeness, from 0; the last has 100 % in it."""
    return min(int(completeness * QUARTERS), QUARTERS - 1)


@dataclass
class Tally:
    """What some of the people come to; those of the others are taken in with `take`.

    Counts are of everyone; `lines` are of those whom the index names. `comes_first` counts the people
    with a flag that verdicts wait for, `flags` those with each open flag (its name, whether verdicts wait
    for it, its urgency), `verdicts` what definitions said, once for each condition, and `completeness`
    people by quarter.
    """

    lines: list[PersonLine] = field(default_factory=list)
    people: int = 0
    comes_first: int = 0
    conditions: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[tuple[str, VerdictWord]] = field(default_factory=Counter)
    flags: Counter[tuple[str, bool, Urgency]] = field(default_factory=Counter)
    completeness: Counter[int] = field(default_factory=Counter)
    waits: Waits = field(default_factory=Waits)
    agreement: Agreement = field(default_factory=Agreement)
    failures: Failures = field(default_factory=Failures)
    pathways: Pathways = field(default_factory=Pathways)

    def add(self, review: Review, person: Person) -> None:
        """Take one person's review."""
        line = person_line(review, person)
        self.lines.append(line)
        self.people += 1
        self.comes_first += bool(line.comes_first)
        self.conditions.update(line.conditions)
        self.verdicts.update(line.verdicts)
        self.flags.update({_kind(flag) for flag in review.flags if flag.state is FlagState.OPEN})
        self.completeness[quarter(line.completeness)] += 1
        self.waits.add(review)
        self.agreement.add(review.verdicts)
        self.failures.add(review)
        self.pathways.add(review)

    def take(self, other: Tally) -> None:
        """Take the people of another tally, after one's own."""
        self.lines += other.lines
        self.people += other.people
        self.comes_first += other.comes_first
        self.conditions.update(other.conditions)
        self.verdicts.update(other.verdicts)
        self.flags.update(other.flags)
        self.completeness.update(other.completeness)
        self.waits.take(other.waits)
        self.agreement.take(other.agreement)
        self.failures.take(other.failures)
        self.pathways.take(other.pathways)


def _kind(flag: Flag) -> tuple[str, bool, Urgency]:
    return flag.flag, holds_back(flag), flag.urgency
