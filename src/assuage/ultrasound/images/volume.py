"""An image with its place in space.

Two frames meet here. Images live in scanner RAS millimetres: x grows to the person's right, y to the
front, z to the top of the head, the origin is the scanner's. The solver lives in grid metres, with the
same axes and the same origin: the two differ by the factor 1000 and by nothing else.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
import scipy.ndimage
from numpy.typing import ArrayLike, NDArray

from assuage.errors import UsageError
from assuage.ultrasound.field.grid import Grid

Floats = NDArray[np.float32]
Points = NDArray[np.float64]

SMALLEST_DETERMINANT_MM3 = 1e-6  # a voxel of 0.01 mm a side; less is a flat or broken affine


@dataclass(frozen=True, eq=False)
class ImageVolume:
    """Values on a lattice, and the affine that places it.

    `values`: float32, shape (ni, nj, nk), Hounsfield units for a CT. `affine_ras_mm`: float64, shape
    (4, 4); it takes the index (i, j, k, 1) of a voxel's centre to scanner RAS millimetres. It may turn,
    mirror and shear (a CT taken with a tilted gantry is sheared).
    """

    values: Floats
    affine_ras_mm: NDArray[np.float64]

    def __post_init__(self) -> None:
        if self.values.ndim != 3 or 0 in self.values.shape:
            message = f"an image has three axes of at least one voxel, not shape {self.values.shape}"
            raise UsageError(message)
        if self.values.dtype != np.float32:
            message = f"an image's values are float32, not {self.values.dtype}: convert them"
            raise UsageError(message)
        _refuse_bad_affine(self.affine_ras_mm)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Voxels along i, j, k."""
        ni, nj, nk = self.values.shape
        return ni, nj, nk

    @property
    def spacing_mm(self) -> tuple[float, float, float]:
        """Distance between neighbouring voxel centres along i, j, k, mm."""
        si, sj, sk = (float(s) for s in np.linalg.norm(self.affine_ras_mm[:3, :3], axis=0))
        return si, sj, sk

    def world_ras_mm(self, index: ArrayLike) -> Points:
        """Scanner RAS millimetres of voxel indices, shape (..., 3); fractions of a voxel are fine."""
        places: Points = np.asarray(index, dtype=np.float64) @ self.affine_ras_mm[:3, :3].T
        return places + self.affine_ras_mm[:3, 3]

    def index_of(self, ras_mm: ArrayLike) -> Points:
        """Voxel indices, not rounded, of points in scanner RAS millimetres; shape (..., 3) to (..., 3)."""
        away = np.asarray(ras_mm, dtype=np.float64) - self.affine_ras_mm[:3, 3]
        index: Points = away @ np.linalg.inv(self.affine_ras_mm[:3, :3]).T
        return index

    def at(self, ras_mm: ArrayLike, *, outside: float) -> Floats:
        """Values at points in scanner RAS millimetres, shape (..., 3) to (...), linear between voxels.

        A point beyond the outermost voxel centres gets `outside`.
        """
        index = self.index_of(ras_mm)
        flat = np.ascontiguousarray(index.reshape(-1, 3).T)
        found = scipy.ndimage.map_coordinates(
            self.values, flat, order=1, mode="constant", cval=outside, output=np.float32
        )
        answer: Floats = found.reshape(index.shape[:-1])
        return answer

    def contains(self, ras_mm: ArrayLike) -> NDArray[np.bool_]:
        """Whether points, shape (..., 3), lie between the outermost voxel centres; shape (...)."""
        index = self.index_of(ras_mm)
        return np.asarray(((index >= 0) & (index <= np.array(self.shape) - 1)).all(axis=-1))

    def bounds_ras_mm(self) -> tuple[Points, Points]:
        """Lowest and highest corner, shape (3,) each, of the box along RAS that holds all voxel centres."""
        ends = [(0, n - 1) for n in self.shape]
        corners = self.world_ras_mm(list(itertools.product(*ends)))
        return corners.min(axis=0), corners.max(axis=0)

    def on_grid(self, grid: Grid, *, outside: float) -> Floats:
        """Values at the nodes of a grid whose frame is RAS in metres, shape `grid.shape`, linear."""
        to_mm = 1e3 * grid.spacing_m * np.eye(3)
        back = np.linalg.inv(self.affine_ras_mm[:3, :3])
        origin_mm = 1e3 * np.array(grid.origin_m)
        values: Floats = scipy.ndimage.affine_transform(
            self.values,
            back @ to_mm,
            offset=back @ (origin_mm - self.affine_ras_mm[:3, 3]),
            output_shape=grid.shape,
            output=np.float32,
            order=1,
            mode="constant",
            cval=outside,
        )
        return values

    def resampled(self, spacing_mm: float, *, outside: float, grid: Grid | None = None) -> ImageVolume:
        """The image on an isotropic lattice along RAS, i to the right, j to the front, k to the top.

        The lattice covers the image, or is `grid` (RAS metres) where one is given. A coarser lattice is
        sampled from the image smoothed to the new spacing, so that thin bone thins and does not vanish.
        """
        wanted = self.lattice_grid(spacing_mm) if grid is None else grid
        if abs(1e3 * wanted.spacing_m - spacing_mm) > 1e-9 * spacing_mm:
            message = (
                f"the grid's spacing is {1e3 * wanted.spacing_m} mm, the spacing asked for {spacing_mm} mm"
            )
            raise UsageError(message)
        smooth = ImageVolume(_smoothed(self.values, self.spacing_mm, spacing_mm), self.affine_ras_mm)
        return on_lattice(smooth.on_grid(wanted, outside=outside), wanted)

    def lattice_grid(self, spacing_mm: float) -> Grid:
        """The grid along RAS, in metres, that covers the image at a spacing in millimetres."""
        if not (math.isfinite(spacing_mm) and spacing_mm > 0):
            message = f"spacing is {spacing_mm} mm; it must be a finite number above 0"
            raise UsageError(message)
        low, high = self.bounds_ras_mm()
        nx, ny, nz = (math.ceil(extent / spacing_mm - 1e-6) + 1 for extent in high - low)
        ox, oy, oz = (1e-3 * float(x) for x in low)
        return Grid((nx, ny, nz), 1e-3 * spacing_mm, (ox, oy, oz))


