"""What no change of the rules may break: promises of the design that speak of judgements and verdicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assuage.answers import Answer
from assuage.records.history import History
from assuage.records.rows import DoseRule, EndRule, Exposure, Outcome, StopReason
from assuage.resistance.criteria.case import Case
from assuage.resistance.definitions import DEFINITIONS
from assuage.resistance.judge import Judged
from assuage.resistance.model import CountsAs, VerdictWord
from assuage.testing.people import answer, answers, trials
from assuage.testing.random_people import random_people, random_person

HISTORIES = settings(
    max_examples=40,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
PEOPLE_WITH_FACTS_DELETED = 100


def without(history: History, row: Exposure, *instead: Exposure) -> History:
    return replace(history, exposure=(*(one for one in history.exposure if one != row), *instead))


def facts_deleted(history: History, row: Exposure) -> Iterator[tuple[str, History]]:
    """The history without one thing that an exposure says in support of a failure."""
    yield "the exposure", without(history, row)
    yield (
        "its dose",
        without(history, row, replace(row, dose=None, dose_unit=None, dose_rule=DoseRule.UNKNOWN)),
    )
    yield (
        "its length",
        without(history, row, replace(row, end=None, end_rule=EndRule.UNKNOWN, stated_days=None)),
    )
    yield (
        "why it stopped",
        without(history, row, replace(row, stop_reason=StopReason.UNKNOWN, adverse_event=None)),
    )
    yield (
        "what it did",
        without(history, row, replace(row, outcome=Outcome.UNKNOWN, change_percent=None)),
    )
    yield "that its dose was the highest tolerated", without(history, row, replace(row, max_tolerated=False))


def failures(case: Case) -> set[str]:
    """The records of the trials that count as failed."""
    failed = [trial for trial, judgement in case.judged if judgement.counts_as is CountsAs.FAILED]
    return {record for trial in failed for record in trial.evidence}


def yeses(judged: Judged) -> set[str]:
    return {finding.criterion for finding in judged.findings if finding.answer is Answer.YES}


def test_deleting_what_supports_a_failure_never_turns_a_verdict_or_a_criterion_to_met() -> None:
    rng, checked = Random(2024), Counter[str]()
    for _ in range(PEOPLE_WITH_FACTS_DELETED):
        history, as_of = random_person(rng)
        for (definition, condition), (judged, case) in answers(history, as_of).items():
            if DEFINITIONS[definition].kind == "eligibility":  # there an opioid may be evidence against
                continue
            supporting = [row for row in history.exposure if row.record_id in failures(case)]
            for row in rng.sample(supporting, min(2, len(supporting))):
                for fact, poorer in facts_deleted(history, row):
                    now = answer(definition, poorer, as_of, condition=condition)
                    became = judged.verdict.verdict, now.verdict.verdict
                    checked[f"{became[0]} -> {became[1]}"] += 1
                    checked["a yes lost"] += len(yeses(judged) - yeses(now))
                    assert yeses(now) <= yeses(judged), f"{definition}: without {fact}"
                    assert became[1] is not VerdictWord.MET or became[0] is VerdictWord.MET
    assert checked["a yes lost"] > 20, "facts were deleted that an answer rested on"
    assert checked["unknown -> unknown"] > 100


@HISTORIES
@given(random_people(), st.randoms(use_true_random=False))
def test_the_order_of_records_changes_nothing(drawn: tuple[History, date], rng: Random) -> None:
    history, as_of = drawn
    tables = {name: list(getattr(history, name)) for name in ("condition", "exposure", "score", "statement")}
    for rows in tables.values():
        rng.shuffle(rows)
    shuffled = replace(history, **{name: tuple(rows) for name, rows in tables.items()})
    assert trials(shuffled, as_of) == trials(history, as_of)
    assert answers(shuffled, as_of) == answers(history, as_of)


@HISTORIES
@given(random_people())
def test_no_record_from_after_the_review_is_known_at_the_review(drawn: tuple[History, date]) -> None:
    history, as_of = drawn
    assert trials(history.until(as_of), as_of) == trials(history, as_of)
    assert all(trial.start is None or trial.start.first < as_of for trial in trials(history, as_of))


@HISTORIES
@given(random_people())
def test_no_verdict_without_findings_sources_and_what_is_unknown(drawn: tuple[History, date]) -> None:
    history, as_of = drawn
    for judged, case in answers(history, as_of).values():
        deciding = [finding for finding in judged.findings if finding.decides]
        assert deciding
        assert bool(judged.verdict.missing) == (judged.verdict.verdict is VerdictWord.UNKNOWN)
        assert {it.trial_id for it in judged.judgements} == {trial.trial_id for trial in case.trials}


@HISTORIES
@given(random_people())
def test_trial_ids_are_unique_and_say_the_content(drawn: tuple[History, date]) -> None:
    history, as_of = drawn
    found = trials(history, as_of)
    assert len({trial.trial_id for trial in found}) == len(found)


@HISTORIES
@given(random_people())
def test_the_length_that_is_borne_out_is_never_longer_than_the_one_that_is_allowed(
    drawn: tuple[History, date],
) -> None:
    history, as_of = drawn
    for trial in trials(history, as_of):
        for shortest, longest in [
            (trial.days, trial.days_at_most),
            *((step.days, step.days_at_most) for step in trial.dose_steps),
        ]:
            assert shortest is None or longest is None or shortest <= longest
