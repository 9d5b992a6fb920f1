"""Run the command line as a user does, in this process: what it ends with, prints and warns of."""

from __future__ import annotations

import contextlib
import io
import sys
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pyarrow.parquet as pq

from assuage.cli import main


@dataclass(frozen=True)
class Ended:
    """How a run of the command line ended."""

    exit_code: int
    out: str
    err: str


def assuage(*arguments: str | Path) -> Ended:
    """Run `assuage` with these arguments; anything but a plain exit is let through, traceback and all."""
    out, err = io.StringIO(), io.StringIO()
    code: object = 0
    with (
        patch.object(sys, "argv", ["assuage", *map(str, arguments)]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as ended:
            code = ended.code or 0
    assert isinstance(code, int)
    return Ended(code, out.getvalue(), err.getvalue())


def table(out: Path, name: str) -> list[dict[str, object]]:
    """The rows of a result table."""
    return pq.read_table(out / f"{name}.parquet").to_pylist()


def pages(out: Path) -> set[str]:
    """The file names of the people's pages."""
    return {path.name for path in (out / "people").iterdir()}


def contents(out: Path) -> dict[str, bytes]:
    """Everything a review wrote, by its path in the folder."""
    return {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def read_reasons(out: Path) -> set[tuple[object, object]]:
    """Record types and reasons of the read report."""
    return {(row["record_type"], row["reason"]) for row in table(out, "read_report") if row["reason"]}
