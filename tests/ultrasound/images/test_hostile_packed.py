"""Packed files, files of many frames and series, damaged or made to do harm: refused in 2 seconds and 512 MB.

A compressed stream has no check sum: with a changed byte may unpack to other pixels, and is an image still.
"""

import random
import shutil
import struct

import numpy as np
import pydicom
import pytest
from pydicom.encaps import encapsulate, generate_frames
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

from assuage.ultrasound.images.reader import ImageReader
from assuage.ultrasound.images.series_writer import write_series_dicom
from assuage.ultrasound.images.volume import ImageVolume
from assuage.ultrasound.images.writer import write_dicom_folder, write_nifti
from ultrasound.images.dicom_kinds import LOSSLESS, compress, enhanced
from ultrasound.images.series_files import made_up
from ultrasound.images.test_hostile_files import mutated, refusal, started, zeros_packed

HEADER, ENHANCED_HEADER = 1200, 8000

# --- mutations


@pytest.fixture(scope="module")
def sound_files(tmp_path_factory, small_ct):
    """A folder for every kind: packed slices, enhanced files plain and packed, series."""
    folder = tmp_path_factory.mktemp("sound")
    write_nifti(small_ct, folder / "a.nii")
    write_dicom_folder(small_ct, folder / "plain", description="phantom")
    slices = sorted((folder / "plain").iterdir())
    for syntax in LOSSLESS:
        shutil.copytree(folder / "plain", folder / f"packed {syntax.name}")
        for file in (folder / f"packed {syntax.name}").iterdir():
            compress(file, syntax)
    for kind in ("enhanced", "packed enhanced", "enhanced series"):
        (folder / kind).mkdir()
    enhanced(slices, folder / "enhanced" / "one.dcm")
    compress(enhanced(slices, folder / "packed enhanced" / "one.dcm"), JPEGLSLossless)
    series = write_series_dicom(made_up(images=3, shape=(6, 5, 2)), folder / "series", description="phantom")
    enhanced(sorted(series.iterdir()), folder / "enhanced series" / "one.dcm")
    return folder


