"""What a plan came to, as values for its page. Research; not for driving a device."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from assuage.ultrasound.field import Grid
from assuage.ultrasound.heat.lesion import Lesion
from assuage.ultrasound.images.volume import ImageVolume
from assuage.ultrasound.plan import FocalSpot, FocusPrediction, Plan, PlanSpread
from assuage.ultrasound.skull import PropertyMap, SkullRays

Share = Literal["low", "central", "high"]
SHARES: tuple[Share, ...] = ("low", "central", "high")
"""Of the published shares of attenuation that become heat."""


@dataclass(frozen=True)
class WarmPlace:
    """The warmest place of a tissue, and the highest thermal dose anywhere in it."""

    peak_c: float
    position_ras_mm: tuple[float, float, float]
    dose_cem43_min: float


@dataclass(frozen=True)
class HeatAt:
    """What one acoustic power for one time comes to, for one share of attenuation that becomes heat."""

    share: Share
    acoustic_power_w: float
    duration_s: float
    peak_c: float
    lesions: tuple[Lesion, ...]
    bone: WarmPlace | None
    skin: WarmPlace | None


@dataclass(frozen=True, eq=False)
class PlanHeat:
    """The heat of a plan.

    `rise_per_watt_c` is the rise at the focus, by share, at `times_s`, for one watt during `duration_s`.
    `at_power` holds all shares at the power that brings the central one to `wanted_peak_c`.
    `temperature_c`, of the central share, has the shape of `grid` (RAS metres).
    """

    duration_s: float
    wanted_peak_c: float
    acoustic_power_w: float
    times_s: tuple[float, ...]
    rise_per_watt_c: dict[Share, tuple[float, ...]]
    at_power: tuple[HeatAt, ...]
    grid: Grid
    temperature_c: NDArray[np.float32]

    def power_for_wanted_w(self, share: Share) -> float:
        """The power that brings the focus to the wanted peak if this share is true."""
        central = max(self.rise_per_watt_c["central"])
        return self.acoustic_power_w * central / max(self.rise_per_watt_c[share])

    def of(self, share: Share) -> HeatAt:
        """The heat for one share."""
        return next(heat for heat in self.at_power if heat.share == share)


@dataclass(frozen=True)
class Profile:
    """|p| over its peak, along one axis through the focus; `from_target_mm` counts from the target."""

    axis: str
    from_target_mm: tuple[float, ...]
    share_of_peak: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class PlanReport:
    """All that a plan's page shows. `head_name` names no person: a made-up head, or just a CT.

    `near` is the focus of each correction by waves arriving at the target, `focus` the full-wave one by a
    solve of its own; `standing` says of each element whether it is used.
    """

    head_name: str
    ct: ImageVolume
    plan: Plan
    property_map: PropertyMap
    rays: SkullRays
    standing: NDArray[np.str_]
    near: tuple[FocalSpot, ...]
    focus: FocusPrediction
    profiles: tuple[Profile, ...]
    most_power_w: float
    heat: PlanHeat
    spreads: tuple[PlanSpread, ...] = ()
