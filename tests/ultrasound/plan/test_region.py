"""Which part of a head is computed, and in how much memory."""

import numpy as np
import pytest

from assuage.errors import UsageError
from assuage.ultrasound.field import SolverOptions
from assuage.ultrasound.plan import HeadByMaps, plan_point_source, planning_grid, target_wave
from assuage.ultrasound.target import Target

from .conftest import LOW_HZ, OFF_CENTRE, shell, shell_grid, small_phantom

COARSE_M = 1500 / LOW_HZ / 5


@pytest.fixture(scope="module")
def head():
    return small_phantom(3, 1.5)


def test_a_node_lies_on_the_target(head):
    grid = planning_grid(head, OFF_CENTRE, COARSE_M)
    node = grid.nearest_node(OFF_CENTRE.ras_m)
    place = np.array(grid.origin_m) + grid.spacing_m * np.array(node)
    np.testing.assert_allclose(place, OFF_CENTRE.ras_m, atol=1e-12)


def test_water_surrounds_the_head(head):
    tissue = HeadByMaps(head, planning_grid(head, OFF_CENTRE, COARSE_M), LOW_HZ, ("kplan",))("kplan")
    water = tissue.sound_speed_m_s == tissue.background.sound_speed_m_s
    for axis in range(3):
        ends = np.take(water, [0, 1, 2, -3, -2, -1], axis=axis)
        assert ends.all()
    assert not water.all()


def test_a_region_may_end_below_the_target(head):
    whole = planning_grid(head, OFF_CENTRE, COARSE_M)
    part = planning_grid(head, OFF_CENTRE, COARSE_M, below_target_mm=15)
    assert part.shape[:2] == whole.shape[:2]
    assert part.shape[2] < whole.shape[2]
    assert 1e3 * part.origin_m[2] == pytest.approx(-2 - 15, abs=1e3 * 6.5 * COARSE_M)


def test_a_target_outside_the_head_is_refused(head):
    with pytest.raises(UsageError, match="outside the head: check the frame"):
        planning_grid(head, Target("shoulder", (0.0, 0.0, -200.0)), COARSE_M)


def test_memory_is_known_before_and_what_does_not_fit_is_refused():
    tissue = shell(shell_grid())
    planned = plan_point_source(tissue, 220e3, (0.0, 0.0, 0.0), SolverOptions())
    assert planned.memory_bytes > 200 * tissue.grid.node_count
    endless = SolverOptions(absorber_wavelengths=500)
    with pytest.raises(UsageError, match=r"GB of memory and .* coarser spacing"):
        target_wave(tissue, 220e3, (0.0, 0.0, 0.0), endless)
