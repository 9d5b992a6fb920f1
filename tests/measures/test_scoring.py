"""Answers to scores: both ends, every cut-off, and answers that are missing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assuage.answers import Answer
from assuage.codes.clinical import instruments
from assuage.errors import UsageError
from assuage.measures.instruments import Method, instrument_rules
from assuage.measures.scoring import NotScored, Scored, read_score, score_answers

WITH_ITEMS = sorted(key for key, rules in instrument_rules().items() if rules.scoring)


@pytest.mark.parametrize("key", WITH_ITEMS)
def test_all_lowest_and_all_highest_answers_are_the_ends_of_the_instrument(key) -> None:
    items = instrument_rules()[key].scoring.items
    lowest = score_answers(key, [item.low for item in items])
    highest = score_answers(key, [item.high for item in items])
    assert (lowest.low, lowest.high) == (instruments()[key].lowest,) * 2
    assert (highest.low, highest.high) == (instruments()[key].highest,) * 2


CUT_OFFS = [
    ("paindetect", {-1: "unlikely", 12: "unlikely", 13: "uncertain", 18: "uncertain", 19: "likely",
                    38: "likely"}),
    ("dn4", {0: "unlikely", 3: "unlikely", 4: "likely", 10: "likely"}),
    ("lanss", {0: "unlikely", 11: "unlikely", 12: "likely", 24: "likely"}),
    ("hit6", {36: "little_or_none", 49: "little_or_none", 50: "some", 55: "some", 56: "substantial",
              59: "substantial", 60: "severe", 78: "severe"}),
    ("midas", {0: "grade_1", 5: "grade_1", 6: "grade_2", 10: "grade_2", 11: "grade_3", 20: "grade_3",
               21: "grade_4", 450: "grade_4"}),
    ("phq9", {0: "minimal", 4: "minimal", 5: "mild", 9: "mild", 10: "moderate", 14: "moderate",
              15: "moderately_severe", 19: "moderately_severe", 20: "severe", 27: "severe"}),
    ("gad7", {0: "minimal", 4: "minimal", 5: "mild", 9: "mild", 10: "moderate", 14: "moderate", 15: "severe",
              21: "severe"}),
    ("pcs", {0: "below_cut_off", 29: "below_cut_off", 30: "high", 52: "high"}),
    ("pgic", {1: "very_much_improved", 2: "much_improved", 3: "minimally_improved", 4: "unchanged",
              5: "minimally_worse", 6: "much_worse", 7: "very_much_worse"}),
    ("bni_pain", {1: "good", 3: "good", 3.5: "good", 4: "failure", 5: "failure"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("key", "score", "band"), [(key, score, band) for key, cuts in CUT_OFFS for score, band in cuts.items()]
)
def test_each_side_of_each_cut_off(key, score, band) -> None:
    assert read_score(key, score).bands == (band,)


def test_every_instrument_with_bands_has_its_cut_offs_tested() -> None:
    assert {key for key, _ in CUT_OFFS} == {key for key, rules in instrument_rules().items() if rules.bands}


def test_a_range_over_a_cut_off_lies_in_both_bands_and_within_one_in_one() -> None:
    assert read_score("paindetect", 12, 13).bands == ("unlikely", "uncertain")
    assert read_score("paindetect", 4, 5).bands == ("unlikely",)


@pytest.mark.parametrize("key", sorted(instruments()))
def test_a_score_beyond_either_end_is_refused(key) -> None:
    coded = instruments()[key]
    with pytest.raises(UsageError):
        read_score(key, coded.lowest - 1)
    if coded.highest is not None:
        with pytest.raises(UsageError):
            read_score(key, coded.highest + 1)


@pytest.mark.parametrize("key", WITH_ITEMS)
def test_points_that_an_item_cannot_have_are_refused_by_the_number_of_the_item(key) -> None:
    items = instrument_rules()[key].scoring.items
    answers = [item.low for item in items]
    answers[-1] = items[-1].high + 1
    with pytest.raises(UsageError, match=f"item {len(items)}: expected"):
        score_answers(key, answers)


def test_half_points_are_refused_where_answers_are_whole() -> None:
    with pytest.raises(UsageError, match="whole number"):
        score_answers("phq9", [0.5] + [0] * 8)
    assert score_answers("vas", [3.7]).low == 3.7


def test_too_few_or_too_many_answers_are_refused() -> None:
    for count in (8, 10):
        with pytest.raises(UsageError, match=f"9 items; {count} answers"):
            score_answers("phq9", [0] * count)


def test_an_index_is_entered_not_scored() -> None:
    with pytest.raises(UsageError, match="no items here"):
        score_answers("eq5d_index", [1, 1, 1, 1, 1])
    assert read_score("eq5d_index", -0.2).complete


SUMS = [key for key in WITH_ITEMS if instrument_rules()[key].scoring.method is Method.SUM]


@given(st.data())
def test_a_sum_with_answers_missing_is_the_range_that_every_way_of_filling_them_lies_in(data) -> None:
    key = data.draw(st.sampled_from(SUMS))
    items = instrument_rules()[key].scoring.items
    full = [
        data.draw(
            st.sampled_from(item.answers) if item.answers else st.integers(int(item.low), int(item.high))
        )
        for item in items
    ]
    missing = data.draw(st.sets(st.integers(0, len(items) - 1), max_size=len(items) - 1))
    scored = score_answers(key, [None if place in missing else points for place, points in enumerate(full)])
    assert isinstance(scored, Scored)
    assert scored.low <= sum(full) <= scored.high
    assert scored.complete == (not missing)
    assert set(score_answers(key, full).bands) <= set(scored.bands)


def test_nothing_answered_is_no_score() -> None:
    assert score_answers("phq9", [None] * 9) == NotScored("phq9", 0, 9)


def test_bpi_interference_is_the_mean_of_what_was_answered_from_four_answers_on() -> None:
    four = score_answers("bpi_interference", [2, 4, 6, 8, None, None, None])
    assert (four.low, four.high, four.answered) == (5, 5, 4)
    assert score_answers("bpi_interference", [2, 4, 6, None, None, None, None]) == NotScored(
        "bpi_interference", 3, 4
    )


@pytest.mark.parametrize("key", ["peg", "bpi_severity"])
def test_the_other_means_need_every_answer(key) -> None:
    count = len(instrument_rules()[key].scoring.items)
    assert score_answers(key, [6] * count).low == 6
    assert isinstance(score_answers(key, [6] * (count - 1) + [None]), NotScored)


@pytest.mark.parametrize(
    ("points", "answer"), [(0, Answer.NO), (1, Answer.YES), (3, Answer.YES), (None, Answer.UNKNOWN)]
)
def test_item_nine_of_phq9_is_looked_at_whatever_the_total(points, answer) -> None:
    assert score_answers("phq9", [0] * 8 + [points]).alerts == (("suicidality", answer),)


def test_paindetect_takes_its_items_without_their_words() -> None:
    assert score_answers("paindetect", [2, 2, 2, 2, 1, 1, 1, 0, 2]).low == 13
    with pytest.raises(UsageError, match="item 9: expected one of 0, 2"):
        score_answers("paindetect", [0] * 8 + [1])
