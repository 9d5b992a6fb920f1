"""One small case, the same grid, medium and source, by us and by each peer: CPU seconds and errors.

A bowl (16 mm curvature, 12 mm wide) through 3 mm of cortical bone, 64 x 54 x 54 nodes of 0.5 mm, bone on
whole voxels. Everything on one thread; times are of the computation with its set-up, compiled code warm.
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
from assuage.ultrasound.field.axisymmetric import wave_cone
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
    pick = lambda name: np.where(bone, getattr(CORTICAL_BONE, name), getattr(WATER, name)).astype(np.float32)  # noqa: E731
    return {"c": pick("sound_speed_m_s"), "rho": pick("density_kg_m3"), "alpha_np_m": pick("absorption_np_m")}


def layered_reference() -> np.ndarray:
    face = (FIRST - 0.5) * H
    cone = wave_cone(
        BOWL, WATER.wavenumber_rad_m(F), reach_radius_m=0.02, reach_depth_m=0.03, clearance_m=0.0005
    )
    stack = LayerStack(WATER, ((CORTICAL_BONE, (LAST - FIRST + 1) * H),), WATER, face)
    return beam_pressure_pa(cone, stack, F, np.abs(GRID.axis_m(1)[INNER[1]]), GRID.axis_m(0)[INNER[0]])


def ours(name: str, m: dict[str, np.ndarray]) -> tuple[np.ndarray, float, float, str]:
    if name == "assuage, layers":
        faces = [(FIRST - 0.5) * H, (LAST + 0.5) * H]
        tissue = LayeredTissue(
            (WATER, CORTICAL_BONE, WATER), tuple(Plane((x, 0, 0), (1, 0, 0)) for x in faces)
        )
    else:
        tissue = TissueMaps(GRID, WATER, m["c"], m["rho"], m["alpha_np_m"])
    problem = FieldProblem(GRID, F, BOWL, tissue)
    solve_field(problem, SolverOptions(threads=1))
    times = []
    for _ in range(5):
        wall, cpu = time.perf_counter(), time.process_time()
        field = solve_field(problem, SolverOptions(threads=1))
        times.append((time.process_time() - cpu, time.perf_counter() - wall))
    cpu, wall = np.median(times, axis=0)
    return field.pressure_pa, cpu, wall, f"{2 * field.outcome.operator_applications} FFTs"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", action="append", choices=["k-wave-python", "j-wave", "time-domain"])
    parser.add_argument("--per-period", type=int, default=42)
    parser.add_argument("--periods", type=int, default=28)
    parser.add_argument("--out", type=Path, default=HERE / "out")
    arguments = parser.parse_args()
    arguments.out.mkdir(exist_ok=True)
    m = maps()
    times = {"per_period": arguments.per_period, "periods": arguments.periods}
    case = {**m, "weights": weights(), "frequency_hz": F, "h": H, "drive_pa": DRIVE_PA, **times}
    np.savez(arguments.out / "case.npz", **case)
    rows = {name: ours(name, m) for name in ("assuage, layers", "assuage, voxels")}
    for peer in arguments.peer or ["k-wave-python", "j-wave", "time-domain"]:
        if peer == "time-domain":
            kw = {"h": H, "frequency_hz": F, "drive_pa": DRIVE_PA}
            steady_amplitude(**m, weights=case["weights"], **kw, per_period=42, periods=3)
            wall, cpu = time.perf_counter(), time.process_time()
            field, steps = steady_amplitude(**m, weights=case["weights"], **kw, **times)
            rows[peer] = (field, time.process_time() - cpu, time.perf_counter() - wall, f"{steps} steps")
            continue
        python = HERE / ".venv-peers" / "bin" / "python"
        environment = {
            **os.environ,
            "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
        }
        subprocess.run([python, HERE / "peer_runs.py", peer, arguments.out], check=True, env=environment)
        took = json.loads((arguments.out / f"{peer}.json").read_text())
        rows[peer] = (
            np.load(arguments.out / f"{peer}.npy"),
            took["cpu_s"],
            took["wall_s"],
            f"{took['steps']} steps",
        )
    report(rows)


def report(rows: dict[str, tuple[np.ndarray, float, float, str]]) -> None:
    exact = np.abs(layered_reference())
    base = rows["assuage, layers"]
    mine = np.abs(base[0])[INNER]
    print("Behind the bone, in %:\n")
    print("| code | CPU s | wall s | CPU ratio | work | L2 to ours | L2 to layered | peak to layered |")
    print("|---|---|---|---|---|---|---|---|")
    for name, (field, cpu, wall, work) in rows.items():
        amplitude = np.abs(field)[INNER]
        plane = amplitude[:, :, MIDDLE - 11]
        behind = slice(LAST - 6 + 3, None)
        if name == "j-wave":
            # Its unit of pressure for a given source is its own. Scaled here to fit the reference best behind
            # the bone, which is generous: what is left is the error of the shape.
            scale = (plane * exact)[behind].sum() / (plane[behind] ** 2).sum()
            amplitude, plane = scale * amplitude, scale * plane
        to_ours = 100 * np.linalg.norm((amplitude - mine)[behind]) / np.linalg.norm(mine[behind])
        to_exact = 100 * np.linalg.norm((plane - exact)[behind]) / np.linalg.norm(exact[behind])
        peak = 100 * (plane[behind].max() / exact[behind].max() - 1)
        print(
            f"| {name} | {cpu:.2f} | {wall:.2f} | {cpu / base[1]:.0f} | {work}"
            f" | {to_ours:.2f} | {to_exact:.2f} | {peak:+.2f} |"
        )


if __name__ == "__main__":
    main()
