"""A time-domain baseline of our own: k-space pseudospectral, real FFTs, fused loops. Eight FFTs a step.

Equations and time stepping as in B. E. Treeby and B. T. Cox 2010 (doi 10.1117/1.3360308): staggered
velocities, k-space corrected derivatives, Stokes absorption (power 2, no further FFT). The edges are a
multiplicative sponge, so the density needs no splitting and the divergence one inverse transform.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("KMP_BLOCKTIME", "0")

import mkl_fft
import numpy as np
from numba import njit, prange


@njit(parallel=True, fastmath=True, cache=True)
def _velocity(u, gradient, damping, step_over_density):
    for i in prange(u.shape[0]):
        for j in range(u.shape[1]):
            for k in range(u.shape[2]):
                d = damping[i, j, k]
                u[i, j, k] = d * (d * u[i, j, k] - step_over_density[i, j, k] * gradient[i, j, k])


@njit(parallel=True, fastmath=True, cache=True)
def _pressure(p, mass, divergence, damping, step_density, square, loss):
    for i in prange(p.shape[0]):
        for j in range(p.shape[1]):
            for k in range(p.shape[2]):
                d = damping[i, j, k]
                change = step_density[i, j, k] * divergence[i, j, k]
                mass[i, j, k] = d * (d * mass[i, j, k] - change)
                p[i, j, k] = square[i, j, k] * (mass[i, j, k] - loss[i, j, k] * change)


@njit(parallel=True, fastmath=True, cache=True)
def _add(real, imag, p, c, s):
    for i in prange(p.shape[0]):
        for j in range(p.shape[1]):
            for k in range(p.shape[2]):
                real[i, j, k] += c * p[i, j, k]
                imag[i, j, k] += s * p[i, j, k]


def _mean(values, axis):
    """Mean with the next node: the value half a voxel on."""
    return 0.5 * (values + np.roll(values, -1, axis))


def steady_amplitude(
    c, rho, alpha_np_m, weights, *, h, frequency_hz, drive_pa, per_period, periods, sponge=10
):
    """Complex amplitude (time factor exp(-iwt)) of the last three periods, and the number of steps."""
    shape, dt = c.shape, 1 / frequency_hz / per_period
    reference = float(c.max())
    q = [2 * np.pi * np.fft.fftfreq(n, h) for n in shape[:2]] + [2 * np.pi * np.fft.rfftfreq(shape[2], h)]
    size = np.sqrt(q[0][:, None, None] ** 2 + q[1][None, :, None] ** 2 + q[2][None, None, :] ** 2)
    kappa = np.sinc(reference * size * dt / 2 / np.pi).astype(np.float32)
    source_kappa = np.cos(reference * size * dt / 2)
    forward = [(1j * v * np.exp(1j * v * h / 2)).astype(np.complex64) for v in q]
    backward = [(1j * v * np.exp(-1j * v * h / 2)).astype(np.complex64) for v in q]
    spread = [(slice(None), None, None), (None, slice(None), None), (None, None, slice(None))]
    edge = [np.clip((sponge - np.minimum(np.arange(n), n - 1 - np.arange(n))) / sponge, 0, 1) for n in shape]
    deep = np.maximum(np.maximum(edge[0][:, None, None], edge[1][None, :, None]), edge[2][None, None, :])
    damping = np.exp(-2.0 * deep**4 * reference * dt / h / 2).astype(np.float32)
    step_over_density = [(dt / _mean(rho, a)).astype(np.float32) for a in range(3)]
    w = 2 * np.pi * frequency_hz
    tau = 2 * alpha_np_m * c / w**2  # k^2 = (w/c)^2 / (1 - i w tau), to first order k = w/c + i alpha
    step_density, loss = (dt * rho).astype(np.float32), (tau / dt).astype(np.float32)
    square = (c**2).astype(np.float32)
    smooth = np.fft.irfftn(source_kappa * np.fft.rfftn(weights), s=shape)
    push = (2 * drive_pa * dt / (c * h) * smooth).astype(np.float32)
    p, mass, real, imag = (np.zeros(shape, np.float32) for _ in range(4))
    u = [np.zeros(shape, np.float32) for _ in range(3)]
    total, last = per_period * periods, 3 * per_period
    for n in range(total):
        spectrum = mkl_fft.rfftn(p)
        spectrum *= kappa
        for a in range(3):
            gradient = mkl_fft.irfftn(spectrum * forward[a][spread[a]], s=shape)
            _velocity(u[a], gradient, damping, step_over_density[a])
        spectrum = mkl_fft.rfftn(u[0]) * backward[0][spread[0]]
        for a in (1, 2):
            spectrum += mkl_fft.rfftn(u[a]) * backward[a][spread[a]]
        spectrum *= kappa
        divergence = mkl_fft.irfftn(spectrum, s=shape)
        ramp = min(1.0, n / (3 * per_period))
        mass += push * np.float32(ramp * np.cos(w * n * dt))
        _pressure(p, mass, divergence, damping, step_density, square, loss)
        if n >= total - last:
            phase = w * (n + 1) * dt
            _add(real, imag, p, np.float32(2 / last * np.cos(phase)), np.float32(2 / last * np.sin(phase)))
    return real + 1j * imag, total
