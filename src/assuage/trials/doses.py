"""The dose steps of a course: which dose, from when, for how long."""

from __future__ import annotations

from itertools import groupby

from assuage.dates import PartialDate
from assuage.records.rows import Exposure
from assuage.trials.courses import GAP_DAYS, Course, known_end
from assuage.trials.model import DoseStep

UNKNOWN_LEVEL = -1.0
"""Where a dose that is not on record stands among the others: below them all."""


def dose_unit(course: Course) -> str | None:
    """The unit that the course's doses share; None where none is on record or they differ."""
    units = {row.dose_unit for row in course.exposures if row.dose is not None}
    return units.pop() if len(units) == 1 else None


def dose_steps(course: Course) -> tuple[DoseStep, ...]:
    """Neighbouring exposures of one dose are one step.

    Of two supplies that start on one day the higher counts and they are never added: refills on one
    day are more often a pharmacy's habit than a doubled dose, and adding would overstate. Doses in
    different units give no steps, because they can't be compared. Steps without dates stand from the
    lowest dose to the highest.
    """
    if dose_unit(course) is None:
        return ()
    if not course.dated:
        known = sorted(
            course.exposures,
            key=lambda row: (_level(row), -1 if row.stated_days is None else row.stated_days),
        )
        return tuple(DoseStep(row.dose, None, row.stated_days, row.stated_days) for row in known)
    by_day = [list(rows) for _, rows in groupby(course.exposures, key=lambda row: row.start)]
    per_day = [_highest(rows) for rows in by_day]
    runs = [[row for day in days for row in day] for _, days in groupby(per_day, key=lambda day: day[0].dose)]
    nexts = [*(_start(run) for run in runs[1:]), None]
    return tuple(_step(run, following, course) for run, following in zip(runs, nexts, strict=True))


def _highest(of_one_day: list[Exposure]) -> list[Exposure]:
    """The supplies of a day at its highest dose; a dose on record is higher than one that is not."""
    highest = max(map(_level, of_one_day))
    return [row for row in of_one_day if _level(row) == highest]


def _level(row: Exposure) -> float:
    return UNKNOWN_LEVEL if row.dose is None else row.dose


def _start(run: list[Exposure]) -> PartialDate:
    first = run[0].start
    assert first is not None  # noqa: S101 -- dated courses hold only exposures with a start
    return first


def _step(run: list[Exposure], following: PartialDate | None, course: Course) -> DoseStep:
    """One step, which lasts until the next dose begins, unless its own supply ran out long before that."""
    start, dose = _start(run), run[0].dose
    if len(course.exposures) == 1:
        return DoseStep(dose, start.last, course.days, course.days_at_most)
    if following is None:
        # the last dose can begin, by a partial date, after the end that the course is known to have
        at_most = None if course.end is None else max((course.end.last - start.first).days + 1, 0)
        return DoseStep(dose, start.last, _own_days(run, start), at_most)
    carried = max((following.first - start.last).days, 0)
    days = carried if _carries_on(run, following) else _own_days(run, start)
    return DoseStep(dose, start.last, days, (following.last - start.first).days)


def _carries_on(run: list[Exposure], following: PartialDate) -> bool:
    """Whether the next dose begins before a gap would have split a course of this dose alone."""
    known_until = max((known_end(row) or row.start or following).last for row in run)
    return (following.first - known_until).days <= GAP_DAYS + 1


def _own_days(run: list[Exposure], start: PartialDate) -> int | None:
    """The shortest length that the run's own ends bear out."""
    ends = [end.first for row in run if (end := known_end(row)) is not None]
    return max((max(ends) - start.last).days + 1, 0) if ends else None
