"""The person's age on the day of the review."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer
from assuage.resistance.criteria.asked import Asked
from assuage.resistance.criteria.base import Reading, records_of, same_values, told
from assuage.resistance.criteria.case import Case
from assuage.resistance.criteria.facts import Facts
from assuage.sources import Provenance

_NO_END = 1000
"""An age that nobody reaches."""


@dataclass(frozen=True)
class AgeBetween:
    """At least `lowest` and at most `highest` completed years; `highest` None asks for no upper end.

    A birth known to the month or year leaves the answer unknown only where the missing part decides.
    """

    id: str
    title: str
    provenance: Provenance
    lowest: int
    highest: int | None = None
    decides: bool = True
    asks_of_trials: ClassVar[bool] = False

    def read(self, case: Case) -> Reading:
        """Compare both ends of a partial birth date; where they disagree, the record does not say."""
        birth = case.history.person.birth
        if birth is None:
            return Reading(Answer.UNKNOWN, "age_not_recorded", missing=("birth",))
        words = {self._within(completed_years(day, case.as_of)) for day in (birth.first, birth.last)}
        answer = Answer.of(words.pop() if len(words) == 1 else None)
        values = (("lowest", self.lowest), ("highest", self.highest or 0))
        reason = {Answer.YES: "age_within", Answer.NO: "age_outside"}.get(answer, "age_not_recorded")
        missing = ("birth",) if answer is Answer.UNKNOWN else ()
        return Reading(answer, reason, values, missing=missing, evidence=(case.history.person.record_id,))

    def _within(self, years: int) -> bool:
        return self.lowest <= years and (self.highest is None or years <= self.highest)

    @classmethod
    def tabular(cls, facts: Facts, asked: Asked[AgeBetween]) -> ir.Table:
        """The same for both ends of each birth date."""
        cases = facts.cases
        lowest = asked.each(cases, lambda one: one.lowest)
        highest = asked.each(cases, lambda one: _NO_END if one.highest is None else one.highest)
        ends = [
            _years(day, cases.as_of).between(lowest, highest) for day in (cases.birth_first, cases.birth_last)
        ]
        word = ibis.cases(
            (cases.birth_first.isnull(), "unknown"),
            (ends[0] & ends[1], "yes"),
            (~ends[0] & ~ends[1], "no"),
            else_="unknown",
        )
        return told(
            cases,
            word,
            yes="age_within",
            no="age_outside",
            unknown="age_not_recorded",
            missing=ibis.array(["birth"]),
            values=cases.birth_first.isnull().ifelse(
                "{}",
                asked.each(cases, lambda one: same_values(lowest=one.lowest, highest=one.highest or 0)),
            ),
        )

    @classmethod
    def evidence(cls, facts: Facts, asked: Asked[AgeBetween], answered: ir.Table) -> ir.Table:
        """The record of the person, where it gives the birth."""
        return records_of(facts.cases.filter(facts.cases.birth_first.notnull()), answered)


def completed_years(birth: date, day: date) -> int:
    """Completed years of age on `day`."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def _years(birth: ir.DateValue, day: ir.DateValue) -> ir.IntegerValue:
    had_birthday = (day.month() > birth.month()) | (
        (day.month() == birth.month()) & (day.day() >= birth.day())
    )
    return day.year() - birth.year() - had_birthday.ifelse(0, 1)
