"""Slabs whose thickness and place are not multiples of the voxel, straight and tilted."""

import math

import numpy as np
import pytest

from assuage.testing.solver_tests import SolverTests
from assuage.ultrasound.field import SolverOptions, solve_field

BARS = {8.0: 0.065, 10.0: 0.04}


class _Cpu(SolverTests):
    def solve(self, problem, tolerance=1e-3):
        return solve_field(problem, SolverOptions(tolerance=tolerance, threads=1))


_Cpu.__test__ = False


def errors(points_per_wavelength, count, seed, tilt_rad=0.0):
    generator = np.random.default_rng(seed)
    faces, thicknesses = generator.uniform(0.009, 0.0125, count), generator.uniform(0.002, 0.0068, count)
    return [
        _Cpu().tilted_slab_error(points_per_wavelength, tilt_rad, face, thickness)
        for face, thickness in zip(faces, thicknesses, strict=True)
    ]


def rms(values):
    return float(np.sqrt(np.mean(np.square(values))))


@pytest.mark.parametrize(("points_per_wavelength", "bar"), BARS.items())
def test_two_random_slabs(points_per_wavelength, bar):
    assert rms(errors(points_per_wavelength, 2, 11)) < bar


@pytest.mark.long
@pytest.mark.parametrize(("points_per_wavelength", "bar"), BARS.items())
def test_twenty_random_slabs(points_per_wavelength, bar):
    found = errors(points_per_wavelength, 20, 12)
    print(f"{points_per_wavelength:g} points: rms {100 * rms(found):.2f} %, worst {100 * max(found):.2f} %")
    assert rms(found) < bar


@pytest.mark.long
@pytest.mark.parametrize("tilt_degrees", [20, 30])
@pytest.mark.parametrize(("points_per_wavelength", "bar"), BARS.items())
def test_tilted_random_slabs(points_per_wavelength, bar, tilt_degrees):
    found = errors(points_per_wavelength, 3, 13, math.radians(tilt_degrees))
    print(f"{tilt_degrees} degrees, {points_per_wavelength:g} points: rms {100 * rms(found):.2f} %")
    assert rms(found) < bar
