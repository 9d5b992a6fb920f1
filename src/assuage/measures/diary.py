"""A pain diary: entries as they were made, any number a day.

None is "the entry does not say"; an empty tuple is "none": no rescue drug was taken, nothing set the pain
off.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from assuage.answers import Answer


class PainScale(StrEnum):
    """The scale that pain was rated on; ratings on two scales are never put into one series."""

    NRS_0_10 = "nrs_0_10"
    NRS_0_100 = "nrs_0_100"
    VAS_0_10 = "vas_0_10"
    VAS_0_100 = "vas_0_100"

    @property
    def instrument(self) -> str:
        """The key of `codes.clinical` that readings on this scale have."""
        return {"nrs_0_10": "nrs", "nrs_0_100": "nrs_101", "vas_0_10": "vas", "vas_0_100": "vas_mm"}[self]

    @property
    def highest(self) -> float:
        """The upper end of the scale; the lower one is 0."""
        return 100.0 if self.value.endswith("_100") else 10.0


class Side(StrEnum):
    """Which side hurts."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"


class Division(StrEnum):
    """A division of the trigeminal nerve."""

    V1 = "V1"
    V2 = "V2"
    V3 = "V3"


@dataclass(frozen=True, order=True)
class RescueIntake:
    """One rescue drug as it was written: its name, the dose taken each time, and how many times.

    `dose` is in `dose_unit` (mg, g, ug, ml, drops, puffs, tablets ...); both None where not written.
    """

    drug: str
    dose: float | None = None
    dose_unit: str | None = None
    times: int = 1


@dataclass(frozen=True)
class DiaryEntry:
    """One entry of a diary.

    `day` and `clock` are those on the person's wall; `utc_offset_minutes` is how far that wall is from UTC,
    where the entry says so. `pain` is in points of `pain_scale`, never without it. `attacks` counts attacks
    since the entry before, `attack_seconds` is how long one lasted. `work_days_lost` is the part of this
    day's work that was lost, 0 to 1.
    """

    person_id: str
    day: date
    clock: time | None = None
    utc_offset_minutes: int | None = None
    pain: float | None = None
    pain_scale: PainScale | None = None
    headache: Answer = Answer.UNKNOWN
    migraine: Answer = Answer.UNKNOWN
    attacks: int | None = None
    attack_seconds: float | None = None
    triggers: tuple[str, ...] | None = None
    side: Side | None = None
    divisions: tuple[Division, ...] | None = None
    body_site: str | None = None
    rescue: tuple[RescueIntake, ...] | None = None
    sleep_hours: float | None = None
    side_effects: tuple[str, ...] | None = None
    work_days_lost: float | None = None

    def __post_init__(self) -> None:
        """Raise ValueError for pain without its scale, and for an entry that says nothing."""
        if (self.pain is None) != (self.pain_scale is None):
            message = "pain and its scale go together"
            raise ValueError(message)
        if all(getattr(self, name) in (None, Answer.UNKNOWN) for name in SAID):
            message = "an entry that says nothing but its date is none"
            raise ValueError(message)


SAID = (
    "pain",
    "pain_scale",
    "headache",
    "migraine",
    "attacks",
    "attack_seconds",
    "triggers",
    "side",
    "divisions",
    "body_site",
    "rescue",
    "sleep_hours",
    "side_effects",
    "work_days_lost",
)
"""What an entry can say, in the order of the columns."""


@dataclass(frozen=True)
class DiaryProblem:
    """One thing in a diary file that could not be used: where it stands and what was expected there.

    `column` is None where the whole entry was left out. No value of the file is in it.
    """

    file: str
    place: str  # "line 7", "entry 3"
    column: str | None
    found: str
    expected: str

    def __str__(self) -> str:
        place = f"{self.file}, {self.place}" + (f", {self.column}" if self.column else "")
        lost = "this value was left out" if self.column else "the entry was left out"
        return f"{place}: {self.found}. Expected: {self.expected}; {lost}."


@dataclass(frozen=True)
class Diary:
    """What was read of one file: entries in the file's own order, and everything that could not be used.

    `rows` counts the diary rows or resources of the file, `others` resources of another kind;
    `unused_columns` are those that no field is made of.
    """

    entries: tuple[DiaryEntry, ...]
    problems: tuple[DiaryProblem, ...] = ()
    rows: int = 0
    others: int = 0
    unused_columns: tuple[str, ...] = ()
