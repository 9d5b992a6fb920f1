"""One question to the solver, refused before any work where it makes no sense."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assuage.errors import UsageError
from assuage.ultrasound.field.grid import Grid, refuse_bad_frequency, refuse_coarse_grid
from assuage.ultrasound.field.materials import Material
from assuage.ultrasound.field.medium import Medium
from assuage.ultrasound.field.outcome import SolveOutcome
from assuage.ultrasound.field.sources import Source, surface_points_m


class Tissue(Protocol):
    """A medium that can be sampled on any box of a lattice: the solver chooses its own."""

    @property
    def background(self) -> Material:
        """The uniform fluid that the source stands in."""
        ...

    @property
    def behind(self) -> Material:
        """The uniform fluid beyond the last uneven plane along x, where there is such a plane."""
        ...

    @property
    def slowest_sound_speed_m_s(self) -> float:
        """The lowest sound speed anywhere: it sets the shortest wavelength."""
        ...

    def uneven_planes(self, grid: Grid) -> tuple[int, int] | None:
        """First and last plane of nodes along x that is neither all background nor all `behind`.

        The last is `grid.shape[0]` where the plane at the grid's end is still uneven; None where
        all is background.
        """
        ...

    def is_background(self, points_m: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which points, shape (n, 3), lie in the background; shape (n,)."""
        ...

    def restore(self, medium: Medium, pressure_pa: NDArray[np.complex64]) -> NDArray[np.complex64]:
        """The total pressure on `medium.grid` with what sampling the medium rounded off put back."""
        ...

    def __call__(self, grid: Grid, frequency_hz: float) -> Medium:
        """The medium on a box of the lattice."""
        ...


@dataclass(frozen=True)
class FieldProblem:
    """The pressure wanted on `grid` at `frequency_hz` from `source` through `tissue`."""

    grid: Grid
    frequency_hz: float
    source: Source
    tissue: Tissue

    def __post_init__(self) -> None:
        refuse_bad_frequency(self.frequency_hz)
        refuse_coarse_grid(self.grid, self.frequency_hz, self.tissue.slowest_sound_speed_m_s)
        points = surface_points_m(self.source)
        inside = ~self.tissue.is_background(points) if len(points) else np.zeros(0, dtype=bool)
        if inside.any():
            message = (
                f"the source touches tissue at {int(inside.sum())} of {len(points)} checked points;"
                f" it must lie wholly in the {self.tissue.background.name}: move it away from the skull"
            )
            raise UsageError(message)

    @property
    def wavenumber_rad_m(self) -> complex:
        """The background's wavenumber."""
        return self.tissue.background.wavenumber_rad_m(self.frequency_hz)


@dataclass(frozen=True)
class AcousticField:
    """The answer: complex pressure amplitude (zero to peak) on the grid's nodes, shape `grid.shape`.

    Time factor exp(-iwt). `outcome` says whether the solve converged; the array alone does not.
    """

    grid: Grid
    frequency_hz: float
    pressure_pa: NDArray[np.complex64]
    outcome: SolveOutcome

    @property
    def amplitude_pa(self) -> NDArray[np.float32]:
        """|p|, zero to peak."""
        return np.abs(self.pressure_pa)
