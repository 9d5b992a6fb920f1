"""A diary summed up in months of 28 days: the plain form, which is the meaning of the columnar one.

A month is counted from an anchor day, forwards and backwards, so that treatment begins with a month of its
own. Days weigh the same, however many entries they have. A day without an entry is missing: it is in no mean
and in no count, and what a count could be at most says how many days are unknown. A month with less than 80 %
of its days filled is insufficient.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from assuage.answers import Answer
from assuage.codes.drugs import find_drugs, formulary
from assuage.measures.diary import DiaryEntry, PainScale
from assuage.sources import provenance, read_knowledge

UNKNOWN_CLASS = "unknown"
"""The class of a rescue drug that no code list knows."""


@dataclass(frozen=True)
class DayCount:
    """Days on which something was so: counted among the days that say so, and at most in the whole month."""

    days: int
    known_days: int
    at_most: int


@dataclass(frozen=True)
class PainMean:
    """The mean over days of each day's mean pain, in points of one scale, and on how many days it rests."""

    scale: PainScale
    mean: float
    days: int


@dataclass(frozen=True)
class DiaryMonth:
    """One person's 28 days from `first`; `number` is 0 for those that begin on the anchor day, -1 before it.

    `sufficient`: at least 80 % of the days have an entry. `rescue_days` and `rescue_intakes` go by class of
    drug, `rescue` over all classes. `attack_days` are the days that give a number of attacks, none included.
    `attacks` and `work_days_lost` are sums over the entries that give them.
    """

    person_id: str
    number: int
    first: date
    last: date
    filled_days: int
    sufficient: bool
    pain: tuple[PainMean, ...]
    headache: DayCount
    migraine: DayCount
    rescue: DayCount
    rescue_days: tuple[tuple[str, int], ...]
    rescue_intakes: tuple[tuple[str, int], ...]
    attacks: int | None
    attack_days: int
    sleep_hours: float | None
    work_days_lost: float | None
    side_effect_days: DayCount


def diary_months(entries: Iterable[DiaryEntry], anchor: date | None = None) -> tuple[DiaryMonth, ...]:
    """Every month with an entry, by person and then by time.

    `anchor` is the first day of month 0 for everybody; without it each person's first entry is.
    """
    people: dict[str, list[DiaryEntry]] = defaultdict(list)
    for entry in entries:
        people[entry.person_id].append(entry)
    return tuple(month for person in sorted(people) for month in _months_of(people[person], anchor))


def _months_of(entries: Sequence[DiaryEntry], anchor: date | None) -> Iterable[DiaryMonth]:
    start = anchor or min(entry.day for entry in entries)
    length = period_days()
    months: dict[int, list[DiaryEntry]] = defaultdict(list)
    for entry in entries:
        months[(entry.day - start).days // length].append(entry)
    for number in sorted(months):
        yield _month(number, start + timedelta(days=number * length), months[number])


def _month(number: int, first: date, entries: Sequence[DiaryEntry]) -> DiaryMonth:
    days: dict[date, list[DiaryEntry]] = defaultdict(list)
    for entry in entries:
        days[entry.day].append(entry)
    by_class = [_intakes(of_day) for of_day in days.values()]
    classes = sorted({name for taken in by_class for name in taken})
    attacks = [entry.attacks for entry in entries if entry.attacks is not None]
    lost = [entry.work_days_lost for entry in entries if entry.work_days_lost is not None]
    return DiaryMonth(
        person_id=entries[0].person_id,
        number=number,
        first=first,
        last=first + timedelta(days=period_days() - 1),
        filled_days=len(days),
        sufficient=len(days) >= enough_days(),
        pain=tuple(_pain(scale, days.values()) for scale in _scales(entries)),
        headache=_count(days.values(), lambda entry: entry.headache),
        migraine=_count(days.values(), lambda entry: entry.migraine),
        rescue=_count(days.values(), lambda entry: _any(entry.rescue)),
        rescue_days=tuple((name, sum(name in taken for taken in by_class)) for name in classes),
        rescue_intakes=tuple((name, sum(taken[name] for taken in by_class)) for name in classes),
        attacks=sum(attacks) if attacks else None,
        attack_days=len({entry.day for entry in entries if entry.attacks is not None}),
        sleep_hours=_mean_of_days(days.values(), lambda entry: entry.sleep_hours),
        work_days_lost=sum(lost) if lost else None,
        side_effect_days=_count(days.values(), lambda entry: _any(entry.side_effects)),
    )


def _scales(entries: Iterable[DiaryEntry]) -> list[PainScale]:
    return sorted({entry.pain_scale for entry in entries if entry.pain_scale is not None})


def _pain(scale: PainScale, days: Iterable[Sequence[DiaryEntry]]) -> PainMean:
    means = list(day_means(days, lambda entry: entry.pain if entry.pain_scale is scale else None))
    return PainMean(scale, sum(means) / len(means), len(means))


def day_means(days: Iterable[Sequence[DiaryEntry]], value: Any) -> Iterable[float]:
    """Each day's mean of `value` (entry to number or None), for the days that have one."""
    for entries in days:
        said = [each for entry in entries if (each := value(entry)) is not None]
        if said:
            yield sum(said) / len(said)


def _mean_of_days(days: Iterable[Sequence[DiaryEntry]], value: Any) -> float | None:
    means = list(day_means(days, value))
    return sum(means) / len(means) if means else None


def _any(listed: Sequence[Any] | None) -> Answer:
    return Answer.of(None if listed is None else bool(listed))


def _count(days: Iterable[Sequence[DiaryEntry]], answer: Any) -> DayCount:
    """Days on which any entry says yes, among those on which any entry says yes or no."""
    said = [{answer(entry) for entry in entries} - {Answer.UNKNOWN} for entries in days]
    known = [answers for answers in said if answers]
    count = sum(Answer.YES in answers for answers in known)
    return DayCount(count, len(known), count + period_days() - len(known))


def _intakes(entries: Iterable[DiaryEntry]) -> Counter[str]:
    """How many times rescue drugs of each class were taken on one day."""
    taken: Counter[str] = Counter()
    for entry in entries:
        for intake in entry.rescue or ():
            taken[rescue_class(intake.drug)] += intake.times
    return taken


@lru_cache(maxsize=4096)
def rescue_class(drug: str) -> str:
    """The class of a rescue drug by its printed name; of a combination those of its parts, joined with +."""
    classes = {formulary()[match.ingredient].treatment_class for match in find_drugs((), drug)}
    return "+".join(sorted(classes)) or UNKNOWN_CLASS


@cache
def _rules() -> Mapping[str, Any]:
    content = read_knowledge(files("assuage.measures") / "data" / "diary.yaml")
    for key, fields in content.items():
        provenance(fields.get("provenance"), file="diary.yaml", entry=key)
    return {key: fields["value"] for key, fields in content.items()}


def period_days() -> int:
    """Days in a month of a diary."""
    return int(_rules()["period_days"])


def enough_days() -> float:
    """Days of a month that need an entry for it to be sufficient."""
    return float(_rules()["enough_share"]) * period_days()
