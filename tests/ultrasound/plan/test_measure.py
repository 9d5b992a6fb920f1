"""A focus is measured between the nodes."""

import numpy as np
import pytest

from assuage.errors import UsageError
from assuage.ultrasound.field import Grid
from assuage.ultrasound.plan import measure_spot
from assuage.ultrasound.plan.measure import loudest, side_lobe

GRID = Grid((41, 41, 41), 1e-3, (-0.02, -0.02, -0.02))
EVERYWHERE = np.ones(GRID.shape, dtype=bool)
SIGMA_MM = (2.0, 2.5, 4.0)


def blob(place_mm, size=1.0):
    """A Gaussian focus with a phase that runs along z."""
    x, y, z = (1e3 * c for c in GRID.open_mesh_m())
    square = sum(((c - p) / s) ** 2 for c, p, s in zip((x, y, z), place_mm, SIGMA_MM, strict=True))
    return (size * np.exp(-square / 2 + 0.8j * z)).astype(np.complex64)


@pytest.mark.parametrize("place", [(0.0, 0.0, 0.0), (0.37, -1.21, 2.46), (-0.5, 0.5, 0.5)])
def test_place_pressure_and_widths_of_a_known_focus(place):
    spot = measure_spot(blob(place, 7.0), GRID, (0.0, 0.0, 0.0), within_mm=8, allowed=EVERYWHERE)
    np.testing.assert_allclose(spot.position_ras_mm, place, atol=0.02)
    np.testing.assert_allclose(spot.shift_mm, place, atol=0.02)
    assert spot.peak_pa == pytest.approx(7, rel=1e-3)
    half_widths = np.sqrt(2 * np.log(10 ** (6 / 20)))
    np.testing.assert_allclose(spot.widths_6db_mm, 2 * half_widths * np.array(SIGMA_MM), rtol=5e-3)


def test_the_pressure_at_the_target_is_read_there():
    spot = measure_spot(blob((1.0, 0.0, 0.0)), GRID, (3.0, 0.0, 0.0), within_mm=8, allowed=EVERYWHERE)
    assert spot.target_pa == pytest.approx(np.exp(-0.5), rel=1e-3)
    assert spot.distance_mm == pytest.approx(2, abs=0.02)


def test_what_is_louder_further_off_is_a_side_lobe_not_the_focus():
    field = blob((0.0, 0.0, 0.0)) + blob((12.0, 0.0, 0.0), 2.0)
    spot = measure_spot(field, GRID, (0.0, 0.0, 0.0), within_mm=6, allowed=EVERYWHERE)
    assert spot.distance_mm < 0.1
    lobe = side_lobe(np.abs(field), GRID, spot, EVERYWHERE)
    assert lobe is not None
    assert lobe.of_focus_db == pytest.approx(6.02, abs=0.1)
    np.testing.assert_allclose(lobe.position_ras_mm, (12, 0, 0), atol=1e-6)


def test_a_single_focus_has_no_side_lobe_and_no_bone_no_hot_spot():
    field = blob((0.0, 0.0, 0.0))
    spot = measure_spot(field, GRID, (0.0, 0.0, 0.0), within_mm=6, allowed=EVERYWHERE)
    assert side_lobe(np.abs(field), GRID, spot, EVERYWHERE) is None
    assert loudest(np.abs(field), GRID, spot, ~EVERYWHERE) is None


def test_a_width_that_is_not_in_the_region_is_unknown():
    field = np.ones(GRID.shape, dtype=np.complex64)
    spot = measure_spot(field, GRID, (0.0, 0.0, 0.0), within_mm=6, allowed=EVERYWHERE)
    assert np.isnan(spot.widths_6db_mm).all()


def test_a_target_without_brain_is_refused():
    with pytest.raises(UsageError, match="no brain within 6 mm of the target"):
        measure_spot(blob((0, 0, 0)), GRID, (0.0, 0.0, 0.0), within_mm=6, allowed=~EVERYWHERE)
