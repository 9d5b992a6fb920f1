"""Time to relapse: against a published worked example, and by the laws of the estimate."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assuage.dates import PartialDate
from assuage.followup.model import Relapse
from assuage.followup.relapse import relapse_curves, relapse_steps, relapses
from assuage.followup.trend import MONTH_DAYS
from assuage.records.rows import ProcedureOutcome
from followup.people import person, procedure, score

# Freireich 1963, 6-mercaptopurine, weeks in remission: the textbook example of the estimate. The limits are
# those of log(-log) that lifelines 0.30.3 prints for it.
ENDED = [6, 6, 6, 7, 10, 13, 16, 22, 23]
GOING_ON = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
PUBLISHED = [
    (6, 21, 3, 0.857, 0.620, 0.952),
    (7, 17, 1, 0.807, 0.563, 0.923),
    (10, 15, 1, 0.753, 0.503, 0.889),
    (13, 12, 1, 0.690, 0.432, 0.849),
    (16, 11, 1, 0.627, 0.368, 0.805),
    (22, 7, 1, 0.538, 0.268, 0.747),
    (23, 6, 1, 0.448, 0.188, 0.680),
]


def test_the_textbook_example_comes_out_as_published() -> None:
    found = [
        (step.days, step.at_risk, step.relapses, round(step.free, 3), round(step.low, 3), round(step.high, 3))
        for step in relapse_steps(ENDED, GOING_ON)
    ]
    assert found == PUBLISHED


days = st.lists(st.integers(1, 60), max_size=15)


@settings(max_examples=60, deadline=None)
@given(days, days)
def test_the_share_that_is_free_only_falls_and_stays_in_its_interval(ended, going_on) -> None:
    steps = relapse_steps(ended, going_on)
    assert [step.days for step in steps] == sorted(set(ended))
    free = [1.0, *(step.free for step in steps)]
    assert free == sorted(free, reverse=True)
    for step in steps:
        assert 0 <= step.low <= step.free + 1e-12
        assert step.free <= step.high + 1e-12 <= 1 + 1e-9


@settings(max_examples=60, deadline=None)
@given(days.filter(bool))
def test_without_anybody_lost_it_is_the_plain_share(ended) -> None:
    for step in relapse_steps(ended, []):
        assert step.free == pytest.approx(sum(day > step.days for day in ended) / len(ended))


@settings(max_examples=40, deadline=None)
@given(days.filter(bool), days, st.integers(1, 5))
def test_time_that_is_longer_for_everybody_moves_the_days_and_not_the_shares(ended, going_on, factor) -> None:
    plain = relapse_steps(ended, going_on)
    longer = relapse_steps([factor * day for day in ended], [factor * day for day in going_on])
    assert [step.days for step in longer] == [factor * step.days for step in plain]
    assert [step.free for step in longer] == [step.free for step in plain]


def of(*days_and_relapsed):
    return [
        Relapse("gamma_knife_radiosurgery", None, None, days, relapsed, (str(number),))
        for number, (days, relapsed) in enumerate(days_and_relapsed)
    ]


def test_a_curve_counts_who_relapsed_who_did_not_and_whose_time_is_unknown() -> None:
    (curve,) = relapse_curves(of((100, True), (200, True), (300, False), (None, True)))
    assert (curve.people, curve.relapses, curve.unknown) == (3, 2, 1)
    assert curve.median_months == pytest.approx(200 / MONTH_DAYS)


def test_a_median_that_is_not_reached_is_unknown() -> None:
    (curve,) = relapse_curves(of((100, True), (200, False), (300, False)))
    assert curve.median_months is None


def facts(outcome, start=date(2026, 3, 1), last="2026-09-01", **more):
    treated = procedure(start, outcome, key="gamma_knife", **more)
    return list(relapses(person(treated, score("nrs", 3, last), treated=None)))


def test_relief_without_a_relapse_lasts_until_the_last_record() -> None:
    (found,) = facts(ProcedureOutcome.RELIEF)
    assert (found.relapsed, found.days) == (False, (date(2026, 9, 1) - date(2026, 3, 1)).days)


def test_relief_that_nothing_on_record_outlasts_has_no_time() -> None:
    (found,) = facts(ProcedureOutcome.RELIEF, last="2026-03-01")
    assert found.days is None


def test_a_relapse_ends_it_on_its_day() -> None:
    (found,) = facts(ProcedureOutcome.RECURRENCE, recurrence=PartialDate(date(2026, 6, 1)))
    assert (found.relapsed, found.days) == (True, 92)


def test_a_relapse_of_no_known_day_is_a_relapse_of_unknown_time() -> None:
    (found,) = facts(ProcedureOutcome.RECURRENCE)
    assert (found.relapsed, found.days) == (True, None)


def test_an_undated_procedure_that_helped_has_no_time() -> None:
    (found,) = facts(ProcedureOutcome.RELIEF, start=None)
    assert found.days is None


@pytest.mark.parametrize(
    "outcome", [ProcedureOutcome.NO_EFFECT, ProcedureOutcome.UNKNOWN, ProcedureOutcome.NOT_ASSESSABLE]
)
def test_what_did_not_help_cannot_relapse(outcome) -> None:
    assert facts(outcome) == []


def test_a_course_of_therapy_has_no_day_to_count_from() -> None:
    treated = procedure(date(2026, 3, 1), ProcedureOutcome.RELIEF, key="cbt")
    assert list(relapses(person(treated, treated=None))) == []
