"""How it went, as values: readings, changes, trends, relapses, and what speaks against each other.

Points and slopes are in the instrument's own unit and direction: more points of pain are more pain.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from assuage.answers import Answer
from assuage.dates import PartialDate
from assuage.measures.change import Change
from assuage.measures.diary_months import DiaryMonth
from assuage.measures.instruments import Role

ReasonValues = tuple[tuple[str, str | int | float], ...]


class SinceKind(StrEnum):
    """What an outcome is counted from."""

    PROCEDURE = "procedure"
    DRUG = "drug"
    ASKED = "asked"  # a day that the user named


@dataclass(frozen=True)
class Since:
    """The treatment that an outcome is counted from; `treatment` is empty for a day that was named."""

    kind: SinceKind
    treatment: str
    when: PartialDate
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """One reading of an instrument: a range, its date as far as known, and the records it rests on.

    A reading from a diary is the mean, or the count, of one month of 28 days with enough of its days filled.
    """

    instrument: str
    low: float
    high: float
    when: PartialDate | None
    until: date | None = None  # last day of a diary's month
    evidence: tuple[str, ...] = ()

    @property
    def middle(self) -> float:
        """The middle of the range."""
        return (self.low + self.high) / 2


class Direction(StrEnum):
    """Which way an outcome goes, for the person."""

    IMPROVING = "improving"
    WORSENING = "worsening"
    STEADY = "steady"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Slope:
    """Change a month (30.4375 days) by Theil and Sen, and its 95 % interval; None where readings are few."""

    per_month: float
    low: float | None
    high: float | None
    readings: int


@dataclass(frozen=True)
class Trend:
    """How readings went after treatment, from the first to the last; never a change from baseline.

    `as_listed`: the readings have no dates and are taken in the order in which the record lists them; then
    there is no slope.
    """

    first: Reading
    last: Reading
    change: Change
    direction: Direction
    slope: Slope | None
    as_listed: bool = False


@dataclass(frozen=True)
class Outcome:
    """One instrument for one condition: from what baseline, to what, and which way.

    `of_diary`: its readings are months of a diary; they are never put together with single readings of the
    same instrument. `decides` is no for questionnaires that screen and for those of mood. `change` is None
    without a baseline and a later reading, and `reason_code` then says why. `bands` are the named ranges of
    the first and the last reading. `missing` says what would settle what is open.
    """

    condition: str | None
    instrument: str
    of_diary: bool
    role: Role
    decides: bool
    readings: tuple[Reading, ...]
    baseline: Reading | None
    latest: Reading | None
    change: Change | None
    trend: Trend | None
    direction: Direction
    bands: tuple[tuple[str, ...], ...]
    reason_code: str
    reason_values: ReasonValues = ()
    missing: tuple[str, ...] = ()

    @property
    def account(self) -> str:
        """How a disagreement names it: the instrument, or `diary:` and the instrument."""
        return f"diary:{self.instrument}" if self.of_diary else self.instrument

    @property
    def evidence(self) -> tuple[str, ...]:
        """Every record that it rests on, each once."""
        return tuple(dict.fromkeys(record for reading in self.readings for record in reading.evidence))


@dataclass(frozen=True)
class Discordance:
    """Two accounts of one pain that go opposite ways, and which of them ranks before the other.

    `better` and `worse` are accounts of outcomes, or `stated` for what somebody says; `ranks_first` is None
    where neither does.
    """

    condition: str | None
    better: str
    worse: str
    ranks_first: str | None
    reason_code: str = "outcome_discordant"
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class StatedOutcome:
    """What the record says in words of how it went: of a procedure, a drug, or the pain as a whole."""

    about: str
    says: str  # a word of ProcedureOutcome, Outcome or StatementKind
    better: Answer
    condition: str | None
    when: PartialDate | None
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Relapse:
    """Relief after a procedure: days until the pain came back, or until the last day that is on record.

    `days` is None where the day of the relapse, or of the procedure, is not known.
    """

    procedure: str
    condition: str | None
    when: PartialDate | None
    days: int | None
    relapsed: bool
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class ChangePoint:
    """A week from which daily pain stood at another level, with the medians before and after it."""

    instrument: str
    week: date
    before: float
    after: float
    p: float


@dataclass(frozen=True)
class FollowUp:
    """Everything about how it went for one person, true on `as_of`.

    `months` are those of the diary, insufficient ones too.
    """

    person_id: str
    as_of: date
    since: Since | None
    outcomes: tuple[Outcome, ...]
    discordances: tuple[Discordance, ...]
    stated: tuple[StatedOutcome, ...]
    relapses: tuple[Relapse, ...]
    months: tuple[DiaryMonth, ...]
    change_points: tuple[ChangePoint, ...]
