"""Found flags as rows, and the records that they rest on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from assuage.flags.model import FlagState, Urgency
from assuage.sources import Provenance
from assuage.trials.tabular.columns import no_texts, packed, texts_by_place, unpacked
from assuage.trials.tabular.json_text import json_text
from assuage.trials.tabular.known import Keep

COLUMNS = (
    *("person_no", "flag", "condition", "urgency", "state", "since_first", "since_last"),
    *("reason_code", "reason_values", "evidence", "source"),
)
"""The columns of found flags: `condition` is null where a flag concerns the whole person, `reason_values`
JSON text with its names in order, `evidence` record ids in the order of the plain form, each once."""

FLAG = ("person_no", "flag", "about")
"""What names a flag while it is worked out: it is about a condition, a drug, or, "", the whole person."""

TRIAL = ("person_no", "condition", "treatment", "trial_id", "start_first", "start_last", "evidence")
"""What a trial is held by while a flag rests on it: what `trials_of` and the first day ask for."""

_PART_BITS, _TRIAL_BITS = 40, 20
"""Room for a place within a part of the evidence, and for one within a trial's."""

_FIRST = ibis.literal(0, "int64")


@dataclass(frozen=True)
class Found:
    """Flags, the records they rest on, and the trials whose records they rest on.

    `rows` are made by `flag_rows`, `records` by `records_of`, `trials` by `trials_of`. A record or a trial
    of a flag that is not among the rows is no one's.
    """

    rows: tuple[ir.Table, ...]
    records: tuple[ir.Table, ...] = ()
    trials: tuple[ir.Table, ...] = ()


def flag_rows(
    rows: ir.Table,
    *,
    source: Provenance | ir.StringValue,
    urgency: Urgency | ir.StringValue,
    state: FlagState | ir.StringValue = FlagState.OPEN,
    reason: str | ir.StringValue | None = None,
    values: Mapping[str, ir.Value | str | float] | ir.StringValue | None = None,
    since: ir.IntegerValue | None = None,
) -> ir.Table:
    """Found flags from `rows`, which have the columns of `FLAG`.

    `since` is a packed partial date, `values` those of the reason or their JSON text. A flag that is not
    open is a note; the reason is called like the flag unless another is given.
    """
    stands = _text(state)
    return rows.select(
        *FLAG,
        urgency=(stands == str(FlagState.OPEN)).ifelse(_text(urgency), str(Urgency.NOTE)),
        state=stands,
        since=ibis.null("int64") if since is None else since,
        reason_code=rows.flag if reason is None else _text(reason),
        reason_values=values if isinstance(values, ir.Value) else values_text(values or {}),
        source=ibis.literal(source.source) if isinstance(source, Provenance) else source,
    )


def values_text(values: Mapping[str, ir.Value | str | float]) -> ir.StringValue:
    """The values of a reason as JSON text, their names in order."""
    told = {
        name: value if isinstance(value, ir.Value) else ibis.literal(value) for name, value in values.items()
    }
    return json_text(**dict(sorted(told.items()))) if told else ibis.literal("{}")


def _text(value: str | ir.StringValue) -> ir.StringValue:
    return ibis.literal(str(value)) if isinstance(value, str) else value


def earliest(rows: ir.Table, name: str = "since", where: ir.BooleanValue | None = None) -> ir.IntegerValue:
    """The first of the partial dates `<name>_first`, `<name>_last` of a group: packed, null without any."""
    return packed(rows[f"{name}_first"], rows[f"{name}_last"]).min(where=where)


def names_of(names: ir.StringColumn) -> ir.StringValue:
    """The names of a group, each once, in alphabetical order with commas between."""
    return ibis.literal(",").join(names.collect().unique().sort())


# --- what flags rest on


def records_of(
    flags: ir.Table, part: int | ir.IntegerValue = 0, place: int | ir.IntegerValue = _FIRST
) -> ir.Table:
    """The records of flags: rows of `FLAG` with `record_id`.

    A flag's evidence is its parts one after the other, in each the records by place, then by id.
    """
    rank = _whole(part) * 2**_PART_BITS + _whole(place)
    return flags.select(*FLAG, "record_id", rank=rank)


def _whole(value: int | ir.IntegerValue) -> ir.IntegerValue:
    return ibis.literal(value, "int64") if isinstance(value, int) else value


def trials_of(flags: ir.Table, part: int = 0) -> ir.Table:
    """The trials of flags, rows of `FLAG` with those of `TRIAL`: each one's records are in its own order."""
    columns = ("treatment", "trial_id", "start_first", "evidence")
    return flags.select(*FLAG, *columns, part=ibis.literal(part, "int64"))


def with_evidence(found: Sequence[Found], keep: Keep) -> ir.Table:
    """All flags, in the columns of `COLUMNS`."""
    rows, records, trials = (
        ibis.union(*(table for one in found for table in getattr(one, name)))
        for name in ("rows", "records", "trials")
    )
    records = records.union(_trial_records(trials))
    once = records.group_by(*FLAG, "record_id").agg(rank=records["rank"].min())
    lists = once.group_by(*FLAG).agg(evidence=texts_by_place(once["rank"], once.record_id))
    told = keep(rows).left_join(keep(lists), list(FLAG), rname="{name}_evidence")
    is_condition = (told.about != "") & (told.flag != DRUG_FLAG)
    return told.select(
        *("person_no", "flag", "urgency", "state", "reason_code", "reason_values", "source"),
        condition=is_condition.ifelse(told.about, ibis.null("string")),
        **unpacked(told.since, "since"),
        evidence=told.evidence.fill_null(no_texts()),
    ).select(*COLUMNS)


DRUG_FLAG = "rash_under_drug"
"""The flag that is about a drug."""


def _trial_records(trials: ir.Table) -> ir.Table:
    """The records of trials, trial after trial in the plain order."""
    order = ibis.window(
        group_by=[*FLAG, "part"],
        order_by=[trials.start_first.fill_null(1), trials.treatment, trials.trial_id],
    )
    numbered = trials.select(*FLAG, "part", "evidence", trial=ibis.row_number().over(order))
    rows = numbered.unnest("evidence", offset="place_in_trial").rename(record_id="evidence")
    place = rows.trial * 2**_TRIAL_BITS + rows.place_in_trial
    return records_of(rows, rows.part, place.cast("int64"))
