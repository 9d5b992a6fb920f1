"""Files that are damaged, or made to do harm, are refused: in 2 seconds and 512 MB, with a clear error.

A file that is mutated where it does not matter (a name, a pixel) is still an image: it is read, and
what is read is sound. Nothing else may happen.
"""

import gzip
import random
import resource
import struct
import time
import zlib

import numpy as np
import pydicom
import pytest

from assuage.errors import UnreadableInput
from assuage.ultrasound.images.reader import ImageReader, ReadLimits
from assuage.ultrasound.images.writer import write_dicom_folder, write_nifti

SECONDS = 2.0
SLACK_SECONDS = 1.0  # of a busy machine; the reader's own limit is what is tested
MEGABYTES = 512
GIBIBYTE = 2**30


def allowed_seconds(path):
    """Two, and what a file of many megabytes gets for each."""
    return SECONDS + (ReadLimits().seconds_per_mb * path.stat().st_size / 1e6 if path.is_file() else 0.0)


def refusal(reader, path, *, series=False):
    """The error, or None where the image or the series was read; either way in time."""
    start = time.monotonic()
    error = None
    try:
        read = reader.read_phase_series(path) if series else reader.read(path).volume
    except UnreadableInput as refused:
        error = refused
    assert time.monotonic() - start < allowed_seconds(path) + SLACK_SECONDS
    if error is not None:
        assert all((error.found, error.expected, error.remedy))
        assert "Traceback" not in str(error)
        return error
    assert np.isfinite(read.images if series else read.values).all()
    assert np.isfinite(read.affine_ras_mm).all()
    return None


def started(reader, path):
    """Have the reader start its process, which is no part of reading; the kernel holds its memory down."""
    reader.read(path)
    assert resource.prlimit(reader.process_id, resource.RLIMIT_AS) == (MEGABYTES * 2**20,) * 2


# --- mutations

NIFTI_HEADER = 352
DICOM_HEADER = 1200


def mutated(content, draw, header):
    """Bytes changed where it hurts: in the header, in lengths, or by cutting and doubling."""
    data = bytearray(content)
    kind = draw.randrange(6)
    place = draw.randrange(min(header, len(data) - 8))
    if kind == 0:
        for _ in range(draw.randrange(1, 8)):
            data[draw.randrange(min(header, len(data)))] ^= 1 << draw.randrange(8)
    elif kind == 1:
        del data[draw.randrange(len(data)) :]
    elif kind == 2:
        data[place : place + 4] = struct.pack("<I", draw.choice([0, 0xFFFFFFFF, 0x7FFFFFFF, 0xFFFFFFFE]))
    elif kind == 3:
        data[place : place + 8] = draw.randbytes(8)
    elif kind == 4:
        del data[place : place + draw.randrange(1, 64)]
    else:
        data[place:place] = data[place : place + draw.randrange(1, 256)]
    return bytes(data)


@pytest.fixture(scope="module")
def sound_files(tmp_path_factory, small_ct):
    folder = tmp_path_factory.mktemp("sound")
    write_nifti(small_ct, folder / "a.nii")
    write_nifti(small_ct, folder / "a.nii.gz")
    write_dicom_folder(small_ct, folder / "slices", description="phantom")
    return folder


def count_refused(sound, tmp_path, count, seed):
    draw = random.Random(seed)
    refused = 0
    with ImageReader() as reader:
        started(reader, sound / "a.nii")
        for number in range(count):
            match number % 4:
                case 0 | 1:
                    path = tmp_path / "m.nii"
                    path.write_bytes(mutated((sound / "a.nii").read_bytes(), draw, NIFTI_HEADER))
                case 2:
                    path = tmp_path / "m.nii.gz"
                    if draw.random() < 0.5:
                        whole = (sound / "a.nii.gz").read_bytes()
                        path.write_bytes(mutated(whole, draw, len(whole)))
                    else:
                        path.write_bytes(
                            gzip.compress(mutated((sound / "a.nii").read_bytes(), draw, NIFTI_HEADER))
                        )
                case _:
                    path = tmp_path / "slices"
                    path.mkdir(exist_ok=True)
                    for slice_file in (sound / "slices").iterdir():
                        (path / slice_file.name).write_bytes(slice_file.read_bytes())
                    one = path / "slice0003.dcm"
                    one.write_bytes(mutated(one.read_bytes(), draw, DICOM_HEADER))
            refused += refusal(reader, path) is not None
            if reader.process_id is None:
                started(reader, sound / "a.nii")
    return refused


