"""One of several criteria is enough."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer, any_of
from assuage.resistance.criteria.asked import Asked
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

    @property
    def asks_of_trials(self) -> bool:
        """Whether one of its parts does."""
        return any(part.asks_of_trials for part in self.parts)

    @classmethod
    def tabular(cls, facts: Facts, asked: Asked[Either]) -> ir.Table:
        """Join the parts case by case."""
        return ibis.union(
            *(_joined(_only(facts, asked, number), number, one) for number, one in asked.criteria.items())
        )

    @classmethod
    def evidence(cls, facts: Facts, asked: Asked[Either], answered: ir.Table) -> ir.Table:
        """The records of the part that gave the reason."""
        spoken = []
        for number, one in asked.criteria.items():
            mine = _only(facts, asked, number)
            for place, part in enumerate(one.parts):
                wanted = answered.filter(answered.speaking == place)
                said = part.tabular(mine, Asked({number: part})).semi_join(wanted, "case_id")
                rows = part.evidence(mine, Asked({number: part}), said)
                spoken.append(rows.semi_join(said, "case_id"))
        return ibis.union(*spoken)


def _only(facts: Facts, asked: Asked[Either], number: int) -> Facts:
    """The facts with the cases that one criterion asks of."""
    cases = asked.numbered(facts.cases)
    return replace(facts, cases=cases.filter(cases.number == number).drop("number"))


def _joined(facts: Facts, number: int, one: Either) -> ir.Table:
    columns = ("answer", "reason_code", "reason_values", "missing")
    places = range(len(one.parts))
    tables = [
        part.tabular(facts, Asked({number: part})).select(
            "case_id", **{f"{name}_{place}": name for name in columns}
        )
        for place, part in enumerate(one.parts)
    ]
    joined = reduce(lambda left, right: left.inner_join(right, "case_id"), tables)
    answers = [joined[f"answer_{place}"] for place in places]
    word = ibis.cases(
        (ibis.or_(*(answer == "yes" for answer in answers)), "yes"),
        (ibis.and_(*(answer == "no" for answer in answers)), "no"),
        else_="unknown",
    )
    speaking = ibis.cases(*((answer == word, place) for place, answer in enumerate(answers)))
    reason, values = (
        ibis.cases(*((speaking == place, joined[f"{name}_{place}"]) for place in places))
        for name in ("reason_code", "reason_values")
    )
    missing = reduce(lambda parts, part: parts.concat(part), (joined[f"missing_{place}"] for place in places))
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
