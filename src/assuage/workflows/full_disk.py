"""What is said when a review can't write what it has to, because the disk is full."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from assuage.errors import FULL_DISK, UsageError

_WORDS = ("No space left on device", "File too large", "Disk quota exceeded", "failed to offload data block")


@contextmanager
def full_disk_said() -> Iterator[None]:
    """Turn an error of writing into a UsageError; what stood there before is still whole.

    Errors of other kinds pass.
    """
    try:
        yield
    except OSError as error:
        if (why := FULL_DISK.get(error.errno or 0)) is None:
            raise
        raise UsageError(_said(why)) from error
    except sqlite3.OperationalError as error:
        if not error.sqlite_errorname.startswith(("SQLITE_FULL", "SQLITE_IOERR")):
            raise
        raise UsageError(_said("the disk is full")) from error
    except duckdb.Error as error:
        if not is_full(error):
            raise
        raise UsageError(_said("disk or memory have run out")) from error


def is_full(error: duckdb.Error) -> bool:
    """Whether DuckDB stopped because no more could be written or held."""
    return isinstance(error, duckdb.OutOfMemoryException) or any(words in str(error) for words in _WORDS)


def _said(why: str) -> str:
    return (
        f"The review could not be written: {why}. The last report is as it was. "
        "Make room where the report goes and where temporary files go (TMPDIR), and run it again."
    )
