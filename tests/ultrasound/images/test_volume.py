"""An image knows where its voxels are, and keeps what it shows when it is resampled."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from assuage.errors import UsageError
from assuage.ultrasound.field import Grid
from assuage.ultrasound.images.volume import ImageVolume, on_lattice

PLACES = arrays(np.float64, (5, 3), elements=st.floats(-200, 200))


def sheared(values=None):
    affine = np.array([[0.0, -1.5, 0.2, 30], [0.9, 0.1, 0.7, -12], [0.0, 0.3, 2.4, 7], [0, 0, 0, 1]])
    given_values = np.zeros((9, 8, 7), np.float32) if values is None else values
    return ImageVolume(given_values, affine)


def ramp():
    """Values linear in place: 3 x - 2 y + z + 5, scanner RAS millimetres."""
    image = sheared()
    places = image.world_ras_mm(np.moveaxis(np.indices(image.shape), 0, -1))
    return ImageVolume((places @ [3, -2, 1] + 5).astype(np.float32), image.affine_ras_mm)


@given(PLACES)
@settings(max_examples=30, deadline=None)
def test_index_and_place_undo_each_other(places):
    image = sheared()
    assert np.allclose(image.index_of(image.world_ras_mm(places)), places, atol=1e-8)


def test_values_between_voxels_are_linear_and_those_outside_are_as_told():
    image = ramp()
    middle = image.world_ras_mm([4.3, 3.6, 2.2])
    assert image.at(middle, outside=0.0) == pytest.approx(middle @ [3, -2, 1] + 5, rel=1e-5)
    assert image.at([500.0, 0, 0], outside=-7.0) == -7.0


def test_resampling_keeps_a_linear_image_as_it_is():
    image = ramp()
    straight = image.resampled(0.7, outside=np.nan)
    places = straight.world_ras_mm(np.argwhere(np.isfinite(straight.values)))
    assert len(places) > 100
    assert np.allclose(straight.values[np.isfinite(straight.values)], places @ [3, -2, 1] + 5, atol=1e-3)


def test_the_lattice_covers_every_voxel():
    image = sheared()
    grid = image.lattice_grid(1.3)
    low, high = image.bounds_ras_mm()
    assert np.allclose(1e3 * np.array(grid.origin_m), low)
    ends = 1e3 * np.array([grid.axis_m(a)[-1] for a in range(3)])
    assert (ends >= high - 1e-6).all()
    assert (ends < high + 1.3 + 1e-6).all()


def test_a_grid_in_metres_and_an_image_in_millimetres_are_one_place():
    grid = Grid((4, 5, 6), 0.002, (0.01, -0.02, 0.03))
    image = on_lattice(np.arange(120, dtype=np.float32).reshape(4, 5, 6), grid)
    assert np.allclose(image.world_ras_mm([1, 2, 3]), [12, -16, 36])
    assert np.array_equal(image.on_grid(grid, outside=0.0), image.values)


def test_a_thin_wall_thins_and_does_not_vanish_on_a_coarser_lattice():
    """A wall one voxel thick keeps its content, wherever it falls between the coarse nodes."""
    for place in range(10, 18):
        values = np.zeros((28, 28, 28), np.float32)
        values[place] = 1000.0
        coarse = ImageVolume(values, np.diag([0.5, 0.5, 0.5, 1.0])).resampled(2.0, outside=0.0)
        assert 2.0 * coarse.values[:, 3, 3].sum() == pytest.approx(500.0, rel=0.05)


@pytest.mark.parametrize(
    ("values", "affine", "complaint"),
    [
        (np.zeros((3, 3), np.float32), np.eye(4), "three axes"),
        (np.zeros((3, 0, 3), np.float32), np.eye(4), "at least one voxel"),
        (np.zeros((3, 3, 3)), np.eye(4), "float32"),
        (np.zeros((3, 3, 3), np.float32), np.eye(3), "4 x 4"),
        (np.zeros((3, 3, 3), np.float32), np.full((4, 4), np.nan), "finite"),
        (np.zeros((3, 3, 3), np.float32), np.diag([1.0, 1.0, 0.0, 1.0]), "flat"),
    ],
)
def test_what_is_no_image_is_refused(values, affine, complaint):
    with pytest.raises(UsageError, match=complaint):
        ImageVolume(values, affine)


@pytest.mark.parametrize("spacing_mm", [0.0, -1.0, np.inf, np.nan])
def test_a_spacing_without_sense_is_refused(spacing_mm):
    with pytest.raises(UsageError, match="above 0"):
        sheared().resampled(spacing_mm, outside=0.0)


def test_a_grid_of_another_spacing_is_refused():
    with pytest.raises(UsageError, match="spacing"):
        sheared().resampled(1.0, outside=0.0, grid=Grid((3, 3, 3), 0.002))
