"""The stereotactic frame of the anterior and posterior commissures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assuage.errors import UsageError
from assuage.ultrasound.target.target import Ras

Points = NDArray[np.float64]
LEAST_ARM_MM = 5.0  # a midline point nearer than this to the AC-PC line does not fix the plane


@dataclass(frozen=True)
class AcPcFrame:
    """Right, front and top as stereotaxy counts them, from three points in scanner RAS millimetres.

    `midline_ras_mm` is any third point of the midsagittal plane above the AC-PC line, such as the falx.
    Coordinates are millimetres (right, anterior, superior) from the posterior commissure; anterior is
    along PC to AC, superior in the midsagittal plane at right angles to it.

    >>> frame = AcPcFrame((0, 12, 0), (0, -12, 0), (0, 0, 60))
    >>> frame.ras_mm((6.0, -2.0, 0.0))
    (6.0, -14.0, 0.0)
    """

    ac_ras_mm: Ras
    pc_ras_mm: Ras
    midline_ras_mm: Ras

    def __post_init__(self) -> None:
        points = np.array([self.ac_ras_mm, self.pc_ras_mm, self.midline_ras_mm], dtype=np.float64)
        if points.shape != (3, 3) or not np.isfinite(points).all():
            message = "AC, PC and a midline point are three finite RAS coordinates in mm each"
            raise UsageError(message)
        if np.linalg.norm(points[0] - points[1]) < LEAST_ARM_MM:
            message = f"AC and PC lie less than {LEAST_ARM_MM} mm apart: mark them again"
            raise UsageError(message)
        if np.linalg.norm(self._above()) < LEAST_ARM_MM:
            message = (
                f"the midline point lies less than {LEAST_ARM_MM} mm from the line through AC and PC: give"
                " one higher up in the midsagittal plane"
            )
            raise UsageError(message)

    def _anterior(self) -> Points:
        arm = np.subtract(self.ac_ras_mm, self.pc_ras_mm).astype(np.float64)
        forward: Points = arm / np.linalg.norm(arm)
        return forward

    def _above(self) -> Points:
        arm = np.subtract(self.midline_ras_mm, self.pc_ras_mm).astype(np.float64)
        forward = self._anterior()
        above: Points = arm - (arm @ forward) * forward
        return above

    @property
    def axes_ras(self) -> Points:
        """Rows: unit vectors to the right, the front and the top, in scanner RAS; shape (3, 3)."""
        forward, above = self._anterior(), self._above()
        up = above / np.linalg.norm(above)
        return np.stack([np.cross(forward, up), forward, up])

    @property
    def length_mm(self) -> float:
        """From commissure to commissure."""
        return float(np.linalg.norm(np.subtract(self.ac_ras_mm, self.pc_ras_mm)))

    def ras_mm(self, right_anterior_superior_mm: Ras) -> Ras:
        """A place given from the posterior commissure, in scanner RAS."""
        x, y, z = np.array(self.pc_ras_mm) + np.array(right_anterior_superior_mm) @ self.axes_ras
        return float(x), float(y), float(z)

    def from_ras_mm(self, ras_mm: Ras) -> Ras:
        """A place in scanner RAS as (right, anterior, superior) from the posterior commissure."""
        r, a, s = self.axes_ras @ np.subtract(ras_mm, self.pc_ras_mm)
        return float(r), float(a), float(s)
