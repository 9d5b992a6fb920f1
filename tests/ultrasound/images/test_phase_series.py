"""MR phase images from DICOM: however they are laid out, the same complex images in order, and when."""

from __future__ import annotations

import shutil
from pathlib import Path

import nibabel
import numpy as np
import pydicom
import pytest

from assuage.errors import UnreadableInput
from assuage.ultrasound.images.reader import ImageReader, ReadLimits
from assuage.ultrasound.images.series_writer import write_series_dicom, write_series_nifti
from ultrasound.images.dicom_kinds import LOSSLESS, compress, enhanced
from ultrasound.images.series_files import (
    IMAGES,
    ROUNDING,
    SERIES,
    STARTS_S,
    as_parts,
    as_written,
    change,
    made_up,
    one_enhanced_file,
)


def test_images_place_times_echo_and_field_come_back(reader: ImageReader, written_series: Path) -> None:
    read = reader.read_phase_series(written_series)
    as_written(read)
    assert np.allclose(read.starts_s, STARTS_S)
    assert (read.echo_time_s, read.field_strength_t) == pytest.approx((13e-3, 3.0))
    assert read.remarks == ()


def test_nifti_magnitude_and_phase_or_complex_is_the_same_series(reader: ImageReader, tmp_path: Path) -> None:
    magnitude, phase = write_series_nifti(SERIES, tmp_path)
    read = reader.read_polar_nifti(magnitude, phase)
    as_written(read, within=1e-5)
    assert read.starts_s is None
    image = nibabel.Nifti1Image(np.moveaxis(SERIES.images, 0, 3), SERIES.affine_ras_mm)
    image.set_sform(SERIES.affine_ras_mm, 1)
    nibabel.save(image, tmp_path / "c.nii.gz")
    as_written(reader.read_complex_nifti(tmp_path / "c.nii.gz"), within=1e-6)


# --- how the files may be laid out


def one_series(folder: Path) -> Path:
    change(folder, SeriesInstanceUID="1.2.3", SeriesNumber=5)
    return folder


def a_series_for_each_image(folder: Path) -> Path:
    for number in range(IMAGES):
        change(folder, f"?{number:04d}-*", SeriesInstanceUID=f"1.2.{number}", SeriesNumber=number)
    return folder


def names_that_mean_nothing(folder: Path) -> Path:
    for number, file in enumerate(sorted(folder.iterdir())):
        file.rename(folder / f"{(number * 7) % 24:03d}-{number}.dcm")
    change(folder, InstanceNumber=1)
    return folder


def an_enhanced_file_for_each_part(folder: Path) -> Path:
    (folder.parent / "two").mkdir()
    for part in "MP":
        enhanced(sorted(folder.glob(f"{part}*")), folder.parent / "two" / f"{part}.dcm")
    return folder.parent / "two"


def packed_enhanced_file(folder: Path) -> Path:
    compress(one_enhanced_file(folder), LOSSLESS[2])
    return folder.parent / "enhanced.dcm"


def times_of_day(folder: Path) -> Path:
    change(
        folder,
        AcquisitionDate="20000101",
        AcquisitionTime=lambda d: d.AcquisitionDateTime[8:],
        AcquisitionDateTime=None,
    )
    return folder


def over_midnight(folder: Path) -> Path:
    times = [
        "19991231235955.000000",
        "19991231235958.500000",
        "20000101000002.000000",
        "20000101000005.500000",
    ]
    for number, time in enumerate(times):
        change(folder, f"?{number:04d}-*", AcquisitionDateTime=time)
    return folder


def trigger_times(folder: Path) -> Path:
    for number in range(IMAGES):
        change(
            folder,
            f"?{number:04d}-*",
            AcquisitionDateTime="20000101120000",
            TriggerTime=str(3500.0 * number),
        )
    return folder


@pytest.mark.parametrize("syntax", LOSSLESS, ids=lambda uid: uid.name)
def test_packed_files_are_the_same_series(reader: ImageReader, series_folder: Path, syntax: str) -> None:
    for file in sorted(series_folder.iterdir())[:7]:
        compress(file, syntax)
    as_written(reader.read_phase_series(series_folder))


