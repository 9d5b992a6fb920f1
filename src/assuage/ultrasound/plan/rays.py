"""Straight rays from elements to the target: how long sound takes along each."""

from __future__ import annotations

import numpy as np
import scipy.ndimage
from numpy.typing import NDArray

from assuage.ultrasound.plan.problem import PlanProblem

Real = NDArray[np.float64]
SAMPLES_PER_VOXEL = 4


def travel_times_s(problem: PlanProblem) -> Real:
    """Seconds along the straight line from each element's centre to the target, shape (n,).

    Sound speed by linear interpolation of the maps, water beyond them. No refraction, no reflection.
    """
    grid, water = problem.tissue.grid, problem.tissue.background.sound_speed_m_s
    target = np.array(problem.target.ras_m)
    away = 1e-3 * problem.placed.centres_ras_mm - target
    length = np.linalg.norm(away, axis=1)
    step = grid.spacing_m / SAMPLES_PER_VOXEL
    along = (np.arange(int(length.max() / step)) + 0.5) * step
    excess = (1 / problem.tissue.sound_speed_m_s - 1 / water).astype(np.float64)
    late = np.empty(len(length))
    for number, (arm, metres) in enumerate(zip(away, length, strict=True)):
        points = target + np.outer(along[along < metres], arm / metres)
        place = ((points - np.array(grid.origin_m)) / grid.spacing_m).T
        late[number] = scipy.ndimage.map_coordinates(excess, place, order=1).sum() * step
    return np.asarray(length / water + late)
