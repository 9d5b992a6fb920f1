"""What settles a raised flag, and where it then stands: the tabular form of `flags.working_up`.

What can settle a flag is looked for in one pass over each kind of record, for all flags at once. Each
record found is a step; the first of `WAYS` whose steps are all on record is how the flag was settled, and
its steps are shown as evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import and_

import ibis
import ibis.expr.types as ir

from assuage.flags.giant_cell_arteritis import DIAGNOSIS
from assuage.flags.model import FlagState
from assuage.flags.rules import numbers
from assuage.flags.tabular.facts import FlagFacts
from assuage.flags.tabular.found import FLAG, Found, flag_rows, records_of
from assuage.flags.tabular.raised import MOOD, Raised
from assuage.flags.tabular.steps import Step, pain_assessed, steps_of_records, steps_of_treatment
from assuage.trials.tabular.columns import knowledge_table
from assuage.trials.tabular.known import Keep

_OVER = "over"
"""What raised the flag is over by its own record: a step that is no record."""

WAYS: tuple[tuple[FlagState, tuple[str, ...]], ...] = (
    (FlagState.WORKED_UP, (Step.NUMBED,)),
    (FlagState.RESOLVED, (Step.GONE,)),
    (FlagState.RESOLVED, (_OVER,)),
    (FlagState.RESOLVED, (Step.CALM, Step.LOOKED_INTO)),
    (FlagState.RESOLVED, (Step.CALM,)),
    (FlagState.WORKED_UP, (Step.TREATED,)),
    (FlagState.WORKED_UP, (Step.LOOKED_INTO,)),
    (FlagState.WORKED_UP, (Step.STATED,)),
    (FlagState.WORKED_UP, (Step.OPERATED,)),
    (FlagState.WORKED_UP, (Step.FOLLOWED_UP, Step.ASSESSED)),
    (FlagState.WORKED_UP, (Step.GIVEN, Step.ASSESSED)),
    (FlagState.WORKED_UP, (Step.GIVEN_BY_KIND, Step.ASSESSED)),
)
"""How a flag is settled, the first that holds: its state, and the steps in the order of the evidence."""

_NUMBED = WAYS.index((FlagState.WORKED_UP, (Step.NUMBED,)))


def settled(facts: FlagFacts, raised: Sequence[Raised], keep: Keep) -> Found:
    """Raised flags with their state, and what raised and what settled them."""
    rows = keep(ibis.union(*(one.rows for one in raised)))
    asked = rows.drop("record_id")
    treated = keep(steps_of_treatment(facts, asked))
    steps = keep(ibis.union(treated, steps_of_records(facts, asked), pain_assessed(facts, asked, treated)))
    stands = keep(_standing(asked, steps))
    of_signs = rows.select(*FLAG).inner_join(facts.signs, ["person_no", "flag"])
    return Found(
        rows=(_told(stands),),
        records=(
            records_of(rows.filter(rows.record_id.notnull())),
            records_of(of_signs, place=of_signs.place),
            *(table for one in raised for table in one.records),
            _shown(stands, steps),
        ),
        trials=tuple(table for one in raised for table in one.trials),
    )


def _standing(rows: ir.Table, steps: ir.Table) -> ir.Table:
    """Add `way`, the place in `WAYS` of how each flag was settled; null where it is open."""
    taken = steps.group_by(*FLAG).agg(
        **{step: (steps.step == step).any() for step in Step},
        last_test=steps.day.max(where=steps.step == Step.LOOKED_INTO),
        masked_from=steps.day.fill_null(0).min(where=steps.step == Step.MASKING),
    )
    told = rows.left_join(taken, list(FLAG), rname="{name}_taken")
    # blood tests under a steroid, which makes them normal, say nothing
    masked = (told.masked_from <= told.last_test).fill_null(False)
    on_record = {step: told[step].fill_null(False) for step in Step} | {_OVER: told.is_over}
    on_record[Step.LOOKED_INTO] &= ~masked
    ways = ((reduce(and_, (on_record[step] for step in way)), number) for number, (_, way) in enumerate(WAYS))
    return told.select(*rows.columns, way=ibis.cases(*ways).cast("int64"))


def _told(stands: ir.Table) -> ir.Table:
    """The flags as found, in the columns that `flag_rows` gives."""
    resolving = [number for number, (state, _) in enumerate(WAYS) if state is FlagState.RESOLVED]
    state = ibis.cases(
        (stands.way.isnull() | stands.stays_open, str(FlagState.OPEN)),
        (stands.way.isin(resolving), str(FlagState.RESOLVED)),
        else_=str(FlagState.WORKED_UP),
    )
    rows = stands.mutate(state=state, numbed=(stands.way == _NUMBED).fill_null(False))
    by_state = ibis.cases(
        ((rows.flag == MOOD) & (rows.state == str(FlagState.OPEN)), MOOD),
        (rows.flag == MOOD, f"{MOOD}_earlier"),
        (rows.flag == DIAGNOSIS, ibis.literal("arteritis_") + rows.state),
        else_=ibis.literal("cause_") + rows.state,
    )
    surgery = numbers("secondary_trigeminal")["numbing_procedures"].provenance.source
    return flag_rows(
        rows,
        source=rows.numbed.ifelse(surgery, rows.source),
        urgency=rows.urgency,
        state=rows.state,
        reason=rows.numbed.ifelse("numbness_after_surgery", rows.reason_code.fill_null(by_state)),
        values=rows.reason_values,
        since=rows.since,
    )


def _shown(stands: ir.Table, steps: ir.Table) -> ir.Table:
    """The records of the steps by which each flag was settled: parts of the evidence after the first."""
    parts = [
        {"way": way, "step": step, "part": part}
        for way, (_, taken) in enumerate(WAYS)
        for part, step in enumerate(taken, start=1)
    ]
    of_ways = knowledge_table(parts, {"way": "int64", "step": "string", "part": "int64"})
    rows = stands.select(*FLAG, "way").inner_join(of_ways, "way").inner_join(steps, [*FLAG, "step"])
    return records_of(rows, rows.part, rows.place)
