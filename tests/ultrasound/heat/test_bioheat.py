"""Pennes' equation against its closed solutions, its conservation laws, and its plain form."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assuage.errors import UsageError
from assuage.ultrasound.field import Grid
from assuage.ultrasound.heat.bioheat import (
    BODY_C,
    HeatingPeriod,
    absorbed_power_w_m3,
    heat,
    heat_steps,
    stable_step_s,
)
from assuage.ultrasound.heat.kernels import Stepper, plain_rate
from assuage.ultrasound.heat.medium import ThermalMedium, thermal_medium
from assuage.ultrasound.heat.tissues import thermal_tissues

TISSUES = thermal_tissues()
BRAIN = TISSUES["brain"]
SPACING_M = 0.5e-3


def uniform(
    shape: tuple[int, int, int], *, perfused: bool = True, spacing_m: float = SPACING_M
) -> ThermalMedium:
    medium = thermal_medium(Grid(shape, spacing_m), {"brain": np.ones(shape, dtype=bool)}, TISSUES)
    if not perfused:
        medium.cooling_rate_per_s[...] = 0
    return medium


def patchwork(seed: int, shape: tuple[int, int, int] = (9, 8, 7)) -> ThermalMedium:
    """Random tissues, some of them held."""
    random = np.random.default_rng(seed)
    names = list(TISSUES)
    which = random.integers(0, len(names), shape)
    masks = {name: which == number for number, name in enumerate(names)}
    return thermal_medium(Grid(shape, SPACING_M), masks, TISSUES, held=random.random(shape) < 0.1)


def no_power(medium: ThermalMedium) -> np.ndarray:
    return np.zeros(medium.grid.shape, dtype=np.float32)


# --- against closed solutions


def test_a_gaussian_spreads_as_the_heat_kernel_says_within_half_a_percent() -> None:
    n, sigma_m, seconds = 47, 2e-3, 8.0
    medium = uniform((n, n, n))
    middle = (n - 1) / 2 * SPACING_M
    x, y, z = (axis - middle for axis in medium.grid.open_mesh_m())
    r2 = x**2 + y**2 + z**2
    start = (BODY_C + 20 * np.exp(-r2 / (2 * sigma_m**2))).astype(np.float32)
    heated = heat(medium, no_power(medium), [HeatingPeriod(seconds, 0)], start_c=start)
    width2 = sigma_m**2 + 2 * BRAIN.diffusivity_m2_s * seconds
    rise = 20 * (sigma_m**2 / width2) ** 1.5 * np.exp(-r2 / (2 * width2) - BRAIN.cooling_rate_per_s * seconds)
    assert np.abs(heated.final_c - BODY_C - rise).max() < 0.005 * rise.max()


def test_uniform_heating_with_perfusion_saturates_as_it_must() -> None:
    medium = uniform((4, 4, 4))
    power = np.full(medium.grid.shape, 5e6, dtype=np.float32)
    heated = heat(medium, power, [HeatingPeriod(30, 1)], watch=[(1, 2, 3)])
    v = BRAIN.cooling_rate_per_s
    most = 5e6 / (BRAIN.volumetric_heat_capacity_j_m3_k * v)
    expected = BODY_C + most * (1 - np.exp(-v * heated.times_s))
    assert heated.watched_c[:, 0] == pytest.approx(expected, rel=1e-4)


def test_a_point_of_energy_spreads_as_the_green_function_says() -> None:
    n, energy_j, seconds = 45, 0.5, 9.0
    medium = uniform((n, n, n))
    point = no_power(medium)
    centre = (n // 2,) * 3
    point[centre] = energy_j / SPACING_M**3  # W/m3 for one second at one watt
    heated = heat(medium, point, [HeatingPeriod(1e-3, 1e3), HeatingPeriod(seconds, 0)], watch=[centre])
    spread = 4 * math.pi * BRAIN.diffusivity_m2_s * seconds
    rise = energy_j / BRAIN.volumetric_heat_capacity_j_m3_k * spread**-1.5
    rise *= math.exp(-BRAIN.cooling_rate_per_s * seconds)
    assert heated.watched_c[-1, 0] - BODY_C == pytest.approx(rise, rel=0.005)


# --- laws


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_energy_is_conserved_where_nothing_carries_it_away(seed: int) -> None:
    medium = patchwork(seed)
    medium.cooling_rate_per_s[...] = 0
    medium.held[...] = False
    random = np.random.default_rng(seed)
    power = (1e6 * random.random(medium.grid.shape)).astype(np.float32)
    heated = heat(medium, power, [HeatingPeriod(3, 2), HeatingPeriod(4, 0)])
    capacity = medium.volumetric_heat_capacity_j_m3_k.astype(np.float64)
    gained = (capacity * (heated.final_c - BODY_C)).sum()
    assert gained == pytest.approx(3 * 2 * power.sum(dtype=np.float64), rel=1e-3)


def test_tissue_at_the_temperature_of_blood_stays_there() -> None:
    medium = patchwork(3)
    heated = heat(medium, no_power(medium), [HeatingPeriod(5, 0)])
    assert np.abs(heated.final_c - BODY_C).max() < 1e-3


def test_held_nodes_keep_their_temperature_though_heated_and_cool_what_they_touch() -> None:
    medium = uniform((8, 8, 8))
    medium.held[0] = True
    start = np.full(medium.grid.shape, BODY_C, dtype=np.float32)
    start[0] = 15
    everywhere = np.full(medium.grid.shape, 1e4, dtype=np.float32)
    heated = heat(medium, everywhere, [HeatingPeriod(20, 1)], start_c=start)
    assert (heated.final_c[0] == 15).all()
    assert (np.diff(heated.final_c[:, 4, 4]) > 0).all()


@given(low_w=st.floats(1, 500), factor=st.floats(1.01, 3))
@settings(max_examples=15, deadline=None)
def test_the_peak_rises_in_proportion_to_power(low_w: float, factor: float) -> None:
    medium = uniform((9, 9, 9))
    power = no_power(medium)
    power[4, 4, 4] = 1e5
    rises = [
        heat(medium, power, [HeatingPeriod(2, watts)]).peak_c.max() - BODY_C
        for watts in (low_w, factor * low_w)
    ]
    assert rises[1] > rises[0]
    assert rises[1] / rises[0] == pytest.approx(factor, rel=2e-3, abs=2e-2 / low_w)


def test_halving_the_step_changes_the_course_by_second_order() -> None:
    medium = uniform((9, 9, 9), spacing_m=2e-3)
    power = no_power(medium)
    power[4, 4, 4] = 2e8
    ends = {}
    for step_s in (1.6, 0.8, 0.05):
        *_, last = heat_steps(medium, power, [HeatingPeriod(8, 1)], longest_step_s=step_s)
        ends[step_s] = float(last.temperature_c[4, 4, 4])
    coarse, fine = (abs(ends[step_s] - ends[0.05]) for step_s in (1.6, 0.8))
    assert 3.5 < coarse / fine < 5


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_the_compiled_rate_is_the_plain_one(seed: int) -> None:
    medium = patchwork(seed)
    random = np.random.default_rng(seed)
    temperature = (37 + 20 * random.random(medium.grid.shape)).astype(np.float32)
    power = (1e6 * random.random(medium.grid.shape)).astype(np.float32)
    power[medium.held] = 0
    heating = (power / medium.volumetric_heat_capacity_j_m3_k).astype(np.float32)
    fast = Stepper(medium, BODY_C).rate_c_s(temperature, heating)
    plain = plain_rate(medium, temperature.astype(np.float64), BODY_C, power.astype(np.float64))
    assert np.abs(fast - plain).max() < 1e-5 * np.abs(plain).max() + 1e-5


def test_the_longest_stable_step_is_stable_and_twice_it_is_not() -> None:
    medium = uniform((10, 10, 10), spacing_m=0.2e-3)
    checkerboard = np.indices(medium.grid.shape).sum(axis=0) % 2
    start = (BODY_C + checkerboard).astype(np.float32)
    limit_s = stable_step_s(medium)

    def spread_after(step_s: float) -> float:
        temperature, zero = start.copy(), no_power(medium)
        stepper = Stepper(medium, BODY_C)
        for _ in range(200):
            stepper.advance(temperature, temperature.copy(), zero.copy(), zero, step_s)
        return float(np.ptp(temperature))

    assert spread_after(0.5 * limit_s) < 1
    assert not spread_after(1.3 * limit_s) < 1e3


def test_absorbed_power_is_twice_absorption_times_intensity() -> None:
    ones = np.ones((1, 1, 1), dtype=np.float32)
    pressure = np.full((1, 1, 1), 3e5 + 4e5j, dtype=np.complex64)
    power = absorbed_power_w_m3(
        pressure, sound_speed_m_s=1500 * ones, density_kg_m3=1000 * ones, absorption_np_m=2 * ones
    )
    intensity = 5e5**2 / (2 * 1000 * 1500)
    assert power.item() == pytest.approx(2 * 2 * intensity)


# --- refusals


def test_a_node_of_two_tissues_is_refused() -> None:
    everywhere = np.ones((2, 2, 2), dtype=bool)
    with pytest.raises(UsageError, match="none, or to two"):
        thermal_medium(Grid((2, 2, 2), 1e-3), {"brain": everywhere, "bone": everywhere}, TISSUES)


@pytest.mark.parametrize(("seconds", "watts"), [(0, 1), (-1, 1), (math.nan, 1), (1, -1), (1, math.inf)])
def test_a_heating_period_that_cannot_be_is_refused(seconds: float, watts: float) -> None:
    with pytest.raises(UsageError):
        HeatingPeriod(seconds, watts)


def test_power_of_another_shape_is_refused() -> None:
    with pytest.raises(UsageError, match="shape"):
        next(heat_steps(uniform((3, 3, 3)), np.zeros((2, 2, 2), np.float32), [HeatingPeriod(1, 1)]))
