"""One solve from the target tells what every element does there."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import gamma

from assuage.errors import UsageError
from assuage.ultrasound.field import FieldProblem, Grid, SolverOptions, TissueMaps, solve_field
from assuage.ultrasound.field.materials import WATER
from assuage.ultrasound.plan import PlanProblem, element_transfer, measure_spot, target_wave, transfer_of
from assuage.ultrasound.plan.elements import Elements, heard, sounded
from assuage.ultrasound.plan.surface import POWERS, enclosing_surface, surface_in_water
from assuage.ultrasound.target import Target

from .conftest import FREQUENCY_HZ, OPTIONS, TARGET, problem_in, shell, shell_grid

K = 2 * np.pi * FREQUENCY_HZ / 1500


def test_in_water_the_wave_from_the_target_is_what_each_element_makes_there():
    transfer = element_transfer(problem_in(shell(shell_grid(), bone=0.0)), OPTIONS)
    error = np.linalg.norm(transfer.through_head - transfer.through_water)
    assert error < 1e-3 * np.linalg.norm(transfer.through_water)


def test_through_bone_the_transfer_is_what_a_solve_with_the_helmet_gives(bench):
    plan = bench.plan
    drives = np.where(plan.problem.active, 1e4, 0.0) * np.exp(1j * np.arange(64))
    source = plan.problem.placed.element_array(np.abs(drives), np.angle(drives))
    tissue = plan.problem.tissue
    field = solve_field(FieldProblem(tissue.grid, FREQUENCY_HZ, source, tissue), OPTIONS)
    everywhere = np.ones(tissue.grid.shape, dtype=bool)
    solved = measure_spot(field.pressure_pa, tissue.grid, TARGET.ras_mm, within_mm=3, allowed=everywhere)
    assert abs(plan.transfer.target_pressure_pa(drives)) == pytest.approx(solved.target_pa, rel=0.02)


def test_elements_that_are_off_make_nothing(bench):
    off = ~bench.plan.problem.active
    assert off.any()
    assert (bench.plan.transfer.through_head[off] == 0).all()
    assert (bench.plan.transfer.through_water[off] == 0).all()


def test_no_phases_give_more_than_the_bound(bench):
    transfer, limits = bench.plan.transfer, bench.plan.problem.drive_limits_pa
    draws = np.random.default_rng(3).uniform(0, 2 * np.pi, (200, 64))
    tried = [abs(transfer.target_pressure_pa(limits * np.exp(1j * phases))) for phases in draws]
    assert max(tried) < transfer.bound_pa(limits)


def test_one_wave_serves_the_helmet_in_any_pose(bench):
    """Moving the helmet asks for no new solve: the wave that leaves the head is the same."""
    moved = problem_in(bench.plan.problem.tissue, focus_mm=(1.5, 0.0, -1.0))
    wave = target_wave(moved.tissue, FREQUENCY_HZ, TARGET.ras_m, OPTIONS)
    at_home = transfer_of(bench.plan.problem, wave)
    np.testing.assert_allclose(at_home.through_head, bench.plan.transfer.through_head, rtol=1e-6, atol=1e-9)
    assert not np.allclose(transfer_of(moved, wave).through_head, at_home.through_head, rtol=0.05)


def test_a_solve_that_stops_early_says_so():
    few = SolverOptions(threads=1, most_applications=20)
    transfer = element_transfer(problem_in(shell(shell_grid())), few)
    assert not transfer.outcome.converged
    assert "What to try" in transfer.outcome.advice


@pytest.mark.parametrize("power", POWERS)
def test_discs_hear_a_free_spherical_wave_as_the_rayleigh_integral_says(power):
    """Surface and table alone, against Gauss points on the discs; the source well off the centre."""
    grid = shell_grid()
    surface = enclosing_surface(grid, K, power)
    place = (0.004, -0.006, 0.003)
    away = surface.points_m - np.array(place)
    distance = np.linalg.norm(away, axis=1)
    value = np.exp(1j * K * distance) / (4 * np.pi * distance)
    slope = (1j * K - 1 / distance) * value * (away * surface.areas_m2).sum(axis=1) / distance
    placed = problem_in(shell(grid, bone=0.0)).placed
    elements = Elements(1e-3 * placed.centres_ras_mm, placed.normals_ras, 0.0025)
    exact = sounded(elements, place, complex(K))
    error = heard(elements, surface, value, slope, complex(K)) - exact
    assert np.linalg.norm(error) < 3e-4 * np.linalg.norm(exact)


@pytest.mark.parametrize("power", POWERS)
def test_the_surface_is_closed(power):
    """Its area vectors add up to nothing, and its volume is that of the superellipsoid."""
    grid = Grid((40, 50, 44), 1e-3)
    surface = enclosing_surface(grid, K, power)
    areas = surface.areas_m2
    assert np.abs(areas.sum(axis=0)).max() < 1e-9 * np.abs(areas).sum()
    centre = (np.array(grid.shape) - 1) / 2 * 1e-3
    volume = ((surface.points_m - centre) * areas).sum() / 3
    box = np.prod((np.array(grid.shape) - 1 - 2) * 1e-3)
    assert volume == pytest.approx(gamma(1 + 1 / power) ** 3 / gamma(1 + 3 / power) * box, rel=2e-3)


def test_round_heads_get_a_round_surface_and_heads_with_corners_one_with_corners():
    """The rounder it is, the more room there is to the helmet about a long head."""
    grid = shell_grid()
    round_surface, in_tissue = surface_in_water(shell(grid), K)
    boxy_surface, in_tissue_of_the_box = surface_in_water(_box(grid), K)
    assert in_tissue == in_tissue_of_the_box == 0
    reach = [np.linalg.norm(s.points_m, axis=1).max() for s in (round_surface, boxy_surface)]
    assert reach[0] < 0.8 * reach[1]


def _box(grid: Grid) -> TissueMaps:
    """A block of tissue two thirds as long, wide and high as the grid."""
    inside = np.zeros(grid.shape, dtype=bool)
    inside[tuple(slice(n // 6, n - n // 6) for n in grid.shape)] = True
    speed, density = (np.where(inside, a, b).astype(np.float32) for a, b in ((1560, 1500), (1040, 1000)))
    return TissueMaps(grid, WATER, speed, density, np.zeros(grid.shape, np.float32))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"target": Target("far", (0.0, 0.0, 60.0))}, "outside the tissue grid"),
        ({"active": np.zeros(64, dtype=bool)}, "at least one true"),
        ({"active": np.ones(63, dtype=bool)}, r"shape \(64,\)"),
        ({"frequency_hz": 0.0}, "frequency"),
        ({"frequency_hz": 650e3}, "points per wavelength"),
    ],
)
def test_what_makes_no_sense_is_refused_before_any_work(bench, change, words):
    with pytest.raises(UsageError, match=words):
        replace(bench.plan.problem, **change)


def test_elements_in_tissue_are_refused(bench):
    problem = bench.plan.problem
    pose = replace(problem.placed.pose, focus_ras_mm=(0.0, 0.0, -31.0))
    with pytest.raises(UsageError, match="active elements lie in tissue"):
        PlanProblem(replace(problem.placed, pose=pose), problem.tissue, FREQUENCY_HZ, TARGET, problem.active)
