"""The iterations: BiCGStab for boxes of bone, IDR(4) for whole heads, least squares when both fail.

BiCGStab: H. A. van der Vorst 1992, SIAM J. Sci. Stat. Comput. 13:631, doi 10.1137/0913035.
IDR(s): M. B. van Gijzen and P. Sonneveld 2011, ACM TOMS 38(1):5, doi 10.1145/2049662.2049667.
CGLS: M. R. Hestenes and E. Stiefel 1952, J. Res. NBS 49:409, doi 10.6028/jres.049.044, section 10:
conjugate gradients on the normal equations. Its residual never rises, whatever the medium, so it
is what remains when the quick ones stall.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from assuage.ultrasound.field.engine import Engine, Vector

Watcher = Callable[[int, float], None]
STALL_APPLICATIONS = 300  # without a new least residual: give up (whole heads pause for 150)
BREAKDOWN = 1e-30


@dataclass
class Progress:
    """What an iteration reports as it goes; `ended` says why it stopped."""

    tolerance: float
    budget: int
    watch: Watcher | None = None
    applications: int = 0
    best: float = np.inf
    best_at: int = 0
    relative: float = 1.0
    ended: str = field(default="")

    def step(self, applications: int, relative: float) -> bool:
        """Note a residual; True when the iteration must stop."""
        self.applications += applications
        self.relative = relative
        if self.watch is not None:
            self.watch(self.applications, relative)
        if relative < 0.98 * self.best:
            self.best, self.best_at = relative, self.applications
        if not np.isfinite(relative):
            self.ended = "broke down"
        elif relative <= self.tolerance:
            self.ended = "converged"
        elif self.applications >= self.budget:
            self.ended = "used up its applications"
        elif self.applications - self.best_at >= STALL_APPLICATIONS:
            self.ended = "stalled"
        return bool(self.ended)


def bicgstab(engine: Engine, rhs: Vector, progress: Progress) -> Vector:
    """Solve A y = rhs from y = 0. Two applications a step; 5 vectors beside y and the right side."""
    y = engine.zeros()
    r, p = engine.from_host(engine.to_host(rhs)), engine.from_host(engine.to_host(rhs))
    r0, v, t = rhs, engine.zeros(), engine.zeros()
    rho = engine.dot(r0, r)
    scale = np.sqrt(rho.real)
    while True:
        alongside, _ = engine.apply(p, v, r0)
        if abs(alongside) < BREAKDOWN:
            progress.ended = "broke down"
            return y
        alpha = rho / alongside
        engine.add_scaled(r, -alpha, v)
        overlap, size = engine.apply(r, t, r)
        omega = overlap.conjugate() / size if size > 0 else 0j
        new_rho, square = engine.finish_step(y, r, p, t, r0, alpha, omega)
        if progress.step(2, float(np.sqrt(square) / scale)):
            return y
        if abs(omega) < BREAKDOWN or abs(rho) < BREAKDOWN:
            progress.ended = "broke down"
            return y
        beta = new_rho / rho * alpha / omega
        engine.new_direction(p, r, v, beta, omega)
        rho = new_rho


def idr4(engine: Engine, rhs: Vector, progress: Progress) -> Vector:
    """Solve A y = rhs from y = 0 by IDR(4) with bi-orthogonal residuals; 14 vectors beside y.

    One application a step. It keeps going on whole heads, where BiCGStab stands still.
    """
    depth = 4
    y, r = engine.zeros(), engine.from_host(engine.to_host(rhs))
    scale = float(np.sqrt(engine.dot(rhs, rhs).real))
    shadows = _shadows(engine, depth)
    steps, images = [engine.zeros() for _ in range(depth)], [engine.zeros() for _ in range(depth)]
    v, t = engine.zeros(), engine.zeros()
    small = np.eye(depth, dtype=np.complex128)
    omega = 1.0 + 0j
    while True:
        f = np.array([engine.dot(s, r) for s in shadows])
        for k in range(depth):
            weights = np.linalg.solve(small[k:, k:], f[k:])
            _copy(engine, v, r)
            for weight, image in zip(weights, images[k:], strict=True):
                engine.add_scaled(v, -weight, image)
            _scale(engine, t, v, omega)
            for weight, step in zip(weights, steps[k:], strict=True):
                engine.add_scaled(t, weight, step)
            steps[k], t = t, steps[k]
            engine.apply(steps[k], images[k])
            for i in range(k):
                alpha = engine.dot(shadows[i], images[k]) / small[i, i]
                engine.add_scaled(images[k], -alpha, images[i])
                engine.add_scaled(steps[k], -alpha, steps[i])
            for i in range(k, depth):
                small[i, k] = engine.dot(shadows[i], images[k])
            if abs(small[k, k]) < BREAKDOWN:
                progress.ended = "broke down"
                return y
            beta = f[k] / small[k, k]
            engine.add_scaled(r, -beta, images[k])
            engine.add_scaled(y, beta, steps[k])
            if progress.step(1, _norm(engine, r) / scale):
                return y
            f[k + 1 :] -= beta * small[k + 1 :, k]
        overlap, size = engine.apply(r, t, r)
        omega = _steadied(overlap.conjugate(), size, engine.dot(r, r).real)
        engine.add_scaled(y, omega, r)
        engine.add_scaled(r, -omega, t)
        if progress.step(1, _norm(engine, r) / scale):
            return y


def _steadied(overlap: complex, image_square: float, residual_square: float) -> complex:
    """The minimal-residual step, lengthened where residual and image are nearly at right angles.

    G. L. G. Sleijpen and H. A. van der Vorst 1995, doi 10.1007/BF01732604, section 3: 0.7.
    """
    if image_square == 0.0:
        return 1.0 + 0j
    omega = overlap / image_square
    cosine = abs(overlap) / np.sqrt(image_square * residual_square)
    return complex(omega * 0.7 / cosine) if 0.0 < cosine < 0.7 else omega


def _shadows(engine: Engine, count: int) -> list[Vector]:
    """Fixed random vectors, so that the same problem takes the same path; nearly orthogonal as they are."""
    generator = np.random.default_rng(2011)
    shape = engine.shape
    return [
        engine.from_host(
            generator.standard_normal((*shape, 2), dtype=np.float32).view(np.complex64).reshape(shape)
        )
        for _ in range(count)
    ]


def _norm(engine: Engine, vector: Vector) -> float:
    return float(np.sqrt(engine.dot(vector, vector).real))


def _scale(engine: Engine, out: Vector, vector: Vector, factor: complex) -> None:
    """Out = factor x vector."""
    out[...] = 0
    engine.add_scaled(out, factor, vector)


def _copy(engine: Engine, out: Vector, vector: Vector) -> None:
    del engine
    out[...] = vector


def cgls(engine: Engine, rhs: Vector, progress: Progress) -> Vector:
    """Solve A y = rhs in least squares; the residual never rises. Two applications a step."""
    y, r = engine.zeros(), engine.from_host(engine.to_host(rhs))
    scale = _norm(engine, rhs)
    gradient, image = engine.zeros(), engine.zeros()
    engine.apply_adjoint(r, gradient)
    direction = engine.from_host(engine.to_host(gradient))
    square = engine.dot(gradient, gradient).real
    while True:
        _, size = engine.apply(direction, image, direction)
        if size < BREAKDOWN or square < BREAKDOWN:
            progress.ended = progress.ended or "broke down"
            return y
        alpha = square / size
        engine.add_scaled(y, complex(alpha), direction)
        engine.add_scaled(r, complex(-alpha), image)
        if progress.step(2, _norm(engine, r) / scale):
            return y
        engine.apply_adjoint(r, gradient)
        new_square = engine.dot(gradient, gradient).real
        _copy(engine, image, direction)
        _copy(engine, direction, gradient)
        engine.add_scaled(direction, complex(new_square / square), image)
        square = new_square
