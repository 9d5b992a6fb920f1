"""Layers between planes or spheres, anywhere off the lattice, as shares of voxels.

A node near an interface gets the materials' share under a smooth kernel along the interface's
normal: the sharpened spline of `sharpening`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assuage.errors import UsageError
from assuage.ultrasound.field.grid import Grid
from assuage.ultrasound.field.materials import Material
from assuage.ultrasound.field.medium import FaceValues, Medium, relative_compressibility
from assuage.ultrasound.field.sharpening import (
    FACE_SHARPENING,
    KERNEL_REACH,
    NODE_SHARPENING,
    Sharpening,
)
from assuage.ultrasound.field.sources import Point, unit

Real = NDArray[np.float64]
Complex64 = NDArray[np.complex64]


@dataclass(frozen=True)
class Plane:
    """The plane through a point; "behind" is where its normal points."""

    through_m: Point
    normal: Point

    def signed_distance_m(self, x: Real, y: Real, z: Real) -> Real:
        """Distance behind the plane, metres; shape (nx, 1, 1) and the like where an axis plays no part."""
        parts = [
            n * (v - o)
            for n, v, o in zip(unit(self.normal), (x, y, z), self.through_m, strict=True)
            if n != 0.0
        ]
        return np.asarray(sum(parts))

    def normal_at(self, x: Real, y: Real, z: Real) -> tuple[Real, Real, Real]:
        """The normal's components, which do not depend on the point."""
        del x, y, z
        nx, ny, nz = (np.asarray(c) for c in unit(self.normal))
        return nx, ny, nz


@dataclass(frozen=True)
class Ellipsoid:
    """The surface of an axis-parallel ellipsoid; "behind" is inside it.

    Distances are first order in the distance from the surface (exact for a sphere), which is all
    that voxels cut by the surface need.
    """

    centre_m: Point
    semi_axes_m: Point

    def __post_init__(self) -> None:
        if not all(np.isfinite(a) and a > 0 for a in self.semi_axes_m):
            message = f"an ellipsoid's semi-axes are {self.semi_axes_m} m; each must be above 0"
            raise UsageError(message)

    def _scaled(self, x: Real, y: Real, z: Real) -> tuple[Real, tuple[Real, Real, Real]]:
        shape = np.broadcast_shapes(x.shape, y.shape, z.shape)
        parts = [(v - c) / a for v, c, a in zip((x, y, z), self.centre_m, self.semi_axes_m, strict=True)]
        radius = np.sqrt(np.broadcast_to(parts[0] ** 2 + parts[1] ** 2 + parts[2] ** 2, shape))
        a, b, c = (np.broadcast_to(p / s, shape) for p, s in zip(parts, self.semi_axes_m, strict=True))
        return np.maximum(radius, 1e-9), (a, b, c)

    def signed_distance_m(self, x: Real, y: Real, z: Real) -> Real:
        """Distance inside the surface, metres, broadcast over x, y and z."""
        radius, (a, b, c) = self._scaled(x, y, z)
        slope = np.sqrt(a**2 + b**2 + c**2) / radius
        return (1 - radius) / np.maximum(slope, 1e-9)

    def normal_at(self, x: Real, y: Real, z: Real) -> tuple[Real, Real, Real]:
        """The inward normal's components."""
        _, gradient = self._scaled(x, y, z)
        length = np.maximum(np.sqrt(sum(g**2 for g in gradient)), 1e-12)
        return -gradient[0] / length, -gradient[1] / length, -gradient[2] / length


def sphere(centre_m: Point, radius_m: float) -> Ellipsoid:
    """A sphere; "behind" is inside it."""
    return Ellipsoid(centre_m, (radius_m, radius_m, radius_m))


Surface = Plane | Ellipsoid