def test_mutated_files_are_refused_or_are_still_images(sound_files, tmp_path):
    refused = count_refused(sound_files, tmp_path, 24, seed=1)
    assert refused > 12  # mutations in a header hurt, most of them


@pytest.mark.long
def test_a_thousand_mutated_files(sound_files, tmp_path):
    refused = count_refused(sound_files, tmp_path, 1000, seed=2)
    print(f"{refused} of 1000 refused, the others still images")
    assert refused > 500


# --- bombs


def nifti_header(shape, *, datatype=2, bits=8):
    """A header that is sound by itself, of an image of any size."""
    header = bytearray(352)
    struct.pack_into("<i", header, 0, 348)
    struct.pack_into("<8h", header, 40, 3, *shape, 1, 1, 1, 1)
    struct.pack_into("<2h", header, 70, datatype, bits)
    struct.pack_into("<8f", header, 76, 1, 1, 1, 1, 0, 0, 0, 0)
    struct.pack_into("<f", header, 108, 352)
    struct.pack_into("<b", header, 123, 2)
    struct.pack_into("<2h", header, 252, 0, 1)
    for row in range(3):
        struct.pack_into("<f", header, 280 + 16 * row + 4 * row, 1.0)
    header[344:348] = b"n+1\0"
    return bytes(header)


