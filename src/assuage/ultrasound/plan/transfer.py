"""What each element makes at the target, through this head and through water: amplitude and phase."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assuage.errors import UsageError
from assuage.ultrasound.field.medium import TissueMaps
from assuage.ultrasound.field.outcome import SolveOutcome
from assuage.ultrasound.field.solve import SolverOptions
from assuage.ultrasound.plan.elements import Elements, demand_room, heard, sounded
from assuage.ultrasound.plan.point_source import solve_point_source
from assuage.ultrasound.plan.problem import PlanProblem
from assuage.ultrasound.plan.surface import Surface, on_surface, surface_in_water

Real = NDArray[np.float64]
Complex = NDArray[np.complex128]
MOST_IN_TISSUE = 0.5  # of the surface: beyond that the answer would mean nothing


@dataclass(frozen=True, eq=False)
class TargetWave:
    """The field of a point source at the target on a closed surface about the head.

    Of unit strength in the equation scaled by the density of water. `value_per_m` (m,) in 1/m; `slope`
    (m,) is the outward derivative times the point's area.
    """

    surface: Surface
    value_per_m: Complex
    slope: Complex
    surface_in_tissue: float
    outcome: SolveOutcome


@dataclass(frozen=True, eq=False)
class ElementTransfer:
    """Complex pressure at the target per pascal of an element's drive, shape (n,).

    `through_head` is 0 for elements that are off; `through_water` has all tissue replaced by water.
    `surface_in_tissue` is the share of the surface used that lay in tissue and was left out (a head
    that goes on below the region: 0 is best). `outcome` says whether the solve converged.
    """

    through_head: Complex
    through_water: Complex
    surface_in_tissue: float
    outcome: SolveOutcome

    def target_pressure_pa(self, drives_pa: Complex) -> complex:
        """The pressure at the target for complex drives, shape (n,); exact in this model."""
        return complex(self.through_head @ drives_pa)

    def bound_pa(self, limits_pa: Real) -> float:
        """The most that phases alone can give at the target with every element at its limit."""
        return float(np.abs(self.through_head) @ limits_pa)

    def water_pa(self, limits_pa: Real) -> float:
        """The same in water."""
        return float(np.abs(self.through_water) @ limits_pa)


def element_transfer(problem: PlanProblem, options: SolverOptions | None = None) -> ElementTransfer:
    """One solve with a point source at the target gives every element.

    Raises UsageError, before the solve, where the region leaves an element no room.
    """
    k = problem.wavenumber_rad_m
    demand_room(_active(problem), surface_in_water(problem.tissue, k.real)[0], k)
    wave = target_wave(problem.tissue, problem.frequency_hz, problem.target.ras_m, options)
    return transfer_of(problem, wave)


def target_wave(
    tissue: TissueMaps,
    frequency_hz: float,
    target_m: tuple[float, float, float],
    options: SolverOptions | None = None,
) -> TargetWave:
    """The wave of a point source at the target as it leaves the head: it serves any helmet in any pose."""
    source = solve_point_source(tissue, frequency_hz, target_m, options or SolverOptions())
    k = tissue.background.wavenumber_rad_m(frequency_hz)
    surface, in_tissue = surface_in_water(tissue, k.real)
    if in_tissue > MOST_IN_TISSUE:
        message = (
            f"{in_tissue:.0%} of the surface about the region lies in tissue: use a region with"
            " a rim of water around the head"
        )
        raise UsageError(message)
    value, slope = on_surface(source.pressure_per_m, source.grid, surface)
    # The solve is scaled by the density at the target, an element's drive by that of water.
    ratio = source.local.density_kg_m3 / tissue.background.density_kg_m3
    return TargetWave(
        surface,
        ratio * value,
        ratio * slope,
        in_tissue,
        source.outcome,
    )


def transfer_of(problem: PlanProblem, wave: TargetWave) -> ElementTransfer:
    """The wave of a point source at the target, averaged over each element's disc; no solve."""
    placed, k = problem.placed, problem.wavenumber_rad_m
    elements = _active(problem)
    through_head, through_water = (np.zeros(placed.helmet.count, dtype=np.complex128) for _ in range(2))
    through_head[problem.active] = heard(elements, wave.surface, wave.value_per_m, wave.slope, k)
    through_water[problem.active] = sounded(elements, problem.target.ras_m, k)
    return ElementTransfer(through_head, through_water, wave.surface_in_tissue, wave.outcome)


def _active(problem: PlanProblem) -> Elements:
    placed = problem.placed
    return Elements(
        1e-3 * placed.centres_ras_mm[problem.active],
        placed.normals_ras[problem.active],
        1e-3 * placed.helmet.element_radius_mm,
    )
