"""Draws what the README shows: BM3-SC1 in the plane z = 0, and on the axis beside the exact answer."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from assuage.ultrasound.field import SolverOptions, solve_field
from assuage.ultrasound.field.benchmark_cases import benchmark_case
from assuage.ultrasound.picture import plane_svg

WIDTH, HEIGHT, LEFT, TOP = 480.0, 220.0, 56.0, 30.0


def axis_svg(depth_mm: np.ndarray, curves: dict[str, tuple[str, np.ndarray]], title: str) -> str:
    """Amplitudes in kPa over depth; `curves` gives each name its stroke and values."""
    peak = 50 * np.ceil(max(values.max() for _, values in curves.values()) / 50)
    x = LEFT + WIDTH * (depth_mm - depth_mm[0]) / (depth_mm[-1] - depth_mm[0])
    parts = [f'<text x="{LEFT}" y="18" font-size="13">{title}</text>']
    for mm in range(20, 121, 20):
        at = LEFT + WIDTH * (mm - depth_mm[0]) / (depth_mm[-1] - depth_mm[0])
        parts.append(f'<text x="{at:.0f}" y="{TOP + HEIGHT + 16}" text-anchor="middle">{mm} mm</text>')
    for kpa in (0.0, peak / 2, peak):
        y = TOP + HEIGHT * (1 - kpa / peak)
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.0f}" text-anchor="end">{kpa:.0f}</text>')
        parts.append(f'<path d="M{LEFT} {y:.1f}h{WIDTH}" stroke="#ddd"/>')
    for number, (name, (stroke, values)) in enumerate(curves.items()):
        points = " ".join(
            f"{a:.1f},{TOP + HEIGHT * (1 - v / peak):.1f}" for a, v in zip(x, values, strict=True)
        )
        parts.append(f'<polyline points="{points}" fill="none" {stroke}/>')
        y = TOP + 14 + 16 * number
        parts.append(
            f'<path d="M{LEFT + 260} {y}h24" {stroke}/><text x="{LEFT + 290}" y="{y + 4}">{name}</text>'
        )
    view = f"0 0 {LEFT + WIDTH + 30:.0f} {TOP + HEIGHT + 26:.0f}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}" font-family="sans-serif" font-size="11">'
        f"<title>{title}</title>{''.join(parts)}</svg>\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--case", default="BM3-SC1")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "figures")
    arguments = parser.parse_args()
    arguments.out.mkdir(exist_ok=True)
    case = benchmark_case(arguments.case)
    problem = case.problem()
    grid, rows = problem.grid, case.compared_rows(problem.grid)
    field = solve_field(problem, SolverOptions(threads=arguments.threads))
    amplitude = field.amplitude_pa[:, :, grid.shape[2] // 2]
    title = f"{arguments.case}: pressure amplitude, plane z = 0"
    plane = plane_svg(amplitude[rows], grid.spacing_m, (grid.axis_m(0)[rows][0], grid.origin_m[1]), title)
    (arguments.out / "plane.svg").write_text(plane, encoding="utf-8")
    axis = grid.shape[1] // 2
    curves = {
        "exact layers": ('stroke="#d60" stroke-width="3"', 1e-3 * np.abs(case.reference_pa(grid)[:, axis])),
        "assuage, 6 points per wavelength": ('stroke="#024" stroke-width="1"', 1e-3 * amplitude[rows, axis]),
    }
    chart = axis_svg(1e3 * grid.axis_m(0)[rows], curves, f"{arguments.case}: amplitude on the axis, kPa")
    (arguments.out / "axis.svg").write_text(chart, encoding="utf-8")


if __name__ == "__main__":
    main()
