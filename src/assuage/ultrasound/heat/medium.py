"""Tissue as heat sees it, on a grid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assuage.errors import UsageError
from assuage.ultrasound.field.grid import Grid
from assuage.ultrasound.heat.tissues import ThermalTissue

Values = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class ThermalMedium:
    """Thermal properties on the nodes of a grid; every array has shape `grid.shape`.

    `cooling_rate_per_s` is how fast perfusion carries an excess away. Where `held` is true the temperature
    stays what it was at the start: circulating water. Through the faces of the grid no heat flows.
    """

    grid: Grid
    volumetric_heat_capacity_j_m3_k: Values
    conductivity_w_m_k: Values
    cooling_rate_per_s: Values
    held: Mask

    def __post_init__(self) -> None:
        numbers = (self.volumetric_heat_capacity_j_m3_k, self.conductivity_w_m_k, self.cooling_rate_per_s)
        if any(array.shape != self.grid.shape for array in (*numbers, self.held)):
            message = f"the thermal medium's arrays must have the grid's shape {self.grid.shape}"
            raise UsageError(message)
        if not all(np.isfinite(array).all() for array in numbers) or numbers[0].min() <= 0:
            message = "thermal properties must be finite, and heat capacity above 0: repair the map first"
            raise UsageError(message)
        if min(numbers[1].min(), numbers[2].min()) < 0:
            message = "conductivity and cooling rate can't be negative: repair the map first"
            raise UsageError(message)

    def box(self, first: tuple[int, int, int], shape: tuple[int, int, int]) -> ThermalMedium:
        """The part of the medium in the box of `shape` nodes that starts at node `first`."""
        window = tuple(slice(start, start + size) for start, size in zip(first, shape, strict=True))
        return ThermalMedium(
            self.grid.box(first, shape),
            self.volumetric_heat_capacity_j_m3_k[window],
            self.conductivity_w_m_k[window],
            self.cooling_rate_per_s[window],
            self.held[window],
        )


def thermal_medium(
    grid: Grid, masks: Mapping[str, Mask], tissues: Mapping[str, ThermalTissue], *, held: Mask | None = None
) -> ThermalMedium:
    """A medium of named tissues. `masks` says by tissue name where it is; each node belongs to one of them.

    Raises UsageError where a node belongs to none or to two, and for a tissue that is not in `tissues`.
    """
    unknown = sorted(set(masks) - set(tissues))
    if unknown:
        message = f"there is no tissue {unknown[0]!r}; known are {', '.join(tissues)}"
        raise UsageError(message)
    covered = np.zeros(grid.shape, dtype=np.uint8)
    for mask in masks.values():
        covered += mask
    if (covered != 1).any():
        message = "each node must belong to one tissue: some belong to none, or to two"
        raise UsageError(message)

    def spread(quantity: str) -> Values:
        values = np.empty(grid.shape, dtype=np.float32)
        for name, mask in masks.items():
            values[mask] = getattr(tissues[name], quantity)
        return values

    return ThermalMedium(
        grid,
        spread("volumetric_heat_capacity_j_m3_k"),
        spread("conductivity_w_m_k"),
        spread("cooling_rate_per_s"),
        np.zeros(grid.shape, dtype=bool) if held is None else held,
    )
