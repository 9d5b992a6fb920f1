"""A folder of Parquet or CSV, or a DuckDB file, as one registered table for each table of the model.

Raw SQL, because this is about files and catalogues: the mapping above it never sees either.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import ibis
import ibis.expr.types as ir
from ibis.backends.sql import SQLBackend

from assuage.errors import UnreadableInput
from assuage.records.omop import csv_files
from assuage.records.omop.csv_files import BrokenLine, escaped, literal, quoted
from assuage.records.omop.tables import CLINICAL, LOOKED_UP, NOT_USED, READ, CdmTable

KNOWN = frozenset(READ) | NOT_USED
"""Every table of the model."""

_SUFFIX = re.compile(r"\.(parquet|csv|csv\.gz)$", re.IGNORECASE)
_EXPECTED = (
    "a folder with person, condition_occurrence, drug_exposure ... as .parquet, .csv or .csv.gz,"
    " or a DuckDB file that holds these tables"
)


@dataclass(frozen=True)
class SourceTable:
    """One table as found: where, how many rows, and what of it could not be taken apart."""

    name: str
    place: str  # the file's name, or the table's on a server
    rows: int  # broken lines not counted
    columns: frozenset[str]  # in lower case
    lines: bool = False  # a CSV file, where a row has a line
    numbered: bool = True  # on a server a row has no number
    broken: tuple[BrokenLine, ...] = ()
    notes: tuple[str, ...] = ()

    def example(self, row: int) -> str:
        """Where a row stands, counted from 1: its line in a CSV file, past the broken lines before it."""
        if not self.numbered:
            return self.place
        if not self.lines:
            return f"{self.place}, row {row}"
        line = row + 1
        for broken in self.broken:
            line += broken.line <= line
        return f"{self.place}, line {line}"


@dataclass
class Cdm:
    """The tables of one source, registered with an Ibis backend under their own names.

    `other_files` are names of files beside them that hold no table of the model.
    """

    backend: SQLBackend
    tables: dict[str, SourceTable] = field(default_factory=dict)
    other_files: list[str] = field(default_factory=list)
    _views: dict[str, ir.Table] = field(default_factory=dict)

    def view(self, name: str, typed: Callable[[ir.Table, CdmTable], ir.Table]) -> ir.Table:
        """A table in the types that `typed` gives, kept as a view: compiled once, not in every query."""
        if name not in self._views:
            expression = typed(self.backend.table(f"cdm_{name}"), READ[name])
            self._views[name] = self.backend.create_view(f"typed_{name}", expression)
        return self._views[name]


def open_cdm(source: Path, scratch: Path) -> Cdm:
    """Register what `source` holds; CSV is first loaded into a database file in the folder `scratch`.

    Raises UnreadableInput where no CDM is found, or none with persons in it.
    """
    connection = duckdb.connect(str(scratch / "cdm.duckdb"))
    connection.execute("SET memory_limit = '1GB'")
    connection.execute(f"SET temp_directory = {literal(str(scratch / 'spill'))}")
    cdm = Cdm(ibis.duckdb.from_connection(connection))
    if source.is_dir():
        _open_folder(cdm, connection, source)
    elif source.is_file():
        _open_database(cdm, connection, source)
    else:
        raise UnreadableInput(found="there is no such file or folder", path=source, expected=_EXPECTED)
    _demand_persons(cdm, source)
    return cdm


def _demand_persons(cdm: Cdm, source: Path) -> None:
    if "person" not in cdm.tables:
        raise UnreadableInput(
            found="there is no person table" if cdm.tables else "there is no table of the OMOP model",
            path=source,
            expected=_EXPECTED,
            remedy="name the folder that holds the tables themselves",
        )
    if "person_id" not in cdm.tables["person"].columns:
        raise UnreadableInput(
            found="there is no column person_id",
            path=Path(cdm.tables["person"].place),
            record_type="person",
            expected="the column names of OMOP CDM 5.3 or 5.4",
            remedy="rename the columns, or export the tables again",
        )


def table_name(path: Path) -> str | None:
    """The table a file holds: `drug_strength_subset.csv` and `drugStrength.csv` are both drug_strength."""
    stem = path.name if path.is_dir() else _SUFFIX.sub("", path.name)
    if stem == path.name and path.is_file():
        return None
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", stem).lower().removesuffix("_subset")
    return snake if snake in KNOWN else None


def _open_folder(cdm: Cdm, connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Each table from its best file: Parquet before CSV, because Parquet keeps its types."""
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir(), key=lambda path: ("parquet" not in _form(path), path.name)):
        if (name := table_name(path)) is not None and (path.is_file() or _parts(path)):
            found.setdefault(name, []).append(path)
        elif path.is_file():
            cdm.other_files.append(path.name)
    for name, (path, *others) in sorted(found.items()):
        twins = tuple(f"{other.name} is not read: {path.name} holds the same table" for other in others)
        if _form(path) == "parquet":
            cdm.tables[name] = _register_parquet(connection, name, path, twins)
        else:
            cdm.tables[name] = _load_csv(connection, name, path, twins)


def _form(path: Path) -> str:
    return "parquet" if path.is_dir() or path.suffix.lower() == ".parquet" else "csv"


def _parts(folder: Path) -> list[Path]:
    """The files of a table written in parts, as Spark does: `drug_exposure/part-0.parquet`."""
    return sorted(folder.glob("*.parquet"))


