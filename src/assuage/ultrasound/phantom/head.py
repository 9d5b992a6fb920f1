"""A made-up head as a CT would show it: scalp, outer table, diploe with pores, inner table, sinus, brain.

A closed, lopsided egg of bone with a sinus in its forehead, in Hounsfield units, scanner RAS
millimetres; origin midway between the anterior and the posterior commissure. It has no face, no skull
base and no neck: a helmet does not sound through them. Sizes are round figures of our own, not fitted
to anybody. One seed is one head, whatever the spacing it is sampled at.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

import numpy as np
import scipy.ndimage
from numpy.typing import NDArray

from assuage.errors import UsageError
from assuage.ultrasound.images.volume import Floats, ImageVolume

Triple = tuple[float, float, float]

AIR_HU, SCALP_HU, BRAIN_HU, MARROW_HU = -1000.0, 50.0, 35.0, 20.0
PORE_MM = 1.6  # between nodes of the noise that makes the pores
PLANES_AT_A_TIME = 32
AIR_AROUND_MM = 4.0
FOREHEAD_FROM = 0.6  # of the way to the front; farther back the forehead's bump is below a micrometre
SINUS_DIRECTION = (0.0, 0.995, 0.1)


@dataclass(frozen=True)
class HeadShape:
    """Sizes of a made-up head.

    `inner_mm` are the half axes of the brain's space, x to the right, y to the front, z to the top, and
    `centre_mm` its middle, from midway between the commissures. Each half axis varies by
    `size_spread` from head to head, the surface's low waves by `wave_mm`, the wall by `wall_wave_mm`.
    """

    inner_mm: Triple = (69.0, 87.0, 62.0)
    centre_mm: Triple = (0.0, -4.0, 13.0)
    size_spread: float = 0.03
    wave_mm: float = 1.5
    wall_mm: float = 6.5
    wall_wave_mm: float = 1.0
    outer_table_mm: float = 1.7
    inner_table_mm: float = 1.3
    scalp_mm: float = 6.0
    table_hu: float = 1650.0
    diploe_hu: float = 850.0
    pore_share: float = 0.25
    sinus_mm: Triple = (14.0, 5.0, 9.0)
    sinus_wall_mm: float = 7.0

    def scaled(self, factor: float) -> HeadShape:
        """The same wall about a smaller or larger brain: small heads make fast tests."""
        x, y, z = (factor * a for a in self.inner_mm)
        cx, cy, cz = (factor * a for a in self.centre_mm)
        return dataclasses.replace(self, inner_mm=(x, y, z), centre_mm=(cx, cy, cz))


@dataclass(frozen=True)
class Landmarks:
    """Where the commissures and the midline of a made-up head are, scanner RAS millimetres."""

    anterior_commissure_mm: Triple
    posterior_commissure_mm: Triple
    midline_mm: Triple


@dataclass(frozen=True)
class MadeUpHead:
    """One head, drawn from a seed: what is needed to tell the Hounsfield units of any place."""

    shape: HeadShape
    half_axes_mm: NDArray[np.float64]
    waves: NDArray[np.float64]
    wall_waves: NDArray[np.float64]
    pores: ImageVolume

    def layers_mm(self, places_mm: NDArray[np.float64]) -> tuple[Floats, Floats]:
        """Height above the inner surface and the wall's thickness there, mm; (..., 3) to (...) each.

        The height is along the normal of the egg, to first order: exact at the surface, and a few per
        cent out at the scalp.
        """
        away = places_mm - np.array(self.shape.centre_mm)
        scaled = away / self.half_axes_mm
        radius = np.linalg.norm(scaled, axis=-1)
        slope = np.linalg.norm(scaled / self.half_axes_mm, axis=-1) / np.maximum(radius, 1e-9)
        direction = scaled / np.maximum(radius, 1e-9)[..., None]
        height = (radius - 1) / np.maximum(slope, 1e-9)
        height = height - self.shape.wave_mm * _low_waves(direction, self.waves)
        wall = self.shape.wall_mm + self.shape.wall_wave_mm * _low_waves(direction, self.wall_waves)
        wall = wall + self.shape.sinus_wall_mm * self._forehead(direction)
        return height.astype(np.float32), wall.astype(np.float32)

    @property
    def innermost_mm(self) -> float:
        """No bone lies farther in from the unwaved inner surface than this."""
        return self.shape.wave_mm * _highest_wave(self.waves)

    @property
    def outermost_mm(self) -> float:
        """No skin lies farther out from the unwaved inner surface than this, the forehead's bump left out."""
        shape = self.shape
        waves = shape.wave_mm * _highest_wave(self.waves) + shape.wall_wave_mm * _highest_wave(
            self.wall_waves
        )
        return shape.wall_mm + shape.scalp_mm + waves

    def _forehead(self, direction: NDArray[np.float64]) -> NDArray[np.float64]:
        """1 in the middle of the forehead, falling to 0 within some 25 degrees."""
        towards = direction @ np.array(SINUS_DIRECTION)
        share: NDArray[np.float64] = np.exp((towards - 1) / 0.03)
        return share

    def sinus_depth_mm(self, places_mm: NDArray[np.float64]) -> Floats:
        """How far inside the sinus's wall a place lies, mm; negative outside. Shape (..., 3) to (...)."""
        unit = np.array(SINUS_DIRECTION) / np.linalg.norm(SINUS_DIRECTION)
        surface = 1 / np.linalg.norm(unit / self.half_axes_mm)
        middle = np.array(self.shape.centre_mm) + unit * (
            surface + 0.5 * (self.shape.wall_mm + self.shape.sinus_wall_mm)
        )
        scaled = (places_mm - middle) / np.array(self.shape.sinus_mm)
        depth: Floats = ((1 - np.linalg.norm(scaled, axis=-1)) * min(self.shape.sinus_mm)).astype(np.float32)
        return depth

    def hounsfield(self, places_mm: NDArray[np.float64], voxel_mm: float) -> Floats:
        """Hounsfield units at places in scanner RAS mm, (..., 3) to (...); edges blurred over a voxel."""
        height, wall = self.layers_mm(places_mm)
        shape = self.shape

        def above(level: Floats | float) -> Floats:
            share: Floats = np.clip((height - level) / np.float32(voxel_mm) + 0.5, 0, 1)
            return share

        pores = self.pores.at(places_mm, outside=0.0)
        pore = np.clip(pores / np.float32(0.25) + 0.5, 0, 1)
        diploe = shape.diploe_hu + (MARROW_HU - shape.diploe_hu) * pore
        sinus = np.clip(self.sinus_depth_mm(places_mm) / np.float32(voxel_mm) + 0.5, 0, 1)
        bone = shape.table_hu + (diploe - shape.table_hu) * (
            above(shape.inner_table_mm) - above(wall - shape.outer_table_mm)
        )
        bone = bone + (AIR_HU - bone) * sinus
        hu = np.full_like(height, BRAIN_HU)
        for level, inside in ((0.0, bone), (wall, SCALP_HU), (wall + shape.scalp_mm, AIR_HU)):
            hu += above(level) * (inside - hu)
        return hu


