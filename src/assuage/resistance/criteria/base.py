"""What a criterion sees, what it answers, and the small protocol that every kind of criterion keeps.

Each kind is one file with two forms side by side: `read`, over one case, is the meaning; `tabular` and
`evidence`, Ibis expressions over the facts of many cases, are the speed: they answer for all criteria of
the kind, whichever definition asks, at once. `assuage.testing.criterion_tests` holds them equal.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Protocol

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer
from assuage.resistance.criteria.asked import Asked
from assuage.resistance.criteria.case import Case
from assuage.resistance.criteria.facts import NUMBER_BITS, Facts
from assuage.resistance.model import ReasonValues
from assuage.sources import Provenance


@dataclass(frozen=True)
class Reading:
    """A criterion's answer for a case: why, what is missing, and the records it rests on."""

    answer: Answer
    reason_code: str
    reason_values: ReasonValues = ()
    missing: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()


class Criterion(Protocol):
    """One part of a definition: a frozen dataclass, whose other fields are what it asks."""

    @property
    def id(self) -> str:
        """Short name, unique within its definition."""

    @property
    def title(self) -> str:
        """What it asks, in our words."""

    @property
    def provenance(self) -> Provenance:
        """Where the source asks it."""

    @property
    def decides(self) -> bool:
        """Whether the verdict rests on it, or it is only shown beside it."""

    @property
    def asks_of_trials(self) -> bool:
        """Whether it reads trials, which each definition judges its own way; else all share its answer."""

    def read(self, case: Case) -> Reading:
        """Answer for one case: the meaning."""

    @classmethod
    def tabular(cls, facts: Facts, asked: Asked[Any]) -> ir.Table:
        """Answer for all cases of `facts`, each asked by one of `asked`: one row each, as `told` makes it."""

    @classmethod
    def evidence(cls, facts: Facts, asked: Asked[Any], answered: ir.Table) -> ir.Table:
        """The records that the answers rest on: `case_id` and `records`, a list; some may come twice.

        `answered` are rows of `tabular`. Apart from it, because few who ask for answers ask for records,
        and there are many more of these. Cases that `answered` lacks are for the caller to leave out.
        """


def told(
    rows: ir.Table,
    answer: ir.StringValue,
    *,
    yes: str | ir.StringValue,
    no: str | ir.StringValue,
    unknown: str | ir.StringValue,
    missing: ir.ArrayValue,
    values: str | ir.StringValue = "{}",
    **more: ir.Value,
) -> ir.Table:
    """The rows of a tabular form: `case_id`, `answer`, `reason_code`, `reason_values`, `missing`.

    `yes`, `no` and `unknown` are the reasons that go with each answer; `values` are those of the reason,
    as JSON text. Only unknown misses anything. `more` is what the kind's `evidence` asks for besides.
    """
    nothing = ibis.literal([], type="array<string>")
    return rows.select(
        "case_id",
        answer=answer,
        reason_code=ibis.cases((answer == "yes", yes), (answer == "no", no), else_=unknown),
        reason_values=ibis.literal(values) if isinstance(values, str) else values,
        missing=(answer == "unknown").ifelse(missing, nothing),
        **more,
    )


def same_values(**values: str | float) -> str:
    """The values of a reason that are the same in every case, as JSON text."""
    return json.dumps(values, sort_keys=True)


def only_where(holds: ir.BooleanValue, value: ir.Value) -> ir.Value:
    """The value where something holds, null elsewhere."""
    return holds.ifelse(value, ibis.null(value.type()))


def records_of(rows: ir.Table, answered: ir.Table | None = None) -> ir.Table:
    """The records of rows, each a list of one; of `answered` cases only, where they are given."""
    chosen = rows if answered is None else rows.semi_join(answered, "case_id")
    return chosen.select("case_id", records=ibis.array([chosen.record_id]))


def records_of_trials(facts: Facts, trials: ir.Table) -> ir.Table:
    """The records that trials rest on, a list for each; `trials` have `case_id` and `trial_id`."""
    asked = trials.select("trial_id", asked_id="case_id")
    asked = asked.mutate(case_id=asked.asked_id >> NUMBER_BITS)
    rows = asked.inner_join(facts.trial_records, ["case_id", "trial_id"])
    return rows.select("records", case_id="asked_id")
