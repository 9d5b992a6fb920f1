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
RAS_TO_LPS = np.array([-1.0, -1.0, 1.0])


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
    refuse_askew(volume.affine_ras_mm)
    folder.mkdir(parents=True, exist_ok=True)
    study, series, frame = (generate_uid() for _ in range(3))
    stored = np.clip(np.rint(volume.values - INTERCEPT_HU), 0, 2**16 - 1).astype("<u2")
    for k in range(volume.shape[2]):
        dataset = new_file(CTImageStorage, "CT", description)
        dataset.ImageType = ["DERIVED", "SECONDARY", "AXIAL"]
        dataset.StudyInstanceUID, dataset.SeriesInstanceUID, dataset.FrameOfReferenceUID = (
            study,
            series,
            frame,
        )
        dataset.SeriesNumber, dataset.InstanceNumber = 1, k + 1
        set_place(dataset, volume.affine_ras_mm, k)
        dataset.RescaleSlope, dataset.RescaleIntercept, dataset.RescaleType = "1", f"{INTERCEPT_HU:g}", "HU"
        set_pixels(dataset, stored[:, :, k])
        dataset.save_as(folder / f"slice{k:04d}.dcm", enforce_file_format=True)


def new_file(sop_class: UID, modality: str, description: str) -> pydicom.Dataset:
    """A made-up DICOM file without place and pixels; person and series are called `description`."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = sop_class
    meta.MediaStorageSOPInstanceUID = UID(generate_uid())
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.SOPClassUID, dataset.SOPInstanceUID = sop_class, meta.MediaStorageSOPInstanceUID
    dataset.Modality, dataset.Manufacturer = modality, "assuage"
    dataset.PatientName, dataset.PatientID = description, "none"
    dataset.SeriesDescription = description
    return dataset


def refuse_askew(affine_ras_mm: NDArray[np.float64]) -> None:
    """Raise UsageError where i and j of an image are not at right angles."""
    along = affine_ras_mm[:3, :2] / np.linalg.norm(affine_ras_mm[:3, :2], axis=0)
    if abs(float(along[:, 0] @ along[:, 1])) > 1e-6:
        message = "rows and columns of the image are not at right angles: resample it first"
        raise UsageError(message)


def set_place(dataset: pydicom.Dataset, affine_ras_mm: NDArray[np.float64], k: int) -> None:
    """Say where slice k of an image lies: i runs along the columns, j along the rows."""
    spacing_mm = np.linalg.norm(affine_ras_mm[:3, :3], axis=0)
    along = affine_ras_mm[:3, :2] / spacing_mm[:2]
    position = RAS_TO_LPS * (affine_ras_mm[:3, 3] + k * affine_ras_mm[:3, 2])
    dataset.ImagePositionPatient = [decimal(v) for v in position]
    dataset.ImageOrientationPatient = [decimal(v) for v in (RAS_TO_LPS[:, None] * along).T.ravel()]
    dataset.PixelSpacing = [decimal(spacing_mm[1]), decimal(spacing_mm[0])]  # between rows first
    dataset.SliceThickness = decimal(spacing_mm[2])


def set_pixels(dataset: pydicom.Dataset, stored: NDArray[np.uint16]) -> None:
    """Put one slice of 16-bit values, shape (ni, nj), into a file."""
    dataset.Columns, dataset.Rows = stored.shape
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 16, 16, 15, 0
    dataset.PixelData = np.ascontiguousarray(stored.T, dtype="<u2").tobytes()


def decimal(value: float) -> str:
    """A DICOM decimal string: sixteen characters at most."""
    return f"{value:.9g}"


def _is_sheared(affine: NDArray[np.float64]) -> bool:
    axes = affine[:3, :3] / np.linalg.norm(affine[:3, :3], axis=0)
    return not np.allclose(axes.T @ axes, np.eye(3), atol=1e-6)
