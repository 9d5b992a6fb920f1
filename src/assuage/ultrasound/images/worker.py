"""The process that parses images: small, capped in memory, and killed when it takes too long.

It reads one JSON request for each line of standard input and answers in JSON lines: `placed` once
the header is understood, then `done`; or `refused`. Values go to the file named in the request.
Run by `reader`, never by hand: `python -m assuage.ultrasound.images.worker MEMORY_MB`.
"""

from __future__ import annotations

import json
import os
import sys
import warnings
import zlib
from pathlib import Path
from typing import Any, TextIO

from assuage.errors import UnreadableInput
from assuage.ultrasound.images.dicom import open_dicom
from assuage.ultrasound.images.nifti import open_nifti
from assuage.ultrasound.images.nifti_series import open_complex_nifti, open_polar_nifti
from assuage.ultrasound.images.parsed import Placed, refused
from assuage.ultrasound.images.phase_series import open_phase_series

MEBIBYTE = 2**20


def main() -> None:
    """Answer requests until standard input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    # What a library prints must not be taken for an answer.
    os.dup2(2, 1)
    warnings.simplefilter("ignore")
    _cap_memory(int(sys.argv[1]))
    _say(answers, {"ready": True})
    for line in sys.stdin:
        _say(answers, _answer(json.loads(line), answers))


def _cap_memory(megabytes: int) -> None:
    """Cap the whole address space, and write no core file; on Windows there is no such cap."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (megabytes * MEBIBYTE, megabytes * MEBIBYTE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _say(answers: TextIO, answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


def _answer(request: dict[str, Any], answers: TextIO) -> dict[str, Any]:
    path = Path(request["path"])
    try:
        placed = _opened(path, request)
        _say(answers, {"placed": placed.header.as_json(), "voxels": placed.header.voxels})
        with Path(request["values"]).open("wb") as sink:
            placed.write_values(sink)
    except UnreadableInput as refusal:
        return _refusal(refusal)
    except MemoryError:
        found = "reading the image takes more memory than it may: a file is damaged, or made to do harm"
        return _refusal(_suspect(path, found)) | {"worn": True}
    except RecursionError:
        return _refusal(_suspect(path, "the file's parts are nested too deeply")) | {"worn": True}
    except (OSError, EOFError, zlib.error) as error:
        found = "the file or folder can't be read to its end"
        if isinstance(error, PermissionError | FileNotFoundError):
            found = "the file or folder can't be opened"
        return _refusal(_suspect(path, found))
    except Exception:  # parsers meet broken files with whatever comes first
        return _refusal(_suspect(path, "the file is damaged: its header can't be understood"))
    return {"done": True}


def _opened(path: Path, request: dict[str, Any]) -> Placed:
    """Read the headers of what is asked for: an image, or a series of complex ones in one of three forms."""
    most, asked = int(request["most_voxels"]), request["asked"]
    if asked == "complex":
        return open_complex_nifti(path, most_voxels=most)
    if asked == "polar":
        return open_polar_nifti(path, Path(request["phase"]), most_voxels=most)
    if asked == "phase series":
        return open_phase_series(path, series_numbers=request["series_numbers"], most_voxels=most)
    if path.is_dir() or _is_dicom(path):
        return open_dicom(path, series_number=request["series_number"], most_voxels=most)
    return open_nifti(path, form=request["form"], most_voxels=most)


def _is_dicom(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(132)[128:] == b"DICM"


def _suspect(path: Path, found: str) -> UnreadableInput:
    return refused(
        path,
        found,
        "a NIfTI file, or one DICOM series: a folder of slices, or an enhanced file",
        "fetch the images again from where they were made",
    )


def _refusal(refusal: UnreadableInput) -> dict[str, Any]:
    return {
        "refused": {
            "found": refusal.found,
            "name": refusal.path.name if refusal.path else None,
            "expected": refusal.expected,
            "remedy": refusal.remedy,
        }
    }


if __name__ == "__main__":
    main()
