"""One person's trials as rows of a table: every cell in words, with units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assuage.answers import Answer
from assuage.records.rows import Outcome, StopReason
from assuage.report.wording import Words, capitalized, counted, number
from assuage.trials.model import DoseStep, Indication, TreatmentTrial, TrialKind


@dataclass(frozen=True)
class TrialRow:
    """A trial as a page shows it; `number` is its name on the page."""

    number: int
    trial: TreatmentTrial
    name: str
    treatment_class: str
    given_for: str
    indication: str  # how that is known
    start: str
    end: str
    end_rule: str
    length: str
    peak_dose: str
    dose_steps: tuple[str, ...]
    outcome: str
    change: str
    stop_reason: str
    ending: str  # why and how it ended in a few words, for the timeline


def trial_rows(trials: Sequence[TreatmentTrial], words: Words) -> tuple[TrialRow, ...]:
    """Trials in order of time, the undated last, numbered from 1."""
    ordered = sorted(trials, key=_order)
    return tuple(_row(place, trial, words) for place, trial in enumerate(ordered, start=1))


def _order(trial: TreatmentTrial) -> tuple[date, str, str, tuple[str, ...]]:
    start = trial.start.first if trial.start else date.max
    return (start, trial.treatment, trial.condition or "", trial.evidence)


def _row(place: int, trial: TreatmentTrial, words: Words) -> TrialRow:
    running = trial.running is Answer.YES
    return TrialRow(
        number=place,
        trial=trial,
        name=capitalized(words.treatment(trial.treatment)),
        treatment_class=words.label("treatment_class", trial.treatment_class),
        given_for=words.condition(trial.condition) if trial.condition else "purpose not on record",
        indication=_indication(trial, words),
        start=str(trial.start) if trial.start else "not on record",
        end="still taken" if running else str(trial.end) if trial.end else "not on record",
        end_rule=""
        if running or trial.kind is TrialKind.PROCEDURE
        else words.label("end_rule", trial.end_rule),
        length=_length(trial),
        peak_dose=_peak_dose(trial, words),
        dose_steps=tuple(_step(step, trial.dose_unit, words) for step in trial.dose_steps),
        outcome=_outcome(trial, words),
        change=_change(trial, words),
        stop_reason=_stop_reason(trial, words),
        ending=_ending(trial, words),
    )


def _indication(trial: TreatmentTrial, words: Words) -> str:
    purpose = words.label("purpose", trial.purpose)
    known = "" if trial.indication is Indication.UNKNOWN else words.label("indication", trial.indication)
    return ", ".join(part for part in (known, purpose) if part)


def _length(trial: TreatmentTrial) -> str:
    if trial.sessions is not None:
        return counted(trial.sessions, "session")
    if trial.kind is TrialKind.PROCEDURE:
        return ""
    return f"at least {counted(trial.days, 'day')}" if trial.days is not None else "length not on record"


def _peak_dose(trial: TreatmentTrial, words: Words) -> str:
    if trial.kind is not TrialKind.DRUG or trial.peak_dose is None:
        return ""
    return dose_in_words(trial.peak_dose, trial.dose_unit, words)


def dose_in_words(dose: float, unit: str | None, words: Words) -> str:
    """A dose with its unit.

    >>> from assuage.report.wording import words
    >>> dose_in_words(1200.0, "mg/d", words())
    '1200 mg/day'
    """
    return f"{number(dose)} {words.label('dose_unit', unit) if unit else 'of an unknown unit'}"


def _step(step: DoseStep, unit: str | None, words: Words) -> str:
    dose = "dose not on record" if step.dose is None else dose_in_words(step.dose, unit, words)
    start = f" from {step.start.isoformat()}" if step.start else ""
    days = f", {counted(step.days, 'day')}" if step.days is not None else ""
    return f"{dose}{start}{days}"


def _outcome(trial: TreatmentTrial, words: Words) -> str:
    group = "outcome" if trial.kind is TrialKind.DRUG else "procedure_outcome"
    known = words.labels.get(group, {}).get(trial.outcome) or words.label("outcome", trial.outcome)
    return f"{known}, {trial.recurrence}" if trial.recurrence else known


def _change(trial: TreatmentTrial, words: Words) -> str:
    """Relief in words: a negative relief is more pain."""
    if trial.change_percent is None:
        return ""
    way = "less pain" if trial.change_percent >= 0 else "more pain"
    basis = f" ({words.label('change_basis', trial.change_basis)})" if trial.change_basis else ""
    return f"{number(abs(trial.change_percent))} % {way}{basis}"


def _stop_reason(trial: TreatmentTrial, words: Words) -> str:
    if trial.running is Answer.YES:
        return ""
    reason = words.label("stop_reason", trial.stop_reason)
    if trial.stop_reason is StopReason.UNKNOWN and (trial.kind is not TrialKind.DRUG or trial.adverse_event):
        reason = ""
    if trial.adverse_event and trial.stop_reason is not StopReason.ADVERSE_EVENT:
        return "; ".join(part for part in (reason, f"adverse event: {trial.adverse_event}") if part)
    return f"{reason}: {trial.adverse_event}" if trial.adverse_event else reason


def _ending(trial: TreatmentTrial, words: Words) -> str:
    if trial.kind is TrialKind.PROCEDURE:
        return "" if trial.outcome is Outcome.UNKNOWN else _outcome(trial, words).lower()
    stopped_for_it = trial.stop_reason is StopReason.ADVERSE_EVENT or trial.outcome is Outcome.INTOLERANCE
    if trial.adverse_event and stopped_for_it:
        return f"stopped: {trial.adverse_event}"
    if trial.stop_reason is not StopReason.UNKNOWN:
        return f"stopped: {words.label('stop_reason', trial.stop_reason)}"
    if trial.outcome is not Outcome.UNKNOWN and trial.running is not Answer.YES:
        return _outcome(trial, words).lower()
    return "still taken" if trial.running is Answer.YES else words.label("end_rule", trial.end_rule)
