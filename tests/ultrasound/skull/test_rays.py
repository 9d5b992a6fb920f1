"""A line through a ball of bone: where it enters, at what angle, how far it goes, and whether it counts."""

import numpy as np
import pytest

from assuage.errors import UsageError
from assuage.ultrasound.images.volume import ImageVolume
from assuage.ultrasound.skull import property_map, segmented
from assuage.ultrasound.skull.rays import (
    Standing,
    critical_angles_deg,
    is_active,
    standings,
    trace_rays,
    wall_speeds_m_s,
)
from ultrasound.skull.ball import BONE_HU, INNER_MM, MIDDLE_MM, WALL_MM, ball, helmet, place_m, unspoilt

OUTER_MM = INNER_MM + WALL_MM
AUBRY = property_map("aubry-2003")
HZ = 650e3


@pytest.fixture(scope="module")
def straight(head):
    """Lines to the ball's middle: all meet the wall at a right angle."""
    return trace_rays(head, helmet(60), 1e-3 * MIDDLE_MM)


@pytest.fixture(scope="module")
def oblique(head):
    """Lines to a point 17 mm beside the middle, and how close each passes to the middle, mm."""
    target = place_m(17, 0, 0)
    elements = helmet(60)
    along = (target - elements) / np.linalg.norm(target - elements, axis=1)[:, None]
    away = 1e3 * (1e-3 * MIDDLE_MM - elements)
    passing = np.linalg.norm(away - (away * along).sum(axis=1)[:, None] * along, axis=1)
    return trace_rays(head, elements, target), passing


def test_straight_on_the_path_is_the_wall_and_the_angle_is_zero(straight):
    assert np.allclose(straight.path_mm, WALL_MM, atol=0.3)
    assert np.allclose(straight.thickness_mm, WALL_MM, atol=0.3)
    assert straight.incidence_deg.max() < 1.5


def test_entry_and_exit_lie_on_the_walls_faces(straight):
    for places, radius in ((straight.outer_ras_mm, OUTER_MM), (straight.inner_ras_mm, INNER_MM)):
        assert np.allclose(np.linalg.norm(places - MIDDLE_MM, axis=1), radius, atol=0.25)


def test_oblique_the_angle_and_the_path_are_those_of_the_sphere(oblique):
    rays, passing = oblique
    angle = np.degrees(np.arcsin(passing / OUTER_MM))
    path = np.sqrt(OUTER_MM**2 - passing**2) - np.sqrt(INNER_MM**2 - passing**2)
    assert angle.max() > 20
    assert np.abs(rays.incidence_deg - angle).max() < 1.5
    assert np.abs(rays.path_mm - path).max() < 0.4


def test_the_thickness_does_not_depend_on_the_angle(oblique):
    rays, _ = oblique
    assert np.allclose(rays.thickness_mm, WALL_MM, atol=0.35)


def test_the_speed_through_one_kind_of_bone_is_that_bones(head, straight):
    wanted = float(AUBRY.properties(np.array([BONE_HU]), HZ, head.hu_max).sound_speed_m_s[0])
    # The outermost samples lie in blurred voxels, which are slower.
    assert np.allclose(wall_speeds_m_s(head, straight, AUBRY, HZ), wanted, rtol=0.08)


def test_the_critical_angle_is_that_of_the_speeds_and_never_above_45_degrees(head, straight):
    for name in ("aubry-2003", "webb-ge-120-bone"):
        speed = wall_speeds_m_s(head, straight, property_map(name), HZ)
        limit = critical_angles_deg(head, straight, property_map(name), HZ)
        assert np.allclose(limit, np.minimum(np.degrees(np.arcsin(1500 / speed)), 45.0))
    assert limit.max() <= 45.0


def test_an_element_is_off_beyond_the_critical_angle_and_on_below_it(head):
    target = place_m(30, 0, 0)
    rays = trace_rays(head, helmet(80), target)
    standing = standings(head, rays, AUBRY, HZ)
    limit = critical_angles_deg(head, rays, AUBRY, HZ)
    steep = rays.incidence_deg > limit
    assert 0 < steep.sum() < 80
    assert (standing[steep] == Standing.STEEP).all()
    assert (is_active(standing) == ~steep).all()


def pocket(hu, places):
    return np.where(np.linalg.norm(places - MIDDLE_MM - [0, 0, INNER_MM + 3], axis=-1) < 4, -1000.0, hu)


def hole(hu, places):
    up = places - MIDDLE_MM
    through = (np.linalg.norm(up[..., :2], axis=-1) < 7) & (up[..., 2] > 0)
    return np.where(through & (hu > 60), 40.0, hu)


def small_pocket(hu, places):
    """Air in the middle of the wall, bone before and behind it."""
    return np.where(np.linalg.norm(places - MIDDLE_MM - [0, 0, INNER_MM + 3], axis=-1) < 1.6, -1000.0, hu)


STRAIGHT_UP = np.array([[0, 0, 0.15]]) + 1e-3 * MIDDLE_MM


@pytest.mark.parametrize(
    ("change", "standing"),
    [
        (pocket, Standing.AIR),
        (small_pocket, Standing.AIR),
        (hole, Standing.WITHOUT_BONE),
        (unspoilt, Standing.ACTIVE),
    ],
)
def test_air_puts_an_element_off_and_a_hole_in_the_skull_does_not(change, standing):
    head = segmented(ball(change=change))
    rays = trace_rays(head, STRAIGHT_UP, 1e-3 * MIDDLE_MM)
    assert standings(head, rays, AUBRY, HZ).tolist() == [standing]


def test_without_bone_there_is_no_angle_and_no_thickness():
    head = segmented(ball(change=hole))
    rays = trace_rays(head, STRAIGHT_UP, 1e-3 * MIDDLE_MM)
    for values in (rays.path_mm, rays.thickness_mm, rays.incidence_deg, rays.density_ratio):
        assert np.isnan(values).all()


def test_a_line_that_enters_where_the_image_was_cut_off_is_not_trusted():
    whole = ball()
    cut = whole.values[:, :, : whole.shape[2] // 2 + 17]
    head = segmented(ImageVolume(np.ascontiguousarray(cut), whole.affine_ras_mm))
    elements = helmet(60)
    standing = standings(head, trace_rays(head, elements, 1e-3 * MIDDLE_MM), AUBRY, HZ)
    enters_top = (elements - 1e-3 * MIDDLE_MM)[:, 2] / 0.15 > 0.6
    assert (standing[enters_top] == Standing.CUT).all()
    assert Standing.ACTIVE in standing[~enters_top]


def test_a_target_outside_the_image_is_refused(head):
    with pytest.raises(UsageError, match="outside the CT"):
        trace_rays(head, helmet(4), [0.5, 0, 0])


def test_a_finer_ct_does_not_move_the_faces(straight):
    fine = trace_rays(segmented(ball(0.7)), helmet(60), 1e-3 * MIDDLE_MM)
    assert np.abs(fine.outer_ras_mm - straight.outer_ras_mm).max() < 0.3
    assert np.abs(fine.thickness_mm - straight.thickness_mm).max() < 0.4
