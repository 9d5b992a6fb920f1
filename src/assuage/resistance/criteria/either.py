"""One of several criteria is enough."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer, any_of
from assuage.resistance.criteria.base import Criterion, Reading, told
from assuage.resistance.criteria.case import Case
from assuage.resistance.criteria.facts import Facts
from assuage.sources import Provenance


@dataclass(frozen=True)
class Either:
    """Yes when one of its parts is yes, no when all are no, else unknown."""

    id: str
    title: str
    provenance: Provenance
    parts: tuple[Criterion, ...]
    decides: bool = True

    def read(self, case: Case) -> Reading:
        """Answer each part; the first that gives the answer gives the reason."""
        readings = [part.read(case) for part in self.parts]
        answer = any_of(reading.answer for reading in readings)
        speaking = next(reading for reading in readings if reading.answer is answer)
        missing = tuple(dict.fromkeys(part for reading in readings for part in reading.missing))
        return Reading(
            answer,
            speaking.reason_code,
            speaking.reason_values,
            missing=missing if answer is Answer.UNKNOWN else (),
            evidence=speaking.evidence,
        )

    def tabular(self, facts: Facts) -> ir.Table:
        """Join the parts case by case."""
        columns = ("answer", "reason_code", "missing")
        tables = [
            part.tabular(facts).rename({f"{name}_{n}": name for name in columns})
            for n, part in enumerate(self.parts)
        ]
        joined = reduce(lambda left, right: left.inner_join(right, "case_id"), tables)
        answers = [joined[f"answer_{n}"] for n in range(len(self.parts))]
        word = ibis.cases(
            (ibis.or_(*(answer == "yes" for answer in answers)), "yes"),
            (ibis.and_(*(answer == "no" for answer in answers)), "no"),
            else_="unknown",
        )
        speaking = ibis.cases(
            *((answer == word, joined[f"reason_code_{n}"]) for n, answer in enumerate(answers))
        )
        missing = reduce(
            lambda parts, part: parts.concat(part),
            (joined[f"missing_{n}"] for n in range(len(self.parts))),
        )
        return told(joined, word, yes=speaking, no=speaking, unknown=speaking, missing=missing.unique())
