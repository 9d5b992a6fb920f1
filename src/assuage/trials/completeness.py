"""How much of what definitions ask about a person's trials the record says."""

from __future__ import annotations

from collections.abc import Iterable

from assuage.records.rows import Outcome, StopReason
from assuage.trials.model import Indication, TreatmentTrial, TrialKind


def completeness(trials: Iterable[TreatmentTrial]) -> float:
    """The share, 0 to 1, of known facts among those a definition asks of each trial.

    Of a drug: dose, length, what it did or why it stopped, what it was for. Of a procedure or therapy: what
    it did and what it was for. With no trial at all it is 0: nothing is known of what was tried.
    """
    known = [fact for trial in trials for fact in _facts(trial)]
    return share(sum(known), len(known))


def share(part: int, whole: int) -> float:
    """`part` of `whole`, 0 to 1, in thousandths rounded half up; 0 of nothing."""
    return (2000 * part + whole) // (2 * whole) / 1000 if whole else 0.0


def _facts(trial: TreatmentTrial) -> tuple[bool, ...]:
    result = (
        trial.outcome is not Outcome.UNKNOWN
        or trial.change_percent is not None
        or trial.stop_reason is not StopReason.UNKNOWN
    )
    given_for = trial.indication is not Indication.UNKNOWN
    if trial.kind is not TrialKind.DRUG:
        return result, given_for
    return trial.peak_dose is not None, trial.days is not None, result, given_for
