"""Where the pixels of a DICOM file lie, and one frame of them at a time."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.encaps import encapsulate
from pydicom.pixels.decoders.base import get_decoder
from pydicom.uid import UID, DeflatedExplicitVRLittleEndian, RLELossless

from assuage.errors import UnreadableInput
from assuage.ultrasound.images.codestream import DECODERS, StreamSize, refuse_unsound_stream
from assuage.ultrasound.images.parsed import MOST_COMPRESSION, refused

UNDEFINED = 0xFFFFFFFF
ITEM, END_OF_ITEMS = b"\xfe\xff\x00\xe0", b"\xfe\xff\xdd\xe0"
COMPRESSED = "1.2.840.10008.1.2.4"  # JPEG, JPEG-LS, JPEG 2000, video; 1.2.840.10008.1.2.5 is run lengths
RUN_LENGTHS = "1.2.840.10008.1.2.5"

Span = tuple[int, int]
"""Where bytes begin in a file, and how many there are."""


@dataclass(frozen=True)
class PixelLayout:
    """How the frames of one file are stored.

    `value` is where the pixel data lie in the file; its length is None where they are compressed, and
    `value` itself is None where the whole file is deflated.
    """

    path: Path
    syntax: str
    value: tuple[int, int | None] | None
    frames: int
    rows: int
    columns: int
    allocated_bits: int
    used_bits: int
    signed: bool
    little_endian: bool

    @property
    def frame_bytes(self) -> int:
        """Of one frame, uncompressed."""
        return self.rows * self.columns * self.allocated_bits // 8

    @property
    def compressed(self) -> bool:
        """Whether a library has to unpack each frame."""
        return is_compressed(self.syntax)


def is_compressed(syntax: str) -> bool:
    """Whether pixels of this transfer syntax are compressed (deflating packs the whole file instead)."""
    return syntax.startswith((COMPRESSED, RUN_LENGTHS))


def pixel_layout(dataset: pydicom.Dataset, stream: BinaryIO, file: Path) -> PixelLayout:
    """The layout of a file whose header has just been read, `stream` standing behind it.

    Raises UnreadableInput for a file without pixels, or with fewer or more than it says.
    """
    allocated, used = int(dataset.BitsAllocated), int(dataset.BitsStored)
    if allocated not in (8, 16, 32) or not 1 <= used <= allocated or int(dataset.HighBit) != used - 1:
        raise refused(
            file,
            "the pixels are packed in an unusual way",
            "8, 16 or 32 bits a pixel",
            "export the series again",
        )
    syntax = str(dataset.file_meta.TransferSyntaxUID)
    deflated = syntax == DeflatedExplicitVRLittleEndian
    implicit, little_endian = dataset.original_encoding
    layout = PixelLayout(
        path=file,
        syntax=syntax,
        value=None if deflated else _value(stream, bool(implicit), bool(little_endian), file),
        frames=int(dataset.get("NumberOfFrames") or 1),
        rows=int(dataset.Rows),
        columns=int(dataset.Columns),
        allocated_bits=allocated,
        used_bits=used,
        signed=int(dataset.PixelRepresentation) == 1,
        little_endian=bool(little_endian),
    )
    _refuse_other_length(layout)
    return layout


def _value(stream: BinaryIO, implicit: bool, little_endian: bool, file: Path) -> tuple[int, int | None]:
    start, order = stream.tell(), "<" if little_endian else ">"
    element = stream.read(12)
    if len(element) < 12 or struct.unpack_from(f"{order}HH", element) != (0x7FE0, 0x0010):
        raise _without_pixels(file)
    (length,) = struct.unpack_from(f"{order}I", element, 4 if implicit else 8)
    return start + (8 if implicit else 12), None if length == UNDEFINED else length


def _refuse_other_length(layout: PixelLayout) -> None:
    if layout.value is None:
        return
    length, wanted = layout.value[1], layout.frames * layout.frame_bytes
    as_said = length is None if layout.compressed else length is not None and wanted <= length <= wanted + 1
    if not as_said:
        raise _not_as_many(layout.path)


def refuse_implausible(layouts: Iterable[PixelLayout], path: Path) -> None:
    """Raise UnreadableInput where files speak of more pixels than any image of a head packs into them."""
    files = {layout.path: layout for layout in layouts}
    plain = sum(layout.frames * layout.frame_bytes for layout in files.values())
    if plain > MOST_COMPRESSION * sum(file.stat().st_size for file in files):
        raise refused(
            path,
            "the headers speak of more pixels than the files can hold",
            "whole images of a head, not cut short and not empty",
            "fetch the files again",
        )


class FrameReader:
    """Reads frames of stored pixels, and keeps what it had to learn about the last file."""

    def __init__(self) -> None:
        self._layout: PixelLayout | None = None
        self._fragments: list[list[Span]] = []
        self._inflated = b""

    def stored(self, layout: PixelLayout, frame: int) -> NDArray[Any]:
        """The stored values of one frame, counted from 0; shape (rows, columns), no slope applied."""
        if layout != self._layout:
            self._learn(layout)
        if layout.compressed:
            return _sign_in_place(_unpacked(layout, self._stream(layout, frame)), layout)
        order = "<" if layout.little_endian else ">"
        kind = np.dtype(f"{order}{'i' if layout.signed else 'u'}{layout.allocated_bits // 8}")
        raw = self._plain(layout, frame)
        if len(raw) < layout.frame_bytes:
            raise _not_as_many(layout.path)
        values = np.frombuffer(raw, dtype=kind).reshape(layout.rows, layout.columns)
        return _sign_in_place(values, layout)

    def _learn(self, layout: PixelLayout) -> None:
        self._layout, self._fragments, self._inflated = layout, [], b""
        if layout.value is None:
            self._inflated = _inflated(layout)
        elif layout.compressed:
            with layout.path.open("rb") as stream:
                stream.seek(layout.value[0])
                self._fragments = _fragments_by_frame(stream, layout)

    def _plain(self, layout: PixelLayout, frame: int) -> bytes:
        start = frame * layout.frame_bytes
        if layout.value is None:
            return self._inflated[start : start + layout.frame_bytes]
        with layout.path.open("rb") as stream:
            stream.seek(layout.value[0] + start)
            return stream.read(layout.frame_bytes)

    def _stream(self, layout: PixelLayout, frame: int) -> bytes:
        parts = []
        with layout.path.open("rb") as stream:
            for start, length in self._fragments[frame]:
                stream.seek(start)
                parts.append(stream.read(length))
        return b"".join(parts)


def _inflated(layout: PixelLayout) -> bytes:
    """All pixels of a deflated file, which has no places to jump to."""
    pixels = pydicom.dcmread(layout.path).get("PixelData")
    if pixels is None:
        raise _without_pixels(layout.path)
    wanted = layout.frames * layout.frame_bytes
    if not wanted <= len(pixels) <= wanted + 1:
        raise _not_as_many(layout.path)
    return bytes(pixels)


def _fragments_by_frame(stream: BinaryIO, layout: PixelLayout) -> list[list[Span]]:
    """The pieces of every frame; UnreadableInput where the file does not say which is whose."""
    offsets_at, offsets_length = _item(stream, layout.path)
    stream.seek(offsets_at)
    offsets = np.frombuffer(stream.read(offsets_length // 4 * 4), dtype="<u4")
    origin = offsets_at + offsets_length
    stream.seek(origin)
    spans = []
    while (span := _item(stream, layout.path))[1] >= 0:
        spans.append(span)
        stream.seek(sum(span))
    if layout.frames == 1:
        return [spans]
    if len(spans) == layout.frames:
        return [[span] for span in spans]
    firsts = np.searchsorted([start - 8 - origin for start, _ in spans], offsets)
    if len(offsets) != layout.frames or firsts[0] != 0 or (np.diff(firsts) <= 0).any():
        raise _not_as_many(layout.path)
    ends = [*firsts[1:], len(spans)]
    return [spans[a:b] for a, b in zip(firsts, ends, strict=True)]


def _item(stream: BinaryIO, path: Path) -> Span:
    """Where the next item's bytes begin and their number, -1 behind the last."""
    head = stream.read(8)
    (length,) = struct.unpack("<I", head[4:]) if len(head) == 8 else (UNDEFINED,)
    if head[:4] == END_OF_ITEMS:
        return stream.tell(), -1
    if head[:4] != ITEM or length == UNDEFINED or stream.tell() + length > path.stat().st_size:
        raise _not_as_many(path)
    return stream.tell(), length


