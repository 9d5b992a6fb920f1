"""Why treatments failed, counted by treatment."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from assuage.resistance.model import CountsAs, Review, TrialCode

REASONS = ("no_effect", "not_tolerated", "other")

NOT_TOLERATED = frozenset({TrialCode.INTOLERANCE, TrialCode.COMPLICATION})
NO_EFFECT = frozenset(
    {
        TrialCode.NONRESPONSE,
        TrialCode.PARTIAL,
        TrialCode.LOSS_OF_EFFECT,
        TrialCode.NO_INITIAL_RESPONSE,
        TrialCode.RECURRENCE,
    }
)


@dataclass(frozen=True)
class FailureCount:
    """The failed trials of one treatment by reason."""

    treatment: str
    no_effect: int
    not_tolerated: int
    other: int

    @property
    def total(self) -> int:
        """All failed trials."""
        return self.no_effect + self.not_tolerated + self.other


@dataclass
class Failures:
    """Counts trials that one definition at least counts as failed, each once, filled with `add`."""

    _counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, review: Review) -> None:
        """Take one person's judgements."""
        codes: dict[str, set[TrialCode]] = defaultdict(set)
        for judgement in review.judgements:
            if judgement.counts_as is CountsAs.FAILED:
                codes[judgement.trial_id].add(judgement.code)
        if not codes:
            return
        for trial in review.trials:
            if (said := codes.get(trial.trial_id)) is not None:
                self.count(trial.treatment, _reason(said), 1)

    def count(self, treatment: str, reason: str, trials: int) -> None:
        """Take failed trials of one treatment; `reason` is one of `REASONS`."""
        self._counts[treatment, reason] += trials

    def take(self, other: Failures) -> None:
        """Take what another has counted."""
        self._counts.update(other._counts)

    def counts(self) -> list[FailureCount]:
        """Every treatment that failed, the most frequent first."""
        treatments = {treatment for treatment, _ in self._counts}
        rows = [
            FailureCount(
                treatment,
                *(self._counts[treatment, reason] for reason in REASONS),
            )
            for treatment in treatments
        ]
        return sorted(rows, key=lambda row: (-row.total, row.treatment))


def _reason(codes: AbstractSet[TrialCode]) -> str:
    """A harm is told before a want of effect, where definitions call the same trial by different names."""
    if codes & NOT_TOLERATED:
        return "not_tolerated"
    return "no_effect" if codes & NO_EFFECT else "other"
