"""CSV files of a CDM: which columns they have, and every line either loaded or reported.

Comma, semicolon, bar or tab; plain or gzip; UTF-8 or Latin-1. Every field is loaded as text, so
that nothing is lost to a guessed type.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import duckdb

from assuage.errors import UnreadableInput

_CHUNK_BYTES = 1 << 20
_NULLS = ("", "NA", "NULL", r"\N")  # R writes NA, database dumps NULL or \N


class _Bytes(Protocol):
    """A file of bytes, plain or unpacked as it is read."""

    def read(self, size: int, /) -> bytes: ...
    def readline(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class CsvForm:
    """How a file is written: its columns as printed, the delimiter, and the encoding found."""

    path: Path
    columns: tuple[str, ...]
    delimiter: str
    encoding: str


@dataclass(frozen=True)
class BrokenLine:
    """A line that has too few or too many fields, or can't be taken apart."""

    line: int
    problem: str


def look(path: Path) -> CsvForm:
    """Read a whole file once for its encoding, and its header. Raises UnreadableInput when it is cut off.

    A file that is not UTF-8 is read as Latin-1: ids, dates and codes are the same in both, and
    accents are the only thing that can come out wrong.
    """
    encoding = "utf-8" if _is_utf8(path) else "latin-1"
    with _opened(path) as file:
        header = file.readline(_CHUNK_BYTES).decode("utf-8-sig" if encoding == "utf-8" else encoding)
    delimiter = max(",\t;|", key=header.count)
    columns = next(csv.reader([header.strip()], delimiter=delimiter), [])
    return CsvForm(path, tuple(name.strip() for name in columns), delimiter, encoding)


def load(connection: duckdb.DuckDBPyConnection, table: str, form: CsvForm, wanted: dict[str, str]) -> None:
    """Load the wanted columns (our name: printed name) as text, with each row's place in the file."""
    columns = ", ".join(f"{quoted(printed)} AS {quoted(ours)}" for ours, printed in wanted.items())
    rows = select(f"row_number() OVER () AS source_row, {columns}", _scan(form))
    connection.execute(f"CREATE TABLE {quoted(table)} AS {rows}")


def count(connection: duckdb.DuckDBPyConnection, form: CsvForm) -> int:
    """Rows of a file that is not loaded."""
    ((rows,),) = connection.execute(select("count(*)", _scan(form))).fetchall()
    return int(rows) + len(broken_lines(connection, form))


def broken_lines(connection: duckdb.DuckDBPyConnection, form: CsvForm) -> list[BrokenLine]:
    """Lines of the last scan that could not be loaded, in order.

    Raises UnreadableInput for a quotation mark that is opened and never closed: from there on nobody
    can say where one record ends and the next begins.
    """
    found = connection.execute(
        "SELECT line, any_value(error_type), max(contains(rtrim(csv_line, chr(10) || chr(13)), chr(10)))"
        " FROM reject_errors GROUP BY line ORDER BY line"
    ).fetchall()
    connection.execute("DROP TABLE reject_errors; DROP TABLE reject_scans")
    for line, problem, runs_on in found:
        if runs_on and problem == "UNQUOTED VALUE":
            raise UnreadableInput(
                found="a quotation mark is opened and not closed",
                path=form.path,
                line=int(line),
                expected="each quoted field closed, with quotation marks inside it doubled",
                remedy="mend that line, or export the file again",
            )
    return [BrokenLine(int(line), str(problem).lower().replace("_", " ")) for line, problem, _ in found]


def select(columns: str, table: str) -> str:
    """A query; what goes into it is quoted already."""
    return " ".join(("SELECT", columns, "FROM", table))


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def written(path: Path) -> str:
    """A path as DuckDB takes it. Raises UnreadableInput where its bytes are no text."""
    try:
        return str(path).encode().decode()
    except UnicodeEncodeError:
        raise UnreadableInput(
            found="the path to it is not UTF-8 text",
            path=path,
            expected="letters in the names of the file and of the folders that it lies in",
            remedy="rename it, or copy it to another folder",
        ) from None


def escaped(path: Path) -> str:
    """A path in which nothing is a wildcard. Raises UnreadableInput where its bytes are no text."""
    return literal("".join(f"[{letter}]" if letter in "*?[" else letter for letter in written(path)))


def _scan(form: CsvForm) -> str:
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in form.columns)
    nulls = ", ".join(literal(text) for text in _NULLS)
    # vocabulary downloads are tab-separated and never quoted: a quotation mark in them is a letter
    packing = "gzip" if _is_packed(form.path) else "none"
    quote = "''" if form.delimiter == "\t" else "'\"'"
    return (
        f"read_csv({escaped(form.path)}, columns = {{{columns}}}, header = true, auto_detect = false,"
        f" delim = {literal(form.delimiter)}, quote = {quote}, escape = {quote}, nullstr = [{nulls}],"
        f" encoding = {literal(form.encoding)}, compression = {literal(packing)},"
        " store_rejects = true, rejects_limit = 0)"
    )


def _is_packed(path: Path) -> bool:
    """Whether a file is gzip by its first bytes; its name may say otherwise."""
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in _chunks(path):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        # read on to the end: a file that is cut off must be found here
        for _ in _chunks(path):
            pass
        return False
    return True


def _chunks(path: Path) -> Iterator[bytes]:
    with _opened(path) as file:
        try:
            while chunk := file.read(_CHUNK_BYTES):
                yield chunk
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise UnreadableInput(
                found="the compressed file is damaged or cut off",
                path=path,
                expected="a whole gzip file",
                remedy="copy or export the file again",
            ) from error


@contextmanager
def _opened(path: Path) -> Iterator[_Bytes]:
    if _is_packed(path):
        with gzip.open(path, "rb") as unpacked:
            yield unpacked
    else:
        with path.open("rb") as file:
            yield file
