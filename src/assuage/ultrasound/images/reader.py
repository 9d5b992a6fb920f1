"""Read an image, or a series of MR phase images, in a process of its own, capped in memory and time.

Image files come from outside, and parsers of such files have been the way in before. The parser
gets a path and answers with a header and a file of plain numbers; whatever happens to it, the program
goes on and says what is wrong with the input.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from assuage.errors import AssuageError, UnreadableInput
from assuage.ultrasound.images.nifti import Form
from assuage.ultrasound.images.parsed import Acquisition, Header, SeriesHeader
from assuage.ultrasound.images.volume import ImageVolume

SECONDS_TO_START = 60.0
WORKER = "assuage.ultrasound.images.worker"
MORE = "fetch the images again; if they are sound, allow more time or memory (ReadLimits)"
EXPECTED = "a NIfTI file, or one DICOM series: a folder of slices, or an enhanced file"


@dataclass(frozen=True)
class ReadLimits:
    """What parsing one image may take.

    The header gets `seconds`, and `seconds_per_slice` more for each file of a folder and `seconds_per_mb`
    for what a single file holds; the values get `seconds` again, and more by their number, which the
    header has to make plausible first.
    """

    seconds: float = 2.0
    seconds_per_slice: float = 0.05
    seconds_per_mb: float = 0.05
    voxels_per_second: float = 2.5e6
    memory_mb: int = 512
    most_voxels: int = 400_000_000


@dataclass(frozen=True, eq=False)
class ReadImage:
    """An image as read: values with their place, modality (CT, MR, None unknown), how taken, remarks.

    A remark is a code and a number, such as ("gantry_tilt_deg", 12.0).
    """

    volume: ImageVolume
    modality: str | None
    acquisition: Acquisition
    remarks: tuple[tuple[str, float], ...]


@dataclass(frozen=True, eq=False)
class ReadSeries:
    """A series of complex MR images as read.

    `images`: complex64, shape (images, ni, nj, nk). `affine_ras_mm`: shape (4, 4), voxel index to scanner
    RAS millimetres. `starts_s`, shape (images,): when each image began, from the first. What the files do
    not say is None. Remarks as in `ReadImage`.
    """

    images: NDArray[np.complex64]
    affine_ras_mm: NDArray[np.float64]
    starts_s: NDArray[np.float64] | None
    echo_time_s: float | None
    field_strength_t: float | None
    remarks: tuple[tuple[str, float], ...]


class ImageReader:
    """Reads images one after another through one parsing process, which is replaced when it had to be killed.

    >>> with ImageReader() as reader:  # doctest: +SKIP
    ...     ct = reader.read(Path("ct-slices")).volume
    """

    def __init__(self, limits: ReadLimits | None = None) -> None:
        self._limits = ReadLimits() if limits is None else limits
        self._worker: _Worker | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def process_id(self) -> int | None:
        """Of the parsing process, while there is one: it starts with the first image."""
        return None if self._worker is None else self._worker.process_id

    def close(self) -> None:
        """End the parsing process."""
        if self._worker is not None:
            self._worker.end()
            self._worker = None

    def read(self, path: Path, *, form: Form | None = None, series_number: int | None = None) -> ReadImage:
        """Read a NIfTI file, a folder of DICOM slices or an enhanced DICOM file; raises UnreadableInput.

        `form`: follow the qform or the sform of a NIfTI file in which the two differ. `series_number`:
        which series of a folder with several.
        """
        asked = {"asked": "image", "form": form, "series_number": series_number}
        placed, values = self._parsed(asked, path, np.dtype("<f4"))
        header = Header.from_json(placed)
        ordered = np.ascontiguousarray(values.reshape(header.shape, order="F"), dtype=np.float32)
        affine = np.array(header.affine_ras_mm, dtype=np.float64)
        return ReadImage(ImageVolume(ordered, affine), header.modality, header.acquisition, header.remarks)

    def read_phase_series(self, path: Path, *, series_numbers: Sequence[int] = ()) -> ReadSeries:
        """Read MR phase images from a DICOM folder or an enhanced file; raises UnreadableInput.

        `series_numbers`: which series of a folder belong together; all where none is named.
        """
        return self._series({"asked": "phase series", "series_numbers": list(series_numbers)}, path)

    def read_polar_nifti(self, magnitude: Path, phase: Path) -> ReadSeries:
        """Read magnitude and phase [rad], 4-D NIfTI each; raises UnreadableInput."""
        return self._series({"asked": "polar", "phase": str(phase.absolute())}, magnitude)

    def read_complex_nifti(self, path: Path) -> ReadSeries:
        """Read one 4-D NIfTI file of complex values; raises UnreadableInput."""
        return self._series({"asked": "complex"}, path)

    def _series(self, asked: dict[str, Any], path: Path) -> ReadSeries:
        placed, values = self._parsed(asked, path, np.dtype("<c8"))
        header = SeriesHeader.from_json(placed)
        by_image = values.reshape((*header.shape, header.images), order="F")
        return ReadSeries(
            np.ascontiguousarray(np.moveaxis(by_image, 3, 0), dtype=np.complex64),
            np.array(header.affine_ras_mm, dtype=np.float64),
            None if header.starts_s is None else np.array(header.starts_s, dtype=np.float64),
            header.echo_time_s,
            header.field_strength_t,
            header.remarks,
        )

    def _parsed(
        self, asked: dict[str, Any], path: Path, kind: np.dtype[Any]
    ) -> tuple[dict[str, Any], NDArray[Any]]:
        """The header as JSON, and the values."""
        with tempfile.TemporaryDirectory(prefix="assuage-image-") as folder:
            values = Path(folder) / "values"
            where = {"path": str(path.absolute()), "values": str(values)}
            request = asked | where | {"most_voxels": self._limits.most_voxels}
            try:
                placed, voxels = self._answered(request, path)
            except _WorkerEnded as ended:
                self.close()
                raise UnreadableInput(
                    ended.found,
                    path=path,
                    expected=EXPECTED,
                    remedy=MORE,
                ) from None
            stored: NDArray[Any] = np.fromfile(values, dtype=kind)
        if len(stored) != voxels:
            found = "the file ends before the image does"
            raise UnreadableInput(found, path=path, expected="a whole image", remedy="fetch the images again")
        return placed, stored

    def _answered(self, request: dict[str, Any], path: Path) -> tuple[dict[str, Any], int]:
        """The header as JSON, and how many values have been written behind it."""
        limits = self._limits
        if self._worker is None:
            self._worker = _Worker(limits.memory_mb)
        self._worker.ask(request)
        files = len(os.listdir(path)) if path.is_dir() else 0  # noqa: PTH208 - a count, no paths
        megabytes = path.stat().st_size / 1e6 if path.is_file() else 0.0
        more = files * limits.seconds_per_slice + megabytes * limits.seconds_per_mb
        answer = self._answer(limits.seconds + more, path)
        voxels = int(answer["voxels"])
        self._answer(limits.seconds + voxels / limits.voxels_per_second, path)
        return answer["placed"], voxels

    def _answer(self, seconds: float, path: Path) -> dict[str, Any]:
        assert self._worker is not None  # noqa: S101 - for the type checker; `_answered` has made one
        answer = self._worker.answer(seconds)
        if answer.get("worn"):
            self.close()
        if "refused" in answer:
            refused = answer["refused"]
            raise UnreadableInput(
                refused["found"],
                path=Path(refused["name"]) if refused["name"] else path,
                expected=refused["expected"],
                remedy=refused["remedy"],
            )
        return answer


def read_image(path: Path, *, form: Form | None = None, series_number: int | None = None) -> ReadImage:
    """Read one image; see `ImageReader.read`."""
    with ImageReader() as reader:
        return reader.read(path, form=form, series_number=series_number)


class _WorkerEnded(Exception):
    """The parsing process was killed, or died."""

    def __init__(self, found: str) -> None:
        self.found = found
        super().__init__(found)


class _Worker:
    """One parsing process. A thread reads its answers, so that waiting for one can end."""

    def __init__(self, memory_mb: int) -> None:
        # A thread's stack and a library's arena for each core would use up the address space.
        alone = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
        self._process = subprocess.Popen(  # noqa: S603 - this interpreter, this package's module
            [sys.executable, "-m", WORKER, str(memory_mb)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | alone,
            text=True,
            encoding="utf-8",
        )
        self._answers: queue.Queue[str] = queue.Queue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        try:
            self.answer(SECONDS_TO_START)
        except _WorkerEnded as ended:
            self.end()
            message = (
                "the process that parses images does not start: check the installation"
                " (pip install assuage[ultrasound])"
            )
            raise AssuageError(message) from ended

    @property
    def process_id(self) -> int:
        """Of the process."""
        return self._process.pid

    def _listen(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 - opened above
        for line in self._process.stdout:
            self._answers.put(line)
        self._answers.put("")

    def ask(self, request: dict[str, Any]) -> None:
        """Send one request."""
        assert self._process.stdin is not None  # noqa: S101 - opened above
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
        except OSError as error:
            found = "the process that read the image ended"
            raise _WorkerEnded(found) from error

    def answer(self, seconds: float) -> dict[str, Any]:
        """The next answer; raises _WorkerEnded where none comes in time."""
        try:
            line = self._answers.get(timeout=seconds)
        except queue.Empty:
            found = f"reading the image took longer than {seconds:.1f} s"
            raise _WorkerEnded(found) from None
        if not line:
            found = "the image made the process that read it end"
            raise _WorkerEnded(found)
        answer: dict[str, Any] = json.loads(line)
        return answer

    def end(self) -> None:
        """Kill the process and wait for it."""
        self._process.kill()
        self._process.wait()
        self._listener.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
