"""What the trials on record make of one treatment: tried to its end, tried too little, or not at all.

Whether a trial was adequate is judged by the rules of the definition that the ladder names. A trial that
was too low, too short, or not taken leaves its treatment open; one whose dose, length or effect the
record does not tell counts as tried, and says what is missing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from assuage.answers import Answer
from assuage.options.model import Reason
from assuage.records.rows import StatementKind
from assuage.resistance.criteria.case import Case
from assuage.resistance.criteria.standing import (
    WIDE_WORDS,
    Standing,
    at_work,
    narrow_words,
    treatment_standing,
)
from assuage.resistance.model import CountsAs, Judgement, TrialCode
from assuage.trials.model import TreatmentTrial, TrialKind

RANK = (
    "works_now",
    "failed_adequate_trial",
    "procedure_failed",
    "not_tolerated",
    "relief_then_recurrence",
    "complication",
    "stated_failed",
    "taken_now_dose_low",
    "taken_now",
    "helped_before",
    "failed_adequacy_unknown",
    "too_early_to_judge",
    "effect_not_on_record",
    "purpose_not_on_record",
    "tried_dose_too_low",
    "tried_too_short",
    "taken_for_attacks_only",
    "not_taken_as_planned",
    "stopped_for_other_reason",
)
"""What speaks for a treatment with several trials, first to last."""

_LEAVES_OPEN = frozenset(
    {
        "taken_now_dose_low",
        "helped_before",
        "purpose_not_on_record",
        "tried_dose_too_low",
        "tried_too_short",
        "taken_for_attacks_only",
        "not_taken_as_planned",
        "stopped_for_other_reason",
    }
)

_TO_ITS_END = frozenset(
    {
        "failed_adequate_trial",
        "procedure_failed",
        "not_tolerated",
        "relief_then_recurrence",
        "complication",
        "stated_failed",
    }
)

_BY_CODE = {
    TrialCode.INTOLERANCE: "not_tolerated",
    TrialCode.RECURRENCE: "relief_then_recurrence",
    TrialCode.COMPLICATION: "complication",
    TrialCode.RESPONSE: "helped_before",
    TrialCode.INADEQUATE_DOSE: "tried_dose_too_low",
    TrialCode.INADEQUATE_DURATION: "tried_too_short",
    TrialCode.NONADHERENCE: "not_taken_as_planned",
    TrialCode.CONTRAINDICATED: "not_taken_as_planned",
    TrialCode.STOPPED_OTHER: "stopped_for_other_reason",
    TrialCode.NO_INITIAL_RESPONSE: "procedure_failed",
}

_MISSING = {
    "dose_unknown": "dose_unknown",
    "length_unknown": "length_unknown",
    "sessions_unknown": "sessions_unknown",
    "no_target_dose": "no_target_dose",
    "could_go_higher": "could_go_higher",
    "begun_together": "begun_together",
}


@dataclass(frozen=True)
class Attempt:
    """What the record says of one treatment; `closes` where there is nothing more to try of it."""

    treatment: str
    reason: Reason
    closes: bool
    trial_ids: tuple[str, ...]

    @property
    def works(self) -> bool:
        """Whether it works and is still taken."""
        return self.reason.reason_code == "works_now"

    @property
    def failed(self) -> bool:
        """Whether it is known to have failed, or not to have been tolerated; unknown is not enough."""
        return self.reason.reason_code in _TO_ITS_END


def attempt(case: Case, treatment: str, forms: Collection[str] = ()) -> Attempt | None:
    """What was made of a treatment, by its best-known trial; None where none is on record.

    With `forms`, trials known to be of another form of the drug are left out.
    """
    judged = [pair for pair in case.judged_by_treatment.get(treatment, ()) if _in_form(case, pair[0], forms)]
    found = [(_said(trial, judgement), trial, judgement) for trial, judgement in judged]
    stated = _stated_failed(case, treatment)
    if stated is not None and all(RANK.index(code) > RANK.index("stated_failed") for code, *_ in found):
        return Attempt(treatment, stated, True, tuple(trial.trial_id for _, trial, _ in found))
    if not found:
        return None
    code, trial, judgement = min(found, key=lambda one: (RANK.index(one[0]), one[1].trial_id))
    return Attempt(
        treatment,
        Reason(
            code,
            (("treatment", treatment), *_values(code, judgement)),
            trial.evidence,
            _missing(code, judgement),
        ),
        closes=code not in _LEAVES_OPEN,
        trial_ids=tuple(trial.trial_id for _, trial, _ in found),
    )


def untried(case: Case, treatments: Iterable[str]) -> Reason:
    """Never tried where the record is complete or says so; else only not on record."""
    known = all(treatment_standing(case, one) is Standing.NOT_FAILED for one in treatments)
    return Reason("never_tried") if known else Reason("not_on_record", missing=("ever_tried",))


def said_in_general(case: Case, treatment: str) -> Reason | None:
    """A statement that treatments in general, or a whole class, failed: it names no trial of this one."""
    words = WIDE_WORDS | {"unspecified"} | (narrow_words(treatment, "") - {treatment})
    rows = [
        row
        for row in case.statements
        if row.kind is StatementKind.FAILED and row.answer is Answer.YES and row.about in words
    ]
    if not rows:
        return None
    return Reason("stated_failed_in_general", (), tuple(row.record_id for row in rows), ("ever_tried",))


def _stated_failed(case: Case, treatment: str) -> Reason | None:
    rows = [
        row
        for row in case.statements
        if row.kind is StatementKind.FAILED and row.answer is Answer.YES and row.about == treatment
    ]
    if not rows:
        return None
    return Reason(
        "stated_failed",
        (("treatment", treatment),),
        tuple(row.record_id for row in rows),
        ("dose_unknown", "length_unknown"),
    )


def _in_form(case: Case, trial: TreatmentTrial, forms: Collection[str]) -> bool:
    known = {row.form for row in case.history.exposure if row.record_id in trial.evidence and row.form}
    return not forms or not known or bool(known & set(forms))


def _said(trial: TreatmentTrial, judgement: Judgement) -> str:
    if at_work(trial, judgement):
        return "works_now"
    code = judgement.code
    taken = trial.running is Answer.YES and trial.taken is not Answer.NO
    if taken and code is TrialCode.INADEQUATE_DOSE:
        return "taken_now_dose_low"
    if judgement.reason_code == "not_a_preventive_trial":
        return "taken_for_attacks_only"
    if judgement.reason_code == "indication_unknown":
        return "purpose_not_on_record"
    if judgement.reason_code == "too_early":
        return "too_early_to_judge"
    if taken and code in (TrialCode.INADEQUATE_DURATION, TrialCode.UNDETERMINED):
        return "taken_now"
    if code in _BY_CODE:
        return _BY_CODE[code]
    if code is TrialCode.UNDETERMINED:
        return "effect_not_on_record"
    return "failed_adequate_trial" if judgement.counts_as is CountsAs.FAILED else _no_full_failure(trial)


def _no_full_failure(trial: TreatmentTrial) -> str:
    """No or partial effect that does not count as failed: of a drug because adequacy is not known."""
    return "failed_adequacy_unknown" if trial.kind is TrialKind.DRUG else "effect_not_on_record"


def _values(code: str, judgement: Judgement) -> tuple[tuple[str, str | int | float], ...]:
    if code in ("taken_now_dose_low", "tried_dose_too_low", "tried_too_short", "not_tolerated"):
        return judgement.reason_values
    return ()


def _missing(code: str, judgement: Judgement) -> tuple[str, ...]:
    if code == "purpose_not_on_record":
        return ("indication_unknown",)
    if code == "effect_not_on_record":
        return ("outcome_unknown",)
    if code == "too_early_to_judge":
        return ("too_early",)
    if code == "failed_adequacy_unknown":
        return (_MISSING.get(judgement.reason_code, "dose_unknown"),)
    return ()
