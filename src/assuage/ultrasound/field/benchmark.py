"""One published case run and compared: a row of the benchmark table."""

from __future__ import annotations

from dataclasses import dataclass

from assuage.ultrasound.field.benchmark_cases import benchmark_case
from assuage.ultrasound.field.metrics import Difference, difference
from assuage.ultrasound.field.outcome import SolveOutcome
from assuage.ultrasound.field.solve import SolverOptions, solve_field


@dataclass(frozen=True)
class BenchmarkRow:
    """How far one case is from its exact reference, and what it cost."""

    case: str
    spacing_mm: float
    points_per_wavelength: float
    apart: Difference
    outcome: SolveOutcome


def run_case(name: str, spacing_mm: float, options: SolverOptions) -> BenchmarkRow:
    """Solve a case like BM3-SC1 and compare it on the plane z = 0."""
    case = benchmark_case(name)
    problem = case.problem(1e-3 * spacing_mm)
    grid = problem.grid
    field = solve_field(problem, options)
    middle = field.pressure_pa[case.compared_rows(grid), :, grid.shape[2] // 2]
    apart = difference(case.reference_pa(grid), middle.astype(complex), grid.spacing_m, case.focal_rows(grid))
    wavelength_m = case.background.sound_speed_m_s / problem.frequency_hz
    return BenchmarkRow(name, spacing_mm, wavelength_m / grid.spacing_m, apart, field.outcome)
