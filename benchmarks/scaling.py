"""Time, iterations and memory of a box of bone from 64^3 up, with the distance to the bandwidth floor.

A curved shell of bone with porosity that varies fills each cube, 6 points per wavelength. The floor is a
plain copy of as many bytes as one application must move (two FFTs in place, each read and written once
per axis; coefficients and vectors once), timed in the same run.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from assuage.ultrasound.field import Bowl, Grid, LayeredTissue, sphere
from assuage.ultrasound.field.cpu import CpuEngine
from assuage.ultrasound.field.incident import incident_pressure_pa
from assuage.ultrasound.field.krylov import Progress, bicgstab, idr4
from assuage.ultrasound.field.materials import BRAIN, CORTICAL_BONE, TRABECULAR_BONE, WATER
from assuage.ultrasound.field.scattering import box_problem, scattering_source

F, H = 500e3, 0.5e-3
BYTES_MOVED = 2 * 3 * 16 + 16 + 6 * 4 + 5 * 8  # FFTs, symbol, coefficients, vectors, per node


def shell(size: int) -> tuple[Grid, LayeredTissue]:
    half = size * H / 2
    grid = Grid((size, size, size), H, (0.012, -half, -half))
    centre, outer = (0.012 + 0.25 * size * H + 0.06, 0.0, 0.0), 0.06
    radii = (outer, outer - 0.0015, outer - 0.0045, outer - 0.0060)
    materials = (WATER, CORTICAL_BONE, TRABECULAR_BONE, CORTICAL_BONE, BRAIN)
    return grid, LayeredTissue(materials, tuple(sphere(centre, r) for r in radii))


def copy_seconds(byte_count: int) -> float:
    a = np.zeros(byte_count // 2, np.uint8)
    b = np.empty_like(a)
    took = []
    for _ in range(5):
        began = time.perf_counter()
        np.copyto(b, a)
        took.append(time.perf_counter() - began)
    return min(took)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[64, 96, 128, 160])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--method", choices=["BiCGStab", "IDR(4)"], default="BiCGStab")
    parser.add_argument("--shift", type=complex, default=0.6 + 0.6j)
    arguments = parser.parse_args()
    iterate = {"BiCGStab": bicgstab, "IDR(4)": idr4}[arguments.method]
    print("| n | applications | solve wall s | CPU s | ms per application | copy floor ms | bytes per node |")
    print("|---|---|---|---|---|---|---|")
    sizes, seconds, steps = [], [], []
    for n in arguments.sizes:
        grid, tissue = shell(n)
        source = Bowl((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), 0.064, 0.011, 60e3)
        incident = incident_pressure_pa(grid, source, WATER.wavenumber_rad_m(F))
        problem = box_problem(tissue(grid, F), shift_ratio=arguments.shift, absorber_cells=12)
        engine = CpuEngine(problem, threads=arguments.threads)
        rhs = scattering_source(problem, incident)
        engine.apply(rhs, engine.zeros(), rhs)
        progress = Progress(1e-3, 3000)
        wall, cpu = time.perf_counter(), time.process_time()
        iterate(engine, rhs, progress)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        floor = copy_seconds(BYTES_MOVED * n**3)
        per = engine.bytes_per_node + 8 * (8 if arguments.method == "BiCGStab" else 17)
        per_application = 1e3 * wall / progress.applications
        print(
            f"| {n} | {progress.applications} ({progress.ended}) | {wall:.2f} | {cpu:.2f}"
            f" | {per_application:.1f} | {1e3 * floor:.1f} | {per:.0f} |",
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
