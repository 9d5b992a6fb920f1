"""What one trial counts as under one definition's rules.

Precedence: contraindicated, intolerance, nonadherence, inadequate dose or duration, outcome. A switch
to another drug is never by itself a failure, and what the record does not say stays unknown.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from assuage.answers import Answer
from assuage.codes.procedures import procedures
from assuage.dates import Precision
from assuage.records.rows import EndRule, Outcome, Purpose, StopReason
from assuage.resistance.model import CountsAs, Judgement, ReasonValues, TrialCode
from assuage.resistance.trial_rules import TargetDose, TrialRules
from assuage.trials.model import Indication, TreatmentTrial, TrialKind

FAILED, NOT_FAILED, OPEN = CountsAs.FAILED, CountsAs.NOT_FAILED, CountsAs.UNKNOWN

PARTIAL_PERCENT = 30.0
"""Relief from which a trial is called partial: moderate improvement in IMMPACT (J Pain 2008;9:105)."""

HELD_DAYS = 90
"""How long a response must have held before its loss is a loss of effect: three months, our convention."""


@dataclass(frozen=True)
class Outlook:
    """One part of a judgement: its answer and the reason."""

    answer: Answer
    reason_code: str
    reason_values: ReasonValues = ()


def judge_trials(
    trials: Iterable[TreatmentTrial],
    definition: str,
    rules: TrialRules,
    ruled_out: Collection[str] = (),
) -> tuple[Judgement, ...]:
    """Judge each trial, then the ones begun together: which of several drugs begun on one day failed is open.

    `ruled_out` names the treatments with a contraindication on record.
    """
    known = list(trials)
    judged = [judge_trial(trial, definition, rules, ruled_out) for trial in known]
    return tuple(_apart(known, judged))


def judge_trial(
    trial: TreatmentTrial, definition: str, rules: TrialRules, ruled_out: Collection[str] = ()
) -> Judgement:
    """Judge one trial by itself."""
    dose, length, response = (
        dose_outlook(trial, rules),
        length_outlook(trial, rules),
        response_outlook(trial, rules),
    )
    code, counts_as, why = _conclusion(trial, rules, dose, length, response)
    if trial.taken is Answer.NO and trial.treatment in ruled_out:
        code, counts_as, why = TrialCode.CONTRAINDICATED, NOT_FAILED, Outlook(Answer.NO, "not_taken")
    if counts_as is not NOT_FAILED and trial.indication is Indication.UNKNOWN:
        counts_as, why = OPEN, Outlook(Answer.UNKNOWN, "indication_unknown")
    return Judgement(
        trial.person_id,
        trial.trial_id,
        definition,
        dose.answer,
        length.answer,
        response.answer,
        code,
        counts_as,
        why.reason_code,
        why.reason_values,
    )


def _conclusion(
    trial: TreatmentTrial, rules: TrialRules, dose: Outlook, length: Outlook, response: Outlook
) -> tuple[TrialCode, CountsAs, Outlook]:
    """Code, what the trial counts as, and the part of the judgement that decided it."""
    if trial.kind is not TrialKind.DRUG:
        return _procedure_conclusion(trial, response)
    if trial.treatment not in rules.acute and trial.purpose in (Purpose.ACUTE, Purpose.TEST):
        return TrialCode.UNDETERMINED, NOT_FAILED, Outlook(Answer.NO, "not_a_preventive_trial")
    if _not_tolerated(trial) and not (trial.running is Answer.YES and response.answer is Answer.YES):
        why = Outlook(Answer.NO, "stopped_adverse_event", _values(event=trial.adverse_event))
        return TrialCode.INTOLERANCE, FAILED if rules.counts_intolerance else NOT_FAILED, why
    if trial.taken is Answer.NO:
        return TrialCode.NONADHERENCE, NOT_FAILED, Outlook(Answer.NO, "not_taken")
    if trial.stop_reason is StopReason.NONADHERENCE:
        return TrialCode.NONADHERENCE, NOT_FAILED, Outlook(Answer.NO, "nonadherence")
    if response.answer is Answer.YES:
        return TrialCode.RESPONSE, NOT_FAILED, response
    if dose.answer is Answer.NO:
        return TrialCode.INADEQUATE_DOSE, NOT_FAILED, dose
    if length.answer is Answer.NO:
        return TrialCode.INADEQUATE_DURATION, NOT_FAILED, length
    return _outcome_conclusion(trial, dose, length, response)


def _outcome_conclusion(
    trial: TreatmentTrial, dose: Outlook, length: Outlook, response: Outlook
) -> tuple[TrialCode, CountsAs, Outlook]:
    """The outcome of a trial whose dose and length are adequate or not known."""
    if response.answer is Answer.UNKNOWN:
        stopped = trial.stop_reason in (StopReason.OTHER, StopReason.REMISSION)
        if stopped:
            return TrialCode.STOPPED_OTHER, NOT_FAILED, Outlook(Answer.NO, "stopped_other")
        return TrialCode.UNDETERMINED, OPEN, response
    open_part = next((part for part in (dose, length) if part.answer is Answer.UNKNOWN), None)
    code = _failure_code(trial)
    return (code, OPEN, open_part) if open_part is not None else (code, FAILED, response)


def _failure_code(trial: TreatmentTrial) -> TrialCode:
    if trial.outcome is Outcome.LOST_EFFECT and (trial.days or 0) >= HELD_DAYS:
        return TrialCode.LOSS_OF_EFFECT
    if trial.change_percent is not None and trial.change_percent >= PARTIAL_PERCENT:
        return TrialCode.PARTIAL
    return TrialCode.NONRESPONSE


def _procedure_conclusion(trial: TreatmentTrial, response: Outlook) -> tuple[TrialCode, CountsAs, Outlook]:
    """A procedure fails by having no effect at all, never by a device removed for another reason."""
    if trial.outcome is Outcome.LOST_EFFECT:
        return TrialCode.RECURRENCE, NOT_FAILED, Outlook(Answer.NO, "procedure_recurrence")
    if trial.stop_reason is StopReason.ADVERSE_EVENT:
        why = Outlook(Answer.NO, "stopped_adverse_event", _values(event=trial.adverse_event))
        return TrialCode.COMPLICATION, NOT_FAILED, why
    if response.answer is Answer.YES:
        return TrialCode.RESPONSE, NOT_FAILED, response
    if trial.stop_reason is StopReason.OTHER:
        return TrialCode.STOPPED_OTHER, NOT_FAILED, Outlook(Answer.NO, "stopped_other")
    if response.answer is Answer.NO:
        return _procedure_failure(trial, response)
    return TrialCode.UNDETERMINED, OPEN, response


def _procedure_failure(trial: TreatmentTrial, response: Outlook) -> tuple[TrialCode, CountsAs, Outlook]:
    """Some relief is not "no effect at all", and a procedure that acts late is not judged early."""
    if trial.change_percent is not None and trial.change_percent >= PARTIAL_PERCENT:
        return TrialCode.PARTIAL, NOT_FAILED, response
    needed = procedures()[trial.treatment].judged_after_days
    if needed and trial.days is not None and trial.days < needed:
        why = Outlook(Answer.UNKNOWN, "too_early", _values(days=trial.days, needed_days=needed))
        return TrialCode.UNDETERMINED, OPEN, why
    return TrialCode.NO_INITIAL_RESPONSE, FAILED, response


def dose_outlook(trial: TreatmentTrial, rules: TrialRules) -> Outlook:
    """Whether the dose reached what the definition asks for."""
    target = rules.target_doses.get(trial.treatment)
    if trial.kind is not TrialKind.DRUG or trial.treatment in rules.acute:
        return Outlook(Answer.YES, "no_dose_asked")
    if _limited_by_tolerance(trial):
        return Outlook(Answer.YES, "highest_tolerated", _dose_values(trial, target))
    if target is None:
        return Outlook(Answer.UNKNOWN, "no_target_dose")
    if trial.peak_dose is None or trial.dose_unit != target.unit:
        return Outlook(Answer.UNKNOWN, "dose_unknown", _dose_values(trial, target))
    if trial.peak_dose < target.low and any(step.dose is None for step in trial.dose_steps):
        return Outlook(Answer.UNKNOWN, "dose_unknown", _values(unit=target.unit, target=target.low))
    if trial.peak_dose < target.low:
        return Outlook(Answer.NO, "dose_below_target", _dose_values(trial, target))
    if rules.highest_tolerable and (target.high is None or trial.peak_dose < target.high):
        return Outlook(Answer.UNKNOWN, "could_go_higher", _dose_values(trial, target))
    return Outlook(Answer.YES, "dose_reached", _dose_values(trial, target))


def _not_tolerated(trial: TreatmentTrial) -> bool:
    return trial.stop_reason is StopReason.ADVERSE_EVENT or trial.outcome is Outcome.INTOLERANCE


def _limited_by_tolerance(trial: TreatmentTrial) -> bool:
    return trial.max_tolerated or _not_tolerated(trial)


def length_outlook(trial: TreatmentTrial, rules: TrialRules) -> Outlook:
    """Whether the trial lasted long enough at its dose, titration not counted."""
    if trial.kind is not TrialKind.DRUG or trial.treatment in rules.acute:
        return Outlook(Answer.YES, "no_length_asked")
    cycles = rules.sessions_of.get(trial.treatment)
    if cycles is not None:
        return _cycles_outlook(trial, cycles)
    needed = rules.days_needed(trial.treatment)
    days, at_most = plateau_days(trial, rules)
    values = _values(days=days, needed_days=needed)
    if days is not None and days >= needed:
        return Outlook(Answer.YES, "long_enough", values)
    if at_most is not None and at_most < needed:
        return Outlook(Answer.NO, "too_short", _values(days=at_most, needed_days=needed))
    return Outlook(Answer.UNKNOWN, "length_unknown", values)


def _cycles_outlook(trial: TreatmentTrial, needed: int) -> Outlook:
    values = _values(sessions=trial.sessions, needed_sessions=needed)
    if trial.sessions is None or (trial.start is None and trial.sessions < needed):
        return Outlook(Answer.UNKNOWN, "sessions_unknown", values)
    enough = trial.sessions >= needed
    return Outlook(Answer.of(enough), "sessions_enough" if enough else "too_few_sessions", values)


def plateau_days(trial: TreatmentTrial, rules: TrialRules) -> tuple[int | None, int | None]:
    """The shortest length of the plateau that the records bear out, and the longest that they allow.

    The plateau is the longest run at target dose or above, or at the highest tolerated dose; where a
    definition asks for the highest tolerable dose, only that one counts. A step whose dose is not on record
    may belong to it. Where no target or no dose is known the whole course counts: its length is then the
    most that the plateau can have been, and the dose's own answer is unknown.
    """
    stale = trial.end_rule is EndRule.ONGOING and trial.running is not Answer.YES
    longest = None if stale else trial.days_at_most
    at_plateau = _plateau_dose(trial, rules)
    if at_plateau is None or not trial.dose_steps:
        return trial.days, longest
    shortest = _longest_run((step.days or 0, (step.dose or 0.0) >= at_plateau) for step in trial.dose_steps)
    open_steps = [
        (step.days_at_most, step.dose is None or step.dose >= at_plateau) for step in trial.dose_steps
    ]
    if stale or any(days is None and belongs for days, belongs in open_steps):
        return shortest, longest
    return shortest, _longest_run((days or 0, belongs) for days, belongs in open_steps)


def _longest_run(steps: Iterable[tuple[int, bool]]) -> int:
    """The longest sum of days over neighbouring steps that belong to the plateau."""
    longest = running = 0
    for days, belongs in steps:
        running = running + days if belongs else 0
        longest = max(longest, running)
    return longest


def _plateau_dose(trial: TreatmentTrial, rules: TrialRules) -> float | None:
    """The dose from which a step belongs to the plateau; None where no dose can be compared."""
    target, peak = rules.target_doses.get(trial.treatment), trial.peak_dose
    limited = _limited_by_tolerance(trial)
    if target is None or peak is None or trial.dose_unit != target.unit:
        return peak if limited else None
    if rules.highest_tolerable and (limited or (target.high is not None and peak >= target.high)):
        return peak if target.high is None else min(peak, target.high)
    return min(peak, target.low) if limited else target.low


def response_outlook(trial: TreatmentTrial, rules: TrialRules) -> Outlook:
    """Whether pain fell by what the definition calls a response."""
    if trial.outcome is Outcome.LOST_EFFECT:
        return Outlook(Answer.NO, "lost_effect")
    if trial.change_percent is not None:
        relief = trial.change_percent
        values = _values(percent=half_up(relief), needed_percent=rules.response_percent)
        if relief >= rules.response_percent:
            return Outlook(Answer.YES, "response", values)
        return Outlook(Answer.NO, "partial_response" if relief >= PARTIAL_PERCENT else "no_response", values)
    if trial.outcome is Outcome.EFFECTIVE:
        return Outlook(Answer.YES, "stable_use" if trial.change_basis == "stable_use" else "stated_effective")
    if trial.outcome is Outcome.NO_EFFECT or trial.stop_reason is StopReason.NO_EFFECT:
        reason = "stated_no_effect" if trial.kind is TrialKind.DRUG else "procedure_no_effect"
        return Outlook(Answer.NO, reason)
    if trial.outcome is Outcome.PARTIAL:
        return Outlook(Answer.UNKNOWN, "stated_partial", _values(needed_percent=rules.response_percent))
    return Outlook(Answer.UNKNOWN, "outcome_unknown")


def _apart(trials: Sequence[TreatmentTrial], judgements: Sequence[Judgement]) -> Iterable[Judgement]:
    """Leave open which of several drugs for one condition, begun on one known day, failed for want of effect.

    Whatever became of the others: the day they share is what makes the effect of each untellable.
    """
    begun: dict[object, set[str]] = {}
    for trial, judgement in zip(trials, judgements, strict=True):
        if _may_have_worked(trial, judgement):
            begun.setdefault((trial.condition, trial.start), set()).add(trial.treatment)
    for trial, judgement in zip(trials, judgements, strict=True):
        others = begun.get((trial.condition, trial.start), set()) - {trial.treatment}
        if others and judgement.counts_as is FAILED and _may_have_worked(trial, judgement):
            values = _values(treatment=max(others) if trial.treatment < min(others) else min(others))
            yield replace(judgement, counts_as=OPEN, reason_code="begun_together", reason_values=values)
        else:
            yield judgement


def _may_have_worked(trial: TreatmentTrial, judgement: Judgement) -> bool:
    """Whether a drug was taken day by day from one known day, so that relief could have been its doing."""
    return (
        trial.kind is TrialKind.DRUG
        and trial.start is not None
        and trial.start.precision is Precision.DAY
        and trial.purpose not in (Purpose.ACUTE, Purpose.TEST)
        and judgement.code not in (TrialCode.INTOLERANCE, TrialCode.NONADHERENCE, TrialCode.CONTRAINDICATED)
    )


def half_up(percent: float) -> float:
    """A percentage to one decimal, halves upwards: the same on every engine."""
    return math.floor(10 * percent + 0.5) / 10


def _values(**values: str | float | None) -> ReasonValues:
    return tuple((name, value) for name, value in values.items() if value is not None)


def _dose_values(trial: TreatmentTrial, target: TargetDose | None) -> ReasonValues:
    return _values(
        dose=trial.peak_dose,
        unit=trial.dose_unit or (target.unit if target else None),
        target=target.low if target else None,
    )
