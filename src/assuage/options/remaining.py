"""What is left for this person: every option of each condition's ladder, in its order."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from assuage.flags.model import FlagState, holds_back
from assuage.options.evidence import OptionEvidence, option_evidence
from assuage.options.holdings import holdings
from assuage.options.ladders import Ladder, ladder_of, ladders
from assuage.options.model import (
    NOT_GRADED,
    ConditionOptions,
    OptionStanding,
    PersonOptions,
    Reason,
    TreatmentOption,
)
from assuage.options.referral import referral
from assuage.options.sequence import sequence_warnings
from assuage.options.standing import weigh
from assuage.options.view import OptionView, Situation, rungs
from assuage.resistance.criteria.case import Case
from assuage.resistance.criteria.standing import at_work
from assuage.resistance.definitions import DEFINITIONS
from assuage.resistance.judge import case_of

__all__ = ["Situation", "find_options"]


def find_options(situation: Situation) -> PersonOptions:
    """Every option for every reviewed condition.

    Options come in the order of the condition's own ladder, and by name within a step: nothing is
    scored. A condition without a ladder has none, and says so by `ladder` None.
    """
    return PersonOptions(
        situation.history.person.person_id,
        situation.as_of,
        situation.market,
        tuple(_condition_options(situation, condition) for condition in situation.conditions),
    )


def _condition_options(situation: Situation, condition: str) -> ConditionOptions:
    name = ladder_of(condition)
    if name is None:
        return ConditionOptions(condition, None, comes_first=_comes_first(situation, condition, ()))
    ladder = ladders()[name]
    case = _case(situation, condition, ladder)
    looks_first = ladder.looks_first.flags if ladder.looks_first else ()
    return ConditionOptions(
        condition,
        name,
        tuple(_with_first_steps(list(_listed(situation, case, ladder)), ladder)),
        tuple(sequence_warnings(situation.history, situation.trials, condition, ladder)),
        _comes_first(situation, condition, looks_first),
        tuple(
            dict.fromkeys(trial.treatment for trial, judgement in case.judged if at_work(trial, judgement))
        ),
    )


def _comes_first(situation: Situation, condition: str, looks_first: Collection[str]) -> tuple[str, ...]:
    """The open flags that hold a verdict back, or that the ladder wants looked at, by name."""
    return tuple(
        dict.fromkeys(
            flag.flag
            for flag in situation.flags
            if flag.condition in (None, condition)
            and flag.state is FlagState.OPEN
            and (holds_back(flag) or flag.flag in looks_first)
        )
    )


def _case(situation: Situation, condition: str, ladder: Ladder) -> Case:
    return case_of(
        DEFINITIONS[ladder.judged_by.definition],
        situation.history,
        situation.trials,
        condition,
        only_pain_condition=len(situation.conditions) == 1,
        as_of=situation.as_of,
        market=situation.market,
    )


def _listed(situation: Situation, case: Case, ladder: Ladder) -> Iterator[TreatmentOption]:
    raised = {flag.flag for flag in situation.flags if flag.condition in (None, case.condition)}
    for option, evidence in rungs(case.condition):
        if evidence.only_with is None or not raised.isdisjoint(evidence.only_with.flags):
            yield _treatment_option(OptionView(situation, case, ladder, option, evidence))


def _treatment_option(view: OptionView) -> TreatmentOption:
    refer = view.evidence.refer
    standing, reason, because = referral(view, refer) if refer else weigh(view)
    grade = view.evidence.grade
    return TreatmentOption(
        person_id=view.situation.history.person.person_id,
        option=view.option.key,
        name=view.option.name,
        kind=view.option.kind,
        condition=view.case.condition,
        step=view.evidence.step,
        standing=standing,
        reason_code=reason.reason_code,
        reason_values=reason.reason_values,
        evidence=reason.evidence,
        missing=reason.missing,
        evidence_grade=f"{grade.by}: {grade.word}" if grade else NOT_GRADED,
        provenance=view.evidence.provenance,
        because=tuple(dict.fromkeys(one for one in because if one != reason)),
        needs=holdings(view.situation.history, view.option.needs),
        claims=view.evidence.claims,
        concerns=view.concerns,
        trial_ids=tuple(key for one in view.attempts.values() for key in one.trial_ids),
        invasive=view.option.invasive is not None,
        irreversible=view.option.irreversible is not None,
    )


def _with_first_steps(found: Sequence[TreatmentOption], ladder: Ladder) -> Iterator[TreatmentOption]:
    """What is invasive says which first steps of the ladder are still left."""
    starting = {step.key for step in ladder.steps if step.starts}
    still_left = (OptionStanding.OPEN, OptionStanding.CAUTION)
    left = [one for one in found if one.step in starting and one.standing in still_left]
    note = Reason("first_steps_left", (("treatments", ",".join(_key(one.option) for one in left)),))
    for option in found:
        if option.invasive and left and option.standing in still_left:
            yield replace(option, because=(*option.because, note))
        else:
            yield option


def _key(option: str) -> str:
    """The treatment an option is named by in a sentence."""
    evidence: OptionEvidence = option_evidence()[option]
    return evidence.treatments[0] if len(evidence.treatments) == 1 else option
