"""One definition's answer for one condition: judgements, findings and the verdict, all as of one day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from assuage import __version__
from assuage.answers import Answer, all_of
from assuage.flags.model import Flag, holds_back
from assuage.records.history import History
from assuage.resistance.criteria.base import Criterion, Reading
from assuage.resistance.criteria.case import Case
from assuage.resistance.criteria.standing import contraindicated
from assuage.resistance.definition import Definition
from assuage.resistance.judging import judge_trials
from assuage.resistance.model import Finding, Judgement, Verdict, VerdictWord
from assuage.trials.completeness import share
from assuage.trials.model import TreatmentTrial


@dataclass(frozen=True)
class Judged:
    """What a definition says of one condition of one person."""

    judgements: tuple[Judgement, ...]
    findings: tuple[Finding, ...]
    verdict: Verdict


def case_of(
    definition: Definition,
    history: History,
    trials: tuple[TreatmentTrial, ...],
    condition: str,
    *,
    only_pain_condition: bool,
    as_of: date,
    market: str | None,
) -> Case:
    """The case that a definition's criteria see; `history` is what was known by `as_of`."""
    mine = tuple(trial for trial in trials if trial.condition == condition)
    case = Case(
        history=history,
        condition=condition,
        as_of=as_of,
        market=market,
        only_pain_condition=only_pain_condition,
        trials=mine,
        judgements={},
        rules=definition.rules,
    )
    ruled_out = {trial.treatment for trial in mine if contraindicated(case, trial.treatment)}
    judgements = judge_trials(mine, definition.id, definition.rules, ruled_out)
    return replace(case, judgements={judgement.trial_id: judgement for judgement in judgements})


def judge(
    definition: Definition,
    history: History,
    trials: tuple[TreatmentTrial, ...],
    condition: str,
    *,
    only_pain_condition: bool,
    as_of: date,
    market: str | None = None,
) -> Judged:
    """Answer every criterion of a definition, then the definition, then its variants beside it."""
    case = case_of(
        definition,
        history,
        trials,
        condition,
        only_pain_condition=only_pain_condition,
        as_of=as_of,
        market=market,
    )
    readings = [(criterion, criterion.read(case)) for criterion in definition.criteria]
    findings = [_finding(case, definition, criterion, reading) for criterion, reading in readings]
    for variant in definition.variants:
        judged = judge(
            variant,
            history,
            trials,
            condition,
            only_pain_condition=only_pain_condition,
            as_of=as_of,
            market=market,
        )
        findings.append(_variant_finding(case, definition, variant, judged))
    return Judged(tuple(case.judgements.values()), tuple(findings), _verdict(case, definition, readings))


def held_back(verdict: Verdict, flags: Iterable[Flag]) -> Verdict:
    """A verdict waits for the flags that come first: with one of them "met" is not said yet.

    A flag that names no condition concerns all of them. A verdict that is not met stays so: nothing is
    claimed that a flag could overturn.
    """
    first = [flag.flag for flag in flags if holds_back(flag) and flag.condition in (None, verdict.condition)]
    if not first:
        return verdict
    word = VerdictWord.UNKNOWN if verdict.verdict is VerdictWord.MET else verdict.verdict
    return replace(verdict, verdict=word, held_back_by=tuple(dict.fromkeys(first)))


def _finding(case: Case, definition: Definition, criterion: Criterion, reading: Reading) -> Finding:
    return Finding(
        case.history.person.person_id,
        case.condition,
        definition.id,
        criterion.id,
        reading.answer,
        reading.reason_code,
        reading.reason_values,
        reading.missing,
        tuple(sorted(set(reading.evidence))),
        decides=criterion.decides,
    )


def _variant_finding(case: Case, definition: Definition, variant: Definition, judged: Judged) -> Finding:
    """A variant's whole answer, shown as one finding that decides nothing."""
    word = judged.verdict.verdict
    answer = {VerdictWord.MET: Answer.YES, VerdictWord.NOT_MET: Answer.NO}.get(word, Answer.UNKNOWN)
    return Finding(
        case.history.person.person_id,
        case.condition,
        definition.id,
        variant.id.removeprefix(f"{definition.id}+"),
        answer,
        f"variant_{word}",
        (("variant", variant.title),),
        judged.verdict.missing,
        decides=False,
    )


def _verdict(case: Case, definition: Definition, readings: list[tuple[Criterion, Reading]]) -> Verdict:
    deciding = [reading for criterion, reading in readings if criterion.decides]
    answer = all_of(reading.answer for reading in deciding)
    missing = dict.fromkeys(part for reading in deciding for part in reading.missing)
    known = [reading for reading in deciding if reading.answer is not Answer.UNKNOWN]
    return Verdict(
        person_id=case.history.person.person_id,
        condition=case.condition,
        definition=definition.id,
        kind=definition.kind,
        market=case.market if definition.uses_market else None,
        as_of=case.as_of,
        verdict=VerdictWord.of(answer),
        missing=tuple(missing) if answer is Answer.UNKNOWN else (),
        held_back_by=(),
        completeness=share(len(known), len(deciding)),
        ruleset_version=__version__,
    )
