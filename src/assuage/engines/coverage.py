"""What a user says of all the records, as rows beside what the records say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import ibis
import ibis.expr.types as ir


def covered_from(tables: Mapping[str, ir.Table], complete_from: date) -> Mapping[str, ir.Table]:
    """The tables with a row in `coverage` for everyone: treatments are complete from this day on.

    A reader writes these rows itself; this is for tables that are read as they lie.
    """
    said = tables["person"].select(
        "person_id",
        "record_id",
        start=ibis.date(complete_from),
        start_precision=ibis.literal("day"),
        end=ibis.null("date"),
        end_precision=ibis.null("string"),
    )
    coverage = tables["coverage"]
    return {**tables, "coverage": coverage.union(said.select(*coverage.columns).cast(coverage.schema()))}
