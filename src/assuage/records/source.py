"""Which kind of source a path is, and the reader that fills the tables from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path

from assuage.errors import UnreadableInput
from assuage.records.fhir import read_fhir
from assuage.records.history_file import read_history_files
from assuage.records.ingest import MANIFEST, UNFINISHED, read_ingested
from assuage.records.omop import read_omop
from assuage.records.omop.source import table_name
from assuage.records.omop.tables import CLINICAL
from assuage.records.read_report import ReadReport
from assuage.records.reading import Progress, Reader, no_progress
from assuage.records.store import TableWriter


class SourceKind(StrEnum):
    """The kinds of source, named as on the command line."""

    FHIR = "fhir"
    OMOP = "omop"
    HISTORY = "history"
    TABLES = "tables"  # what `ingest` made of a FHIR export


READERS: Mapping[SourceKind, Reader] = {
    SourceKind.FHIR: read_fhir,
    SourceKind.OMOP: read_omop,
    SourceKind.HISTORY: read_history_files,
    SourceKind.TABLES: read_ingested,
}

_HISTORY_ENDINGS = (".history.yaml", ".history.yml")
_FHIR_ENDINGS = (".json", ".ndjson", ".json.gz", ".ndjson.gz", ".jsonl", ".jsonl.gz")
_DATABASE_ENDINGS = (".duckdb", ".db")


def recognise(source: Path) -> SourceKind:
    """The kind of a file or folder, by the names of its files.

    Raises `UnreadableInput` where the path does not exist or holds nothing that a reader knows.
    """
    try:
        paths = [source] if source.is_file() else list(_within(source))
    except FileNotFoundError as error:
        raise UnreadableInput(
            found="there is no such file or folder",
            path=source,
            expected="a FHIR export, an OMOP folder or DuckDB file, or history files",
            remedy="check the path",
        ) from error
    except OSError as error:
        raise UnreadableInput(
            found=f"it can't be opened: {error.strerror}", path=source, remedy="check the path and its rights"
        ) from error
    for kind, known in _marks(paths):
        if known:
            return kind
    raise UnreadableInput(
        found="nothing here is of a kind that assuage reads" if paths else "the folder is empty",
        path=source,
        expected="*.history.yaml, FHIR R4 .json or .ndjson (also .gz), OMOP tables or a .duckdb file, "
        "or a folder filled by assuage ingest",
        remedy="name the right folder, or the kind with --kind",
    )


def _marks(paths: list[Path]) -> Iterator[tuple[SourceKind, bool]]:
    names = [path.name.lower() for path in paths]
    tables = {table_name(path) for path in paths if path.is_file() or any(path.glob("*.parquet"))}
    yield SourceKind.TABLES, MANIFEST in names or UNFINISHED in names
    yield SourceKind.HISTORY, any(name.endswith(_HISTORY_ENDINGS) for name in names)
    yield (
        SourceKind.OMOP,
        bool(tables & set(CLINICAL)) or any(name.endswith(_DATABASE_ENDINGS) for name in names),
    )
    yield SourceKind.FHIR, any(name.endswith(_FHIR_ENDINGS) for name in names)


def _within(folder: Path) -> Iterator[Path]:
    """What is in the folder and one folder below it."""
    for entry in folder.iterdir():
        yield entry
        if entry.is_dir():
            yield from (inner for inner in entry.iterdir() if inner.is_file())


def read_source(
    source: Path,
    folder: Path,
    *,
    kind: SourceKind | None = None,
    complete_from: date | None = None,
    progress: Progress = no_progress,
) -> tuple[SourceKind, ReadReport]:
    """Fill the tables in `folder` from `source`; the kind is recognised where it is not named."""
    named = kind or recognise(source)
    report = ReadReport()
    with TableWriter(folder) as sink:
        READERS[named](source, sink, report, complete_from=complete_from, progress=progress)
    return named, report
