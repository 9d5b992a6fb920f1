"""The engine for a CPU: loops compiled by numba, FFTs by MKL (by SciPy where MKL is missing).

MKL's in-place complex64 transform took a third of SciPy's time on 128^3 with one thread, and
NumPy's own ignores threads.
"""

from __future__ import annotations

from collections.abc import Callable

import assuage.ultrasound.field.threads  # isort: skip  (before numba and MKL)  # noqa: F401

import numba
import numpy as np
import scipy.fft
from numpy.typing import NDArray

from assuage.errors import UsageError
from assuage.ultrasound.field import kernels
from assuage.ultrasound.field.scattering import BoxProblem, density_divergence

try:
    import mkl
    import mkl_fft
except ImportError:  # no MKL for this processor or system
    mkl_fft = None

Complex64 = NDArray[np.complex64]
Forward = Callable[[Complex64, Complex64], None]
Inverse = Callable[[Complex64], None]


def set_threads(threads: int) -> None:
    """Set the number of threads of the loops and of MKL; raises UsageError outside 1 to what is there."""
    if not 1 <= threads <= numba.config.NUMBA_NUM_THREADS:
        message = f"{threads} threads asked for; give 1 to {numba.config.NUMBA_NUM_THREADS}"
        raise UsageError(message)
    numba.set_num_threads(threads)
    if mkl_fft is not None:
        mkl.set_num_threads(threads)


def _transforms(library: str, threads: int) -> tuple[str, Forward, Inverse]:
    """Name, forward transform into another array, inverse in place."""
    if library == "mkl" and mkl_fft is not None:
        return (
            "MKL",
            lambda a, out: mkl_fft.fftn(a, out=out),
            lambda a: mkl_fft.ifftn(a, out=a),
        )

    def forward(a: Complex64, out: Complex64) -> None:
        out[...] = scipy.fft.fftn(a, workers=threads)

    def inverse(a: Complex64) -> None:
        a[...] = scipy.fft.ifftn(a, workers=threads, overwrite_x=True)

    return "SciPy", forward, inverse


def real_view(vector: Complex64) -> NDArray[np.float32]:
    """The same memory with real and imaginary parts side by side, shape (nx, ny, 2 nz)."""
    return vector.view(np.float32)


def _even_shares(rows: NDArray[np.bool_], threads: int) -> NDArray[np.int64]:
    """Planes where each thread begins, so that bone (three times the work of water) is shared out."""
    work = np.cumsum(rows.shape[1] + 3 * rows.sum(axis=1))
    inner = np.searchsorted(work, work[-1] * np.arange(1, threads) / threads)
    return np.concatenate([[0], inner, [len(rows)]]).astype(np.int64)


class CpuEngine:
    """See `Engine`. Vectors are NumPy arrays of shape `problem.shape`."""

    def __init__(self, problem: BoxProblem, *, threads: int = 1, fft: str = "mkl") -> None:
        set_threads(threads)
        library, self._forward, self._inverse = _transforms(fft, threads)
        self.name = f"CPU, {threads} thread{'s' if threads > 1 else ''}, numba, {library} FFT"
        self.shape = problem.shape
        self._shift = problem.shift
        self._squares = [((2 * np.pi * np.fft.fftfreq(n)) ** 2).astype(np.float32) for n in self.shape]
        self._q_real = np.ascontiguousarray(problem.potential.real)
        self._q_imag = np.ascontiguousarray(problem.potential.imag)
        self._density = problem.density
        self._light = problem.lightness_contrast
        self._rows = problem.rows
        self._rows_x = (problem.lightness_contrast[0] != 0).any(axis=2)
        self._chunks = _even_shares(problem.rows, threads)
        self._work = np.empty(self.shape, dtype=np.complex64)
        self._sums = np.zeros((self.shape[0], 3))

    @property
    def bytes_per_node(self) -> float:
        """Two parts of q, density, three faces, and one complex work array."""
        return 4 * (2 + 1 + 3) + 8

    def from_host(self, values: Complex64) -> Complex64:
        """A contiguous copy."""
        return np.array(values, dtype=np.complex64, order="C")

    def to_host(self, vector: Complex64) -> Complex64:
        """The vector itself."""
        return vector

    def zeros(self) -> Complex64:
        """A new vector of zeros."""
        return np.zeros(self.shape, dtype=np.complex64)

    def _green(self, y: Complex64, shift: complex) -> None:
        """Work = G y."""
        self._forward(y, self._work)
        kernels.divide_by_symbol(
            real_view(self._work),
            *self._squares,
            np.float32(shift.real),
            np.float32(shift.imag),
            np.float32(1),
        )
        self._inverse(self._work)

    def apply(self, y: Complex64, out: Complex64, left: Complex64 | None = None) -> tuple[complex, float]:
        """See `Engine.apply`."""
        self._green(y, self._shift)
        kernels.apply_medium(
            real_view(out), real_view(y), real_view(self._work),
            self._q_real, self._q_imag, self._density, *self._light, self._rows_x, self._rows, self._chunks,
            real_view(out if left is None else left), self._sums, 0 if left is None else 1,
        )  # fmt: skip
        if left is None:
            return 0j, 0.0
        real, imag, square = self._sums.sum(axis=0)
        return complex(real, imag), float(square)

    def apply_adjoint(self, y: Complex64, out: Complex64) -> None:
        """See `Engine.apply_adjoint`; in plain array arithmetic, for the rare solve that needs it."""
        weighted = self._density * y
        inner = density_divergence(self._light, weighted)
        inner += (self._q_real - 1j * self._q_imag) * y
        self._green(inner, self._shift.conjugate())
        np.add(weighted, self._work, out=out)

    def pressure(self, y: Complex64) -> Complex64:
        """See `Engine.pressure`."""
        self._green(y, self._shift)
        return self._work.copy()

    def dot(self, a: Complex64, b: Complex64) -> complex:
        """See `Engine.dot`."""
        kernels.dot(real_view(a), real_view(b), self._sums)
        real, imag, _ = self._sums.sum(axis=0)
        return complex(real, imag)

    def add_scaled(self, y: Complex64, a: complex, x: Complex64) -> None:
        """See `Engine.add_scaled`."""
        kernels.add_scaled(real_view(y), real_view(x), np.float32(a.real), np.float32(a.imag))

    def finish_step(
        self,
        x: Complex64,
        r: Complex64,
        p: Complex64,
        t: Complex64,
        r0: Complex64,
        alpha: complex,
        omega: complex,
    ) -> tuple[complex, float]:
        """See `Engine.finish_step`."""
        kernels.finish_step(
            real_view(x), real_view(r), real_view(p), real_view(r), real_view(t), real_view(r0),
            np.float32(alpha.real), np.float32(alpha.imag), np.float32(omega.real), np.float32(omega.imag),
            self._sums,
        )  # fmt: skip
        real, imag, square = self._sums.sum(axis=0)
        return complex(real, imag), float(square)

    def new_direction(self, p: Complex64, r: Complex64, v: Complex64, beta: complex, omega: complex) -> None:
        """See `Engine.new_direction`."""
        kernels.new_direction(
            real_view(p), real_view(r), real_view(v),
            np.float32(beta.real), np.float32(beta.imag), np.float32(omega.real), np.float32(omega.imag),
        )  # fmt: skip
