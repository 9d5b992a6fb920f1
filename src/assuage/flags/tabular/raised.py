"""Flags on their way: what raises them is on record, and what settles them is still to be looked for."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from assuage.flags.model import Urgency
from assuage.flags.tabular.found import FLAG
from assuage.sources import Provenance

MOOD, NO_FIRST_RESPONSE = "suicidality", "no_first_response"
"""The flags of mood, and of a diagnosis to be looked at again."""

RAISED = (
    *FLAG,
    *("since", "known_by", "is_over", "stays_open", "numbed_before"),
    *("urgency", "source", "reason_code", "reason_values", "record_id"),
)
"""The columns of raised flags.

`since`: packed. `known_by`: the ordinal of the day by which the facts were known (null: open).
`is_over`: what raised the flag is over by its own record. `stays_open`: whatever settles it, one of its
facts may be newer. `numbed_before`: an operation that numbs, done before this day, explains the flag.
`reason_code`: null where the reason follows from the state. `reason_values`: JSON text. `record_id`: the
one record that raised the flag; null where other tables say which did.
"""


@dataclass(frozen=True)
class Raised:
    """Raised flags, in the columns of `RAISED`, and what raised them, as in `found.Found`."""

    rows: ir.Table
    records: tuple[ir.Table, ...] = ()
    trials: tuple[ir.Table, ...] = ()


def raised_rows(
    rows: ir.Table,
    *,
    since: ir.IntegerValue,
    urgency: Urgency | ir.StringValue,
    source: Provenance | ir.StringValue,
    reason: ir.StringValue,
    values: str | ir.StringValue = "{}",
    is_over: ir.BooleanValue | None = None,
    stays_open: ir.BooleanValue | None = None,
    numbed_before: ir.IntegerValue | None = None,
    record_id: ir.StringValue | None = None,
) -> ir.Table:
    """Raised flags from `rows`, which have the columns of `FLAG` and `known_by`."""
    no = ibis.literal(False)
    return rows.select(
        *FLAG,
        "known_by",
        since=since,
        is_over=no if is_over is None else is_over,
        stays_open=no if stays_open is None else stays_open,
        numbed_before=ibis.null("int64") if numbed_before is None else numbed_before,
        urgency=ibis.literal(str(urgency)) if isinstance(urgency, str) else urgency,
        source=ibis.literal(source.source) if isinstance(source, Provenance) else source,
        reason_code=reason,
        reason_values=ibis.literal(values) if isinstance(values, str) else values,
        record_id=ibis.null("string") if record_id is None else record_id,
    ).select(*RAISED)
