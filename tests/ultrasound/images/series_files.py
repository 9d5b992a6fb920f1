"""A made-up series of MR phase images as DICOM files, and ways to change them."""

from __future__ import annotations

from pathlib import Path

import nibabel
import numpy as np
import pydicom

from assuage.ultrasound.images.series_writer import WrittenSeries
from ultrasound.images.dicom_kinds import enhanced

SHAPE, IMAGES = (12, 10, 3), 4
STARTS_S = np.array([0.0, 3.5, 7.0, 10.5])
ROUNDING = 2e-4  # of 65536 steps of a turn and as many of magnitude


def made_up(images: int = IMAGES, shape: tuple[int, int, int] = SHAPE) -> WrittenSeries:
    """Complex noise about a strong signal, placed obliquely."""
    random = np.random.default_rng(11)
    real, imaginary = random.standard_normal((2, images, *shape))
    affine = np.eye(4)
    turn = nibabel.eulerangles.euler2mat(x=0.3, y=-0.2, z=0.1)
    affine[:3, :3] = turn @ np.diag([1.0, 1.2, 3.0])
    affine[:3, 3] = [-5.0, 20.0, 31.0]
    starts = 3.5 * np.arange(images)
    return WrittenSeries((real + 1j * imaginary).astype(np.complex64), starts, affine, 13e-3, 3.0)


SERIES = made_up()


def change(folder: Path, pattern: str = "*", **values: object) -> None:
    """Set attributes of the files of a pattern; a function is given the data set; None takes one away."""
    for file in sorted(folder.glob(pattern)):
        dataset = pydicom.dcmread(file)
        for keyword, value in values.items():
            if value is None:
                if keyword in dataset:
                    delattr(dataset, keyword)
            else:
                setattr(dataset, keyword, value(dataset) if callable(value) else value)
        dataset.save_as(file)


def as_written(read, *, within: float = ROUNDING) -> None:
    assert read.images.shape == (IMAGES, *SHAPE)
    assert np.abs(read.images - SERIES.images).max() < within
    assert np.allclose(read.affine_ras_mm, SERIES.affine_ras_mm, atol=1e-4)


def one_enhanced_file(folder: Path) -> Path:
    return enhanced(sorted(folder.iterdir()), folder.parent / "enhanced.dcm")


def as_parts(folder: Path, *, signed: bool = True) -> None:
    """Magnitude and phase files turned into real and imaginary parts, 16 bits, a thousandth to a step."""
    for file in sorted(folder.glob("M*")):
        partner = folder / file.name.replace("M", "P", 1)
        image, k = int(file.name[1:5]), int(file.name[6:9])
        signal = SERIES.images[image, :, :, k].T
        for path, word, values in ((file, "R", signal.real), (partner, "I", signal.imag)):
            dataset = pydicom.dcmread(path)
            dataset.ImageType = ["DERIVED", "SECONDARY", word]
            dataset.PixelRepresentation = int(signed)
            dataset.RescaleSlope, dataset.RescaleIntercept = "0.001", "0" if signed else "-32.768"
            stored = np.rint(values * 1000) + (0 if signed else 32768)
            dataset.PixelData = stored.astype("<i2" if signed else "<u2").tobytes()
            dataset.save_as(path)
