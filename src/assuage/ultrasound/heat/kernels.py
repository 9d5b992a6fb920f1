"""The inner loops of the bioheat equation, compiled; `plain_rate` is the meaning of `_rate`."""

from __future__ import annotations

import assuage.ultrasound.field.threads  # isort: skip  (before numba)  # noqa: F401

import math
from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

from assuage.ultrasound.heat.dose import R_BELOW_REFERENCE, R_FROM_REFERENCE, REFERENCE_C
from assuage.ultrasound.heat.medium import ThermalMedium, Values

NO_DOSE_BELOW_C = 37.0  # as k-Wave; at body temperature the rate is 0.00024
_LN_ABOVE = math.log(1 / R_FROM_REFERENCE)
_LN_BELOW = math.log(1 / R_BELOW_REFERENCE)
_NEARLY_EQUAL_C = 1e-4


@dataclass(frozen=True, eq=False)
class Faces:
    """What leads heat from a node to the next along one axis, W/(m3 K); the last face is 0.

    `near` is the harmonic mean of the two conductivities over spacing squared. `far` is the same over 12
    where two nodes on each side are alike, and 0 elsewhere: with it the flux is of fourth order,
    near (T1 - T0) + far (T-1 - 3 T0 + 3 T1 - T2), without it of second. Either way what leaves one node
    enters the other.
    """

    near: Values
    far: Values


def faces(medium: ThermalMedium, axis: int) -> Faces:
    """The faces along one axis."""
    k = np.moveaxis(medium.conductivity_w_m_k.astype(np.float64), axis, 0)
    near, far = np.zeros_like(k), np.zeros_like(k)
    total = k[:-1] + k[1:]
    np.divide(2 * k[:-1] * k[1:], total, out=near[:-1], where=total > 0)
    alike = (k[:-3] == k[1:-2]) & (k[1:-2] == k[2:-1]) & (k[2:-1] == k[3:])
    far[1:-2] = np.where(alike, k[1:-2], 0.0) / 12
    per_area = 1 / medium.grid.spacing_m**2

    def kept(values: NDArray[np.float64]) -> Values:
        return np.ascontiguousarray(np.moveaxis(values * per_area, 0, axis), dtype=np.float32)

    return Faces(kept(near), kept(far))


class Stepper:
    """Advances a temperature by Heun's method. Holds one scratch array and what does not change."""

    def __init__(self, medium: ThermalMedium, blood_c: float) -> None:
        sides = [faces(medium, axis) for axis in range(3)]
        self._faces = tuple(array for side in sides for array in (side.near, side.far))
        per_capacity = 1 / medium.volumetric_heat_capacity_j_m3_k
        per_capacity[medium.held] = 0.0
        self._per_capacity = per_capacity.astype(np.float32)
        self._cooling = np.where(medium.held, np.float32(0), medium.cooling_rate_per_s)
        self._blood_c = np.float32(blood_c)
        shape = medium.grid.shape
        self._rate = np.empty(shape, dtype=np.float32)
        self._trial = np.empty(shape, dtype=np.float32)

    def rate_c_s(self, temperature_c: Values, heating_c_s: Values) -> Values:
        """dT/dt at a temperature."""
        _rate(
            temperature_c,
            *self._faces,
            self._per_capacity,
            self._cooling,
            self._blood_c,
            heating_c_s,
            self._rate,
        )
        return self._rate

    def advance(
        self,
        temperature_c: Values,
        peak_c: Values,
        dose_cem43_min: Values,
        heating_c_s: Values,
        step_s: float,
    ) -> None:
        """One step, in place; the dose of the step takes the temperature as linear in it."""
        first = self.rate_c_s(temperature_c, heating_c_s)
        np.multiply(first, np.float32(step_s), out=self._trial)
        self._trial += temperature_c
        # temperature + step/2 (first + second) = (temperature + trial)/2 + step/2 second
        half = np.float32(step_s / 2)
        before_second = 0.5 * (temperature_c + self._trial)
        second = self.rate_c_s(self._trial, heating_c_s)
        before_second += half * second
        _take(temperature_c, before_second, peak_c, dose_cem43_min, step_s)


@numba.njit(inline="always")
def _flow(near, far, before, here, after, beyond):
    """Heat that flows from `after` to `here`, W/m3."""
    return near * (after - here) + far * (before - 3 * here + 3 * after - beyond)


