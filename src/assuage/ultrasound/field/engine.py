"""The seam between the iteration and the machine it runs on.

An engine owns the vectors of one `BoxProblem` and the few operations that an iteration is made of.
`cpu` is compiled loops with MKL's FFT; `arrays` is the same in plain array operations, for NumPy
and for torch on a CPU or a GPU.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Vector = Any  # an engine's own array: NumPy on a CPU, a tensor on a GPU


class Engine(Protocol):
    """What an iteration needs. Vectors are complex64; sums and returned numbers are float64."""

    @property
    def name(self) -> str:
        """Which machine and library: part of every result."""
        ...

    @property
    def shape(self) -> tuple[int, int, int]:
        """Sizes of the vectors."""
        ...

    @property
    def bytes_per_node(self) -> float:
        """Memory of coefficients and work space, without the iteration's vectors."""
        ...

    def from_host(self, values: NDArray[np.complex64]) -> Vector:
        """A new vector with these values."""
        ...

    def to_host(self, vector: Vector) -> NDArray[np.complex64]:
        """The vector as a NumPy array."""
        ...

    def zeros(self) -> Vector:
        """A new vector of zeros."""
        ...

    def apply(self, y: Vector, out: Vector, left: Vector | None = None) -> tuple[complex, float]:
        """Out = A y; returns <left, out> (conjugate on the left) and <out, out> where left is given."""
        ...

    def apply_adjoint(self, y: Vector, out: Vector) -> None:
        """Out = (conjugate transpose of A) y."""
        ...

    def pressure(self, y: Vector) -> NDArray[np.complex64]:
        """The scattered pressure p = G y, on the host."""
        ...

    def dot(self, a: Vector, b: Vector) -> complex:
        """<a, b>, conjugate on the left."""
        ...

    def add_scaled(self, y: Vector, a: complex, x: Vector) -> None:
        """Y += a x."""
        ...

    def finish_step(
        self, x: Vector, r: Vector, p: Vector, t: Vector, r0: Vector, alpha: complex, omega: complex
    ) -> tuple[complex, float]:
        """X += alpha p + omega r; r -= omega t; returns <r0, r> and <r, r>."""
        ...

    def new_direction(self, p: Vector, r: Vector, v: Vector, beta: complex, omega: complex) -> None:
        """P = r + beta (p - omega v)."""
        ...
