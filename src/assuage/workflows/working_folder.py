"""A folder that a review works in: gone when it ends, and cleared away by the next one if it was killed.

It holds people's records, so that none may stay behind.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_UNNAMED = ".new-assuage-"


@contextmanager
def working_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """A new folder in `parent`; leftovers there whose name begins with `prefix` are deleted first.

    Raises OSError where `parent` can't be written.
    """
    _clear_leftovers(parent, prefix)
    # named when it is locked, or a review that starts now could take it for a leftover
    unnamed = Path(tempfile.mkdtemp(prefix=_UNNAMED, dir=parent))
    lock = _locked(unnamed)
    folder = unnamed.rename(parent / f"{prefix}{unnamed.name.removeprefix(_UNNAMED)}")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def _clear_leftovers(parent: Path, prefix: str) -> None:
    """Delete the folders of reviews that were killed; one that is still running keeps its own."""
    for leftover in parent.glob(f"{prefix}*"):
        lock = _locked(leftover)
        if lock is not None:
            shutil.rmtree(leftover, ignore_errors=True)
            os.close(lock)


def _locked(folder: Path) -> int | None:
    """Lock a folder for as long as this process lives; None where it is another's."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle
