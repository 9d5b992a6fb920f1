"""The suite that every field solver inherits: laws of acoustics, and exact answers it must meet.

A subclass says how its solver solves:

    class TestMySolver(SolverTests):
        def solve(self, problem: FieldProblem, tolerance: float = 1e-3) -> AcousticField:
            return my_solver(problem, tolerance)

Bars are physical statements at a stated number of grid points per wavelength in water, not what
happened to pass. All problems are small; the suite takes seconds.
"""

# ruff: noqa: S101 -- a suite of tests, shipped so that plug-ins can inherit it

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from assuage.ultrasound.field.axisymmetric import wave_cone
from assuage.ultrasound.field.grid import Grid
from assuage.ultrasound.field.incident import incident_pressure_pa
from assuage.ultrasound.field.interfaces import LayeredTissue, Plane, sphere
from assuage.ultrasound.field.materials import CORTICAL_BONE, WATER, Material
from assuage.ultrasound.field.metrics import difference
from assuage.ultrasound.field.problem import AcousticField, FieldProblem
from assuage.ultrasound.field.references.layered import (
    LayerStack,
    beam_pressure_pa,
    spectrum_pressure_pa,
)
from assuage.ultrasound.field.references.rayleigh import pressure_pa as rayleigh_pa
from assuage.ultrasound.field.sources import Bowl, Disc

FREQUENCY_HZ = 500e3
WAVELENGTH_M = WATER.sound_speed_m_s / FREQUENCY_HZ
LOSSLESS_BONE = Material(
    "lossless bone", 2800.0, 1850.0, 0.0, "CORTICAL_BONE without absorption, to test laws"
)


def slab(
    first_face_m: float, thickness_m: float, bone: Material = CORTICAL_BONE, tilt_rad: float = 0.0
) -> LayeredTissue:
    """A slab of bone in water; its normal is turned from x towards y."""
    normal = (math.cos(tilt_rad), math.sin(tilt_rad), 0.0)
    back = (first_face_m + thickness_m * normal[0], thickness_m * normal[1], 0.0)
    return LayeredTissue((WATER, bone, WATER), (Plane((first_face_m, 0, 0), normal), Plane(back, normal)))


def grid_of(points_per_wavelength: float, along_m: float, half_width_m: float) -> Grid:
    """A grid from x = 0, symmetrical about the axis."""
    h = WAVELENGTH_M / points_per_wavelength
    half = round(half_width_m / h)
    return Grid((round(along_m / h) + 1, 2 * half + 1, 2 * half + 1), h, (0.0, -half * h, -half * h))


