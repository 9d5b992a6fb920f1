"""Read a series of MR phase images from DICOM: which frames make one image, in which order, taken when.

Images come as real and imaginary parts or as magnitude and phase; all in one series, a series for each part,
or a series for each image. What belongs together is told by part, place and time, never by name or number.
"""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from assuage.errors import UnreadableInput
from assuage.ultrasound.images.frames import files_of, frames_of
from assuage.ultrasound.images.mr_frames import MrFrame, Part, mr_frame
from assuage.ultrasound.images.parsed import SeriesHeader, as_float32, refused
from assuage.ultrasound.images.pixels import FrameReader, refuse_implausible
from assuage.ultrasound.images.stack import Remarks, one_slice, refuse_different, stacked

Pair = tuple[Part, Part]
CARTESIAN: Pair = (Part.REAL, Part.IMAGINARY)
POLAR: Pair = (Part.MAGNITUDE, Part.PHASE)

SAME_PLACE_MM = 0.01
SAME_START_S = 0.05  # of two parts of one image
LONGEST_S = 12 * 3600.0  # of a series: more, and a clock without a date has passed midnight
MOST_PHASE_RAD = 2 * math.pi * 1.01

Clock = Callable[[MrFrame], float | None]
TIMES: tuple[Clock, ...] = (lambda frame: frame.start_s, lambda frame: frame.trigger_s)
ORDER: Clock = lambda frame: frame.position  # noqa: E731 - the third clock, of which only the order counts


@dataclass(frozen=True, eq=False)
class PhaseSeries:
    """See `Placed`; `images` holds, for every image and slice, the frames of its two parts."""

    header: SeriesHeader
    images: tuple[tuple[tuple[MrFrame, MrFrame], ...], ...]
    pair: Pair

    def write_values(self, sink: BinaryIO) -> None:
        """See `Placed`."""
        reader_of = {part: FrameReader() for part in self.pair}
        for image in self.images:
            for frames in image:
                first, second = (_values(reader_of[frame.part], frame) for frame in frames)
                sink.write(_complex(first, second, self.pair).tobytes())


def open_phase_series(path: Path, *, series_numbers: Sequence[int], most_voxels: int) -> PhaseSeries:
    """Read the headers of a series, in a folder or one file, and sort it; raises UnreadableInput.

    `series_numbers`: which series of the folder make it up; all of them where it is empty.
    """
    frames, left_out = _mr_frames(path, series_numbers)
    refuse_different([frame.slice for frame in frames])
    pair = _pair(frames, path)
    used = [frame for frame in frames if frame.part in pair]
    _refuse_mixed_series(used, path)
    by_place = _by_place(used, pair, path)
    clock = _clock(by_place, path)
    images = _images(by_place, pair, clock)
    affine, order, remarks = _placed(images[0], path)
    shape = (used[0].slice.columns, used[0].slice.rows, len(order))
    if len(images) * math.prod(shape) > most_voxels:
        raise refused(
            path,
            f"the series has {len(images) * math.prod(shape)} voxels",
            f"at most {most_voxels}",
            "give fewer images or slices",
        )
    refuse_implausible((frame.slice.pixels for frame in used), path)
    starts_s = _starts_s(images, pair, clock, path)
    counts = (
        ("files_that_are_no_slices", left_out),
        ("frames_of_other_parts", len(frames) - len(used)),
        ("images_missing", _missing(starts_s)),
    )
    header = SeriesHeader(
        shape,
        len(images),
        affine.tolist(),
        starts_s,
        _one_value(used, lambda frame: frame.echo_time_s, "echo time", path),
        _one_value(used, lambda frame: frame.field_strength_t, "field strength", path),
        (*remarks, *((code, float(count)) for code, count in counts if count)),
    )
    return PhaseSeries(header, tuple(tuple(image[i] for i in order) for image in images), pair)


