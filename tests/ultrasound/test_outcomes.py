"""What does not converge says so, with what to try; high contrast converges."""

import numpy as np
import pytest

from assuage.ultrasound.field import (
    Bowl,
    FieldProblem,
    Grid,
    LayeredTissue,
    Material,
    SolverOptions,
    solve_field,
)
from assuage.ultrasound.field import solve as solve_module
from assuage.ultrasound.field.interfaces import Plane, sphere
from assuage.ultrasound.field.krylov import Progress
from assuage.ultrasound.field.materials import CORTICAL_BONE, WATER

GRID = Grid((33, 29, 29), 0.5e-3, (0.0, -0.007, -0.007))
BOWL = Bowl((0, 0, 0), (1, 0, 0), 0.016, 0.005, 60e3)


def slab_of(material):
    return LayeredTissue(
        (WATER, material, WATER), tuple(Plane((x, 0, 0), (1, 0, 0)) for x in (0.0052, 0.0083))
    )


@pytest.mark.parametrize("speed_m_s", [3300.0, 4000.0])
def test_high_contrast_converges(speed_m_s):
    bone = Material("hard bone", speed_m_s, 2200.0, CORTICAL_BONE.absorption_np_m)
    outcome = solve_field(FieldProblem(GRID, 5e5, BOWL, slab_of(bone)), SolverOptions(threads=1)).outcome
    assert outcome.converged, outcome


def test_a_lossless_cavity_does_not_hang_and_says_what_to_try():
    wall = Material("hard, heavy wall", 6000.0, 20_000.0)
    centre = (0.0085, 0.0, 0.0)
    cavity = LayeredTissue((WATER, wall, WATER), (sphere(centre, 0.006), sphere(centre, 0.0045)))
    options = SolverOptions(tolerance=1e-5, threads=1, most_applications=300)
    field = solve_field(FieldProblem(GRID, 5e5, BOWL, cavity), options)
    assert not field.outcome.converged
    assert "What to try" in field.outcome.advice
    assert "NOT converged" in str(field.outcome)
    assert field.outcome.operator_applications < 600
    assert np.isfinite(field.pressure_pa).all()


def test_a_stall_hands_over_to_the_next_iteration(monkeypatch):
    def stuck(engine, rhs, progress):
        progress.ended = "stalled"
        return engine.zeros()

    monkeypatch.setitem(solve_module.ITERATIONS, "BiCGStab", (stuck, 7))
    outcome = solve_field(
        FieldProblem(GRID, 5e5, BOWL, slab_of(CORTICAL_BONE)), SolverOptions(threads=1)
    ).outcome
    assert outcome.converged
    assert outcome.method == "IDR(4)"


def test_progress_ends_on_convergence_budget_stall_and_breakdown():
    for residuals, ended in (
        ([0.5, 1e-4], "converged"),
        ([0.5] * 10, "used up its applications"),
        ([0.5, float("nan")], "broke down"),
    ):
        progress = Progress(1e-3, 20)
        for residual in residuals:
            if progress.step(2, residual):
                break
        assert progress.ended == ended
    stalled = Progress(1e-3, 10_000)
    while not stalled.step(2, 0.5):
        pass
    assert stalled.ended == "stalled"


def test_the_watcher_sees_every_step():
    seen = []
    options = SolverOptions(threads=1, watch=lambda n, r: seen.append((n, r)))
    outcome = solve_field(FieldProblem(GRID, 5e5, BOWL, slab_of(CORTICAL_BONE)), options).outcome
    assert seen[-1][1] <= 1e-3
    assert seen[-1][0] < outcome.operator_applications + 1


def test_what_can_not_fit_is_refused_before_it_starts(monkeypatch):
    monkeypatch.setattr(solve_module, "available_memory_bytes", lambda: 1_000_000)
    with pytest.raises(Exception, match="coarser spacing"):
        solve_field(FieldProblem(GRID, 5e5, BOWL, slab_of(CORTICAL_BONE)))
