"""One of several criteria is enough."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer, any_of
from assuage.resistance.criteria.base import Criterion, Reading, records_of, told
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
        columns = ("answer", "reason_code", "reason_values", "missing")
        tables = [
            part.tabular(facts).select("case_id", **{f"{name}_{n}": name for name in columns})
            for n, part in enumerate(self.parts)
        ]
        joined = reduce(lambda left, right: left.inner_join(right, "case_id"), tables)
        answers = [joined[f"answer_{n}"] for n in range(len(self.parts))]
        word = ibis.cases(
            (ibis.or_(*(answer == "yes" for answer in answers)), "yes"),
            (ibis.and_(*(answer == "no" for answer in answers)), "no"),
            else_="unknown",
        )
        speaking = ibis.cases(*((answer == word, n) for n, answer in enumerate(answers)))
        reason, values = (
            ibis.cases(*((speaking == n, joined[f"{name}_{n}"]) for n in range(len(answers))))
            for name in ("reason_code", "reason_values")
        )
        missing = reduce(
            lambda parts, part: parts.concat(part),
            (joined[f"missing_{n}"] for n in range(len(self.parts))),
        )
        return told(
            joined,
            word,
            yes=reason,
            no=reason,
            unknown=reason,
            missing=missing.unique(),
            values=values,
            speaking=speaking,
        )

    def evidence(self, facts: Facts, answered: ir.Table) -> ir.Table:
        """The records of the part that gave the reason."""
        spoken = []
        for n, part in enumerate(self.parts):
            said = part.tabular(facts).semi_join(answered.filter(answered.speaking == n), "case_id")
            spoken.append(records_of(part.evidence(facts, said), said))
        return ibis.union(*spoken)
