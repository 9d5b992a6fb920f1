"""A plan played on other maps of the skull and a little misplaced: resumable, and honest about it."""

from dataclasses import replace

import numpy as np
import pytest

from assuage.errors import UsageError
from assuage.ultrasound.plan import (
    HeadByMaps,
    PlayedPlan,
    Sample,
    SampleResult,
    draw_samples,
    plan_phases,
    play_samples,
    spread_of,
)

from .conftest import LOW_HZ, OPTIONS, phantom_problem, small_phantom

MAPS = ("aubry-2003", "kplan")
MOVED_MM = (2.0, -1.0, 0.0)
SAMPLES = (
    Sample(0, MAPS[0], (0.0, 0.0, 0.0)),
    Sample(1, MAPS[1], (0.0, 0.0, 0.0)),
    Sample(2, MAPS[0], MOVED_MM),
)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """One small head planned by one map, and played on two maps and one displacement."""
    head = small_phantom(3, 1.5)
    problem = phantom_problem(head, LOW_HZ, 1500 / LOW_HZ / 5)
    tissues = HeadByMaps(head, problem.tissue.grid, LOW_HZ, MAPS)
    plan, folder = plan_phases(problem, OPTIONS), tmp_path_factory.mktemp("samples")
    results = play_samples(plan, tissues, SAMPLES, folder, options=OPTIONS, processes=1)
    return plan, tissues, folder, results


def of(result, correction):
    return next(p for p in result.played if p.correction == correction)


def test_on_its_own_map_and_in_place_the_plan_is_what_it_was(run):
    plan, _, _, results = run
    for phases in plan.phases:
        same = of(results[0], phases.correction)
        assert same.of_nominal == pytest.approx(1, rel=1e-3)
        assert same.share_of_bound == pytest.approx(phases.share_of_bound, rel=1e-3)
    assert of(results[0], "full wave").distance_mm < 0.05


def test_on_another_map_the_full_wave_plan_falls_short_of_that_maps_bound(run):
    assert of(run[3][1], "full wave").share_of_bound < 0.999


def test_a_head_that_sits_further_right_is_hit_further_left(run):
    """The focus stays with the helmet: seen from the head it moves the other way."""
    moved, still = (np.array(of(run[3][n], "full wave").shift_mm) for n in (2, 0))
    np.testing.assert_allclose(moved - still, -np.array(MOVED_MM), atol=0.4)


def test_a_finished_run_is_read_and_not_done_again(run):
    plan, tissues, folder, results = run
    heard = []
    again = play_samples(
        plan, tissues, SAMPLES, folder, options=OPTIONS, watch=lambda *step: heard.append(step)
    )
    assert again == results
    assert heard == []


def test_a_cut_run_goes_on_where_it_stopped(run):
    plan, tissues, folder, results = run
    file = next(folder.glob("sample-0002-*.json"))
    file.rename(folder / f"{file.name}.99.part")  # what a killed process leaves
    heard = []
    again = play_samples(
        plan, tissues, SAMPLES, folder, options=OPTIONS, processes=1, watch=lambda *s: heard.append(s)
    )
    assert heard == [(1, 1)]
    assert again == results


def test_another_plans_folder_is_refused(run):
    plan, tissues, folder, _ = run
    target = replace(plan.problem.target, ras_mm=(4.0, -3.0, -1.0))
    other = replace(plan, problem=replace(plan.problem, target=target))
    with pytest.raises(UsageError, match="another plan"):
        play_samples(other, tissues, SAMPLES, folder, options=OPTIONS)


def test_draws_are_the_same_for_a_seed_and_give_each_map_its_turn():
    drawn = draw_samples(MAPS, (0.5, 0.5, 0.8), 400, 7)
    assert drawn == draw_samples(MAPS, (0.5, 0.5, 0.8), 400, 7)
    assert drawn != draw_samples(MAPS, (0.5, 0.5, 0.8), 400, 8)
    assert sum(s.property_map == MAPS[0] for s in drawn) == 200
    spread = np.std([s.head_shift_mm for s in drawn], axis=0)
    np.testing.assert_allclose(spread, (0.5, 0.5, 0.8), rtol=0.15)


def test_fewer_samples_than_maps_are_refused():
    with pytest.raises(UsageError, match="at least one per map"):
        draw_samples(MAPS, (0.5, 0.5, 0.8), 1, 7)


def made_up_result(number, share, *, converged=True):
    played = PlayedPlan("full wave", share, share, (share, 0.0, 0.0), share)
    return SampleResult(Sample(number, MAPS[0], (0.0, 0.0, 0.0)), converged, (played,))


def test_intervals_hold_nine_tenths_of_the_samples_and_count_what_did_not_converge():
    results = [made_up_result(n, n / 100) for n in range(101)]
    results.append(made_up_result(101, 1000.0, converged=False))
    (spread,) = spread_of(results)
    assert (spread.samples, spread.left_out) == (101, 1)
    interval = spread.share_of_bound
    assert (interval.low, interval.middle, interval.high) == pytest.approx((0.05, 0.5, 0.95))
    assert spread.shift_a_mm.high == 0


def test_there_is_no_interval_when_nothing_converged():
    with pytest.raises(UsageError, match="no sample converged"):
        spread_of([made_up_result(0, 0.5, converged=False)])
