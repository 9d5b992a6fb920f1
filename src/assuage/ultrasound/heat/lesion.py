"""The lesion that a thermal dose predicts: the tissue inside a contour of CEM43, its volume and axes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.ndimage
from numpy.typing import NDArray

from assuage.errors import UsageError
from assuage.ultrasound.field.grid import Grid
from assuage.ultrasound.heat.medium import Values

FLOOR = 1e-4  # of the threshold; what is less is taken as this much, so that logarithms stay near each other
FINER = 5  # parts into which a voxel is cut along each axis


@dataclass(frozen=True)
class Lesion:
    """The tissue that got at least `threshold_cem43_min` and hangs together with the place of the most.

    `axes_mm` are the full lengths along its own principal directions, longest first; `centre_ras_mm` is
    the centre of its volume. Without such tissue volume and axes are 0 and there is no centre.
    """

    threshold_cem43_min: float
    volume_mm3: float
    axes_mm: tuple[float, float, float]
    centre_ras_mm: tuple[float, float, float] | None


def predicted_lesion(
    dose_cem43_min: Values, grid: Grid, threshold_cem43_min: float, *, within: NDArray[np.bool_] | None = None
) -> Lesion:
    """Measure the lesion of a dose, shape `grid.shape`, grid in RAS metres.

    Between nodes the logarithm of the dose is interpolated: the dose itself rises tenfold within a
    voxel, its logarithm is close to a parabola about the focus. `within` keeps to some tissue (brain).
    Raises UsageError for a threshold that is not above 0, and where the lesion meets the grid's edge.
    """
    if not threshold_cem43_min > 0:
        message = f"a lesion's threshold is {threshold_cem43_min} CEM43 minutes; give one above 0"
        raise UsageError(message)
    dose = dose_cem43_min if within is None else np.where(within, dose_cem43_min, 0)
    if not (dose >= threshold_cem43_min).any() and dose.max() < 0.1 * threshold_cem43_min:
        return Lesion(threshold_cem43_min, 0.0, (0.0, 0.0, 0.0), None)
    first, window = _around(dose, threshold_cem43_min)
    near = np.log(np.maximum(dose[window] / threshold_cem43_min, FLOOR))
    inside = _with_the_peak(_finer(near) >= 0, np.unravel_index(np.argmax(near), near.shape))
    if not inside.any():
        return Lesion(threshold_cem43_min, 0.0, (0.0, 0.0, 0.0), None)
    spacing_mm = 1e3 * grid.spacing_m / FINER
    nodes = np.argwhere(inside) / FINER + np.array(first)
    points_mm = 1e3 * (np.array(grid.origin_m) + grid.spacing_m * nodes)
    x, y, z = (float(c) for c in points_mm.mean(axis=0))
    volume_mm3 = float(inside.sum() * spacing_mm**3)
    return Lesion(threshold_cem43_min, volume_mm3, _axes_mm(points_mm, spacing_mm), (x, y, z))


def _around(
    dose: NDArray[np.floating], threshold: float
) -> tuple[tuple[int, int, int], tuple[slice, slice, slice]]:
    """First node and window of what holds all doses near the threshold, two nodes wider on each side."""
    where = np.argwhere(dose >= 0.1 * threshold)
    low, high = where.min(axis=0) - 2, where.max(axis=0) + 3
    at_threshold = np.argwhere(dose >= threshold)
    if at_threshold.size and (
        (at_threshold.min(axis=0) == 0).any() or (at_threshold.max(axis=0) == np.array(dose.shape) - 1).any()
    ):
        message = "the lesion reaches the edge of the grid: heat a larger box"
        raise UsageError(message)
    i, j, k = np.maximum(low, 0)
    ei, ej, ek = np.minimum(high, dose.shape)
    return (int(i), int(j), int(k)), (slice(i, ei), slice(j, ej), slice(k, ek))


def _finer(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Values between nodes by cubic splines, FINER points for each spacing, the first on the first node."""
    sizes = [FINER * (n - 1) + 1 for n in values.shape]
    mesh = np.meshgrid(*(np.arange(n) / FINER for n in sizes), indexing="ij")
    fine: NDArray[np.float64] = scipy.ndimage.map_coordinates(
        values.astype(np.float64), mesh, order=3, mode="nearest"
    )
    return fine


def _with_the_peak(inside: NDArray[np.bool_], peak: tuple[np.intp, ...]) -> NDArray[np.bool_]:
    """The connected part that holds the node with the highest dose."""
    parts, _ = scipy.ndimage.label(inside)
    number = parts[tuple(FINER * int(index) for index in peak)]
    part: NDArray[np.bool_] = (parts == number) & inside
    return part


def _axes_mm(points_mm: NDArray[np.float64], spacing_mm: float) -> tuple[float, float, float]:
    """Full lengths along the principal directions: the extent of the points and one spacing."""
    away = points_mm - points_mm.mean(axis=0)
    _, directions = np.linalg.eigh(away.T @ away)
    extents = np.ptp(away @ directions, axis=0) + spacing_mm
    a, b, c = sorted((float(e) for e in extents), reverse=True)
    return a, b, c
