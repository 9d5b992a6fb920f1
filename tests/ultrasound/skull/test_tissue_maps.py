"""The maps hold what the CT shows: bone where bone is, averaged where a voxel is cut, never air."""

import numpy as np
import pytest

from assuage.errors import UsageError
from assuage.ultrasound.field import Bowl, FieldProblem, Grid
from assuage.ultrasound.images.volume import ImageVolume
from assuage.ultrasound.skull import (
    bone_mask,
    brain_mask,
    property_map,
    segmented,
    soft_tissues,
    tissue_maps,
)
from ultrasound.skull.ball import BONE_HU, INNER_MM, MIDDLE_MM, SCALP_MM, WALL_MM, ball, place_m

KHZ = 1e3
AUBRY = property_map("aubry-2003")


def node_at(maps, height_mm):
    """Node at a distance from the ball's middle, straight up."""
    place = place_m(0, 0, height_mm)
    return maps.grid.nearest_node(tuple(place))


def values_at(maps, height_mm):
    node = node_at(maps, height_mm)
    return tuple(float(m[node]) for m in (maps.sound_speed_m_s, maps.density_kg_m3, maps.absorption_np_m))


@pytest.fixture(scope="module")
def maps(head):
    return tissue_maps(head, head.ct.lattice_grid(1.0), AUBRY, 220 * KHZ)


def test_each_tissue_is_where_it_is(maps, head):
    soft = soft_tissues(220 * KHZ)
    for height, material in (
        (0.0, soft.brain),
        (INNER_MM - 4, soft.brain),
        (INNER_MM + WALL_MM + 2.5, soft.scalp),
        (INNER_MM + WALL_MM + SCALP_MM + 3, soft.water),
    ):
        wanted = (material.sound_speed_m_s, material.density_kg_m3, material.absorption_np_m)
        assert values_at(maps, height) == pytest.approx(wanted, rel=1e-5)


def test_bone_is_as_the_property_map_says(maps, head):
    bone = AUBRY.properties(np.array([BONE_HU]), 220 * KHZ, head.hu_max)
    wanted = [float(q[0]) for q in (bone.sound_speed_m_s, bone.density_kg_m3, bone.attenuation_np_m)]
    assert values_at(maps, INNER_MM + WALL_MM / 2) == pytest.approx(wanted, rel=1e-4)


def test_outside_the_head_is_exactly_the_background(maps):
    assert (maps.sound_speed_m_s[0] == np.float32(maps.background.sound_speed_m_s)).all()
    assert maps.uneven_planes(maps.grid) is not None


@pytest.mark.parametrize("spacing_mm", [0.8, 1.13, 2.3])
@pytest.mark.parametrize("shift", [0.0, 0.37])
def test_the_walls_mass_and_squeeze_do_not_depend_on_the_lattice(head, of_wall, spacing_mm, shift):
    """What the wall adds to density and compressibility is the wall's volume, wherever the nodes fall."""
    soft = soft_tissues(220 * KHZ)
    one = soft.water
    side = round(98 / spacing_mm)
    origin = 1e-3 * (MIDDLE_MM - spacing_mm * (side / 2 + shift))
    grid = Grid((side, side, side), 1e-3 * spacing_mm, tuple(origin))
    maps = tissue_maps(head, grid, AUBRY, 220 * KHZ, soft=type(soft)(one, one, one))
    density = maps.density_kg_m3.astype(float)
    squeeze = 1 / (density * maps.sound_speed_m_s.astype(float) ** 2)
    found = [(m - m[0, 0, 0]).sum() * spacing_mm**3 for m in (density, squeeze)]
    assert found == pytest.approx(of_wall, rel=0.02)


@pytest.fixture(scope="module")
def of_wall(head):
    """The same sums straight from the CT, voxel by voxel at a quarter of its spacing."""
    grid = head.ct.lattice_grid(0.5)
    hu = head.ct.on_grid(grid, outside=-1000)
    bone = AUBRY.properties(hu[hu >= head.bone_hu], 220 * KHZ, head.hu_max)
    speed, density = bone.sound_speed_m_s.astype(float), bone.density_kg_m3.astype(float)
    squeeze = 1 / (density * speed**2) - 1 / (1000.0 * 1500.0**2)
    return [0.125 * (density - 1000).sum(), 0.125 * squeeze.sum()]


