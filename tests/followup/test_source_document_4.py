"""The clinic case of source document 4: what its own figures say, and what they don't (GT01 to GT04, GT09).

GT05 and GT06 stand in `tests/test_published_cases.py`: they are about resistance.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from assuage.answers import Answer
from assuage.followup import FollowUp, Outcome, follow_up
from assuage.followup.model import Direction
from assuage.measures.instruments import Role
from assuage.records.rows import ProcedureState
from assuage.report.followup_rows import discordance_lines, outcome_rows
from assuage.report.wording import words
from assuage.testing.case_history import case_history

CASE = Path(__file__).parents[2] / "../shared/cases/source-document-4.yaml"
pytestmark = pytest.mark.skipif(not CASE.is_file(), reason="the published cases are not on this machine")


@pytest.fixture(scope="module")
def case() -> dict[str, Any]:
    return yaml.safe_load(CASE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def found(case: dict[str, Any]) -> FollowUp:
    history, as_of = case_history(case)
    return follow_up(history, as_of=as_of)


def of(found: FollowUp, instrument: str) -> Outcome:
    (one,) = [each for each in found.outcomes if each.instrument == instrument]
    return one


def test_gt01_the_baseline_is_unknown_and_nothing_is_made_of_month_1(found: FollowUp) -> None:
    pain = of(found, "nrs")
    assert (pain.baseline, pain.change, pain.reason_code) == (None, None, "no_baseline")
    assert pain.missing == ("baseline",)
    (row,) = [row for row in outcome_rows(found, words()) if row.outcome is pain]
    assert row.baseline == "unknown"
    assert "Not computable" in row.change
    assert row.matters == ()


def test_gt02_pain_and_rescue_rise_and_the_rise_is_below_every_threshold(
    found: FollowUp, case: dict[str, Any]
) -> None:
    (gt02,) = [each["values"] for each in case["expected_conclusions"] if each["id"] == "GT02"]
    pain, rescue = of(found, "nrs").trend, of(found, "rescue_intakes").trend
    assert pain.slope.per_month == pytest.approx(gt02["vas_slope_per_month"], abs=0.005)
    assert pain.change.points == (gt02["vas_change_month3_vs_month1_points"],) * 2
    assert pain.change.percent[0] == pytest.approx(gt02["vas_change_month3_vs_month1_percent"], abs=0.05)
    assert (rescue.first.low, rescue.last.low) == (gt02["rescue_month1"], gt02["rescue_month3"])
    assert rescue.change.percent == (gt02["rescue_change_percent"],) * 2
    assert pain.direction is Direction.WORSENING
    assert pain.change.important("worsening") is Answer.NO


def test_gt02_the_threshold_is_printed_beside_the_trend(found: FollowUp) -> None:
    (row,) = [row for row in outcome_rows(found, words()) if row.outcome.instrument == "nrs"]
    printed = " ".join(row.trend)
    assert "+0.8 (+13.56 %)" in printed
    assert "2 points or 30 % worse (project convention): not reached" in printed
    assert "only 3 readings: no interval" in printed


def test_gt02_three_intakes_between_four_and_eight_are_no_steady_rise(found: FollowUp) -> None:
    assert of(found, "rescue_intakes").trend.direction is Direction.UNCLEAR


def test_gt03_paindetect_goes_from_uncertain_to_unlikely_and_only_screens(found: FollowUp) -> None:
    screening = of(found, "paindetect")
    assert screening.bands == (("uncertain",), ("unlikely",))
    assert (screening.role, screening.decides) == (Role.SCREENING, False)
    (row,) = [row for row in outcome_rows(found, words()) if row.outcome is screening]
    assert row.role == "Screening; never decides"
    assert "without dates" in row.trend[0]


def test_gt04_the_questionnaire_and_the_diary_disagree_and_the_diary_ranks_first(found: FollowUp) -> None:
    (one,) = found.discordances
    assert (one.better, one.worse, one.ranks_first) == ("paindetect", "nrs", "nrs")
    assert one.reason_code == "outcome_discordant"
    (line,) = discordance_lines(found, words())
    assert line.endswith("ranks before the other.")


def test_gt09_therapy_that_was_recommended_is_neither_done_nor_an_outcome(
    found: FollowUp, case: dict[str, Any]
) -> None:
    history, _ = case_history(case)
    (therapy,) = [row for row in history.procedure if row.procedure == "cbt"]
    assert therapy.state is ProcedureState.RECOMMENDED
    assert not [each for each in (*found.stated, *found.relapses) if therapy.record_id in each.evidence]
    assert therapy.record_id not in found.since.evidence


def test_the_text_never_says_that_the_procedure_helped(found: FollowUp) -> None:
    assert found.stated == ()
    assert found.relapses == ()
