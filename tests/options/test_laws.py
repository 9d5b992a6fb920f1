"""What no change of the rules may break."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assuage.codes.drugs import formulary
from assuage.dates import PartialDate
from assuage.options import OptionStanding, option_evidence
from assuage.records.history import History
from assuage.records.rows import EndRule, Exposure, Outcome, StopReason
from assuage.testing.people import PERSON_ID, allergy, drug
from assuage.testing.random_people import random_people, random_person
from assuage.workflows.options import person_options
from options.left import standings

FEW = settings(
    max_examples=35,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
DRUGS = sorted(
    {key for option in option_evidence().values() for key in option.treatments if key in formulary()}
)
STILL_LEFT = (OptionStanding.OPEN, OptionStanding.CAUTION)


def allergic(history: History, ingredient: str) -> History:
    return replace(
        history, observation=(*history.observation, replace(allergy(ingredient), record_id="allergy/new"))
    )


def failed(history: History, ingredient: str, as_of: date) -> History:
    """The same history with a long course at a high dose, ended two years ago for want of effect."""
    ended = as_of - timedelta(days=2 * 365)
    row: Exposure = replace(
        drug(ingredient, None, None, dose=100_000, outcome=Outcome.NO_EFFECT),
        record_id="exposure/new",
        start=PartialDate(ended - timedelta(days=400)),
        end=PartialDate(ended),
        end_rule=EndRule.STATED,
        stop_reason=StopReason.NO_EFFECT,
    )
    return replace(history, exposure=(*history.exposure, row))


def classes(option: str) -> set[str]:
    return {
        formulary()[key].treatment_class for key in option_evidence()[option].treatments if key in formulary()
    }


def assert_an_allergy_opens_nothing(history: History, as_of: date, ingredient: str) -> None:
    before = standings(person_options(history, as_of=as_of))
    after = standings(person_options(allergic(history, ingredient), as_of=as_of))
    for key, standing in after.items():
        if standing is OptionStanding.OPEN:
            assert before[key] is OptionStanding.OPEN, (key, ingredient)
        if standing is OptionStanding.CAUTION:
            assert before[key] in STILL_LEFT, (key, ingredient)


def assert_a_failed_trial_closes_no_other_class(history: History, as_of: date, ingredient: str) -> None:
    before = standings(person_options(history, as_of=as_of))
    after = standings(person_options(failed(history, ingredient, as_of), as_of=as_of))
    for (condition, option), standing in before.items():
        if standing in STILL_LEFT and formulary()[ingredient].treatment_class not in classes(option):
            assert after[condition, option] in STILL_LEFT, (condition, option, ingredient)


@FEW
@given(random_people(), st.sampled_from(DRUGS))
def test_adding_an_allergy_never_opens_an_option(drawn: tuple[History, date], ingredient: str) -> None:
    assert_an_allergy_opens_nothing(*drawn, ingredient)


@FEW
@given(random_people(), st.sampled_from(DRUGS))
def test_adding_a_failed_trial_never_closes_another_class(
    drawn: tuple[History, date], ingredient: str
) -> None:
    assert_a_failed_trial_closes_no_other_class(*drawn, ingredient)


@pytest.mark.long
def test_both_hold_for_a_crowd_and_every_drug() -> None:
    rng = Random(7)
    for _ in range(15):
        history, as_of = random_person(rng)
        for ingredient in DRUGS:
            assert_an_allergy_opens_nothing(history, as_of, ingredient)
            assert_a_failed_trial_closes_no_other_class(history, as_of, ingredient)


def test_an_added_failure_of_its_own_does_close_an_option() -> None:
    """The failed course that the law adds is one that counts; else the law would hold for nothing."""
    rng, closed = Random(3), 0
    for _ in range(20):
        history, as_of = random_person(rng)
        before = standings(person_options(history, as_of=as_of))
        for ingredient in ("baclofen", "duloxetine", "propranolol"):
            after = standings(person_options(failed(history, ingredient, as_of), as_of=as_of))
            closed += any(
                standing in STILL_LEFT and after[key] is OptionStanding.TRIED
                for key, standing in before.items()
                if key[1] == ingredient
            )
    assert closed > 3


@FEW
@given(random_people(), st.randoms(use_true_random=False))
def test_the_order_of_records_changes_nothing(drawn: tuple[History, date], rng: Random) -> None:
    history, as_of = drawn
    tables = {
        name: list(getattr(history, name))
        for name in ("condition", "exposure", "procedure", "observation", "statement")
    }
    for rows in tables.values():
        rng.shuffle(rows)
    shuffled = replace(history, **{name: tuple(rows) for name, rows in tables.items()})
    assert person_options(shuffled, as_of=as_of) == person_options(history, as_of=as_of)


@FEW
@given(random_people())
def test_nothing_recorded_after_the_day_is_known(drawn: tuple[History, date]) -> None:
    history, as_of = drawn
    assert person_options(history.until(as_of), as_of=as_of) == person_options(history, as_of=as_of)


@FEW
@given(random_people())
def test_no_option_without_a_reason_its_claims_and_a_source(drawn: tuple[History, date]) -> None:
    history, as_of = drawn
    for option in person_options(history, as_of=as_of).options:
        assert option.person_id == PERSON_ID
        assert option.reason_code
        assert option.claims
        assert option.source


@FEW
@given(random_people())
def test_tried_rests_on_records_and_an_option_open_for_want_of_them_says_so(
    drawn: tuple[History, date],
) -> None:
    history, as_of = drawn
    records = {history.person.record_id, *(row.record_id for row in history.rows())}
    for option in person_options(history, as_of=as_of).options:
        assert set(option.evidence) <= records
        if option.standing is OptionStanding.TRIED:
            assert option.evidence
        if option.reason_code == "not_on_record":
            assert option.missing
