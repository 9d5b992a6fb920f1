"""What a NIfTI file says is followed; what it leaves open is not guessed."""

import struct

import nibabel
import numpy as np
import pytest

from assuage.errors import UnreadableInput
from assuage.ultrasound.images.writer import write_nifti


def as_it_is(_image):
    """No change."""


@pytest.fixture
def save(tmp_path, small_ct):
    """Save voxels with the small CT's affine, after a change to the image."""

    def saved(values=None, change=as_it_is, kind=nibabel.Nifti1Image, name="image.nii"):
        given = small_ct.values if values is None else values
        image = kind(given, small_ct.affine_ras_mm)
        image.set_sform(small_ct.affine_ras_mm, code=1)
        image.set_qform(small_ct.affine_ras_mm, code=1)
        image.header.set_xyzt_units("mm")
        change(image)
        nibabel.save(image, tmp_path / name)
        return tmp_path / name

    return saved


@pytest.mark.parametrize("name", ["image.nii", "image.nii.gz"])
@pytest.mark.parametrize("kind", [nibabel.Nifti1Image, nibabel.Nifti2Image])
def test_values_and_place_come_back(reader, save, small_ct, kind, name):
    read = reader.read(save(kind=kind, name=name))
    assert np.array_equal(read.volume.values, small_ct.values)
    assert np.allclose(read.volume.affine_ras_mm, small_ct.affine_ras_mm)
    assert read.volume.values.flags.c_contiguous
    assert read.modality is None


@pytest.mark.parametrize("dtype", ["<u1", ">i2", "<u2", "<i4", ">f4", "<f8"])
def test_every_plain_number_is_read_in_either_byte_order(reader, tmp_path, small_ct, dtype):
    values = np.abs(small_ct.values % 200).astype(dtype)
    header = nibabel.Nifti1Header(endianness=dtype[0])
    header.set_data_dtype(dtype)
    image = nibabel.Nifti1Image(values, small_ct.affine_ras_mm, header)
    nibabel.save(image, tmp_path / "image.nii")
    assert np.array_equal(reader.read(tmp_path / "image.nii").volume.values, values.astype(np.float32))


def test_slope_and_intercept_are_applied(reader, save, small_ct):
    stored = np.arange(960, dtype=np.int16).reshape(12, 10, 8)
    read = reader.read(save(stored, lambda image: image.header.set_slope_inter(2.5, -1024)))
    assert np.allclose(read.volume.values, 2.5 * stored - 1024)


def test_metres_become_millimetres(reader, save, small_ct):
    def in_metres(image):
        affine = np.diag([1e-3, 1e-3, 1e-3, 1]) @ small_ct.affine_ras_mm
        image.set_sform(affine, code=1)
        image.set_qform(None, code=0)
        image.header["xyzt_units"] = 1

    read = reader.read(save(change=in_metres))
    assert np.allclose(read.volume.affine_ras_mm, small_ct.affine_ras_mm, atol=1e-4)


def test_a_missing_unit_is_taken_as_millimetres_and_said(reader, save):
    read = reader.read(save(change=lambda image: image.header.set_xyzt_units(0)))
    assert ("unit_of_length_taken_as_mm", 1.0) in read.remarks


def moved(image):
    affine = image.get_sform()
    affine[0, 3] += 40
    image.set_sform(affine, code=2)


def test_two_forms_that_differ_are_refused_until_one_is_chosen(reader, save, small_ct):
    path = save(change=moved)
    with pytest.raises(UnreadableInput, match=r"qform and sform place the image differently.*say which"):
        reader.read(path)
    by_qform = reader.read(path, form="qform").volume
    by_sform = reader.read(path, form="sform").volume
    assert np.allclose(by_qform.affine_ras_mm, small_ct.affine_ras_mm, atol=1e-4)
    assert np.allclose(
        by_sform.world_ras_mm([0, 0, 0]) - by_qform.world_ras_mm([0, 0, 0]), [40, 0, 0], atol=1e-4
    )


def without_forms(image):
    image.set_sform(None, code=0)
    image.set_qform(None, code=0)


@pytest.mark.parametrize(
    ("values", "change", "complaint"),
    [
        (None, without_forms, "does not say where in space"),
        (np.zeros((4, 4, 4, 3), np.float32), as_it_is, "4 dimensions"),
        (np.zeros((4, 4), np.float32), as_it_is, "2 dimensions"),
        (np.zeros((4, 4, 4), np.complex64), as_it_is, "no plain numbers"),
        (np.full((4, 4, 4), np.nan, np.float32), as_it_is, "not finite numbers"),
    ],
)
def test_what_is_not_one_placed_image_is_refused(reader, save, values, change, complaint):
    with pytest.raises(UnreadableInput, match=complaint) as error:
        reader.read(save(values, change))
    assert error.value.remedy


def test_a_form_that_is_not_there_can_not_be_chosen(reader, save):
    path = save(change=lambda image: image.set_qform(None, code=0))
    with pytest.raises(UnreadableInput, match="no qform"):
        reader.read(path, form="qform")


def test_a_time_axis_of_one_is_no_fourth_dimension(reader, save, small_ct):
    read = reader.read(save(small_ct.values[..., None]))
    assert np.array_equal(read.volume.values, small_ct.values)


def test_a_file_cut_short_is_refused(reader, save):
    path = save()
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(UnreadableInput, match="the file ends before the image does"):
        reader.read(path)


def test_a_packed_file_cut_short_is_refused(reader, save):
    path = save(name="image.nii.gz")
    path.write_bytes(path.read_bytes()[:-300])
    with pytest.raises(UnreadableInput, match="read to its end"):
        reader.read(path)


def test_a_pair_of_files_is_refused_with_what_to_do(reader, save):
    path = save()
    content = bytearray(path.read_bytes())
    struct.pack_into("<4s", content, 344, b"ni1\0")
    path.write_bytes(content)
    with pytest.raises(UnreadableInput, match="convert the pair to a single NIfTI file"):
        reader.read(path)


def test_another_kind_of_file_is_refused(reader, tmp_path):
    path = tmp_path / "notes.nii"
    path.write_text("not an image " * 50)
    with pytest.raises(UnreadableInput, match="the file is not NIfTI"):
        reader.read(path)


def test_a_file_that_is_not_there_is_refused(reader, tmp_path):
    with pytest.raises(UnreadableInput, match="can't be opened"):
        reader.read(tmp_path / "missing.nii")


def test_hounsfield_units_are_stored_as_whole_numbers(reader, tmp_path, small_ct):
    write_nifti(small_ct, tmp_path / "ct.nii.gz", hounsfield=True)
    assert nibabel.load(tmp_path / "ct.nii.gz").get_data_dtype() == np.int16
    assert np.array_equal(reader.read(tmp_path / "ct.nii.gz").volume.values, small_ct.values)
