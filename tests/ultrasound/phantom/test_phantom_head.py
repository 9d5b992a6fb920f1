"""A made-up head is one head, whatever the spacing; its parts are where its own rule says."""

import numpy as np
import pytest

from assuage.errors import UsageError
from assuage.ultrasound.images.reader import ImageReader
from assuage.ultrasound.images.writer import write_dicom_folder, write_nifti
from assuage.ultrasound.phantom import HeadShape, made_up_head, phantom_head, phantom_landmarks
from assuage.ultrasound.skull import property_map, segmented
from assuage.ultrasound.skull.rays import is_active, standings, trace_rays

SMALL = HeadShape().scaled(0.5)


@pytest.fixture(scope="module")
def ct():
    return phantom_head(3, 1.0, SMALL)


@pytest.fixture(scope="module")
def truth():
    return made_up_head(3, SMALL)


def places_of(ct, mask):
    return ct.world_ras_mm(np.argwhere(mask))


def test_one_seed_is_one_head_and_another_seed_another(ct):
    assert np.array_equal(phantom_head(3, 1.0, SMALL).values, ct.values)
    other = phantom_head(4, 1.0, SMALL)
    assert other.shape != ct.shape or not np.array_equal(other.values, ct.values)


def test_a_coarser_phantom_is_the_same_head(ct):
    coarse = phantom_head(3, 2.0, SMALL)
    again = ct.at(places_of(coarse, np.ones(coarse.shape, bool)), outside=-1000.0)
    same = np.abs(again - coarse.values.ravel()) < 150
    assert same.mean() > 0.9  # all but the voxels that an edge or a pore cuts


def test_the_short_cut_past_brain_and_air_changes_nothing(truth):
    coarse = phantom_head(3, 2.0, SMALL)
    everywhere = truth.hounsfield(places_of(coarse, np.ones(coarse.shape, bool)), 2.0)
    assert np.array_equal(everywhere.reshape(coarse.shape), coarse.values)


def test_it_has_air_scalp_tables_diploe_with_pores_and_brain(truth):
    places = np.random.default_rng(1).uniform(-60, 60, (200_000, 3))
    height, wall = truth.layers_mm(places)
    hu = truth.hounsfield(places, 0.5)
    sinus = truth.sinus_depth_mm(places) > -2
    outer = (height > wall - 1.2) & (height < wall - 0.5) & ~sinus
    inner = (height > 0.4) & (height < 0.9)
    diploe = (height > 2.2) & (height < wall - 2.5) & ~sinus
    assert hu[outer].min() > 1400
    assert hu[inner].min() > 1400
    assert np.median(hu[height < -1]) == 35
    assert np.median(hu[(height > wall + 1) & (height < wall + 5)]) == 50
    assert (hu[height > wall + 8] == -1000).all()
    assert 0.08 < (hu[diploe] < 300).mean() < 0.4  # pores
    assert (hu[diploe] > 700).mean() > 0.4


def test_the_sinus_is_air_within_bone_on_all_sides(ct, truth):
    places = places_of(ct, ct.values < -500)
    inside = truth.layers_mm(places)
    in_wall = inside[0] < inside[1]
    assert in_wall.sum() > 100
    assert (places[in_wall][:, 1] > 0.5 * SMALL.inner_mm[1]).all()


def test_left_and_right_differ(ct):
    mirror = ct.at(places_of(ct, ct.values > 300) * [-1, 1, 1], outside=-1000.0)
    assert (mirror < 300).mean() > 0.05


def test_walls_differ_in_thickness_by_more_than_a_millimetre(truth):
    around = np.random.default_rng(0).standard_normal((500, 3)) * 50
    _, wall = truth.layers_mm(around)
    assert np.ptp(wall) > 1.0
    assert wall.min() > 3.5


def test_it_is_surrounded_by_air_on_every_side():
    for seed in range(3):
        values = phantom_head(seed, 3.0).values
        for axis in range(3):
            assert (values.take([0, -1], axis=axis) == -1000).all()


def test_an_adults_head_has_an_adults_size():
    values = phantom_head(0, 2.0).values
    brain_cm3 = (np.abs(values - 35) < 1).sum() * 8 / 1000
    assert 1300 < brain_cm3 < 1700


def test_the_commissures_lie_25_mm_apart_inside_the_brain(ct, truth):
    marks = phantom_landmarks(SMALL)
    apart = np.subtract(marks.anterior_commissure_mm, marks.posterior_commissure_mm)
    assert np.linalg.norm(apart) == 25.0
    for place in (marks.anterior_commissure_mm, marks.posterior_commissure_mm, marks.midline_mm):
        assert truth.layers_mm(np.array(place))[0] < -5


def test_the_way_through_files_and_skull_ends_where_the_phantoms_rule_says(ct, truth, tmp_path):
    """DICOM and NIfTI give one head; its wall, measured through the CT, is the wall it was made with."""
    write_dicom_folder(ct, tmp_path / "dicom", description="made-up head")
    write_nifti(ct, tmp_path / "head.nii.gz", hounsfield=True)
    with ImageReader() as reader:
        dicom, nifti = (reader.read(tmp_path / name).volume for name in ("dicom", "head.nii.gz"))
    assert np.abs(dicom.values - nifti.values).max() <= 1
    assert np.allclose(dicom.affine_ras_mm, nifti.affine_ras_mm, atol=1e-5)
    head = segmented(nifti)
    turn = 2.4 * np.arange(80)
    rise = np.linspace(0.2, 0.99, 80)
    flat = np.sqrt(1 - rise**2)
    elements = 0.15 * np.stack([flat * np.cos(turn), flat * np.sin(turn), rise], axis=1)
    rays = trace_rays(head, elements, [0, 0, 0])
    _, wall = truth.layers_mm(rays.outer_ras_mm)
    assert np.median(np.abs(rays.thickness_mm - wall)) < 0.4
    assert 0.1 < np.nanmean(rays.density_ratio) < 0.8
    assert is_active(standings(head, rays, property_map("aubry-2003"), 650e3)).mean() > 0.9


@pytest.mark.parametrize("spacing_mm", [0.0, -1.0, 0.05, 9.0, float("nan")])
def test_a_spacing_without_sense_is_refused(spacing_mm):
    with pytest.raises(UsageError, match=r"between 0\.1 and 4 mm"):
        phantom_head(1, spacing_mm)
