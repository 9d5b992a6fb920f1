"""The hot spot in a temperature image: where its middle is, how hot, how wide, each with its uncertainty."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.ndimage
import scipy.optimize
from numpy.typing import NDArray

from assuage.ultrasound.thermometry.temperature import TemperatureFrame

# To each side of the hottest voxel. Heat that has spread makes skirts that are no Gaussian: out to 8 mm
# the rise of a planned focus came out a quarter too low after 10 s, out to 4 mm within 2 % of its voxel's.
WINDOW_MM = 4.0
STARTING_SD_MM = 2.0
LEAST_RISE_SDS = 4.0  # of the fitted rise: less is no hot spot

Point = tuple[float, float, float]


@dataclass(frozen=True)
class MeasuredFocus:
    """A hot spot, scanner RAS millimetres. Each `sd` is the standard uncertainty of what it stands behind.

    `widths_mm` are full widths at half maximum along R, A and S.
    """

    position_ras_mm: Point
    position_sd_mm: Point
    rise_c: float
    rise_sd_c: float
    widths_mm: Point


def measured_focus(
    frame: TemperatureFrame, positions_ras_mm: NDArray[np.float64], *, near_ras_mm: Point, within_mm: float
) -> MeasuredFocus | None:
    """Fit a Gaussian to the hot spot within a distance of a point; None where there is none to be told.

    `positions_ras_mm` are the voxels' centres, shape (ni, nj, nk, 3).
    """
    usable = np.isfinite(frame.rise_c) & np.isfinite(frame.sd_c) & (frame.sd_c > 0)
    away = np.linalg.norm(positions_ras_mm - np.array(near_ras_mm), axis=-1)
    candidates = usable & (away <= within_mm)
    if not candidates.any():
        return None
    # the hottest voxel of a smoothed image: alone, the hottest may be noise
    smooth = scipy.ndimage.gaussian_filter(np.where(usable, frame.rise_c, 0.0), (1.0, 1.0, 0.0))
    start = positions_ras_mm[np.unravel_index(np.argmax(np.where(candidates, smooth, -np.inf)), smooth.shape)]
    window = usable & (np.linalg.norm(positions_ras_mm - start, axis=-1) <= WINDOW_MM)
    return _fit(positions_ras_mm[window], frame.rise_c[window], frame.sd_c[window], start)


def _fit(
    places_mm: NDArray[np.float64],
    rise_c: NDArray[np.float32],
    sd_c: NDArray[np.float32],
    start: NDArray[np.float64],
) -> MeasuredFocus | None:
    """Weighted least squares of rise exp(-sum((x - x0)^2 / (2 s^2))), s along each axis."""

    def residuals(parameters: NDArray[np.float64]) -> NDArray[np.float64]:
        centre, log_sd, rise = parameters[:3], parameters[3:6], parameters[6]
        fall = (((places_mm - centre) / np.exp(log_sd)) ** 2).sum(axis=1) / 2
        missed: NDArray[np.float64] = (rise * np.exp(-fall) - rise_c) / sd_c
        return missed

    if len(places_mm) < 8:
        return None
    first = np.concatenate([start, np.full(3, np.log(STARTING_SD_MM)), [max(float(rise_c.max()), 0.1)]])
    low = np.concatenate([start - WINDOW_MM, np.full(3, np.log(0.3)), [0.0]])
    high = np.concatenate([start + WINDOW_MM, np.full(3, np.log(20.0)), [200.0]])
    found = scipy.optimize.least_squares(
        residuals, np.clip(first, low + 1e-6, high - 1e-6), bounds=(low, high)
    )
    covariance = np.linalg.pinv(found.jac.T @ found.jac)
    sds = np.sqrt(np.maximum(np.diag(covariance), 0))
    if found.x[6] < LEAST_RISE_SDS * sds[6]:
        return None
    full_width = 2 * np.sqrt(2 * np.log(2)) * np.exp(found.x[3:6])
    return MeasuredFocus(
        _point(found.x[:3]), _point(sds[:3]), float(found.x[6]), float(sds[6]), _point(full_width)
    )


def _point(values: NDArray[np.float64]) -> Point:
    x, y, z = (float(value) for value in values)
    return x, y, z
