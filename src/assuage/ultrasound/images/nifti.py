"""Read a NIfTI file piece by piece: header first, then values, never the whole in memory."""

from __future__ import annotations

import gzip
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal, cast

import nibabel
import numpy as np
from nibabel.spatialimages import HeaderDataError
from numpy.typing import NDArray

from assuage.errors import UnreadableInput
from assuage.ultrasound.images.parsed import MOST_COMPRESSION, Header, as_float32, refused

Form = Literal["sform", "qform"]

VALUES_AT_A_TIME = 2_000_000
HEADER_BYTES = {348: nibabel.Nifti1Header, 540: nibabel.Nifti2Header}
SINGLE_FILE_MAGIC = (b"n+1", b"n+2")
MILLIMETRES = {0: 1.0, 1: 1000.0, 2: 1.0, 3: 0.001}  # by NIfTI's code of units; unknown is taken as mm
NUMBERS, COMPLEX = "iuf", "c"  # NumPy kinds: integers and floats; complex numbers
FORMS_APART_MM = 0.5  # at the farthest corner, at least; see `affine_of`


@dataclass(frozen=True)
class StoredArray:
    """Where the values of a file are, and how they are stored."""

    path: Path
    count: int
    kind: np.dtype[Any]
    slope: float
    intercept: float
    first_byte: int

    def pieces(self) -> Iterator[NDArray[Any]]:
        """The stored values, i fastest, some millions at a time; no slope applied."""
        with opened(self.path) as stream:
            _skip(stream, self.first_byte, self.path)
            left = self.count
            while left:
                count = min(left, VALUES_AT_A_TIME)
                raw = stream.read(count * self.kind.itemsize)
                if len(raw) < count * self.kind.itemsize:
                    raise _cut_short(self.path)
                yield np.frombuffer(raw, dtype=self.kind)
                left -= count
            if stream.read(1):
                raise refused(
                    self.path,
                    "the file goes on behind the image that its header describes",
                    "as many values as the header says",
                    "write the file again with the program that made it",
                )


@dataclass(frozen=True, eq=False)
class NiftiFile:
    """See `Placed`."""

    path: Path
    header: Header
    stored: StoredArray

    def write_values(self, sink: BinaryIO) -> None:
        """See `Placed`."""
        for values in self.stored.pieces():
            sink.write(as_float32(values, self.stored.slope, self.stored.intercept, self.path).tobytes())


def open_nifti(path: Path, *, form: Form | None, most_voxels: int) -> NiftiFile:
    """Read the header of a single NIfTI file, .nii or .nii.gz; raises UnreadableInput.

    `form` picks the qform or the sform where the two place the image differently.
    """
    raw = raw_header(path)
    sizes = sizes_of(raw, path)
    if len(sizes) < 3 or any(n > 1 for n in sizes[3:]):
        raise refused(
            path,
            f"the image has {len([n for n in sizes if n > 1])} dimensions",
            "one volume of three dimensions",
            "pick one volume of the series and write it to its own file",
        )
    shape = sizes[0], sizes[1], sizes[2]
    stored = stored_array(raw, path, kinds=NUMBERS, most_voxels=most_voxels)
    affine, remarks = affine_of(raw, shape, form, path)
    return NiftiFile(path, Header(shape, affine, remarks=remarks), stored)


def stored_array(header: Any, path: Path, *, kinds: str, most_voxels: int) -> StoredArray:
    """Where and how the values are stored; UnreadableInput for numbers not of these `kinds` (NumPy's)."""
    count, kind = math.prod(sizes_of(header, path)), _kind(header, kinds, path)
    _refuse_impossible_size(path, count, kind, most_voxels)
    slope, intercept = _scaling(header, path)
    first = int(header["vox_offset"]) if math.isfinite(float(header["vox_offset"])) else 0
    if not 352 <= first <= 1_000_000:
        raise _broken(path, "the header's place of the first voxel makes no sense")
    return StoredArray(path, count, kind, slope, intercept, first)


def opened(path: Path) -> BinaryIO:
    """The file's bytes, unpacked where it is gzip."""
    raw = path.open("rb")
    if raw.peek(2)[:2] == b"\x1f\x8b":
        return cast("BinaryIO", gzip.GzipFile(fileobj=raw))
    return raw


def _skip(stream: BinaryIO, count: int, path: Path) -> None:
    if len(stream.read(count)) < count:
        raise _cut_short(path)


def raw_header(path: Path) -> Any:
    """The binary header, as nibabel's record of named fields; raises UnreadableInput."""
    with opened(path) as stream:
        return _header(stream, path)


def _header(stream: BinaryIO, path: Path) -> Any:
    size = stream.read(4)
    for length, kind in HEADER_BYTES.items():
        if size in (length.to_bytes(4, "little"), length.to_bytes(4, "big")):
            block = size + stream.read(length - 4)
            if len(block) < length:
                raise _cut_short(path)
            header = kind(block, check=False)
            if bytes(header["magic"])[:3] not in SINGLE_FILE_MAGIC:
                raise refused(
                    path,
                    "the file is an Analyze image or one half of a pair (.hdr and .img)",
                    "one NIfTI file, .nii or .nii.gz",
                    "convert the pair to a single NIfTI file",
                )
            return header
    raise refused(
        path,
        "the file is not NIfTI",
        "a NIfTI file (.nii or .nii.gz), or a folder of DICOM slices",
        "convert the image, for example with dcm2niix",
    )


