"""One small case, the same grid, medium and source, by us and by each peer: CPU seconds and errors.

A bowl (16 mm curvature, 12 mm wide) through 3 mm of cortical bone, 64 x 54 x 54 nodes of 0.5 mm, bone on
whole voxels: every code gets the same voxels. Everything on one thread, in rounds: each round runs every
code once, and ratios are taken inside a round. Times are of the computation with its set-up, without
imports, compiled code warm (j-Wave's too: it solves water first, which also gives its unit of pressure).
"""

# ruff: noqa: E402 -- the thread counts must be set before the libraries that read them
from __future__ import annotations

import os

for _name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[_name] = "1"

import argparse
import json
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from time_domain import steady_amplitude

from assuage.ultrasound.field import (
    Bowl,
    FieldProblem,
    Grid,
    LayeredTissue,
    Plane,
    SolverOptions,
    solve_field,
)
from assuage.ultrasound.field.axisymmetric import WaveCone, wave_cone
from assuage.ultrasound.field.materials import CORTICAL_BONE, WATER
from assuage.ultrasound.field.medium import TissueMaps
from assuage.ultrasound.field.references.layered import LayerStack, beam_pressure_pa
from assuage.ultrasound.field.references.rayleigh import surface_samples_m

HERE = Path(__file__).parent
F, H, DRIVE_PA = 500e3, 0.5e-3, 60e3
SHAPE, MIDDLE = (64, 54, 54), 26
FIRST, LAST = 10, 15  # bone's first and last voxel, counted from the apex's node
APEX = 11  # node of the apex: outside the peers' 10 absorbing cells
BOWL = Bowl((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), 0.016, 0.006, DRIVE_PA)
GRID = Grid(SHAPE, H, (-APEX * H, -MIDDLE * H, -MIDDLE * H))
PEERS = ("k-wave-python", "j-wave", "time-domain")
INNER = (slice(APEX + 6, -11), slice(11, -11), slice(11, -11))


def weights() -> np.ndarray:
    """The bowl on the lattice: band-limited, in units of nodes (the sum times H^2 is its area)."""
    points, area = surface_samples_m(BOWL, 4000)
    lines = [np.sinc((GRID.axis_m(a)[:, None] - points[None, :, a]) / H) for a in range(3)]
    spread = np.einsum("ip,jp,kp->ijk", lines[0] * area / H**2, lines[1], lines[2], optimize=True)
    spread[: APEX - 6] = 0
    spread[APEX + FIRST - 1 :] = 0
    return spread


def maps() -> dict[str, np.ndarray]:
    bone = np.zeros(SHAPE, bool)
    bone[APEX + FIRST : APEX + LAST + 1] = True

    def pick(name: str) -> np.ndarray:
        return np.where(bone, getattr(CORTICAL_BONE, name), getattr(WATER, name)).astype(np.float32)

    return {"c": pick("sound_speed_m_s"), "rho": pick("density_kg_m3"), "alpha_np_m": pick("absorption_np_m")}


def cone() -> WaveCone:
    k = WATER.wavenumber_rad_m(F)
    return wave_cone(BOWL, k, reach_radius_m=0.02, reach_depth_m=0.03, clearance_m=0.0005)


def plane_m() -> tuple[np.ndarray, np.ndarray]:
    """Radii and depths of the compared plane z = 0."""
    return np.abs(GRID.axis_m(1)[INNER[1]]), GRID.axis_m(0)[INNER[0]]


def layered_reference() -> np.ndarray:
    stack = LayerStack(WATER, ((CORTICAL_BONE, (LAST - FIRST + 1) * H),), WATER, (FIRST - 0.5) * H)
    return beam_pressure_pa(cone(), stack, F, *plane_m())


def tissues(m: dict[str, np.ndarray]) -> dict[str, LayeredTissue | TissueMaps]:
    """The same bone in words (two faces) and on the very voxels the peers get, read in two ways."""
    planes = tuple(Plane((x, 0, 0), (1, 0, 0)) for x in ((FIRST - 0.5) * H, (LAST + 0.5) * H))
    voxels = (GRID, WATER, m["c"], m["rho"], m["alpha_np_m"])
    return {
        "assuage, layers": LayeredTissue((WATER, CORTICAL_BONE, WATER), planes),
        "assuage, voxels as blocks": TissueMaps(*voxels, voxels="blocks"),
        "assuage, voxels as means": TissueMaps(*voxels, voxels="means"),
    }


@dataclass(frozen=True)
class Run:
    """One run of one code: complex field on the whole grid, seconds, and what it did."""

    field: np.ndarray
    cpu_s: float
    wall_s: float
    work: str


