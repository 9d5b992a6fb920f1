"""The acoustic power for a wanted peak temperature.

Pennes' equation is linear in the absorbed power: with tissue that does not change, twice the power
is twice the rise. One run at one watt answers for every power.
"""

from __future__ import annotations

import math

from assuage.errors import UsageError


def power_for_peak_w(wanted_peak_c: float, *, start_c: float, rise_per_watt_c: float) -> float:
    """Acoustic power [W] at which the peak reaches `wanted_peak_c`.

    `rise_per_watt_c` is the peak rise above `start_c` of the same periods at one watt, at the same place.

    >>> power_for_peak_w(57.0, start_c=37.0, rise_per_watt_c=0.04)
    500.0
    """
    if not (math.isfinite(rise_per_watt_c) and rise_per_watt_c > 0):
        message = f"one watt warms the place by {rise_per_watt_c} C: no power brings it to a temperature"
        raise UsageError(message)
    if not wanted_peak_c >= start_c:
        message = f"a peak of {wanted_peak_c} C lies below the start of {start_c} C: heating can't reach it"
        raise UsageError(message)
    return (wanted_peak_c - start_c) / rise_per_watt_c
