"""Response from scores: the tabular form of `trials.response`."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from assuage.trials.response import WINDOW_DAYS
from assuage.trials.tabular import knowledge
from assuage.trials.tabular.columns import DAY_BITS, unpacked


def plateau_ends(steps: ir.Table, courses: ir.Table) -> ir.Table:
    """The peak dose of each course and the last day of the last stretch at it.

    Columns: `line`, `course`, `peak_dose`, `dose_open` (a step's dose is not on record), `plateau_end` (an
    ordinal; the end of the course where the steps do not say).
    """
    of_course = ibis.window(group_by=["line", "course"])
    found = steps.mutate(peak=steps.dose.max().over(of_course))
    at_peak = (found.dose == found.peak) & found.start.notnull() & (found.days > 0)
    stretches = found.group_by("line", "course").agg(
        peak_dose=found.dose.max(),
        dose_open=found.dose.isnull().any(),
        last_stretch=(found.step * 2**DAY_BITS + found.days).max(where=at_peak),
    )
    rows = courses.select("line", "course", "end_first").left_join(
        stretches, ["line", "course"], rname="{name}_steps"
    )
    start = unpacked(rows.last_stretch >> DAY_BITS, "start")["start_last"]
    days = rows.last_stretch % 2**DAY_BITS
    ends_first = (days <= rows.end_first - start).fill_null(False)
    return rows.select(
        "line",
        "course",
        "peak_dose",
        dose_open=rows.dose_open.fill_null(False),
        plateau_end=ends_first.ifelse(start + days - 1, rows.end_first),
    )


def attributed_scores(scores: ir.Table, reviewed: ir.Table) -> ir.Table:
    """The scores of each reviewed condition: linked to it, or unlinked where it is the only pain condition.

    `scores` are known rows; the columns are theirs, with `condition` the one they are attributed to.
    """
    rows = reviewed.inner_join(scores, "person_no", rname="{name}_linked")
    linked = rows.condition_linked == rows.condition
    mine = linked.fill_null(rows.pains == 1)
    return rows.filter(mine).drop("condition_linked", "pains")


def score_changes(trials: ir.Table, scores: ir.Table) -> ir.Table:
    """Relief from before the start to the end of the plateau, by the first instrument with both windows.

    `trials` has `line`, `course`, `person_no`, `condition`, `start_first`, `start_last`, `plateau_end`.
    Columns: `line`, `course`, `condition`, `score_percent`, `score_records` (in order); no row without both.
    """
    of_trial = ["line", "course", "condition"]
    means = _window_means(trials, scores)
    found = means.filter(means.before > 0, means.after.notnull())
    chosen = found.mutate(rank=ibis.row_number().over(ibis.window(group_by=of_trial, order_by=found.place)))
    chosen = chosen.filter(chosen["rank"] == 0)
    relief = 100 * (1 - chosen.after / chosen.before)
    return chosen.select(*of_trial, score_percent=relief.round(6), score_records=chosen.score_records.sort())


def _window_means(trials: ir.Table, scores: ir.Table) -> ir.Table:
    """The mean reading of each instrument before the start and at the end of the plateau."""
    read = scores.filter(scores.low == scores.high, scores.start_first.notnull())
    read = read.inner_join(knowledge.response_instruments(), ["condition", "instrument"]).select(
        "person_no",
        "condition",
        "place",
        "low",
        "record_id",
        day_first="start_first",
        day_last="start_last",
    )
    rows = trials.inner_join(read, ["person_no", "condition"])
    eve = ibis.greatest(rows.start_first - 1, 1)
    before = (
        (eve - rows.day_first < WINDOW_DAYS) & (rows.day_last <= eve) & (rows.day_last < rows.start_first)
    )
    after = (
        (rows.plateau_end - rows.day_first < WINDOW_DAYS)
        & (rows.day_last <= rows.plateau_end)
        & (rows.day_first > rows.start_last)
    )
    rows = rows.mutate(is_before=before, is_after=after)
    rows = rows.filter(rows.is_before | rows.is_after)
    return rows.group_by("line", "course", "condition", "place").agg(
        before=rows.low.mean(where=rows.is_before),
        after=rows.low.mean(where=rows.is_after),
        score_records=rows.record_id.collect(),
    )
