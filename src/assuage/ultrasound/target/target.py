"""A place in the head, and how well it is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assuage.errors import UsageError
from assuage.sources import Provenance

Ras = tuple[float, float, float]


@dataclass(frozen=True)
class Target:
    """Where the focus is wanted, scanner RAS millimetres.

    `standard_uncertainty_mm` is one standard deviation along R, A and S, None where nobody has said
    (unknown, not zero). `provenance` says where the coordinates come from, None for a point that the
    user gave.
    """

    name: str
    ras_mm: Ras
    standard_uncertainty_mm: Ras | None = None
    provenance: Provenance | None = None

    def __post_init__(self) -> None:
        if len(self.ras_mm) != 3 or not np.isfinite(self.ras_mm).all():
            message = "a target is three finite RAS coordinates in mm"
            raise UsageError(message)
        spread = self.standard_uncertainty_mm
        if spread is not None and (len(spread) != 3 or not all(s >= 0 for s in spread)):
            message = "a target's uncertainty is three standard deviations in mm, none below 0"
            raise UsageError(message)

    @property
    def ras_m(self) -> Ras:
        """The same place in grid metres (RAS axes)."""
        x, y, z = (1e-3 * v for v in self.ras_mm)
        return x, y, z
