"""The three corrections for the skull, side by side: none, by ray, by full wave.

Convention: an element's phase is positive when it is late (time factor exp(-iwt)), so a path of
travel time t is made up for by the phase -w t. Amplitudes: every active element at its limit, which
gives the highest pressure at the target that the limits allow once the phases are right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import j1

from assuage.errors import UsageError
from assuage.ultrasound.field.solve import SolverOptions
from assuage.ultrasound.field.sources import ElementArray
from assuage.ultrasound.plan.problem import RESEARCH_ONLY, PlanProblem
from assuage.ultrasound.plan.rays import travel_times_s
from assuage.ultrasound.plan.transfer import ElementTransfer, element_transfer

Real = NDArray[np.float64]
Correction = Literal["none", "ray", "full wave"]
CORRECTIONS: tuple[Correction, ...] = ("none", "ray", "full wave")


@dataclass(frozen=True, eq=False)
class PhasePlan:
    """Phases and drives of one correction, shape (n,) each, and what they give at the target.

    A planned thing, never a delivered one. `drive_pressures_pa` is rho c u of an element's face, 0 where
    it is off. `target_pressure_pa` is |p| at the target in the plan's own model; `share_of_bound` its
    share of what phases can give there at best; `against_water` its ratio to water with the same limits.
    """

    correction: Correction
    frequency_hz: float
    target_ras_mm: tuple[float, float, float]
    phases_rad: Real
    drive_pressures_pa: Real
    target_pressure_pa: float
    share_of_bound: float
    against_water: float
    notice: str = RESEARCH_ONLY

    @property
    def drives_pa(self) -> NDArray[np.complex128]:
        """Complex drives, shape (n,)."""
        drives: NDArray[np.complex128] = self.drive_pressures_pa * np.exp(1j * self.phases_rad)
        return drives


@dataclass(frozen=True, eq=False)
class Plan:
    """The three corrections of one problem, and the transfer they are judged by."""

    problem: PlanProblem
    transfer: ElementTransfer
    phases: tuple[PhasePlan, ...]
    notice: str = RESEARCH_ONLY

    def of(self, correction: Correction) -> PhasePlan:
        """One correction of the three."""
        for plan in self.phases:
            if plan.correction == correction:
                return plan
        message = f"no correction is called {correction!r}; there are {', '.join(CORRECTIONS)}"
        raise UsageError(message)


def plan_phases(problem: PlanProblem, options: SolverOptions | None = None) -> Plan:
    """Plan a target: one solve with a point source there, and all phases from it.

    Always returns; `plan.transfer.outcome` says whether the solve converged. Example, in water:

    >>> import numpy as np
    >>> from assuage.ultrasound.field import Grid, TissueMaps
    >>> from assuage.ultrasound.field.materials import WATER
    >>> from assuage.ultrasound.target import Target
    >>> from assuage.ultrasound.transducer import PlacedHelmet, Pose, generic_helmet
    >>> grid = Grid((24, 24, 24), 1.2e-3, (-0.0138, -0.0138, -0.0138))
    >>> speed, density, absorption = (np.full(grid.shape, v, np.float32) for v in (1500, 1000, 0))
    >>> tissue = TissueMaps(grid, WATER, speed, density, absorption)
    >>> helmet = PlacedHelmet(generic_helmet(), Pose((0.0, 0.0, 0.0)))
    >>> problem = PlanProblem(helmet, tissue, 220e3, Target("focus", (0.0, 0.0, 0.0)), np.ones(1024, bool))
    >>> plan = plan_phases(problem)
    >>> [round(p.share_of_bound, 2) for p in plan.phases]
    [1.0, 1.0, 1.0]
    """
    transfer = element_transfer(problem, options)
    phases = {
        "none": geometric_phases_rad(problem),
        "ray": ray_phases_rad(problem),
        "full wave": full_wave_phases_rad(transfer),
    }
    return Plan(
        problem,
        transfer,
        tuple(judged(problem, transfer, name, phases[name]) for name in CORRECTIONS),
    )


def geometric_phases_rad(problem: PlanProblem) -> Real:
    """As if all were water: equal for a target in the geometric focus, steering elsewhere. Shape (n,)."""
    distance_m = np.linalg.norm(1e-3 * problem.placed.centres_ras_mm - np.array(problem.target.ras_m), axis=1)
    phases: Real = -problem.wavenumber_rad_m.real * distance_m
    return phases


def ray_phases_rad(problem: PlanProblem) -> Real:
    """By travel time along straight rays through the sound-speed map, shape (n,)."""
    return -2 * np.pi * problem.frequency_hz * travel_times_s(problem)


def full_wave_phases_rad(transfer: ElementTransfer) -> Real:
    """The conjugate of what the wave itself does on its way, shape (n,)."""
    phases: Real = -np.angle(transfer.through_head)
    return phases


def judged(
    problem: PlanProblem, transfer: ElementTransfer, correction: Correction, phases_rad: Real
) -> PhasePlan:
    """A correction with every active element at its limit, judged by a transfer.

    The transfer may come from another model of the same head, such as a finer one.
    """
    limits = problem.drive_limits_pa
    pressure = abs(transfer.target_pressure_pa(limits * np.exp(1j * phases_rad)))
    return PhasePlan(
        correction,
        problem.frequency_hz,
        problem.target.ras_mm,
        np.where(problem.active, np.angle(np.exp(1j * phases_rad)), 0.0),
        limits,
        pressure,
        pressure / transfer.bound_pa(limits),
        pressure / transfer.water_pa(limits),
    )


def radiated_power_w(problem: PlanProblem, plan: PhasePlan) -> float:
    """Acoustic power that leaves the helmet, watts, each element as a piston in a rigid baffle.

    p^2 A / (2 rho c) times 1 - J_1(2ka)/(ka) for each (Rayleigh, The Theory of Sound, section 302); what
    elements do to each other is left out.
    """
    water, helmet = problem.tissue.background, problem.placed.helmet
    size = problem.wavenumber_rad_m.real * 1e-3 * helmet.element_radius_mm
    intensities = plan.drive_pressures_pa**2 / (2 * water.density_kg_m3 * water.sound_speed_m_s)
    return float(intensities.sum() * helmet.element_area_m2 * (1 - j1(2 * size) / size))


def element_source(problem: PlanProblem, plan: PhasePlan) -> ElementArray:
    """The helmet driven by a plan, as a source in grid metres (RAS axes)."""
    return problem.placed.element_array(plan.drive_pressures_pa, plan.phases_rad)
