"""Between noticing and mapping: which records give rows, to which bucket they go, what they look up.

All files are noticed by now. Here it is settled which of two records with one id counts, which references to
a person lead to one, and what a face means that names a medication or a practitioner. What remains is read
whole. An index is filled with what those records refer to, and with nothing else of the types that make up
most of a source.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import orjson
import pyarrow as pa

from assuage.records.fhir.elements import string
from assuage.records.fhir.files import Found, records
from assuage.records.fhir.index import Index
from assuage.records.fhir.reader import CONVERTERS, with_type
from assuage.records.fhir.reasons import Reason
from assuage.records.ingest.blocks import lines_at
from assuage.records.ingest.faces import reason_by_face
from assuage.records.ingest.filling import Filling, Position
from assuage.records.ingest.malformed import save_malformed

BUCKETS = 16
"""How many files each table is divided into: fixed, so that a person is always found in the same one."""


def bucket_of(person_id: str) -> int:
    """The bucket of a person's rows: the first byte of BLAKE2b of the id, modulo the number of buckets."""
    return hashlib.blake2b(person_id.encode(), digest_size=8).digest()[0] % BUCKETS


def sort_out(files: list[Path], notices: str, folder: Path) -> None:
    """Fill `folder`: `index.sqlite`, `candidates/bucket=N/*.parquet`, `skipped.parquet`, `malformed.jsonl`.

    `notices` is a pattern that fits the notices of all `files`.
    """
    index = Index(folder / "index.sqlite")
    with duckdb.connect() as connection:
        connection.execute(f"SET temp_directory = {_quoted(folder / 'spilled')}")
        connection.execute(f"CREATE VIEW notice AS SELECT * FROM read_parquet({_quoted(notices)})")  # noqa: S608 -- a path
        _write_table(connection, "loser", _losers(connection, files))
        filling = Filling(connection, index, files)
        filling.take_shared()
        _write_table(connection, "person", _people(connection, index))
        _write_table(connection, "face_meaning", _meanings(connection, index))
        connection.execute(_OUTCOME)
        _write_table(connection, "fetched", _fetched(connection, files))
        filling.take_demanded()
        _write_table(connection, "bad", filling.bad)
        index.sort_out()
        index.close()
        connection.execute(f"COPY ({_SKIPPED}) TO {_quoted(folder / 'skipped.parquet')} (FORMAT parquet)")
        target = _quoted(folder / "candidates")
        connection.execute(f"COPY ({_CANDIDATES}) TO {target} (FORMAT parquet, PARTITION_BY (bucket))")
    save_malformed(folder / "malformed.jsonl", filling.malformed)


def _quoted(path: object) -> str:
    return "'" + str(path).replace("'", "''") + "'"


_COLUMNS = {
    "loser": {"file": pa.int32(), "line": pa.int64(), "entry": pa.int32(), "reason": pa.string()},
    "person": {"key": pa.string(), "person_id": pa.string(), "bucket": pa.int32()},
    "fetched": {"file": pa.int32(), "line": pa.int64(), "text": pa.string()},
    "face_meaning": {"kind": pa.string(), "face": pa.string(), "reason": pa.string()},
    "bad": {
        "file": pa.int32(),
        "line": pa.int64(),
        "entry": pa.int32(),
        "kind": pa.string(),
        "reason": pa.string(),
    },
}


def _write_table(connection: duckdb.DuckDBPyConnection, name: str, rows: Iterable[tuple[Any, ...]]) -> None:
    columns = _COLUMNS[name]
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    arrays = [pa.array(column, kind) for column, kind in zip(values, columns.values(), strict=True)]
    connection.register("arrived", pa.table(arrays, names=list(columns)))
    connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM arrived")  # noqa: S608 -- a name of ours
    connection.unregister("arrived")


def _losers(connection: duckdb.DuckDBPyConnection, files: list[Path]) -> Iterator[tuple[Any, ...]]:
    """Records that another with their id stands for, as the index tells of the ids that stand twice."""
    connection.execute("""
        CREATE TABLE twice AS SELECT kind, identity FROM notice
        WHERE reason IS NULL GROUP BY kind, identity HAVING count(*) > 1""")
    if connection.execute("SELECT count(*) FROM twice").fetchone() == (0,):
        return
    query = """
        SELECT file, line, entry, body, place FROM notice SEMI JOIN twice USING (kind, identity)
        WHERE reason IS NULL ORDER BY file, line, entry"""
    positions: list[Position] = []
    with Index() as index:
        for position, found in _whole(connection.execute(query).fetchall(), files):
            typed = with_type(found)
            if typed.written:
                index.take(typed.kind, typed.identity, typed.body, "", typed.written)
                positions.append(position)
        index.sort_out()
        for ordinal, reason in index.losers():
            yield (*positions[ordinal - 1], str(reason))


