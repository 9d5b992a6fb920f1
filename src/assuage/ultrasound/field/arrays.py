"""The engine in plain array operations: NumPy for reading and checking, torch for a CPU or a GPU.

The two libraries share slicing, arithmetic and `sum(dtype=...)`; what differs is in `Library`. On a
GPU a step is bound by memory, and plain operations read each vector several times: fused kernels
would be two to three times faster there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from assuage.errors import UsageError
from assuage.ultrasound.field.scattering import BoxProblem

Complex64 = NDArray[np.complex64]
Array = Any


@dataclass(frozen=True)
class Library:
    """What an array library must give: transforms of three axes, a way in and out, wide sums."""

    name: str
    fftn: Callable[[Array], Array]
    ifftn: Callable[[Array], Array]
    put: Callable[[NDArray[Any]], Array]
    get: Callable[[Array], NDArray[Any]]
    wide: Any


def numpy_library() -> Library:
    """NumPy with SciPy's transforms."""
    return Library("NumPy, SciPy FFT", scipy.fft.fftn, scipy.fft.ifftn, np.array, np.asarray, np.complex128)


def torch_library(device: str = "cpu") -> Library:
    """Torch on a device such as cpu or cuda; raises UsageError where torch or the device is missing."""
    try:
        import torch
    except ImportError as error:
        message = "torch is not installed: pip install torch, or leave the engine out to use the CPU one"
        raise UsageError(message) from error
    if device != "cpu" and not torch.cuda.is_available():
        message = f"torch finds no {device}: leave the engine out to use the CPU one"
        raise UsageError(message)
    return Library(
        f"torch {torch.__version__} on {device}",
        torch.fft.fftn,
        torch.fft.ifftn,
        lambda a: torch.from_numpy(np.ascontiguousarray(a)).clone().to(device),
        lambda a: a.cpu().numpy(),
        torch.complex128,
    )


class ArrayEngine:
    """See `Engine`."""

    def __init__(self, problem: BoxProblem, library: Library) -> None:
        self.name, self.shape = library.name, problem.shape
        self._library, self._shift = library, problem.shift
        squares = [((2 * np.pi * np.fft.fftfreq(n)) ** 2).astype(np.float32) for n in self.shape]
        total = squares[0][:, None, None] + squares[1][None, :, None] + squares[2][None, None, :]
        self._symbol = library.put((1 / (problem.shift - total)).astype(np.complex64))
        self._potential = library.put(problem.potential)
        self._density = library.put(problem.density)
        self._light = [library.put(faces) for faces in problem.lightness_contrast]

    @property
    def bytes_per_node(self) -> float:
        """Symbol, q, density, three faces, and the six arrays that one application makes on its way."""
        return 8 + 8 + 4 + 12 + 48

    def from_host(self, values: Complex64) -> Array:
        """A copy in the library's own array."""
        return self._library.put(values)

    def to_host(self, vector: Array) -> Complex64:
        """A NumPy array of the same values."""
        return self._library.get(vector)

    def zeros(self) -> Array:
        """A new vector of zeros."""
        return self._library.put(np.zeros(self.shape, dtype=np.complex64))

    def _green(self, y: Array) -> Array:
        return self._library.ifftn(self._symbol * self._library.fftn(y))

    def _divergence(self, p: Array) -> Array:
        total = self._library.put(np.zeros(self.shape, dtype=np.complex64))
        for axis, light in enumerate(self._light):
            flux = _part(light, axis, 1, -2) * _staggered(p, axis)
            inner = [slice(None)] * 3
            inner[axis] = slice(3, -3)
            total[tuple(inner)] += _staggered(flux, axis)
        return total

    def apply(self, y: Array, out: Array, left: Array | None = None) -> tuple[complex, float]:
        """See `Engine.apply`."""
        p = self._green(y)
        image = self._density * (y + self._divergence(p)) + self._potential * p
        overlap, size = (0j, 0.0) if left is None else (self.dot(left, image), self.dot(image, image).real)
        out[...] = image
        return overlap, size

    def apply_adjoint(self, y: Array, out: Array) -> None:
        """See `Engine.apply_adjoint`."""
        weighted = self._density * y
        inner = self._divergence(weighted) + self._potential.conj() * y
        out[...] = weighted + self._library.ifftn(self._symbol.conj() * self._library.fftn(inner))

    def pressure(self, y: Array) -> Complex64:
        """See `Engine.pressure`."""
        return self.to_host(self._green(y)).astype(np.complex64)

    def dot(self, a: Array, b: Array) -> complex:
        """See `Engine.dot`."""
        return complex((a.conj() * b).sum(dtype=self._library.wide))

    def add_scaled(self, y: Array, a: complex, x: Array) -> None:
        """See `Engine.add_scaled`."""
        y += x * complex(a)

    def finish_step(
        self, x: Array, r: Array, p: Array, t: Array, r0: Array, alpha: complex, omega: complex
    ) -> tuple[complex, float]:
        """See `Engine.finish_step`."""
        x += p * complex(alpha) + r * complex(omega)
        r -= t * complex(omega)
        return self.dot(r0, r), self.dot(r, r).real

    def new_direction(self, p: Array, r: Array, v: Array, beta: complex, omega: complex) -> None:
        """See `Engine.new_direction`."""
        p[...] = r + (p - v * complex(omega)) * complex(beta)


def _part(a: Array, axis: int, first: int, last: int) -> Array:
    pick = [slice(None)] * 3
    pick[axis] = slice(first, last if last else None)
    return a[tuple(pick)]


def _staggered(a: Array, axis: int) -> Array:
    """Fourth-order difference half a step on; three entries shorter than `a` along the axis."""
    near = _part(a, axis, 2, -1) - _part(a, axis, 1, -2)
    far = _part(a, axis, 3, 0) - _part(a, axis, 0, -3)
    return (27 * near - far) / 24