@pytest.mark.parametrize(
    "layout",
    [
        one_series,
        a_series_for_each_image,
        names_that_mean_nothing,
        one_enhanced_file,
        an_enhanced_file_for_each_part,
        packed_enhanced_file,
        times_of_day,
        over_midnight,
        trigger_times,
    ],
)
def test_however_it_is_laid_out_it_is_the_same_series(
    reader: ImageReader, series_folder: Path, layout
) -> None:
    read = reader.read_phase_series(layout(series_folder))
    as_written(read)
    assert np.allclose(read.starts_s, STARTS_S)


def test_where_only_the_order_is_known_there_are_no_times(reader: ImageReader, series_folder: Path) -> None:
    for number in range(IMAGES):
        change(
            series_folder, f"?{number:04d}-*", AcquisitionDateTime=None, TemporalPositionIdentifier=number + 1
        )
    read = reader.read_phase_series(series_folder)
    as_written(read)
    assert read.starts_s is None


def test_one_slice_is_a_series_too(reader: ImageReader, tmp_path: Path) -> None:
    single = made_up(shape=(12, 10, 1))
    read = reader.read_phase_series(write_series_dicom(single, tmp_path / "one", description="made-up head"))
    assert np.allclose(read.affine_ras_mm, single.affine_ras_mm, atol=1e-4)
    assert np.abs(read.images - single.images).max() < ROUNDING


def test_a_whole_image_that_is_missing_leaves_its_gap_and_is_said(
    reader: ImageReader, series_folder: Path
) -> None:
    for file in series_folder.glob("?0002-*"):
        file.unlink()
    read = reader.read_phase_series(series_folder)
    assert np.allclose(read.starts_s, [0.0, 3.5, 10.5])
    assert dict(read.remarks) == {"images_missing": 1.0}


def test_what_the_files_do_not_say_stays_unknown(reader: ImageReader, series_folder: Path) -> None:
    change(series_folder, EchoTime=None, MagneticFieldStrength=None)
    read = reader.read_phase_series(series_folder)
    assert (read.echo_time_s, read.field_strength_t) == (None, None)


# --- what is refused


def drop(*patterns: str):
    def spoil(folder: Path) -> None:
        for pattern in patterns:
            for file in folder.glob(pattern):
                file.unlink()

    return spoil


def of(pattern: str = "*", **values: object):
    return lambda folder: change(folder, pattern, **values)


def copied(folder: Path) -> None:
    for name in ("P0002-001.dcm", "M0002-001.dcm"):
        shutil.copy(folder / name, folder / f"copy-{name}")


def copied_whole(folder: Path) -> None:
    for file in list(folder.iterdir()):
        shutil.copy(file, folder / f"copy-{file.name}")


def second_sonication(folder: Path) -> None:
    for file in list(folder.iterdir()):
        dataset = pydicom.dcmread(file)
        dataset.SeriesNumber += 10
        dataset.SeriesInstanceUID = f"1.2.{dataset.SeriesNumber}"
        dataset.AcquisitionDateTime = (
            dataset.AcquisitionDateTime[:8] + "11" + dataset.AcquisitionDateTime[10:]
        )
        dataset.save_as(folder / f"second-{file.name}")


def another_slice_lost_of_each_image(folder: Path) -> None:
    drop("?0001-000*", "?0002-001*", "?0003-002*")(folder)


def parts_of_other_times(folder: Path) -> None:
    change(
        folder,
        "P*",
        AcquisitionDateTime=lambda d: d.AcquisitionDateTime[:8] + "13" + d.AcquisitionDateTime[10:],
    )


def unsigned_parts_without_an_offset(folder: Path) -> None:
    as_parts(folder)
    change(folder, PixelRepresentation=0)


def wrong_unit(folder: Path) -> None:
    change(folder, "P*", RescaleType="rad")


