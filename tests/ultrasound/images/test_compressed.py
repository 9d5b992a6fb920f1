"""Pixels compressed without loss are the same pixels; those compressed with loss are no Hounsfield units."""

import struct

import numpy as np
import pydicom
import pytest
from pydicom.data import get_testdata_file
from pydicom.encaps import encapsulate, generate_frames
from pydicom.uid import (
    JPEG2000,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLossless,
    JPEGLSLossless,
    RLELossless,
)

from assuage.errors import UnreadableInput
from assuage.ultrasound.images.reader import ImageReader
from assuage.ultrasound.images.writer import write_dicom_folder
from ultrasound.images.dicom_kinds import LOSSLESS, compress, enhanced, gdcm_compress


@pytest.fixture
def folder(tmp_path, small_ct):
    write_dicom_folder(small_ct, tmp_path / "slices", description="phantom")
    return tmp_path / "slices"


def rewrite(file, change, *, syntax=None):
    """Change the one compressed stream of a file."""
    dataset = pydicom.dcmread(file)
    (stream,) = generate_frames(dataset.PixelData, number_of_frames=1)
    dataset.PixelData = encapsulate([change(stream)])
    if syntax is not None:
        dataset.file_meta.TransferSyntaxUID = syntax
    dataset.save_as(file)


@pytest.mark.parametrize("syntax", LOSSLESS, ids=lambda uid: uid.name)
def test_slices_packed_without_loss_are_the_slices(reader, folder, small_ct, syntax):
    for file in folder.iterdir():
        compress(file, syntax)
        assert pydicom.dcmread(file).file_meta.TransferSyntaxUID == syntax
    read = reader.read(folder).volume
    assert np.array_equal(read.values, small_ct.values)
    assert np.allclose(read.affine_ras_mm, small_ct.affine_ras_mm)


@pytest.mark.parametrize("syntax", LOSSLESS, ids=lambda uid: uid.name)
def test_signed_pixels_of_twelve_bits_keep_their_sign_when_packed(reader, folder, syntax):
    values = np.arange(-60, 60, dtype=np.int16)
    for file in folder.iterdir():
        dataset = pydicom.dcmread(file)
        dataset.PixelRepresentation, dataset.BitsStored, dataset.HighBit = 1, 12, 11
        dataset.PixelData = values.astype("<i2").tobytes()
        dataset.RescaleIntercept = "0"
        dataset.save_as(file)
        compress(file, syntax)
    assert np.array_equal(reader.read(folder).volume.values[:, :, 0].T.ravel(), values)


@pytest.mark.parametrize("name", ["MR_small_RLE", "MR_small_jp2klossless", "MR_small_jpeg_ls_lossless"])
def test_a_slice_packed_by_another_program_is_the_plain_slice(tmp_path, name):
    """The same slice, plain and packed, as pydicom ships them; doubled, for one slice is no image."""
    volumes = []
    for source in ("MR_small", name):
        folder = tmp_path / source
        folder.mkdir()
        for number in range(2):
            dataset = pydicom.dcmread(get_testdata_file(f"{source}.dcm"))
            x, y, z = dataset.ImagePositionPatient
            dataset.ImagePositionPatient = [x, y, z + 2.0 * number]
            dataset.save_as(folder / f"{number}.dcm")
        with ImageReader() as reader:
            volumes.append(reader.read(folder).volume)
    assert volumes[0].values.max() > 0
    assert np.array_equal(volumes[0].values, volumes[1].values)


@pytest.mark.parametrize("table", [True, False], ids=["offset table", "no offset table"])
@pytest.mark.parametrize("pieces", [1, 3])
def test_frames_of_one_file_may_be_packed_in_pieces_with_a_table_of_where_they_begin(
    reader, folder, small_ct, tmp_path, table, pieces
):
    one = enhanced(sorted(folder.iterdir()), tmp_path / "enhanced.dcm")
    compress(one, JPEG2000Lossless)
    dataset = pydicom.dcmread(one)
    streams = list(generate_frames(dataset.PixelData, number_of_frames=8))
    dataset.PixelData = encapsulate(streams, fragments_per_frame=pieces, has_bot=table)
    dataset.save_as(one)
    if pieces > 1 and not table:
        with pytest.raises(UnreadableInput, match="not as many pixels as it says"):
            reader.read(one)
    else:
        assert np.array_equal(reader.read(one).volume.values, small_ct.values)


