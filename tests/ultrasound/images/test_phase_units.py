"""Which part of the signal an image shows, and in which unit its phase is: as makers write it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest

from assuage.ultrasound.images.reader import ImageReader
from ultrasound.images.series_files import SERIES, as_parts, as_written, one_enhanced_file

TURN_RAD = 2 * np.pi


@pytest.mark.parametrize("signed", [True, False])
def test_real_and_imaginary_parts_are_the_same_series(
    reader: ImageReader, series_folder: Path, signed: bool
) -> None:
    as_parts(series_folder, signed=signed)
    as_written(reader.read_phase_series(series_folder), within=1e-3)


def test_real_and_imaginary_parts_of_one_enhanced_file_too(reader: ImageReader, series_folder: Path) -> None:
    as_parts(series_folder)
    as_written(reader.read_phase_series(one_enhanced_file(series_folder)), within=1e-3)


def test_ge_marks_its_parts_in_an_element_of_its_own(reader: ImageReader, series_folder: Path) -> None:
    as_parts(series_folder)
    for file in series_folder.iterdir():
        dataset = pydicom.dcmread(file)
        number = {"R": 2, "I": 3}[dataset.ImageType[2]]
        dataset.Manufacturer, dataset.ImageType = "GE MEDICAL SYSTEMS", ["ORIGINAL", "PRIMARY", "OTHER"]
        dataset.private_block(0x0043, "GEMS_PARM_01", create=True).add_new(0x2F, "SS", number)
        dataset.save_as(file)
    as_written(reader.read_phase_series(series_folder), within=1e-3)


def with_phase(folder: Path, steps_a_turn: int, **said: object) -> None:
    """Phase stored in 12 bits or so, half a turn below 0 at stored 0, its meaning said as a maker would."""
    bits = int(np.log2(steps_a_turn))
    for file in sorted(folder.glob("P*")):
        phase = np.angle(SERIES.images[int(file.name[1:5]), :, :, int(file.name[6:9])].T)
        dataset = pydicom.dcmread(file)
        stored = np.rint((phase / TURN_RAD + 0.5) * steps_a_turn) % steps_a_turn
        dataset.PixelData = stored.astype("<u2").tobytes()
        dataset.BitsStored, dataset.HighBit = bits, bits - 1
        for keyword, value in said.items():
            setattr(dataset, keyword, value) if value is not None else delattr(dataset, keyword)
        dataset.save_as(file)


MAKERS = {
    "Siemens, with slope": {
        "Manufacturer": "SIEMENS",
        "RescaleSlope": "2",
        "RescaleIntercept": "-4096",
        "RescaleType": "US",
    },
    "Siemens, without": {
        "Manufacturer": "Siemens Healthineers",
        "RescaleSlope": None,
        "RescaleIntercept": None,
        "RescaleType": None,
    },
    "Philips, unit said": {
        "Manufacturer": "Philips",
        "RescaleSlope": "1.53398078",
        "RescaleIntercept": "-3141.59265",
        "RescaleType": "mrad",
    },
    "Philips, milliradians": {
        "Manufacturer": "Philips Medical Systems",
        "RescaleSlope": "1.53455",
        "RescaleIntercept": "-3142",
        "RescaleType": "normalized",
    },
    "Philips, radians": {
        "Manufacturer": "Philips Healthcare",
        "RescaleSlope": "0.00153398",
        "RescaleIntercept": "-3.14159265",
        "RescaleType": None,
    },
}


@pytest.mark.parametrize("maker", MAKERS)
def test_a_phase_in_the_units_of_its_maker_is_the_same_phase(
    reader: ImageReader, series_folder: Path, maker: str
) -> None:
    with_phase(series_folder, 4096, **MAKERS[maker])
    read = reader.read_phase_series(series_folder)
    missed = np.angle(read.images * SERIES.images.conj())
    assert np.abs(missed).max() < 2 * TURN_RAD / 4096  # half a step of storing, and what a maker rounds