@numba.njit(parallel=True, fastmath=True, cache=True)
def _rate(t, gx, fx, gy, fy, gz, fz, per_capacity, cooling, blood_c, heating, out):
    # Index -1 is the last node, whose face is 0: nothing flows through the first face either.
    nx, ny, nz = t.shape
    for i in numba.prange(nx):
        i0, i1, i2, i3 = max(i - 2, 0), max(i - 1, 0), min(i + 1, nx - 1), min(i + 2, nx - 1)
        for j in range(ny):
            j0, j1, j2, j3 = max(j - 2, 0), max(j - 1, 0), min(j + 1, ny - 1), min(j + 2, ny - 1)
            for k in range(nz):
                k0, k1, k2, k3 = max(k - 2, 0), max(k - 1, 0), min(k + 1, nz - 1), min(k + 2, nz - 1)
                here = t[i, j, k]
                west, east = t[i1, j, k], t[i2, j, k]
                south, north = t[i, j1, k], t[i, j2, k]
                down, up = t[i, j, k1], t[i, j, k2]
                gained = (
                    _flow(gx[i, j, k], fx[i, j, k], west, here, east, t[i3, j, k])
                    - _flow(gx[i - 1, j, k], fx[i - 1, j, k], t[i0, j, k], west, here, east)
                    + _flow(gy[i, j, k], fy[i, j, k], south, here, north, t[i, j3, k])
                    - _flow(gy[i, j - 1, k], fy[i, j - 1, k], t[i, j0, k], south, here, north)
                    + _flow(gz[i, j, k], fz[i, j, k], down, here, up, t[i, j, k3])
                    - _flow(gz[i, j, k - 1], fz[i, j, k - 1], t[i, j, k0], down, here, up)
                )
                out[i, j, k] = (
                    gained * per_capacity[i, j, k] - cooling[i, j, k] * (here - blood_c) + heating[i, j, k]
                )


@numba.njit(cache=True)
def _mean_rate(low, high, ln_base):
    """Mean of base^(T - 43) over temperatures from low to high."""
    if high - low < _NEARLY_EQUAL_C:
        return math.exp(ln_base * (0.5 * (low + high) - REFERENCE_C))
    growth = math.exp(ln_base * (high - REFERENCE_C)) - math.exp(ln_base * (low - REFERENCE_C))
    return growth / (ln_base * (high - low))


@numba.njit(cache=True)
def step_dose_cem43_min(start, end, step_s):
    """The dose of one step, temperature linear in it; the compiled twin of `dose.dose_of_step_cem43_min`."""
    low, high = min(start, end), max(start, end)
    if high <= NO_DOSE_BELOW_C:
        return 0.0
    if low >= REFERENCE_C:
        mean = _mean_rate(low, high, _LN_ABOVE)
    elif high <= REFERENCE_C:
        mean = _mean_rate(low, high, _LN_BELOW)
    else:
        share = (REFERENCE_C - low) / (high - low)
        mean = share * _mean_rate(low, REFERENCE_C, _LN_BELOW) + (1 - share) * _mean_rate(
            REFERENCE_C, high, _LN_ABOVE
        )
    return mean * step_s / 60


@numba.njit(parallel=True, cache=True)
def _take(temperature, following, peak, dose, step_s):
    """Make the step's end the temperature, and count it."""
    nx, ny, nz = temperature.shape
    for i in numba.prange(nx):
        for j in range(ny):
            for k in range(nz):
                before, after = temperature[i, j, k], following[i, j, k]
                dose[i, j, k] += step_dose_cem43_min(before, after, step_s)
                peak[i, j, k] = max(peak[i, j, k], after)
                temperature[i, j, k] = after


def plain_rate(
    medium: ThermalMedium, temperature_c: NDArray[np.float64], blood_c: float, power_w_m3: NDArray[np.float64]
) -> NDArray[np.float64]:
    """dT/dt [C/s] as the equation stands, in double precision: slow, and what `Stepper` is held to."""
    gained = np.zeros(medium.grid.shape)
    for axis in range(3):
        side = faces(medium, axis)
        near, far = (np.moveaxis(array.astype(np.float64), axis, 0) for array in (side.near, side.far))
        t, change = np.moveaxis(temperature_c, axis, 0), np.moveaxis(gained, axis, 0)
        flow = near[:-1] * np.diff(t, axis=0)
        flow[1:-1] += far[1:-2] * (t[:-3] - 3 * t[1:-2] + 3 * t[2:-1] - t[3:])
        change[:-1] += flow
        change[1:] -= flow
    capacity = medium.volumetric_heat_capacity_j_m3_k.astype(np.float64)
    rate = (gained + power_w_m3) / capacity - medium.cooling_rate_per_s * (temperature_c - blood_c)
    return np.where(medium.held, 0.0, rate)