# --- what lost something


def lossy_syntax(file):
    dataset = pydicom.dcmread(file)
    dataset.PixelData = encapsulate([b"\xff\xd8" + b"\0" * 62])
    dataset["PixelData"].VR = "OB"
    dataset.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    dataset.save_as(file)


def maybe_lossy_jpeg_2000(file):
    compress(file, JPEG2000Lossless)
    rewrite(file, lambda stream: stream, syntax=JPEG2000)


def once_lossy(file):
    dataset = pydicom.dcmread(file)
    dataset.LossyImageCompression = "01"
    dataset.save_as(file)


def near_lossless_called_lossless(file):
    gdcm_compress(file, "JPEGLSLossless")
    rewrite(file, lambda stream: set_near(stream, 3))


def set_near(stream, near):
    data = bytearray(stream)
    scan = stream.index(b"\xff\xda")
    length = struct.unpack_from(">H", data, scan + 2)[0]
    data[scan + 2 + length - 3] = near
    return bytes(data)


def low_bits_thrown_away(file):
    compress(file, JPEGLossless)

    def change(stream):
        data = bytearray(stream)
        scan = stream.index(b"\xff\xda")
        data[scan + 1 + struct.unpack_from(">H", data, scan + 2)[0]] = 2
        return bytes(data)

    rewrite(file, change)


def irreversible_called_lossless(file):
    compress(file, JPEG2000Lossless)

    def change(stream):
        data = bytearray(stream)
        data[stream.index(b"\xff\x52") + 13] = 0
        return bytes(data)

    rewrite(file, change)


def baseline_called_lossless(file):
    compress(file, JPEGLossless)
    rewrite(file, lambda stream: stream.replace(b"\xff\xc3", b"\xff\xc0", 1))


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lossy_syntax, "in a way that may lose something"),
        (maybe_lossy_jpeg_2000, "in a way that may lose something"),
        (once_lossy, "once compressed with loss"),
        (near_lossless_called_lossless, "were compressed with loss"),
        (low_bits_thrown_away, "were compressed with loss"),
        (irreversible_called_lossless, "were compressed with loss"),
        (baseline_called_lossless, "were compressed with loss"),
    ],
)
def test_what_was_compressed_with_loss_is_refused(reader, folder, spoil, complaint):
    spoil(folder / "slice0003.dcm")
    with pytest.raises(
        UnreadableInput, match=rf"slice0003\.dcm: .*{complaint}.*what is lost does not come back"
    ):
        reader.read(folder)


# --- streams that are not what the header says


def another_size(file, syntax):
    """A stream of a 24 x 20 image in the file of a 12 x 10 one."""
    plain = pydicom.dcmread(file)
    bigger = pydicom.dcmread(file)
    bigger.Rows, bigger.Columns = 2 * plain.Rows, 2 * plain.Columns
    bigger.PixelData = np.arange(bigger.Rows * bigger.Columns, dtype="<u2").tobytes()
    bigger.save_as(file)
    compress(file, syntax)
    packed = pydicom.dcmread(file)
    packed.Rows, packed.Columns = plain.Rows, plain.Columns
    packed.save_as(file)


@pytest.mark.parametrize("syntax", LOSSLESS, ids=lambda uid: uid.name)
def test_a_stream_of_another_size_than_its_header_says_is_refused(reader, folder, syntax):
    another_size(folder / "slice0003.dcm", syntax)
    complaint = "can't be unpacked" if syntax == RLELossless else "another size than its header says"
    with pytest.raises(UnreadableInput, match=rf"slice0003\.dcm: .*{complaint}"):
        reader.read(folder)


@pytest.mark.parametrize("syntax", LOSSLESS, ids=lambda uid: uid.name)
def test_a_stream_cut_short_in_its_header_is_refused(reader, folder, syntax):
    compress(folder / "slice0003.dcm", syntax)
    rewrite(folder / "slice0003.dcm", lambda stream: stream[:12])
    with pytest.raises(UnreadableInput, match=r"slice0003\.dcm"):
        reader.read(folder)


def test_a_stream_of_another_kind_is_refused(reader, folder):
    compress(folder / "slice0003.dcm", JPEGLSLossless)
    rewrite(folder / "slice0003.dcm", lambda stream: stream, syntax=JPEG2000Lossless)
    with pytest.raises(UnreadableInput, match="does not begin like a JPEG 2000 stream"):
        reader.read(folder)
