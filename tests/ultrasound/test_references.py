"""The exact answers agree with each other, and with the numbers that were published or derived."""

import numpy as np
import pytest

from assuage.ultrasound.field.axisymmetric import wave_cone
from assuage.ultrasound.field.benchmark_cases import FREQUENCY_HZ, SOURCES
from assuage.ultrasound.field.materials import BRAIN, CORTICAL_BONE, SKIN, TRABECULAR_BONE, WATER, Material
from assuage.ultrasound.field.references import oneil, rayleigh
from assuage.ultrasound.field.references.layered import (
    LayerStack,
    beam_pressure_pa,
    response,
    response_at_angle,
)
from assuage.ultrasound.field.references.spherical import ShellStack, focal_pressure_pa

K = WATER.wavenumber_rad_m(FREQUENCY_HZ)
SLAB = LayerStack(WATER, ((CORTICAL_BONE, 6.5e-3),), WATER, 0.030)
BM4 = LayerStack(
    WATER,
    ((SKIN, 4e-3), (CORTICAL_BONE, 1.5e-3), (TRABECULAR_BONE, 4e-3), (CORTICAL_BONE, 1e-3)),
    BRAIN,
    0.026,
)


def cone(source, clearance_m=0.0009):
    return wave_cone(source, K, reach_radius_m=0.05, reach_depth_m=0.12, clearance_m=clearance_m)


@pytest.mark.parametrize("name", ["SC1", "SC2"])
def test_cones_of_plane_waves_meet_oneil_on_the_axis_to_nine_digits(name):
    depths = np.arange(0.010, 0.12, 0.0007)
    exact = oneil.on_axis_amplitude_pa(SOURCES[name], K.real, depths)
    found = np.abs(cone(SOURCES[name]).pressure_pa(np.zeros(1), depths)[:, 0])
    assert np.abs(found - exact).max() < 1e-9 * exact.max()


@pytest.mark.parametrize("absorption_np_m", [0.0, 11.5])
@pytest.mark.parametrize("name", ["SC1", "SC2"])
def test_cones_meet_the_rayleigh_integral_off_the_axis(name, absorption_np_m):
    k = complex(K.real, absorption_np_m)
    places = [(0.030, 0.012), (0.062, 0.001), (0.100, 0.004)]
    cones = wave_cone(SOURCES[name], k, reach_radius_m=0.05, reach_depth_m=0.12, clearance_m=0.001)
    found = [cones.pressure_pa(np.array([r]), np.array([x]))[0, 0] for x, r in places]
    exact = rayleigh.pressure_pa(SOURCES[name], k, np.array([(x, r, 0.0) for x, r in places]), samples=60_000)
    assert np.abs(np.array(found) - exact).max() < 1e-3 * np.abs(exact).max()


def test_a_bone_slab_lets_through_what_was_derived_by_hand():
    passed = response_at_angle(SLAB, FREQUENCY_HZ, 0.0).transmission[0] * np.exp(-1j * K * 6.5e-3)
    assert passed == pytest.approx(0.47645 + 0.06167j, abs=1e-5)


@pytest.mark.parametrize(("stack", "peak_pa", "depth_m"), [(SLAB, 420.5e3, 0.0555), (BM4, 313.7e3, 0.0570)])
def test_beams_through_layers_peak_where_and_as_high_as_a_lattice_of_plane_waves_gave(
    stack, peak_pa, depth_m
):
    depths = np.arange(0.037, 0.12, 0.0005)
    profile = np.abs(beam_pressure_pa(cone(SOURCES["SC1"]), stack, FREQUENCY_HZ, np.zeros(1), depths))[:, 0]
    assert profile.max() == pytest.approx(peak_pa, rel=5e-4)
    assert depths[profile.argmax()] == pytest.approx(depth_m, abs=1e-9)


@pytest.mark.parametrize("angle_rad", [0.0, 0.2, 0.5])
def test_a_lossless_stack_keeps_the_power(angle_rad):
    lossless = LayerStack(
        WATER, ((Material("a", 2500.0, 1700.0), 3e-3), (Material("b", 1700.0, 1100.0), 2e-3)), WATER, 0.0
    )
    answer = response_at_angle(lossless, FREQUENCY_HZ, angle_rad)
    assert abs(answer.transmission[0]) ** 2 + abs(answer.reflection[0]) ** 2 == pytest.approx(1.0, abs=1e-12)


def test_inside_the_layers_pressure_is_continuous():
    c = cone(SOURCES["SC1"])
    for face in (0.026, 0.030, 0.0315, 0.0355, 0.0365):
        sides = beam_pressure_pa(c, BM4, FREQUENCY_HZ, np.zeros(1), np.array([face - 1e-9, face + 1e-9]))[
            :, 0
        ]
        assert sides[0] == pytest.approx(sides[1], rel=1e-4)


def test_steep_waves_do_not_overflow():
    answer = response(SLAB, FREQUENCY_HZ, np.array([1e6 + 0j]))
    assert np.isfinite(answer.transmission).all()


def test_shells_of_water_leave_the_free_field():
    stack = ShellStack(WATER, ((0.075, WATER), (0.0685, WATER)), 0.105)
    depths, radii = np.arange(0.050, 0.11, 0.004), np.array([0.0, 0.002])
    found = focal_pressure_pa(SOURCES["SC1"], stack, FREQUENCY_HZ, radii, depths)
    exact = cone(SOURCES["SC1"]).pressure_pa(radii, depths)
    assert np.abs(found - exact).max() < 2e-3 * np.abs(exact).max()
