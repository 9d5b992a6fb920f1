"""Courses and their dose steps: the tabular form of `trials.courses` and `trials.doses`.

One window over each line, of no more columns than it needs, finds the days on which a course or another
dose begins. They are few, and each exposure belongs to the last of them that is not after it: so a join
spreads them over the exposures, and no wide row is ever sorted. Both days are also the names: a course is
its line and the packed day it began (`course`), a step of it the packed day that its dose began (`step`).
Nothing depends on the order of rows that a window can't tell apart.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from assuage.trials.courses import GAP_DAYS
from assuage.trials.doses import UNKNOWN_LEVEL
from assuage.trials.tabular.columns import (
    DAY_BITS,
    LAST_DAY,
    SPREAD_BITS,
    WORD_BITS,
    not_negative,
    packed,
    unpacked,
)
from assuage.trials.tabular.exposures import FIRST_WITH_A_LENGTH, line_parts

COURSE = ("line", "course")
"""What names a course."""

NO_END = 2 ** (DAY_BITS + SPREAD_BITS)
"""A packed day after all others."""


def dose_runs(exposures: ir.Table) -> ir.Table:
    """Neighbouring exposures of one dose summed up: one row for each run of a course.

    Columns end in what they are: `*_key` are packed so that their maximum is the exposure that counts.
    """
    rows = _in_steps(exposures)
    at_dose = rows.level == rows.step_level
    start_last = unpacked(rows.started, "start")["start_last"]
    said = (rows.started * 2**DAY_BITS + rows.known_last.fill_null(LAST_DAY)) * 2**WORD_BITS
    reached = rows.started * 2**DAY_BITS + rows.known_last.fill_null(0)
    return rows.group_by(*COURSE, "step").agg(
        exposures=rows.count(),
        started=rows.started.min(),
        begun_by=start_last.min(),
        level=rows.step_level.max(),
        own_first=rows.known_first.max(where=at_dose),
        own_until=ibis.coalesce(rows.known_last, start_last).max(where=at_dose),
        known_first=rows.known_first.max(),
        last_key=(reached * 2**WORD_BITS + rows.rule).max(),
        end_key=(packed(rows.known_first, rows.known_last) * 2**WORD_BITS + rows.rule).max(),
        stated_sum=rows.stated_days.sum(),
        stated_count=rows.stated_days.count(),
        stated_max=rows.stated_days.max(),
        unit_least=rows.unit.min(),
        unit_most=rows.unit.max(),
        max_tolerated=rows.max_tolerated.any(),
        as_needed=rows.as_needed.all(),
        outlives=rows.outlives.any(),
        words_key=(rows.started * 2 + (~rows.has_words).cast("int64")).min(),
        outcome_key=(said + rows.outcome).max(where=rows.outcome > 0),
        stop_key=(said + rows.stop_reason).max(where=rows.stop_reason > 0),
        change_key=_change_key(rows).max(),
        change_percent=rows.change_percent.argmax(_change_key(rows)),
        adverse_event=rows.adverse_event.min(),
        records=rows.record_id.collect(),
    )


def _in_steps(exposures: ir.Table) -> ir.Table:
    """Each exposure with its course, step and the dose of that step, `step_level`.

    Without dates, where all start on 0, each record is a step: from the lowest dose to the highest.
    """
    dated = exposures.filter(exposures.started > 0)
    undated = exposures.filter(exposures.started == 0)
    steps = _steps(_beginnings(dated))
    in_step = (dated.started >= steps.step) & (dated.started <= steps.until)
    found = dated.inner_join(steps, [dated.line == steps.line, in_step], rname="{name}_step")
    order = [undated.level, undated.stated_days.fill_null(-1)]
    place = ibis.row_number().over(ibis.window(group_by=undated.line, order_by=order))
    alone = undated.mutate(course=ibis.literal(0, "int64"), step=place, step_level=undated.level)
    columns = (*exposures.columns, "course", "step", "step_level")
    return found.select(*columns).union(alone.select(*columns))


def _beginnings(exposures: ir.Table) -> ir.Table:
    """The days on which a course or another dose begins: `line`, `started`, `begins_course`, `day_level`.

    A course goes on while no more than `GAP_DAYS` days lie between the latest end so far and the next
    start. The dose of a day is the highest of that day.
    """
    start_first = unpacked(exposures.started, "start")["start_first"]
    rows = exposures.select(
        "line", "started", "level", reach=ibis.greatest(exposures.known_last.fill_null(0), start_first)
    )
    in_line = ibis.window(group_by=rows.line, order_by=[rows.started, rows.level])
    earlier_days = ibis.range_window(group_by=rows.line, order_by=rows.started, preceding=(None, 1))
    this_day = ibis.range_window(group_by=rows.line, order_by=rows.started, preceding=0, following=0)
    found = rows.mutate(
        day_level=rows.level.max().over(this_day),
        last_started=rows.started.lag().over(in_line),
        last_level=rows.level.lag().over(in_line),
        reached=rows.reach.max().over(earlier_days),
    )
    new_day = (found.started != found.last_started).fill_null(True)
    gap_days = unpacked(found.started, "start")["start_first"] - found.reached
    found = found.mutate(begins_course=(gap_days > GAP_DAYS + 1).fill_null(True))
    found = found.filter(new_day, found.begins_course | (found.day_level != found.last_level))
    return found.select("line", "started", "begins_course", "day_level")


def _steps(beginnings: ir.Table) -> ir.Table:
    """Where each step lies: `line`, `course`, `step`, `until` (the last start it can hold), `step_level`."""
    rows = beginnings
    in_line = ibis.window(group_by=rows.line, order_by=rows.started)
    so_far = ibis.window(group_by=rows.line, order_by=rows.started, preceding=None, following=0)
    nothing = ibis.null("int64")
    return rows.select(
        "line",
        course=rows.begins_course.ifelse(rows.started, nothing).max().over(so_far),
        step=rows.started,
        until=rows.started.lead().over(in_line).fill_null(NO_END) - 1,
        step_level=rows.day_level,
    )


def _change_key(rows: ir.Table) -> ir.IntegerValue:
    """Where a stated relief stands: that of the latest start counts, of one day's the greatest."""
    thousandths = (rows.change_percent * 1000 + 2**30).clip(0, 2**31 - 1).floor().cast("int64")
    return rows.started * 2**31 + thousandths


