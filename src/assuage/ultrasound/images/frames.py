"""The frames of a DICOM file: one in a classic file, many in an enhanced one, each with what is said of it.

All headers are read before any pixel. What is not a plain grey image of CT or MR is refused here, with what
to do.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.errors import InvalidDicomError

from assuage.ultrasound.images.codestream import DECODERS
from assuage.ultrasound.images.parsed import Acquisition, refused
from assuage.ultrasound.images.pixels import PixelLayout, is_compressed, pixel_layout
from assuage.ultrasound.images.stack import SliceHeader

MODALITIES = {"CT", "MR"}
MOST_FILES = 20_000
MOST_BYTES_OF_A_FILE = 4_000_000_000
MOST_BYTES_OF_A_HEADER = 4_000_000
MOST_BYTES_ABOUT_A_FRAME = 20_000
SUFFIXES_OF_SLICES = {"", ".dcm", ".dicom", ".ima"}
LPS_TO_RAS = np.array([-1.0, -1.0, 1.0])

# Where an enhanced file says of a frame what a classic one says of the file (DICOM PS3.3, C.7.6.16).
GROUP_OF = {
    "PixelSpacing": "PixelMeasuresSequence",
    "SliceThickness": "PixelMeasuresSequence",
    "SpacingBetweenSlices": "PixelMeasuresSequence",
    "ImageOrientationPatient": "PlaneOrientationSequence",
    "ImagePositionPatient": "PlanePositionSequence",
    "RescaleSlope": "PixelValueTransformationSequence",
    "RescaleIntercept": "PixelValueTransformationSequence",
    "RescaleType": "PixelValueTransformationSequence",
    "KVP": "CTXRayDetailsSequence",
    "ConvolutionKernel": "CTReconstructionSequence",
    "EffectiveEchoTime": "MREchoSequence",
    "ComplexImageComponent": "MRImageFrameTypeSequence",
    "FrameAcquisitionDateTime": "FrameContentSequence",
    "TemporalPositionIndex": "FrameContentSequence",
}


@dataclass(frozen=True, eq=False)
class Frame:
    """One frame of a file: where its pixels are, and what is said of it."""

    path: Path
    number: int
    pixels: PixelLayout
    dataset: pydicom.Dataset
    groups: tuple[pydicom.Dataset, ...] = ()

    def said(self, keyword: str) -> Any:
        """The value of an attribute: the frame's, else all frames', else the file's; None where unsaid."""
        home = GROUP_OF.get(keyword, "")
        for group in self.groups if home else ():
            items = group.get(home)
            if items and keyword in items[0]:
                return items[0][keyword].value
        value = self.dataset.get(keyword)
        return None if value is None or value == "" else value

    def words(self, keyword: str) -> list[str]:
        """A value that may be absent, one or several, as a list of words in capitals."""
        return [str(word).upper() for word in listed(self.said(keyword))]

    def number_or_none(self, keyword: str) -> float | None:
        """A finite number; None where it is unsaid or none."""
        value = self.said(keyword)
        number = None if value is None else float(value)
        return number if number is not None and math.isfinite(number) else None


def listed(value: Any) -> list[Any]:
    """A DICOM value that may be absent, one or several, as a list."""
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, pydicom.multival.MultiValue) else [value]


def files_of(path: Path) -> Sequence[Path]:
    """The files of a folder, or the one file."""
    if path.is_file():
        return [path]
    files = sorted(p for p in path.iterdir() if p.is_file() and not p.name.startswith("."))
    if len(files) > MOST_FILES:
        raise refused(
            path,
            f"the folder holds {len(files)} files",
            f"at most {MOST_FILES}",
            "give one series its own folder",
        )
    return files


def frames_of(file: Path) -> Iterator[Frame]:
    """The frames of one file; none for a file that is no image and need not be."""
    if file.stat().st_size > MOST_BYTES_OF_A_FILE:
        raise refused(file, "the file is too large", "one series", "export the series again")
    with file.open("rb") as stream:
        try:
            dataset = pydicom.dcmread(stream, stop_before_pixels=True)
        except InvalidDicomError:
            _refuse_if_named_like_dicom(file)
            return
        if _is_no_image(dataset):
            return
        _refuse_other_kinds(dataset, file)
        layout = pixel_layout(dataset, stream, file)
    _refuse_stuffed(layout)
    if "PerFrameFunctionalGroupsSequence" not in dataset:
        yield Frame(file, 0, layout, dataset)
        return
    shared = tuple(dataset.get("SharedFunctionalGroupsSequence") or ())[:1]
    for number, own in enumerate(dataset.PerFrameFunctionalGroupsSequence):
        yield Frame(file, number, layout, dataset, (own, *shared))


def _refuse_if_named_like_dicom(file: Path) -> None:
    if file.suffix.lower() in SUFFIXES_OF_SLICES and file.name != "DICOMDIR":
        raise refused(
            file,
            "the file is named like a DICOM slice and is none",
            "a DICOM file",
            "take the file out of the folder if it does not belong there, or fetch it again",
        )


def _is_no_image(dataset: pydicom.Dataset) -> bool:
    """A folder's index, or a scout image."""
    kinds = [str(word).upper() for word in listed(dataset.get("ImageType"))]
    return "DirectoryRecordSequence" in dataset or "LOCALIZER" in kinds


