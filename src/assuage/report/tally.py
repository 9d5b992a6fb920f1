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
from assuage.resistance.model import Review, VerdictWord


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
class Tally:
    """The lines and counts of some of the people; those of the others are taken in with `take`."""

    lines: list[PersonLine] = field(default_factory=list)
    agreement: Agreement = field(default_factory=Agreement)
    failures: Failures = field(default_factory=Failures)
    pathways: Pathways = field(default_factory=Pathways)
    flags: Counter[tuple[str, bool, Urgency]] = field(default_factory=Counter)

    def add(self, review: Review, person: Person) -> None:
        """Take one person's review."""
        self.lines.append(person_line(review, person))
        self.agreement.add(review.verdicts)
        self.failures.add(review)
        self.pathways.add(review)
        self.flags.update({_kind(flag) for flag in review.flags if flag.state is FlagState.OPEN})

    def take(self, other: Tally) -> None:
        """Take the people of another tally, after one's own."""
        self.lines += other.lines
        self.agreement.take(other.agreement)
        self.failures.take(other.failures)
        self.pathways.take(other.pathways)
        self.flags.update(other.flags)


def _kind(flag: Flag) -> tuple[str, bool, Urgency]:
    return flag.flag, holds_back(flag), flag.urgency
