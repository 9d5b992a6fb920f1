"""The temperature at the focus over the time of one sonication, measured and planned, as values."""

from __future__ import annotations

import math
from dataclasses import dataclass

from assuage.ultrasound.thermometry.focus import MeasuredFocus, Point
from assuage.ultrasound.thermometry.sequence import PrfSequence


@dataclass(frozen=True)
class MeasuredFrame:
    """One image: its middle [s] from the start of heating, the rise [C] in the focus's voxel, its sd.

    NaN where the voxel's signal is too weak; `focus` is the fitted hot spot, None where there is none.
    """

    time_s: float
    rise_c: float
    rise_sd_c: float
    focus: MeasuredFocus | None


@dataclass(frozen=True)
class PlannedRise:
    """What a plan expects at its focus at one power: low, central and high rise [C] at times [s]."""

    times_s: tuple[float, ...]
    low_c: tuple[float, ...]
    central_c: tuple[float, ...]
    high_c: tuple[float, ...]
    acoustic_power_w: float


@dataclass(frozen=True)
class TemperatureCourse:
    """All frames of one sonication, the focus of the hottest, and the thermal dose in its voxel.

    `doses_cem43_min` are the dose for the measured course less one standard deviation, as measured, and
    plus one; None where a frame of it is unknown.
    """

    frames: tuple[MeasuredFrame, ...]
    focus: MeasuredFocus | None
    target_ras_mm: Point
    start_c: float
    sequence: PrfSequence
    frame_s: float
    doses_cem43_min: tuple[float, ...] | None
    planned: PlannedRise | None

    @property
    def shift_mm(self) -> Point | None:
        """Focus minus target along R, A and S."""
        if self.focus is None:
            return None
        x, y, z = (f - t for f, t in zip(self.focus.position_ras_mm, self.target_ras_mm, strict=True))
        return x, y, z

    @property
    def distance_mm(self) -> float | None:
        """From the target to the focus."""
        return None if self.shift_mm is None else math.hypot(*self.shift_mm)
