"""When a change matters: published thresholds, each answered apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assuage.answers import Answer
from assuage.codes.clinical import instruments
from assuage.errors import FaultyKnowledge
from assuage.measures.change import Band, change, change_thresholds
from assuage.measures.change import _threshold as read_threshold

YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN


def of(instrument, earlier, later, condition=None):
    return change(instrument, (earlier, earlier), (later, later), condition)


def reached(found):
    return {each.threshold: each.answer for each in found.reached}


@pytest.mark.parametrize(
    ("later", "band"),
    [(10, Band.NONE), (9.1, Band.NONE), (9, Band.MINIMAL), (8, Band.MINIMAL), (7.1, Band.MINIMAL),
     (7, Band.MODERATE), (5.1, Band.MODERATE), (5, Band.SUBSTANTIAL), (0, Band.SUBSTANTIAL)],
)  # fmt: skip
def test_immpact_bands_at_each_side_of_each_threshold(later, band) -> None:
    assert of("nrs", 10, later).band is band


def test_more_pain_is_no_relief() -> None:
    found = of("nrs", 5, 9)
    assert (found.band, found.better, found.percent) == (Band.NONE, NO, (80, 80))


@pytest.mark.parametrize(
    ("earlier", "later", "answer"), [(9, 7, YES), (9, 7.1, NO), (5, 3.5, YES), (5, 3.6, NO)]
)
def test_two_points_or_thirty_percent(earlier, later, answer) -> None:
    assert reached(of("nrs", earlier, later))["farrar2001"] is answer


@pytest.mark.parametrize(("later", "answer"), [(61, YES), (62, NO)])
def test_points_grow_with_the_scale(later, answer) -> None:
    found = change("vas_mm", (81, 81), (later, later))
    assert reached(found)["farrar2001"] is answer


@pytest.mark.parametrize(("later", "answer"), [(1.8, YES), (1.81, UNKNOWN), (5.87, UNKNOWN), (5.88, NO)])
def test_trigeminal_neuralgia_has_thresholds_of_its_own_and_between_them_it_is_open(later, answer) -> None:
    found = of("vas", 10, later, "trigeminal_neuralgia")
    assert reached(found)["reddy2014_vas"] is answer
    assert "farrar2001" not in reached(found)
    assert "reddy2014_vas" not in reached(of("vas", 10, later, "painful_diabetic_neuropathy"))


def test_figures_read_on_another_scale_than_their_own_are_marked_as_ours() -> None:
    (found,) = [
        each for each in of("nrs", 10, 1, "trigeminal_neuralgia").reached if each.kind == "improvement"
    ]
    assert not found.provenance.published


def test_headache_days_ask_for_half_and_in_chronic_migraine_for_a_third() -> None:
    assert reached(of("monthly_headache_days", 10, 6, "migraine")) == {"headache_days_50": NO}
    assert reached(of("monthly_headache_days", 10, 5, "migraine")) == {"headache_days_50": YES}
    assert reached(of("monthly_headache_days", 20, 14, "chronic_migraine")) == {"headache_days_30": YES}


def test_bpi_interference_asks_for_one_point_and_peg_for_thirty_percent() -> None:
    assert reached(of("bpi_interference", 5, 4)) == {"immpact2008_bpi": YES}
    assert reached(of("bpi_interference", 5, 4.1)) == {"immpact2008_bpi": NO}
    assert reached(of("peg", 5, 3.5)) == {"peg_30": YES}


@pytest.mark.parametrize(("later", "answer"), [(6.9, NO), (7, YES)])
def test_worsening_is_as_much_the_other_way_and_is_ours(later, answer) -> None:
    found = of("nrs", 5.4, later) if later == 6.9 else of("nrs", 5, later)
    assert found.important("worsening") is answer
    assert found.important("improvement") is NO


def test_no_percentage_without_a_true_zero_or_from_zero() -> None:
    assert of("paindetect", 13, 4).percent is None
    assert of("hit6", 60, 50).percent is None
    from_zero = of("nrs", 0, 3)
    assert (from_zero.percent, from_zero.band) == (None, None)
    assert from_zero.important("worsening") is YES  # the points alone reach it


def test_from_zero_a_small_change_leaves_the_percentage_open() -> None:
    assert of("nrs", 0, 1).important("worsening") is UNKNOWN


def test_a_range_that_reaches_over_a_threshold_leaves_it_open() -> None:
    found = change("nrs", (8, 9), (6, 7))
    assert found.points == (-3, -1)
    assert reached(found)["farrar2001"] is UNKNOWN
    assert found.band is None
    assert found.better is YES


def test_where_no_threshold_speaks_it_is_unknown_whether_a_change_matters() -> None:
    assert of("paindetect", 20, 5).important("improvement") is UNKNOWN


def test_less_is_worse_where_the_instrument_says_so() -> None:
    assert of("eq5d_index", 0.2, 0.7).better is YES
    assert of("eq5d_index", 0.7, 0.2).better is NO


pains = st.integers(0, 100).map(lambda value: value / 10)


@given(pains, pains, st.sampled_from([None, "trigeminal_neuralgia", "chronic_migraine"]))
def test_there_and_back_are_opposite_and_never_both_matter(earlier, later, condition) -> None:
    there, back = of("vas", earlier, later, condition), of("vas", later, earlier, condition)
    assert there.points[0] == -back.points[0]
    assert {there.important("improvement"), there.important("worsening")} != {YES}


@given(pains, pains, st.data())
def test_a_wider_range_never_settles_what_its_ends_leave_open(earlier, later, data) -> None:
    wider = (later, data.draw(pains.filter(lambda value: value >= later)))
    narrow, wide = of("nrs", earlier, later), change("nrs", (earlier, earlier), wider)
    for name, answer in reached(wide).items():
        assert answer in (UNKNOWN, reached(narrow)[name])
    assert wide.band in (None, narrow.band)


@given(pains.filter(bool), pains)
def test_a_scale_ten_times_as_long_gives_the_same_answers(earlier, later) -> None:
    short, long = of("vas", earlier, later), of("vas_mm", round(10 * earlier), round(10 * later))
    assert reached(short) == reached(long)
    assert short.band is long.band


def test_every_threshold_speaks_of_instruments_that_count_the_same_way() -> None:
    for threshold in change_thresholds().values():
        assert {instruments()[key].higher_is_worse for key in threshold.instruments} == {True}


def test_a_threshold_without_provenance_or_of_no_instrument_is_refused() -> None:
    with pytest.raises(FaultyKnowledge, match="provenance is missing"):
        read_threshold("x", {"kind": "improvement", "instruments": ["nrs"], "points": [2, 2]})
    with pytest.raises(FaultyKnowledge, match="known instruments"):
        read_threshold("x", {"kind": "improvement", "instruments": ["nothing"]})
