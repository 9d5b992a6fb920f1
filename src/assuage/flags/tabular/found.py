"""A found flag as a row, and the records that it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce

import ibis
import ibis.expr.types as ir

from assuage.flags.model import FlagState, Urgency
from assuage.sources import Provenance
from assuage.trials.tabular.columns import no_texts, packed, unpacked
from assuage.trials.tabular.json_text import json_text

COLUMNS = (
    *("person_no", "flag", "condition", "urgency", "state", "since_first", "since_last"),
    *("reason_code", "reason_values", "evidence", "source"),
)
"""The columns of found flags: `condition` is null where a flag concerns the whole person, `reason_values`
JSON text with its names in order, `evidence` record ids in the order of the plain form, each once."""

FLAG = ("person_no", "flag", "condition")
"""What names a flag while it is worked out; `condition` is "" for the whole person."""

TRIAL = ("person_no", "condition", "treatment", "trial_id", "start_first", "start_last", "evidence")
"""What a trial is held by while a flag rests on it: what `trial_records` and the first day ask for."""

_PLACE_BITS, _TRIAL_BITS = 40, 20
"""Room for a place within a part of the evidence, and for one within a trial's."""


def flag_rows(
    rows: ir.Table,
    *,
    source: Provenance | ir.StringValue,
    urgency: Urgency | ir.StringValue,
    state: FlagState | ir.StringValue = FlagState.OPEN,
    flag: str | ir.StringValue | None = None,
    reason: str | ir.StringValue | None = None,
    values: Mapping[str, ir.Value | str | float] | None = None,
    since: ir.IntegerValue | None = None,
) -> ir.Table:
    """Found flags from `rows`, which have `person_no`, `condition`, `evidence` and, unless given, `flag`.

    `since` is a packed partial date. A flag that is not open is a note; the reason is called like the
    flag unless another is given.
    """
    name = rows.flag if flag is None else _text(flag)
    stands = _text(state)
    is_open = stands == str(FlagState.OPEN)
    told = {
        key: ibis.literal(value) if isinstance(value, str | int | float) else value
        for key, value in sorted((values or {}).items())
    }
    return rows.select(
        "person_no",
        flag=name,
        condition=rows.condition.nullif(""),
        urgency=is_open.ifelse(_text(urgency), str(Urgency.NOTE)),
        state=stands,
        **unpacked(ibis.null("int64") if since is None else since, "since"),
        reason_code=name if reason is None else _text(reason),
        reason_values=json_text(**told) if told else ibis.literal("{}"),
        evidence=rows.evidence.fill_null(no_texts()),
        source=ibis.literal(source.source) if isinstance(source, Provenance) else source,
    ).select(*COLUMNS)


def _text(value: str | ir.StringValue) -> ir.StringValue:
    return ibis.literal(str(value)) if isinstance(value, str) else value


def earliest(rows: ir.Table, name: str = "since", where: ir.BooleanValue | None = None) -> ir.IntegerValue:
    """The first of the partial dates `<name>_first`, `<name>_last` of a group: packed, null without any."""
    return packed(rows[f"{name}_first"], rows[f"{name}_last"]).min(where=where)


def names_of(names: ir.StringColumn) -> ir.StringValue:
    """The names of a group, each once, in alphabetical order with commas between."""
    return ibis.literal(",").join(names.collect().unique().sort())


def with_evidence(rows: ir.Table, *parts: ir.Table, on: Sequence[str] = FLAG) -> ir.Table:
    """Add `evidence`: the records of the parts, part after part, each part by `place`, each record once.

    Every part has the columns of `on`, `place` (a number from 0) and `record_id`.
    """
    told = rows.left_join(gathered(*parts, on=on), list(on), rname="{name}_evidence")
    return told.mutate(evidence=told.evidence.fill_null(no_texts())).select(*rows.columns, "evidence")


def gathered(*parts: ir.Table, on: Sequence[str] = FLAG) -> ir.Table:
    """The columns of `on` and `evidence`; nothing for what no part speaks of."""
    numbered = [
        part.select(*on, "record_id", rank=part.place + number * 2**_PLACE_BITS)
        for number, part in enumerate(parts)
    ]
    rows = reduce(lambda one, other: one.union(other), numbered)
    once = rows.group_by(*on, "record_id").agg(rank=rows["rank"].min())
    return once.group_by(*on).agg(evidence=once.record_id.collect(order_by=[once["rank"], once.record_id]))


def trial_records(trials: ir.Table, on: Sequence[str] = FLAG) -> ir.Table:
    """The records of chosen trials, trial after trial in the plain order, as a part of the evidence."""
    order = ibis.window(
        group_by=list(on), order_by=[trials.start_first.fill_null(1), trials.treatment, trials.trial_id]
    )
    numbered = trials.select(*on, "evidence", trial=ibis.row_number().over(order))
    rows = numbered.unnest("evidence", offset="place_in_trial")
    place = rows.trial * 2**_TRIAL_BITS + rows.place_in_trial
    return rows.select(*on, place=place.cast("int64"), record_id="evidence")


def of_person(asked: ir.Table, records: ir.Table) -> ir.Table:
    """Records of persons (`person_no`, `place`, `record_id`) as a part of the evidence of each asked flag."""
    part = records.select("person_no", "place", "record_id")
    return asked.select(*FLAG).inner_join(part, "person_no").select(*FLAG, "place", "record_id")
