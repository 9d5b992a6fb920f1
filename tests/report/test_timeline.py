"""What the timeline draws is what the records bear out; what they leave open looks open."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assuage.dates import PartialDate, Precision
from assuage.records.rows import EndRule, Score
from assuage.report.axis import TimeAxis
from assuage.report.spans import reach, spans
from assuage.report.timeline import Timeline, timeline
from assuage.report.trial_rows import trial_rows
from assuage.report.wording import words
from assuage.trials.model import TreatmentTrial
from report.worked_history import (
    AS_OF,
    BACLOFEN,
    CARBAMAZEPINE,
    DECOMPRESSION,
    HISTORY,
    LAMOTRIGINE,
    OXCARBAZEPINE,
    PHENYTOIN,
    PREGABALIN,
    day,
)

WORDS = words()


def drawn(*trials: TreatmentTrial, scores: tuple[Score, ...] = ()) -> Timeline:
    return timeline(trial_rows(trials, WORDS), scores, AS_OF, WORDS)


days = st.dates(date(2000, 1, 1), AS_OF)
partial = st.builds(
    lambda at, precision: PartialDate.parse(
        at.isoformat()[: {Precision.DAY: 10, Precision.MONTH: 7, Precision.YEAR: 4}[precision]]
    ),
    days,
    st.sampled_from(Precision),
)


@given(st.lists(days, min_size=1, max_size=5), days, days)
def test_later_days_never_stand_further_left(held: list[date], one: date, other: date) -> None:
    axis = TimeAxis.over(held, AS_OF)
    first, last = sorted((one, other))
    assert 0 <= axis.x(first) <= axis.x(last) <= 100


@given(st.lists(days, min_size=1, max_size=3))
def test_the_axis_has_few_labels_in_order(held: list[date]) -> None:
    ticks = TimeAxis.over(held, AS_OF).ticks()
    assert 1 <= len(ticks) <= 7
    assert [tick.x for tick in ticks] == sorted(tick.x for tick in ticks)
    assert len({tick.label for tick in ticks}) == len(ticks)


@given(partial, partial | st.none(), st.sampled_from(EndRule), st.none() | st.integers(1, 4000))
def test_stretches_follow_each_other_and_are_known_only_where_the_record_bears_them_out(
    start: PartialDate, end: PartialDate | None, end_rule: EndRule, length: int | None
) -> None:
    trial = replace(CARBAMAZEPINE, start=start, end=end, end_rule=end_rule, days=length)
    covered = reach(trial, AS_OF)
    assert covered is not None
    parts = spans(trial, covered, unbounded_days=10)
    assert parts[0].first <= covered.earliest
    for before, after in pairwise(parts):
        assert after.first == before.last + timedelta(days=1)
    for part in parts:
        assert part.first <= part.last
        if part.known:
            assert covered.begun <= part.first
            assert part.last <= covered.until


def test_dose_steps_are_drawn_as_heights_of_the_highest_dose() -> None:
    (lane,) = drawn(CARBAMAZEPINE).lanes
    heights = [bar.height for bar in lane.bars]
    assert heights == sorted(heights)
    assert heights[-1] == pytest.approx(22)
    assert heights[2] == pytest.approx(heights[3] * 800 / 1200, abs=0.1)
    assert [bar.dose for bar in lane.bars][-1] == "1200"


def test_an_order_not_yet_stopped_is_open_to_the_day_of_the_review() -> None:
    (lane,) = drawn(PREGABALIN).lanes
    assert [bar.style for bar in lane.bars] == ["known", "open"]
    assert lane.bars[-1].x + lane.bars[-1].width == pytest.approx(TimeAxis.over([], AS_OF).x(AS_OF), abs=0.1)


def test_an_end_that_nothing_bounds_is_marked_as_not_known() -> None:
    (lane,) = drawn(LAMOTRIGINE).lanes
    assert "open" in {bar.style for bar in lane.bars}
    assert [mark.symbol for mark in lane.marks] == ["unbounded"]


def test_the_mark_at_the_end_says_why_it_ended() -> None:
    symbols = {
        lane.name: [mark.symbol for mark in lane.marks]
        for lane in drawn(CARBAMAZEPINE, OXCARBAZEPINE, BACLOFEN).lanes
    }
    assert symbols == {"Carbamazepine": ["noeffect"], "Oxcarbazepine": ["adverse"], "Baclofen": ["still"]}


def test_a_procedure_is_a_diamond_with_its_relief_up_to_the_recurrence() -> None:
    (lane,) = drawn(DECOMPRESSION).lanes
    assert [mark.symbol for mark in lane.marks] == ["diamond", "recurrence"]
    (relief,) = lane.bars
    assert relief.x == lane.marks[0].x
    assert relief.x + relief.width == pytest.approx(lane.marks[1].x, abs=0.02)


def test_trials_of_one_treatment_share_a_lane() -> None:
    again = replace(CARBAMAZEPINE, start=day("2022-01-01"), end=day("2022-03-01"), dose_steps=())
    (lane,) = drawn(CARBAMAZEPINE, again).lanes
    assert lane.note == "up to 1200 mg/day · 2 trials"


def test_an_undated_trial_is_listed_and_not_drawn() -> None:
    line = drawn(PHENYTOIN, CARBAMAZEPINE)
    assert [row.name for row in line.undated] == ["Phenytoin"]
    assert [lane.name for lane in line.lanes] == ["Carbamazepine"]


def test_pain_scores_stand_higher_the_worse_the_pain_whatever_their_unit() -> None:
    line = drawn(scores=HISTORY.score)
    at = {mark.words: mark.y for mark in line.scores}
    worst, mild = at["Numeric rating 0–10 8–9, 2022-01-20"], at["Numeric rating 0–10 0, 2022-04-01"]
    millimetres = at["Visual analogue scale 0–100 mm 72, 2022-01-20"]
    assert worst < millimetres < mild


def test_a_score_with_grades_has_a_lane_of_its_own_and_prints_them() -> None:
    (lane,) = drawn(scores=tuple(score for score in HISTORY.score if score.instrument == "bni_pain")).lanes
    assert [mark.printed for mark in lane.marks] == ["IV", "I", "IV"]


def test_the_legend_explains_every_sign_in_use_and_no_other() -> None:
    line = drawn(CARBAMAZEPINE, DECOMPRESSION)
    assert {sign for sign, _ in line.legend} == {"known", "noeffect", "relief", "diamond", "recurrence"}


def test_nothing_dated_gives_no_axis_even_on_the_first_day_there_is() -> None:
    line = timeline(trial_rows([PHENYTOIN], WORDS), (), date.min, WORDS)
    assert not line.drawn
    assert len(line.undated) == 1


def test_a_lane_without_room_below_another_does_not_exist() -> None:
    line = drawn(CARBAMAZEPINE, OXCARBAZEPINE, DECOMPRESSION, scores=HISTORY.score)
    tops = [lane.name_y for lane in line.lanes]
    assert tops == sorted(tops)
    assert all(lane.line_y <= line.height for lane in line.lanes)
