"""One enhanced file of many frames is the same image as its slices in a folder."""

import numpy as np
import pydicom
import pytest

from assuage.errors import UnreadableInput
from assuage.ultrasound.images.volume import ImageVolume
from assuage.ultrasound.images.writer import write_dicom_folder
from ultrasound.images.dicom_kinds import LOSSLESS, compress, enhanced
from ultrasound.images.test_orientation import FLIPS, LEFT, MARKS, RIGHT, marked_head, place_of, stored_as


@pytest.fixture
def slices(tmp_path, small_ct):
    write_dicom_folder(small_ct, tmp_path / "slices", description="phantom")
    return sorted((tmp_path / "slices").iterdir())


def test_values_place_and_modality_come_back_from_a_file_and_from_its_folder(
    reader, slices, tmp_path, small_ct
):
    (tmp_path / "one").mkdir()
    file = enhanced(slices, tmp_path / "one" / "enhanced.dcm")
    for read in (reader.read(file), reader.read(file.parent)):
        assert np.array_equal(read.volume.values, small_ct.values)
        assert np.allclose(read.volume.affine_ras_mm, small_ct.affine_ras_mm)
        assert read.modality == "CT"


def test_frames_are_ordered_by_place(reader, slices, tmp_path, small_ct):
    mixed = [slices[(number * 5) % 8] for number in range(8)]
    file = enhanced(mixed, tmp_path / "enhanced.dcm")
    assert np.array_equal(reader.read(file).volume.values, small_ct.values)


def test_each_frame_has_its_own_slope(reader, slices, tmp_path, small_ct):
    dataset = pydicom.dcmread(enhanced(slices, tmp_path / "enhanced.dcm"))
    line = dataset.PerFrameFunctionalGroupsSequence[2].PixelValueTransformationSequence[0]
    line.RescaleSlope, line.RescaleIntercept = "0.5", "-512"
    dataset.save_as(tmp_path / "enhanced.dcm")
    values = reader.read(tmp_path / "enhanced.dcm").volume.values
    assert np.allclose(values[:, :, 2], 0.5 * (small_ct.values[:, :, 2] + 1024) - 512)
    assert np.array_equal(values[:, :, 3], small_ct.values[:, :, 3])


@pytest.mark.parametrize("syntax", LOSSLESS, ids=lambda uid: uid.name)
def test_frames_may_be_packed(reader, slices, tmp_path, small_ct, syntax):
    file = enhanced(slices, tmp_path / "enhanced.dcm")
    compress(file, syntax)
    assert np.array_equal(reader.read(file).volume.values, small_ct.values)


@pytest.mark.parametrize(("axes", "signs"), FLIPS)
def test_left_is_left_and_nothing_moves(reader, tmp_path, axes, signs):
    head = marked_head()
    write_dicom_folder(stored_as(head, axes, signs), tmp_path / "slices", description="phantom")
    volume = reader.read(enhanced(sorted((tmp_path / "slices").iterdir()), tmp_path / "one.dcm")).volume
    for value in MARKS:
        assert np.allclose(place_of(volume, value), place_of(head, value), atol=1e-3)
    assert place_of(volume, LEFT)[0] < place_of(volume, RIGHT)[0]


def test_a_tilted_gantry_shears_the_stack_and_nothing_moves(reader, tmp_path, small_ct):
    tilt = np.radians(-12.0)
    affine = np.eye(4)
    affine[:3, 1] = [0, np.cos(tilt), np.sin(tilt)]
    affine[:3, 2] = [0, 0, 3]
    write_dicom_folder(ImageVolume(small_ct.values, affine), tmp_path / "tilted", description="phantom")
    read = reader.read(enhanced(sorted((tmp_path / "tilted").iterdir()), tmp_path / "one.dcm"))
    assert np.allclose(read.volume.affine_ras_mm, affine, atol=1e-6)
    assert dict(read.remarks)["gantry_tilt_deg"] == pytest.approx(12.0, abs=0.01)


def second_series(slices, folder):
    for number in (1, 2):
        for file in slices:
            dataset = pydicom.dcmread(file)
            dataset.SeriesInstanceUID, dataset.SeriesNumber = f"1.2.{number}", number
            dataset.save_as(file)
        enhanced(slices, folder / f"{number}.dcm")
    return folder


def moved_frame(slices, folder):
    dataset = pydicom.dcmread(enhanced(slices, folder / "one.dcm"))
    dataset.PerFrameFunctionalGroupsSequence[7].PlanePositionSequence[0].ImagePositionPatient = [11, 8, 27.3]
    dataset.save_as(folder / "one.dcm")
    return folder


def without_place(slices, folder):
    dataset = pydicom.dcmread(enhanced(slices, folder / "one.dcm"))
    del dataset.PerFrameFunctionalGroupsSequence[3].PlanePositionSequence
    dataset.save_as(folder / "one.dcm")
    return folder


def fewer_groups(slices, folder):
    dataset = pydicom.dcmread(enhanced(slices, folder / "one.dcm"))
    del dataset.PerFrameFunctionalGroupsSequence[3]
    dataset.save_as(folder / "one.dcm")
    return folder


def fewer_pixels(slices, folder):
    dataset = pydicom.dcmread(enhanced(slices, folder / "one.dcm"))
    dataset.PixelData = dataset.PixelData[:-480]
    dataset.save_as(folder / "one.dcm")
    return folder


@pytest.mark.parametrize(
    ("build", "complaint"),
    [
        (lambda s, f: enhanced([*s[:3], *s[5:]], f / "one.dcm"), "2 slices are missing"),
        (lambda s, f: enhanced([*s, s[3]], f / "one.dcm"), "1 slices lie where another slice lies"),
        (moved_frame, "mm apart"),
        (second_series, r"2 series \(number 1: CT, 8 slices; number 2: CT, 8 slices\)"),
        (without_place, "ImagePositionPatient is missing"),
        (fewer_groups, "several frames and no place for each"),
        (fewer_pixels, "not as many pixels as it says"),
    ],
)
def test_what_is_no_sound_image_is_refused(reader, slices, tmp_path, build, complaint):
    folder = tmp_path / "built"
    folder.mkdir()
    with pytest.raises(UnreadableInput, match=complaint) as error:
        reader.read(build(slices, folder))
    assert error.value.remedy
