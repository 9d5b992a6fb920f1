"""How long people waited from their first pain record to their first specialist."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

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


def waiting(waited_days: Sequence[int], none_on_record: int) -> Waiting:
    """The distribution of waits; a contact before the first pain record counts as no wait."""
    edges = [edge for edge, _ in _BANDS]
    counts = [0] * (len(_BANDS) + 1)
    for days in waited_days:
        counts[next((place for place, edge in enumerate(edges) if days <= edge), len(_BANDS))] += 1
    names = [*(name for _, name in _BANDS), "more than 5 years"]
    return Waiting(
        bands=tuple(zip(names, counts, strict=True)),
        none_on_record=none_on_record,
        seen=len(waited_days),
        long=sum(days > LONG_DAYS for days in waited_days),
        median_days=round(median(max(days, 0) for days in waited_days)) if waited_days else None,
    )
