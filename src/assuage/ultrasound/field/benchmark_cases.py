"""BM1 to BM6 of the published intercomparison, with both sources.

Aubry et al. 2022, J. Acoust. Soc. Am. 152(2):1003, doi 10.1121/10.0013426: 500 kHz, x along the beam
from the source, 120 x 70 x 70 mm; SC1 a bowl (curved at 64 mm, 64 mm wide), SC2 a disc 20 mm wide,
both with 60 kPa = rho c u. Faces are surfaces in space: the flat bone of BM3 begins at x = 30 mm.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assuage.errors import UsageError
from assuage.ultrasound.field.axisymmetric import wave_cone
from assuage.ultrasound.field.grid import Grid
from assuage.ultrasound.field.interfaces import LayeredTissue, Plane, Surface, sphere
from assuage.ultrasound.field.materials import (
    BRAIN,
    CORTICAL_BONE,
    SKIN,
    SOFT_TISSUE,
    TRABECULAR_BONE,
    WATER,
    Material,
)
from assuage.ultrasound.field.problem import FieldProblem
from assuage.ultrasound.field.references.layered import LayerStack, beam_pressure_pa
from assuage.ultrasound.field.references.spherical import ShellStack, focal_pressure_pa
from assuage.ultrasound.field.sources import Bowl, Disc

FREQUENCY_HZ = 500e3
PUBLISHED_SPACING_M = 0.5e-3
DRIVE_PRESSURE_PA = 60e3
CURVATURE_CENTRE_M = 0.105
FIRST_FOCAL_DEPTH_M = 0.037  # the focus is looked for beyond the bone
SC2_FOCAL_DEPTH_M = 0.060  # with a skull the disc's peak is taken in this plane
SOURCES: dict[str, Bowl | Disc] = {
    "SC1": Bowl((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), 0.064, 0.032, DRIVE_PRESSURE_PA),
    "SC2": Disc((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), 0.010, DRIVE_PRESSURE_PA),
}
FIRST_COMPARED_DEPTH_M = {"SC1": 0.0095, "SC2": 0.0005}

_BM4 = ((SKIN, 4.0e-3), (CORTICAL_BONE, 1.5e-3), (TRABECULAR_BONE, 4.0e-3), (CORTICAL_BONE, 1.0e-3))
# Background, layers with their thickness in metres, what is behind, first face in metres, curved.
_LAYERS: dict[str, tuple[Material, tuple[tuple[Material, float], ...], Material, float, bool]] = {
    "BM1": (WATER, (), WATER, 0.0, False),
    "BM2": (SOFT_TISSUE, (), SOFT_TISSUE, 0.0, False),
    "BM3": (WATER, ((CORTICAL_BONE, 6.5e-3),), WATER, 0.030, False),
    "BM4": (WATER, _BM4, BRAIN, 0.026, False),
    "BM5": (WATER, ((CORTICAL_BONE, 6.5e-3),), WATER, 0.030, True),
    "BM6": (WATER, _BM4, BRAIN, 0.026, True),
}
CASES = tuple(f"{bm}-{sc}" for bm in _LAYERS for sc in SOURCES)


@dataclass(frozen=True)
class BenchmarkCase:
    """One published problem; `name` is like BM3-SC1."""

    name: str
    source: Bowl | Disc
    background: Material
    layers: tuple[tuple[Material, float], ...]
    behind: Material
    first_face_m: float
    curved: bool

    @property
    def faces_m(self) -> list[float]:
        """Depths of all interfaces on the axis."""
        thicknesses = [thickness for _, thickness in self.layers]
        return [self.first_face_m + sum(thicknesses[:n]) for n in range(len(thicknesses) + 1)]

    @property
    def tissue(self) -> LayeredTissue:
        """The medium."""
        if not self.layers:
            return LayeredTissue((self.background,), ())
        surfaces: list[Surface] = [
            sphere((CURVATURE_CENTRE_M, 0.0, 0.0), CURVATURE_CENTRE_M - face)
            if self.curved
            else Plane((face, 0.0, 0.0), (1.0, 0.0, 0.0))
            for face in self.faces_m
        ]
        materials = (self.background, *(m for m, _ in self.layers), self.behind)
        return LayeredTissue(materials, tuple(surfaces))

    def problem(self, spacing_m: float = PUBLISHED_SPACING_M) -> FieldProblem:
        """The problem on 120 x 70 x 70 mm at a spacing."""
        along, half = round(0.120 / spacing_m), round(0.035 / spacing_m)
        shape = (along + 1, 2 * half + 1, 2 * half + 1)
        grid = Grid(shape, spacing_m, (0.0, -half * spacing_m, -half * spacing_m))
        return FieldProblem(grid, FREQUENCY_HZ, self.source, self.tissue)

    def compared_rows(self, grid: Grid) -> slice:
        """The planes that count."""
        first = FIRST_COMPARED_DEPTH_M[self.name[-3:]]
        return slice(int(np.ceil(first / grid.spacing_m - 1e-6)), grid.shape[0])

    def focal_rows(self, grid: Grid) -> slice:
        """The compared planes, counted from the first of them, where the focus is looked for."""
        first = self.compared_rows(grid).start
        if self.name.endswith("SC2") and self.layers:
            row = round(SC2_FOCAL_DEPTH_M / grid.spacing_m) - first
            return slice(row, row + 1)
        return slice(round(FIRST_FOCAL_DEPTH_M / grid.spacing_m) - first, None)

    def reference_pa(self, grid: Grid) -> NDArray[np.complex128]:
        """The exact field on the plane z = 0 of the compared planes; NaN where the reference is silent."""
        depths_m, radii_m = grid.axis_m(0)[self.compared_rows(grid)], np.abs(grid.axis_m(1))
        if self.curved:
            shells = tuple(
                (CURVATURE_CENTRE_M - face, material)
                for face, material in zip(
                    self.faces_m, (*(m for m, _ in self.layers), self.behind), strict=True
                )
            )
            stack = ShellStack(self.background, shells, CURVATURE_CENTRE_M)
            return focal_pressure_pa(self.source, stack, FREQUENCY_HZ, radii_m, depths_m)
        rim_m = self.source.rim_depth_m if isinstance(self.source, Bowl) else 0.0
        cone = wave_cone(
            self.source,
            self.background.wavenumber_rad_m(FREQUENCY_HZ),
            reach_radius_m=float(radii_m.max()),
            reach_depth_m=float(depths_m.max()),
            clearance_m=float(depths_m.min()) - rim_m,
        )
        if not self.layers:
            return cone.pressure_pa(radii_m, depths_m)
        flat = LayerStack(self.background, self.layers, self.behind, self.first_face_m)
        return beam_pressure_pa(cone, flat, FREQUENCY_HZ, radii_m, depths_m)


def benchmark_case(name: str) -> BenchmarkCase:
    """The case of a name like BM3-SC1; raises UsageError listing the names for any other."""
    if name not in CASES:
        message = f"there is no benchmark case {name!r}: choose from {', '.join(CASES)}"
        raise UsageError(message)
    bm, sc = name.split("-")
    return BenchmarkCase(name, SOURCES[sc], *_LAYERS[bm])