def sizes_of(header: Any, path: Path) -> list[int]:
    """The number of voxels along each dimension."""
    dim = [int(n) for n in header["dim"]]
    if not 1 <= dim[0] <= 7:
        raise _broken(path, "the header's number of dimensions makes no sense")
    sizes = dim[1 : dim[0] + 1]
    if any(n < 1 for n in sizes):
        raise _broken(path, "a dimension of the image has no voxels")
    return sizes


def _kind(header: Any, kinds: str, path: Path) -> np.dtype[Any]:
    try:
        stored: np.dtype[Any] = header.get_data_dtype()
    except (HeaderDataError, KeyError) as error:
        raise _broken(path, "the header's data type does not exist") from error
    complex_wanted = kinds == COMPLEX
    if stored.kind not in kinds or stored.itemsize > (16 if complex_wanted else 8):
        raise refused(
            path,
            "the values are not complex"
            if complex_wanted
            else "the voxels are no plain numbers (colours, complex numbers or 128-bit floats)",
            "complex numbers of at most 128 bits"
            if complex_wanted
            else "integers or floats of at most 64 bits",
            "give magnitude and phase" if complex_wanted else "convert the image to float32",
        )
    return stored


def _refuse_impossible_size(path: Path, voxels: int, stored: np.dtype[Any], most_voxels: int) -> None:
    if voxels > most_voxels:
        raise refused(
            path,
            f"the image has {voxels} voxels",
            f"at most {most_voxels}",
            "crop the image to the head, or resample it to 0.5 mm or coarser",
        )
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
    room = path.stat().st_size * (MOST_COMPRESSION if packed else 1)
    if voxels * stored.itemsize > room:
        raise refused(
            path,
            "the header speaks of more voxels than the file can hold",
            "a whole image of a head, not cut short and not empty",
            "fetch or convert the file again",
        )


def _scaling(header: Any, path: Path) -> tuple[float, float]:
    slope, intercept = float(header["scl_slope"]), float(header["scl_inter"])
    if slope == 0:  # by the standard: no scaling
        return 1.0, 0.0
    if not (math.isfinite(slope) and math.isfinite(intercept)):
        raise _broken(path, "the header's slope or intercept is not a finite number")
    return slope, intercept


def affine_of(
    header: Any, shape: tuple[int, int, int], form: Form | None, path: Path
) -> tuple[list[list[float]], tuple[tuple[str, float], ...]]:
    """The affine, and a remark on what it rests on.

    Where both forms are given they have to agree to half a voxel at the farthest corner: a program that
    moved the image may have written its own over one of the two.
    """
    forms = {"sform": _sform(header), "qform": _qform(header, path)}
    given = {name: a for name, a in forms.items() if a is not None}
    if form is not None and form not in given:
        raise _nowhere(path, f"the file has no {form}")
    if not given:
        raise _nowhere(path, "the file does not say where in space the image lies (no qform and no sform)")
    chosen = given[form] if form is not None else next(iter(given.values()))
    scale = MILLIMETRES.get(int(header["xyzt_units"]) & 7)
    if scale is None or not np.isfinite(chosen).all() or abs(np.linalg.det(chosen[:3, :3])) * scale**3 < 1e-6:
        raise _broken(path, "the header's affine or its unit of length makes no sense")
    if form is None and len(given) == 2:
        apart = _farthest_apart(given["sform"], given["qform"], shape) * scale
        voxel = float(np.linalg.norm(chosen[:3, :3], axis=0).min()) * scale
        if not apart <= max(FORMS_APART_MM, voxel / 2):
            raise refused(
                path,
                "qform and sform place the image differently",
                "one place",
                "say which one to follow (form), after a look at which puts the left on the left",
            )
    chosen = np.diag([scale, scale, scale, 1.0]) @ chosen
    unknown = (("unit_of_length_taken_as_mm", 1.0),) if int(header["xyzt_units"]) & 7 == 0 else ()
    return chosen.tolist(), unknown


def _sform(header: Any) -> NDArray[np.float64] | None:
    if int(header["sform_code"]) <= 0:
        return None
    rows = [np.asarray(header[name], dtype=np.float64) for name in ("srow_x", "srow_y", "srow_z")]
    return np.vstack([*rows, [0.0, 0.0, 0.0, 1.0]])


def _qform(header: Any, path: Path) -> NDArray[np.float64] | None:
    if int(header["qform_code"]) <= 0:
        return None
    try:
        return np.asarray(header.get_qform(), dtype=np.float64)
    except (HeaderDataError, ValueError) as error:
        raise _broken(path, "the header's quaternion makes no sense") from error


def _farthest_apart(
    one: NDArray[np.float64], other: NDArray[np.float64], shape: tuple[int, int, int]
) -> float:
    corners = np.array([[i, j, k, 1] for i in (0, shape[0]) for j in (0, shape[1]) for k in (0, shape[2])])
    return float(np.linalg.norm(corners @ (one - other).T, axis=1).max())


def _cut_short(path: Path) -> UnreadableInput:
    return refused(
        path,
        "the file ends before the image does",
        "a whole file",
        "fetch or convert it again",
    )


def _broken(path: Path, found: str) -> UnreadableInput:
    return refused(
        path,
        found,
        "a sound NIfTI header",
        "write the file again from the original images",
    )


def _nowhere(path: Path, found: str) -> UnreadableInput:
    return refused(
        path,
        found,
        "a place in the scanner's frame; nothing is guessed",
        "convert the original DICOM images again, for example with dcm2niix",
    )
