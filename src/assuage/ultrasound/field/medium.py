"""What the solver sees of a medium at one frequency: compressibility on nodes, density on faces.

The equation, with b = rho_0/rho and K = kappa/kappa_0 relative to a uniform background:

    lap p + div((b - 1) grad p) + k_0^2 K p = source,        k^2 = k_0^2 K rho/rho_0.

k = w/c + i absorption at the frequency of the computation. Where an interface cuts a voxel, K and
rho are means over a kernel about the node (b on faces), never the value at the node: a staircase
of voxels is wrong by 15-20 % behind a slab that does not end on voxel faces.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import ndimage

from assuage.errors import UsageError
from assuage.ultrasound.field.grid import Grid
from assuage.ultrasound.field.materials import Material
from assuage.ultrasound.field.sharpening import (
    FACE_SHARPENING,
    KERNEL_REACH,
    NODE_SHARPENING,
    mean_over_blocks,
)

NORMAL_BLUR_VOXELS = 1.5  # what makes a staircase of blocks into a slope
VoxelMeaning = Literal["means", "blocks"]
Floats = NDArray[np.float32]
FaceValues = tuple[Floats, Floats, Floats]


@dataclass(frozen=True)
class Medium:
    """A medium on a grid at one frequency, relative to a uniform background.

    `compressibility` is K on nodes, complex, shape `grid.shape`. `density` is rho/rho_0 on nodes.
    `lightness[a]` is b = rho_0/rho on the faces half a voxel further along axis a: entry i lies
    between nodes i and i + 1.
    """

    grid: Grid
    frequency_hz: float
    background: Material
    compressibility: NDArray[np.complex64]
    density: Floats
    lightness: FaceValues

    def __post_init__(self) -> None:
        arrays = (self.compressibility, self.density, *self.lightness)
        if any(a.shape != self.grid.shape for a in arrays):
            message = (
                f"the medium's arrays have shapes {[a.shape for a in arrays]}; the grid has {self.grid.shape}"
            )
            raise UsageError(message)
        if not all(np.isfinite(a).all() for a in arrays):
            message = "the medium holds a value that is not finite (NaN or infinity): repair the map first"
            raise UsageError(message)

    @property
    def wavenumber_rad_m(self) -> complex:
        """The background's wavenumber."""
        return self.background.wavenumber_rad_m(self.frequency_hz)


def relative_compressibility(material: Material, background: Material, frequency_hz: float) -> complex:
    """K of a uniform material: (k/k_0)^2 rho_0/rho."""
    ratio = material.wavenumber_rad_m(frequency_hz) / background.wavenumber_rad_m(frequency_hz)
    return complex(ratio**2 * background.density_kg_m3 / material.density_kg_m3)


