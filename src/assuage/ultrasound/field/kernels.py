"""Compiled loops of the CPU operator: one pass over memory each, dot products on the way.

Complex arrays are passed as their real view of shape (nx, ny, 2 nz), real and imaginary parts
side by side: the difference stencils have real coefficients, so a neighbour along z is two
entries away, and the compiler turns the inner loops into vector code. Sums are kept in float64.
"""
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import numpy as np
from numba import njit, prange

NEAR = np.float32(27.0 / 24.0)
FAR = np.float32(1.0 / 24.0)
REACH = 3  # nodes that the difference of a difference reaches to each side


@njit(parallel=True, cache=True, fastmath=True, error_model="numpy")
def divide_by_symbol(spectrum, qx2, qy2, qz2, shift_real, shift_imag, scale):
    """Multiply by scale / (shift - |q|^2) in place; spectrum is a real view (nx, ny, 2 nz)."""
    nx, ny, nz = len(qx2), len(qy2), len(qz2)
    square = shift_imag * shift_imag
    down = -shift_imag * scale
    for i in prange(nx):
        for j in range(ny):
            head = shift_real - qx2[i] - qy2[j]
            for k in range(nz):
                real = head - qz2[k]
                size = np.float32(1.0) / (real * real + square)
                a = real * scale * size
                b = down * size
                u = spectrum[i, j, 2 * k]
                v = spectrum[i, j, 2 * k + 1]
                spectrum[i, j, 2 * k] = a * u - b * v
                spectrum[i, j, 2 * k + 1] = a * v + b * u


@njit(inline="always", fastmath=True)
def _flux_row(line, p_a, p_b, p_c, p_d, weight, count):
    """Line = (b - 1) D+ p over a row of faces between rows p_b and p_c."""
    for k in range(count):
        w = weight[k]
        line[2 * k] = w * (NEAR * (p_c[2 * k] - p_b[2 * k]) - FAR * (p_d[2 * k] - p_a[2 * k]))
        line[2 * k + 1] = w * (
            NEAR * (p_c[2 * k + 1] - p_b[2 * k + 1]) - FAR * (p_d[2 * k + 1] - p_a[2 * k + 1])
        )


@njit(inline="always", fastmath=True)
def _flux_plane(plane, blank, p, bx, rows_x, m):
    """The fluxes through the faces beyond node plane m; rows without contrast are zeroed once."""
    ny, nz = bx.shape[1], bx.shape[2]
    for j in range(ny):
        if 1 <= m < bx.shape[0] - 2 and rows_x[m, j]:
            _flux_row(plane[j], p[m - 1, j], p[m, j], p[m + 1, j], p[m + 2, j], bx[m, j], nz)
            blank[j] = False
        elif not blank[j]:
            plane[j, :] = 0.0
            blank[j] = True


@njit(inline="always", fastmath=True)
def _difference(div, f0, f1, f2, f3, count):
    """Div += D- of four neighbouring fluxes."""
    for m in range(count):
        div[m] += NEAR * (f2[m] - f1[m]) - FAR * (f3[m] - f0[m])


@njit(inline="always", fastmath=True)
def _row_divergence(div, gx, gy, line, p, bz, i, j):
    """Div = C p over row (i, j), from the x fluxes at hand and y and z fluxes made here.

    gy holds the y fluxes of faces j - 2 .. j in their places modulo 4; face j + 1 is added.
    """
    nz = bz.shape[2]
    div[:] = 0.0
    _difference(div, gx[(i - 2) % 4, j], gx[(i - 1) % 4, j], gx[i % 4, j], gx[(i + 1) % 4, j], 2 * nz)
    _difference(div, gy[(j - 2) % 4], gy[(j - 1) % 4], gy[j % 4], gy[(j + 1) % 4], 2 * nz)
    row = p[i, j]
    inner = nz - 3
    _flux_row(line[2:], row, row[2:], row[4:], row[6:], bz[i, j, 1:], inner)
    _difference(div[6:], line[2:], line[4:], line[6:], line[8:], 2 * (nz - 6))


@njit(inline="always", fastmath=True)
def _combine(out, y, div, kr, ki, u, r, count):
    """Out = r (y + div) + q p over one row."""
    for k in range(count):
        a, b, s = kr[k], ki[k], r[k]
        real, imag = u[2 * k], u[2 * k + 1]
        out[2 * k] = s * (y[2 * k] + div[2 * k]) + a * real - b * imag
        out[2 * k + 1] = s * (y[2 * k + 1] + div[2 * k + 1]) + a * imag + b * real


@njit(inline="always", fastmath=True)
def _row_dots(out, left, count):
    """<left, out> and <out, out> over one row; a row is short enough for float32."""
    real, imag, square = np.float32(0.0), np.float32(0.0), np.float32(0.0)
    for k in range(count):
        u, v = out[2 * k], out[2 * k + 1]
        a, b = left[2 * k], left[2 * k + 1]
        real += a * u + b * v
        imag += a * v - b * u
        square += u * u + v * v
    return np.float64(real), np.float64(imag), np.float64(square)


