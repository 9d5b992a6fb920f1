"""What a plan is asked for: a helmet on a head, a target, a frequency, and which elements may be used."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assuage.errors import UsageError
from assuage.ultrasound.field.grid import refuse_bad_frequency, refuse_coarse_grid
from assuage.ultrasound.field.medium import TissueMaps
from assuage.ultrasound.target import Target
from assuage.ultrasound.transducer import PlacedHelmet

RESEARCH_ONLY = "research; not for driving a device"


@dataclass(frozen=True, eq=False)
class PlanProblem:
    """A helmet on a head, for one target at one frequency.

    `tissue` lies on a grid in RAS metres that holds the head's part between helmet and target and some
    centimetres beyond, with a rim of water towards the elements. `active` has shape (n,): which elements
    may sound.
    """

    placed: PlacedHelmet
    tissue: TissueMaps
    frequency_hz: float
    target: Target
    active: NDArray[np.bool_]

    def __post_init__(self) -> None:
        refuse_bad_frequency(self.frequency_hz)
        refuse_coarse_grid(self.tissue.grid, self.frequency_hz, self.tissue.slowest_sound_speed_m_s)
        grid = self.tissue.grid
        low = np.array(grid.origin_m)
        high = low + grid.spacing_m * (np.array(grid.shape) - 1)
        edge_m = 6 * grid.spacing_m  # room for the stencils and for measuring the focus
        place = np.array(self.target.ras_m)
        if (place < low + edge_m).any() or (place > high - edge_m).any():
            message = (
                f"the target lies outside the tissue grid or within {1e3 * edge_m:.0f} mm of its edge:"
                " check the frame of its coordinates (scanner RAS, mm), or use a larger region"
            )
            raise UsageError(message)
        count = self.placed.helmet.count
        if self.active.shape != (count,) or self.active.dtype != np.bool_ or not self.active.any():
            message = f"active elements are a boolean array of shape ({count},) with at least one true"
            raise UsageError(message)
        touching = ~self.tissue.is_background(1e-3 * self.placed.centres_ras_mm[self.active])
        if touching.any():
            message = (
                f"{int(touching.sum())} active elements lie in tissue: move the helmet, or switch them off"
            )
            raise UsageError(message)

    @property
    def wavenumber_rad_m(self) -> complex:
        """The wavenumber in the water about the head."""
        return self.tissue.background.wavenumber_rad_m(self.frequency_hz)

    @property
    def target_node(self) -> tuple[int, int, int]:
        """The grid node nearest to the target."""
        return self.tissue.grid.nearest_node(self.target.ras_m)

    @property
    def drive_limits_pa(self) -> NDArray[np.float64]:
        """The highest drive of each element, shape (n,): 0 where it is not active."""
        return np.where(self.active, self.placed.helmet.element_drive_limit_pa, 0.0)