def zeros_packed(count, *, raw=False, first=b""):
    """`first` and then zeros, packed a thousandfold: one packed mebibyte, over and over."""
    mebibyte = bytes(2**20)
    opening, block = (zlib.compressobj(9, zlib.DEFLATED, -15) for _ in range(2))
    parts = [opening.compress(first), opening.flush(zlib.Z_FULL_FLUSH)]
    parts += [block.compress(mebibyte) + block.flush(zlib.Z_FULL_FLUSH)] * (count // len(mebibyte))
    deflated = b"".join([*parts, b"\x03\0"])
    if raw:
        return deflated
    check = zlib.crc32(first)
    for _ in range(count // len(mebibyte)):
        check = zlib.crc32(mebibyte, check)
    length = (len(first) + count // len(mebibyte) * len(mebibyte)) % 2**32
    return gzip.compress(b"")[:10] + deflated + struct.pack("<2I", check, length)


def gzip_bomb(shape, inside):
    def build(folder):
        path = folder / "bomb.nii.gz"
        path.write_bytes(zeros_packed(inside, first=nifti_header(shape)))
        return path

    return build


def gzip_in_gzip(folder):
    path = folder / "bomb.nii.gz"
    path.write_bytes(gzip.compress(zeros_packed(GIBIBYTE // 4)))
    return path


def size_lie(shape, *, datatype=16, bits=32, packed=False):
    def build(folder):
        content = nifti_header(shape, datatype=datatype, bits=bits) + bytes(1000)
        path = folder / ("lie.nii.gz" if packed else "lie.nii")
        path.write_bytes(gzip.compress(content) if packed else content)
        return path

    return build


def far_first_voxel(offset):
    def build(folder):
        header = bytearray(nifti_header((64, 64, 64)))
        struct.pack_into("<f", header, 108, offset)
        path = folder / "far.nii.gz"
        path.write_bytes(zeros_packed(GIBIBYTE // 8, first=bytes(header)))
        return path

    return build


def slices(folder, change):
    """Two sound slices, the second changed."""
    from assuage.ultrasound.images.volume import ImageVolume

    write_dicom_folder(
        ImageVolume(np.zeros((4, 4, 2), np.float32), np.eye(4)), folder / "bomb", description="bomb"
    )
    change(folder / "bomb" / "slice0001.dcm")
    return folder / "bomb"


def deflated_bomb(inside, tag=0x00091010):
    """A deflated DICOM file of a few kilobytes that unfolds into `inside` bytes."""

    def change(file):
        dataset = pydicom.dcmread(file)
        dataset.file_meta.TransferSyntaxUID = pydicom.uid.DeflatedExplicitVRLittleEndian
        dataset.save_as(file, enforce_file_format=True)
        content = file.read_bytes()
        meta_length = struct.unpack_from("<I", content, 140)[0]
        start = 144 + meta_length
        element = struct.pack("<HH2sHI", tag >> 16, tag & 0xFFFF, b"UN", 0, inside)
        file.write_bytes(content[:start] + zeros_packed(inside, raw=True, first=element))

    return lambda folder: slices(folder, change)


def nested(depth, tag="ReferencedStudySequence", *, undefined=True):
    """A sequence in a sequence in a sequence, written without recursion."""

    def change(file):
        dataset = pydicom.dcmread(file)
        pixels = bytes(dataset.PixelData)
        del dataset.PixelData
        dataset.save_as(file, enforce_file_format=True)
        group, element = pydicom.tag.Tag(tag).group, pydicom.tag.Tag(tag).element
        if undefined:
            opening = (
                struct.pack("<HH2sHI", group, element, b"SQ", 0, 0xFFFFFFFF)
                + b"\xfe\xff\x00\xe0\xff\xff\xff\xff"
            )
            closing = b"\xfe\xff\x0d\xe0\0\0\0\0" + b"\xfe\xff\xdd\xe0\0\0\0\0"
            body = opening * depth + closing * depth
        else:
            body = b""
            for _ in range(depth):
                item = b"\xfe\xff\x00\xe0" + struct.pack("<I", len(body)) + body
                body = struct.pack("<HH2sHI", group, element, b"SQ", 0, len(item)) + item
        last = struct.pack("<HH2sHI", 0x7FE0, 0x0010, b"OW", 0, len(pixels)) + pixels
        # 0009: before the image's own groups, so that the parser has to get past it.
        content = file.read_bytes()
        start = 144 + struct.unpack_from("<I", content, 140)[0]
        file.write_bytes(content[:start] + body + content[start:] + last)

    return lambda folder: slices(folder, change)


def wide(items):
    """One sequence of very many items."""

    def change(file):
        dataset = pydicom.dcmread(file)
        item = (
            b"\xfe\xff\x00\xe0"
            + struct.pack("<I", 16)
            + struct.pack("<HH2sH", 8, 0x1150, b"UI", 8)
            + b"1.2.3.45"
        )
        body = item * items
        element = struct.pack("<HH2sHI", 8, 0x1110, b"SQ", 0, 0xFFFFFFFF) + body + b"\xfe\xff\xdd\xe0\0\0\0\0"
        dataset.save_as(file, enforce_file_format=True)
        content = file.read_bytes()
        start = 144 + struct.unpack_from("<I", content, 140)[0]
        file.write_bytes(content[:start] + element + content[start:])

    return lambda folder: slices(folder, change)


def many_values(count):
    """A slice whose orientation has a million numbers."""

    def change(file):
        dataset = pydicom.dcmread(file)
        content = file.read_bytes()
        start = 144 + struct.unpack_from("<I", content, 140)[0]
        del dataset
        text = b"\\".join([b"1"] * count)
        text += b" " * (len(text) % 2)
        element = struct.pack("<HH2sHI", 8, 8, b"UC", 0, len(text)) + text
        file.write_bytes(content[:start] + element + content[start:])

    return lambda folder: slices(folder, change)


def huge_slice(rows):
    def change(file):
        dataset = pydicom.dcmread(file)
        dataset.Rows = dataset.Columns = rows
        dataset.save_as(file)

    def build(folder):
        path = slices(folder, change)
        change(path / "slice0000.dcm")
        return path

    return build


def many_frames(folder):
    def change(file):
        dataset = pydicom.dcmread(file)
        dataset.NumberOfFrames = 2**31 - 1
        dataset.save_as(file)

    return slices(folder, change)


SHORT_BOMBS = {
    "gzip of one gigabyte": gzip_bomb((1024, 1024, 1024), GIBIBYTE),
    "gzip behind a small image": gzip_bomb((16, 16, 16), GIBIBYTE // 4),
    "gzip in gzip": gzip_in_gzip,
    "a header of 35 tera voxels": size_lie((32767, 32767, 32767)),
    "first voxel far away": far_first_voxel(1e8),
    "deflated DICOM of one gigabyte": deflated_bomb(GIBIBYTE),
    "sequences nested 100 000 deep": nested(100_000),
    "a sequence of a million items": wide(1_000_000),
    "a slice of 4 giga pixels": huge_slice(65535),
    "two milliard frames": many_frames,
}

BOMBS = SHORT_BOMBS | {
    **{f"gzip, {n} a side": gzip_bomb((n, n, n), n**3) for n in (256, 512, 640, 700, 900)},
    **{f"gzip behind, {n}": gzip_bomb((n, n, n), GIBIBYTE // 2) for n in (8, 16, 32, 64, 128)},
    **{
        f"lie of {n} a side, {k}": size_lie((n, n, n), packed=k)
        for n in (200, 2000, 30000)
        for k in (True, False)
    },
    **{
        f"lie of type {t}": size_lie((100, 100, 100), datatype=t, bits=b)
        for t, b in ((64, 64), (1536, 128), (1792, 128), (2048, 256))
    },
    **{f"first voxel at {o:g}": far_first_voxel(o) for o in (9e5, 1e7, 1e30, float("nan"), -1e9)},
    **{f"deflated {n} MiB": deflated_bomb(n * 2**20) for n in (64, 128, 256, 512, 2000)},
    **{f"deflated pixels of {n} MiB": deflated_bomb(n * 2**20, 0x7FE00010) for n in (400, 800)},
    **{f"nested {n}": nested(n) for n in (300, 500, 5000, 20_000)},
    **{f"{n} items": wide(n) for n in (500_000, 2_000_000)},
    **{f"{n} values": many_values(n) for n in (20_000_000,)},
    **{f"slice of {n} a side": huge_slice(n) for n in (5000, 20_000)},
}


def no_bomb_goes_off(bombs, sound, tmp_path):
    went_through = []
    with ImageReader() as reader:
        for number, (name, build) in enumerate(bombs.items()):
            folder = tmp_path / str(number)
            folder.mkdir()
            path = build(folder)
            started(reader, sound / "a.nii")
            if refusal(reader, path) is None:
                went_through.append(name)
    assert not went_through


def test_no_bomb_goes_off(sound_files, tmp_path):
    no_bomb_goes_off(SHORT_BOMBS, sound_files, tmp_path)


@pytest.mark.long
def test_no_bomb_of_fifty_goes_off(sound_files, tmp_path):
    assert len(BOMBS) >= 50
    no_bomb_goes_off(BOMBS, sound_files, tmp_path)


def test_sequences_that_say_their_length_are_passed_over_unopened(sound_files, tmp_path):
    """Nested a thousandfold, they are no bomb to a reader that never looks into them."""
    with ImageReader() as reader:
        started(reader, sound_files / "a.nii")
        assert refusal(reader, nested(1000, undefined=False)(tmp_path)) is None


def test_what_unfolds_beyond_the_memory_allowed_is_refused_for_that(sound_files, tmp_path):
    unhurried = ReadLimits(seconds=60.0)  # on a busy machine time would be up first
    with ImageReader(unhurried) as reader, pytest.raises(UnreadableInput, match="takes more memory"):
        reader.read(deflated_bomb(GIBIBYTE)(tmp_path))


def test_what_takes_too_long_is_refused_for_that(sound_files, tmp_path):
    with ImageReader() as reader, pytest.raises(UnreadableInput, match="took longer than 2"):
        reader.read(wide(1_000_000)(tmp_path))


@pytest.mark.parametrize("name", ["a.nii", "a.nii.gz", "slices"])
def test_an_image_of_more_voxels_than_allowed_is_refused_before_it_is_read(sound_files, name):
    limits = ReadLimits(most_voxels=900)
    with ImageReader(limits) as reader, pytest.raises(UnreadableInput, match=r"960 voxels.*at most 900"):
        reader.read(sound_files / name)


# --- the reader after such files


def test_the_reader_reads_on_after_its_process_was_killed(sound_files, tmp_path, small_ct):
    with ImageReader() as reader:
        with pytest.raises(UnreadableInput):
            reader.read(wide(1_000_000)(tmp_path))
        image = reader.read(sound_files / "a.nii")
    assert np.array_equal(image.volume.values, small_ct.values)


def test_a_refusal_names_the_file_and_never_its_folder(sound_files, tmp_path):
    folder = tmp_path / "Maria Muster 1950"
    folder.mkdir()
    path = size_lie((2000, 2000, 2000))(folder)
    with ImageReader() as reader, pytest.raises(UnreadableInput, match=r"lie\.nii") as error:
        reader.read(path)
    assert "Muster" not in str(error.value)