def _unpacked(layout: PixelLayout, stream: bytes) -> NDArray[Any]:
    """A frame through the library that knows its transfer syntax, after a look at what it claims to be."""
    size = StreamSize(layout.rows, layout.columns, layout.allocated_bits)
    refuse_unsound_stream(stream, layout.syntax, size, layout.path)
    one = pydicom.Dataset()
    one.Rows, one.Columns, one.NumberOfFrames = layout.rows, layout.columns, 1
    one.SamplesPerPixel, one.PhotometricInterpretation = 1, "MONOCHROME2"
    one.BitsAllocated, one.BitsStored, one.HighBit = (
        layout.allocated_bits,
        layout.used_bits,
        layout.used_bits - 1,
    )
    one.PixelRepresentation = int(layout.signed)
    one.PixelData = encapsulate([stream])
    syntax = UID(layout.syntax)
    try:
        with warnings.catch_warnings():
            if syntax == RLELossless:  # of a stream that holds more than its frame pydicom only warns
                warnings.simplefilter("error")
            values, _ = get_decoder(syntax).as_array(one, raw=True, decoding_plugin=DECODERS[syntax])
    except (RuntimeError, ValueError, TypeError) as error:
        found = "a compressed slice can't be unpacked"
        raise refused(layout.path, found, "a whole slice", "fetch the file again") from error
    return values


def _sign_in_place(values: NDArray[Any], layout: PixelLayout) -> NDArray[Any]:
    # Bits above those in use may hold anything: shift them out and the sign back in.
    spare = layout.allocated_bits - layout.used_bits
    return (values << spare) >> spare if spare else values


def _without_pixels(file: Path) -> UnreadableInput:
    return refused(file, "the slice has no pixels", "a whole slice", "fetch the file again")


def _not_as_many(file: Path) -> UnreadableInput:
    return refused(
        file, "the slice has not as many pixels as it says", "a whole slice", "fetch the file again"
    )
