"""Where a drawing puts a value: per cent of the width, pixels of the height, never outside."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assuage.sound_pages.plot import Plotter, round_values

FINITE = st.floats(-1e4, 1e4)


@given(low=FINITE, span=st.floats(0.01, 1e4), most=st.integers(2, 10))
def test_round_values_lie_inside_and_are_at_most_so_many(low: float, span: float, most: int) -> None:
    values = round_values(low, low + span, most=most)
    slack = 1e-6 * span
    assert all(low - slack <= value <= low + span + slack for value in values)
    assert len(values) <= most + 1


@given(value=FINITE)
def test_a_mark_is_never_drawn_outside(value: float) -> None:
    plotter = Plotter((0.0, 10.0), (37.0, 60.0), 240)
    assert 0 <= plotter.y(value) <= 240


@given(a=st.floats(0, 10), b=st.floats(0, 10))
def test_later_is_farther_to_the_right_and_warmer_is_higher(a: float, b: float) -> None:
    plotter = Plotter((0.0, 10.0), (0.0, 10.0))
    if a < b:
        assert plotter.x(a) <= plotter.x(b)
        assert plotter.y(a) >= plotter.y(b)


def test_a_mark_carries_its_uncertainty_to_both_sides() -> None:
    plotter = Plotter((0.0, 10.0), (0.0, 100.0))
    plotter.mark("measured", 5.0, 50.0, 10.0, "words")
    (mark,) = plotter.drawn("s", "C").marks
    assert mark.y_high < mark.y < mark.y_low
    assert round(mark.y_low - mark.y, 6) == round(mark.y - mark.y_high, 6)
