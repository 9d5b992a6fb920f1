"""The temperature path at speed: 256 x 256 x 5 voxels, frames a second, against a scanner's 3.5 s a frame.

    python benchmarks/thermometry.py [--frames 20]

Each count of BLAS threads runs in a process of its own, because the libraries read it when they start.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time

SHAPE = (256, 256, 5)
FRAME_S = 3.5
THREADS = ("1", "2")
BASELINES = 8


def measured(frames: int) -> None:
    """Time frames from complex image to temperature, uncertainty and fitted focus."""
    import numpy as np

    from assuage.ultrasound.thermometry.focus import measured_focus
    from assuage.ultrasound.thermometry.simulate import Imaging, simulate_images, slices_through
    from assuage.ultrasound.thermometry.temperature import Thermometer

    target = (0.0, 0.0, 0.0)
    imaging = Imaging(SHAPE, slices_through(target, shape=SHAPE))
    sds_mm = np.array([1.3, 1.3, 2.1])

    def rise(points: np.ndarray, time_s: float) -> np.ndarray:
        return min(max(time_s, 0.0), 12.0) * 1.5 * np.exp(-((points / sds_mm) ** 2).sum(axis=-1) / 2)

    times = [FRAME_S * (n - BASELINES + 0.5) for n in range(BASELINES + 4)]
    series = simulate_images(imaging, rise, times, np.random.default_rng(0))
    places = series.positions_ras_mm()
    away = np.linalg.norm(places - np.array(target), axis=-1)
    thermometer = Thermometer(series.images[:BASELINES], imaging.sequence, unheated=away > 14)
    wall, cpu = time.perf_counter(), time.process_time()
    for number in range(frames):
        frame = thermometer.frame(series.images[BASELINES + number % 4])
        measured_focus(frame, places, near_ras_mm=target, within_mm=8.0)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(
        f"| {os.environ['OMP_NUM_THREADS']} | {frames / wall:.1f} | {frames / cpu:.1f} |"
        f" {FRAME_S * frames / wall:.0f} |",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=20)
    parser.add_argument("--here", action="store_true", help="measure in this process")
    arguments = parser.parse_args()
    if arguments.here:
        measured(arguments.frames)
        return
    print("| BLAS threads | frames a second | frames a CPU second | times the scanner's rate |")
    print("|---|---|---|---|", flush=True)
    for threads in THREADS:
        names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
        environment = os.environ | dict.fromkeys(names, threads)
        command = [sys.executable, __file__, "--here", "--frames", str(arguments.frames)]
        subprocess.run(command, env=environment, check=True)


if __name__ == "__main__":
    main()
