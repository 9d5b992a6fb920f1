"""A whole head in a 1024-element helmet at 220 kHz: does the full domain converge, in how long?

The head is made up: an ellipsoid of skin, outer table, diploe with porosity that varies from place to
place, inner table, brain. The helmet is the generic golden-angle layout on a 150 mm sphere.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from scipy import ndimage
from scipy.fft import next_fast_len

from assuage.ultrasound.field import ElementArray, Ellipsoid, FieldProblem, Grid, SolverOptions, TissueMaps
from assuage.ultrasound.field.interfaces import NODE_SHARPENING, share_behind
from assuage.ultrasound.field.materials import WATER, absorption_np_m
from assuage.ultrasound.field.metrics import focus_of
from assuage.ultrasound.field.solve import plan_solve, solve_field

FOCAL_RADIUS_M = 0.150
ELEMENTS = 1024
LAST_DEPTH_M = 0.144111  # of the generic 1024-element layout, from its apex
GOLDEN_ANGLE_RAD = np.deg2rad(137.5077)
OUTER_SEMI_AXES_M = (0.070, 0.090, 0.075)  # of the skin: x up to the vertex
LAYERS_M = (0.004, 0.0020, 0.0040, 0.0015)  # skin, outer table, diploe, inner table


def helmet(element_radius_m: float = 0.0045) -> ElementArray:
    """The helmet about the origin, its apex at x = -150 mm, all elements in phase."""
    depth = LAST_DEPTH_M / ELEMENTS * np.arange(1, ELEMENTS + 1)
    azimuth = GOLDEN_ANGLE_RAD * np.arange(1, ELEMENTS + 1)
    axial = FOCAL_RADIUS_M - depth
    across = np.sqrt(FOCAL_RADIUS_M**2 - axial**2)
    centres = np.stack([-axial, across * np.cos(azimuth), across * np.sin(azimuth)], axis=1)
    drives, phases = np.full(ELEMENTS, 10e3), np.zeros(ELEMENTS)
    return ElementArray(centres, -centres / FOCAL_RADIUS_M, element_radius_m, drives, phases)


def head(grid: Grid, frequency_hz: float) -> TissueMaps:
    """Maps of the head; bone mixes water and bone by porosity (Aubry et al. 2003, doi 10.1121/1.1529663)."""
    mesh = grid.open_mesh_m()
    depths = np.concatenate([[0.0], np.cumsum(LAYERS_M)])
    surfaces = [Ellipsoid((0.012, 0, 0), tuple(a - d for a in OUTER_SEMI_AXES_M)) for d in depths]
    skin, outer, diploe, inner, brain = (
        np.broadcast_to(share_behind(s, mesh, grid.spacing_m, NODE_SHARPENING), grid.shape) for s in surfaces
    )
    noise = ndimage.gaussian_filter(np.random.default_rng(7).standard_normal(grid.shape), 2.5)
    porosity = np.clip(0.08 + (diploe - inner) * (0.45 + 0.25 * noise / noise.std()), 0, 0.95)
    bone = np.clip(outer - brain, 0, 1)
    megahertz = frequency_hz / 1e6
    soft, inside = np.clip(skin - outer, 0, 1), np.clip(brain, 0, 1)
    density = 1000 + 90 * soft + 40 * inside + bone * 1200 * (1 - porosity)
    speed = 1500 + 110 * soft + 60 * inside + bone * 1600 * (1 - porosity)
    db_cm = megahertz * (0.4 * soft + 0.6 * inside + bone * (0.2 + 7.8 * np.sqrt(porosity)))
    return TissueMaps(
        grid,
        WATER,
        speed.astype(np.float32),
        density.astype(np.float32),
        absorption_np_m(db_cm).astype(np.float32),
    )


def print_memory(grid: Grid) -> None:
    """What each part of a solve takes with the array engine on one device, and what stays on the host."""
    nodes = float(np.prod([next_fast_len(n + 24) for n in grid.shape]))
    parts = {
        "symbol, potential (complex64)": 16,
        "density, three faces (float32)": 16,
        "IDR(4): 17 vectors (complex64)": 8 * 17,
        "work of one application: six arrays (complex64)": 48,
    }
    print(f"grid {grid.shape}, box of {nodes / 1e6:.0f} million nodes\n")
    print("| part | bytes/node | GB |\n|---|---|---|")
    for part, size in (*parts.items(), ("all on the device", sum(parts.values()))):
        print(f"| {part} | {size} | {size * nodes / 1e9:.1f} |")
    print(f"| on the host: incident, medium, picture | 56 | {56 * nodes / 1e9:.1f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frequency-khz", type=float, default=220)
    parser.add_argument("--points-per-wavelength", type=float, default=6)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--most-applications", type=int, default=3000)
    parser.add_argument("--plan-only", action="store_true")
    arguments = parser.parse_args()
    frequency_hz = 1e3 * arguments.frequency_khz
    h = WATER.sound_speed_m_s / frequency_hz / arguments.points_per_wavelength
    low, high = (-0.064, -0.096, -0.081), (0.088, 0.096, 0.081)
    grid = Grid(tuple(int((b - a) / h) + 1 for a, b in zip(low, high, strict=True)), h, low)
    if arguments.plan_only:
        print_memory(grid)
        return
    began = time.perf_counter()
    seen: list[tuple[int, float]] = []

    def watch(applications: int, residual: float) -> None:
        seen.append((applications, residual))
        if applications % 50 == 0 or len(seen) == 1:
            seconds = time.perf_counter() - began
            print(f"  {applications:5d} applications, residual {residual:.1e}, {seconds:.0f} s", flush=True)

    options = SolverOptions(
        threads=arguments.threads, watch=watch, most_applications=arguments.most_applications
    )
    problem = FieldProblem(grid, frequency_hz, helmet(), head(grid, frequency_hz))
    plan = plan_solve(problem, options)
    print(f"grid {grid.shape}, box {plan.box.shape}, {plan.memory_bytes / 1e9:.2f} GB planned", flush=True)
    field = solve_field(problem, options)
    focus = focus_of(field.amplitude_pa, h, grid.origin_m)
    print(field.outcome)
    place = ", ".join(f"{1e3 * v:.1f}" for v in focus.position_m)
    print(
        f"whole wall {time.perf_counter() - began:.0f} s; peak {focus.peak_pa / 1e3:.0f} kPa at ({place}) mm"
    )


if __name__ == "__main__":
    main()
