"""What makes the sound. Sources are surfaces in space, never voxels.

Time factor exp(-iwt) with w = 2 pi f, everywhere in this package: an outgoing wave is
exp(+ikr), a positive imaginary part of k absorbs, a positive `phase_rad` is a source that is
late by phase/w. Pressure amplitudes are zero to peak.

A radiating surface moves with uniform normal velocity u. Its strength is given as
`drive_pressure_pa` = rho c u, the pressure that the same velocity makes in a plane wave
(Aubry et al. 2022, doi 10.1121/10.0013426: 60 kPa, that is 0.04 m/s in water).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assuage.errors import UsageError

Point = tuple[float, float, float]


def _refuse_unless_positive(what: str, value: float) -> None:
    if not (math.isfinite(value) and value > 0):
        message = f"{what} is {value}; it must be a finite number above 0"
        raise UsageError(message)


def _refuse_bad_direction(what: str, direction: Point) -> None:
    if len(direction) != 3 or not all(map(math.isfinite, direction)) or not any(direction):
        message = f"{what} is {direction}; it must be three finite numbers, not all 0"
        raise UsageError(message)


def _refuse_bad_point(what: str, point: Point) -> None:
    if len(point) != 3 or not all(map(math.isfinite, point)):
        message = f"{what} is {point}; it must be three finite coordinates in metres"
        raise UsageError(message)


def unit(direction: Point) -> NDArray[np.float64]:
    """The direction at length 1, shape (3,)."""
    vector = np.asarray(direction, dtype=np.float64)
    return vector / np.linalg.norm(vector)


@dataclass(frozen=True)
class PlaneWave:
    """p = amplitude_pa * exp(ik direction . (x - through_m)): `through_m` has phase zero."""

    direction: Point
    amplitude_pa: float = 1.0
    through_m: Point = (0.0, 0.0, 0.0)

    def __post_init__(self) -> None:
        _refuse_bad_direction("the plane wave's direction", self.direction)
        _refuse_bad_point("the plane wave's zero-phase point", self.through_m)
        _refuse_unless_positive("the plane wave's amplitude in Pa", self.amplitude_pa)


@dataclass(frozen=True)
class Disc:
    """A flat piston in a rigid baffle, radiating along `normal`."""

    centre_m: Point
    normal: Point
    radius_m: float
    drive_pressure_pa: float = 1.0
    phase_rad: float = 0.0

    def __post_init__(self) -> None:
        _refuse_bad_point("the disc's centre", self.centre_m)
        _refuse_bad_direction("the disc's normal", self.normal)
        _refuse_unless_positive("the disc's radius in m", self.radius_m)
        _refuse_unless_positive("the disc's drive pressure in Pa", self.drive_pressure_pa)


@dataclass(frozen=True)
class Bowl:
    """A spherical cap: rear `apex_m`, opening along `axis`, as wide as twice `aperture_radius_m`."""

    apex_m: Point
    axis: Point
    curvature_radius_m: float
    aperture_radius_m: float
    drive_pressure_pa: float = 1.0
    phase_rad: float = 0.0

    def __post_init__(self) -> None:
        _refuse_bad_point("the bowl's apex", self.apex_m)
        _refuse_bad_direction("the bowl's axis", self.axis)
        _refuse_unless_positive("the bowl's radius of curvature in m", self.curvature_radius_m)
        _refuse_unless_positive("the bowl's aperture radius in m", self.aperture_radius_m)
        _refuse_unless_positive("the bowl's drive pressure in Pa", self.drive_pressure_pa)
        if self.aperture_radius_m > self.curvature_radius_m:
            message = (
                f"a bowl curved at {self.curvature_radius_m} m can't be {self.aperture_radius_m} m wide from"
                " its axis: make the aperture radius at most the radius of curvature"
            )
            raise UsageError(message)

    @property
    def rim_depth_m(self) -> float:
        """Distance from the apex to the plane of the rim, along the axis."""
        radius, half = self.curvature_radius_m, self.aperture_radius_m
        return radius - math.sqrt(radius**2 - half**2)


@dataclass(frozen=True)
class ElementArray:
    """Any number of equal discs, each with its place, direction, amplitude and phase.

    `centres_m` and `normals` have shape (n, 3); `drive_pressures_pa` and `phases_rad` shape (n,).
    """

    centres_m: NDArray[np.float64]
    normals: NDArray[np.float64]
    element_radius_m: float
    drive_pressures_pa: NDArray[np.float64]
    phases_rad: NDArray[np.float64]

    def __post_init__(self) -> None:
        count = len(self.centres_m)
        shapes = [
            np.shape(v) for v in (self.centres_m, self.normals, self.drive_pressures_pa, self.phases_rad)
        ]
        if count == 0 or shapes != [(count, 3), (count, 3), (count,), (count,)]:
            message = f"array elements need shapes (n, 3), (n, 3), (n,), (n,) with n > 0; found {shapes}"
            raise UsageError(message)
        values = (self.centres_m, self.normals, self.drive_pressures_pa, self.phases_rad)
        if not all(np.isfinite(v).all() for v in values):
            message = "an array element has a value that is not finite: check positions, normals and drives"
            raise UsageError(message)
        if (np.linalg.norm(self.normals, axis=1) == 0).any():
            message = "an array element has a normal of length 0: give each the direction it radiates in"
            raise UsageError(message)
        _refuse_unless_positive("the array's element radius in m", self.element_radius_m)

    def discs(self) -> list[Disc]:
        """The active elements (drive above zero) as single sources."""
        return [
            Disc(tuple(c), tuple(n), self.element_radius_m, float(a), float(ph))
            for c, n, a, ph in zip(
                self.centres_m, self.normals, self.drive_pressures_pa, self.phases_rad, strict=True
            )
            if a > 0
        ]


Source = PlaneWave | Disc | Bowl | ElementArray


def surface_points_m(source: Source) -> NDArray[np.float64]:
    """A few points on the source's surface, shape (n, 3): where it must not touch bone."""
    match source:
        case PlaneWave():
            return np.empty((0, 3))
        case Disc():
            return _ring(source.centre_m, unit(source.normal), 0.0, source.radius_m)
        case Bowl():
            return _ring(source.apex_m, unit(source.axis), source.rim_depth_m, source.aperture_radius_m)
        case ElementArray():
            return np.asarray(source.centres_m, dtype=np.float64)


def _ring(centre_m: Point, axis: NDArray[np.float64], depth_m: float, radius_m: float) -> NDArray[np.float64]:
    across = perpendicular(axis)
    second = np.cross(axis, across)
    angles = np.linspace(0, 2 * np.pi, 32, endpoint=False)[:, None]
    middle = np.asarray(centre_m, dtype=np.float64)
    ring = middle + depth_m * axis + radius_m * (np.cos(angles) * across + np.sin(angles) * second)
    return np.vstack([middle[None, :], ring])


def perpendicular(axis: NDArray[np.float64]) -> NDArray[np.float64]:
    """Any unit vector at right angles to a unit vector, shape (3,)."""
    other = np.eye(3)[int(np.argmin(np.abs(axis)))]
    across = np.cross(axis, other)
    result: NDArray[np.float64] = across / np.linalg.norm(across)
    return result
