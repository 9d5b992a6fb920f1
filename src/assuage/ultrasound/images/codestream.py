"""What a compressed slice says of itself, looked at before any decoder is.

A decoder trusts the sizes in the stream, not those in the DICOM header: a stream of another size would make
it take memory without end. And only the stream knows whether it lost something on the way.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from pathlib import Path

from pydicom.uid import (
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    JPEG2000Lossless,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

from assuage.errors import UnreadableInput
from assuage.ultrasound.images.parsed import refused

# By transfer syntax, the library that unpacks it; see docs/how-to/read-a-ct.md for why these.
DECODERS: dict[str, str] = {
    JPEGLossless: "gdcm",
    JPEGLosslessSV1: "gdcm",
    JPEGLSLossless: "pyjpegls",
    JPEG2000Lossless: "pylibjpeg",
    HTJ2KLossless: "pylibjpeg",
    HTJ2KLosslessRPCL: "pylibjpeg",
    RLELossless: "pydicom",
}
JPEGS: dict[str, int] = {
    JPEGLossless: 0xC3,
    JPEGLosslessSV1: 0xC3,
    JPEGLSLossless: 0xF7,
}  # the one frame marker allowed
START, SCAN = 0xD8, 0xDA
J2K_START, J2K_SIZE, J2K_CODING, J2K_TILE = 0xFF4F, 0xFF51, 0xFF52, 0xFF90
REVERSIBLE = 1
MOST_TILES = 4096
RLE_HEADER_BYTES = 64
SPARE_BYTES = 65536  # a stream of noise may be longer than its pixels, by less than this and twofold


@dataclass(frozen=True)
class StreamSize:
    """Rows, columns and bits of the pixels in a compressed stream, of one colour."""

    rows: int
    columns: int
    bits: int


def refuse_unsound_stream(stream: bytes, syntax: str, wanted: StreamSize, path: Path) -> None:
    """Raise UnreadableInput for a stream of another size than `wanted`, or one that lost something.

    `wanted.bits` are those of a pixel's place in memory; a stream may use fewer.
    """
    plain = wanted.rows * wanted.columns * wanted.bits // 8
    if len(stream) > 2 * plain + SPARE_BYTES:
        raise _damaged(path, "a compressed slice is far longer than its plain pixels would be")
    try:
        found = _size_said(stream, syntax, wanted, path)
    except (struct.error, IndexError, ZeroDivisionError):
        raise _damaged(path, "a compressed slice is cut short or is none") from None
    same = (found.rows, found.columns) == (wanted.rows, wanted.columns)
    if not same or not 2 <= found.bits <= wanted.bits:
        raise _damaged(path, "a compressed slice has another size than its header says")


def _size_said(stream: bytes, syntax: str, wanted: StreamSize, path: Path) -> StreamSize:
    if syntax == RLELossless:
        (segments,) = struct.unpack_from("<I", stream)
        if len(stream) < RLE_HEADER_BYTES or segments != wanted.bits // 8:
            raise _damaged(path, "a slice packed by run lengths has another number of bytes a pixel")
        return wanted
    if syntax in JPEGS:
        return _jpeg_size(stream, JPEGS[syntax], path)
    return _jpeg_2000_size(stream, path)


def _jpeg_size(stream: bytes, allowed: int, path: Path) -> StreamSize:
    """Walk the markers up to the first scan, which says whether anything is lost."""
    if stream[0] != 0xFF or stream[1] != START:
        raise _damaged(path, "a compressed slice does not begin like a JPEG stream")
    place, size = 2, None
    while True:
        if stream[place] != 0xFF:
            raise _damaged(path, "a compressed slice has no marker where one belongs")
        marker = stream[place + 1]
        (length,) = struct.unpack_from(">H", stream, place + 2)
        if marker == allowed:
            bits, rows, columns, colours = struct.unpack_from(">BHHB", stream, place + 4)
            if colours != 1:
                raise _damaged(path, "a compressed slice is in colour")
            size = StreamSize(rows, columns, bits)
        elif marker == SCAN:
            if size is None:
                raise _lossy(path)
            _refuse_lossy_scan(stream[place + 4 : place + 2 + length], allowed, path)
            return size
        place += 2 + length


def _refuse_lossy_scan(scan: bytes, kind: int, path: Path) -> None:
    """In JPEG-LS the error allowed (NEAR), in lossless JPEG the low bits thrown away (Pt) must be 0."""
    first, low_bits = scan[-3], scan[-1] & 0x0F
    if low_bits or (kind == JPEGS[JPEGLSLossless] and first):
        raise _lossy(path)


def _jpeg_2000_size(stream: bytes, path: Path) -> StreamSize:
    start, marker = struct.unpack_from(">HH", stream)
    if (start, marker) != (J2K_START, J2K_SIZE):
        raise _damaged(path, "a compressed slice does not begin like a JPEG 2000 stream")
    length, _, right, bottom, left, top, wide, high, _, _, colours, depth = struct.unpack_from(
        ">HH8IHB", stream, 4
    )
    if colours != 1:
        raise _damaged(path, "a compressed slice is in colour")
    if math.ceil(right / wide) * math.ceil(bottom / high) > MOST_TILES:
        raise _damaged(path, "a compressed slice is cut into too many tiles")
    place = 4 + length
    while True:
        marker, length = struct.unpack_from(">HH", stream, place)
        if marker == J2K_CODING:
            if stream[place + 13] != REVERSIBLE:
                raise _lossy(path)
            return StreamSize(bottom - top, right - left, (depth & 0x7F) + 1)
        if marker == J2K_TILE:
            raise _damaged(path, "a compressed slice does not say how it was packed")
        place += 2 + length


def _lossy(path: Path) -> UnreadableInput:
    return refused(
        path,
        "the pixels were compressed with loss",
        "slices as acquired, plain or compressed without loss",
        "fetch the series again as it was acquired: what is lost does not come back",
    )


def _damaged(path: Path, found: str) -> UnreadableInput:
    return refused(path, found, "a whole slice", "fetch the file again")