def courses(runs: ir.Table) -> ir.Table:
    """One row for each course; `purpose` is the one on record, `rule` the number of its end rule."""
    summed = runs.group_by(*COURSE).agg(
        exposures=runs.exposures.sum(),
        started=runs.started.min(),
        begun_by=runs.begun_by.min(),
        known_first=runs.known_first.max(),
        last_key=runs.last_key.max(),
        end_key=runs.end_key.max(),
        stated_sum=runs.stated_sum.sum(),
        stated_count=runs.stated_count.sum(),
        stated_max=runs.stated_max.max(),
        unit_least=runs.unit_least.min(),
        unit_most=runs.unit_most.max(),
        max_tolerated=runs.max_tolerated.any(),
        as_needed=runs.as_needed.all(),
        outlives=runs.outlives.any(),
        words_key=runs.words_key.min(),
        outcome_key=runs.outcome_key.max(),
        stop_key=runs.stop_key.max(),
        change_percent=runs.change_percent.argmax(runs.change_key),
        adverse_event=runs.adverse_event.min(),
        records=runs.records.collect().flatten(),
    )
    return _with_lengths(_with_ends(summed.mutate(**line_parts(summed.line))))


def _with_ends(rows: ir.Table) -> ir.Table:
    """How the end is known: by the rule of the last exposure, or of an earlier one that outlasts it."""
    last_rule, end_rule = rows.last_key % 2**WORD_BITS, rows.end_key % 2**WORD_BITS
    has_length = last_rule >= FIRST_WITH_A_LENGTH
    end = unpacked(has_length.ifelse(rows.end_key >> WORD_BITS, ibis.null("int64")), "end")
    nothing = ibis.null("int64")
    start = unpacked(rows.dated.ifelse(rows.started, nothing), "start")
    one_unit = (rows.unit_least == rows.unit_most).fill_null(False) & (rows.unit_least != "")
    return rows.mutate(
        rule=has_length.ifelse(ibis.coalesce(end_rule, last_rule), last_rule),
        dose_unit=one_unit.ifelse(rows.unit_least, ibis.null("string")),
        **start,
        **end,
    )


def _with_lengths(rows: ir.Table) -> ir.Table:
    """The shortest length that the records bear out, and the longest that they allow, in days."""
    nothing = ibis.null("int64")
    all_stated = (rows.stated_count == rows.exposures).ifelse(rows.stated_sum, nothing)
    borne_out = ibis.greatest(not_negative(rows.known_first - rows.begun_by + 1), rows.stated_max)
    rows = rows.mutate(days=rows.dated.ifelse(borne_out, all_stated))
    allowed = ibis.greatest(rows.end_last - rows.start_first + 1, rows.days.fill_null(0))
    alone = (rows.exposures == 1).ifelse(rows.stated_max, nothing)
    return rows.mutate(
        days_at_most=ibis.cases((~rows.dated, all_stated), (rows.end_first.notnull(), allowed), else_=alone)
    )


def dose_steps(runs: ir.Table, found: ir.Table) -> ir.Table:
    """The dose steps of each course whose doses share a unit.

    Columns: those of `COURSE`, `step` (in order), `dose` (null: unknown), `start` (an ordinal), `days`
    and `days_at_most`.
    """
    of_course = ibis.window(group_by=list(COURSE), order_by="step")
    followed = runs.mutate(next_started=runs.started.lead().over(of_course))
    known = found.filter(found.dose_unit.notnull()).select(
        *COURSE, "dated", "days", "days_at_most", "end_last", course_exposures="exposures"
    )
    rows = followed.inner_join(known, list(COURSE))
    rows = rows.mutate(**unpacked(rows.started, "start"), **unpacked(rows.next_started, "next"))
    own = not_negative(rows.own_first - rows.start_last + 1)
    carries_on = rows.next_first - rows.own_until <= GAP_DAYS + 1
    alone = rows.course_exposures == 1
    days = ibis.cases(
        (~rows.dated, rows.stated_max),
        (alone, rows.days),
        (carries_on.fill_null(False), not_negative(rows.next_first - rows.start_last)),
        else_=own,
    )
    at_most = ibis.cases(
        (~rows.dated, rows.stated_max),
        (alone, rows.days_at_most),
        (rows.next_started.isnull(), not_negative(rows.end_last - rows.start_first + 1)),
        else_=rows.next_last - rows.start_first,
    )
    return rows.select(
        *COURSE,
        "step",
        dose=rows.level.nullif(UNKNOWN_LEVEL),
        start=rows.dated.ifelse(rows.start_last, ibis.null("int64")),
        days=days,
        days_at_most=at_most,
    )