@njit(parallel=True, cache=True, fastmath=True, error_model="numpy")
def apply_medium(out, y, p, kr, ki, r, bx, by, bz, rows_x, rows, chunks, left, sums, mode):
    """Out = r (y + C p) + q p, and per plane the sums that the iteration asks for.

    out, y, p, left: real views (nx, ny, 2 nz). kr, ki: q. r: relative density. bx, by, bz:
    rho_0/rho - 1 on faces. rows (nx, ny): rows of nodes with a density contrast within reach;
    rows_x: rows of x faces with any. chunks (m + 1,): planes where each thread's share begins; inside
    a share the x fluxes of four neighbouring faces are kept, so each is computed once.
    sums (nx, 3): <left, out> (conjugate on the left; real, imaginary) and <out, out>; left alone in mode 0.
    """
    ny, nz = kr.shape[1], kr.shape[2]
    for chunk in prange(len(chunks) - 1):
        gx = np.zeros((4, ny, 2 * nz), dtype=np.float32)
        blank = np.ones((4, ny), dtype=np.bool_)
        gy = np.zeros((4, 2 * nz), dtype=np.float32)
        line = np.zeros(2 * nz, dtype=np.float32)
        div = np.zeros(2 * nz, dtype=np.float32)
        zero = np.zeros(2 * nz, dtype=np.float32)
        start = chunks[chunk]
        for m in range(start - 2, start + 1):
            _flux_plane(gx[m % 4], blank[m % 4], p, bx, rows_x, m)
        for i in range(start, chunks[chunk + 1]):
            _flux_plane(gx[(i + 1) % 4], blank[(i + 1) % 4], p, bx, rows_x, i + 1)
            real, imag, square = 0.0, 0.0, 0.0
            have = -1  # the last y face in gy
            for j in range(ny):
                if rows[i, j]:
                    for m in range(max(have + 1, j - 2), j + 2):
                        _flux_row(gy[m % 4], p[i, m - 1], p[i, m], p[i, m + 1], p[i, m + 2], by[i, m], nz)
                    have = j + 1
                    _row_divergence(div, gx, gy, line, p, bz, i, j)
                    _combine(out[i, j], y[i, j], div, kr[i, j], ki[i, j], p[i, j], r[i, j], nz)
                else:
                    _combine(out[i, j], y[i, j], zero, kr[i, j], ki[i, j], p[i, j], r[i, j], nz)
                if mode == 1:
                    a, b, c = _row_dots(out[i, j], left[i, j], nz)
                    real += a
                    imag += b
                    square += c
            if mode == 1:
                sums[i, 0], sums[i, 1], sums[i, 2] = real, imag, square


@njit(parallel=True, cache=True, fastmath=True)
def dot(a, b, sums):
    """sums[i] = conjugate(a) . b over plane i: (real, imaginary)."""
    for i in prange(a.shape[0]):
        real, imag = 0.0, 0.0
        for j in range(a.shape[1]):
            for k in range(a.shape[2] // 2):
                u, v = a[i, j, 2 * k], a[i, j, 2 * k + 1]
                s, t = b[i, j, 2 * k], b[i, j, 2 * k + 1]
                real += np.float64(u * s + v * t)
                imag += np.float64(u * t - v * s)
        sums[i, 0], sums[i, 1] = real, imag


@njit(parallel=True, cache=True, fastmath=True)
def add_scaled(y, x, a_real, a_imag):
    """Y += a x."""
    for i in prange(y.shape[0]):
        for j in range(y.shape[1]):
            for k in range(y.shape[2] // 2):
                u, v = x[i, j, 2 * k], x[i, j, 2 * k + 1]
                y[i, j, 2 * k] += a_real * u - a_imag * v
                y[i, j, 2 * k + 1] += a_real * v + a_imag * u


@njit(parallel=True, cache=True, fastmath=True)
def finish_step(x, r, p, s, t, r0, alpha_real, alpha_imag, omega_real, omega_imag, sums):
    """X += alpha p + omega s; r = s - omega t; sums: <r0, r> and <r, r>. r may be s."""
    for i in prange(x.shape[0]):
        real, imag, square = 0.0, 0.0, 0.0
        for j in range(x.shape[1]):
            for k in range(x.shape[2] // 2):
                pu, pv = p[i, j, 2 * k], p[i, j, 2 * k + 1]
                su, sv = s[i, j, 2 * k], s[i, j, 2 * k + 1]
                tu, tv = t[i, j, 2 * k], t[i, j, 2 * k + 1]
                x[i, j, 2 * k] += alpha_real * pu - alpha_imag * pv + omega_real * su - omega_imag * sv
                x[i, j, 2 * k + 1] += alpha_real * pv + alpha_imag * pu + omega_real * sv + omega_imag * su
                u = su - omega_real * tu + omega_imag * tv
                v = sv - omega_real * tv - omega_imag * tu
                r[i, j, 2 * k], r[i, j, 2 * k + 1] = u, v
                a, b = r0[i, j, 2 * k], r0[i, j, 2 * k + 1]
                real += np.float64(a * u + b * v)
                imag += np.float64(a * v - b * u)
                square += np.float64(u * u + v * v)
        sums[i, 0], sums[i, 1], sums[i, 2] = real, imag, square


@njit(parallel=True, cache=True, fastmath=True)
def new_direction(p, r, v, beta_real, beta_imag, omega_real, omega_imag):
    """P = r + beta (p - omega v)."""
    for i in prange(p.shape[0]):
        for j in range(p.shape[1]):
            for k in range(p.shape[2] // 2):
                vu, vv = v[i, j, 2 * k], v[i, j, 2 * k + 1]
                a = p[i, j, 2 * k] - omega_real * vu + omega_imag * vv
                b = p[i, j, 2 * k + 1] - omega_real * vv - omega_imag * vu
                p[i, j, 2 * k] = r[i, j, 2 * k] + beta_real * a - beta_imag * b
                p[i, j, 2 * k + 1] = r[i, j, 2 * k + 1] + beta_real * b + beta_imag * a
