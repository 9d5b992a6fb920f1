"""A FHIR export turned into tables on disk, once, for as many reviews as are wanted."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import duckdb

from assuage.errors import UsageError
from assuage.records.ingest import Busy, Ingested, NotOurs, ingest
from assuage.records.reading import Progress, no_progress

_PATTERN = set("*?[")  # DuckDB would look for files that fit
_GOES_ON = "Nothing half-written is left as a result; the same command goes on where this one stopped."


def ingest_export(
    source: Path, out: Path, *, processes: int = 1, progress: Progress = no_progress
) -> Ingested:
    """Turn a FHIR R4 export into the tables, in the folder `out`; see `records.ingest.ingest`.

    Raises UnreadableInput where the source can't be read, and UsageError where `out` can't be written, holds
    something else, or is being filled by another run.
    """
    if out.resolve() == source.resolve() or source.resolve() in out.resolve().parents:
        message = "The folder for the tables lies within the source. Name another with --out."
        raise UsageError(message)
    if set(str(out)) & _PATTERN:
        message = "The path of the folder for the tables has one of * ? [ in it. Name another with --out."
        raise UsageError(message)
    try:
        return ingest(source, out, processes=processes, progress=progress)
    except NotOurs as error:
        message = "The folder for the tables holds something else. Name an empty one with --out."
        raise UsageError(message) from error
    except Busy as error:
        message = "Another run is filling this folder. Wait for it, or name another with --out."
        raise UsageError(message) from error
    except OSError as error:
        why = error.strerror or "no more can be written"
        message = f"The folder for the tables can't be written: {why}. {_GOES_ON}"
        raise UsageError(message) from error
    except (duckdb.IOException, duckdb.OutOfMemoryException, sqlite3.OperationalError) as error:
        message = f"Disk or memory ran out in the folder for the tables. {_GOES_ON}"
        raise UsageError(message) from error
