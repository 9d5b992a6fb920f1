"""Write an image as NIfTI, or as a folder of DICOM CT slices."""

from __future__ import annotations

from pathlib import Path

import nibabel
import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import UID, CTImageStorage, ExplicitVRLittleEndian, generate_uid

from assuage.errors import UsageError
from assuage.ultrasound.images.volume import ImageVolume

INTERCEPT_HU = -1024.0
SCANNER_CODE = 1  # NIfTI: scanner-based anatomical coordinates
MILLIMETRE_CODE = 2


def write_nifti(volume: ImageVolume, path: Path, *, hounsfield: bool = False) -> None:
    """Write .nii or .nii.gz, float32, or 16-bit integers where the image is in Hounsfield units.

    The affine goes into sform and qform; a sheared one, which no qform can hold, into the sform alone.
    """
    values = np.rint(volume.values).astype(np.int16) if hounsfield else volume.values
    image = nibabel.Nifti1Image(values, volume.affine_ras_mm)
    image.header.set_xyzt_units("mm")
    image.set_sform(volume.affine_ras_mm, code=SCANNER_CODE)
    image.set_qform(volume.affine_ras_mm, code=0 if _is_sheared(volume.affine_ras_mm) else SCANNER_CODE)
    nibabel.save(image, path)


def write_dicom_folder(volume: ImageVolume, folder: Path, *, description: str) -> None:
    """Write a CT in Hounsfield units as one DICOM file for each slice along k.

    The folder is made; the person is called `description`, so that a made-up head says so. Raises
    UsageError where rows and columns are not at right angles: DICOM has no place for that.
    """
    along = volume.affine_ras_mm[:3, :3] / np.array(volume.spacing_mm)
    if abs(float(along[:, 0] @ along[:, 1])) > 1e-6:
        message = "rows and columns of the image are not at right angles: resample it first"
        raise UsageError(message)
    folder.mkdir(parents=True, exist_ok=True)
    study, series, frame = (generate_uid() for _ in range(3))
    stored = np.clip(np.rint(volume.values - INTERCEPT_HU), 0, 2**16 - 1).astype("<u2")
    for k in range(volume.shape[2]):
        dataset = _slice_dataset(volume, along, k)
        dataset.StudyInstanceUID, dataset.SeriesInstanceUID, dataset.FrameOfReferenceUID = (
            study,
            series,
            frame,
        )
        dataset.PatientName = description
        dataset.PatientID = "none"
        dataset.SeriesDescription = description
        dataset.PixelData = np.ascontiguousarray(stored[:, :, k].T).tobytes()
        dataset.save_as(folder / f"slice{k:04d}.dcm", enforce_file_format=True)


def _slice_dataset(volume: ImageVolume, along: NDArray[np.float64], k: int) -> pydicom.Dataset:
    """All of a slice but its pixels and the identifiers shared by the series."""
    ras_to_lps = np.array([-1.0, -1.0, 1.0])
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = CTImageStorage
    meta.MediaStorageSOPInstanceUID = UID(generate_uid())
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.SOPClassUID, dataset.SOPInstanceUID = (
        meta.MediaStorageSOPClassUID,
        meta.MediaStorageSOPInstanceUID,
    )
    dataset.Modality = "CT"
    dataset.Manufacturer = "assuage"
    dataset.ImageType = ["DERIVED", "SECONDARY", "AXIAL"]
    dataset.SeriesNumber, dataset.InstanceNumber = 1, k + 1
    spacing = volume.spacing_mm
    position = ras_to_lps * volume.world_ras_mm([0, 0, k])
    dataset.ImagePositionPatient = [_decimal(v) for v in position]
    dataset.ImageOrientationPatient = [_decimal(v) for v in (ras_to_lps[:, None] * along[:, :2]).T.ravel()]
    dataset.PixelSpacing = [_decimal(spacing[1]), _decimal(spacing[0])]  # between rows first
    dataset.SliceThickness = _decimal(spacing[2])
    dataset.Columns, dataset.Rows = volume.shape[0], volume.shape[1]
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 16, 16, 15, 0
    dataset.RescaleSlope, dataset.RescaleIntercept, dataset.RescaleType = "1", f"{INTERCEPT_HU:g}", "HU"
    return dataset


def _decimal(value: float) -> str:
    """A DICOM decimal string: sixteen characters at most."""
    return f"{value:.9g}"


def _is_sheared(affine: NDArray[np.float64]) -> bool:
    axes = affine[:3, :3] / np.linalg.norm(affine[:3, :3], axis=0)
    return not np.allclose(axes.T @ axes, np.eye(3), atol=1e-6)
