"""A folder of DICOM slices is one image, in the order in which its slices lie, or it is refused."""

import numpy as np
import pydicom
import pytest
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, generate_uid

from assuage.errors import UnreadableInput, UsageError
from assuage.ultrasound.images.volume import ImageVolume
from assuage.ultrasound.images.writer import write_dicom_folder


@pytest.fixture
def folder(tmp_path, small_ct):
    write_dicom_folder(small_ct, tmp_path / "slices", description="phantom")
    return tmp_path / "slices"


def change(folder, *names, **values):
    """Set attributes of the named slices (all, where none is named); None takes one away."""
    for file in sorted(folder.iterdir()):
        if names and file.name not in names:
            continue
        dataset = pydicom.dcmread(file)
        for keyword, value in values.items():
            if value is None:
                delattr(dataset, keyword)
            else:
                setattr(dataset, keyword, value)
        dataset.save_as(file)


def test_values_place_and_modality_come_back(reader, folder, small_ct):
    read = reader.read(folder)
    assert np.array_equal(read.volume.values, small_ct.values)
    assert np.allclose(read.volume.affine_ras_mm, small_ct.affine_ras_mm)
    assert read.modality == "CT"
    assert read.remarks == ()


def test_how_the_image_was_taken_is_kept(reader, folder):
    change(folder, KVP="120", ConvolutionKernel=["Bv49d", "3"], SliceThickness="1.0", Manufacturer="Siemens")
    taken = reader.read(folder).acquisition
    assert (taken.tube_voltage_kv, taken.kernel, taken.slice_thickness_mm) == (120.0, "Bv49d", 1.0)
    assert taken.manufacturer == "Siemens"


def test_slices_are_ordered_by_place_and_not_by_name_or_number(reader, folder, small_ct):
    files = sorted(folder.iterdir())
    for number, file in enumerate(files):
        file.rename(folder / f"{(number * 5) % 8}-{number}.dcm")
    change(folder, InstanceNumber=1)
    assert np.array_equal(reader.read(folder).volume.values, small_ct.values)


def test_each_slice_has_its_own_slope_and_intercept(reader, folder, small_ct):
    change(folder, "slice0002.dcm", RescaleSlope="0.5", RescaleIntercept="-512")
    values = reader.read(folder).volume.values
    stored = small_ct.values[:, :, 2] + 1024
    assert np.allclose(values[:, :, 2], 0.5 * stored - 512)
    assert np.array_equal(values[:, :, 3], small_ct.values[:, :, 3])


def test_what_lies_beyond_the_scanned_circle_is_air(reader, folder):
    change(folder, RescaleIntercept="-3024")
    assert reader.read(folder).volume.values.min() == -1024


def test_signed_pixels_of_twelve_bits_keep_their_sign(reader, folder):
    for file in folder.iterdir():
        dataset = pydicom.dcmread(file)
        values = np.arange(-60, 60, dtype=np.int16)
        dataset.PixelRepresentation, dataset.BitsStored, dataset.HighBit = 1, 12, 11
        dataset.PixelData = (values & 0x0FFF).astype("<u2").tobytes()  # what the four spare bits hold is open
        dataset.RescaleIntercept = "0"
        dataset.save_as(file)
    assert np.array_equal(reader.read(folder).volume.values[:, :, 0].T.ravel(), np.arange(-60, 60))


@pytest.mark.parametrize("syntax", [DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian])
def test_other_plain_encodings_are_read(reader, folder, small_ct, syntax):
    for file in folder.iterdir():
        dataset = pydicom.dcmread(file)
        if syntax == ExplicitVRBigEndian:
            dataset.PixelData = np.frombuffer(dataset.PixelData, "<u2").astype(">u2").tobytes()
        dataset.file_meta.TransferSyntaxUID = syntax
        pydicom.dcmwrite(
            file,
            dataset,
            implicit_vr=False,
            little_endian=syntax != ExplicitVRBigEndian,
            force_encoding=True,
        )
    assert np.array_equal(reader.read(folder).volume.values, small_ct.values)


def test_a_tilted_gantry_shears_the_stack_and_nothing_moves(reader, tmp_path, small_ct):
    """Slices tilted by 15 degrees, each above the last: the affine has the shear, a remark the angle."""
    tilt = np.radians(15.0)
    affine = np.eye(4)
    affine[:3, 0] = [2, 0, 0]
    affine[:3, 1] = [0, 2 * np.cos(tilt), 2 * np.sin(tilt)]
    affine[:3, 2] = [0, 0, 3]
    tilted = ImageVolume(small_ct.values, affine)
    write_dicom_folder(tilted, tmp_path / "tilted", description="phantom")
    read = reader.read(tmp_path / "tilted")
    assert np.allclose(read.volume.affine_ras_mm, affine, atol=1e-6)
    assert dict(read.remarks)["gantry_tilt_deg"] == pytest.approx(15.0, abs=0.01)
    index = [5, 4, 3]
    assert np.allclose(read.volume.index_of(tilted.world_ras_mm(index)), index, atol=1e-6)


