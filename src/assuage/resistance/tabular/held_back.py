"""Verdicts wait for the flags that come first: the tabular form of `resistance.judge.held_back`."""

from __future__ import annotations

import ibis.expr.types as ir

from assuage.flags.model import OVERUSE, FlagState, Urgency
from assuage.resistance.model import VerdictWord
from assuage.trials.tabular.columns import no_texts


def held_back(verdicts: ir.Table, flags: ir.Table, cases: ir.Table) -> ir.Table:
    """Add `held_back_by`, the names of the flags a verdict waits for; with one, "met" is not said yet.

    `verdicts` have `case_id` and `verdict`, `flags` are as `flags.tabular` finds them, and `cases` say
    which condition of which person each case is.
    """
    rows = verdicts.left_join(_held_back_by(flags, cases), "case_id", rname="{name}_waiting")
    waits = rows.held_back_by.notnull() & (rows.verdict == str(VerdictWord.MET))
    told = rows.mutate(
        verdict=waits.ifelse(str(VerdictWord.UNKNOWN), rows.verdict),
        held_back_by=rows.held_back_by.fill_null(no_texts()),
    )
    return told.select(*verdicts.columns, "held_back_by")


def _held_back_by(flags: ir.Table, cases: ir.Table) -> ir.Table:
    """The flags that hold back each case, the most urgent first, each name once: `held_back_by`."""
    first = flags.filter(_holds_back(flags))
    first = first.select(
        "person_no",
        "flag",
        concerned=first.condition,
        urgency=first.urgency.cases(*((str(word), place) for place, word in enumerate(Urgency))),
    )
    rows = cases.select("case_id", "person_no", "condition").inner_join(first, "person_no")
    rows = rows.filter(rows.concerned.isnull() | (rows.concerned == rows.condition))
    names = rows.group_by("case_id", "flag").agg(urgency=rows.urgency.min())
    return names.group_by("case_id").agg(
        held_back_by=names.flag.collect(order_by=[names.urgency, names.flag])
    )


def _holds_back(flags: ir.Table) -> ir.BooleanValue:
    """The tabular form of `flags.model.holds_back`."""
    first = (flags.urgency == str(Urgency.URGENT)) | (flags.flag == OVERUSE)
    return (flags.state == str(FlagState.OPEN)) & first
