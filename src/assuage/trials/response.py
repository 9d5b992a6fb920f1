"""Response from scores: the last four weeks of the plateau against the four weeks before the start.

Where no score stands in one of the two windows there is no percentage: nothing is imputed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean

from assuage.codes.conditions import belongs_to
from assuage.dates import PartialDate
from assuage.records.rows import Score
from assuage.trials.model import DoseStep

WINDOW_DAYS = 28
"""Four weeks, the recall period of a headache diary month; our convention for other pains."""

_HEADACHE_INSTRUMENTS = ("monthly_migraine_days", "monthly_headache_days", "nrs", "vas", "vas_mm")
_OTHER_INSTRUMENTS = ("nrs", "vas", "vas_mm")


@dataclass(frozen=True)
class ScoreChange:
    """Relief between two windows of one instrument; positive = less pain or fewer days."""

    percent: float
    instrument: str
    evidence: tuple[str, ...]


def scores_of(condition: str, scores: Iterable[Score], *, only_pain_condition: bool) -> list[Score]:
    """The scores of a condition: linked to it, or unlinked where it is the only pain condition."""
    return [
        score
        for score in scores
        if score.condition == condition or (score.condition is None and only_pain_condition)
    ]


def instruments_of(condition: str) -> tuple[str, ...]:
    """The instruments by which the response of a condition is read, the first that can first."""
    return _HEADACHE_INSTRUMENTS if belongs_to(condition, "headache") else _OTHER_INSTRUMENTS


def score_change(
    condition: str, scores: Sequence[Score], start: PartialDate, plateau_end: date
) -> ScoreChange | None:
    """Relief from before `start` to the end of the plateau, by the first instrument that has both windows.

    Of a partial start, the time in which the treatment may or may not have begun is in neither window.
    """
    for instrument in instruments_of(condition):
        readings = [
            (score, score.start)
            for score in scores
            if score.instrument == instrument and score.low == score.high and score.start is not None
        ]
        before = [
            score
            for score, when in readings
            if _in_window(when, _eve(start.first)) and when.last < start.first
        ]
        after = [
            score for score, when in readings if _in_window(when, plateau_end) and when.first > start.last
        ]
        baseline = fmean(score.low for score in before) if before else 0.0
        if baseline > 0 and after:
            relief = 1 - fmean(score.low for score in after) / baseline
            rests_on = tuple(sorted(score.record_id for score in (*before, *after)))
            return ScoreChange(round(100 * relief, 6), instrument, rests_on)
    return None


def plateau_end(steps: Sequence[DoseStep], end: date) -> date:
    """The last day of the last stretch at the highest dose; where not known, the end of the course."""
    peak = max((step.dose for step in steps if step.dose is not None), default=None)
    at_peak = [step for step in steps if step.dose == peak and step.start is not None and step.days]
    if peak is None or not at_peak:
        return end
    last = at_peak[-1]
    assert last.start is not None  # noqa: S101 -- filtered above
    assert last.days is not None  # noqa: S101 -- filtered above
    return end if last.days > (end - last.start).days else last.start + timedelta(days=last.days - 1)


def _eve(day: date) -> date:
    """The day before; of the calendar's first day, that day itself."""
    return day - timedelta(days=1) if day > date.min else day


def _in_window(when: PartialDate, last: date) -> bool:
    """Whether a day, however a partial date falls, lies in the window that ends with `last`."""
    return (last - when.first).days < WINDOW_DAYS and when.last <= last