@dataclass(frozen=True)
class LayeredTissue:
    """Materials one behind the other: `materials[n]` lies behind `surfaces[n - 1]`.

    `materials[0]` is in front of all surfaces and is the background. Each surface must lie wholly
    behind the one before it.
    """

    materials: tuple[Material, ...]
    surfaces: tuple[Surface, ...]

    def __post_init__(self) -> None:
        if len(self.materials) != len(self.surfaces) + 1:
            message = (
                f"{len(self.surfaces)} surfaces separate {len(self.surfaces) + 1} materials,"
                f" but {len(self.materials)} are given"
            )
            raise UsageError(message)

    @property
    def background(self) -> Material:
        """The material in front of all surfaces."""
        return self.materials[0]

    @property
    def behind(self) -> Material:
        """The material behind all surfaces."""
        return self.materials[-1]

    @property
    def slowest_sound_speed_m_s(self) -> float:
        """The lowest sound speed of all materials."""
        return min(m.sound_speed_m_s for m in self.materials)

    def is_background(self, points_m: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Whether each point, shape (n, 3), lies in front of all surfaces."""
        if not self.surfaces:
            return np.ones(len(points_m), dtype=bool)
        x, y, z = (points_m[:, a] for a in range(3))
        return np.broadcast_to(self.surfaces[0].signed_distance_m(x, y, z) < 0, (len(points_m),))

    def uneven_planes(self, grid: Grid) -> tuple[int, int] | None:
        """See `Tissue.uneven_planes`."""
        if not self.surfaces:
            return None
        mesh = grid.open_mesh_m()
        reach_m = KERNEL_REACH * grid.spacing_m
        entered = (self.surfaces[0].signed_distance_m(*mesh) > -reach_m).any(axis=(1, 2))
        left = np.asarray((self.surfaces[-1].signed_distance_m(*mesh) >= reach_m).all(axis=(1, 2)))
        if not entered.any():
            return None
        first = int(entered.argmax())
        if not left[-1]:
            return first, grid.shape[0]
        return first, max(first, int(np.flatnonzero(np.concatenate([[True], ~left]))[-1]) - 1)

    def restore(self, medium: Medium, pressure_pa: Complex64) -> Complex64:
        """See `Tissue.restore`."""
        return restore_kinks(self, medium, pressure_pa)

    def __call__(self, grid: Grid, frequency_hz: float) -> Medium:
        """Sample the layers on a grid."""
        background = self.materials[0]
        compressibility = np.ones(grid.shape, dtype=np.complex64)
        density = np.ones(grid.shape, dtype=np.float32)
        mesh = grid.open_mesh_m()
        for step, surface in enumerate(self.surfaces):
            share = share_behind(surface, mesh, grid.spacing_m, NODE_SHARPENING)
            before, after = self.materials[step], self.materials[step + 1]
            change = relative_compressibility(after, background, frequency_hz) - relative_compressibility(
                before, background, frequency_hz
            )
            compressibility += (change * share).astype(np.complex64)
            density += (
                (after.density_kg_m3 - before.density_kg_m3) / background.density_kg_m3 * share
            ).astype(np.float32)
        return Medium(grid, frequency_hz, background, compressibility, density, self._lightness(grid))

    def _lightness(self, grid: Grid) -> FaceValues:
        """rho_0/rho on faces: mean of rho across an interface, mean of 1/rho along it.

        An interface with normal n gives an axis a the share n_a^2 of the first and the rest of the
        second, the diagonal of the tensor that homogenisation gives for thin layers
        (M. Schoenberg and P. N. Sen 1983, J. Acoust. Soc. Am. 73:61, doi 10.1121/1.388724).
        """
        reference = self.materials[0].density_kg_m3
        faces = []
        for axis in range(3):
            offset = tuple(0.5 if a == axis else 0.0 for a in range(3))
            mesh = grid.open_mesh_m((offset[0], offset[1], offset[2]))
            density = lightness = across = np.ones((1, 1, 1))
            for step, surface in enumerate(self.surfaces):
                share = share_behind(surface, mesh, grid.spacing_m, FACE_SHARPENING)
                before = self.materials[step].density_kg_m3
                after = self.materials[step + 1].density_kg_m3
                density = density + (after - before) / reference * share
                lightness = lightness + (reference / after - reference / before) * share
                cut = (share != 0.0) & (share != 1.0)
                across = np.where(cut, surface.normal_at(*mesh)[axis] ** 2, across)
            mixed = (across / density + (1 - across) * lightness).astype(np.float32)
            faces.append(np.ascontiguousarray(np.broadcast_to(mixed, grid.shape)))
        return faces[0], faces[1], faces[2]


def share_behind(
    surface: Surface, mesh_m: tuple[Real, Real, Real], spacing_m: float, sharpening: Sharpening
) -> Real:
    """How much of the kernel about each point lies behind the surface, broadcastable to the mesh.

    Between 0 and 1 but for an overshoot of a few per cent beside the surface.
    """
    distance = np.atleast_1d(surface.signed_distance_m(*mesh_m)) / spacing_m
    share = (distance > 0).astype(np.float64)
    near = np.abs(distance) < KERNEL_REACH
    if near.any():
        share[near] = _share_at(distance[near], sharpening)
    return share


def _share_at(distance: Real, sharpening: Sharpening) -> Real:
    """The kernel's share behind a plane whose distance is given in voxels, shape (n,)."""
    return _sharpened(_spline_share, distance, sharpening)


def _sharpened(smooth: Callable[[Real], Real], distance: Real, sharpening: Sharpening) -> Real:
    """A function of distance, sharpened by its own differences over one voxel."""
    at = {0: smooth(distance)}
    for step in (1, 2, 3):
        at[step] = smooth(distance + step) + smooth(distance - step)
    second = at[1] - 2 * at[0]
    fourth = at[2] - 4 * at[1] + 6 * at[0]
    sixth = at[3] - 6 * at[2] + 15 * at[1] - 20 * at[0]
    sharpened: Real = at[0] - sharpening[0] * second + sharpening[1] * fourth - sharpening[2] * sixth
    return sharpened


def _spline_share(distance: Real) -> Real:
    """Integral of the quadratic B-spline, 3 voxels wide, from minus infinity to `distance`."""
    corners = [np.maximum(distance + 1.5 - n, 0.0) ** 3 for n in range(4)]
    share: Real = (corners[0] - 3 * corners[1] + 3 * corners[2] - corners[3]) / 6
    return share


def _spline_share_integral(distance: Real) -> Real:
    """Integral of `_spline_share`."""
    corners = [np.maximum(distance + 1.5 - n, 0.0) ** 4 for n in range(4)]
    area: Real = (corners[0] - 3 * corners[1] + 3 * corners[2] - corners[3]) / 24
    return area


def restore_kinks(tissue: LayeredTissue, medium: Medium, pressure_pa: Complex64) -> Complex64:
    """Give the pressure its kinks at the interfaces back, which a smoothed density rounds off.

    Across an interface p'/rho is continuous and p' is not. A density smoothed by the kernel makes
    p too high or low by (p'/rho) (rho_2 - rho_1) h L, L the integral of the kernel's share less the
    sharp step: nothing beyond 4 voxels, 2 % of the peak on the face of a skull at 6 points per wavelength.
    """
    grid = medium.grid
    restored = pressure_pa.copy()
    for step, surface in enumerate(tissue.surfaces):
        jump = (tissue.materials[step + 1].density_kg_m3 - tissue.materials[step].density_kg_m3) / (
            tissue.materials[0].density_kg_m3
        )
        if jump == 0.0:
            continue
        mesh = grid.open_mesh_m()
        distance = np.broadcast_to(surface.signed_distance_m(*mesh) / grid.spacing_m, grid.shape)
        near = np.nonzero(np.abs(distance) < KERNEL_REACH)
        apart = distance[near]
        lag = _sharpened(_spline_share_integral, apart, FACE_SHARPENING) - np.maximum(apart, 0.0)
        normals = [np.broadcast_to(n, grid.shape)[near] for n in surface.normal_at(*mesh)]
        slope = np.zeros(len(apart), dtype=np.complex64)
        for axis, normal in enumerate(normals):
            slope += normal * _central_difference(pressure_pa, near, axis)
        restored[near] -= (jump * lag * slope / medium.density[near]).astype(np.complex64)
    return restored


def _central_difference(values: Complex64, at: tuple[NDArray[np.intp], ...], axis: int) -> Complex64:
    """Half the difference of the neighbours along an axis, at some nodes; one-sided at the ends."""
    up, down = list(at), list(at)
    up[axis] = np.minimum(at[axis] + 1, values.shape[axis] - 1)
    down[axis] = np.maximum(at[axis] - 1, 0)
    difference: Complex64 = (values[tuple(up)] - values[tuple(down)]) / 2
    return difference
