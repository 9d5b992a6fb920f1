"""From files to single JSON records: line by line, entry by entry, never a whole export in memory."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

import ijson
import orjson

from assuage.records.fhir.elements import Json, an_object, string
from assuage.records.fhir.reasons import Reason

RECORD_LIMIT_BYTES = 16 * 2**20
"""The largest line, or whole document read in one piece; a resource beyond it is refused."""

_LINES = (".ndjson", ".jsonl")
_NOT_A_NUMBER = re.compile(rb"[:,\[]\s*-?(?:NaN|Infinity)\b")
_DAMAGED = (EOFError, OSError, zlib.error)


class Found(NamedTuple):
    """One record of a file, or why it is none. `place` names the file and the line or entry."""

    place: str
    body: Json | None = None
    full_url: str = ""
    record_type: str = ""  # file, line or entry, where there is no resource
    reason: Reason | None = None
    bytes_done: int = 0  # of the file, packed as it lies on disk


def fhir_files(source: Path) -> tuple[list[Path], list[Path]]:
    """The files to read and the files passed over, both in one order whatever the disk's."""
    if not source.is_dir():
        return [source], []
    files = sorted((path for path in source.rglob("*") if path.is_file()), key=lambda path: path.as_posix())
    ours = [path for path in files if _suffix(path) in (*_LINES, ".json")]
    return ours, [path for path in files if path not in set(ours)]


def is_of_lines(path: Path) -> bool:
    """Whether the name says that each line is a resource."""
    return _suffix(path) in _LINES


def _suffix(path: Path) -> str:
    name = path.name.lower().removesuffix(".gz")
    return Path(name).suffix


def records(path: Path) -> Iterator[Found]:
    """Every record of a file: resources, and what stands in the place of one.

    A name ending in .ndjson or .jsonl is read by lines. Anything else is one document, unless its
    first line is a document of its own; one over the limit, or cut off, is streamed entry by entry.
    """
    try:
        with opened(path) as (stream, _):
            head = stream.read(RECORD_LIMIT_BYTES + 1) if _suffix(path) not in _LINES else b""
    except OSError as error:
        damaged = isinstance(error, gzip.BadGzipFile)
        yield _no_record(path.name, "file", Reason.CUT_OFF if damaged else Reason.CANNOT_OPEN)
        return
    except (EOFError, zlib.error):
        head = b""  # the form is found by what can still be read
    if _suffix(path) in _LINES or _starts_with_line(head):
        yield from _from_lines(path)
    else:
        yield from _from_document(path, head)


