"""What the parsing process hands over: where an image's voxels lie, and the voxels in a plain file."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import numpy as np
from numpy.typing import NDArray

from assuage.errors import UnreadableInput

MOST_COMPRESSION = 500  # a head and the air about it shrink up to a hundredfold; a bomb a thousandfold


@dataclass(frozen=True)
class Acquisition:
    """How an image was taken, where the file says so. Hounsfield units of bone depend on all of it."""

    manufacturer: str | None = None
    tube_voltage_kv: float | None = None
    kernel: str | None = None
    slice_thickness_mm: float | None = None


@dataclass(frozen=True)
class Header:
    """An image without its values.

    `affine_ras_mm` has four rows of four, from voxel index to scanner RAS millimetres. `modality` is CT or
    MR, None where the file does not say. `remarks` are a code and a number each: what was found on the
    way and did not stop the reading.
    """

    shape: tuple[int, int, int]
    affine_ras_mm: list[list[float]]
    modality: str | None = None
    acquisition: Acquisition = field(default_factory=Acquisition)
    remarks: tuple[tuple[str, float], ...] = ()

    @property
    def voxels(self) -> int:
        """How many voxels there are."""
        return math.prod(self.shape)

    def as_json(self) -> dict[str, Any]:
        """The header as plain values."""
        return asdict(self)

    @staticmethod
    def from_json(content: dict[str, Any]) -> Header:
        """The header from plain values."""
        ni, nj, nk = content["shape"]
        remarks = tuple((str(code), float(number)) for code, number in content["remarks"])
        return Header(
            (ni, nj, nk),
            content["affine_ras_mm"],
            content["modality"],
            Acquisition(**content["acquisition"]),
            remarks,
        )


@dataclass(frozen=True)
class SeriesHeader:
    """A series of complex MR images without its values.

    `shape` is that of one image, `affine_ras_mm` as in `Header`. `starts_s`: when each image began, from
    the first, ascending; None where the files do not say, and so for echo time and field strength.
    """

    shape: tuple[int, int, int]
    images: int
    affine_ras_mm: list[list[float]]
    starts_s: list[float] | None = None
    echo_time_s: float | None = None
    field_strength_t: float | None = None
    remarks: tuple[tuple[str, float], ...] = ()

    @property
    def voxels(self) -> int:
        """How many complex values there are."""
        return self.images * math.prod(self.shape)

    def as_json(self) -> dict[str, Any]:
        """The header as plain values."""
        return asdict(self)

    @staticmethod
    def from_json(content: dict[str, Any]) -> SeriesHeader:
        """The header from plain values."""
        ni, nj, nk = content["shape"]
        remarks = tuple((str(code), float(number)) for code, number in content["remarks"])
        return SeriesHeader(**content | {"shape": (ni, nj, nk), "remarks": remarks})


class Placed(Protocol):
    """Files whose headers have been read and whose values have not."""

    @property
    def header(self) -> Header | SeriesHeader:
        """Where the voxels lie, and how many there are."""
        ...

    def write_values(self, sink: BinaryIO) -> None:
        """Write the values, i fastest, then j, then k, then the images of a series.

        Little-endian float32; of a series complex64, the real part first.
        """
        ...


def as_float32(values: NDArray[Any], slope: float, intercept: float, path: Path) -> NDArray[np.float32]:
    """The stored values times slope plus intercept; UnreadableInput where that is not finite."""
    scaled = values.astype(np.float32)
    if (slope, intercept) != (1.0, 0.0):
        scaled *= np.float32(slope)
        scaled += np.float32(intercept)
    if not np.isfinite(scaled).all():
        raise refused(
            path,
            "the image holds values that are not finite numbers",
            "a number in every voxel",
            "fill the empty voxels (air is -1000 in a CT) and write the file again",
        )
    return scaled.astype("<f4", copy=False)


def refused(path: Path, found: str, expected: str, remedy: str) -> UnreadableInput:
    """The refusal of a file or folder: what was found, what was expected, what to do."""
    return UnreadableInput(found, path=path, expected=expected, remedy=remedy)
