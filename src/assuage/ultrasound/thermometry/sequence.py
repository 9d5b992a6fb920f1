"""How an MR sequence turns temperature into phase: the proton resonance frequency (PRF) shift.

    phase - phase_ref = 2 pi gamma B0 TE a (T - T_ref)

with a = -0.00909 ppm per degree in brain (Huang et al. 2018, PMC6181766). Fat and bone give no such signal.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from assuage.errors import UsageError

PROTON_HZ_PER_T = 42.577e6
COEFFICIENT_PER_C = -0.00909e-6


@dataclass(frozen=True)
class PrfSequence:
    """A gradient-echo sequence.

    `field_strength_t` of the magnet, `echo_time_s`, and `coefficient_per_c`, the relative shift of the
    resonance for one degree; it is negative, and positive for a scanner that writes phase with the other
    sign.
    """

    field_strength_t: float
    echo_time_s: float
    coefficient_per_c: float = COEFFICIENT_PER_C

    def __post_init__(self) -> None:
        for quantity, value in (
            ("field strength in T", self.field_strength_t),
            ("echo time in s", self.echo_time_s),
        ):
            if not (math.isfinite(value) and value > 0):
                message = f"{quantity} is {value}; it must be a finite number above 0"
                raise UsageError(message)
        if not math.isfinite(self.coefficient_per_c) or self.coefficient_per_c == 0:
            message = f"the PRF coefficient is {self.coefficient_per_c} per degree; in brain it is -9.09e-9"
            raise UsageError(message)

    @property
    def phase_rad_per_c(self) -> float:
        """Phase that a degree adds, rad.

        >>> round(PrfSequence(3.0, 1.0).phase_rad_per_c, 2)
        -7.3
        """
        return (
            2 * math.pi * PROTON_HZ_PER_T * self.field_strength_t * self.echo_time_s * self.coefficient_per_c
        )

    @property
    def wraps_at_c(self) -> float:
        """The rise between two images from which their phase difference is ambiguous."""
        return math.pi / abs(self.phase_rad_per_c)


STANDARD = PrfSequence(3.0, 13e-3)
"""3 T and TE 13 ms: the case that figures are given for."""
