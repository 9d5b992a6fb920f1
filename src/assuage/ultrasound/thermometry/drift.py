"""Field drift: a phase that grows slowly and smoothly with no heat behind it, measured where none is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assuage.errors import UsageError

LEAST_VOXELS = 50
OUTLIER_SDS = 3.0
SAMPLES = 20_000  # voxels that a fit looks at: four coefficients need no more, and a scanner does not wait


@dataclass(frozen=True, eq=False)
class DriftFit:
    """A least-squares fit of a plane through the phase of unheated voxels, prepared for many frames."""

    terms: NDArray[np.float32]  # (voxels, 4): 1 and the scaled i, j, k of every voxel
    chosen: NDArray[np.intp]  # the voxels fitted
    weights: NDArray[np.float64]
    shape: tuple[int, ...]

    def of(self, phase_rad: NDArray[np.floating]) -> NDArray[np.float32]:
        """The drift in a phase image, rad, everywhere; outliers are left out once."""
        terms, values = self.terms[self.chosen].astype(np.float64), phase_rad.reshape(-1)[self.chosen]
        # A drift past half a turn would tear the plane: fit about the mean direction.
        centre = np.angle(np.sum(self.weights * np.exp(1j * values)))
        away = np.angle(np.exp(1j * (values - centre)))
        fitted = _solve(terms, away, self.weights)
        left = away - terms @ fitted
        kept = np.abs(left) <= OUTLIER_SDS * 1.4826 * np.median(np.abs(left)) + 1e-12
        fitted = _solve(terms[kept], away[kept], self.weights[kept])
        fitted[0] += centre
        drift: NDArray[np.float32] = (self.terms @ fitted.astype(np.float32)).reshape(self.shape)
        return drift

    def variance(self, noise: float) -> float:
        """Variance [rad2] that the fit itself adds, at most, within the fitted voxels."""
        terms = self.terms[self.chosen].astype(np.float64)
        covariance = np.linalg.pinv(terms.T @ (terms * self.weights[:, None]))
        return float(2 * noise**2 * np.einsum("vi,ij,vj->v", terms, covariance, terms).max())


def drift_fit(unheated: NDArray[np.bool_], magnitude: NDArray[np.floating]) -> DriftFit:
    """Prepare the fit. Voxels weigh by magnitude squared, the inverse variance of their phase.

    Raises UsageError for fewer than 50 voxels.
    """
    places = np.flatnonzero(unheated)
    if len(places) < LEAST_VOXELS:
        message = (
            f"{len(places)} voxels with signal lie outside the heated tissue; drift needs at least "
            f"{LEAST_VOXELS}: give a wider mask"
        )
        raise UsageError(message)
    chosen = places[:: max(1, len(places) // SAMPLES)]
    axes = [np.linspace(-1, 1, n) if n > 1 else np.zeros(1) for n in unheated.shape]
    mesh = np.meshgrid(*axes, indexing="ij")
    terms = np.stack([np.ones(unheated.size), *(m.reshape(-1) for m in mesh)], axis=1).astype(np.float32)
    weights = magnitude.reshape(-1)[chosen].astype(np.float64) ** 2
    return DriftFit(terms, chosen, weights, unheated.shape)


def _solve(
    terms: NDArray[np.float64], values: NDArray[np.float64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Weighted least squares; directions that the voxels do not span get no slope."""
    weighted = terms * weights[:, None]
    solved: NDArray[np.float64] = np.linalg.pinv(weighted.T @ terms) @ (weighted.T @ values)
    return solved