def test_no_voxel_is_slower_or_lighter_than_water(maps):
    assert maps.sound_speed_m_s.min() >= 1500
    assert maps.density_kg_m3.min() >= 1000


def with_air_pocket(hu, places):
    """Air in the wall, to the front."""
    pocket = np.linalg.norm(places - MIDDLE_MM - [0, INNER_MM + 3, 0], axis=-1) < 5
    return np.where(pocket, -1000.0, hu)


def test_air_in_the_head_is_taken_as_water():
    head = segmented(ball(change=with_air_pocket))
    maps = tissue_maps(head, head.ct.lattice_grid(1.0), AUBRY, 220 * KHZ)
    node = maps.grid.nearest_node(tuple(place_m(0, INNER_MM + 3, 0)))
    assert maps.sound_speed_m_s[node] == np.float32(maps.background.sound_speed_m_s)


def with_table(hu, places):
    """The table of the scanner, as dense as soft bone, 4 mm below the head."""
    below = places[..., 2] - MIDDLE_MM[2] < -(INNER_MM + WALL_MM + SCALP_MM + 3)
    return np.where(below, 500.0, hu)


def test_the_table_under_the_head_is_left_out():
    head = segmented(ball(change=with_table))
    maps = tissue_maps(head, head.ct.lattice_grid(1.0), AUBRY, 220 * KHZ)
    assert (maps.sound_speed_m_s[:, :, 0] == np.float32(maps.background.sound_speed_m_s)).all()


def test_bone_and_brain_masks_have_the_balls_volumes(head):
    grid = head.ct.lattice_grid(0.8)
    bone, brain = (m(head, grid).sum() * 0.8**3 for m in (bone_mask, brain_mask))
    outer = INNER_MM + WALL_MM
    # 300 of 1200 HU lies about a third of a voxel outside each face of the wall.
    assert 1.0 < bone / (4 / 3 * np.pi * (outer**3 - INNER_MM**3)) < 1.2
    assert brain == pytest.approx(4 / 3 * np.pi * INNER_MM**3, rel=0.05)
    assert not (bone_mask(head, grid) & brain_mask(head, grid)).any()


def test_a_skull_open_below_still_has_its_brain_inside():
    def cut(hu, places):
        return np.where((places[..., 2] < MIDDLE_MM[2] - 24) & (hu > 60), 40.0, hu)

    head = segmented(ball(change=cut))
    grid = head.ct.lattice_grid(1.0)
    middle = grid.nearest_node(tuple(1e-3 * MIDDLE_MM))
    assert brain_mask(head, grid)[middle]


def test_a_solver_takes_the_maps(maps):
    FieldProblem(maps.grid, 220 * KHZ, Bowl((0, 0, 0.3), (0, 0, -1), 0.15, 0.05, 1e4), maps)


def test_the_mapping_of_the_ct_may_be_turned_and_mirrored(head):
    turned = ImageVolume(
        np.ascontiguousarray(head.ct.values[::-1].transpose(2, 0, 1)), _turned_affine(head.ct)
    )
    grid = Grid((30, 30, 30), 3e-3, tuple(place_m(-43, -43, -43)))
    straight = tissue_maps(head, grid, AUBRY, 220 * KHZ)
    other = tissue_maps(segmented(turned), grid, AUBRY, 220 * KHZ)
    assert np.allclose(straight.density_kg_m3, other.density_kg_m3, atol=0.5)


def _turned_affine(ct):
    affine = ct.affine_ras_mm.copy()
    affine[:3, 3] += affine[:3, 0] * (ct.shape[0] - 1)
    affine[:3, 0] *= -1
    affine[:, :3] = affine[:, :3][:, [2, 0, 1]]
    return affine


@pytest.mark.parametrize(
    ("image", "complaint"),
    [
        (np.abs, "not in Hounsfield units"),
        (lambda v: np.where(v > 200, 200, v), "not in Hounsfield units"),
        (lambda v: np.where(v > 200, 40, v) + 1000 * (np.indices(v.shape)[0] == 50), "connected bone"),
    ],
)
def test_what_is_no_ct_of_a_head_is_refused(head, image, complaint):
    values = image(head.ct.values).astype(np.float32)
    with pytest.raises(UsageError, match=complaint):
        segmented(ImageVolume(values, head.ct.affine_ras_mm))
