"""What a criterion sees, what it answers, and the small protocol that every kind of criterion keeps.

Each kind is one file with two forms side by side: `read`, over one case, is the meaning; `tabular`, an
Ibis expression over the facts of many cases, is the speed. `assuage.testing.criterion_tests` holds them
equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer
from assuage.resistance.criteria.case import Case
from assuage.resistance.criteria.facts import Facts
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
    """One part of a definition."""

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

    def read(self, case: Case) -> Reading:
        """Answer for one case: the meaning."""

    def tabular(self, facts: Facts) -> ir.Table:
        """Answer for all cases of `facts`: one row each, as `told` makes it."""


def told(
    rows: ir.Table,
    answer: ir.StringValue,
    *,
    yes: str | ir.StringValue,
    no: str | ir.StringValue,
    unknown: str | ir.StringValue,
    missing: ir.ArrayValue,
) -> ir.Table:
    """The rows of a tabular form: `case_id`, `answer`, `reason_code`, and `missing`, which only unknown has.

    `yes`, `no` and `unknown` are the reasons that go with each answer.
    """
    nothing = ibis.literal([], type="array<string>")
    return rows.select(
        "case_id",
        answer=answer,
        reason_code=ibis.cases((answer == "yes", yes), (answer == "no", no), else_=unknown),
        missing=(answer == "unknown").ifelse(missing, nothing),
    )
