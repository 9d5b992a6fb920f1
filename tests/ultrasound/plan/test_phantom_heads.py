"""Is the plan right in a model that it was not made in?

Planned from a CT whose voxels are averaged by property; judged on a finer grid, where the same head's CT is
sampled on the grid itself and turned into properties point by point. `benchmarks/phantom_heads.py`
does this for ten adult heads.
"""

import numpy as np
import pytest

from assuage.ultrasound.field import SolverOptions
from assuage.ultrasound.plan import element_transfer, judged, plan_phases, predict_focus
from assuage.ultrasound.skull import bone_mask, brain_mask

from .conftest import phantom_problem, small_phantom

OPTIONS = SolverOptions(threads=1, tolerance=3e-3)


def in_a_finer_model(seed, frequency_hz, plan_ppw, check_ppw):
    """Shares of the finer model's bound by correction, and the full-wave focus there."""
    plan = plan_phases(
        phantom_problem(small_phantom(seed, 0.75), frequency_hz, 1500 / frequency_hz / plan_ppw), OPTIONS
    )
    spacing_m = 1500 / frequency_hz / check_ppw
    head = small_phantom(seed, 1e3 * spacing_m)
    finer = phantom_problem(head, frequency_hz, spacing_m)
    transfer = element_transfer(finer, OPTIONS)
    here = [judged(finer, transfer, p.correction, p.phases_rad) for p in plan.phases]
    grid = finer.tissue.grid
    focus = predict_focus(
        finer, here[2], brain=brain_mask(head, grid), bone=bone_mask(head, grid), options=OPTIONS
    )
    assert transfer.outcome.converged
    assert focus.outcome.converged
    return {p.correction: p.share_of_bound for p in here}, focus


def test_full_wave_holds_in_a_finer_model_of_one_small_head():
    """At a lower frequency, so that it is quick: see the long twin."""
    shares, focus = in_a_finer_model(0, 150e3, 4.5, 6)
    assert shares["full wave"] >= 0.85
    assert shares["full wave"] > max(shares["ray"], shares["none"])
    assert focus.spot.distance_mm <= 1.0


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3))
def test_full_wave_holds_in_a_finer_model_at_220_khz(seed):
    shares, focus = in_a_finer_model(seed, 220e3, 5, 7)
    assert shares["full wave"] >= 0.85
    assert shares["full wave"] > max(shares["ray"], shares["none"])
    assert focus.spot.distance_mm <= 1.0
    assert np.isfinite(focus.spot.widths_6db_mm).all()
