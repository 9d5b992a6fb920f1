"""What every family of safety rules sees: one person as known on one day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from assuage.answers import Answer
from assuage.codes.drugs import formulary
from assuage.dates import PartialDate, days_before
from assuage.records.history import History
from assuage.records.lookups import Lookups
from assuage.records.rows import Condition, Observation, Procedure, ProcedureState
from assuage.safety.drug_use import DrugUse, drug_uses
from assuage.safety.reactions import Reaction, reactions


@dataclass(frozen=True)
class Subject:
    """One person's history as known by `as_of` (see `History.until`).

    Make it once for a person and ask about any number of treatments: what the rules look up is sorted
    on first use and kept.
    """

    history: History
    as_of: date

    @cached_property
    def drugs(self) -> Mapping[str, DrugUse]:
        """Every drug on record, by ingredient, with until when it was, or may have been, taken."""
        return drug_uses(self.history.exposure, self.as_of)

    @cached_property
    def drugs_now(self) -> tuple[tuple[DrugUse, Answer], ...]:
        """The drugs that are taken today, yes, or may be, unknown."""
        found = [(use, use.taken_since(self.as_of)) for use in self.drugs.values()]
        return tuple((use, answer) for use, answer in found if answer is not Answer.NO)

    def taking(self, wanted: frozenset[str], within_days: int = 0) -> tuple[tuple[DrugUse, Answer], ...]:
        """The drugs of these names or classes that are, or may be, taken, or were in the last days."""
        cutoff = days_before(self.as_of, within_days)
        uses = {
            use.ingredient: use
            for name in sorted(wanted)
            for use in self._by_name.get(name, ())
            if use.systemic
        }
        found = [(use, use.taken_since(cutoff)) for use in uses.values()]
        return tuple((use, answer) for use, answer in found if answer is not Answer.NO)

    @cached_property
    def reactions(self) -> tuple[Reaction, ...]:
        """What drugs have done to the person, as far as the record says."""
        return reactions(self.history)

    def reactions_to(self, ingredient: str | None) -> tuple[Reaction, ...]:
        """The reactions to one drug; with None, those whose drug is not named."""
        return self._reactions.get(ingredient, ())

    def diagnoses(self, wider: Iterable[str]) -> tuple[Condition, ...]:
        """Every diagnosis on record that is one of these, or a kind of one; doubted ones too."""
        return self._lookups.diagnoses(wider)

    def observed(self, names: Iterable[str]) -> tuple[Observation, ...]:
        """Every observation of these names, whatever it found."""
        return self._lookups.observed(names)

    def operations(self, names: Iterable[str]) -> tuple[Procedure, ...]:
        """The procedures of these names that took place, or may have."""
        wanted = set(names)
        return tuple(
            row
            for row in self.history.procedure
            if row.procedure in wanted and row.state in (ProcedureState.DONE, ProcedureState.UNKNOWN)
        )

    def aged_at_least(self, years: int) -> Answer:
        """Whether the person is at least `years` old; unknown where the birth leaves it open."""
        birth = self.history.person.birth
        if birth is None:
            return Answer.UNKNOWN
        if _whole_years(birth.last, self.as_of) >= years:
            return Answer.YES
        return Answer.NO if _whole_years(birth.first, self.as_of) < years else Answer.UNKNOWN

    def days_since(self, day: PartialDate | None) -> int | None:
        """How long ago a day was at the least, None where it is not known."""
        return None if day is None else (self.as_of - day.last).days

    @cached_property
    def _reactions(self) -> dict[str | None, tuple[Reaction, ...]]:
        found: dict[str | None, tuple[Reaction, ...]] = {}
        for one in self.reactions:
            found[one.ingredient] = (*found.get(one.ingredient, ()), one)
        return found

    @cached_property
    def _by_name(self) -> dict[str, list[DrugUse]]:
        found: dict[str, list[DrugUse]] = {}
        for use in self.drugs.values():
            found.setdefault(use.ingredient, []).append(use)
            if use.ingredient in formulary():
                found.setdefault(formulary()[use.ingredient].treatment_class, []).append(use)
        return found

    @cached_property
    def _lookups(self) -> Lookups:
        return Lookups(self.history)


def _whole_years(birth: date, day: date) -> int:
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
