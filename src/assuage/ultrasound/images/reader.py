"""Read an image in a process of its own, capped in memory and time.

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
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from assuage.errors import AssuageError, UnreadableInput
from assuage.ultrasound.images.nifti import Form
from assuage.ultrasound.images.parsed import Acquisition, Header
from assuage.ultrasound.images.volume import ImageVolume

SECONDS_TO_START = 60.0
WORKER = "assuage.ultrasound.images.worker"


@dataclass(frozen=True)
class ReadLimits:
    """What parsing one image may take.

    The header gets `seconds`, and `seconds_per_slice` more for each file of a folder; the values get
    `seconds` again, and more by their number, which the header has to make plausible first.
    """

    seconds: float = 2.0
    seconds_per_slice: float = 0.05
    voxels_per_second: float = 5e6
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
        """Read a NIfTI file or a folder of DICOM slices; raises UnreadableInput.

        `form`: follow the qform or the sform of a NIfTI file in which the two differ. `series_number`:
        which series of a folder with several.
        """
        with tempfile.TemporaryDirectory(prefix="assuage-image-") as folder:
            values = Path(folder) / "values.f32"
            request = {
                "path": str(path.absolute()),
                "values": str(values),
                "form": form,
                "series_number": series_number,
                "most_voxels": self._limits.most_voxels,
            }
            header = self._parsed(request, path)
            return _assembled(header, values, path)

    def _parsed(self, request: dict[str, Any], path: Path) -> Header:
        limits = self._limits
        if self._worker is None:
            self._worker = _Worker(limits.memory_mb)
        try:
            self._worker.ask(request)
            slices = len(os.listdir(path)) if path.is_dir() else 0  # noqa: PTH208 - a count, no paths
            placed = self._answer(limits.seconds + slices * limits.seconds_per_slice, path)
            header = Header.from_json(placed["placed"])
            self._answer(limits.seconds + header.voxels / limits.voxels_per_second, path)
        except _WorkerEnded as ended:
            self.close()
            raise UnreadableInput(
                ended.found,
                path=path,
                expected="a NIfTI file, or a folder with the slices of one DICOM series",
                remedy="fetch the images again; if they are sound, allow more time or memory (ReadLimits)",
            ) from None
        return header

    def _answer(self, seconds: float, path: Path) -> dict[str, Any]:
        assert self._worker is not None  # noqa: S101 - for the type checker; `_parsed` has made one
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


def _assembled(header: Header, values: Path, path: Path) -> ReadImage:
    stored: NDArray[np.float32] = np.fromfile(values, dtype="<f4")
    if len(stored) != header.voxels:
        found = "the file ends before the image does"
        raise UnreadableInput(found, path=path, expected="a whole image", remedy="fetch the images again")
    ordered = np.ascontiguousarray(stored.reshape(header.shape, order="F"), dtype=np.float32)
    affine = np.array(header.affine_ras_mm, dtype=np.float64)
    return ReadImage(ImageVolume(ordered, affine), header.modality, header.acquisition, header.remarks)


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
