"""Flags that rest on when a pain began, in all families alike."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from assuage.flags.model import FlagState, Urgency
from assuage.flags.tabular.found import FLAG, flag_rows, with_evidence
from assuage.flags.tabular.working_up import has
from assuage.sources import Provenance
from assuage.trials.tabular.columns import packed


def asked_of(name: str, begun: ir.Table) -> ir.Table:
    """Beginnings (`facts.onsets`) as flags to be settled: known by the last day that they can be."""
    return begun.mutate(flag=ibis.literal(name), known_by=begun.start_last)


def onset_flags(
    asked: ir.Table, settled: ir.Table, source: Provenance, values: Mapping[str, float]
) -> ir.Table:
    """Found flags that want to be looked at until settled.

    `asked` are as `asked_of` gives them, with `reason`; `settled` is a part of the evidence.
    """
    onset = asked.select(*FLAG, "record_id", place=ibis.literal(0, "int64"))
    rows = with_evidence(has(asked, settled, "is_settled"), onset, settled)
    return flag_rows(
        rows,
        urgency=Urgency.LOOK,
        source=source,
        state=rows.is_settled.ifelse(str(FlagState.WORKED_UP), str(FlagState.OPEN)),
        reason=rows.reason,
        values=values,
        since=packed(rows.start_first, rows.start_last),
    )
