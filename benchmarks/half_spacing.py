"""The curved cases at the published spacing and at half of it: do they agree, and with the spherical series?

At 0.25 mm the scattered field's box holds 20 to 30 million nodes and takes 2 to 4 GB: memory is printed with
each row. Fields are compared on the nodes that both grids have, in the plane z = 0.
"""

from __future__ import annotations

import argparse

import numpy as np

from assuage.ultrasound.field import SolverOptions, solve_field
from assuage.ultrasound.field.benchmark_cases import PUBLISHED_SPACING_M, benchmark_case
from assuage.ultrasound.field.metrics import difference
from assuage.ultrasound.field.outcome import SolveOutcome


def middle_plane(name: str, spacing_m: float, threads: int) -> tuple[np.ndarray, SolveOutcome]:
    problem = benchmark_case(name).problem(spacing_m)
    field = solve_field(problem, SolverOptions(threads=threads))
    return field.pressure_pa[:, :, problem.grid.shape[2] // 2].astype(complex), field.outcome


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", default=["BM5-SC1", "BM5-SC2", "BM6-SC1", "BM6-SC2"])
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    print("| case | compared | abs(p) Linf % | abs(p) L2 % | complex L2 % | focus % | focus mm |")
    print("|---|---|---|---|---|---|---|")
    for name in arguments.cases:
        case = benchmark_case(name)
        grid = case.problem().grid
        coarse, _ = middle_plane(name, PUBLISHED_SPACING_M, arguments.threads)
        fine, outcome = middle_plane(name, PUBLISHED_SPACING_M / 2, arguments.threads)
        rows = case.compared_rows(grid)
        series = case.reference_pa(grid)
        shown = {
            "0.5 mm with series": (series, coarse[rows]),
            "0.25 mm with series": (series, fine[::2, ::2][rows]),
            "0.5 mm with 0.25 mm": (np.where(np.isnan(series), np.nan, fine[::2, ::2][rows]), coarse[rows]),
        }
        for label, (reference, tested) in shown.items():
            apart = difference(reference, tested, grid.spacing_m, case.focal_rows(grid))
            print(
                f"| {name} | {label} | {apart.amplitude_linf_percent:.2f} | {apart.amplitude_l2_percent:.2f}"
                f" | {apart.complex_l2_percent:.2f} | {apart.focal_pressure_percent:+.2f}"
                f" | {apart.focal_position_mm:.1f} |"
            )
        print(f"\n0.25 mm: {outcome}\n", flush=True)


if __name__ == "__main__":
    main()
