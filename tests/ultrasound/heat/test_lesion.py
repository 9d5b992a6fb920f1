"""A lesion's size is that of the contour, whatever the lattice."""

import math

import numpy as np
import pytest

from assuage.errors import UsageError
from assuage.ultrasound.field import Grid
from assuage.ultrasound.heat.lesion import predicted_lesion
from assuage.ultrasound.heat.power import power_for_peak_w

SPACING_M = 0.6e-3


def ellipsoidal_dose(
    semi_axes_mm: tuple[float, float, float], turn_deg: float = 0.0, shift_mm: float = 0.0
) -> tuple[np.ndarray, Grid]:
    """A dose whose logarithm falls as a parabola and is that of 240 minutes on an ellipsoid."""
    n = 31
    grid = Grid((n, n, n), SPACING_M, (-(n // 2) * SPACING_M,) * 3)
    x, y, z = (1e3 * axis - shift_mm for axis in grid.open_mesh_m())
    angle = math.radians(turn_deg)
    u, v = x * math.cos(angle) + y * math.sin(angle), y * math.cos(angle) - x * math.sin(angle)
    a, b, c = semi_axes_mm
    fall = (u / a) ** 2 + (v / b) ** 2 + (z / c) ** 2
    return (240 * np.exp(6 * (1 - fall))).astype(np.float32), grid


@pytest.mark.parametrize("turn_deg", [0, 30, 45])
@pytest.mark.parametrize("shift_mm", [0.0, 0.23])
def test_axes_and_volume_are_those_of_the_contour(turn_deg: float, shift_mm: float) -> None:
    dose, grid = ellipsoidal_dose((3.0, 2.0, 1.6), turn_deg, shift_mm)
    lesion = predicted_lesion(dose, grid, 240)
    assert lesion.axes_mm == pytest.approx((6.0, 4.0, 3.2), abs=0.2)
    assert lesion.volume_mm3 == pytest.approx(4 / 3 * math.pi * 3 * 2 * 1.6, rel=0.03)
    assert lesion.centre_ras_mm == pytest.approx((shift_mm,) * 3, abs=0.05)


def test_a_lower_threshold_is_a_larger_lesion() -> None:
    dose, grid = ellipsoidal_dose((3, 2, 1.6))
    volumes = [predicted_lesion(dose, grid, threshold).volume_mm3 for threshold in (100, 200, 240)]
    assert volumes[0] > volumes[1] > volumes[2] > 0


def test_without_enough_dose_there_is_no_lesion() -> None:
    dose, grid = ellipsoidal_dose((3, 2, 1.6))
    lesion = predicted_lesion(dose / 1e6, grid, 240)
    assert (lesion.volume_mm3, lesion.centre_ras_mm) == (0.0, None)


def test_tissue_that_does_not_hang_together_with_the_focus_is_not_counted() -> None:
    dose, grid = ellipsoidal_dose((1.5, 1.5, 1.5))
    alone = predicted_lesion(dose, grid, 240)
    dose[3:5, 3:5, 3:5] = 300
    assert predicted_lesion(dose, grid, 240).volume_mm3 == pytest.approx(alone.volume_mm3, rel=0.01)


def test_a_lesion_at_the_edge_of_the_grid_is_refused() -> None:
    dose, grid = ellipsoidal_dose((30, 2, 2))
    with pytest.raises(UsageError, match="larger box"):
        predicted_lesion(dose, grid, 240)


def test_the_power_for_a_peak_gives_that_peak() -> None:
    assert power_for_peak_w(60, start_c=37, rise_per_watt_c=0.046) * 0.046 + 37 == pytest.approx(60)


@pytest.mark.parametrize(("wanted", "rise"), [(36, 0.1), (50, 0.0), (50, math.nan)])
def test_a_peak_that_no_power_reaches_is_refused(wanted: float, rise: float) -> None:
    with pytest.raises(UsageError):
        power_for_peak_w(wanted, start_c=37, rise_per_watt_c=rise)
