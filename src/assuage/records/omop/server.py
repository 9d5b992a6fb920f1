"""A CDM in a database server: each table of the model as a temporary view on the server's own.

Raw SQL, because this is about PostgreSQL's catalogue: the mapping above it never sees it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ibis.backends.sql import SQLBackend

from assuage.errors import UnreadableInput
from assuage.records.omop.csv_files import literal, quoted, select
from assuage.records.omop.source import KNOWN, Cdm, SourceTable, wanted
from assuage.records.omop.tables import NOT_USED, READ, Kind

_EXPECTED = "a schema with the tables person, condition_occurrence, drug_exposure ... of OMOP CDM 5.3 or 5.4"
_PLAIN_CATEGORIES = ("N", "D", "B")  # pg_type.typcategory: numbers, dates and times, truth
_WHOLE_NUMBERS = ("int2", "int4", "int8")


@dataclass(frozen=True)
class _Column:
    name: str
    type_name: str
    category: str


@dataclass(frozen=True)
class _Found:
    """A table, view or foreign table in the server that has a name of the model."""

    schema: str
    name: str
    may_read: bool
    columns: tuple[_Column, ...]

    @property
    def written(self) -> str:
        return f"{quoted(self.schema)}.{quoted(self.name)}"


def server_cdm(backend: SQLBackend, schemas: Sequence[str] = ()) -> Cdm:
    """Register what the server holds in `schemas`, the first that has a table deciding.

    Without schemas, in the only one that has persons. Raises UnreadableInput where a schema or its persons
    are not there, or the role may not read a table that is needed.
    """
    chosen = tuple(schemas) or (_only_schema(backend),)
    _demand_schemas(backend, chosen)
    cdm = Cdm(backend)
    for name, found in sorted(_tables(backend, chosen).items()):
        if name not in NOT_USED:
            _register(cdm, backend, name, found)
        else:
            notes = ("its rows are not counted",)
            cdm.tables[name] = SourceTable(name, _place(found), 0, frozenset(), numbered=False, notes=notes)
    _demand_persons(cdm, chosen)
    return cdm


def _rows(backend: SQLBackend, query: str) -> list[tuple[object, ...]]:
    with backend.raw_sql(query) as cursor:
        return list(cursor.fetchall())


def _only_schema(backend: SQLBackend) -> str:
    """The one schema with a person table that the role sees."""
    query = (
        "SELECT DISTINCT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE lower(c.relname) = 'person' AND c.relkind IN ('r', 'v', 'm', 'f', 'p')"
        " AND n.nspname !~ '^(pg_|information_schema)' ORDER BY 1"
    )
    found = [str(schema) for (schema,) in _rows(backend, query)]
    if len(found) != 1:
        several = f"there are {len(found)} schemas with a person table ({', '.join(found)})"
        raise UnreadableInput(
            found=several if found else "no schema of the database has a person table",
            expected=_EXPECTED,
            remedy="name the one you mean at the end of the URL: ?schema=cdm",
        )
    return found[0]


def _demand_schemas(backend: SQLBackend, schemas: Iterable[str]) -> None:
    for schema in schemas:
        query = (
            f"SELECT has_schema_privilege(oid, 'USAGE') FROM pg_namespace WHERE nspname = {literal(schema)}"  # noqa: S608
        )
        found = _rows(backend, query)
        if not found:
            raise UnreadableInput(
                found=f"the database has no schema {schema}",
                expected=_EXPECTED,
                remedy="check ?schema= in the URL; capitals count",
            )
        if found != [(True,)]:
            raise UnreadableInput(
                found=f"the role may not use the schema {schema}",
                expected="a role that may read the CDM",
                remedy=f"GRANT USAGE ON SCHEMA {quoted(schema)} to the role",
            )


def _tables(backend: SQLBackend, schemas: Sequence[str]) -> dict[str, _Found]:
    """Each table of the model by its name, out of the first schema that has it."""
    listed = ", ".join(map(literal, schemas))
    query = select(
        "n.nspname, c.relname, has_table_privilege(c.oid, 'SELECT'),"
        " array_agg(a.attname::text ORDER BY a.attnum), array_agg(t.typname::text ORDER BY a.attnum),"
        " array_agg(t.typcategory::text ORDER BY a.attnum)",
        "pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid"
        f" WHERE n.nspname IN ({listed}) AND c.relkind IN ('r', 'v', 'm', 'f', 'p')"
        " AND a.attnum > 0 AND NOT a.attisdropped GROUP BY n.nspname, c.relname, c.oid ORDER BY 1, 2",
    )
    found: dict[str, _Found] = {}
    rows = sorted(_rows(backend, query), key=lambda row: schemas.index(str(row[0])))
    for schema, name, may_read, *columns in rows:
        if str(name).lower() in KNOWN:
            parts = tuple(_Column(*column) for column in zip(*columns, strict=True))
            found.setdefault(str(name).lower(), _Found(str(schema), str(name), bool(may_read), parts))
    return found


def _register(cdm: Cdm, backend: SQLBackend, name: str, found: _Found) -> None:
    if not found.may_read:
        raise UnreadableInput(
            found=f"the role may not read the table {found.schema}.{found.name}",
            record_type=name,
            expected="the right to SELECT from every table of the CDM that assuage reads",
            remedy=f"GRANT SELECT ON {found.written} to the role",
        )
    columns = wanted(name, [column.name for column in found.columns])
    by_name = {column.name: column for column in found.columns}
    parts = [
        f"{_expression(by_name[printed], READ[name].columns[ours])} AS {quoted(ours)}"
        for ours, printed in columns.items()
    ]
    # a row has no number of its own there
    query = select(", ".join(["0 AS source_row", *parts]), found.written)
    _do(backend, f"CREATE TEMPORARY VIEW {quoted('cdm_' + name)} AS {query}")
    ((rows,),) = _rows(backend, select("count(*)", found.written))
    cdm.tables[name] = SourceTable(name, _place(found), int(str(rows)), frozenset(columns), numbered=False)


def _do(backend: SQLBackend, statement: str) -> None:
    with backend.raw_sql(statement):
        pass


def _expression(column: _Column, kind: Kind) -> str:
    """A column in a type that Ibis knows, text in the order of its bytes, ids of any length as text."""
    is_plain = column.category in _PLAIN_CATEGORIES
    if is_plain and (kind is not Kind.ID or column.type_name in _WHOLE_NUMBERS):
        return quoted(column.name)
    return f'CAST({quoted(column.name)} AS text) COLLATE "C"'


def _place(found: _Found) -> str:
    return f"table {found.schema}.{found.name}"


def _demand_persons(cdm: Cdm, schemas: Sequence[str]) -> None:
    place = f"the schema {schemas[0]}" if len(schemas) == 1 else f"the schemas {', '.join(schemas)}"
    if "person" not in cdm.tables:
        raise UnreadableInput(
            found=f"there is no person table in {place}",
            expected=_EXPECTED,
            remedy="name the schema of the CDM at the end of the URL: ?schema=cdm, or ?schema=cdm,vocabulary",
        )
    if "person_id" not in cdm.tables["person"].columns:
        raise UnreadableInput(
            found=f"the person table in {place} has no column person_id",
            record_type="person",
            expected="the column names of OMOP CDM 5.3 or 5.4",
            remedy="name the schema of the CDM itself",
        )
