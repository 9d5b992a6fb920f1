"""How long people waited from their first pain record to their first specialist."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from assuage.resistance.model import Review

LONG_DAYS = 365
"""More than a year is long: the rule of the flag `late_specialist_contact`."""

_BANDS = (
    (0, "no wait on record"),
    (91, "up to 3 months"),
    (LONG_DAYS, "up to 1 year"),
    (2 * LONG_DAYS, "up to 2 years"),
    (5 * LONG_DAYS, "up to 5 years"),
)


@dataclass(frozen=True)
class Waiting:
    """People by the days between the first dates that the records give for pain and for a specialist.

    `none_on_record` are people with a dated pain record and no contact with a specialist on record: whether
    they saw one is not known.
    """

    bands: tuple[tuple[str, int], ...]
    none_on_record: int
    seen: int
    long: int
    median_days: int | None

    @property
    def long_percent(self) -> int | None:
        """The share of those seen who waited more than a year."""
        return round(100 * self.long / self.seen) if self.seen else None


@dataclass
class Waits:
    """Counts people by the days that they waited, filled with `add`: grows with the days, not with people.

    `none_on_record` counts as `Waiting` says.
    """

    days: Counter[int] = field(default_factory=Counter)
    none_on_record: int = 0

    def add(self, review: Review) -> None:
        """Take one person's first dates; a person without a dated pain record is not counted."""
        if review.first_pain_record is None:
            return
        if review.first_specialist_contact is None:
            self.none_on_record += 1
        else:
            self.days[(review.first_specialist_contact - review.first_pain_record).days] += 1

    def take(self, other: Waits) -> None:
        """Take what another has counted."""
        self.days.update(other.days)
        self.none_on_record += other.none_on_record


def waiting(waits: Waits) -> Waiting:
    """The distribution of waits; a contact before the first pain record counts as no wait."""
    edges = [edge for edge, _ in _BANDS]
    counts = [0] * (len(_BANDS) + 1)
    for days, people in waits.days.items():
        counts[next((place for place, edge in enumerate(edges) if days <= edge), len(_BANDS))] += people
    names = [*(name for _, name in _BANDS), "more than 5 years"]
    return Waiting(
        bands=tuple(zip(names, counts, strict=True)),
        none_on_record=waits.none_on_record,
        seen=waits.days.total(),
        long=sum(people for days, people in waits.days.items() if days > LONG_DAYS),
        median_days=_median(waits.days),
    )


def _median(days: Counter[int]) -> int | None:
    """The median wait, where one before the first pain record is none; the mean of the two middle ones."""
    if not days:
        return None
    total = days.total()
    middle = [_at(days, (total - 1) // 2), _at(days, total // 2)]
    return round(sum(middle) / 2)


def _at(days: Counter[int], place: int) -> int:
    """The wait of the person at this place, from 0, of all in order of their waits."""
    before = 0
    for wait, people in sorted(days.items()):
        before += people
        if place < before:
            return max(wait, 0)
    raise IndexError(place)
