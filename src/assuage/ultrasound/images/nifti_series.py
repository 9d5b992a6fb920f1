"""Read a series of complex MR images from 4-D NIfTI: one complex file, or magnitude and phase in radians."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from assuage.ultrasound.images.nifti import (
    COMPLEX,
    NUMBERS,
    StoredArray,
    affine_of,
    raw_header,
    sizes_of,
    stored_array,
)
from assuage.ultrasound.images.parsed import SeriesHeader, as_float32, refused

MOST_PHASE_RAD = 2 * math.pi + 1e-3
SAME_PLACE_MM = 1e-3

Complex = NDArray[np.complex64]


@dataclass(frozen=True, eq=False)
class NiftiSeries:
    """See `Placed`: one complex array, or magnitude and phase."""

    header: SeriesHeader
    arrays: tuple[StoredArray, ...]

    def write_values(self, sink: BinaryIO) -> None:
        """See `Placed`."""
        pieces = _complex(self.arrays[0]) if len(self.arrays) == 1 else _polar(*self.arrays)
        for values in pieces:
            sink.write(values.astype("<c8", copy=False).tobytes())


def open_complex_nifti(path: Path, *, most_voxels: int) -> NiftiSeries:
    """Read the header of one complex file; raises UnreadableInput."""
    header, array = _one_file(path, COMPLEX, most_voxels)
    if array.intercept != 0:
        found = "complex values with an intercept have no one meaning"
        raise refused(path, found, "an intercept of 0", "write the file again without scaling")
    return NiftiSeries(header, (array,))


def open_polar_nifti(magnitude: Path, phase: Path, *, most_voxels: int) -> NiftiSeries:
    """Read the headers of magnitude and phase [rad]; raises UnreadableInput where they do not fit."""
    header, strengths = _one_file(magnitude, NUMBERS, most_voxels)
    other, angles = _one_file(phase, NUMBERS, most_voxels)
    same_size = (header.shape, header.images) == (other.shape, other.images)
    if not same_size or not np.allclose(header.affine_ras_mm, other.affine_ras_mm, atol=SAME_PLACE_MM):
        raise refused(
            phase,
            "magnitude and phase differ in size, or lie in different places",
            "magnitude and phase of one series",
            "export both again, from the same series",
        )
    return NiftiSeries(header, (strengths, angles))


def _one_file(path: Path, kinds: str, most_voxels: int) -> tuple[SeriesHeader, StoredArray]:
    raw = raw_header(path)
    sizes = sizes_of(raw, path)
    if len(sizes) < 4 or any(n > 1 for n in sizes[4:]):
        raise refused(
            path,
            f"it has {len(sizes)} axes",
            "a 4-D NIfTI file: three axes of voxels, then time",
            "export the whole series, and nothing else",
        )
    array = stored_array(raw, path, kinds=kinds, most_voxels=most_voxels)
    shape = sizes[0], sizes[1], sizes[2]
    affine, remarks = affine_of(raw, shape, None, path)
    return SeriesHeader(shape, sizes[3], affine, remarks=remarks), array


def _complex(array: StoredArray) -> Iterator[Complex]:
    for stored in array.pieces():
        values: Complex = (stored * array.slope).astype(np.complex64)
        # as_float32 refuses what is not finite, in either part
        as_float32(values.view(np.float32), 1.0, 0.0, array.path)
        yield values


def _polar(strengths: StoredArray, angles: StoredArray) -> Iterator[Complex]:
    for magnitude, phase in zip(strengths.pieces(), angles.pieces(), strict=True):
        strength, angle_rad = (
            as_float32(values, array.slope, array.intercept, array.path)
            for values, array in ((magnitude, strengths), (phase, angles))
        )
        most = float(np.abs(angle_rad).max())
        if most > MOST_PHASE_RAD:
            raise refused(
                angles.path,
                f"a phase reaches {most:.4g}",
                "radians (many scanners export -4096 to 4095)",
                "scale the phase to radians, or give the DICOM series",
            )
        yield (strength * np.exp(1j * angle_rad)).astype(np.complex64)
