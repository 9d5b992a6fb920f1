"""The field without tissue: the same from a table, from every second node, and from the integral."""

import numpy as np
import pytest

from assuage.ultrasound.field import Disc, ElementArray, Grid, PlaneWave
from assuage.ultrasound.field.halving import HIGHEST_PHASE_RAD, coarse_shape, fill_between, midpoint_weights
from assuage.ultrasound.field.incident import incident_pressure_pa
from assuage.ultrasound.field.references.rayleigh import pressure_pa as rayleigh_pa

K = 2 * np.pi * 220e3 / 1500


def ring_of_elements(count):
    turn = np.linspace(0, 2 * np.pi, count, endpoint=False)
    centres = 0.08 * np.stack([-0.6 * np.ones(count), 0.8 * np.cos(turn), 0.8 * np.sin(turn)], axis=1)
    drives = np.linspace(1, 2, count) * 1e4
    return ElementArray(centres, -centres, 0.004, drives, np.linspace(0, 3, count))


@pytest.mark.parametrize("count", [5, 20])
def test_an_array_is_the_sum_of_its_discs(count):
    array = ring_of_elements(count)
    grid = Grid((24, 21, 22), 1.1e-3, (-0.012, -0.011, -0.012))
    found = incident_pressure_pa(grid, array, complex(K))
    nodes = np.array([[0, 0, 0], [11, 10, 11], [23, 20, 21], [5, 13, 8], [18, 3, 2]])
    points = np.array(grid.origin_m) + grid.spacing_m * nodes
    exact = sum(rayleigh_pa(d, complex(K), points, samples=2000) for d in array.discs())
    assert np.abs(found[tuple(nodes.T)] - exact).max() < 2e-3 * np.abs(exact).max()


def test_silent_elements_are_left_out():
    array = ring_of_elements(4)
    silent = ElementArray(array.centres_m, array.normals, 0.004, np.array([0.0, 1, 1, 0]), array.phases_rad)
    assert len(silent.discs()) == 2


def test_weights_between_nodes_are_right_for_every_wave_they_promise():
    phase = np.linspace(0, HIGHEST_PHASE_RAD, 1000)
    reach = 2 * np.cos(phase[:, None] * (np.arange(8) + 0.5))
    assert np.abs(reach @ midpoint_weights() - 1).max() < 1e-3


def test_a_plane_wave_is_filled_in_from_every_second_node():
    fine = Grid((15, 12, 13), 1.1e-3)
    coarse = Grid(coarse_shape(fine.shape), 2.2e-3, (-17.6e-3,) * 3)
    wave = PlaneWave((1.0, 0.5, -0.3), 1e5)
    filled = fill_between(incident_pressure_pa(coarse, wave, complex(K)), fine.shape)
    assert np.abs(filled - incident_pressure_pa(fine, wave, complex(K))).max() < 2e-3 * 1e5


def test_beside_and_behind_a_disc_the_field_is_finite():
    grid = Grid((12, 12, 12), 1e-3, (-0.004, -0.006, -0.006))
    assert np.isfinite(incident_pressure_pa(grid, Disc((0, 0, 0), (1, 0, 0), 0.003, 1e4), complex(K))).all()