REFUSED = [
    (drop("M*"), "show only: phase"),
    (drop("P*"), "show only: magnitude"),
    (drop("P0002-001*"), "3 to 4 images of a slice and part"),
    (drop("*"), "no MR images"),
    (another_slice_lost_of_each_image, "taken after the next image had begun"),
    (copied, "4 to 5 images"),
    (copied_whole, "in which order the images were taken, or an image is there twice"),
    (
        second_sonication,
        r"several series of many images \(number 1: magnitude, 12; number 2: phase, 12; number 11",
    ),
    (parts_of_other_times, "magnitude and phase of an image are up to"),
    (of(AcquisitionDateTime=None), "in which order"),
    (of(AcquisitionDateTime="at noon"), "in which order"),
    (of("?0003*", AcquisitionDateTime="20000102120000"), "more than 12 hours"),
    (of("?0001*", EchoTime="20"), "differ in echo time"),
    (of("M0001-000*", MagneticFieldStrength=None), "differ in field strength"),
    (of("P*", RescaleType=None), "unit that is not written, and not known of this maker"),
    (of("P*", Manufacturer="GE MEDICAL SYSTEMS", RescaleType=None), "export real and imaginary"),
    (of("P*", Manufacturer="SIEMENS", RescaleType=None), "not known of this maker"),
    (wrong_unit, "beyond a whole turn"),
    (of(ImageType=["ORIGINAL", "PRIMARY", "OTHER"]), "does not say whether it shows magnitude"),
    (of(Modality="CT", RescaleType="HU"), "no MR"),
    (of("P0001-001*", PixelSpacing=[2, 2]), "differs from the others"),
    (unsigned_parts_without_an_offset, "can't be negative as it is stored"),
    (of("P*", LossyImageCompression="01"), "compressed with loss"),
]


@pytest.mark.parametrize(("spoil", "complaint"), REFUSED, ids=[words for _, words in REFUSED])
def test_what_is_no_sound_series_is_refused(
    reader: ImageReader, series_folder: Path, spoil, complaint: str
) -> None:
    spoil(series_folder)
    with pytest.raises(UnreadableInput, match=complaint) as error:
        reader.read_phase_series(series_folder)
    assert error.value.expected
    assert error.value.remedy


def test_of_two_sonications_one_can_be_named(reader: ImageReader, series_folder: Path) -> None:
    second_sonication(series_folder)
    as_written(reader.read_phase_series(series_folder, series_numbers=[11, 12]))
    with pytest.raises(UnreadableInput, match="none of those series"):
        reader.read_phase_series(series_folder, series_numbers=[7])


def test_an_image_that_is_no_series_is_refused_as_nifti(reader: ImageReader, tmp_path: Path) -> None:
    magnitude, phase = write_series_nifti(SERIES, tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    short, _ = write_series_nifti(made_up(images=3), other)
    with pytest.raises(UnreadableInput, match="differ in size"):
        reader.read_polar_nifti(short, phase)
    with pytest.raises(UnreadableInput, match="not complex"):
        reader.read_complex_nifti(magnitude)
    degrees = nibabel.load(phase)
    nibabel.save(
        nibabel.Nifti1Image(np.asarray(degrees.dataobj) * 57.3, degrees.affine, degrees.header),
        tmp_path / "d.nii",
    )
    with pytest.raises(UnreadableInput, match=r"a phase reaches .* Expected: radians"):
        reader.read_polar_nifti(magnitude, tmp_path / "d.nii")


def test_a_series_of_more_voxels_than_allowed_is_refused_before_it_is_read(written_series: Path) -> None:
    with (
        ImageReader(ReadLimits(most_voxels=1000)) as reader,
        pytest.raises(UnreadableInput, match=r"1440 voxels.*at most 1000"),
    ):
        reader.read_phase_series(written_series)


@pytest.mark.parametrize("spoil", [copied, second_sonication, parts_of_other_times, wrong_unit])
def test_no_name_and_no_identifier_reaches_an_error(reader: ImageReader, series_folder: Path, spoil) -> None:
    change(series_folder, PatientName="Muster^Maria", PatientID="4711-0815")
    spoil(series_folder)
    with pytest.raises(UnreadableInput) as error:
        reader.read_phase_series(series_folder)
    assert not any(word in str(error.value) for word in ("Muster", "4711", "2000"))