def _refuse_other_kinds(dataset: pydicom.Dataset, file: Path) -> None:
    if str(dataset.get("Modality", "")) not in MODALITIES:
        raise refused(
            file, "the file is no CT and no MR image", "CT or MR slices", "take it out of the folder"
        )
    _refuse_lossy(dataset, file)
    frames = int(dataset.get("NumberOfFrames") or 1)
    if frames != len(dataset.get("PerFrameFunctionalGroupsSequence") or [None]):
        raise refused(
            file,
            "the file holds several frames and no place for each of them",
            "one image to a file, or an enhanced CT or MR with a place for every frame",
            "export the series as acquired",
        )
    if "MOSAIC" in [str(word).upper() for word in listed(dataset.get("ImageType"))]:
        raise refused(
            file,
            "the file holds several slices tiled into one image (a mosaic)",
            "one slice to a file, or an enhanced file",
            "export the series without mosaics, or as enhanced files",
        )
    if int(dataset.get("SamplesPerPixel", 1)) != 1:
        raise refused(file, "the image is in colour", "grey slices", "export the series as acquired")
    if str(dataset.get("PhotometricInterpretation", "MONOCHROME2")) != "MONOCHROME2":
        raise refused(
            file,
            "the grey scale is turned round or in colour",
            "MONOCHROME2",
            "export the series as acquired",
        )
    if int(dataset.get("Rows") or 0) < 1 or int(dataset.get("Columns") or 0) < 1:
        raise refused(file, "the slice has no rows or no columns", "a whole slice", "fetch the file again")


def _refuse_lossy(dataset: pydicom.Dataset, file: Path) -> None:
    """Refuse what has lost something: compressed so now, or once, as the file itself says."""
    syntax = str(dataset.file_meta.get("TransferSyntaxUID", ""))
    if str(dataset.get("LossyImageCompression") or "") == "01":
        found = "the pixels were once compressed with loss"
    elif is_compressed(syntax) and syntax not in DECODERS:
        found = "the pixels are compressed in a way that may lose something, or is not read"
    else:
        return
    raise refused(
        file,
        found,
        "plain slices, or JPEG lossless, JPEG-LS lossless, JPEG 2000 lossless or run lengths",
        "fetch the series again as it was acquired: what is lost does not come back",
    )


def _refuse_stuffed(layout: PixelLayout) -> None:
    pixels = layout.frames * layout.frame_bytes
    room = MOST_BYTES_OF_A_HEADER + layout.frames * MOST_BYTES_ABOUT_A_FRAME
    if layout.path.stat().st_size > pixels + room:
        raise refused(
            layout.path,
            "the file holds far more than its slice",
            "a slice and its description",
            "export the series as acquired, without attachments",
        )


def slice_header(frame: Frame) -> SliceHeader:
    """What is needed of one slice; UnreadableInput where something is missing or of a kind not read."""
    modality = str(frame.dataset.Modality)
    slope, intercept = _rescale(frame, modality)
    spacing_mm = _numbers(frame, "PixelSpacing", 2)
    directions = _numbers(frame, "ImageOrientationPatient", 6)
    return SliceHeader(
        path=frame.path,
        modality=modality,
        series=str(frame.dataset.get("SeriesInstanceUID", "")),
        series_number=int(frame.dataset.get("SeriesNumber") or 0),
        columns=frame.pixels.columns,
        rows=frame.pixels.rows,
        position_ras_mm=LPS_TO_RAS * _numbers(frame, "ImagePositionPatient", 3),
        along_columns_ras=LPS_TO_RAS * directions[:3],
        along_rows_ras=LPS_TO_RAS * directions[3:],
        between_rows_mm=float(spacing_mm[0]),
        between_columns_mm=float(spacing_mm[1]),
        slope=slope,
        intercept=intercept,
        acquisition=_acquisition(frame),
        pixels=frame.pixels,
        frame=frame.number,
    )


def _rescale(frame: Frame, modality: str) -> tuple[float, float]:
    slope, intercept = frame.said("RescaleSlope"), frame.said("RescaleIntercept")
    unsaid = slope is None or intercept is None or str(frame.said("RescaleType") or "HU") != "HU"
    if modality == "CT" and unsaid:
        raise refused(
            frame.path,
            "the slice does not say how its values become Hounsfield units",
            "RescaleSlope and RescaleIntercept, in HU",
            "export the series as acquired; nothing is guessed",
        )
    values = float(1 if slope is None else slope), float(0 if intercept is None else intercept)
    if not all(map(math.isfinite, values)) or values[0] == 0:
        raise refused(
            frame.path,
            "the slope or the intercept makes no sense",
            "finite numbers, slope not 0",
            "fetch the file again",
        )
    return values


def _acquisition(frame: Frame) -> Acquisition:
    kernel = listed(frame.said("ConvolutionKernel"))
    return Acquisition(
        str(frame.said("Manufacturer") or "") or None,
        frame.number_or_none("KVP"),
        str(kernel[0]) if kernel else None,
        frame.number_or_none("SliceThickness"),
    )


def _numbers(frame: Frame, name: str, count: int) -> NDArray[np.float64]:
    values = [float(v) for v in listed(frame.said(name))]
    if len(values) != count or not all(map(math.isfinite, values)):
        raise refused(
            frame.path,
            f"{name} is missing or is not {count} finite numbers",
            "a place and a size in the scanner's frame",
            "export the series as acquired; nothing is guessed",
        )
    return np.array(values)