def ours(problem: FieldProblem) -> Run:
    """The median of five solves, source to picture."""
    times = []
    for _ in range(5):
        wall, cpu = time.perf_counter(), time.process_time()
        field = solve_field(problem, SolverOptions(threads=1))
        times.append((time.process_time() - cpu, time.perf_counter() - wall))
    cpu, wall = np.median(times, axis=0)
    return Run(field.pressure_pa, cpu, wall, f"{2 * field.outcome.operator_applications} FFTs")


def in_time_domain(m: dict[str, np.ndarray], spread: np.ndarray, per_period: int, periods: int) -> Run:
    fixed = {"weights": spread, "h": H, "frequency_hz": F, "drive_pa": DRIVE_PA, "per_period": per_period}
    steady_amplitude(**m, **fixed, periods=3)  # compiles the loops
    wall, cpu = time.perf_counter(), time.process_time()
    field, steps = steady_amplitude(**m, **fixed, periods=periods)
    return Run(field, time.process_time() - cpu, time.perf_counter() - wall, f"{steps} steps")


def by_peer(peer: str, out: Path) -> Run:
    environment = {
        **os.environ,
        "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    }
    python = HERE / ".venv-peers" / "bin" / "python"
    subprocess.run([python, HERE / "peer_runs.py", peer, out], check=True, env=environment)
    took = json.loads((out / f"{peer}.json").read_text())
    return Run(np.load(out / f"{peer}.npy"), **took)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", action="append", choices=PEERS)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--per-period", type=int, default=42)
    parser.add_argument("--periods", type=int, default=28)
    parser.add_argument("--out", type=Path, default=HERE / "out")
    arguments = parser.parse_args()
    arguments.out.mkdir(exist_ok=True)
    m, spread = maps(), weights()
    radii_m, depths_m = plane_m()
    case = {
        **m,
        "weights": spread,
        "frequency_hz": F,
        "h": H,
        "drive_pa": DRIVE_PA,
        "per_period": arguments.per_period,
        "periods": arguments.periods,
        "inner": np.array([s.indices(n)[:2] for s, n in zip(INNER, SHAPE, strict=True)]),
        "middle": MIDDLE,
        "water_pa": cone().pressure_pa(radii_m, depths_m),
    }
    np.savez(arguments.out / "case.npz", **case)
    problems = {name: FieldProblem(GRID, F, BOWL, tissue) for name, tissue in tissues(m).items()}
    for problem in problems.values():
        solve_field(problem, SolverOptions(threads=1))  # compiles the loops
    runs: dict[str, list[Run]] = {}
    for number in range(arguments.rounds):
        print(f"round {number + 1} of {arguments.rounds}", flush=True)
        for name, problem in problems.items():
            runs.setdefault(name, []).append(ours(problem))
        for peer in arguments.peer or PEERS:
            run = (
                in_time_domain(m, spread, arguments.per_period, arguments.periods)
                if peer == "time-domain"
                else by_peer(peer, arguments.out)
            )
            runs.setdefault(peer, []).append(run)
    report(runs)


def report(runs: dict[str, list[Run]]) -> None:
    """Ratios are medians of the rounds' own ratios; errors are behind the bone, of abs(p) unless said."""
    exact = layered_reference()
    base = runs["assuage, voxels as blocks"]
    behind = (slice(LAST - 6 + 3, None),)
    mine = base[0].field[INNER][behind]
    print("\n| code | CPU s | CPU ratio, median (all) | work | to assuage, L2 % | to exact layers, L2 %"
          " | complex L2 % | peak % | L2 % if scaled to fit |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|---|")
    for name, several in runs.items():
        ratios = [run.cpu_s / own.cpu_s for run, own in zip(several, base, strict=True)]
        field = several[0].field[INNER][behind]
        plane, wanted = field[:, :, MIDDLE - INNER[2].start], exact[behind]
        a, b = np.abs(plane), np.abs(wanted)
        fitted = (a * b).sum() / (a**2).sum() * a
        shown = (
            _percent(np.abs(field) - np.abs(mine), mine),
            _percent(a - b, b),
            _percent(plane - wanted, wanted),
            100 * (a.max() / b.max() - 1),
            _percent(fitted - b, b),
        )
        spread = ", ".join(f"{r:.1f}" for r in ratios)
        print(
            f"| {name} | {np.median([r.cpu_s for r in several]):.2f} | {np.median(ratios):.1f} ({spread})"
            f" | {several[0].work} | " + " | ".join(f"{v:.2f}" for v in shown) + " |"
        )


def _percent(difference: np.ndarray, whole: np.ndarray) -> float:
    return 100 * float(np.linalg.norm(difference) / np.linalg.norm(whole))


if __name__ == "__main__":
    main()
