"""The discrete scattering problem in a box: contrast, absorbing edges, source; no iteration here.

With h the spacing, k_1 the background's wavenumber, and lengths counted in h, the scattered
field p in a box obeys

    lap p + C p + k_1^2 (K + e) p = s,      s = -(C + k_1^2 (K - 1)) p_inc,

C p = div((b - 1) grad p) by the fourth-order staggered difference in bone only, lap by Fourier, e
an absorber at the box's edges. The unknown is y with p = G y, G = 1/(shift - |q|^2) in Fourier
space, which makes the Laplacian free and leaves two FFTs for each application:

    r (y + C G y) + (k_1^2 r (K + e) - r shift) G y = r s.

r = rho/rho_0 multiplies both sides: it changes the iteration, not the solution.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assuage.ultrasound.field.medium import FaceValues, Floats, Medium

# The absorber adds k_1^2 (c_2 t^2 + c_3 t^3 + c_4 t^4) at depth t, 0 to 1, of the edge. Fitted to the least
# echo of plane waves at 0 to 60 degrees on 2 wavelengths, held to never amplify (Im >= 0) and near enough to
# the shift to cost no iterations. Echo: 0.2 % to 40 degrees, 0.4 % at 50, 0.8 % at 55, 4 % at 60.
ABSORBER = (0.455 + 0.871j, -0.835 + 1.353j, -0.816 - 0.936j)
BARE_CELLS = 4  # outermost cells where no density contrast is allowed: the stencil's reach
Complex64 = NDArray[np.complex64]


@dataclass(frozen=True)
class BoxProblem:
    """A scattering problem in one box; the shift is relative to k_1^2.

    `potential` is q = r (k_1^2 (K + e) - shift), `contrast` is k_1^2 (K - 1), both in units of 1/h^2;
    `density` is r; `lightness_contrast[a]` is b - 1 on faces. Shapes (nx, ny, nz). `rows`, (nx, ny), marks
    the rows along z that the density stencil touches.
    """

    potential: Complex64
    contrast: Complex64
    density: Floats
    lightness_contrast: FaceValues
    shift: complex
    rows: NDArray[np.bool_]

    @property
    def shape(self) -> tuple[int, int, int]:
        """Sizes of the box in nodes."""
        nx, ny, nz = self.density.shape
        return nx, ny, nz


def box_problem(medium: Medium, *, shift_ratio: complex, absorber_cells: int) -> BoxProblem:
    """Prepare a medium on a box whose outer `absorber_cells` on every side absorb."""
    shape = medium.grid.shape
    k1_squared = (medium.wavenumber_rad_m * medium.grid.spacing_m) ** 2
    depth = absorber_depth(shape, absorber_cells)
    taper = edge_taper(shape, absorber_cells)
    contrast = (k1_squared * (medium.compressibility - 1)).astype(np.complex64) * taper
    density = (1 + (medium.density - 1) * taper).astype(np.float32)
    absorber = absorption(depth)
    potential = contrast + (k1_squared * (1 + absorber) - shift_ratio * k1_squared).astype(np.complex64)
    potential *= density
    light = tuple(((b - 1) * taper).astype(np.float32) for b in medium.lightness)
    for faces in light:
        _clear_edges(faces)
    return BoxProblem(
        potential,
        contrast,
        density,
        (light[0], light[1], light[2]),
        complex(shift_ratio * k1_squared),
        _active_rows((light[0], light[1], light[2])),
    )


def absorption(depth: NDArray[np.float32]) -> Complex64:
    """What the absorber adds to (k/k_1)^2 at a depth of 0 to 1 in the edge."""
    total: Complex64 = (depth**2 * (ABSORBER[0] + depth * (ABSORBER[1] + depth * ABSORBER[2]))).astype(
        np.complex64
    )
    return total


def _edge_distance(size: int, cells: int) -> NDArray[np.float32]:
    """How deep each node is in the absorbing edge: 0 inside, near 1 on the outermost."""
    node = np.arange(size)
    distance = np.minimum(node + 0.5, size - node - 0.5)
    depth: NDArray[np.float32] = np.clip((cells - distance) / cells, 0, 1).astype(np.float32)
    return depth


def absorber_depth(shape: tuple[int, int, int], cells: int) -> Floats:
    """The largest of the three axes' depths: their sum would be needlessly strong in corners."""
    x, y, z = (_edge_distance(n, cells) for n in shape)
    deepest: Floats = np.maximum(np.maximum(x[:, None, None], y[None, :, None]), z[None, None, :])
    return deepest


def edge_taper(shape: tuple[int, int, int], cells: int, axes: tuple[int, ...] = (0, 1, 2)) -> Floats:
    """1 inside, falling as a squared cosine to 0 through the absorber: what a medium ends with there."""
    x, y, z = (
        np.cos(np.pi / 2 * _edge_distance(n, cells)) ** 2 if a in axes else np.ones(n, dtype=np.float32)
        for a, n in enumerate(shape)
    )
    return (x[:, None, None] * y[None, :, None] * z[None, None, :]).astype(np.float32)


def _clear_edges(faces: Floats) -> None:
    for axis in range(3):
        view = np.moveaxis(faces, axis, 0)
        view[:BARE_CELLS] = 0
        view[len(view) - BARE_CELLS - 1 :] = 0


def _active_rows(light: FaceValues) -> NDArray[np.bool_]:
    """Rows along z, shape (nx, ny), with a node within two cells of a face with contrast."""
    active = np.zeros(light[0].shape[:2], dtype=bool)
    for axis, faces in enumerate(light[:2]):
        hot = np.moveaxis((faces != 0).any(axis=2), axis, 0)
        view = np.moveaxis(active, axis, 0)
        for step in (-1, 0, 1, 2):  # face i stands between nodes i and i + 1
            n = len(view)
            view[max(step, 0) : n + min(step, 0)] |= hot[max(-step, 0) : n - max(step, 0)]
    touched: NDArray[np.bool_] = active | (light[2] != 0).any(axis=2)
    return touched


def density_divergence(light: FaceValues, pressure: NDArray[np.complexfloating]) -> Complex64:
    """C p by plain array arithmetic: the meaning of the compiled loop. Edges within reach stay 0."""
    total = np.zeros(pressure.shape, dtype=np.complex64)
    for axis in range(3):
        p = np.moveaxis(pressure, axis, 0)
        b = np.moveaxis(light[axis], axis, 0)
        out = np.moveaxis(total, axis, 0)
        flux = b[1:-2] * (27 * (p[2:-1] - p[1:-2]) - (p[3:] - p[:-3])) / 24
        out[3:-3] += (27 * (flux[2:-1] - flux[1:-2]) - (flux[3:] - flux[:-3])) / 24
    return total


def scattering_source(problem: BoxProblem, incident_pa: Complex64) -> Complex64:
    """The right side r s for an incident field on the same box."""
    inner = density_divergence(problem.lightness_contrast, incident_pa)
    return -(problem.density * (inner + problem.contrast * incident_pa)).astype(np.complex64)
