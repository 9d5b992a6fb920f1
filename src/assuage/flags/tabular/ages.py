"""Age from dates that may be known to the year only: the tabular form of `flags.ages`."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer
from assuage.trials.tabular.columns import as_date


def aged_at_least(years: int, rows: ir.Table, day: str) -> ir.StringValue:
    """Whether somebody was at least `years` old on a day; unknown where the dates leave it open.

    `rows` have `birth_first`, `birth_last`, `<day>_first` and `<day>_last`, all ordinals.
    """
    at_least = _whole_years(rows.birth_last, rows[f"{day}_first"])
    at_most = _whole_years(rows.birth_first, rows[f"{day}_last"])
    return ibis.cases(
        ((at_least >= years).fill_null(False), str(Answer.YES)),
        ((at_most < years).fill_null(False), str(Answer.NO)),
        else_=str(Answer.UNKNOWN),
    )


def _whole_years(birth: ir.IntegerValue, day: ir.IntegerValue) -> ir.IntegerValue:
    born, then = as_date(birth), as_date(day)
    birthday_to_come = _day_of_year(then) < _day_of_year(born)
    return then.year() - born.year() - birthday_to_come.cast("int64")


def _day_of_year(day: ir.DateValue) -> ir.IntegerValue:
    """A number that orders the days of any year by month and day."""
    return day.month() * 100 + day.day()
