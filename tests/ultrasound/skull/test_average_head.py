"""The average adult head of the Clinical Toolbox goes through, and shows what it can't tell.

An average over people, 2 mm voxels, smoothed: its bone is far softer than anybody's. Geometry and file
handling, yes; a density ratio, an attenuation, an energy, no.
"""

from pathlib import Path

import numpy as np
import pytest

from assuage.errors import UsageError
from assuage.ultrasound.images.cormack import hounsfield_from_cormack
from assuage.ultrasound.images.reader import read_image
from assuage.ultrasound.skull import property_map, segmented, tissue_maps
from assuage.ultrasound.skull.rays import is_active, standings, trace_rays
from ultrasound.skull.ball import helmet

FILE = Path(__file__).parents[3] / ".." / "shared" / "data" / "ct" / "scct.nii"
TARGET_M = np.array([0.0, -0.02, 0.002])

pytestmark = pytest.mark.skipif(not FILE.exists(), reason="the average head is not at hand")


@pytest.fixture(scope="module")
def image():
    return read_image(FILE).volume


@pytest.fixture(scope="module")
def average(image):
    return segmented(hounsfield_from_cormack(image, air_hu=-1024.0))


@pytest.fixture(scope="module")
def rays(average):
    return trace_rays(average, helmet(200, lowest=0.2) - 1e-3 * np.array([4, -3, 7]) + TARGET_M, TARGET_M)


def test_its_first_axis_runs_from_right_to_left_and_is_read_so(image):
    assert image.affine_ras_mm[0, 0] == -2
    assert image.world_ras_mm([0, 0, 0]) == pytest.approx([90, -126, -72])


def test_raw_it_is_refused_for_it_is_not_in_hounsfield_units(image):
    with pytest.raises(UsageError, match="not in Hounsfield units"):
        segmented(image)


def test_its_bone_is_far_softer_than_a_persons(average):
    assert average.hu_max < 800


def test_thickness_and_angle_are_those_of_a_skull(rays):
    assert 4 < np.nanmedian(rays.thickness_mm) < 8
    assert np.nanmedian(rays.incidence_deg) < 20
    assert rays.meets_bone.mean() > 0.85


def test_its_density_ratio_is_unknown_and_not_zero(rays):
    assert np.isnan(rays.density_ratio).all()


@pytest.mark.parametrize("name", ["aubry-2003", "mcdannold-2019", "kplan", "webb-ge-120-standard"])
def test_maps_and_standings_come_out_for_every_kind_of_map(average, rays, name):
    one = property_map(name)
    maps = tissue_maps(average, average.ct.lattice_grid(2.0), one, 220e3)
    assert 1500 < maps.sound_speed_m_s.max() < 3500
    assert is_active(standings(average, rays, one, 650e3)).mean() > 0.8
