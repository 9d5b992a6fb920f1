"""Where the focus comes to lie, how large it is, and what else gets loud.

`predict_focus` solves the whole head once for one correction. `focus_near_target` needs no solve: near
the target each element's wave is taken to arrive as in soft tissue, with the amplitude and phase at the
target that the transfer gives exactly. It serves for comparing corrections and for many samples; it
knows nothing of the skull's surface and of what is far from the target.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assuage.errors import UsageError
from assuage.ultrasound.field.grid import Grid
from assuage.ultrasound.field.outcome import SolveOutcome
from assuage.ultrasound.field.problem import AcousticField, FieldProblem
from assuage.ultrasound.field.solve import SolverOptions, solve_field
from assuage.ultrasound.plan.measure import FocalSpot, Loud, loudest, measure_spot, side_lobe
from assuage.ultrasound.plan.phases import Correction, PhasePlan, element_source
from assuage.ultrasound.plan.point_source import material_at
from assuage.ultrasound.plan.problem import RESEARCH_ONLY, PlanProblem
from assuage.ultrasound.plan.transfer import ElementTransfer

NEAR_WAVELENGTHS = 2.0  # from the target to each side of the small lattice
NEAR_POINTS_PER_WAVELENGTH = 6
SEARCH_MM = 8.0  # from the target: what is louder further off is no focus but a side lobe
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class NearFocus:
    """The focus by waves arriving at the target, without a solve of its own."""

    correction: Correction
    spot: FocalSpot
    notice: str = RESEARCH_ONLY


@dataclass(frozen=True, eq=False)
class FocusPrediction:
    """The focus of one correction by a full solve, with the field it comes from.

    `side_lobe` is the loudest other maximum in the brain, `skull_hot_spot` the loudest place in bone; None
    where there is none. `field` is on the tissue's grid (RAS metres), its outcome says whether it
    converged.
    """

    correction: Correction
    spot: FocalSpot
    side_lobe: Loud | None
    skull_hot_spot: Loud | None
    field: AcousticField
    notice: str = RESEARCH_ONLY

    @property
    def outcome(self) -> SolveOutcome:
        """How the solve ended."""
        return self.field.outcome


def predict_focus(
    problem: PlanProblem,
    plan: PhasePlan,
    *,
    brain: Mask,
    bone: Mask,
    options: SolverOptions | None = None,
) -> FocusPrediction:
    """Solve the field of a plan and measure it. `brain` and `bone` are masks on the tissue's grid."""
    grid = problem.tissue.grid
    if brain.shape != grid.shape or bone.shape != grid.shape:
        message = f"brain and bone are masks of the tissue grid's shape {grid.shape}"
        raise UsageError(message)
    source = element_source(problem, plan)
    field = solve_field(FieldProblem(grid, problem.frequency_hz, source, problem.tissue), options)
    spot = measure_spot(field.pressure_pa, grid, problem.target.ras_mm, within_mm=SEARCH_MM, allowed=brain)
    amplitude = field.amplitude_pa
    return FocusPrediction(
        plan.correction,
        spot,
        side_lobe(amplitude, grid, spot, brain),
        loudest(amplitude, grid, spot, bone),
        field,
    )


def focus_near_target(problem: PlanProblem, transfer: ElementTransfer, plan: PhasePlan) -> NearFocus:
    """Estimate a plan's focus from the transfer alone, within some two wavelengths of the target."""
    spacing_m = problem.tissue.background.sound_speed_m_s / problem.frequency_hz / NEAR_POINTS_PER_WAVELENGTH
    half = round(NEAR_WAVELENGTHS * NEAR_POINTS_PER_WAVELENGTH)
    x, y, z = (c - half * spacing_m for c in problem.target.ras_m)
    grid = Grid((2 * half + 1, 2 * half + 1, 2 * half + 1), spacing_m, (x, y, z))
    pressure = _arriving(problem, transfer.through_head * plan.drives_pa, grid)
    everywhere = np.ones(grid.shape, dtype=bool)
    spot = measure_spot(pressure, grid, problem.target.ras_mm, within_mm=SEARCH_MM, allowed=everywhere)
    return NearFocus(plan.correction, spot)


def _arriving(
    problem: PlanProblem, at_target_pa: NDArray[np.complex128], grid: Grid
) -> NDArray[np.complex64]:
    """The sum of spherical waves about the elements with given values at the target, on a small lattice."""
    local = material_at(problem.tissue, problem.target_node)
    k = local.wavenumber_rad_m(problem.frequency_hz).real
    centres = 1e-3 * problem.placed.centres_ras_mm[problem.active]
    values = at_target_pa[problem.active]
    from_target = np.linalg.norm(centres - np.array(problem.target.ras_m), axis=1)
    y, z = grid.axis_m(1)[:, None, None], grid.axis_m(2)[None, :, None]
    pressure = np.empty(grid.shape, dtype=np.complex64)
    for number, x in enumerate(grid.axis_m(0)):
        distance = np.sqrt((x - centres[:, 0]) ** 2 + (y - centres[:, 1]) ** 2 + (z - centres[:, 2]) ** 2)
        pressure[number] = np.exp(1j * k * (distance - from_target)) @ values
    return pressure
