"""Write a series of complex MR images as NIfTI or as DICOM, magnitude and phase each."""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass
from pathlib import Path

import nibabel
import numpy as np
from numpy.typing import NDArray
from pydicom.uid import MRImageStorage, generate_uid

from assuage.ultrasound.images.writer import decimal, new_file, refuse_askew, set_pixels, set_place

LEVELS = 2**16
TURN_MRAD = 2000 * math.pi
MIDNIGHT = datetime.datetime(2000, 1, 1)  # a made-up clock; only differences count


@dataclass(frozen=True, eq=False)
class WrittenSeries:
    """What is written: complex `images`, shape (images, ni, nj, nk), and how they were taken.

    `starts_s`, shape (images,), is when each acquisition began, from any zero. `affine_ras_mm` as in
    `ImageVolume`.
    """

    images: NDArray[np.complex64]
    starts_s: NDArray[np.float64]
    affine_ras_mm: NDArray[np.float64]
    echo_time_s: float
    field_strength_t: float


def write_series_nifti(series: WrittenSeries, folder: Path) -> tuple[Path, Path]:
    """Write magnitude and phase [rad] as 4-D NIfTI; returns their paths."""
    paths = folder / "magnitude.nii.gz", folder / "phase.nii.gz"
    for path, values in zip(paths, (np.abs(series.images), np.angle(series.images)), strict=True):
        image = nibabel.Nifti1Image(np.moveaxis(values.astype(np.float32), 0, 3), series.affine_ras_mm)
        image.header.set_xyzt_units("mm", "sec")
        image.set_sform(series.affine_ras_mm, 1)
        image.set_qform(series.affine_ras_mm, 1)
        nibabel.save(image, path)
    return paths


def write_series_dicom(series: WrittenSeries, folder: Path, *, description: str) -> Path:
    """Write a file for each part, image and slice into a folder: series 1 magnitude, series 2 phase.

    Files of an earlier series that this wrote there are taken out. The phase is stored in 65536 steps of a
    turn, its unit (mrad) written. Person and series are called `description`. Raises UsageError where rows
    and columns are not at right angles.
    """
    refuse_askew(series.affine_ras_mm)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("[MP][0-9][0-9][0-9][0-9]-[0-9][0-9][0-9].dcm"):
        old.unlink()
    magnitude, phase_rad = np.abs(series.images), np.angle(series.images)
    strongest = float(magnitude.max()) or 1.0
    steps = np.rint((phase_rad / (2 * math.pi) + 0.5) * LEVELS).astype(np.int64) % LEVELS
    stored = np.rint(magnitude * ((LEVELS - 1) / strongest)).astype(np.uint16)
    _write_part(series, folder, description, "M", 1, stored, (strongest / (LEVELS - 1), 0.0, "US"))
    line = (TURN_MRAD / LEVELS, -TURN_MRAD / 2, "mrad")
    _write_part(series, folder, description, "P", 2, steps.astype(np.uint16), line)
    return folder


def _write_part(
    series: WrittenSeries,
    folder: Path,
    description: str,
    word: str,
    number: int,
    stored: NDArray[np.uint16],
    rescale: tuple[float, float, str],
) -> None:
    """Write one part; `stored` has shape (images, ni, nj, nk), `rescale` is slope, intercept and unit."""
    uid = generate_uid()
    for image, start_s in enumerate(series.starts_s - series.starts_s[0]):
        for k in range(stored.shape[3]):
            dataset = new_file(MRImageStorage, "MR", description)
            dataset.ImageType = ["DERIVED", "SECONDARY", word]
            dataset.SeriesInstanceUID, dataset.SeriesNumber = uid, number
            dataset.InstanceNumber = image * stored.shape[3] + k + 1
            dataset.EchoTime = decimal(1e3 * series.echo_time_s)
            dataset.MagneticFieldStrength = decimal(series.field_strength_t)
            began = MIDNIGHT + datetime.timedelta(seconds=float(start_s))
            dataset.AcquisitionDateTime = began.strftime("%Y%m%d%H%M%S.%f")
            set_place(dataset, series.affine_ras_mm, k)
            dataset.RescaleSlope, dataset.RescaleIntercept = decimal(rescale[0]), decimal(rescale[1])
            dataset.RescaleType = rescale[2]
            set_pixels(dataset, stored[image, :, :, k])
            dataset.save_as(folder / f"{word}{image:04d}-{k:03d}.dcm", enforce_file_format=True)
