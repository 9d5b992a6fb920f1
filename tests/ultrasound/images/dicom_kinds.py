"""Turn plain DICOM slices into the other kinds that scanners and archives write."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import gdcm
import pydicom
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items
from pydicom.uid import (
    EnhancedCTImageStorage,
    EnhancedMRImageStorage,
    JPEG2000Lossless,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
    generate_uid,
)

LOSSLESS = (JPEGLossless, JPEGLosslessSV1, JPEGLSLossless, JPEG2000Lossless, RLELossless)
BY_GDCM = {
    JPEGLossless: "JPEGLosslessProcess14",
    JPEGLosslessSV1: "JPEGLosslessProcess14_1",
    JPEG2000Lossless: "JPEG2000Lossless",  # OpenJPEG itself packs nothing smaller than 32 pixels
}
SAID_OF_FRAMES = (
    "ImagePositionPatient",
    "ImageOrientationPatient",
    "PixelSpacing",
    "SliceThickness",
    "RescaleSlope",
    "RescaleIntercept",
    "RescaleType",
    "EchoTime",
    "AcquisitionDateTime",
    "ImageType",
    "InstanceNumber",
)
PARTS = {"M": "MAGNITUDE", "P": "PHASE", "R": "REAL", "I": "IMAGINARY"}


def compress(file: Path, syntax: str) -> None:
    """Pack the pixels of a file, in place, without loss."""
    if syntax in BY_GDCM:
        gdcm_compress(file, BY_GDCM[syntax])
        return
    dataset = pydicom.dcmread(file)
    dataset.compress(syntax, generate_instance_uid=False)
    dataset.save_as(file)


def gdcm_compress(file: Path, name: str) -> None:
    """Pack a file in place, by GDCM's own name of the transfer syntax."""
    reader = gdcm.ImageReader()
    reader.SetFileName(str(file))
    assert reader.Read()
    change = gdcm.ImageChangeTransferSyntax()
    change.SetTransferSyntax(gdcm.TransferSyntax(getattr(gdcm.TransferSyntax, name)))
    change.SetInput(reader.GetImage())
    assert change.Change()
    writer = gdcm.ImageWriter()
    writer.SetFile(reader.GetFile())
    writer.SetImage(change.GetOutput())
    writer.SetFileName(str(file))
    assert writer.Write()


def _one(**values: object) -> Items:
    item = Dataset()
    for keyword, value in values.items():
        setattr(item, keyword, value)
    return Items([item])


def _groups(plain: Dataset, number: int) -> Dataset:
    """What is said of one frame, in the frame's own groups."""
    own = Dataset()
    own.PlanePositionSequence = _one(ImagePositionPatient=plain.ImagePositionPatient)
    if "RescaleSlope" in plain:
        own.PixelValueTransformationSequence = _one(
            RescaleSlope=plain.RescaleSlope,
            RescaleIntercept=plain.RescaleIntercept,
            RescaleType=plain.RescaleType,
        )
    content = {"DimensionIndexValues": [1, number + 1]}
    if "AcquisitionDateTime" in plain:
        content["FrameAcquisitionDateTime"] = plain.AcquisitionDateTime
    own.FrameContentSequence = _one(**content)
    if plain.Modality == "MR" and "EchoTime" in plain:
        own.MREchoSequence = _one(EffectiveEchoTime=float(plain.EchoTime))
        own.MRImageFrameTypeSequence = _one(ComplexImageComponent=PARTS[plain.ImageType[2]])
    return own


def enhanced(slices: Sequence[Path], target: Path) -> Path:
    """One enhanced multi-frame file of plain slices, in the order given."""
    plain = [pydicom.dcmread(file) for file in slices]
    first = plain[0]
    whole = pydicom.dcmread(slices[0])
    for keyword in SAID_OF_FRAMES:
        if keyword in whole:
            delattr(whole, keyword)
    kind = EnhancedCTImageStorage if first.Modality == "CT" else EnhancedMRImageStorage
    whole.SOPClassUID = whole.file_meta.MediaStorageSOPClassUID = kind
    whole.SOPInstanceUID = whole.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    whole.ImageType = ["DERIVED", "PRIMARY", "VOLUME", "NONE" if first.Modality == "CT" else "MIXED"]
    whole.NumberOfFrames = len(plain)
    shared = Dataset()
    shared.PixelMeasuresSequence = _one(PixelSpacing=first.PixelSpacing, SliceThickness=first.SliceThickness)
    shared.PlaneOrientationSequence = _one(ImageOrientationPatient=first.ImageOrientationPatient)
    whole.SharedFunctionalGroupsSequence = Items([shared])
    whole.PerFrameFunctionalGroupsSequence = Items([_groups(one, n) for n, one in enumerate(plain)])
    whole.PixelData = b"".join(one.PixelData for one in plain)
    whole.save_as(target, enforce_file_format=True)
    return target