def changed(sound, kind, target, draw):
    """A copy of a kind of files, one file of it mutated in its header or anywhere."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(sound / kind, target)
    one = draw.choice(sorted(target.iterdir()))
    whole = one.read_bytes()
    header = ENHANCED_HEADER if "enhanced" in kind else HEADER
    one.write_bytes(mutated(whole, draw, header if draw.random() < 0.5 else len(whole)))
    return target


def count_refused(sound, tmp_path, count, seed):
    draw = random.Random(seed)
    kinds = sorted(one.name for one in sound.iterdir() if one.is_dir() and one.name != "plain")
    refused = 0
    with ImageReader() as reader:
        for number in range(count):
            if reader.process_id is None:
                started(reader, sound / "a.nii")
            kind = kinds[number % len(kinds)]
            path = changed(sound, kind, tmp_path / "mutated", draw)
            refused += refusal(reader, path, series="series" in kind) is not None
    return refused


def test_mutated_files_are_refused_or_are_still_images(sound_files, tmp_path):
    assert count_refused(sound_files, tmp_path, 36, seed=1) > 9


@pytest.mark.long
def test_a_thousand_mutated_files(sound_files, tmp_path):
    refused = count_refused(sound_files, tmp_path, 1000, seed=2)
    print(f"{refused} of 1000 refused, the others still images")
    assert refused > 300


# --- bombs


def slices(folder, change):
    """Two sound slices, the second changed."""
    volume = ImageVolume(np.arange(72 * 64 * 2, dtype=np.float32).reshape(72, 64, 2), np.eye(4))
    write_dicom_folder(volume, folder / "bomb", description="bomb")
    change(folder / "bomb" / "slice0001.dcm")
    return folder / "bomb"


def unchanged(_file):
    """For bombs made of both slices."""


def with_stream(file, syntax, change, **header):
    """A packed slice, its stream changed, and what its header says."""
    compress(file, syntax)
    dataset = pydicom.dcmread(file)
    (stream,) = generate_frames(dataset.PixelData, number_of_frames=1)
    dataset.PixelData = encapsulate([change(stream)])
    for keyword, value in header.items():
        setattr(dataset, keyword, value)
    dataset.save_as(file)


def sized(stream, syntax, side, tile=None):
    """A stream that claims to be `side` pixels each way, in tiles of `tile`."""
    data = bytearray(stream)
    if syntax == JPEG2000Lossless:
        struct.pack_into(">II", data, 8, side, side)
        struct.pack_into(">II", data, 24, tile or side, tile or side)
    elif syntax != RLELossless:
        frame = stream.index(b"\xff\xf7" if syntax == JPEGLSLossless else b"\xff\xc3")
        struct.pack_into(">HH", data, frame + 5, side, side)
    return bytes(data)


def stream_lie(syntax, side, tile=None):
    """The stream claims a size that the header does not."""

    def change(file):
        with_stream(file, syntax, lambda stream: sized(stream, syntax, side, tile))

    return lambda folder: slices(folder, change)


def agreed_lie(syntax, side, padding=0):
    """Streams and headers of both slices claim the same size, and bytes behind the streams make it likely."""

    def change(file):
        with_stream(file, syntax, lambda s: sized(s, syntax, side) + bytes(padding), Rows=side, Columns=side)

    def build(folder):
        path = slices(folder, change)
        change(path / "slice0000.dcm")
        return path

    return build


def run_lengths_of(inside):
    """A frame of a few kilobytes in each of whose segments a run is repeated into `inside` bytes."""

    def change(file):
        segment = b"\x81\x00" * (inside // 128)
        stream = struct.pack("<16I", 2, 64, 64 + len(segment), *[0] * 13) + 2 * segment
        with_stream(file, RLELossless, lambda _: stream)

    return lambda folder: slices(folder, change)


def fragments(count):
    """Pixels in very many empty pieces."""

    def change(file):
        compress(file, JPEGLosslessSV1)
        dataset = pydicom.dcmread(file)
        table = b"\xfe\xff\x00\xe0\0\0\0\0"
        dataset.PixelData = table + b"\xfe\xff\x00\xe0\0\0\0\0" * count + b"\xfe\xff\xdd\xe0\0\0\0\0"
        dataset.save_as(file)

    return lambda folder: slices(folder, change)


def fragment_beyond_the_end(folder):
    def change(file):
        compress(file, JPEGLosslessSV1)
        content = bytearray(file.read_bytes())
        first = content.index(b"\xfe\xff\x00\xe0", content.index(b"\xe0\x7f\x10\x00") + 20)
        struct.pack_into("<I", content, first + 4, 0xFFFFFFF0)
        file.write_bytes(bytes(content))

    return slices(folder, change)


def many_frames(count, *, groups):
    """An enhanced file of very many frames of a pixel each, or one that only says so."""

    def build(folder):
        path = slices(folder, unchanged)
        one = enhanced(sorted(path.iterdir()), folder / "enhanced.dcm")
        dataset = pydicom.dcmread(one)
        own = dataset.PerFrameFunctionalGroupsSequence
        del dataset.PerFrameFunctionalGroupsSequence, dataset.PixelData
        dataset.NumberOfFrames = count
        dataset.Rows = dataset.Columns = 1
        dataset.save_as(one)
        item = b"\xfe\xff\x00\xe0\0\0\0\0"
        body = item * groups if groups else item * len(own)
        content = one.read_bytes()
        element = struct.pack("<HH2sHI", 0x5200, 0x9230, b"SQ", 0, len(body)) + body
        pixels = struct.pack("<HH2sHI", 0x7FE0, 0x0010, b"OW", 0, 2 * groups) + bytes(2 * groups)
        one.write_bytes(content + element + pixels)
        return one

    return build


def nested_groups(depth):
    """A frame whose groups hold groups that hold groups."""

    def build(folder):
        path = slices(folder, unchanged)
        one = enhanced(sorted(path.iterdir()), folder / "enhanced.dcm")
        dataset = pydicom.dcmread(one)
        del dataset.PerFrameFunctionalGroupsSequence
        pixels = bytes(dataset.PixelData)
        del dataset.PixelData
        dataset.save_as(one)
        opening = struct.pack("<HH2sHI", 0x5200, 0x9230, b"SQ", 0, 0xFFFFFFFF)
        opening += b"\xfe\xff\x00\xe0\xff\xff\xff\xff"
        closing = b"\xfe\xff\x0d\xe0\0\0\0\0" + b"\xfe\xff\xdd\xe0\0\0\0\0"
        last = struct.pack("<HH2sHI", 0x7FE0, 0x0010, b"OW", 0, len(pixels)) + pixels
        one.write_bytes(one.read_bytes() + opening * depth + closing * depth + last)
        return one

    return build


def deflated_frames(mebibytes):
    """An enhanced file, deflated, whose pixels unfold without end."""

    def build(folder):
        path = slices(folder, unchanged)
        one = enhanced(sorted(path.iterdir()), folder / "enhanced.dcm")
        dataset = pydicom.dcmread(one)
        dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
        dataset.save_as(one, enforce_file_format=True)
        content = one.read_bytes()
        start = 144 + struct.unpack_from("<I", content, 140)[0]
        inside = mebibytes * 2**20
        element = struct.pack("<HH2sHI", 0x7FE0, 0x0010, b"OW", 0, inside)
        one.write_bytes(content[:start] + zeros_packed(inside, raw=True, first=element))
        return one

    return build


SHORT_BOMBS = {
    **{f"a stream of 60 000 a side, {s.name}": stream_lie(s, 60000) for s in LOSSLESS if s != RLELossless},
    "tiles of one pixel": stream_lie(JPEG2000Lossless, 20000, tile=1),
    **{f"14 000 a side, {s.name}": agreed_lie(s, 14000) for s in LOSSLESS},
    "14 000 a side, made likely, JPEG 2000": agreed_lie(JPEG2000Lossless, 14000, padding=1_000_000),
    "runs of one gigabyte": run_lengths_of(2**30),
    "a million pieces": fragments(1_000_000),
    "a piece beyond the end": fragment_beyond_the_end,
    "two milliard frames": many_frames(2**31 - 1, groups=0),
    "a million frames": many_frames(1_000_000, groups=1_000_000),
    "groups nested 5 000 deep": nested_groups(5000),
    "deflated frames of one gigabyte": deflated_frames(1024),
}

BOMBS = SHORT_BOMBS | {
    **{
        f"14 000 a side, made likely by {p}, {s.name}": agreed_lie(s, 14000, padding=p)
        for s in LOSSLESS
        for p in (400_000, 1_600_000)
    },
    **{f"runs of {n} MiB": run_lengths_of(n * 2**20) for n in (64, 256)},
    **{f"{n} pieces": fragments(n) for n in (100_000, 4_000_000)},
    **{f"{n} frames": many_frames(n, groups=n) for n in (200_000, 3_000_000)},
    **{f"groups nested {n}": nested_groups(n) for n in (400, 50_000)},
    **{f"deflated frames of {n} MiB": deflated_frames(n) for n in (300, 2000)},
    **{f"tiles of {n}": stream_lie(JPEG2000Lossless, 65535, tile=n) for n in (7, 64)},
}


def no_bomb_goes_off(bombs, sound, tmp_path):
    went_through = []
    with ImageReader() as reader:
        for number, (name, build) in enumerate(bombs.items()):
            folder = tmp_path / str(number)
            folder.mkdir()
            path = build(folder)
            for series in (False, True):
                if reader.process_id is None:
                    started(reader, sound / "a.nii")
                if refusal(reader, path, series=series) is None:
                    went_through.append((name, series))
            shutil.rmtree(folder)
    assert not went_through


def test_no_bomb_goes_off(sound_files, tmp_path):
    no_bomb_goes_off(SHORT_BOMBS, sound_files, tmp_path)


@pytest.mark.long
def test_no_bomb_of_many_goes_off(sound_files, tmp_path):
    no_bomb_goes_off(BOMBS, sound_files, tmp_path)
