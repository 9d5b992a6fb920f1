"""Read a folder of DICOM slices: all headers first, then the slices one by one.

Only plain grey slices, one image to a file, uncompressed; everything else is refused with what to do.
Slices are put in order by where they lie, never by name or number.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.errors import InvalidDicomError

from assuage.ultrasound.images.parsed import Acquisition, Header, as_float32, refused
from assuage.ultrasound.images.stack import SliceHeader, stacked

MODALITIES = {"CT", "MR"}
MOST_FILES = 5000
MOST_BYTES_OF_A_SLICE = 64_000_000
MOST_BYTES_OF_A_HEADER = 4_000_000
COMPRESSED = "1.2.840.10008.1.2.4"  # JPEG, JPEG-LS, JPEG 2000, video; 1.2.840.10008.1.2.5 is run lengths
RUN_LENGTHS = "1.2.840.10008.1.2.5"
NO_HOUNSFIELD_HU = -1024.0  # beyond the reconstructed circle scanners write anything from here down
SUFFIXES_OF_SLICES = {"", ".dcm", ".dicom", ".ima"}
LPS_TO_RAS = np.array([-1.0, -1.0, 1.0])


@dataclass(frozen=True, eq=False)
class DicomFolder:
    """See `Placed`."""

    path: Path
    header: Header
    slices: tuple[SliceHeader, ...]

    def write_values(self, sink: BinaryIO) -> None:
        """See `Placed`."""
        for one in self.slices:
            values = as_float32(_stored_values(one), one.slope, one.intercept, one.path)
            if one.modality == "CT":
                values = np.maximum(values, np.float32(NO_HOUNSFIELD_HU))
            sink.write(values.tobytes())


def open_dicom_folder(path: Path, *, series_number: int | None, most_voxels: int) -> DicomFolder:
    """Read the headers of one series and place it; raises UnreadableInput."""
    files = sorted(p for p in path.iterdir() if p.is_file() and not p.name.startswith("."))
    if len(files) > MOST_FILES:
        raise refused(
            path,
            f"the folder holds {len(files)} files",
            f"at most {MOST_FILES}",
            "give one series its own folder",
        )
    found, left_out = _slice_headers(files)
    slices = _one_series(found, series_number, path)
    affine, ordered, remarks = stacked(slices, path)
    shape = (ordered[0].columns, ordered[0].rows, len(ordered))
    if math.prod(shape) > most_voxels:
        raise refused(
            path,
            f"the series has {math.prod(shape)} voxels",
            f"at most {most_voxels}",
            "crop the image to the head, or resample it",
        )
    if left_out:
        remarks = (*remarks, ("files_that_are_no_slices", float(left_out)))
    header = Header(shape, affine.tolist(), ordered[0].modality, ordered[0].acquisition, remarks)
    return DicomFolder(path, header, ordered)


def _slice_headers(files: Sequence[Path]) -> tuple[list[SliceHeader], int]:
    """The header of every slice, and how many files are no slices."""
    headers, left_out = [], 0
    for file in files:
        dataset = _dataset(file, stop_before_pixels=True)
        if dataset is None or _is_no_slice(dataset):
            left_out += 1
        else:
            headers.append(_slice_header(dataset, file))
    return headers, left_out


def _is_no_slice(dataset: pydicom.Dataset) -> bool:
    """A folder's index, or a scout image."""
    kinds = [str(word).upper() for word in _words(dataset.get("ImageType"))]
    return "DirectoryRecordSequence" in dataset or "LOCALIZER" in kinds


def _dataset(file: Path, *, stop_before_pixels: bool) -> pydicom.Dataset | None:
    """The file's data set; None for a file that does not look like DICOM and need not."""
    if file.stat().st_size > MOST_BYTES_OF_A_SLICE:
        raise refused(
            file,
            "the file is too large for one slice",
            "one image to a file",
            "convert multi-frame images to one file for each slice, for example with dcm4che emf2sf",
        )
    try:
        return pydicom.dcmread(file, stop_before_pixels=stop_before_pixels)
    except InvalidDicomError:
        if file.suffix.lower() in SUFFIXES_OF_SLICES and file.name != "DICOMDIR":
            raise refused(
                file,
                "the file is named like a DICOM slice and is none",
                "a DICOM file",
                "take the file out of the folder if it does not belong there, or fetch it again",
            ) from None
        return None


def _slice_header(dataset: pydicom.Dataset, file: Path) -> SliceHeader:
    """What is needed of one slice; UnreadableInput where something is missing or of a kind not read."""
    modality = str(dataset.get("Modality", ""))
    if modality not in MODALITIES:
        raise refused(
            file, "the file is no CT and no MR image", "CT or MR slices", "take it out of the folder"
        )
    _refuse_other_kinds(dataset, file)
    slope, intercept = _rescale(dataset, modality, file)
    return SliceHeader(
        path=file,
        modality=modality,
        series=str(dataset.get("SeriesInstanceUID", "")),
        series_number=int(dataset.get("SeriesNumber") or 0),
        columns=int(dataset.Columns),
        rows=int(dataset.Rows),
        position_ras_mm=LPS_TO_RAS * _numbers(dataset, "ImagePositionPatient", 3, file),
        along_columns_ras=LPS_TO_RAS * _numbers(dataset, "ImageOrientationPatient", 6, file)[:3],
        along_rows_ras=LPS_TO_RAS * _numbers(dataset, "ImageOrientationPatient", 6, file)[3:],
        between_rows_mm=float(_numbers(dataset, "PixelSpacing", 2, file)[0]),
        between_columns_mm=float(_numbers(dataset, "PixelSpacing", 2, file)[1]),
        slope=slope,
        intercept=intercept,
        acquisition=_acquisition(dataset),
    )