def on_lattice(values: Floats, grid: Grid) -> ImageVolume:
    """Values on a grid (frame: RAS metres), as an image in scanner RAS millimetres."""
    affine = np.diag([1e3 * grid.spacing_m] * 3 + [1.0])
    affine[:3, 3] = 1e3 * np.array(grid.origin_m)
    return ImageVolume(np.ascontiguousarray(values, dtype=np.float32), affine)


def _refuse_bad_affine(affine: NDArray[np.float64]) -> None:
    if affine.shape != (4, 4) or not np.isfinite(affine).all() or not (affine[3] == (0, 0, 0, 1)).all():
        message = "an image's affine is a finite 4 x 4 matrix whose last row is 0 0 0 1"
        raise UsageError(message)
    if abs(np.linalg.det(affine[:3, :3])) < SMALLEST_DETERMINANT_MM3:
        message = "the image's affine is flat: two of its axes point the same way, or a voxel has no size"
        raise UsageError(message)


def _smoothed(values: Floats, spacing_mm: tuple[float, float, float], coarser_mm: float) -> Floats:
    """Values averaged, along each axis, to what a voxel of the coarser spacing would see."""
    # A Gaussian of half the coarser spacing, sampled at that spacing, keeps sums to 2 exp(-pi^2/2) = 1.4 %.
    sigmas = [0.5 * math.sqrt(max(coarser_mm**2 - s**2, 0.0)) / s for s in spacing_mm]
    if max(sigmas) == 0.0:
        return values
    smooth: Floats = scipy.ndimage.gaussian_filter(values, sigmas, mode="nearest", output=np.float32)
    return smooth
