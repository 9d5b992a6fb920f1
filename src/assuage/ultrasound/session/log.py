"""The session's log on disk: one line for each entry, only ever added to.

An entry is acknowledged, by `add` returning, once its line is on the disk itself: a kill or a power cut
loses nothing acknowledged. Each line carries a check that runs on from the line before, so that a line
changed, lost or put in later is found.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from assuage.errors import UnreadableInput, UsageError
from assuage.ultrasound.session.entries import ENTRY, Entry
from assuage.ultrasound.session.rules import refusals
from assuage.ultrasound.session.signs import Refusal
from assuage.ultrasound.session.state import SessionState, after

FORMAT = "assuage-session/1"
CHECK_DIGITS = 16
RESTORE = "restore the file from a copy"


class NotAdmitted(UsageError):
    """An entry that the rules do not admit; nothing was written. `refusals` says why."""

    def __init__(self, refused: tuple[Refusal, ...]) -> None:
        self.refusals = refused
        super().__init__("; ".join(refusal.words for refusal in refused))


@dataclass(frozen=True)
class ReadLog:
    """The entries of a log in order, and the bytes of a torn last line, which was never acknowledged."""

    entries: tuple[Entry, ...]
    state: SessionState
    torn_bytes: int
    whole_bytes: int
    last_check: str


def read_log(path: Path) -> ReadLog:
    """Read a session's log.

    Raises UnreadableInput, naming the line, for one that is not as it was written, or that the rules
    would not have admitted; a last line without its end is left out and counted.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        found = f"the session's log can't be read: {error.strerror}"
        raise UnreadableInput(found, path=path, remedy="name another file") from error
    whole, _, torn = content.rpartition(b"\n")
    entries: list[Entry] = []
    state, check = SessionState(), FORMAT
    for number, line in enumerate(whole.split(b"\n") if whole else [], start=1):
        entry, check = _entry_of(line, check, path, number)
        refused = refusals(state, entry)
        if refused:
            found = f"the rules do not admit this entry: {refused[0].words}"
            raise UnreadableInput(found, path=path, line=number, remedy=RESTORE)
        entries.append(entry)
        state = after(state, entry)
    return ReadLog(tuple(entries), state, len(torn), len(content) - len(torn), check)


class SessionLog:
    """A log that is open for one writer. `torn_bytes` tells what a torn last line was shortened by."""

    def __init__(self, path: Path) -> None:
        try:
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            message = f"{path.name}: the session's log can't be written: {error.strerror}. Name another file."
            raise UsageError(message) from error
        try:
            _lock(self._handle, path)
            read = read_log(path)
        except (UsageError, UnreadableInput):
            os.close(self._handle)
            raise
        self.state, self.entries = read.state, list(read.entries)
        self.torn_bytes, self._check = read.torn_bytes, read.last_check
        os.ftruncate(self._handle, read.whole_bytes)
        os.lseek(self._handle, 0, os.SEEK_END)
        os.fsync(self._handle)
        _sync_folder(path.resolve().parent)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._handle)

    def add(self, entry: Entry) -> SessionState:
        """Write an entry; when this returns, it is on the disk.

        Raises NotAdmitted, with every reason, where the rules refuse it, and UsageError where the disk does;
        then the log is as before.
        """
        refused = refusals(self.state, entry)
        if refused:
            raise NotAdmitted(refused)
        line, check = _line_of(entry, self._check)
        before = os.lseek(self._handle, 0, os.SEEK_CUR)
        try:
            _write_all(self._handle, line)
            os.fsync(self._handle)
        except OSError as error:
            os.ftruncate(self._handle, before)
            os.lseek(self._handle, before, os.SEEK_SET)
            message = (
                f"The entry was not written: {error.strerror}. Make room on the disk and enter it again."
            )
            raise UsageError(message) from error
        self._check = check
        self.state = after(self.state, entry)
        self.entries.append(entry)
        return self.state

    def add_all(self, entries: Iterable[Entry]) -> SessionState:
        """Write entries one by one, to the first that is refused."""
        for entry in entries:
            self.add(entry)
        return self.state


def _line_of(entry: Entry, last_check: str) -> tuple[bytes, str]:
    body = ENTRY.dump_json(entry).decode()
    check = _check_of(body, last_check)
    return f'{{"check":"{check}","entry":{body}}}\n'.encode(), check


def _check_of(body: str, last_check: str) -> str:
    return hashlib.sha256(f"{last_check}\n{body}".encode()).hexdigest()[:CHECK_DIGITS]


def _entry_of(line: bytes, last_check: str, path: Path, number: int) -> tuple[Entry, str]:
    try:
        text = line.decode()
        given = json.loads(text)["check"]
        body = text.partition('"entry":')[2][:-1]
        entry = ENTRY.validate_json(body)
    except (ValueError, KeyError, TypeError) as error:
        found, expected = "no entry", "an entry of a session's log as assuage writes it"
        raise UnreadableInput(found, path=path, line=number, expected=expected, remedy=RESTORE) from error
    check = _check_of(body, last_check)
    if check != given:
        found = "this line, or one before it, is not as it was written"
        raise UnreadableInput(found, path=path, line=number, remedy=RESTORE)
    return entry, check


def _lock(handle: int, path: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        message = f"{path.name}: another program is writing this session. Close it there first."
        raise UsageError(message) from error


def _write_all(handle: int, line: bytes) -> None:
    while line:
        line = line[os.write(handle, line) :]


def _sync_folder(folder: Path) -> None:
    """Make a new file's name last: it stands in the folder, not in the file."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
