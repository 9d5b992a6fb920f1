"""What a diary tells as readings: one for each month that is filled enough, and daily pain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from assuage.dates import PartialDate
from assuage.followup.model import Reading
from assuage.measures.diary import DiaryEntry
from assuage.measures.diary_months import DayCount, DiaryMonth, day_means, enough_days, period_days


def diary_readings(months: Iterable[DiaryMonth]) -> Iterator[Reading]:
    """Mean pain, counted days, intakes and attacks of every sufficient month.

    A measure counts where enough days of the month give it, whatever else the entries say. A count of days
    keeps both ends: what was counted, and what it would be if every unknown day were one more.
    """
    for month in months:
        for mean in month.pain:
            if mean.days >= enough_days():
                yield _reading(month, mean.scale.instrument, mean.mean, mean.mean)
        for instrument, count in (
            ("monthly_headache_days", month.headache),
            ("monthly_migraine_days", month.migraine),
            ("acute_medication_days", month.rescue),
        ):
            if count.known_days >= enough_days():
                yield _reading(month, instrument, *_ends(count))
        if month.rescue.known_days >= enough_days():
            taken = float(sum(intakes for _, intakes in month.rescue_intakes))
            yield _reading(month, "rescue_intakes", taken, taken)
        if month.attacks is not None and month.attack_days >= enough_days():
            a_day = month.attacks / month.attack_days
            yield _reading(month, "attacks_per_day", a_day, a_day)


def _ends(count: DayCount) -> tuple[float, float]:
    return float(count.days), float(count.at_most)


def _reading(month: DiaryMonth, instrument: str, low: float, high: float) -> Reading:
    return Reading(
        instrument, low, high, PartialDate(month.first), month.last, (f"diary {month.first} to {month.last}",)
    )


def daily_pain(entries: Sequence[DiaryEntry]) -> dict[str, dict[date, float]]:
    """Each day's mean pain, by instrument: scales are never put together."""
    by_scale: dict[str, dict[date, list[DiaryEntry]]] = defaultdict(lambda: defaultdict(list))
    for entry in entries:
        if entry.pain_scale is not None:
            by_scale[entry.pain_scale.instrument][entry.day].append(entry)
    return {
        instrument: dict(zip(days, day_means(days.values(), lambda entry: entry.pain), strict=True))
        for instrument, days in by_scale.items()
    }


def insufficient_before(months: Iterable[DiaryMonth], day: date) -> bool:
    """Whether the month of a diary that ends just before a day is there and is not filled enough."""
    return any(month.last < day and not month.sufficient for month in months if _is_near(month, day))


def _is_near(month: DiaryMonth, day: date) -> bool:
    return (day - month.last).days <= period_days()
