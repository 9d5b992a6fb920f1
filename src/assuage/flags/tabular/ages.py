"""Age from dates that may be known to the year only: the tabular form of `flags.ages`."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from assuage.trials.tabular.columns import as_date


def with_ages(rows: ir.Table, day: str) -> ir.Table:
    """Add `least_age` and `most_age` [years]: what somebody's age can have been on a day.

    `rows` have `birth_first`, `birth_last`, `<day>_first` and `<day>_last`, all ordinals.
    """
    return rows.mutate(
        least_age=_whole_years(rows.birth_last, rows[f"{day}_first"]),
        most_age=_whole_years(rows.birth_first, rows[f"{day}_last"]),
    )


def aged_at_least(years: int, rows: ir.Table) -> ir.BooleanValue:
    """Whether somebody of these ages was at least `years` old; null where the dates leave it open."""
    return ibis.cases((rows.least_age >= years, True), (rows.most_age < years, False))


def _whole_years(birth: ir.IntegerValue, day: ir.IntegerValue) -> ir.IntegerValue:
    born, then = as_date(birth), as_date(day)
    birthday_to_come = _day_of_year(then) < _day_of_year(born)
    return then.year() - born.year() - birthday_to_come.cast("int64")


def _day_of_year(day: ir.DateValue) -> ir.IntegerValue:
    """A number that orders the days of any year by month and day."""
    return day.month() * 100 + day.day()
