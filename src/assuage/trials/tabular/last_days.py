"""The last day that each person's records speak of: the tabular form of `History.last_date`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import ibis
import ibis.expr.types as ir

from assuage.records.rows import EndRule
from assuage.trials.tabular.columns import partial

_DATES: Mapping[str, tuple[str, ...]] = {
    "condition": ("start", "end", "recorded"),
    "exposure": ("start",),
    "procedure": ("start", "end", "recurrence"),
    "score": ("start",),
    "observation": ("start",),
    "statement": ("start",),
    "coverage": ("start", "end"),
}
"""The dates that count, by table; of an exposure also its end, where it is no plan (`_NO_PLAN`)."""

_NO_PLAN = [str(EndRule.STATED), str(EndRule.ONGOING)]


def last_days(tables: Mapping[str, ir.Table], people: ir.Table) -> ir.Table:
    """The latest day anything on record of these people is dated: `person_id`, `last_day` as an ordinal.

    `people` has a row for each `person_id`; there is no row for somebody without any date.
    """
    found = ibis.union(*(rows for table in _DATES for rows in _days_of(tables[table], table)))
    dated = found.filter(found.day.notnull()).semi_join(people, "person_id")
    return dated.group_by("person_id").agg(last_day=dated.day.max())


def _days_of(rows: ir.Table, table: str) -> Iterator[ir.Table]:
    yield from (_last(rows, name) for name in _DATES[table])
    if table == "exposure":
        yield _last(rows.filter(rows.end_rule.isin(_NO_PLAN)), "end")


def _last(rows: ir.Table, name: str) -> ir.Table:
    return rows.select("person_id", day=partial(rows, name)[f"{name}_last"])
