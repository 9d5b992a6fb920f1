"""A series of MR images with their times and their place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assuage.errors import UsageError

Complex = NDArray[np.complex64]
MEDIAN_OF_NORMAL = 0.6745  # of the absolute value of a standard normal variable


@dataclass(frozen=True, eq=False)
class ImageSeries:
    """Complex images, shape (frames, ni, nj, nk), each taken around its time.

    `affine_ras_mm` takes a voxel's index (i, j, k, 1) to scanner RAS millimetres. `times_s`, shape
    (frames,), is the middle of each acquisition, ascending, on the clock of the sonication.
    """

    images: Complex
    times_s: NDArray[np.float64]
    affine_ras_mm: NDArray[np.float64]

    def __post_init__(self) -> None:
        if self.images.ndim != 4 or 0 in self.images.shape:
            message = f"a series has frames of three axes, not shape {self.images.shape}"
            raise UsageError(message)
        if not np.isfinite(self.images).all():
            message = "the series holds a value that is not finite (NaN or infinity): leave that frame out"
            raise UsageError(message)
        if self.times_s.shape != (len(self.images),) or (np.diff(self.times_s) <= 0).any():
            message = f"{len(self.images)} frames need as many times, each later than the one before"
            raise UsageError(message)
        if self.affine_ras_mm.shape != (4, 4) or not np.isfinite(self.affine_ras_mm).all():
            message = "a series' affine is a finite 4 x 4 matrix"
            raise UsageError(message)

    def positions_ras_mm(self) -> NDArray[np.float64]:
        """Where the voxels' centres are, shape (ni, nj, nk, 3)."""
        index = np.stack(np.meshgrid(*map(np.arange, self.images.shape[1:]), indexing="ij"), axis=-1)
        places: NDArray[np.float64] = index @ self.affine_ras_mm[:3, :3].T + self.affine_ras_mm[:3, 3]
        return places


def noise_sd(baselines: Complex) -> float:
    """Standard deviation of the noise in the real, and in the imaginary, part of an image.

    From the difference of each image of unheated tissue, shape (frames, ni, nj, nk), and the one most like
    it, so that motion does not count for noise; by the median, so that a vessel that pulses does not.
    Raises UsageError for fewer than two images.
    """
    if len(baselines) < 2:
        message = "noise is measured between baseline images: give at least two"
        raise UsageError(message)
    likeness = np.abs(np.tensordot(baselines, baselines.conj(), axes=((1, 2, 3), (1, 2, 3))))
    np.fill_diagonal(likeness, -1.0)
    differences = baselines - baselines[np.argmax(likeness, axis=1)]
    parts = np.abs(np.stack([differences.real, differences.imag]))
    return float(np.median(parts) / MEDIAN_OF_NORMAL / np.sqrt(2))
