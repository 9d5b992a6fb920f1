"""Signs on record become flags: the tabular form of `flags.signs`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer
from assuage.flags.model import FlagState
from assuage.flags.rules import signs
from assuage.flags.tabular.facts import FlagFacts, kinds_of
from assuage.flags.tabular.found import FLAG, earliest, flag_rows, with_evidence
from assuage.flags.tabular.sign_facts import findings_of_signs
from assuage.flags.tabular.working_up import has, known_by, settled_by
from assuage.records.rows import ConditionState
from assuage.trials.tabular.columns import knowledge_table
from assuage.trials.tabular.known import Keep


@dataclass(frozen=True)
class Raised:
    """Flags on their way: `rows` a row for each, `evidence` the records they rest on, in order.

    `rows` have `found.FLAG`, `since` (packed), `known_by` and `state`, and what the caller added.
    """

    rows: ir.Table
    evidence: tuple[ir.Table, ...]


def signs_seen(facts: FlagFacts, family: str) -> ir.Table:
    """The facts that make the signs of a family, in the columns of `sign_facts`."""
    return facts.signs.filter(facts.signs.flag.isin([sign.flag for sign in signs(family)]))


def summed(seen: ir.Table, **more: ir.Value) -> ir.Table:
    """One row for each sign of a person: `since`, `known_by`, `over` (what made it is over), and `more`."""
    resolved = (seen.state == str(ConditionState.RESOLVED)).fill_null(False)
    return seen.group_by("person_no", "flag").agg(
        since=earliest(seen), known_by=known_by(seen), over=(seen.is_diagnosis & resolved).all(), **more
    )


def of_each(signs_of: ir.Table, concerned: ir.Table) -> ir.Table:
    """Each sign of a person for each of the conditions that it may speak of; columns `found.FLAG` first."""
    rows = signs_of.inner_join(concerned.select("person_no", "condition"), "person_no")
    return rows.select(*FLAG, *(name for name in signs_of.columns if name not in FLAG))


def outside_definition(rows: ir.Table, family: str) -> ir.Table:
    """Rows whose sign does not belong to their condition by definition."""
    within = [
        {"flag": sign.flag, "condition": key} for sign in signs(family) for key in kinds_of(sign.not_in)
    ]
    return rows.anti_join(
        knowledge_table(within, {"flag": "string", "condition": "string"}), ["flag", "condition"]
    )


def fact_records(rows: ir.Table, seen: ir.Table) -> ir.Table:
    """The records that make the signs, as a part of the evidence."""
    return rows.select(*FLAG).inner_join(seen, ["person_no", "flag"]).select(*FLAG, "place", "record_id")


def stand(facts: FlagFacts, family: str, seen: ir.Table, asked: ir.Table, keep: Keep) -> Raised:
    """Where each sign stands: open, looked into since, or no longer there; and the records that say so.

    `asked` are rows of `summed` for each condition (`of_each`).
    """
    gone = keep(_gone(facts, asked))
    rows = has(asked, gone, "is_gone")
    rows = rows.mutate(is_over=rows.is_gone | rows.over)
    names = {sign.flag: sign.settled_by for sign in signs(family)}
    settled = keep(settled_by(facts, rows.filter(~rows.is_over), names))
    rows = has(rows, settled, "is_settled")
    state = ibis.cases(
        (rows.is_over, str(FlagState.RESOLVED)),
        (rows.is_settled, str(FlagState.WORKED_UP)),
        else_=str(FlagState.OPEN),
    )
    rows = rows.mutate(state=state).drop("is_gone", "is_over", "is_settled")
    return Raised(keep(rows), (fact_records(asked, seen), gone, settled))


def raised_flags(
    raised: Raised, family: str, urgency: Callable[[ir.Table], ir.StringValue] | None = None
) -> ir.Table:
    """Found flags of signs; the `urgency` of a row takes the place of the signs' own."""
    rows = with_evidence(raised.rows, *raised.evidence)
    return flag_rows(
        rows,
        urgency=urgency_of(rows, family) if urgency is None else urgency(rows),
        source=source_of(rows, family),
        state=rows.state,
        since=rows.since,
    )


def urgency_of(rows: ir.Table, family: str) -> ir.StringValue:
    """The sign's own urgency."""
    return rows.flag.cases(*((sign.flag, str(sign.urgency)) for sign in signs(family)))


def source_of(rows: ir.Table, family: str) -> ir.StringValue:
    """Where the sign comes from."""
    return rows.flag.cases(*((sign.flag, sign.provenance.source) for sign in signs(family)))


def _gone(facts: FlagFacts, asked: ir.Table) -> ir.Table:
    """The findings that the sign was there no longer, after it was known."""
    absent = facts.observations.filter(facts.observations.present == str(Answer.NO))
    rows = asked.select(*FLAG, "known_by").inner_join(findings_of_signs(), "flag")
    absent = absent.select("person_no", "name", "start_first", "record_id")
    rows = rows.inner_join(absent, ["person_no", "name"])
    return rows.filter(rows.start_first > rows.known_by).select(*FLAG, "place", "record_id")
