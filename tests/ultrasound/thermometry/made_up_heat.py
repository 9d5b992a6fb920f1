"""A known hot spot that grows, and images of it."""

from __future__ import annotations

import numpy as np

from assuage.ultrasound.thermometry.series import ImageSeries
from assuage.ultrasound.thermometry.simulate import Imaging, RiseAt, simulate_images, slices_through

FOCUS_RAS_MM = (5.3, -8.4, 12.9)
FRAME_S = 3.5
BASELINES = 6


def hot_spot(
    peak_c: float, *, at: tuple[float, float, float] = FOCUS_RAS_MM, seconds: float = 12.0
) -> RiseAt:
    """A Gaussian focus of 3 x 3 x 5 mm that reaches its peak after `seconds` of heating from time 0."""
    sds = np.array([3.0, 3.0, 5.0]) / 2.3548

    def rise(points_ras_mm: np.ndarray, time_s: float) -> np.ndarray:
        grown = np.clip(time_s / seconds, 0.0, 1.0)
        away = (points_ras_mm - np.array(at)) / sds
        return peak_c * grown * np.exp(-(away**2).sum(axis=-1) / 2)

    return rise


def imaging(**changes: float) -> Imaging:
    shape = (48, 48, 5)
    place = slices_through((5.0, -8.0, 12.0), shape=shape)
    return Imaging(shape, place, frame_s=FRAME_S, **changes)


def scan(how: Imaging, rise: RiseAt, seed: int, *, frames: int = 5) -> tuple[ImageSeries, ImageSeries]:
    """Baselines before time 0, and frames of the heating."""
    random = np.random.default_rng(seed)
    before = [FRAME_S * (n - BASELINES + 0.5) for n in range(BASELINES)]
    during = [FRAME_S * (n + 0.5) for n in range(frames)]
    return simulate_images(how, rise, before, random), simulate_images(how, rise, during, random)


def unheated(series: ImageSeries, *, radius_mm: float = 12.0) -> np.ndarray:
    away = np.linalg.norm(series.positions_ras_mm() - np.array(FOCUS_RAS_MM), axis=-1)
    return away > radius_mm