def _register_parquet(
    connection: duckdb.DuckDBPyConnection, name: str, path: Path, notes: tuple[str, ...]
) -> SourceTable:
    files = ", ".join(escaped(part) for part in (_parts(path) if path.is_dir() else [path]))
    scan = f"read_parquet([{files}], file_row_number = true, union_by_name = true)"
    try:
        printed = [row[0] for row in connection.execute("DESCRIBE " + csv_files.select("*", scan)).fetchall()]
        ((rows,),) = connection.execute(csv_files.select("count(*)", scan)).fetchall()
    except duckdb.Error as error:
        raise UnreadableInput(
            found="this is not a whole Parquet file",
            path=path,
            record_type=name,
            remedy="copy or export the file again",
        ) from error
    columns = wanted(name, printed)
    _view(connection, name, columns, "file_row_number + 1", scan)
    return SourceTable(name, path.name, int(rows), frozenset(columns), notes=notes)


def _load_csv(
    connection: duckdb.DuckDBPyConnection, name: str, path: Path, notes: tuple[str, ...]
) -> SourceTable:
    """A CSV table loaded, or only counted where we do not use it."""
    form = csv_files.look(path)
    if not form.columns:
        return SourceTable(name, path.name, 0, frozenset(), notes=(*notes, "the file is empty"))
    if form.encoding != "utf-8":
        notes = (*notes, "the file is not UTF-8: it is read as Latin-1, accents may come out wrong")
    try:
        if name in NOT_USED:
            return SourceTable(
                name, path.name, csv_files.count(connection, form), frozenset(), lines=True, notes=notes
            )
        columns = wanted(name, list(form.columns))
        csv_files.load(connection, f"cdm_{name}", form, columns or {"nothing": form.columns[0]})
        broken = tuple(csv_files.broken_lines(connection, form))
        ((rows,),) = connection.execute(csv_files.select("count(*)", quoted("cdm_" + name))).fetchall()
    except duckdb.Error as error:
        raise UnreadableInput(
            found="this can't be read as CSV",
            path=path,
            record_type=name,
            expected="one header line, then one record a line",
            remedy="export the file again",
        ) from error
    return SourceTable(name, path.name, int(rows), frozenset(columns), lines=True, broken=broken, notes=notes)


def _open_database(cdm: Cdm, connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    try:
        connection.execute(f"ATTACH {literal(csv_files.written(file))} AS source (READ_ONLY)")
        found = connection.execute(
            "SELECT schema_name, table_name, list(column_name ORDER BY column_index) FROM duckdb_columns()"
            " WHERE database_name = 'source' AND NOT internal GROUP BY ALL ORDER BY ALL"
        ).fetchall()
    except duckdb.Error as error:
        raise UnreadableInput(
            found="this is not a DuckDB file that can be opened",
            path=file,
            expected=_EXPECTED,
            remedy="check that the file is whole and not in use, and that a DuckDB of this version wrote it",
        ) from error
    tables = {(schema, table.lower()): (table, columns) for schema, table, columns in found}
    home = _home(file, {schema for schema, table in tables if table == "person"})
    for name in sorted(KNOWN & {table for _, table in tables}):
        schema = home if (home, name) in tables else min(schema for schema, table in tables if table == name)
        printed, columns = tables[schema, name]
        _register_from_database(
            cdm, connection, file, name, f"source.{quoted(schema)}.{quoted(printed)}", columns
        )


def _home(file: Path, schemas: set[str]) -> str:
    """The schema with the persons; vocabularies may lie in another."""
    if len(schemas) > 1:
        raise UnreadableInput(
            found=f"there are {len(schemas)} schemas with a person table",
            path=file,
            expected="one",
            remedy="copy the one you mean into a file of its own",
        )
    return next(iter(schemas), "")


def _register_from_database(
    cdm: Cdm, connection: duckdb.DuckDBPyConnection, file: Path, name: str, table: str, printed: list[str]
) -> None:
    columns = wanted(name, printed)
    ((rows,),) = connection.execute(csv_files.select("count(*)", table)).fetchall()
    _view(connection, name, columns, "row_number() OVER ()", table)
    cdm.tables[name] = SourceTable(name, f"{file.name}, table {name}", int(rows), frozenset(columns))


def wanted(name: str, printed: list[str]) -> dict[str, str]:
    """Our columns that the source has, each with the name as printed there."""
    if name not in READ:
        return {}
    by_lower = {column.lower(): column for column in reversed(printed)}
    return {ours: by_lower[ours] for ours in READ[name].columns if ours in by_lower}


def _view(
    connection: duckdb.DuckDBPyConnection, name: str, columns: dict[str, str], row: str, scan: str
) -> None:
    listed = "".join(f", {quoted(printed)} AS {quoted(ours)}" for ours, printed in columns.items())
    connection.execute(
        f"CREATE VIEW {quoted('cdm_' + name)} AS {csv_files.select(f'{row} AS source_row{listed}', scan)}"
    )


def missing(cdm: Cdm) -> list[tuple[str, str]]:
    """Each table of ours that the source lacks, and what can't be answered without it."""
    return [(name, table.without) for name, table in (CLINICAL | LOOKED_UP).items() if name not in cdm.tables]