@contextmanager
def opened(path: Path) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """The text of a file, unpacked where it is packed, and the file itself, whose place shows progress."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        yield (cast("IO[bytes]", gzip.GzipFile(fileobj=file)) if packed else file), file


def _no_record(place: str, record_type: str, reason: Reason) -> Found:
    return Found(place, record_type=record_type, reason=reason)


def _starts_with_line(head: bytes) -> bool:
    """Whether the first line is a JSON object by itself, with another line after it."""
    first, _, rest = head.removeprefix(b"\xef\xbb\xbf").partition(b"\n")
    return bool(rest.strip()) and isinstance(_parse(first), dict)


def _parse(text: bytes) -> Json | Reason:
    """The object that the text holds, or why there is none."""
    try:
        parsed = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        return _why_not_json(text, str(error))
    return parsed if isinstance(parsed, dict) else Reason.NO_TYPE


def _why_not_json(text: bytes, message: str) -> Reason:
    try:
        text.decode()
    except UnicodeDecodeError:
        return Reason.NOT_UTF8
    if "depth" in message or "recursion" in message or "infinity" in message:
        return Reason.TOO_DEEP
    return Reason.NOT_A_NUMBER if _NOT_A_NUMBER.search(text) else Reason.NOT_JSON


def _from_lines(path: Path) -> Iterator[Found]:
    number, empty = 0, True
    try:
        with opened(path) as (stream, file):
            while line := stream.readline(RECORD_LIMIT_BYTES + 1):
                number += 1
                place = f"{path.name} line {number}"
                if len(line) > RECORD_LIMIT_BYTES and not line.endswith(b"\n"):
                    _pass_over_line(stream)
                    empty = False
                    yield _no_record(place, "line", Reason.TOO_LONG)
                    continue
                empty = empty and not _text_of(line, number)
                for found in line_records(line, path.name, number):
                    yield found._replace(bytes_done=file.tell())
    except _DAMAGED:
        yield _no_record(f"{path.name} line {number + 1}", "file", Reason.CUT_OFF)
    else:
        if empty:
            yield _no_record(path.name, "file", Reason.EMPTY_FILE)


def line_records(line: bytes, file_name: str, number: int) -> Iterator[Found]:
    """What one line of a file holds: nothing, a resource, the entries of a Bundle, or why it is none."""
    if text := _text_of(line, number):
        yield from _unpacked(_parse(text), f"{file_name} line {number}", "line")


def _text_of(line: bytes, number: int) -> bytes:
    """A line without the spaces around it; a byte order mark opens a file, and is no text."""
    return (line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line).strip()


def _pass_over_line(stream: IO[bytes]) -> None:
    while (part := stream.readline(2**20)) and not part.endswith(b"\n"):
        pass


def _from_document(path: Path, head: bytes) -> Iterator[Found]:
    whole = len(head) <= RECORD_LIMIT_BYTES
    if whole and head and not head.strip():
        yield _no_record(path.name, "file", Reason.EMPTY_FILE)
        return
    parsed = _parse(head.removeprefix(b"\xef\xbb\xbf")) if whole and head else Reason.NOT_JSON
    if isinstance(parsed, dict):
        yield from _unpacked(parsed, path.name, "file")
    else:
        yield from _streamed(path, parsed if whole else Reason.TOO_LONG)


def _streamed(path: Path, reason: Reason) -> Iterator[Found]:
    """The entries of a Bundle that is too large for one piece or not whole; `reason` if it has none."""
    count = 0
    try:
        with opened(path) as (stream, file):
            if stream.read(3) != b"\xef\xbb\xbf":
                stream.seek(0)
            for entry in ijson.items(stream, "entry.item", use_float=True):
                count += 1
                yield _entry(entry, f"{path.name} entry {count}", file.tell())
    except _DAMAGED:
        reason = Reason.CUT_OFF
    except (ijson.JSONError, UnicodeDecodeError):
        # the good entries are out; what stopped them is `reason`, or the place where the text ends
        reason = reason if reason is not Reason.TOO_LONG else Reason.CUT_OFF
    else:
        if count:
            return
    reason = Reason.CUT_OFF if count and reason is Reason.NOT_JSON else reason
    reason = Reason.EMPTY_FILE if path.stat().st_size == 0 else reason
    yield _no_record(f"{path.name} entry {count + 1}" if count else path.name, "file", reason)


def _unpacked(parsed: Json | Reason, place: str, record_type: str, bytes_done: int = 0) -> Iterator[Found]:
    """A resource as it is; a Bundle as its entries."""
    if isinstance(parsed, Reason):
        yield _no_record(place, record_type, parsed)
    elif parsed.get("resourceType") != "Bundle":
        yield Found(place, parsed, bytes_done=bytes_done)
    else:
        entries = parsed.get("entry", [])
        for number, entry in enumerate(entries if isinstance(entries, list) else [entries], 1):
            yield _entry(entry, f"{place} entry {number}", bytes_done)


def _entry(entry: Any, place: str, bytes_done: int) -> Found:
    body = an_object(entry).get("resource")
    if not isinstance(body, dict):
        return _no_record(place, "entry", Reason.NO_RESOURCE)
    return Found(place, body, string(an_object(entry).get("fullUrl")), bytes_done=bytes_done)
