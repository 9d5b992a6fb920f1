"""What is said when Spark fails: which of the known kinds of failure it is, and what can be done.

Spark's own words are never shown: they quote values and paths. They are only looked at for the marks of a
kind, most of them names of its error conditions
(https://spark.apache.org/docs/latest/sql-error-conditions.html).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from assuage.errors import UnreadableInput

_EXPECTED = "a Spark that runs to the end, over tables that hold what they should"


@dataclass(frozen=True)
class Failure:
    """A kind of failure: what is said of it, and what can be done."""

    found: str
    remedy: str


_AGAIN = "run it again; nothing was written but what Spark deletes itself"
_STOPPED = Failure(
    "Spark stopped before the end", f"see that nothing kills it (memory, a limit), and {_AGAIN}"
)

_BY_WORDS = (
    (
        ("No space left on device", "File too large", "Disk quota exceeded"),
        Failure(
            "Spark has no room left for what it keeps on disk",
            f"make room where temporary files go (TMPDIR; on a cluster spark.local.dir), and {_AGAIN}",
        ),
    ),
    (
        ("OutOfMemoryError", "SparkOutOfMemoryError"),
        Failure("Spark ran out of memory", f"give it more, or fewer cores at once, and {_AGAIN}"),
    ),
    (
        ("CHECKPOINT_RDD_BLOCK_ID_NOT_FOUND", "ExecutorLostFailure", "FetchFailedException"),
        Failure("an executor was lost, and with it what it had worked out", _AGAIN),
    ),
    (
        ("FAILED_READ_FILE", "CANNOT_READ_FILE_FOOTER", "is not a Parquet file", "FileNotFoundException"),
        Failure(
            "a file of the tables is missing or damaged", "ingest the source again, or copy the files again"
        ),
    ),
    (
        ("CAST_INVALID_INPUT", "CAST_OVERFLOW", "ARITHMETIC_OVERFLOW", "NUMERIC_VALUE_OUT_OF_RANGE"),
        Failure(
            "a value in the tables is outside what can be computed with",
            "look for impossible numbers and dates in the columns of doses, quantities and scores",
        ),
    ),
    (("stopped SparkContext", "SparkContext was shut down", "has been shut down"), _STOPPED),
)


@contextmanager
def told() -> Iterator[None]:
    """Turn Spark's failures in the block into an UnreadableInput; other errors pass."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    # the way to a Java process that is gone fails as the system tells it, without a word of Spark's
    except (Py4JError, PySparkException, ConnectionError, EOFError) as error:
        raise unreadable(_kind_of(error)) from None


def _kind_of(error: BaseException) -> Failure:
    words = f"{error} {getattr(error, 'java_exception', '')}"
    known = next((kind for marks, kind in _BY_WORDS if any(mark in words for mark in marks)), None)
    if known is None and not _answered(error):
        return _STOPPED
    return known or Failure("Spark could not do what it was asked", "see Spark's own log, and tell us")


def _answered(error: BaseException) -> bool:
    """Whether an error came from Java, and not for want of any answer from there."""
    from py4j.protocol import Py4JJavaError
    from pyspark.errors import PySparkException

    return isinstance(error, Py4JJavaError | PySparkException) or "Trace:" in str(error)


def unreadable(failure: Failure, expected: str = _EXPECTED) -> UnreadableInput:
    """The error that is shown for a failure."""
    return UnreadableInput(found=failure.found, expected=expected, remedy=failure.remedy)
