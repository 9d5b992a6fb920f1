"""The skull density ratio is read from a profile as Kranion reads it; every drawn profile says why."""

import numpy as np
import pytest

from assuage.ultrasound.images.volume import ImageVolume
from assuage.ultrasound.skull import segmented
from assuage.ultrasound.skull.density_ratio import (
    bundle_offsets_mm,
    density_ratio_rule,
    density_ratios,
    ratios_of_profiles,
)
from assuage.ultrasound.skull.lines import Lines
from assuage.ultrasound.skull.rays import trace_rays
from ultrasound.skull.ball import MIDDLE_MM, ball, helmet


def ratio(*hu):
    return float(ratios_of_profiles(np.array([hu], np.float32))[0])


@pytest.mark.parametrize(
    ("profile", "wanted"),
    [
        ((50, 800, 1600, 900, 400, 700, 1400, 300, 40), 400 / 1600),  # table, diploe, table
        ((50, 1600, 1600, 800, 1600, 1600, 40), 800 / 1600),  # flat peaks
        ((50, 750, 1600, 800, 1500, 720, 900, 40), 720 / 1600),  # a third peak lies between
        ((50, 900, 1200, 1400, 1200, 900, 40), 1.0),  # one peak: no diploe
        ((50, 1600, -60, 1600, 40), 0.0),  # fat in the diploe: below water counts as none
        ((50, 400, 650, 300, 650, 400, 40), np.nan),  # too soft for a peak: unknown
        ((1600, 400, 1200), 400 / 1600),  # peaks at the window's ends
    ],
)
def test_drawn_profiles(profile, wanted):
    assert ratio(*profile) == pytest.approx(wanted, nan_ok=True)


def test_the_ratio_is_by_the_outer_table_and_so_has_a_direction():
    profile = (50, 800, 1600, 400, 1000, 40)
    assert ratio(*profile) == pytest.approx(400 / 1600)
    assert ratio(*profile[::-1]) == pytest.approx(400 / 1000)


def test_the_bundle_is_square_across_the_line_and_has_the_line_in_its_middle():
    direction = np.array([[0.0, 0.6, 0.8], [1.0, 0.0, 0.0]])
    offsets = bundle_offsets_mm(direction)
    rule = density_ratio_rule()
    assert offsets.shape == (2, rule.bundle_side**2, 3)
    assert np.allclose((offsets * direction[:, None, :]).sum(axis=2), 0, atol=1e-9)
    assert np.allclose(offsets.mean(axis=1), 0, atol=1e-9)
    nearest = np.sort(np.linalg.norm(offsets[0], axis=1))[1]
    assert nearest == pytest.approx(rule.bundle_spacing_mm)


@pytest.mark.parametrize("diploe_hu", [1400.0, 800.0, 400.0])
def test_softer_diploe_gives_a_lower_ratio_through_an_image_too(diploe_hu):
    """A flat wall across z: tables of 2 mm about 4 mm of diploe, half a millimetre a voxel."""
    layers = {40: 50.0, 36: 1500.0, 28: diploe_hu, 24: 1500.0, 0: 35.0}
    column = np.array([next(hu for first, hu in layers.items() if k >= first) for k in range(70)], np.float32)
    wall = ImageVolume(np.broadcast_to(column, (8, 8, 70)).copy(), np.diag([0.5, 0.5, 0.5, 1.0]))
    lines = Lines(np.array([[1.5, 1.5, 34.0], [2.0, 1.2, 34.0]]), np.array([[0.0, 0, -1], [0.0, 0, -1]]))
    outer = np.array([34.0 - 0.5 * 39.5] * 2)
    assert density_ratios(wall, lines, outer) == pytest.approx([diploe_hu / 1500] * 2, abs=0.01)
    assert np.isnan(density_ratios(wall, lines, outer * np.nan)).all()


def test_in_bone_too_soft_for_tables_the_ratio_is_unknown():
    rays = trace_rays(segmented(ball(1.0, 600.0)), helmet(6), 1e-3 * MIDDLE_MM)
    assert rays.meets_bone.all()
    assert np.isnan(rays.density_ratio).all()
