"""Thermal dose: exact where the temperature is linear in time, doubling with every degree."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assuage.ultrasound.heat.dose import dose_cem43_min, dose_of_step_cem43_min, dose_rate
from assuage.ultrasound.heat.kernels import NO_DOSE_BELOW_C, step_dose_cem43_min

temperatures = st.floats(37.0, 70.0)
steps_s = st.floats(0.01, 100.0)


@pytest.mark.parametrize(("temperature_c", "seconds"), [(51, 56.25), (54, 7.03), (56, 1.758), (60, 0.1099)])
def test_240_minutes_are_reached_in_the_known_time(temperature_c: float, seconds: float) -> None:
    dose = dose_of_step_cem43_min(temperature_c, temperature_c, seconds)
    assert dose == pytest.approx(240, rel=1e-3)


def test_at_the_reference_a_minute_counts_a_minute() -> None:
    assert dose_of_step_cem43_min(43, 43, 60) == 1


@pytest.mark.parametrize(("below", "share"), [(42, 1 / 4), (41, 1 / 16), (37, 1 / 4096)])
def test_each_degree_below_the_reference_counts_a_quarter(below: float, share: float) -> None:
    assert dose_rate(below) == pytest.approx(share)


@given(start=temperatures, end=temperatures, step_s=steps_s)
def test_a_step_is_the_integral_of_the_rate(start: float, end: float, step_s: float) -> None:
    times = np.linspace(0, 1, 200_001)
    middle = start + (end - start) * (times[1:] + times[:-1]) / 2
    assert dose_of_step_cem43_min(start, end, step_s) == pytest.approx(
        dose_rate(middle).mean() * step_s / 60, rel=1e-6
    )


@given(start=temperatures, end=temperatures, step_s=steps_s, share=st.floats(0.01, 0.99))
def test_a_step_cut_in_two_counts_the_same(start: float, end: float, step_s: float, share: float) -> None:
    middle = start + share * (end - start)
    parts = dose_of_step_cem43_min(start, middle, share * step_s) + dose_of_step_cem43_min(
        middle, end, (1 - share) * step_s
    )
    assert parts == pytest.approx(dose_of_step_cem43_min(start, end, step_s), rel=1e-6)


@given(start=temperatures, end=temperatures, step_s=steps_s)
def test_the_compiled_form_counts_the_same(start: float, end: float, step_s: float) -> None:
    expected = dose_of_step_cem43_min(start, end, step_s) if max(start, end) > NO_DOSE_BELOW_C else 0.0
    assert step_dose_cem43_min(start, end, step_s) == pytest.approx(expected, rel=1e-6, abs=1e-12)


@given(st.lists(temperatures, min_size=2, max_size=8), st.integers(0, 7), st.floats(0.1, 5))
def test_more_heat_never_counts_less(course: list[float], where: int, more_c: float) -> None:
    hotter = [t + more_c * (place == where) for place, t in enumerate(course)]
    times = range(len(course))
    assert dose_cem43_min(times, hotter) >= dose_cem43_min(times, course)
