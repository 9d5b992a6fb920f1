"""Time, iterations and memory of a box of bone from 64^3 up, with the distance to the bandwidth floor.

A curved shell of bone with porosity that varies fills each cube, 6 points per wavelength. The floor is a
plain copy of as many bytes as one application must move (two FFTs in place, each read and written once
per axis; coefficients and vectors once), timed in the same run. One thread, CPU time throughout: wall
time says nothing where others work on the same processors.
"""

# ruff: noqa: E402 -- the thread counts must be set before the libraries that read them
from __future__ import annotations

import os

for _name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass

import mkl_fft
import numpy as np

from assuage.ultrasound.field import Bowl, Grid, LayeredTissue, sphere
from assuage.ultrasound.field.cpu import CpuEngine
from assuage.ultrasound.field.incident import incident_pressure_pa
from assuage.ultrasound.field.krylov import Progress, bicgstab, idr4
from assuage.ultrasound.field.materials import BRAIN, CORTICAL_BONE, TRABECULAR_BONE, WATER
from assuage.ultrasound.field.scattering import box_problem, scattering_source

F, H = 500e3, 0.5e-3
# Per node and application of BiCGStab, each array read or written once a pass: two FFTs of three passes, the
# symbol, the medium (p, y and left in, the image out, six coefficients), and half a step's vectors.
BYTES_MOVED = 2 * 3 * 16 + 16 + (4 * 8 + 6 * 4) + (3 * 8 + 7 * 8 + 4 * 8) // 2


def shell(size: int) -> tuple[Grid, LayeredTissue]:
    half = size * H / 2
    grid = Grid((size, size, size), H, (0.012, -half, -half))
    centre, outer = (0.012 + 0.25 * size * H + 0.06, 0.0, 0.0), 0.06
    radii = (outer, outer - 0.0015, outer - 0.0045, outer - 0.0060)
    materials = (WATER, CORTICAL_BONE, TRABECULAR_BONE, CORTICAL_BONE, BRAIN)
    return grid, LayeredTissue(materials, tuple(sphere(centre, r) for r in radii))


def cpu_seconds(work: Callable[[], object], repeats: int = 5) -> float:
    """The least CPU time of a piece of work: what the machine can do when left alone."""
    took = []
    for _ in range(repeats):
        began = time.process_time()
        work()
        took.append(time.process_time() - began)
    return min(took)


def copy_seconds(byte_count: int) -> float:
    """Reading and writing so many bytes in all, by a plain copy."""
    a = np.zeros(byte_count // 2, np.uint8)
    b = np.empty_like(a)
    return cpu_seconds(lambda: np.copyto(b, a))


@dataclass(frozen=True)
class Shares:
    """Where one application's time goes, seconds of CPU; `copies` are the same bytes plainly copied."""

    transforms: float
    symbol: float
    medium: float
    vectors: float
    copies: float


def shares_of(engine: CpuEngine, y: np.ndarray, per_application_s: float) -> Shares:
    out, work = engine.zeros(), np.array(y)

    def both_transforms() -> None:
        mkl_fft.fftn(work, out=out)
        mkl_fft.ifftn(out, out=out)

    transforms = cpu_seconds(both_transforms)
    green = cpu_seconds(lambda: engine.pressure(y)) - cpu_seconds(work.copy)
    whole = cpu_seconds(lambda: engine.apply(y, out, y))
    copies = copy_seconds(BYTES_MOVED * y.size)
    return Shares(transforms, green - transforms, whole - green, per_application_s - whole, copies)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[64, 96, 128, 160, 256])
    parser.add_argument("--method", choices=["BiCGStab", "IDR(4)"], default="BiCGStab")
    parser.add_argument("--shift", type=complex, default=0.6 + 0.6j)
    arguments = parser.parse_args()
    iterate, vectors = {"BiCGStab": (bicgstab, 6), "IDR(4)": (idr4, 17)}[arguments.method]
    print(
        "| n | applications | CPU s | ms each | FFTs | symbol | medium | vectors | plain copy | bytes/node |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    sizes, seconds, steps = [], [], []
    for n in arguments.sizes:
        grid, tissue = shell(n)
        source = Bowl((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), 0.064, 0.011, 60e3)
        incident = incident_pressure_pa(grid, source, WATER.wavenumber_rad_m(F))
        problem = box_problem(tissue(grid, F), shift_ratio=arguments.shift, absorber_cells=12)
        engine = CpuEngine(problem, threads=1)
        rhs = scattering_source(problem, incident)
        engine.apply(rhs, engine.zeros(), rhs)
        progress = Progress(1e-3, 3000)
        cpu = time.process_time()
        iterate(engine, rhs, progress)
        cpu = time.process_time() - cpu
        each = shares_of(engine, rhs, cpu / progress.applications)
        per_node = engine.bytes_per_node + 8 * vectors
        shown = (each.transforms, each.symbol, each.medium, each.vectors, each.copies)
        print(
            f"| {n} | {progress.applications} ({progress.ended}) | {cpu:.2f}"
            f" | {1e3 * cpu / progress.applications:.1f} | "
            + " | ".join(f"{1e3 * v:.1f}" for v in shown)
            + f" | {per_node:.0f} |",
            flush=True,
        )
        sizes.append(n)
        seconds.append(cpu)
        steps.append(progress.applications)
    if len(sizes) > 1:
        slope = np.polyfit(np.log(sizes), np.log(seconds), 1)[0]
        growth = np.polyfit(np.log(sizes), np.log(steps), 1)[0]
        print(f"\nCPU seconds grow as n^{slope:.2f}, applications as n^{growth:.2f}.")


if __name__ == "__main__":
    main()
