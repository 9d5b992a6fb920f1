"""Lines that are no records: counted in the read report, and kept aside as they are, with their numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Self

import orjson


@dataclass(frozen=True)
class MalformedLine:
    """One line: the number of its file in the order of reading, its own number from 1, why, and its text.

    A byte that is no UTF-8 stands in `text` as a backslash escape; a line that was never held in one piece
    has no text.
    """

    file: int
    line: int
    reason: str
    text: str | None

    @classmethod
    def at(cls, file: int, place: str, reason: str, text: bytes) -> Self:
        """A line at a place as the read report writes it, `name line N`."""
        line = int(place.rpartition(" line ")[2])
        return cls(file, line, reason, text.strip().decode(errors="backslashreplace") or None)


def save_malformed(path: Path, lines: Iterable[MalformedLine]) -> None:
    """Keep lines for later in the same ingest."""
    path.write_bytes(b"".join(orjson.dumps(astuple(line)) + b"\n" for line in lines))


def load_malformed(path: Path) -> list[MalformedLine]:
    """What `save_malformed` kept."""
    return [MalformedLine(*orjson.loads(line)) for line in path.read_bytes().splitlines()]


def write_malformed(path: Path, lines: Iterable[MalformedLine], names: list[str]) -> int:
    """Write lines, each with its file and number, in the order of the source; gives how many there are."""
    ordered = sorted(lines, key=lambda one: (one.file, one.line))
    shown = [
        {"file": names[one.file], "line": one.line, "reason": one.reason, "text": one.text} for one in ordered
    ]
    path.write_bytes(b"".join(orjson.dumps(one) + b"\n" for one in shown))
    return len(ordered)
