"""observation_period to coverage, where the user says from which day the source is complete."""

from __future__ import annotations

from datetime import date
from functools import partial

import ibis
import ibis.expr.types as ir

from assuage.records.omop.mapping import REASON, Mapped, as_rows, reason, record_id, with_person
from assuage.records.omop.tables import CLINICAL

_TABLE = CLINICAL["observation_period"]


def map_periods(rows: ir.Table, people: ir.Table, complete_from: date | None) -> Mapped:
    """Coverage from `complete_from` to the end of each period; none without that date.

    An observation period says that somebody was insured or seen, not that every treatment is on
    record: only the user can say so.
    """
    found = with_person(rows, people)
    end = found.observation_period_end_date
    if complete_from is None:
        unsaid: list[tuple[ir.BooleanValue, str]] = [
            (ibis.literal(True), "not used: no date was given from which the source is complete")
        ]
    else:
        unsaid = [
            (end.isnull(), "no observation_period_end_date"),
            (end < found.observation_period_start_date, "the end is before the start"),
            (end < ibis.literal(complete_from), "the period ends before the source is complete"),
        ]
    checked = found.mutate(**{REASON: reason(found, _TABLE, *unsaid)})
    return Mapped("observation_period", checked, partial(_coverage, complete_from))


def _coverage(complete_from: date | None, read: ir.Table) -> list[tuple[str, ir.Table]]:
    rows = as_rows(
        "coverage",
        read,
        person_id=read.person_id,
        record_id=record_id(read, "observation_period", _TABLE.key),
        start=ibis.literal(complete_from, "date") if complete_from else ibis.null("date"),
        end=read.observation_period_end_date,
    )
    return [("coverage", rows)]