def _refuse_other_kinds(dataset: pydicom.Dataset, file: Path) -> None:
    syntax = str(dataset.file_meta.get("TransferSyntaxUID", ""))
    if syntax.startswith((COMPRESSED, RUN_LENGTHS)):
        raise refused(
            file,
            "the pixels are compressed",
            "uncompressed slices",
            "convert them, for example with dcmdjpeg or gdcmconv --raw",
        )
    if int(dataset.get("NumberOfFrames") or 1) != 1:
        raise refused(
            file,
            "the file holds several frames",
            "one image to a file",
            "convert multi-frame images to one file for each slice, for example with dcm4che emf2sf",
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
    pixels = int(dataset.Rows) * int(dataset.Columns) * int(dataset.get("BitsAllocated") or 0) // 8
    if file.stat().st_size > pixels + MOST_BYTES_OF_A_HEADER:
        raise refused(
            file,
            "the file holds far more than its slice",
            "a slice and its description",
            "export the series as acquired, without attachments",
        )


def _rescale(dataset: pydicom.Dataset, modality: str, file: Path) -> tuple[float, float]:
    slope, intercept = dataset.get("RescaleSlope"), dataset.get("RescaleIntercept")
    unsaid = slope is None or intercept is None or str(dataset.get("RescaleType") or "HU") != "HU"
    if modality == "CT" and unsaid:
        raise refused(
            file,
            "the slice does not say how its values become Hounsfield units",
            "RescaleSlope and RescaleIntercept, in HU",
            "export the series as acquired; nothing is guessed",
        )
    values = float(1 if slope is None else slope), float(0 if intercept is None else intercept)
    if not all(map(math.isfinite, values)) or values[0] == 0:
        raise refused(
            file,
            "the slope or the intercept makes no sense",
            "finite numbers, slope not 0",
            "fetch the file again",
        )
    return values


def _acquisition(dataset: pydicom.Dataset) -> Acquisition:
    kernel = _words(dataset.get("ConvolutionKernel"))
    return Acquisition(
        str(dataset.get("Manufacturer") or "") or None,
        _number_or_none(dataset.get("KVP")),
        str(kernel[0]) if kernel else None,
        _number_or_none(dataset.get("SliceThickness")),
    )


def _number_or_none(value: Any) -> float | None:
    return None if value in (None, "") else float(value)


def _words(value: Any) -> list[Any]:
    """A DICOM value that may be absent, one or several, as a list."""
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, pydicom.multival.MultiValue) else [value]


def _numbers(dataset: pydicom.Dataset, name: str, count: int, file: Path) -> NDArray[np.float64]:
    values = [float(v) for v in _words(dataset.get(name))]
    if len(values) != count or not all(map(math.isfinite, values)):
        raise refused(
            file,
            f"{name} is missing or is not {count} finite numbers",
            "a place and a size in the scanner's frame",
            "export the series as acquired; nothing is guessed",
        )
    return np.array(values)


def _one_series(slices: Sequence[SliceHeader], series_number: int | None, path: Path) -> list[SliceHeader]:
    groups: dict[str, list[SliceHeader]] = defaultdict(list)
    for one in slices:
        if series_number is None or one.series_number == series_number:
            groups[one.series].append(one)
    if not groups:
        raise refused(
            path,
            "the folder holds no slices of CT or MR, or none of that series",
            "the slices of one series",
            "check the folder and the series number",
        )
    if len(groups) > 1:
        kinds = "; ".join(
            f"number {g[0].series_number}: {g[0].modality}, {len(g)} slices"
            for g in sorted(groups.values(), key=lambda g: g[0].series_number)[:20]
        )
        raise refused(
            path, f"the folder holds {len(groups)} series ({kinds})", "one series", "say which by its number"
        )
    return next(iter(groups.values()))


def _stored_values(one: SliceHeader) -> NDArray[Any]:
    """The stored pixels of a slice, shape (rows, columns)."""
    dataset = _dataset(one.path, stop_before_pixels=False)
    pixels = None if dataset is None else dataset.get("PixelData")
    if dataset is None or pixels is None:
        raise refused(one.path, "the slice has no pixels", "a whole slice", "fetch the file again")
    allocated, used = int(dataset.BitsAllocated), int(dataset.BitsStored)
    if allocated not in (8, 16, 32) or not 1 <= used <= allocated or int(dataset.HighBit) != used - 1:
        raise refused(
            one.path,
            "the pixels are packed in an unusual way",
            "8, 16 or 32 bits a pixel",
            "export the series again",
        )
    signed = int(dataset.PixelRepresentation) == 1
    order = "<" if dataset.original_encoding[1] else ">"
    kind = np.dtype(f"{order}{'i' if signed else 'u'}{allocated // 8}")
    wanted = one.rows * one.columns * kind.itemsize
    if not wanted <= len(pixels) <= wanted + 1:  # padded to an even count
        raise refused(
            one.path, "the slice has not as many pixels as it says", "a whole slice", "fetch the file again"
        )
    values = np.frombuffer(pixels, dtype=kind, count=one.rows * one.columns).reshape(one.rows, one.columns)
    spare = allocated - used
    # Bits above those in use may hold anything: shift them out and the sign back in.
    return (values << spare) >> spare if spare else values
