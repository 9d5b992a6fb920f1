"""What a criterion sees: one condition of one person, and which of the person's records speak of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from assuage.answers import Answer
from assuage.codes.conditions import belongs_to
from assuage.codes.procedures import procedures
from assuage.records.history import History
from assuage.records.rows import Condition, Coverage, Observation, ObservationKind, Score, Statement
from assuage.resistance.model import Judgement
from assuage.resistance.trial_rules import TrialRules
from assuage.trials.courses import GAP_DAYS
from assuage.trials.model import TreatmentTrial
from assuage.trials.response import scores_of


@dataclass(frozen=True)
class Case:
    """One condition of one person on one day, with the trials for it as one definition judges them.

    `history` holds what was known by `as_of`; `judgements` are by trial id.
    """

    history: History
    condition: str
    as_of: date
    market: str | None
    only_pain_condition: bool
    trials: tuple[TreatmentTrial, ...]
    judgements: Mapping[str, Judgement]
    rules: TrialRules

    @cached_property
    def judged(self) -> tuple[tuple[TreatmentTrial, Judgement], ...]:
        """Each trial with its judgement."""
        return tuple((trial, self.judgements[trial.trial_id]) for trial in self.trials)

    @cached_property
    def judged_by_treatment(self) -> Mapping[str, tuple[tuple[TreatmentTrial, Judgement], ...]]:
        """The same by treatment: definitions ask for dozens of treatments, and most were never tried."""
        found: dict[str, tuple[tuple[TreatmentTrial, Judgement], ...]] = {}
        for trial, judgement in self.judged:
            found[trial.treatment] = (*found.get(trial.treatment, ()), (trial, judgement))
        return found

    @cached_property
    def diagnoses(self) -> tuple[Condition, ...]:
        """The diagnoses that make the condition, its narrower kinds included."""
        return tuple(row for row in self.history.condition if belongs_to(row.condition, self.condition))

    @cached_property
    def scores(self) -> tuple[Score, ...]:
        """The scores of this condition."""
        return tuple(
            scores_of(self.condition, self.history.score, only_pain_condition=self.only_pain_condition)
        )

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """Statements about this condition, or about none in particular."""
        return tuple(
            row
            for row in self.history.statement
            if row.condition is None
            or belongs_to(row.condition, self.condition)
            or belongs_to(self.condition, row.condition)
        )

    @cached_property
    def allergies(self) -> tuple[Observation, ...]:
        """Allergies to a drug of the formulary."""
        return tuple(
            row
            for row in self.history.observation
            if row.kind is ObservationKind.ALLERGY and row.ingredient and row.present is not Answer.NO
        )

    @cached_property
    def first_record(self) -> date | None:
        """The first day the condition is on record with a date."""
        days = (row.start or row.recorded for row in self.diagnoses)
        return min((day.first for day in days if day is not None), default=None)

    @cached_property
    def covered(self) -> bool:
        """Whether the treatment history is complete from the condition's first record to the review.

        Only then is an absent record a treatment never tried. A history that ends more than a month
        before the review leaves that time open.
        """
        return any(self._covers(row) for row in self.history.coverage)

    def _covers(self, row: Coverage) -> bool:
        if row.end is not None and (self.as_of - row.end.first).days > GAP_DAYS:
            return False
        return row.start is None or (self.first_record is not None and row.start.last <= self.first_record)


def too_recent(trial: TreatmentTrial) -> bool:
    """Whether a procedure was done so lately that its effect can't have shown yet."""
    concept = procedures().get(trial.treatment)
    return concept is not None and trial.days is not None and trial.days < concept.judged_after_days