def _mr_frames(path: Path, series_numbers: Sequence[int]) -> tuple[list[MrFrame], int]:
    """The frames of the series asked for, and how many files are no images."""
    found: list[MrFrame] = []
    left_out = 0
    for file in files_of(path):
        frames = list(frames_of(file))
        left_out += not frames
        if frames and series_numbers:
            number = int(frames[0].dataset.get("SeriesNumber") or 0)
            frames = frames if number in series_numbers else []
        found += map(mr_frame, frames)
    if not found:
        raise refused(
            path,
            "the folder holds no MR images, or none of those series",
            "a series of MR phase images",
            "check the folder and the series numbers",
        )
    return found, left_out


def _pair(frames: Sequence[MrFrame], path: Path) -> Pair:
    parts = {frame.part for frame in frames}
    for pair in (CARTESIAN, POLAR):
        if parts.issuperset(pair):
            return pair
    raise refused(
        path,
        f"the images show only: {', '.join(sorted(parts))}",
        "real and imaginary parts, or magnitude and phase",
        "put both series into the folder: without magnitude nobody knows which phase is noise",
    )


def _refuse_mixed_series(frames: Sequence[MrFrame], path: Path) -> None:
    """Two sonications one after the other would pass for one: several series of a part hold an image each."""
    counts: dict[Part, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for frame in frames:
        counts[frame.part][frame.slice.series] += 1
    slices = len({_depth_mm(frame) for frame in frames})
    for of_part in counts.values():
        if len(of_part) > 1 and set(of_part.values()) != {slices}:
            raise _several(frames, path)


def _several(frames: Sequence[MrFrame], path: Path) -> UnreadableInput:
    counts: dict[tuple[int, str], int] = defaultdict(int)
    for frame in frames:
        counts[frame.slice.series_number, frame.part.value] += 1
    kinds = "; ".join(f"number {n}: {part}, {count}" for (n, part), count in sorted(counts.items())[:20])
    return refused(
        path,
        f"the folder holds several series of many images ({kinds})",
        "one sonication: a series, or a series for each part or for each image",
        "say which by their numbers (--series)",
    )


def _depth_mm(frame: MrFrame) -> float:
    normal = np.cross(frame.slice.along_columns_ras, frame.slice.along_rows_ras)
    return round(float(frame.slice.position_ras_mm @ normal) / SAME_PLACE_MM) * SAME_PLACE_MM


ByPlace = dict[tuple[Part, float], list[MrFrame]]


def _by_place(frames: Sequence[MrFrame], pair: Pair, path: Path) -> ByPlace:
    """The frames of every part at every place; each place has to have as many as every other."""
    places: ByPlace = defaultdict(list)
    for frame in frames:
        places[frame.part, _depth_mm(frame)].append(frame)
    depths = {depth for _, depth in places}
    counts = {len(places.get((part, depth), ())) for part in pair for depth in depths}
    if len(counts) > 1:
        raise refused(
            path,
            f"there are {min(counts)} to {max(counts)} images of a slice and part",
            "every slice of every image, in both parts, once",
            "fetch what is missing, take out copies and other series, or name the series (--series)",
        )
    return places


def _clock(places: ByPlace, path: Path) -> Clock:
    """The first clock that tells the images of every place apart."""
    for clock in (*TIMES, ORDER):
        readings = [[clock(frame) for frame in frames] for frames in places.values()]
        if all(None not in one and len(set(one)) == len(one) for one in readings):
            return clock
    raise refused(
        path,
        "the files do not say in which order the images were taken, or an image is there twice",
        "AcquisitionTime, TriggerTime or TemporalPositionIdentifier, one for each image",
        "take out the copies, or export the series as acquired",
    )


def _images(places: ByPlace, pair: Pair, clock: Clock) -> list[list[tuple[MrFrame, MrFrame]]]:
    """For every image in order of time, the pairs of its slices in order of depth."""

    def read(frame: MrFrame) -> float:
        reading = clock(frame)
        assert reading is not None  # noqa: S101 - `_clock` has seen to it
        return reading

    depths = sorted({depth for _, depth in places})
    first, second = ([sorted(places[part, depth], key=read) for depth in depths] for part in pair)
    count = len(first[0])
    return [[(a[n], b[n]) for a, b in zip(first, second, strict=True)] for n in range(count)]


def _placed(
    image: Sequence[tuple[MrFrame, MrFrame]], path: Path
) -> tuple[NDArray[np.float64], list[int], Remarks]:
    """Affine, order of the slices, remarks."""
    if len(image) == 1:
        frame = image[0][0]
        return one_slice(frame.slice, frame.thickness_mm), [0], ()
    slices = [pair[0].slice for pair in image]
    affine, ordered, remarks = stacked(slices, path)
    return affine, [next(i for i, s in enumerate(slices) if s is one) for one in ordered], remarks


def _starts_s(
    images: Sequence[Sequence[tuple[MrFrame, MrFrame]]], pair: Pair, clock: Clock, path: Path
) -> list[float] | None:
    """When every image began, from the first; None where the clock knows the order alone."""
    if clock is ORDER:
        return None
    readings = np.array([[[clock(frame) for frame in frames] for frames in image] for image in images], float)
    starts, ends = readings.min(axis=(1, 2)), readings.max(axis=(1, 2))
    apart = np.abs(readings[..., 0] - readings[..., 1]).max()
    if apart > SAME_START_S:
        raise refused(
            path,
            f"{pair[0]} and {pair[1]} of an image are up to {apart:.3g} s apart",
            "both parts of the same images",
            "name the series that belong together (--series)",
        )
    if len(starts) > 1 and (ends[:-1] >= starts[1:]).any():
        raise refused(
            path,
            "a slice of one image was taken after the next image had begun",
            "the same images of every slice",
            "fetch the slices that are missing",
        )
    if starts[-1] - starts[0] > LONGEST_S:
        raise refused(
            path,
            "the images span more than 12 hours",
            "the images of one sonication",
            "name its series (--series), or convert it to NIfTI",
        )
    return [float(start - starts[0]) for start in starts]


def _missing(starts_s: list[float] | None) -> int:
    """How many images the gaps between images have room for."""
    if starts_s is None or len(starts_s) < 3:
        return 0
    apart_s = np.diff(starts_s)
    steps = apart_s / statistics.median_low(apart_s)
    return int(np.maximum(np.rint(steps) - 1, 0).sum())


def _one_value(
    frames: Sequence[MrFrame], value_of: Callable[[MrFrame], float | None], name: str, path: Path
) -> float | None:
    """The value that all frames share; None where none says it."""
    values = {value_of(frame) for frame in frames}
    if len(values) > 1:
        raise refused(
            path,
            f"the images differ in {name}, or some do not say it",
            f"one {name}",
            "export one echo, and name its series (--series)",
        )
    return values.pop()


def _values(reader: FrameReader, frame: MrFrame) -> NDArray[np.float32]:
    place = frame.slice
    values = as_float32(reader.stored(place.pixels, place.frame), place.slope, place.intercept, place.path)
    if frame.part is Part.PHASE and np.abs(values).max() > MOST_PHASE_RAD:
        raise refused(
            place.path,
            "a phase reaches beyond a whole turn: its unit is not the one its header tells of",
            "phase within one turn",
            "export real and imaginary images, or convert to NIfTI with phase in radians",
        )
    if frame.part in CARTESIAN and not place.pixels.signed and place.intercept >= 0:
        raise refused(
            place.path,
            f"the {frame.part} part can't be negative as it is stored",
            "signed pixels, or an intercept below 0",
            "export the series as acquired",
        )
    return values


def _complex(first: NDArray[np.float32], second: NDArray[np.float32], pair: Pair) -> NDArray[np.complex64]:
    signal = first + 1j * second if pair == CARTESIAN else first * np.exp(1j * second)
    return signal.astype("<c8")