class SolverTests:
    """See the module's text."""

    __test__ = False

    def __init_subclass__(cls) -> None:
        cls.__test__ = True

    def solve(self, problem: FieldProblem, tolerance: float = 1e-3) -> AcousticField:
        """Solve a problem with the solver under test."""
        raise NotImplementedError

    def test_water_gives_the_rayleigh_integral(self) -> None:
        """To 0.5 % of the peak, for a bowl turned off the grid's axes."""
        bowl = Bowl((0.001, 0.0003, -0.0002), (1.0, 0.1, 0.05), 0.020, 0.009, 60e3)
        grid = grid_of(6, 0.030, 0.006)
        field = self.solve(FieldProblem(grid, FREQUENCY_HZ, bowl, LayeredTissue((WATER,), ())))
        nodes = np.array([[40, 12, 12], [44, 9, 14], [30, 16, 8], [55, 12, 10]])
        points = np.array(grid.origin_m) + grid.spacing_m * nodes
        exact = rayleigh_pa(bowl, WATER.wavenumber_rad_m(FREQUENCY_HZ), points)
        found = field.pressure_pa[tuple(nodes.T)]
        assert np.abs(found - exact).max() < 0.005 * np.abs(exact).max()

    @pytest.mark.parametrize("tilt_degrees", [0, 6, 12, 18, 24, 30])
    def test_a_slab_at_six_angles_gives_the_transfer_matrix(self, tilt_degrees: float) -> None:
        """Complex error at most 6.5 % at 8 points per wavelength, behind a slab off the lattice."""
        assert self.tilted_slab_error(8.0, math.radians(tilt_degrees)) < 0.065

    def tilted_slab_error(
        self,
        points_per_wavelength: float,
        tilt_rad: float,
        face_m: float = 0.0117,
        thickness_m: float = 0.0041,
    ) -> float:
        """Relative complex rms error behind a tilted slab, on the axis and beside it."""
        disc = Disc((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), 0.006, 60e3)
        tissue = slab(face_m, thickness_m, tilt_rad=tilt_rad)
        grid = grid_of(points_per_wavelength, 0.0285, 0.0125)
        field = self.solve(FieldProblem(grid, FREQUENCY_HZ, disc, tissue))
        middle, h = grid.shape[1] // 2, grid.spacing_m
        rows = np.arange(round(0.0245 / h), grid.shape[0], 2)
        columns = middle + np.round(np.linspace(-0.004, 0.004, 5) / h).astype(int)
        nodes = np.array([[i, j, middle] for i in rows for j in columns])
        exact = _behind_tilted_slab(disc, face_m, thickness_m, tilt_rad, np.array(grid.origin_m) + h * nodes)
        found = field.pressure_pa[tuple(nodes.T)]
        return float(np.linalg.norm(found - exact) / np.linalg.norm(exact))

    def test_the_error_falls_with_the_spacing(self) -> None:
        """Behind a slab off the lattice, twice the points per wavelength cut it to a third or less."""
        coarse, fine = self.tilted_slab_error(4.0, 0.0), self.tilted_slab_error(8.0, 0.0)
        assert fine < coarse / 3

    def test_a_small_published_like_case(self) -> None:
        """A bowl through 3 mm of bone at 6 points per wavelength: focal pressure to 4 %, place to 0.5 mm."""
        bowl = Bowl((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), 0.016, 0.006, 60e3)
        grid = grid_of(6, 0.030, 0.012)
        field = self.solve(FieldProblem(grid, FREQUENCY_HZ, bowl, slab(0.005, 0.003)))
        cone = wave_cone(
            bowl,
            WATER.wavenumber_rad_m(FREQUENCY_HZ),
            reach_radius_m=0.012,
            reach_depth_m=0.030,
            clearance_m=0.0005,
        )
        first = 4
        stack = LayerStack(WATER, ((CORTICAL_BONE, 0.003),), WATER, 0.005)
        depths, radii = grid.axis_m(0)[first:], np.abs(grid.axis_m(1))
        exact = beam_pressure_pa(cone, stack, FREQUENCY_HZ, radii, depths)
        found = field.pressure_pa[first:, :, grid.shape[2] // 2].astype(np.complex128)
        apart = difference(exact, found, grid.spacing_m, slice(14, None))
        assert abs(apart.focal_pressure_percent) < 4
        assert apart.focal_position_mm <= 0.5

    def test_density_is_carried(self) -> None:
        """Bone with the density of water lets 15 to 40 % more through than bone."""
        light = Material("light bone", 2800.0, 1000.0, CORTICAL_BONE.absorption_np_m, "to test a law")
        bowl = Bowl((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), 0.016, 0.006, 60e3)
        grid = grid_of(6, 0.024, 0.008)
        peaks = [
            self.solve(FieldProblem(grid, FREQUENCY_HZ, bowl, slab(0.005, 0.003, bone)))
            .amplitude_pa[20:]
            .max()
            for bone in (CORTICAL_BONE, light)
        ]
        assert 1.15 < peaks[1] / peaks[0] < 1.4

    def test_reciprocity(self) -> None:
        """Through a ball of bone, A heard at B is B heard at A, to 2e-3 of the sound through water."""
        assert self.reciprocity_error() < 2e-3

    def reciprocity_error(self) -> float:
        """|p(A heard at B) - p(B heard at A)| over the sound from A to B through water.

        Over the water's sound, because B stands in the ball's shadow, where water's sound and the
        ball's nearly cancel. With T the symmetric operator that makes the ball's sources from the
        sound that meets it, u_A the exact sound of A in water, and g_A that of A in the solver's own
        box, the solver hears g_B T u_A at B. So the difference is (g_B - u_B) T u_A - (g_A - u_A) T u_B:
        what the box's edges send back, and nothing else if T is symmetric. Edges of 2 wavelengths that
        echo 0.2 to 0.4 % up to 50 degrees leave 1 to 2e-3, thicker ones as much less as they echo less.
        """
        grid = Grid((17, 41, 41), WAVELENGTH_M / 6, (0.004, -0.010, -0.010))
        ball = LayeredTissue((WATER, CORTICAL_BONE), (sphere((0.008, 0.0003, 0.001), 0.0032),))
        a, b = (0.0085, 0.0075, -0.001), (0.0065, -0.0070, 0.0025)
        towards_b = (b[0] - a[0], b[1] - a[1], b[2] - a[2])
        dots = (Disc(a, towards_b, 1e-4, 60e3), Disc(b, tuple(-c for c in towards_b), 1e-4, 60e3))  # type: ignore[arg-type]
        heard = [
            self.solve(FieldProblem(grid, FREQUENCY_HZ, dot, ball), 1e-5).pressure_pa[
                grid.nearest_node(there)
            ]
            for dot, there in zip(dots, (b, a), strict=True)
        ]
        water = rayleigh_pa(dots[0], WATER.wavenumber_rad_m(FREQUENCY_HZ), np.array([b]), samples=500)[0]
        return float(abs(heard[0] - heard[1]) / abs(water))

    def test_power_balance(self) -> None:
        """Without absorption, as much power leaves the back of a slab as the transfer matrix lets through."""
        bowl = Bowl((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), 0.020, 0.006, 60e3)
        grid = grid_of(8, 0.024, 0.0165)
        field = self.solve(FieldProblem(grid, FREQUENCY_HZ, bowl, slab(0.0101, 0.0032, LOSSLESS_BONE)))
        water = self.solve(FieldProblem(grid, FREQUENCY_HZ, bowl, LayeredTissue((WATER,), ())))
        rows = slice(round(0.018 / grid.spacing_m), round(0.020 / grid.spacing_m))
        ratio = _flux(field.pressure_pa[rows]) / _flux(water.pressure_pa[rows])
        assert abs(ratio / _power_share(bowl, grid, rows) - 1) < 0.04

    def test_moving_everything_by_a_node_moves_the_field(self) -> None:
        """To twice the tolerance of the solve."""
        grid = grid_of(6, 0.020, 0.006)
        h = grid.spacing_m
        fields = []
        for shift in (0.0, h):
            bowl = Bowl((shift, 0.0, 0.0), (1.0, 0.0, 0.0), 0.016, 0.005, 60e3)
            fields.append(
                self.solve(FieldProblem(grid, FREQUENCY_HZ, bowl, slab(0.0052 + shift, 0.0031)), 1e-4)
            )
        still, moved = fields[0].pressure_pa[15:-2], fields[1].pressure_pa[16:-1]
        assert np.linalg.norm(still - moved) < 5e-3 * np.linalg.norm(still)

    def test_the_outcome_tells_the_truth(self) -> None:
        """Converged, at the residual asked for, with its cost."""
        bowl = Bowl((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), 0.016, 0.005, 60e3)
        outcome = self.solve(
            FieldProblem(grid_of(6, 0.016, 0.005), FREQUENCY_HZ, bowl, slab(0.005, 0.003))
        ).outcome
        assert outcome.converged
        assert 0 < outcome.relative_residual <= 1.5e-3
        assert outcome.operator_applications > 0
        assert outcome.memory_bytes > 0


def _behind_tilted_slab(
    disc: Disc, face_m: float, thickness_m: float, tilt_rad: float, points_m: NDArray[np.float64]
) -> NDArray[np.complex128]:
    """The exact pressure behind a slab whose normal is turned from x to y, in the slab's own frame."""
    c, s = math.cos(tilt_rad), math.sin(tilt_rad)
    turn = np.array([[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]])
    face = face_m * c  # the first face's distance from the disc's centre, along the normal
    turned = Disc((0.0, 0.0, 0.0), (c, -s, 0.0), disc.radius_m, disc.drive_pressure_pa)
    spacing, count, at = WAVELENGTH_M / 8, 384, face - 0.0005
    plane = Grid((1, count, count), spacing, (at, -(count // 2) * spacing, -(count // 2) * spacing))
    incident = incident_pressure_pa(plane, turned, WATER.wavenumber_rad_m(FREQUENCY_HZ))[0]
    window = np.hanning(count + 1)[:count] ** 0.25
    stack = LayerStack(WATER, ((CORTICAL_BONE, thickness_m),), WATER, face)
    tapered = (incident * window[:, None] * window[None, :]).astype(np.complex128)
    return spectrum_pressure_pa(tapered, spacing, at, stack, FREQUENCY_HZ, points_m @ turn.T)


def _flux(pressure_pa: NDArray[np.complexfloating]) -> float:
    """Power through planes of constant x, up to a constant: Im(conj(p) dp/dx), central differences."""
    slope = (pressure_pa[2:] - pressure_pa[:-2]) / 2
    return float(np.imag(np.conj(pressure_pa[1:-1]) * slope).sum(dtype=np.float64))


def _power_share(bowl: Bowl, grid: Grid, rows: slice) -> float:
    """The share of a bowl's power that a lossless 3.2 mm slab lets through, from the exact fields."""
    cone = wave_cone(
        bowl, WATER.wavenumber_rad_m(FREQUENCY_HZ), reach_radius_m=0.02, reach_depth_m=0.03, clearance_m=0.001
    )
    stack = LayerStack(WATER, ((LOSSLESS_BONE, 0.0032),), WATER, 0.0101)
    radii_m = np.arange(0, 0.016, WAVELENGTH_M / 16)
    depths_m = grid.axis_m(0)[rows]
    ring = np.sqrt(radii_m)[None, :]  # |p|^2 r dr on rings is |p sqrt(r)|^2
    passed = beam_pressure_pa(cone, stack, FREQUENCY_HZ, radii_m, depths_m) * ring
    free = cone.pressure_pa(radii_m, depths_m) * ring
    return _flux(passed) / _flux(free)
