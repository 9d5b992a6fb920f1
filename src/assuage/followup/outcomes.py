"""One person's follow-up: every instrument before and after treatment, and what speaks against each other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assuage.answers import Answer
from assuage.followup.discordance import discordances, rank
from assuage.followup.from_diary import daily_pain, diary_readings, insufficient_before
from assuage.followup.model import Direction, FollowUp, Outcome, Reading, ReasonValues, Since, Trend
from assuage.followup.relapse import relapses
from assuage.followup.rules import rules
from assuage.followup.since import after, baseline, before, choose_since
from assuage.followup.stated import stated_outcomes
from assuage.followup.trend import change_points, trend_as_listed, trend_of
from assuage.measures.change import Change, change
from assuage.measures.diary import DiaryEntry
from assuage.measures.diary_months import DiaryMonth, diary_months
from assuage.measures.instruments import DECIDING, Role, instrument_rules, role
from assuage.records.history import History
from assuage.records.rows import Score
from assuage.trials.assemble import reviewed_conditions

_LISTED = re.compile(r"^scores\[(\d+)\]")


def follow_up(
    history: History, *, as_of: date, since: date | None = None, diary: Sequence[DiaryEntry] = ()
) -> FollowUp:
    """How it went for one person, by `as_of`.

    Counted from `since`; without it from the last dated procedure, or else from the last drug that was begun.
    `diary` holds this person's entries. Nothing dated after `as_of` counts.
    """
    known = history.until(as_of)
    entries = [entry for entry in diary if entry.day <= as_of]
    conditions = reviewed_conditions(known)
    only = next(iter(conditions)) if len(conditions) == 1 else None
    counted_from = choose_since(known, since)
    months = diary_months(entries, counted_from.when.first if counted_from else None) if entries else ()
    context = _Context(counted_from, months)
    grouped = _grouped(known.score, only, months)
    outcomes = tuple(sorted((context.outcome(key, of_one) for key, of_one in grouped.items()), key=_order))
    stated = tuple(stated_outcomes(known, counted_from))
    return FollowUp(
        person_id=history.person.person_id,
        as_of=as_of,
        since=counted_from,
        outcomes=outcomes,
        discordances=tuple(discordances(outcomes, stated)),
        stated=stated,
        relapses=tuple(relapses(known)),
        months=months,
        change_points=tuple(
            point
            for instrument, days in sorted(daily_pain(entries).items())
            for point in change_points(instrument, days)
        ),
    )


_Key = tuple[str | None, str, bool]
"""Condition, instrument, and whether the readings are months of a diary."""


def _grouped(
    scores: Iterable[Score], only: str | None, months: Iterable[DiaryMonth]
) -> Mapping[_Key, Sequence[Reading]]:
    """Readings by condition, instrument and kind; none for pain in a diary without a sufficient month.

    What names no condition counts for the only one, if there is only one.
    """
    groups: dict[_Key, list[Reading]] = {}
    for score in scores:
        reading = Reading(score.instrument, score.low, score.high, score.start, evidence=(score.record_id,))
        groups.setdefault((score.condition or only, score.instrument, False), []).append(reading)
    for rated in {mean.scale for month in months for mean in month.pain}:
        groups[only, rated.instrument, True] = []
    for reading in diary_readings(months):
        groups.setdefault((only, reading.instrument, True), []).append(reading)
    return groups


def _order(outcome: Outcome) -> tuple[str, tuple[int, bool], str]:
    """By condition, then as they rank."""
    return outcome.condition or "", rank(outcome), outcome.instrument


@dataclass(frozen=True)
class _Context:
    """What every outcome of one person is counted from."""

    since: Since | None
    months: tuple[DiaryMonth, ...]

    def outcome(self, key: _Key, readings: Sequence[Reading]) -> Outcome:
        """One instrument for one condition."""
        condition, instrument, of_diary = key
        later = after(readings, self.since)
        first, latest = baseline(readings, self.since), next(reversed(later), None)
        if role(instrument) is Role.GLOBAL:
            first = None  # it tells of a change itself
        moved = _change(first, latest, condition)
        trend = trend_of(later, condition) or _listed(readings, condition)
        reason, values, missing = self._reason(readings, first, latest, moved)
        return Outcome(
            condition=condition,
            instrument=instrument,
            of_diary=of_diary,
            role=role(instrument),
            decides=role(instrument) in DECIDING,
            readings=tuple(sorted(readings, key=repr)),
            baseline=first,
            latest=latest,
            change=moved,
            trend=trend,
            direction=_direction(instrument, latest, moved, trend),
            bands=_bands(instrument, first, latest, trend),
            reason_code=reason,
            reason_values=values,
            missing=missing,
        )

    def _reason(
        self, readings: Sequence[Reading], first: Reading | None, latest: Reading | None, moved: Change | None
    ) -> tuple[str, ReasonValues, tuple[str, ...]]:
        """Why there is a change, or why none can be computed."""
        if moved is not None:
            return "change_from_baseline", _values(moved), ()
        if not readings:
            return "diary_insufficient", (), ("filled_diary",)
        if self.since is None:
            return "no_treatment_to_count_from", (), ("treatment_date",)
        if latest is not None and role(latest.instrument) is Role.GLOBAL:
            return "global_impression", (), ()
        if all(reading.when is None for reading in readings):
            return "readings_undated", (), ("reading_dates",)
        if first is None and role(readings[0].instrument) is not Role.GLOBAL:
            return (*self._without_baseline(readings), ("baseline",))
        return "no_reading_after", (), ("reading_after",)

    def _without_baseline(self, readings: Sequence[Reading]) -> tuple[str, ReasonValues]:
        of_diary = readings[0].until is not None
        if of_diary and self.since and insufficient_before(self.months, self.since.when.first):
            return "baseline_insufficient", ()
        if before(readings, self.since):
            return "baseline_too_old", ()
        return "no_baseline", ()


def _change(first: Reading | None, latest: Reading | None, condition: str | None) -> Change | None:
    if first is None or latest is None:
        return None
    return change(first.instrument, (first.low, first.high), (latest.low, latest.high), condition)


def _values(moved: Change) -> ReasonValues:
    values: list[tuple[str, str | int | float]] = [("points", moved.points[0])]
    if moved.points[0] != moved.points[1]:
        values.append(("points_high", moved.points[1]))
    if moved.percent is not None and moved.percent[0] == moved.percent[1]:
        values.append(("percent", moved.percent[0]))
    return tuple(values)


def _listed(readings: Sequence[Reading], condition: str | None) -> Trend | None:
    """The trend of readings without any date that stand in one list of a history file."""
    if any(reading.when is not None for reading in readings):
        return None
    places = [_LISTED.match(reading.evidence[0]) if reading.evidence else None for reading in readings]
    if not all(places):
        return None
    numbered = sorted(
        ((int(place[1]), reading) for place, reading in zip(places, readings, strict=True) if place),
        key=lambda each: each[0],
    )
    return trend_as_listed([reading for _, reading in numbered], condition)


def _direction(
    instrument: str, latest: Reading | None, moved: Change | None, trend: Trend | None
) -> Direction:
    """By the change from baseline where there is one, else by the trend after treatment.

    A global impression is a change itself: what lies before, at and beyond "unchanged".
    """
    if role(instrument) is Role.GLOBAL:
        return _impression(latest)
    if moved is None:
        return trend.direction if trend else Direction.UNCLEAR
    if moved.points == (0, 0):
        return Direction.STEADY
    if moved.better is Answer.YES:
        return Direction.IMPROVING
    worse = min(moved.points) > 0 or max(moved.points) < 0
    return Direction.WORSENING if moved.better is Answer.NO and worse else Direction.UNCLEAR


def _impression(latest: Reading | None) -> Direction:
    if latest is None:
        return Direction.UNCLEAR
    unchanged = rules()["unchanged_impression"]
    if latest.low == latest.high == unchanged:
        return Direction.STEADY
    if latest.high < unchanged:
        return Direction.IMPROVING
    return Direction.WORSENING if latest.low > unchanged else Direction.UNCLEAR


def _bands(
    instrument: str, first: Reading | None, latest: Reading | None, trend: Trend | None
) -> tuple[tuple[str, ...], ...]:
    """The named ranges that the first and the last reading can lie in."""
    known = instrument_rules().get(instrument)
    if known is None or known.bands is None:
        return ()
    ends = (first, latest) if first and latest else (trend.first, trend.last) if trend else (latest,)
    names = [name for name, _ in known.bands.starts]
    found = []
    for reading in ends:
        if reading is not None:
            low, high = (names.index(known.bands.of(end)) for end in (reading.low, reading.high))
            found.append(tuple(names[low : high + 1]))
    return tuple(found)
