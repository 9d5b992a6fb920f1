"""Made-up PRF images of a known temperature: what a scanner would have seen, noise and drift included."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assuage.ultrasound.images.series_writer import WrittenSeries
from assuage.ultrasound.thermometry.sequence import STANDARD, PrfSequence
from assuage.ultrasound.thermometry.series import Complex, ImageSeries

RiseAt = Callable[[NDArray[np.float64], float], NDArray[np.floating]]
"""Temperature rise [C] at points in RAS millimetres, shape (..., 3) to (...), at a time [s]."""

PARTS = (2, 2, 3)  # of a voxel along i, j, k whose signals add up
MOMENTS = 3  # of an acquisition whose signals add up
BACKGROUND_RAD = 1.5  # a smooth phase that real images have and differences lose


@dataclass(frozen=True)
class Imaging:
    """How images are taken.

    `affine_ras_mm` (as nested tuples) and `shape` place the voxels; a slice is as thick as its voxels
    are long. `snr` is magnitude over the noise of the real part. Drift is uniform, `drift_c_per_min`, and
    grows along the first axis by `drift_gradient_c_per_min` from one side to the other.
    """

    shape: tuple[int, int, int]
    affine_ras_mm: tuple[tuple[float, ...], ...]
    sequence: PrfSequence = STANDARD
    frame_s: float = 3.5
    snr: float = 20.0
    drift_c_per_min: float = 0.5
    drift_gradient_c_per_min: float = 0.0

    @property
    def affine(self) -> NDArray[np.float64]:
        """The affine as an array, shape (4, 4)."""
        return np.array(self.affine_ras_mm, dtype=np.float64)


def slices_through(
    point_ras_mm: tuple[float, float, float],
    *,
    shape: tuple[int, int, int] = (64, 64, 5),
    voxel_mm: tuple[float, float, float] = (1.0, 1.0, 3.0),
) -> tuple[tuple[float, ...], ...]:
    """The affine of axial slices with a point in the middle voxel."""
    affine = np.diag([*voxel_mm, 1.0])
    affine[:3, 3] = np.array(point_ras_mm) - np.array(voxel_mm) * (np.array(shape) // 2)
    return tuple(tuple(float(v) for v in row) for row in affine)


def simulate_images(
    imaging: Imaging,
    rise_at: RiseAt,
    times_s: Sequence[float],
    random: np.random.Generator,
    *,
    magnitude: NDArray[np.floating] | None = None,
) -> ImageSeries:
    """Images at some times, the middle of each acquisition; drift counts from time 0.

    `magnitude`, shape `imaging.shape`, is 1 where None is given; bone and air give 0.
    """
    strength = np.ones(imaging.shape) if magnitude is None else magnitude
    parts = _parts_ras_mm(imaging)
    across = np.linspace(-0.5, 0.5, imaging.shape[0])[:, None, None]
    background = BACKGROUND_RAD * np.cos(2 * across)
    images = np.empty((len(times_s), *imaging.shape), dtype=np.complex64)
    for number, time_s in enumerate(times_s):
        drift_c = (imaging.drift_c_per_min + imaging.drift_gradient_c_per_min * across) * time_s / 60
        phase = background + imaging.sequence.phase_rad_per_c * drift_c
        signal = strength * np.exp(1j * phase) * _heated_signal(imaging, rise_at, parts, time_s)
        images[number] = signal + _noise(imaging, random)
    return ImageSeries(images, np.array(times_s, dtype=np.float64), imaging.affine)


def exported(series: ImageSeries, imaging: Imaging) -> WrittenSeries:
    """A made-up series as a scanner would export it, for `write_series_nifti` and `write_series_dicom`."""
    return WrittenSeries(
        series.images,
        series.times_s - imaging.frame_s / 2,
        series.affine_ras_mm,
        imaging.sequence.echo_time_s,
        imaging.sequence.field_strength_t,
    )


def _parts_ras_mm(imaging: Imaging) -> NDArray[np.float64]:
    """Points that stand for the parts of the voxels, shape (parts, ni, nj, nk, 3)."""
    index = np.stack(np.meshgrid(*map(np.arange, imaging.shape), indexing="ij"), axis=-1)
    offsets = np.stack(
        np.meshgrid(*((np.arange(n) + 0.5) / n - 0.5 for n in PARTS), indexing="ij"), axis=-1
    ).reshape(-1, 3)
    places = index[None] + offsets[:, None, None, None, :]
    points: NDArray[np.float64] = places @ imaging.affine[:3, :3].T + imaging.affine[:3, 3]
    return points


def _heated_signal(
    imaging: Imaging, rise_at: RiseAt, parts_ras_mm: NDArray[np.float64], time_s: float
) -> NDArray[np.complex128]:
    """Mean over parts and moments of the turn that heat gives the signal, shape `imaging.shape`."""
    moments = time_s + imaging.frame_s * ((np.arange(MOMENTS) + 0.5) / MOMENTS - 0.5)
    total = np.zeros(imaging.shape, dtype=np.complex128)
    for moment in moments:
        turned = imaging.sequence.phase_rad_per_c * rise_at(parts_ras_mm, float(moment))
        total += np.exp(1j * turned).mean(axis=0) if turned.any() else 1.0
    signal: NDArray[np.complex128] = total / MOMENTS
    return signal


def _noise(imaging: Imaging, random: np.random.Generator) -> Complex:
    real, imaginary = random.standard_normal((2, *imaging.shape)) / imaging.snr
    noise: Complex = (real + 1j * imaginary).astype(np.complex64)
    return noise