def made_up_head(seed: int, shape: HeadShape | None = None) -> MadeUpHead:
    """Draw one head; the same seed gives the same head."""
    given = HeadShape() if shape is None else shape
    draw = np.random.default_rng(seed)
    half_axes = np.array(given.inner_mm) * (1 + given.size_spread * draw.uniform(-1, 1, 3))
    waves, wall_waves = draw.standard_normal((9,)), draw.standard_normal((9,))
    return MadeUpHead(given, half_axes, waves, wall_waves, _pores(draw, given, half_axes))


def phantom_head(seed: int, spacing_mm: float, shape: HeadShape | None = None) -> ImageVolume:
    """A made-up head in Hounsfield units on an isotropic lattice along RAS, with 4 mm of air about it.

    Float32, axes i to the right, j to the front, k to the top, scanner RAS millimetres. `shape` is the
    adult `HeadShape()` where it is not given.
    """
    if not 0.1 <= spacing_mm <= 4.0:
        message = f"a phantom's spacing is {spacing_mm} mm; it must lie between 0.1 and 4 mm"
        raise UsageError(message)
    head = made_up_head(seed, shape)
    reach = head.half_axes_mm + head.outermost_mm + AIR_AROUND_MM
    reach[1] += head.shape.sinus_wall_mm
    first = np.ceil((np.array(head.shape.centre_mm) - reach) / spacing_mm)
    last = np.floor((np.array(head.shape.centre_mm) + reach) / spacing_mm)
    axes = [spacing_mm * np.arange(a, b + 1) for a, b in zip(first, last, strict=True)]
    values = np.empty([len(a) for a in axes], dtype=np.float32)
    for start in range(0, len(axes[0]), PLANES_AT_A_TIME):
        slab = slice(start, start + PLANES_AT_A_TIME)
        values[slab] = _slab(head, (axes[0][slab], axes[1], axes[2]), spacing_mm)
    affine = np.diag([spacing_mm] * 3 + [1.0])
    affine[:3, 3] = [a[0] for a in axes]
    return ImageVolume(values, affine)


