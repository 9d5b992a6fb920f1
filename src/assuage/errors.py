"""Every exception a user of assuage can meet, split by who must act.

    AssuageError
    +-- UsageError          the command line is wrong            exit 2
    +-- UnreadableInput     the input can't be read              exit 3
    +-- NothingToReview     the input holds nobody to review     exit 4
    +-- FaultyKnowledge     a rule, code or evidence file that ships with assuage is wrong

The first three are shown without a traceback. Their text never holds a person's id or a value from
a record: it names the file, the line and the record type, what was expected, and what to do.
"""

from __future__ import annotations

import errno
from pathlib import Path

FULL_DISK = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the quota is used up",
    errno.EFBIG: "a file grew too large",
}
"""The system's errors that say that no more can be written, in words: no fault of what is being read."""


class AssuageError(Exception):
    """Base of all; `exit_code` is what the command line ends with."""

    exit_code = 1


class UsageError(AssuageError):
    """The command line asks for something that does not exist or does not go together."""

    exit_code = 2


class UnreadableInput(AssuageError):
    """The input as a whole can't be read; single bad records are read-report lines instead.

    Parameters
    ----------
    found
        What is wrong, in words without any value from the record.
    path
        The file, shown by its name only: folder names may hold a person's name.
    line
        Line in the file, counted from 1, where known.
    record_type
        `Patient`, `drug_exposure`, `treatments`: what was being read, where known.
    expected
        What a right file has in this place.
    remedy
        What the user can do.
    """

    exit_code = 3

    def __init__(
        self,
        found: str,
        *,
        path: Path | None = None,
        line: int | None = None,
        record_type: str | None = None,
        expected: str = "",
        remedy: str = "",
    ) -> None:
        self.found, self.path, self.line = found, path, line
        self.record_type, self.expected, self.remedy = record_type, expected, remedy
        super().__init__(str(self))

    def __str__(self) -> str:
        place = ", ".join(
            part
            for part in (
                self.path.name if self.path else "",
                f"line {self.line}" if self.line else "",
                self.record_type or "",
            )
            if part
        )
        sentences = [f"{place}: {self.found}" if place else self.found]
        if self.expected:
            sentences.append(f"Expected: {self.expected}")
        if self.remedy:
            sentences.append(f"What to do: {self.remedy}")
        return ". ".join(sentence.rstrip(".") for sentence in sentences) + "."


class NothingToReview(AssuageError):
    """The input was read, and nobody in it has a pain condition we know."""

    exit_code = 4


class FaultyKnowledge(AssuageError):
    """A file of codes, thresholds or evidence inside the package breaks its own contract."""
