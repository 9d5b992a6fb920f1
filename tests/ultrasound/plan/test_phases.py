"""None, ray, full wave: three corrections judged alike."""

import numpy as np
import pytest

from assuage.errors import UsageError
from assuage.ultrasound.field import TissueMaps
from assuage.ultrasound.field.materials import WATER
from assuage.ultrasound.plan import (
    CORRECTIONS,
    RESEARCH_ONLY,
    focus_near_target,
    plan_phases,
    predict_focus,
    radiated_power_w,
    travel_times_s,
)
from assuage.ultrasound.target import Target

from .conftest import OPTIONS, TARGET, problem_in, shell, shell_grid


def test_in_water_all_corrections_are_one_and_steer_to_the_target():
    """The target lies 2.7 mm off the geometric focus: the phases alone bring the sound there."""
    problem = problem_in(shell(shell_grid(), bone=0.0))
    plan = plan_phases(problem, OPTIONS)
    for phases in plan.phases:
        assert phases.share_of_bound == pytest.approx(1, abs=2e-3)
        assert phases.against_water == pytest.approx(1, abs=3e-3)
        assert focus_near_target(problem, plan.transfer, phases).spot.distance_mm < 0.5


def test_unsteered_in_water_the_elements_sound_together():
    problem = problem_in(shell(shell_grid(), bone=0.0), Target("geometric focus", (0.0, 0.0, 0.0)))
    turns = plan_phases(problem, OPTIONS).of("none").phases_rad[problem.active]
    assert np.ptp(np.unwrap(np.sort(turns))) < 1e-6


def test_full_wave_reaches_the_bound_and_the_others_fall_short(bench):
    shares = {p.correction: p.share_of_bound for p in bench.plan.phases}
    assert shares["full wave"] == pytest.approx(1, abs=1e-9)
    assert max(shares["none"], shares["ray"]) < 0.98


def test_drives_keep_to_the_limits_and_elements_that_are_off_are_silent(bench):
    for phases in bench.plan.phases:
        assert (phases.drive_pressures_pa <= bench.plan.problem.drive_limits_pa).all()
        assert (phases.drive_pressures_pa[~bench.plan.problem.active] == 0).all()


def test_bone_takes_its_part(bench):
    assert bench.plan.of("full wave").against_water < 0.95


def test_every_plan_says_what_it_is_not_for(bench):
    assert bench.plan.notice == RESEARCH_ONLY == "research; not for driving a device"
    assert all(p.notice == RESEARCH_ONLY for p in bench.plan.phases)


def test_an_unknown_correction_is_refused_with_the_known_ones(bench):
    with pytest.raises(UsageError, match="none, ray, full wave"):
        bench.plan.of("vendor")


def test_a_ray_through_a_ball_takes_the_time_of_its_two_parts():
    """A fast ball about the target: radius over its speed, the rest over that of water."""
    grid = shell_grid()
    x, y, z = grid.open_mesh_m()
    radius_m, speed = 0.012, 2400.0
    edge = np.clip((radius_m - np.sqrt(x**2 + y**2 + z**2)) / grid.spacing_m + 0.5, 0, 1)
    slowness = edge / speed + (1 - edge) / 1500
    ball = TissueMaps(
        grid,
        WATER,
        (1 / slowness).astype(np.float32),
        np.full(grid.shape, 1000, np.float32),
        np.zeros(grid.shape, np.float32),
    )
    times = travel_times_s(problem_in(ball, Target("middle", (0.0, 0.0, 0.0))))
    exact = radius_m / speed + (0.045 - radius_m) / 1500
    np.testing.assert_allclose(times, exact, rtol=0, atol=0.01 / problem_in(ball).frequency_hz)


@pytest.fixture(scope="module")
def solved(bench):
    """The shell solved with the helmet, once for each correction."""
    return {
        phases.correction: predict_focus(
            bench.plan.problem, phases, brain=bench.brain, bone=bench.bone, options=OPTIONS
        )
        for phases in bench.plan.phases
    }


@pytest.mark.parametrize("correction", CORRECTIONS)
def test_the_quick_focus_agrees_with_a_solve_of_the_whole_head(bench, solved, correction):
    """Place to half a millimetre (a fourteenth of a wavelength), pressure at the target to 3 %."""
    phases, full = bench.plan.of(correction), solved[correction]
    quick = focus_near_target(bench.plan.problem, bench.plan.transfer, phases).spot
    assert full.outcome.converged
    assert np.linalg.norm(np.subtract(quick.position_ras_mm, full.spot.position_ras_mm)) < 0.6
    assert quick.target_pa == pytest.approx(phases.target_pressure_pa, rel=1e-3)
    assert full.spot.target_pa == pytest.approx(phases.target_pressure_pa, rel=0.03)
    np.testing.assert_allclose(quick.widths_6db_mm[:2], full.spot.widths_6db_mm[:2], rtol=0.15)


def test_full_wave_brings_the_focus_to_the_target(solved):
    spot = solved["full wave"].spot
    assert spot.distance_mm < 1.0
    np.testing.assert_allclose(np.subtract(spot.position_ras_mm, TARGET.ras_mm), spot.shift_mm, atol=1e-9)


def test_a_prediction_names_what_else_is_loud(bench, solved):
    grid = bench.plan.problem.tissue.grid
    for found in solved.values():
        assert found.notice == RESEARCH_ONLY
        assert found.side_lobe.of_focus_db < 0
        node = grid.nearest_node(tuple(1e-3 * c for c in found.skull_hot_spot.position_ras_mm))
        assert bench.bone[node]
        assert found.skull_hot_spot.pressure_pa == found.field.amplitude_pa[bench.bone].max()


def test_power_of_a_large_element_is_that_of_a_plane_wave(bench):
    """ka = 2.3: a piston of this size radiates within 15 % of p^2 A / (2 rho c)."""
    phases, helmet = bench.plan.of("none"), bench.plan.problem.placed.helmet
    plane = (phases.drive_pressures_pa**2).sum() / (2 * 1000 * 1500) * helmet.element_area_m2
    assert radiated_power_w(bench.plan.problem, phases) == pytest.approx(plane, rel=0.15)
