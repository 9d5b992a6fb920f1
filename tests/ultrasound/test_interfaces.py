"""Layers that end anywhere in a voxel keep their amount, and what lies far from a face is untouched."""

import numpy as np
import pytest

from assuage.errors import UsageError
from assuage.ultrasound.field import Grid, LayeredTissue, Plane, TissueMaps, sphere
from assuage.ultrasound.field.interfaces import FACE_SHARPENING, NODE_SHARPENING, share_behind
from assuage.ultrasound.field.materials import BRAIN, CORTICAL_BONE, WATER
from assuage.ultrasound.field.medium import lightness_from_nodes, relative_compressibility

F = 500e3


@pytest.mark.parametrize("offset", [0.0, 0.13, 0.5, 0.77])
@pytest.mark.parametrize("weights", [NODE_SHARPENING, FACE_SHARPENING])
def test_a_slab_keeps_its_thickness_wherever_it_stands(offset, weights):
    grid = Grid((40, 1, 1), 1e-3)
    front, back = ((12 + offset) * 1e-3, (19.4 + offset) * 1e-3)
    shares = [
        share_behind(Plane((x, 0, 0), (1, 0, 0)), grid.open_mesh_m(), 1e-3, weights).sum()
        for x in (front, back)
    ]
    assert shares[0] - shares[1] == pytest.approx(7.4, abs=1e-9)


def test_a_ball_keeps_its_volume():
    grid = Grid((40, 40, 40), 1e-3, (-0.0197, -0.0195, -0.0192))
    share = share_behind(sphere((0, 0, 0), 0.0123), grid.open_mesh_m(), 1e-3, NODE_SHARPENING)
    assert share.sum() == pytest.approx(4 / 3 * np.pi * 12.3**3, rel=5e-3)


def test_far_from_faces_a_layer_is_its_material():
    tissue = LayeredTissue(
        (WATER, CORTICAL_BONE, BRAIN), tuple(Plane((x, 0, 0), (1, 0, 0)) for x in (0.01, 0.02))
    )
    medium = tissue(Grid((60, 4, 4), 0.5e-3), F)
    for node, material in ((5, WATER), (30, CORTICAL_BONE), (55, BRAIN)):
        assert medium.density[node, 1, 1] == pytest.approx(material.density_kg_m3 / 1000)
        assert medium.lightness[1][node, 1, 1] == pytest.approx(1000 / material.density_kg_m3)
        assert medium.compressibility[node, 1, 1] == pytest.approx(
            relative_compressibility(material, WATER, F), rel=1e-6
        )


def test_uneven_planes_are_those_a_face_is_felt_in():
    tissue = LayeredTissue(
        (WATER, CORTICAL_BONE, BRAIN), tuple(Plane((x, 0, 0), (1, 0, 0)) for x in (0.01, 0.02))
    )
    first, last = tissue.uneven_planes(Grid((60, 4, 4), 0.5e-3))
    assert (first, last) == (16, 44)
    assert tissue.uneven_planes(Grid((10, 4, 4), 0.5e-3)) is None
    assert tissue.uneven_planes(Grid((30, 4, 4), 0.5e-3)) == (16, 30)


def test_maps_say_the_same_as_layers_where_nothing_is_cut():
    grid = Grid((30, 8, 8), 0.5e-3)
    speed = np.full(grid.shape, WATER.sound_speed_m_s, np.float32)
    density = np.full(grid.shape, WATER.density_kg_m3, np.float32)
    absorption = np.zeros(grid.shape, np.float32)
    bone = slice(10, 20)
    speed[bone], density[bone] = CORTICAL_BONE.sound_speed_m_s, CORTICAL_BONE.density_kg_m3
    absorption[bone] = CORTICAL_BONE.absorption_np_m
    maps = TissueMaps(grid, WATER, speed, density, absorption)
    medium = maps(grid.box((-5, -3, -3), (40, 14, 14)), F)
    assert medium.density[20, 0, 0] == pytest.approx(1.85)
    assert medium.compressibility[20, 0, 0] == pytest.approx(
        relative_compressibility(CORTICAL_BONE, WATER, F)
    )
    assert maps.uneven_planes(grid) == (10, 19)
    assert not maps.is_background(np.array([[0.0075, 0.001, 0.001]]))[0]


def maps_of_a_ball(voxels):
    grid = Grid((24, 24, 24), 0.5e-3)
    i, j, k = np.ogrid[:24, :24, :24]
    bone = (i - 11.3) ** 2 + (j - 12.1) ** 2 + (k - 11.8) ** 2 < 6.2**2
    maps = [
        np.where(bone, inside, outside).astype(np.float32)
        for inside, outside in ((2800, 1500), (1850, 1000), (46, 0))
    ]
    return grid, TissueMaps(grid, WATER, *maps, voxels)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_blocks_are_sampled_as_the_layers_they_make(axis):
    grid, moved = Grid((40, 40, 40), 0.5e-3), [0.0, 0.0, 0.0]
    normal = tuple(float(a == axis) for a in range(3))
    faces = []
    for edge in (11.5, 18.5):
        moved[axis] = edge * 0.5e-3
        faces.append(Plane(tuple(moved), normal))
    layers = LayeredTissue((WATER, CORTICAL_BONE, BRAIN), tuple(faces))
    number = np.arange(40).reshape([-1 if a == axis else 1 for a in range(3)])
    which = np.broadcast_to((number > 11.5).astype(int) + (number > 18.5), grid.shape)
    fields = ("sound_speed_m_s", "density_kg_m3", "absorption_np_m")
    maps = [
        np.array([getattr(m, f) for m in (WATER, CORTICAL_BONE, BRAIN)], np.float32)[which] for f in fields
    ]
    found, wanted = TissueMaps(grid, WATER, *maps, "blocks")(grid, F), layers(grid, F)
    assert np.abs(found.compressibility - wanted.compressibility).max() < 1e-6
    assert np.abs(found.density - wanted.density).max() < 1e-6
    inner = (slice(0, -5),) * 3  # the last face has no block beyond it
    assert (
        max(np.abs(a - b)[inner].max() for a, b in zip(found.lightness, wanted.lightness, strict=True)) < 1e-5
    )


def test_blocks_keep_the_amount_of_a_ball_and_never_go_below_zero():
    grid, blocks = maps_of_a_ball("blocks")
    medium, plain = blocks(grid, F), maps_of_a_ball("means")[1](grid, F)
    assert medium.density.sum(dtype=float) == pytest.approx(plain.density.sum(dtype=float), rel=1e-6)
    assert min(medium.compressibility.real.min(), medium.density.min()) > 0
    assert all((faces > 0).all() for faces in medium.lightness)


def test_voxels_are_means_or_blocks():
    with pytest.raises(UsageError, match="means, blocks"):
        maps_of_a_ball("points")


def test_density_on_faces_follows_a_smooth_density_to_fourth_order():
    x = np.arange(64) * 0.1
    smooth = (1.5 + 0.4 * np.sin(x))[:, None, None] * np.ones((1, 4, 4))
    face = 1 / lightness_from_nodes(smooth)[0][2:-3, 0, 0]
    assert np.abs(face - (1.5 + 0.4 * np.sin(x[2:-3] + 0.05))).max() < 1e-5
