"""Runs one peer on a case written by peers.py, in the peers' own environment."""

from __future__ import annotations

import contextlib
import io
import json
import sys
import time
import urllib.request
from pathlib import Path

import numpy as np


def db_cm_mhz2(case):
    """The absorption in the peers' unit, dB/(MHz^2 cm): both fix the power at 2 or are given 2."""
    return case["alpha_np_m"] * 8.685889638 / 100 / (case["frequency_hz"] / 1e6) ** 2


def k_wave(case):
    """k-wave-python's NumPy backend, float32. Its import downloads binaries that it does not need here."""

    def no_download(url, filename):
        del url
        Path(filename).parent.mkdir(parents=True, exist_ok=True)
        Path(filename).write_bytes(b"")

    urllib.request.urlretrieve = no_download
    from kwave.kgrid import kWaveGrid
    from kwave.kmedium import kWaveMedium
    from kwave.ksensor import kSensor
    from kwave.ksource import kSource
    from kwave.kspaceFirstOrder import kspaceFirstOrder

    f, h, per_period, periods = (case[k] for k in ("frequency_hz", "h", "per_period", "periods"))
    grid = kWaveGrid(list(case["c"].shape), [h] * 3)
    steps = per_period * periods
    grid.setTime(steps, 1 / f / per_period)
    medium = kWaveMedium(
        sound_speed=case["c"], density=case["rho"], alpha_coeff=db_cm_mhz2(case), alpha_power=2.0
    )
    source, sensor = kSource(), kSensor()
    mask = np.abs(case["weights"]) > 1e-3 * np.abs(case["weights"]).max()
    source.p_mask = mask
    t = np.arange(steps) / f / per_period
    wave = case["drive_pa"] * np.minimum(1, t * f / 3) * np.cos(2 * np.pi * f * t)
    order = "C"
    source.p = case["weights"].flatten(order)[mask.flatten(order)][:, None] * wave[None, :]
    sensor.mask = np.ones(case["c"].shape, bool)
    sensor.record = ["p"]
    sensor.record_start_index = steps - 3 * per_period + 1
    began, cpu = time.perf_counter(), time.process_time()
    result = kspaceFirstOrder(
        grid,
        medium,
        source,
        sensor,
        pml_size=10,
        pml_inside=True,
        backend="python",
        device="cpu",
        dtype="float32",
        quiet=True,
    )
    took = (time.perf_counter() - began, time.process_time() - cpu)
    series = np.asarray(result["p"])
    phase = 2 * np.pi * np.arange(series.shape[-1]) / per_period
    amplitude = 2 / series.shape[-1] * series @ np.exp(1j * phase)
    return amplitude.reshape(case["c"].shape, order=order), took, f"{steps} steps"


def j_wave(case):
    """j-Wave's Helmholtz solver, BiCGStab to 1e-3, with density and attenuation, compiled as a whole.

    Its unit of pressure is its own. Water is solved first, which also compiles it: the number that
    makes its water field the exact one serves the bone too.
    """
    import jax
    import jax.numpy as jnp
    from jaxdf import FourierSeries
    from jwave.acoustics.operators import helmholtz, scale_source_helmholtz
    from jwave.acoustics.time_harmonic import helmholtz_solver
    from jwave.geometry import Domain, Medium

    domain = Domain(case["c"].shape, (case["h"],) * 3)

    # Its frequency axes leak a traced value when density varies: constants of NumPy's do not.
    def axes(self):
        transform = np.fft.fftfreq if self.is_complex else np.fft.rfftfreq
        return [2 * np.pi * transform(n, d) for n, d in zip(self.domain.N, self.domain.dx, strict=True)]

    FourierSeries._freq_axis = property(axes)
    omega = 2 * np.pi * case["frequency_hz"]

    def wrapped(values, kind):
        return FourierSeries(jnp.asarray(values.astype(kind))[..., None], domain)

    def medium(c, rho, alpha):
        maps = {"sound_speed": c, "density": rho, "attenuation": alpha}
        return Medium(domain=domain, pml_size=10, **{k: wrapped(v, np.float32) for k, v in maps.items()})

    @jax.jit
    def solve(medium, source):
        return helmholtz_solver(
            medium, omega, source, method="bicgstab", tol=1e-3, maxiter=2000, checkpoint=False
        )

    source = wrapped(case["drive_pa"] * case["weights"], np.complex64)
    plain = np.ones(case["c"].shape)
    water = np.asarray(solve(medium(1500 * plain, 1000 * plain, 0 * plain), source).on_grid[..., 0])
    inner = tuple(slice(*ends) for ends in case["inner"])
    exact, found = case["water_pa"], water[inner][:, :, case["middle"] - inner[2].start]
    unit = np.vdot(found, exact) / np.vdot(found, found)
    bone = medium(case["c"], case["rho"], db_cm_mhz2(case))
    began, cpu = time.perf_counter(), time.process_time()
    field = solve(bone, source)
    amplitude = np.asarray(field.on_grid[..., 0])
    took = (time.perf_counter() - began, time.process_time() - cpu)
    target = scale_source_helmholtz(source, bone).on_grid
    left = helmholtz(field * (1 / (-1j * omega)), bone, omega=omega).on_grid - target
    residual = float(jnp.linalg.norm(left.ravel()) / jnp.linalg.norm(target.ravel()))
    return unit * amplitude, took, f"residual {residual:.0e}"


def main():
    peer, folder = sys.argv[1], Path(sys.argv[2])
    stored = np.load(folder / "case.npz")
    case = {k: (stored[k].item() if stored[k].ndim == 0 else stored[k]) for k in stored.files}
    with contextlib.redirect_stdout(io.StringIO()):
        amplitude, (wall_s, cpu_s), work = {"k-wave-python": k_wave, "j-wave": j_wave}[peer](case)
    np.save(folder / f"{peer}.npy", amplitude.astype(np.complex64))
    (folder / f"{peer}.json").write_text(json.dumps({"wall_s": wall_s, "cpu_s": cpu_s, "work": work}))


if __name__ == "__main__":
    main()