def _whole(rows: list[tuple[Any, ...]], files: list[Path]) -> Iterator[tuple[Position, Found]]:
    """Records with their whole text, which is looked up in the source where it was not kept."""
    absent: dict[int, set[str]] = {}
    for file, line, _, body, _ in rows:
        if body is None:
            absent.setdefault(file, set()).add(f"{files[file].name} line {line}")
    text_of = {
        (file, found.place): found
        for file, places in absent.items()
        for found in records(files[file])
        if found.place in places
    }
    for file, line, entry, body, place in rows:
        where = place or f"{files[file].name} line {line}"
        yield (file, line, entry), text_of[file, where] if body is None else Found(where, orjson.loads(body))


def _people(connection: duckdb.DuckDBPyConnection, index: Index) -> Iterator[tuple[Any, ...]]:
    """Each key by which records name a person, with the person's id and bucket where there is one."""
    for (key,) in connection.execute("SELECT DISTINCT person FROM notice WHERE person <> ''").fetchall():
        patient = index.by_key(key, "Patient")
        identity = None if patient is None else string(patient.get("id"))
        yield key, identity, None if identity is None else bucket_of(identity)
    own = "SELECT DISTINCT identity FROM notice WHERE kind = 'Patient' AND reason IS NULL"
    for (identity,) in connection.execute(own).fetchall():
        yield f"own {identity}", identity, bucket_of(identity)


def _meanings(connection: duckdb.DuckDBPyConnection, index: Index) -> Iterator[tuple[Any, ...]]:
    """Each face that turns its records away, with the reason; not those that `unless_role` answers for."""
    query = f"""
        SELECT DISTINCT kind, face FROM notice
        WHERE face IS NOT NULL AND (unless_role IS NULL OR {_ANY_ROLE})"""  # noqa: S608 -- made of our own names only
    for kind, face in connection.execute(query).fetchall():
        if reason := reason_by_face(kind, face, index):
            yield kind, face, str(reason)


def _fetched(connection: duckdb.DuckDBPyConnection, files: list[Path]) -> Iterator[tuple[int, int, str]]:
    """The text of records that were not expected to give a row, and may after all."""
    query = """
        SELECT file, list(line)
        FROM outcome SEMI JOIN (FROM notice WHERE unless_role IS NOT NULL) USING (file, line, entry)
        WHERE outcome.reason IS NULL GROUP BY file ORDER BY file"""
    for file, numbers in connection.execute(query).fetchall():
        for number, text in lines_at(files[file], numbers):
            yield file, number, text


_ANY_ROLE = "EXISTS (FROM notice WHERE kind = 'PractitionerRole')"
_CONVERTED = ", ".join(f"'{kind}'" for kind in CONVERTERS)
_OUTCOME = f"""
    CREATE TABLE outcome AS
    SELECT notice.file, notice.line, notice.entry, notice.kind, notice.place, notice.count, person.bucket,
        CASE
            WHEN notice.reason IS NOT NULL THEN notice.reason
            WHEN loser.reason IS NOT NULL THEN loser.reason
            WHEN notice.kind NOT IN ({_CONVERTED}) THEN '{Reason.LOOKED_UP}'
            WHEN notice.kind <> 'Patient' AND notice.person = '' THEN '{Reason.NO_PERSON}'
            WHEN person.person_id IS NULL THEN '{Reason.PERSON_NOWHERE}'
            WHEN NOT {_ANY_ROLE} AND unless_role IS NOT NULL THEN unless_role
            ELSE face_meaning.reason
        END AS reason
    FROM notice
    LEFT JOIN loser USING (file, line, entry)
    LEFT JOIN person ON person.key =
        CASE WHEN notice.kind = 'Patient' THEN 'own ' || notice.identity ELSE notice.person END
    LEFT JOIN face_meaning ON face_meaning.kind = notice.kind AND face_meaning.face = notice.face
"""  # noqa: S608 -- made of our own names only
_CANDIDATES = """
    SELECT file, line, entry, outcome.bucket, place, full_url, coalesce(body, text) AS body
    FROM outcome JOIN (SELECT file, line, entry, body, full_url FROM notice) USING (file, line, entry)
    LEFT JOIN fetched USING (file, line)
    WHERE outcome.reason IS NULL AND (file, line, entry) NOT IN (SELECT (file, line, entry) FROM bad)
"""
_SKIPPED = """
    SELECT kind, reason, sum(count)::BIGINT AS count,
        min({'file': file, 'line': line, 'entry': entry, 'place': place}) AS first FROM (
        SELECT outcome.file, outcome.line, outcome.entry, outcome.place, outcome.count,
            coalesce(bad.kind, outcome.kind) AS kind, coalesce(bad.reason, outcome.reason) AS reason
        FROM outcome LEFT JOIN bad USING (file, line, entry)
    ) WHERE reason IS NOT NULL GROUP BY kind, reason ORDER BY kind, reason
"""
