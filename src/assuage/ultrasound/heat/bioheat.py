"""Pennes' bioheat equation in three dimensions, with the thermal dose carried along.

    rho C dT/dt = div(K grad T) - w_b rho_b C_b (T - T_blood) + Q

(Pennes 1948, doi 10.1152/jappl.1948.1.2.93). K stands inside the divergence: the flux between two nodes
takes the harmonic mean of their conductivities, so that what leaves one node enters the other, and is of
fourth order within a tissue. In time Heun's method, second order; the step is bounded by stability and by
`LONGEST_STEP_S`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assuage.errors import UsageError
from assuage.ultrasound.heat import kernels
from assuage.ultrasound.heat.medium import ThermalMedium, Values

BODY_C = 37.0
LONGEST_STEP_S = 0.1  # within it the temperature of a sonication is nearly linear, as the dose takes it
SHARE_OF_STABLE_STEP = 0.5


@dataclass(frozen=True)
class HeatingPeriod:
    """Some time at one acoustic power; a power of 0 W is a pause in which tissue cools."""

    duration_s: float
    acoustic_power_w: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.duration_s) and self.duration_s > 0):
            message = f"a heating period lasts {self.duration_s} s; it must be a finite time above 0"
            raise UsageError(message)
        if not (math.isfinite(self.acoustic_power_w) and self.acoustic_power_w >= 0):
            message = f"acoustic power is {self.acoustic_power_w} W; it must be finite and not below 0"
            raise UsageError(message)


@dataclass(frozen=True, eq=False)
class HeatState:
    """The tissue at one moment. Arrays have the grid's shape, and change with the next step: copy them."""

    time_s: float
    temperature_c: Values
    peak_c: Values
    dose_cem43_min: Values


def absorbed_power_w_m3(
    pressure_pa: NDArray[np.complex64],
    *,
    sound_speed_m_s: Values,
    density_kg_m3: Values,
    absorption_np_m: Values,
) -> Values:
    """Q = absorption |p|^2/(rho c): heat made by a pressure amplitude (zero to peak), W/m3.

    `absorption_np_m` is the part of the attenuation that becomes heat; scattered sound is no heat here.
    """
    power: Values = absorption_np_m * np.abs(pressure_pa) ** 2 / (density_kg_m3 * sound_speed_m_s)
    return power.astype(np.float32)


def stable_step_s(medium: ThermalMedium) -> float:
    """The longest step that does not grow without bound, seconds."""
    diffusivity = medium.conductivity_w_m_k / medium.volumetric_heat_capacity_j_m3_k
    # The fastest pattern is a checkerboard: 16/3 an axis with the flux of fourth order, and at a border
    # between tissues at most 8/2, because a harmonic mean is below twice the smaller conductivity.
    fastest = float((16 * diffusivity / medium.grid.spacing_m**2 + medium.cooling_rate_per_s).max())
    return 2 / fastest if fastest > 0 else math.inf


def heat_steps(
    medium: ThermalMedium,
    power_per_watt_w_m3: Values,
    periods: Sequence[HeatingPeriod],
    *,
    start_c: Values | float = BODY_C,
    blood_c: float = BODY_C,
    longest_step_s: float = LONGEST_STEP_S,
) -> Iterator[HeatState]:
    """The temperature step by step, first the start.

    `power_per_watt_w_m3` is the absorbed power for one watt of acoustic power, shape `grid.shape`; each
    period scales it. The dose starts at zero. Raises UsageError for shapes that differ.
    """
    if power_per_watt_w_m3.shape != medium.grid.shape:
        message = f"absorbed power has shape {power_per_watt_w_m3.shape}; the grid has {medium.grid.shape}"
        raise UsageError(message)
    stepper = kernels.Stepper(medium, blood_c)
    temperature = np.empty(medium.grid.shape, dtype=np.float32)
    temperature[...] = start_c
    peak, dose = temperature.copy(), np.zeros_like(temperature)
    heating_per_watt = (power_per_watt_w_m3 / medium.volumetric_heat_capacity_j_m3_k).astype(np.float32)
    heating_per_watt[medium.held] = 0.0
    most = min(longest_step_s, SHARE_OF_STABLE_STEP * stable_step_s(medium))
    time_s = 0.0
    yield HeatState(time_s, temperature, peak, dose)
    for period in periods:
        steps = math.ceil(period.duration_s / most - 1e-9)
        step_s = period.duration_s / steps
        heating = heating_per_watt * np.float32(period.acoustic_power_w)
        begin_s = time_s
        for number in range(1, steps + 1):
            stepper.advance(temperature, peak, dose, heating, step_s)
            time_s = begin_s + number * step_s
            yield HeatState(time_s, temperature, peak, dose)


@dataclass(frozen=True, eq=False)
class Heated:
    """What a series of heating periods came to.

    `peak_c`, `dose_cem43_min` and `final_c` have the grid's shape. `times_s`, shape (n,), and
    `watched_c`, shape (n, number of watched nodes), are the courses at the watched nodes.
    """

    peak_c: Values
    dose_cem43_min: Values
    final_c: Values
    times_s: NDArray[np.float64]
    watched_c: NDArray[np.float64]


def heat(
    medium: ThermalMedium,
    power_per_watt_w_m3: Values,
    periods: Sequence[HeatingPeriod],
    *,
    start_c: Values | float = BODY_C,
    blood_c: float = BODY_C,
    watch: Sequence[tuple[int, int, int]] = (),
    progress: Callable[[float], None] | None = None,
) -> Heated:
    """Run a series of heating periods to its end; `watch` names nodes whose course is kept."""
    at = tuple(np.array(axis, dtype=np.intp) for axis in zip(*watch, strict=True)) if watch else None
    times: list[float] = []
    courses: list[NDArray[np.float64]] = []
    state: HeatState | None = None
    for state in heat_steps(medium, power_per_watt_w_m3, periods, start_c=start_c, blood_c=blood_c):
        times.append(state.time_s)
        courses.append(np.zeros(0) if at is None else state.temperature_c[at].astype(np.float64))
        if progress is not None:
            progress(state.time_s)
    assert state is not None  # noqa: S101 -- the start is always given
    return Heated(state.peak_c, state.dose_cem43_min, state.temperature_c, np.array(times), np.array(courses))
