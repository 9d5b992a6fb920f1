"""Where the helmet stands about a head."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assuage.errors import UsageError
from assuage.ultrasound.field.sources import ElementArray
from assuage.ultrasound.transducer.helmet import Helmet

Points = NDArray[np.float64]
Ras = tuple[float, float, float]
UPRIGHT = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


@dataclass(frozen=True)
class Pose:
    """Helmet frame to scanner RAS: x_ras = rotation x_helmet + focus_ras_mm, millimetres.

    `rotation` is a proper rotation, rows first; upright (the default) puts the apex above the focus.
    """

    focus_ras_mm: Ras
    rotation: tuple[Ras, Ras, Ras] = UPRIGHT

    def __post_init__(self) -> None:
        turn = np.array(self.rotation, dtype=np.float64)
        proper = turn.shape == (3, 3) and np.allclose(turn @ turn.T, np.eye(3), atol=1e-6)
        if not proper or np.linalg.det(turn) < 0:
            message = "a helmet's rotation must be a 3 x 3 rotation matrix: orthonormal rows, determinant 1"
            raise UsageError(message)
        if len(self.focus_ras_mm) != 3 or not np.isfinite(self.focus_ras_mm).all():
            message = "the helmet's focus must be three finite RAS coordinates in mm"
            raise UsageError(message)

    def to_ras_mm(self, points_mm: Points) -> Points:
        """Points of shape (n, 3) from the helmet frame to scanner RAS."""
        placed: Points = points_mm @ np.array(self.rotation).T + np.array(self.focus_ras_mm)
        return placed

    def to_helmet_mm(self, points_ras_mm: Points) -> Points:
        """Points of shape (n, 3) from scanner RAS to the helmet frame."""
        back: Points = (points_ras_mm - np.array(self.focus_ras_mm)) @ np.array(self.rotation)
        return back


@dataclass(frozen=True)
class PlacedHelmet:
    """A helmet on a head: its elements in scanner RAS."""

    helmet: Helmet
    pose: Pose

    @property
    def centres_ras_mm(self) -> Points:
        """Element centres, shape (n, 3), scanner RAS."""
        return self.pose.to_ras_mm(self.helmet.centres_mm)

    @property
    def normals_ras(self) -> Points:
        """Directions in which the elements radiate, unit vectors of shape (n, 3), scanner RAS."""
        normals: Points = self.helmet.normals @ np.array(self.pose.rotation).T
        return normals

    def element_array(self, drive_pressures_pa: Points, phases_rad: Points) -> ElementArray:
        """The elements as a source in grid metres (RAS axes); arrays of shape (n,).

        A positive phase is late (time factor exp(-iwt)).
        """
        return ElementArray(
            1e-3 * self.centres_ras_mm,
            self.normals_ras,
            1e-3 * self.helmet.element_radius_mm,
            drive_pressures_pa,
            phases_rad,
        )