def _slab(head: MadeUpHead, axes_mm: tuple[NDArray[np.float64], ...], spacing_mm: float) -> Floats:
    """Some planes of a phantom; only the shell near the wall is worked out, within is brain, beyond air."""
    scaled = [
        (axis - middle) / half
        for axis, middle, half in zip(axes_mm, head.shape.centre_mm, head.half_axes_mm, strict=True)
    ]
    radius = np.sqrt(
        scaled[0][:, None, None] ** 2 + scaled[1][None, :, None] ** 2 + scaled[2][None, None, :] ** 2
    )
    smallest = float(head.half_axes_mm.min())
    bump_mm = head.shape.sinus_wall_mm * (scaled[1] > FOREHEAD_FROM)[None, :, None]
    outermost = 1 + (head.outermost_mm + spacing_mm + bump_mm) / smallest
    innermost = 1 - (head.innermost_mm + spacing_mm) / smallest
    values = np.where(radius < 1, np.float32(BRAIN_HU), np.float32(AIR_HU))
    near = np.nonzero((radius > innermost) & (radius < outermost))
    places = np.stack([axis[index] for axis, index in zip(axes_mm, near, strict=True)], axis=-1)
    values[near] = head.hounsfield(places, spacing_mm)
    return values


def phantom_landmarks(shape: HeadShape | None = None) -> Landmarks:
    """Commissures 25 mm apart on the y axis, and a point of the midline above them."""
    top = 0.5 * (HeadShape() if shape is None else shape).inner_mm[2]
    return Landmarks((0.0, 12.5, 0.0), (0.0, -12.5, 0.0), (0.0, 0.0, top))


def _low_waves(direction: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """A smooth function on the sphere, of about unit variance: harmonics of order one to three."""
    x, y, z = (direction[..., a] for a in range(3))
    basis = (x, y, z, x * y, y * z, z * x, x**2 - y**2, 3 * z**2 - 1, x * (x**2 - 3 * y**2))
    waves: NDArray[np.float64] = np.zeros(direction.shape[:-1])
    for weight, harmonic in zip(weights, basis, strict=True):
        waves += weight * harmonic / math.sqrt(len(basis) / 3)
    return waves


def _highest_wave(weights: NDArray[np.float64]) -> float:
    """No value of `_low_waves` is higher: each harmonic lies within 1, the eighth within 2."""
    return float((np.abs(weights) * np.array([1, 1, 1, 1, 1, 1, 1, 2, 1])).sum()) / math.sqrt(
        len(weights) / 3
    )


def _pores(draw: np.random.Generator, shape: HeadShape, half_axes_mm: NDArray[np.float64]) -> ImageVolume:
    """Noise that is above zero in `pore_share` of the space about a head."""
    reach = half_axes_mm + shape.wall_mm + shape.sinus_wall_mm + 4 * shape.wave_mm
    count = 2 * np.ceil(reach / PORE_MM).astype(int) + 1
    noise = scipy.ndimage.gaussian_filter(draw.standard_normal(count).astype(np.float32), 0.6)
    noise = noise / noise.std() - np.float32(np.quantile(noise / noise.std(), 1 - shape.pore_share))
    affine = np.diag([PORE_MM] * 3 + [1.0])
    affine[:3, 3] = np.array(shape.centre_mm) - PORE_MM * (count - 1) / 2
    return ImageVolume(noise.astype(np.float32), affine)
