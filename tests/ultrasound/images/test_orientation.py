"""Whichever way an image is stored, every voxel ends up where it was in the scanner: left is left.

All 48 ways to turn and mirror the axes of an image, stored with a qform, an sform, or as DICOM.
"""

import itertools

import nibabel
import numpy as np
import pytest

from assuage.ultrasound.images.reader import read_image
from assuage.ultrasound.images.volume import ImageVolume
from assuage.ultrasound.images.writer import write_dicom_folder, write_nifti

FLIPS = [
    (axes, signs)
    for axes in itertools.permutations(range(3))
    for signs in itertools.product((1, -1), repeat=3)
]
MARKS = {
    1000.0: (-9.0, -4.0, 11.0),
    1300.0: (9.0, -4.0, 11.0),
    1600.0: (-1.0, 8.0, 14.0),
    1900.0: (-1.0, 2.0, 26.0),
}
LEFT, RIGHT, FRONT, TOP = MARKS


def marked_head():
    """One bright voxel at each of four places, scanner RAS millimetres; turned a little off the axes."""
    turn = nibabel.eulerangles.euler2mat(x=0.06, y=-0.04, z=0.09)
    affine = np.eye(4)
    affine[:3, :3] = turn @ np.diag([2.0, 2.0, 3.0])
    affine[:3, 3] = [-11.0, -8.0, 5.0]
    volume = ImageVolume(np.full((12, 10, 8), -1000, np.float32), affine)
    for value, place in MARKS.items():
        volume.values[tuple(np.rint(volume.index_of(place)).astype(int))] = value
    return volume


def stored_as(volume, axes, signs):
    """The same image with its axes in another order and direction."""
    values = volume.values.transpose(axes)
    affine = volume.affine_ras_mm.copy()
    affine[:, :3] = affine[:, :3][:, list(axes)]
    for axis, sign in enumerate(signs):
        if sign < 0:
            affine[:3, 3] += affine[:3, axis] * (values.shape[axis] - 1)
            affine[:3, axis] *= -1
            values = np.flip(values, axis)
    return ImageVolume(np.ascontiguousarray(values), affine)


def place_of(volume, value):
    (index,) = np.argwhere(np.isclose(volume.values, value))
    return volume.world_ras_mm(index)


def with_one_form(volume, path, form):
    image = nibabel.Nifti1Image(volume.values, volume.affine_ras_mm)
    image.set_sform(volume.affine_ras_mm, code=1 if form == "sform" else 0)
    image.set_qform(volume.affine_ras_mm, code=1 if form == "qform" else 0)
    image.header.set_xyzt_units("mm")
    nibabel.save(image, path)


def read_back(reader, volume, kind, folder):
    if kind == "DICOM":
        write_dicom_folder(volume, folder / "slices", description="phantom")
        return reader.read(folder / "slices").volume
    path = folder / "image.nii"
    with_one_form(volume, path, kind)
    return reader.read(path).volume


@pytest.mark.parametrize("kind", ["qform", "sform", "DICOM"])
@pytest.mark.parametrize(("axes", "signs"), FLIPS)
def test_left_is_left_and_nothing_moves(reader, tmp_path, kind, axes, signs):
    head = marked_head()
    volume = read_back(reader, stored_as(head, axes, signs), kind, tmp_path)
    for value in MARKS:
        assert np.allclose(place_of(volume, value), place_of(head, value), atol=1e-3)
    assert place_of(volume, LEFT)[0] < place_of(volume, RIGHT)[0]


@pytest.mark.parametrize("kind", ["qform", "sform", "DICOM"])
@pytest.mark.parametrize(("axes", "signs"), FLIPS[::7])
def test_resampled_along_ras_a_mark_is_at_most_a_voxel_off(reader, tmp_path, kind, axes, signs):
    volume = read_back(reader, stored_as(marked_head(), axes, signs), kind, tmp_path)
    straight = volume.resampled(1.0, outside=-1000.0)
    for value, place in MARKS.items():
        alone = ImageVolume(
            np.where(np.isclose(volume.values, value), 1, 0).astype(np.float32), volume.affine_ras_mm
        )
        seen = alone.resampled(1.0, outside=0.0)
        brightest = np.unravel_index(seen.values.argmax(), seen.shape)
        assert np.abs(straight.world_ras_mm(brightest) - place).max() < max(volume.spacing_mm)
    assert np.allclose(straight.affine_ras_mm[:3, :3], np.eye(3))


def test_the_test_would_see_a_mirrored_head():
    head = marked_head()
    mirrored = ImageVolume(np.ascontiguousarray(head.values[::-1]), head.affine_ras_mm)
    assert place_of(mirrored, LEFT)[0] > place_of(mirrored, RIGHT)[0]


def test_one_call_reads_one_image(tmp_path):
    write_nifti(marked_head(), tmp_path / "image.nii.gz")
    volume = read_image(tmp_path / "image.nii.gz").volume
    assert np.array_equal(volume.values, marked_head().values)