def test_scouts_and_text_files_are_left_out_and_counted(reader, folder, small_ct):
    (folder / "README.txt").write_text("from the CD")
    scout = pydicom.dcmread(folder / "slice0000.dcm")
    scout.ImageType, scout.SeriesInstanceUID = ["ORIGINAL", "PRIMARY", "LOCALIZER"], generate_uid()
    scout.save_as(folder / "scout.dcm")
    read = reader.read(folder)
    assert dict(read.remarks)["files_that_are_no_slices"] == 2
    assert np.array_equal(read.volume.values, small_ct.values)


def second_series(folder):
    for file in sorted(folder.iterdir())[:4]:
        dataset = pydicom.dcmread(file)
        dataset.SeriesInstanceUID, dataset.SeriesNumber = "1.2.3", 7
        dataset.save_as(folder / f"other-{file.name}")


def test_of_several_series_one_has_to_be_named(reader, folder, small_ct):
    second_series(folder)
    with pytest.raises(UnreadableInput, match=r"2 series \(number 1: CT, 8 slices; number 7: CT, 4 slices\)"):
        reader.read(folder)
    assert reader.read(folder, series_number=7).volume.shape == (12, 10, 4)
    with pytest.raises(UnreadableInput, match="none of that series"):
        reader.read(folder, series_number=3)


def missing_two(folder):
    (folder / "slice0003.dcm").unlink()
    (folder / "slice0004.dcm").unlink()


def double(folder):
    (folder / "copy.dcm").write_bytes((folder / "slice0003.dcm").read_bytes())


def uneven(folder):
    change(folder, "slice0007.dcm", ImagePositionPatient=[11, 8, 27.3])


def astray(folder):
    change(folder, "slice0004.dcm", ImagePositionPatient=[14, 8, 17])


def one_only(folder):
    for file in sorted(folder.iterdir())[1:]:
        file.unlink()


def not_dicom(folder):
    (folder / "slice0003.dcm").write_bytes(b"nothing" * 100)


def of(**values):
    return lambda folder: change(folder, **values)


def of_third(**values):
    return lambda folder: change(folder, "slice0003.dcm", **values)


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (missing_two, r"2 slices are missing, the first of them behind slice 3"),
        (double, "1 slices lie where another slice lies"),
        (uneven, "mm apart"),
        (astray, "3.00 mm beside a straight stack"),
        (one_only, "one slice only"),
        (not_dicom, r"slice0003\.dcm: the file is named like a DICOM slice and is none"),
        (of(RescaleIntercept=None), "become Hounsfield units"),
        (of(RescaleType="US"), "become Hounsfield units"),
        (of(RescaleSlope="0"), "slope or the intercept makes no sense"),
        (of(Modality="OT"), "no CT and no MR"),
        (of(NumberOfFrames=8), "several frames"),
        (of(PhotometricInterpretation="MONOCHROME1"), "turned round"),
        (of(SamplesPerPixel=3), "colour"),
        (of(ImageType=["ORIGINAL", "PRIMARY", "M", "ND", "MOSAIC"]), "tiled into one image"),
        (of(PixelSpacing=None), "PixelSpacing is missing"),
        (of(ImageOrientationPatient=[1, 0, 0, 0.5, 0.5, 0]), "not at right angles"),
        (of_third(ImagePositionPatient=None), r"slice0003\.dcm: ImagePositionPatient is missing"),
        (of_third(Rows=9, PixelData=bytes(2 * 9 * 12)), "differs from the others"),
        (of_third(Rows=9), r"slice0003\.dcm: the slice has not as many pixels as it says"),
        (of_third(PixelSpacing=[2.2, 2]), "differs from the others"),
        (of_third(PixelData=b"\0" * 100), r"slice0003\.dcm: the slice has not as many pixels as it says"),
        (of_third(PixelData=None), "no pixels"),
        (of_third(BitsAllocated=12), "packed in an unusual way"),
    ],
)
def test_what_is_no_sound_series_is_refused(reader, folder, spoil, complaint):
    spoil(folder)
    with pytest.raises(UnreadableInput, match=complaint) as error:
        reader.read(folder)
    assert error.value.expected
    assert error.value.remedy


def test_an_mr_series_needs_no_rescaling(reader, folder):
    change(folder, Modality="MR", RescaleSlope=None, RescaleIntercept=None)
    read = reader.read(folder)
    assert read.modality == "MR"
    assert read.volume.values.min() >= 0


def test_an_empty_folder_is_refused(reader, tmp_path):
    with pytest.raises(UnreadableInput, match="no slices of CT or MR"):
        reader.read(tmp_path)


def test_no_name_and_no_identifier_reaches_an_error(reader, folder):
    change(folder, PatientName="Muster^Maria", PatientID="4711-0815")
    second_series(folder)
    with pytest.raises(UnreadableInput) as error:
        reader.read(folder)
    assert "Muster" not in str(error.value)
    assert "4711" not in str(error.value)
    assert "1.2.3" not in str(error.value)


def test_rows_askew_to_columns_have_no_place_in_dicom(tmp_path):
    affine = np.eye(4)
    affine[0, 1] = 0.3
    with pytest.raises(UsageError, match="right angles"):
        write_dicom_folder(
            ImageVolume(np.zeros((4, 4, 4), np.float32), affine), tmp_path / "x", description="x"
        )
