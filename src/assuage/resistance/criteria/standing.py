"""How one treatment, or one class of treatments, stands in a case: failed, ruled out, at work, or open."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer
from assuage.codes.conditions import belongs_to
from assuage.codes.drugs import formulary
from assuage.records.rows import Purpose, Statement, StatementKind
from assuage.resistance.criteria.case import Case
from assuage.resistance.criteria.facts import Facts
from assuage.resistance.model import CountsAs, Judgement, TrialCode
from assuage.trials.model import TreatmentTrial


class Standing(StrEnum):
    """Where a treatment stands."""

    RESPONDING = "responding"  # it works, and is still taken
    FAILED = "failed"
    CONTRAINDICATED = "contraindicated"
    NOT_FAILED = "not_failed"  # known not to have failed: no adequate failure in a complete history
    UNKNOWN = "unknown"


OUTRANKING = (Standing.RESPONDING, Standing.FAILED, Standing.UNKNOWN, Standing.NOT_FAILED)
"""Which member's standing speaks for its class, first to last; contraindicated only if all members are."""


@dataclass(frozen=True)
class TreatmentClass:
    """A class as a definition draws it: its members, where it is sold, and for whom it is meant."""

    key: str
    members: tuple[str, ...]
    not_available_in: tuple[str, ...] = ()
    not_for: tuple[str, ...] = ()  # condition keys outside the class's indication


def treatment_standing(case: Case, treatment: str, drawn_as: str = "") -> Standing:
    """How one treatment stands; `drawn_as` is the key of the definition's class that it is seen in.

    What works now outranks an earlier failure. A trial on record that did not fail does not exclude
    another that is not on record, unless the history is complete.
    """
    judged = case.judged_by_treatment.get(treatment, ())
    if any(at_work(trial, it) for trial, it in judged):
        return Standing.RESPONDING
    if any(it.counts_as is CountsAs.FAILED for _, it in judged):
        return Standing.FAILED
    if contraindicated(case, treatment, drawn_as):
        return Standing.CONTRAINDICATED
    if any(it.counts_as is CountsAs.UNKNOWN for _, it in judged):
        return Standing.UNKNOWN
    words = narrow_words(treatment, drawn_as) | WIDE_WORDS
    never = not judged and bool(_stated(case, StatementKind.NEVER_TRIED, words))
    return Standing.NOT_FAILED if never or case.covered else Standing.UNKNOWN


def at_work(trial: TreatmentTrial, judgement: Judgement) -> bool:
    """Whether a treatment works, and is still taken."""
    return trial.running is Answer.YES and judgement.code is TrialCode.RESPONSE


def controls_pain(trial: TreatmentTrial, judgement: Judgement) -> bool:
    """Whether a treatment that is not only for attacks, or for a test, works and is still taken."""
    return at_work(trial, judgement) and trial.purpose not in (Purpose.ACUTE, Purpose.TEST)


def controls_pain_now(trials: ir.Table) -> ir.BooleanValue:
    """The tabular form of `controls_pain`, trial by trial."""
    return at_work_now(trials) & ~trials.purpose.isin([str(Purpose.ACUTE), str(Purpose.TEST)])


def at_work_now(trials: ir.Table) -> ir.BooleanValue:
    """The tabular form of `at_work`."""
    return (trials.running == "yes") & (trials.code == str(TrialCode.RESPONSE))


def first_working(facts: Facts) -> ir.Table:
    """The first trial of each case that controls pain: `case_id`, `trial_id`, `treatment`."""
    working = facts.trials.filter(controls_pain_now(facts.trials))
    return first_trials(working).select("case_id", "trial_id", "treatment")


def first_trials(trials: ir.Table, *before: ir.Value) -> ir.Table:
    """The first trial of each case, in the order of `Case.trials`; what `before` says comes before that."""
    order = [*before, trials.begun, trials.treatment, trials.trial_id]
    place = ibis.row_number().over(ibis.window(group_by=trials.case_id, order_by=order))
    return trials.mutate(place=place).filter(ibis._.place == 0).drop("place")


def class_standing(case: Case, drawn: TreatmentClass) -> Standing:
    """How a class stands: one failed member is enough, unless another member is at work now.

    It is contraindicated only when every member is.
    """
    members = {treatment_standing(case, member, drawn.key) for member in drawn.members}
    return next((standing for standing in OUTRANKING if standing in members), Standing.CONTRAINDICATED)


def available(drawn: TreatmentClass, condition: str, market: str | None) -> bool:
    """Whether a class is sold in the market (with none named, every one is) and meant for the condition."""
    return market not in drawn.not_available_in and not any(
        belongs_to(condition, key) for key in drawn.not_for
    )


WIDE_WORDS = frozenset({"all", "conventional"})
"""What a statement calls treatments in general."""


@cache
def narrow_words(treatment: str, drawn_as: str) -> frozenset[str]:
    """The words by which a statement can mean this very treatment: itself, or a class it belongs to."""
    entry = formulary().get(treatment)
    return frozenset({treatment, drawn_as} | ({entry.treatment_class} if entry else set())) - {""}


def contraindicated(case: Case, treatment: str, drawn_as: str = "") -> bool:
    """Whether an allergy or a statement rules the treatment out."""
    return bool(ruled_out_by(case, treatment, drawn_as))


def ruled_out_by(case: Case, treatment: str, drawn_as: str = "") -> tuple[str, ...]:
    """The records of the allergies and statements that rule the treatment out."""
    allergies = [row.record_id for row in case.allergies if row.ingredient == treatment]
    said = _stated(case, StatementKind.CONTRAINDICATED, narrow_words(treatment, drawn_as))
    return (*allergies, *(row.record_id for row in said))


def _stated(case: Case, kind: StatementKind, about: Collection[str]) -> list[Statement]:
    return [
        row for row in case.statements if row.kind is kind and row.answer is Answer.YES and row.about in about
    ]