@dataclass(frozen=True)
class TissueMaps:
    """A medium given voxel by voxel, as a CT gives it. Beyond its edges the last voxel goes on.

    Sound speed, density and absorption on the nodes of `grid`. `voxels` says what they stand for:

    - "means": each value is a mean over its voxel, as in a CT. They are taken as they are; densities on
      faces are interpolated with the fourth-order rule (-1, 9, 9, -1)/16, which adds no width.
    - "blocks": each voxel is a uniform cube and every interface lies on its faces, as in a segmentation
      or a phantom. The medium is sampled as layers are, by the kernel of `sharpening`.
    """

    grid: Grid
    background: Material
    sound_speed_m_s: NDArray[np.float32]
    density_kg_m3: NDArray[np.float32]
    absorption_np_m: NDArray[np.float32]
    voxels: VoxelMeaning = "means"

    def __post_init__(self) -> None:
        if self.voxels not in get_args(VoxelMeaning):
            message = f"voxels are {self.voxels!r}; choose from {', '.join(get_args(VoxelMeaning))}"
            raise UsageError(message)
        for quantity, values, lowest in (
            ("sound speed in m/s", self.sound_speed_m_s, 1.0),
            ("density in kg/m3", self.density_kg_m3, 0.1),
            ("absorption in Np/m", self.absorption_np_m, 0.0),
        ):
            _refuse_bad_map(quantity, values, lowest, self.grid.shape)

    @property
    def behind(self) -> Material:
        """The material of the last plane's first voxel, for use where that plane is uniform."""
        return Material(
            "behind",
            float(self.sound_speed_m_s[-1, 0, 0]),
            float(self.density_kg_m3[-1, 0, 0]),
            float(self.absorption_np_m[-1, 0, 0]),
        )

    @property
    def slowest_sound_speed_m_s(self) -> float:
        """The lowest sound speed of all voxels."""
        return min(float(self.sound_speed_m_s.min()), self.background.sound_speed_m_s)

    def _unlike(self, material: Material) -> NDArray[np.bool_]:
        unlike: NDArray[np.bool_] = (
            (np.abs(self.sound_speed_m_s - material.sound_speed_m_s) > 1e-3)
            | (np.abs(self.density_kg_m3 - material.density_kg_m3) > 1e-3)
            | (np.abs(self.absorption_np_m - material.absorption_np_m) > 1e-6)
        )
        return unlike

    def is_background(self, points_m: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Whether the voxel of each point, shape (n, 3), is background; all is, outside the maps."""
        place = np.rint((points_m - np.array(self.grid.origin_m)) / self.grid.spacing_m).astype(np.int64)
        inside = ((place >= 0) & (place < np.array(self.grid.shape))).all(axis=1)
        result = np.ones(len(points_m), dtype=bool)
        result[inside] = ~self._unlike(self.background)[tuple(place[inside].T)]
        return result

    def tissue_planes(self, grid: Grid) -> tuple[int, int] | None:
        """First and last plane of `grid` that holds tissue: `uneven_planes` without the kernel's reach."""
        offset = round((self.grid.origin_m[0] - grid.origin_m[0]) / grid.spacing_m)
        entered = self._unlike(self.background).any(axis=(1, 2))
        if not entered.any():
            return None
        left = np.asarray(~self._unlike(self.behind).any(axis=(1, 2)))
        last = offset + int(np.flatnonzero(~left)[-1]) if left[-1] else grid.shape[0]
        return offset + int(entered.argmax()), last

    def uneven_planes(self, grid: Grid) -> tuple[int, int] | None:
        """See `Tissue.uneven_planes`."""
        planes = self.tissue_planes(grid)
        if planes is None or self.voxels == "means":
            return planes
        reach = math.ceil(KERNEL_REACH)
        return planes[0] - reach, min(planes[1] + reach, grid.shape[0])

    def restore(self, medium: Medium, pressure_pa: NDArray[np.complex64]) -> NDArray[np.complex64]:
        """Voxel maps do not say where in a voxel an interface lies: nothing to restore."""
        del medium
        return pressure_pa

    def __call__(self, grid: Grid, frequency_hz: float) -> Medium:
        """The same maps on another box of the same lattice."""
        picks = _extended_indices(self.grid, grid)
        speed, density, absorption = (
            m[picks].astype(np.float64)
            for m in (self.sound_speed_m_s, self.density_kg_m3, self.absorption_np_m)
        )
        wavenumber = 2 * np.pi * frequency_hz / speed + 1j * absorption
        density = density / self.background.density_kg_m3
        squared = (wavenumber / self.background.wavenumber_rad_m(frequency_hz)) ** 2
        sample = _sampled_blocks if self.voxels == "blocks" else _sampled_means
        compressibility, on_nodes, on_faces = sample(squared / density, density)
        return Medium(
            grid,
            frequency_hz,
            self.background,
            compressibility.astype(np.complex64),
            on_nodes.astype(np.float32),
            on_faces,
        )


Sampled = tuple[NDArray[np.complex128], NDArray[np.float64], FaceValues]


def _sampled_means(compressibility: NDArray[np.complex128], density: NDArray[np.float64]) -> Sampled:
    return compressibility, density, lightness_from_nodes(density)


def _sampled_blocks(compressibility: NDArray[np.complex128], density: NDArray[np.float64]) -> Sampled:
    real, imag = (
        mean_over_blocks(part, NODE_SHARPENING) for part in (compressibility.real, compressibility.imag)
    )
    on_nodes = mean_over_blocks(density, NODE_SHARPENING)
    return real + 1j * imag, on_nodes, lightness_from_blocks(density)


def _refuse_bad_map(quantity: str, values: ArrayLike, lowest: float, shape: tuple[int, ...]) -> None:
    array = np.asarray(values)
    if array.size == 0:
        message = f"the map of {quantity} is empty: give one value for every node of the grid"
        raise UsageError(message)
    if array.shape != shape:
        message = f"the map of {quantity} has shape {array.shape}; the grid has {shape}"
        raise UsageError(message)
    if not np.isfinite(array).all():
        message = f"the map of {quantity} holds NaN or infinity: fill those voxels first"
        raise UsageError(message)
    if array.min() < lowest:
        message = f"the map of {quantity} goes down to {array.min():g}; it must not fall below {lowest:g}"
        raise UsageError(message)


def _extended_indices(have: Grid, want: Grid) -> tuple[NDArray[np.intp], ...]:
    if abs(have.spacing_m - want.spacing_m) > 1e-9 * have.spacing_m:
        message = (
            f"the maps are on a {have.spacing_m} m lattice, the grid on {want.spacing_m} m: resample first"
        )
        raise UsageError(message)
    indices = []
    for axis in range(3):
        first = round((want.origin_m[axis] - have.origin_m[axis]) / have.spacing_m)
        indices.append(np.clip(np.arange(want.shape[axis]) + first, 0, have.shape[axis] - 1))
    return np.ix_(*indices)


def lightness_from_nodes(density: NDArray[np.float64]) -> FaceValues:
    """rho_0/rho on the faces along each axis from relative densities on nodes."""
    faces = []
    for axis in range(3):
        width = [(0, 0)] * 3
        width[axis] = (1, 2)
        padded = np.moveaxis(np.pad(density, width, mode="edge"), axis, 0)
        between = (9 * (padded[1:-2] + padded[2:-1]) - padded[:-3] - padded[3:]) / 16
        lowest = np.minimum(padded[1:-2], padded[2:-1])
        # The rule overshoots beside a high step; density must stay above what its neighbours have.
        between = np.maximum(between, 0.5 * lowest)
        faces.append(np.moveaxis(1 / between, 0, axis).astype(np.float32))
    return faces[0], faces[1], faces[2]


def lightness_from_blocks(density: NDArray[np.float64]) -> FaceValues:
    """rho_0/rho on faces in a medium of uniform blocks: mean of rho across an interface, of 1/rho along it.

    The normal is the direction in which the smoothed density rises; what it decides is as in `LayeredTissue`.
    """
    across = _squared_normals(density)
    # The kernel overshoots beside a high step; density must stay above what its neighbours have.
    floor = 0.5 * ndimage.minimum_filter(density, 3, mode="nearest")
    faces = []
    for axis in range(3):
        rho = np.maximum(mean_over_blocks(density, FACE_SHARPENING, axis), floor)
        along = mean_over_blocks(1 / density, FACE_SHARPENING, axis)
        share = across[axis]
        faces.append((share / rho + (1 - share) * along).astype(np.float32))
    return faces[0], faces[1], faces[2]


def _squared_normals(density: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """The squares of the normal's components; a third each where nothing rises."""
    smooth = ndimage.gaussian_filter(density, NORMAL_BLUR_VOXELS, mode="nearest")
    squares = [ndimage.correlate1d(smooth, [-0.5, 0.0, 0.5], axis, mode="nearest") ** 2 for axis in range(3)]
    total = squares[0] + squares[1] + squares[2]
    return [np.divide(s, total, out=np.full_like(s, 1 / 3), where=total > 1e-12) for s in squares]
