"""Read one image from DICOM: a folder of slices, or one enhanced file of many frames.

All headers first, then the slices one by one. Slices are put in order by where they lie, never by name or
number.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from assuage.ultrasound.images.frames import files_of, frames_of, slice_header
from assuage.ultrasound.images.parsed import Header, as_float32, refused
from assuage.ultrasound.images.pixels import FrameReader, refuse_implausible
from assuage.ultrasound.images.stack import SliceHeader, stacked

NO_HOUNSFIELD_HU = -1024.0  # beyond the reconstructed circle scanners write anything from here down


@dataclass(frozen=True, eq=False)
class DicomImage:
    """See `Placed`."""

    path: Path
    header: Header
    slices: tuple[SliceHeader, ...]

    def write_values(self, sink: BinaryIO) -> None:
        """See `Placed`."""
        reader = FrameReader()
        for one in self.slices:
            stored = reader.stored(one.pixels, one.frame)
            values = as_float32(stored, one.slope, one.intercept, one.path)
            if one.modality == "CT":
                values = np.maximum(values, np.float32(NO_HOUNSFIELD_HU))
            sink.write(values.tobytes())


def open_dicom(path: Path, *, series_number: int | None, most_voxels: int) -> DicomImage:
    """Read the headers of one series, in a folder or one file, and place it; raises UnreadableInput."""
    found, left_out = _slice_headers(files_of(path))
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
    refuse_implausible((one.pixels for one in ordered), path)
    if left_out:
        remarks = (*remarks, ("files_that_are_no_slices", float(left_out)))
    header = Header(shape, affine.tolist(), ordered[0].modality, ordered[0].acquisition, remarks)
    return DicomImage(path, header, ordered)


def _slice_headers(files: Sequence[Path]) -> tuple[list[SliceHeader], int]:
    """The header of every slice, and how many files are no slices."""
    headers: list[SliceHeader] = []
    left_out = 0
    for file in files:
        found = [slice_header(frame) for frame in frames_of(file)]
        headers += found
        left_out += not found
    return headers, left_out


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
