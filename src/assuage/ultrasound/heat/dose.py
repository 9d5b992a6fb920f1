"""Thermal dose: cumulative equivalent minutes at 43 degrees (CEM43).

CEM43 = integral of R^(43 - T) dt, R = 0.5 from 43 C upwards and 0.25 below (Sapareto and Dewey 1984,
doi 10.1016/0360-3016(84)90379-1). The rate doubles with each degree, so that a step is integrated and
not sampled: with T linear in time from one end of a step to the other the integral is exact.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

REFERENCE_C = 43.0
R_FROM_REFERENCE = 0.5
R_BELOW_REFERENCE = 0.25

LESION_CEM43_MIN = (100.0, 200.0, 240.0)
"""Doses whose contours are offered as lesions: 100 fits T2 and 200 fits T1 images of thalamotomies
(PMC6181766); 240 is the usual convention."""

Doses = NDArray[np.float64]


def dose_rate(temperature_c: ArrayLike) -> Doses:
    """Equivalent minutes at 43 C per minute at a temperature.

    >>> dose_rate([41.0, 43.0, 44.0, 46.0]).tolist()
    [0.0625, 1.0, 2.0, 8.0]
    """
    above = np.asarray(temperature_c, dtype=np.float64) - REFERENCE_C
    base = np.where(above >= 0, 1 / R_FROM_REFERENCE, 1 / R_BELOW_REFERENCE)
    rate: Doses = np.power(base, above)
    return rate


def dose_of_step_cem43_min(start_c: ArrayLike, end_c: ArrayLike, duration_s: float) -> Doses:
    """Thermal dose [min] of a step in which the temperature goes linearly from `start_c` to `end_c`.

    >>> float(dose_of_step_cem43_min(46.0, 46.0, 60.0))
    8.0
    """
    low, high = np.minimum(start_c, end_c), np.maximum(start_c, end_c)
    low, high = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    rise = high - low
    share_below = np.where(
        rise > 0,
        np.clip((REFERENCE_C - low) / np.where(rise > 0, rise, 1.0), 0.0, 1.0),
        low < REFERENCE_C,
    )
    below = _mean_rate(np.minimum(low, REFERENCE_C), np.minimum(high, REFERENCE_C), 1 / R_BELOW_REFERENCE)
    from_reference = _mean_rate(
        np.maximum(low, REFERENCE_C), np.maximum(high, REFERENCE_C), 1 / R_FROM_REFERENCE
    )
    return (share_below * below + (1 - share_below) * from_reference) * duration_s / 60


def _mean_rate(low_c: Doses, high_c: Doses, base: float) -> Doses:
    """Mean of base^(T - 43) over temperatures from low to high: the logarithmic mean of the end values."""
    exponent = np.log(base) * (high_c - low_c)
    # (e^x - 1)/x, by its limit where x is nothing
    growth = np.where(exponent > 0, np.expm1(exponent) / np.where(exponent > 0, exponent, 1.0), 1.0)
    mean: Doses = np.power(base, low_c - REFERENCE_C) * growth
    return mean


def dose_cem43_min(times_s: ArrayLike, temperatures_c: ArrayLike) -> float:
    """Thermal dose [min] of a temperature measured at some times, linear between them.

    `times_s` and `temperatures_c` have shape (n,), times ascending.

    >>> round(dose_cem43_min([0, 60, 120], [37, 46, 46]), 3)
    9.283
    """
    times = np.asarray(times_s, dtype=np.float64)
    temperatures = np.asarray(temperatures_c, dtype=np.float64)
    steps = np.diff(times)
    return float(
        sum(
            dose_of_step_cem43_min(start, end, step)
            for start, end, step in zip(temperatures[:-1], temperatures[1:], steps, strict=True)
        )
    )
