"""From phase images to temperature: reference, phase difference, unwrapping, drift, uncertainty."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assuage.errors import UsageError
from assuage.ultrasound.thermometry.drift import DriftFit, drift_fit
from assuage.ultrasound.thermometry.sequence import PrfSequence
from assuage.ultrasound.thermometry.series import Complex, noise_sd

Mask = NDArray[np.bool_]
Values = NDArray[np.float32]
LEAST_SNR = 5.0  # of a voxel: below, phase noise is no longer Gaussian (Gudbjartsson and Patz 1995)

ReferenceOf = Callable[[Complex], tuple[Complex, int]]
"""Takes an image; gives the reference image to compare it with, and of how many images that is the mean."""

Referencing = Callable[[Complex, Mask], ReferenceOf]
"""Prepares the baselines, shape (frames, ni, nj, nk), of which the mask says where no heat comes."""


def averaged(baselines: Complex, _unheated: Mask) -> ReferenceOf:
    """The mean of all baselines: least noise, for a head that keeps still."""
    mean, number = baselines.mean(axis=0), len(baselines)

    def reference(_image: Complex) -> tuple[Complex, int]:
        return mean, number

    return reference


def nearest(baselines: Complex, unheated: Mask) -> ReferenceOf:
    """The baseline most like the image outside the heated tissue: for one that moves and comes back."""
    outside = [baseline[unheated] for baseline in baselines]

    def reference(image: Complex) -> tuple[Complex, int]:
        here = image[unheated]
        likeness = [abs(np.vdot(baseline, here)) for baseline in outside]
        return baselines[int(np.argmax(likeness))], 1

    return reference


@dataclass(frozen=True, eq=False)
class TemperatureFrame:
    """The temperature rise [C] above the baselines, shape (ni, nj, nk), and its standard uncertainty [C].

    NaN where the signal is too weak to tell.
    """

    rise_c: Values
    sd_c: Values


class Thermometer:
    """Turns images into temperature as they come, one at a time.

    `baselines`, shape (frames, ni, nj, nk), were taken before heating. `unheated` is where no heat is
    expected: tissue, skull and scalp left out; drift is measured there. Each image's phase is unwrapped
    against the one before, so that a rise may pass `sequence.wraps_at_c` as long as no step does.
    """

    def __init__(
        self,
        baselines: Complex,
        sequence: PrfSequence,
        *,
        unheated: Mask,
        referencing: Referencing = averaged,
    ) -> None:
        if unheated.shape != baselines.shape[1:]:
            message = f"unheated has shape {unheated.shape}; an image has {baselines.shape[1:]}"
            raise UsageError(message)
        self._sequence = sequence
        self._noise = noise_sd(baselines)
        magnitude = np.abs(baselines.mean(axis=0))
        self._reliable: Mask = magnitude > LEAST_SNR * self._noise
        self._unheated = unheated & self._reliable
        self._reference_of = referencing(baselines, self._unheated)
        self._drift: DriftFit = drift_fit(self._unheated, magnitude)
        self._last_rad: Values = np.zeros(unheated.shape, dtype=np.float32)

    def frame(self, image: Complex) -> TemperatureFrame:
        """The temperature at one image; images come in order of time."""
        reference, averaged_over = self._reference_of(image)
        phase = np.angle(image * np.conj(reference))
        phase -= self._drift.of(phase)
        phase = np.unwrap(np.stack([self._last_rad, phase]), axis=0)[1].astype(np.float32)
        self._last_rad = phase
        per_c = self._sequence.phase_rad_per_c
        rise = np.where(self._reliable, phase / per_c, np.nan)
        return TemperatureFrame(rise.astype(np.float32), self._sd_c(image, reference, averaged_over))

    def _sd_c(self, image: Complex, reference: Complex, averaged_over: int) -> Values:
        """Noise of both images over their magnitudes, and what the drift fit adds."""
        with np.errstate(divide="ignore"):
            of_image = (self._noise / np.abs(image)) ** 2
            of_reference = (self._noise / np.abs(reference)) ** 2 / averaged_over
        variance = of_image + of_reference + self._drift.variance(self._noise)
        sd = np.sqrt(variance) / abs(self._sequence.phase_rad_per_c)
        return np.where(self._reliable, sd, np.nan).astype(np.float32)


def temperatures(
    images: Complex,
    baselines: Complex,
    sequence: PrfSequence,
    *,
    unheated: Mask,
    referencing: Referencing = averaged,
) -> Iterator[TemperatureFrame]:
    """The temperature at every image of a series, in order."""
    thermometer = Thermometer(baselines, sequence, unheated=unheated, referencing=referencing)
    yield from map(thermometer.frame, images)
