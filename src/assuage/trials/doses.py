"""The dose steps of a course: which dose, from when, for how long."""

from __future__ import annotations

from datetime import date
from itertools import groupby

from assuage.records.rows import Exposure
from assuage.trials.courses import Course
from assuage.trials.model import DoseStep


def dose_unit(course: Course) -> str | None:
    """The unit that the course's doses share; None where none is on record or they differ."""
    units = {row.dose_unit for row in course.exposures if row.dose is not None}
    return units.pop() if len(units) == 1 else None


def dose_steps(course: Course) -> tuple[DoseStep, ...]:
    """Neighbouring exposures of one dose are one step.

    Of two supplies that start on one day the higher counts and they are never added: refills on one
    day are more often a pharmacy's habit than a doubled dose, and adding would overstate. Doses in
    different units give no steps, because they can't be compared.
    """
    if dose_unit(course) is None:
        return ()
    if not course.dated:
        return tuple(DoseStep(row.dose, None, row.stated_days) for row in course.exposures)
    by_day = [list(rows) for _, rows in groupby(course.exposures, key=lambda row: row.start)]
    per_day = [max(rows, key=lambda row: (row.dose or 0.0, row.record_id)) for rows in by_day]
    runs = [list(rows) for _, rows in groupby(per_day, key=lambda row: row.dose)]
    starts = [_start(run) for run in runs]
    nexts: list[date | None] = [*starts[1:], None]
    return tuple(
        DoseStep(run[0].dose, start, _days(run, start, following, course))
        for run, start, following in zip(runs, starts, nexts, strict=True)
    )


def _start(run: list[Exposure]) -> date:
    first = run[0].start
    assert first is not None  # noqa: S101 -- dated courses hold only exposures with a start
    return first.last


def _days(run: list[Exposure], start: date, following: date | None, course: Course) -> int | None:
    """Length of a step: to the day before the next one, or, of the last one, to the end of the course."""
    if following is not None:
        return max((following - start).days, 0)
    if course.end is not None:
        return max((course.end.first - start).days + 1, 0)
    return run[0].stated_days if len(course.exposures) == 1 else None
