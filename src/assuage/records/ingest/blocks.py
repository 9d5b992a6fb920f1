"""A file of lines in blocks that DuckDB takes as they lie: no line is copied, and each keeps its number."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
import pyarrow as pa

from assuage.records.fhir.files import RECORD_LIMIT_BYTES, is_of_lines, opened

BLOCK_BYTES = 8 * 2**20
_ROWS_PER_BATCH = 2_048  # DuckDB's threads take a batch each


class NotPlain(Exception):
    """The file is no run of whole lines of text: only the reader's own way of reading fits it."""


@dataclass(frozen=True)
class Block:
    """Whole lines of a file. `data` holds them with their line ends, `offsets` where each begins and ends.

    `first` is the number of the first line, counted from 1; `bytes_done` the place in the file as it lies
    on disk.
    """

    first: int
    data: bytes
    offsets: np.ndarray
    bytes_done: int

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def line(self, row: int) -> bytes:
        """One line, by its place in the block counted from 0."""
        return self.data[self.offsets[row] : self.offsets[row + 1]]

    def table(self) -> pa.Table:
        """The lines as columns `row` (from 0) and `line`; a line that is no UTF-8 is left blank."""
        lines = pa.Array.from_buffers(
            pa.string(), len(self), [None, pa.py_buffer(self.offsets), pa.py_buffer(self._text())]
        )
        table = pa.table({"row": np.arange(len(self), dtype=np.int32), "line": lines})
        return pa.Table.from_batches(table.to_batches(max_chunksize=_ROWS_PER_BATCH))

    def _text(self) -> bytes:
        try:
            self.data.decode()
        except UnicodeDecodeError:
            return b"".join(_text_or_blank(self.line(row)) for row in range(len(self)))
        return self.data


def _text_or_blank(line: bytes) -> bytes:
    try:
        line.decode()
    except UnicodeDecodeError:
        return b" " * len(line)
    return line


def blocks(path: Path) -> Iterator[Block]:
    """The lines of a file, plain or gzipped. Raises NotPlain where it is damaged or a line is too long."""
    if not is_of_lines(path):
        raise NotPlain
    try:
        with opened(path) as (stream, file):
            yield from _blocks(stream, file)
    except (OSError, EOFError, zlib.error) as error:
        raise NotPlain from error


def lines_at(path: Path, numbers: Iterable[int]) -> Iterator[tuple[int, str]]:
    """Lines of a file by their numbers, each with its number, in the order of the file."""
    waiting = sorted(numbers, reverse=True)
    for block in blocks(path):
        while waiting and waiting[-1] < block.first + len(block):
            number = waiting.pop()
            yield number, block.line(number - block.first).decode()


def _blocks(stream: IO[bytes], file: IO[bytes]) -> Iterator[Block]:
    number, rest = 1, b""
    while True:
        part = stream.read(BLOCK_BYTES)
        data = rest + part
        end = data.rfind(b"\n") + 1 if part else len(data)
        if len(data) - end > RECORD_LIMIT_BYTES:
            raise NotPlain
        data, rest = data[:end], data[end:]
        if data:
            block = Block(number, data, _offsets(data), file.tell())
            number += len(block)
            yield block
        if not part:
            return


def _offsets(data: bytes) -> np.ndarray:
    """Where each line begins, and the end. Raises NotPlain for a line over the limit."""
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n")).astype(np.int32) + 1
    if not len(ends) or ends[-1] != len(data):
        ends = np.append(ends, np.int32(len(data)))
    offsets = np.concatenate([np.zeros(1, np.int32), ends])
    if np.diff(offsets).max() > RECORD_LIMIT_BYTES:
        raise NotPlain
    return offsets
