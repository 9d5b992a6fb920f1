"""What is noted of every record of a file: where it stands, what it is, whose, and its face.

DuckDB reads the lines with a schema of ours for each resource type, so that of most lines nothing but a few
fields is ever unpacked. Whatever it can't read, or reads otherwise than JSON has it, goes to the reader's own
way of reading, line by line.

Where a record is turned away by its face, a key that stands twice in one object counts by its first value,
not by its last; and DuckDB lets pass a number out of range, or a comma too many before a space, which JSON
does not. Such a record gives no row in either case; only the reason counted for it may differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from assuage.records.fhir.elements import string
from assuage.records.fhir.files import Found, line_records, records
from assuage.records.fhir.index import KEPT_FIELDS
from assuage.records.fhir.reader import CONVERTERS, PERSON_ELEMENT, USED, with_type
from assuage.records.fhir.reasons import Reason
from assuage.records.fhir.references import canonical
from assuage.records.fhir.resource_types import RESOURCE_TYPES
from assuage.records.ingest.blocks import Block, NotPlain, blocks
from assuage.records.ingest.faces import FACES, SEPARATOR, reason_by_face
from assuage.records.ingest.malformed import MalformedLine

SCHEMA = pa.schema(
    {
        "file": pa.int32(),
        "line": pa.int64(),  # of a document that is no run of lines: the place of the record in it
        "entry": pa.int32(),  # of a Bundle that stands in one line, from 0
        "kind": pa.string(),
        "identity": pa.string(),
        "person": pa.string(),  # canonical key, empty if it names none
        "face": pa.string(),
        "reason": pa.string(),  # where the record is none, or of a type not used
        "unless_role": pa.string(),  # why it gives no row, if nobody who took part has a role on record
        "place": pa.string(),  # in words, where that is not "name line N"
        "full_url": pa.string(),
        "body": pa.string(),  # kept while it may give a row, or be looked up by another
        "count": pa.int64(),  # records that one notice stands for
    }
)

REPEATED = ["kind", "person", "face", "reason", "unless_role", "place"]
"""The columns whose values come again and again."""

KEPT_WHOLE = frozenset(KEPT_FIELDS) | {"MedicationDispense"}
"""The types whose resources others look up, so that their text is kept whatever their face says."""

_FIRST_KEY = r'^\s*\{\s*"resourceType"\s*:\s*"(?P<kind>[A-Za-z]+)"'
_NOT_STRICT = " OR ".join(f"contains(line, '{sign}')" for sign in ("NaN", "Infinity", ",}", ",]"))
_NO_MATCH = ""
_AT_ONCE = 5_000


@dataclass
class Noticed:
    """The notices of one file, to be taken away a table at a time, and its lines that are no records."""

    tables: list[pa.Table] = field(default_factory=list)
    malformed: list[MalformedLine] = field(default_factory=list)


class Noticer:
    """Notes the records of files, one file after the other, and remembers what each face means."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._decided = lru_cache(200_000)(reason_by_face)
        self._no_roles = lru_cache(200_000)(partial(reason_by_face, no_roles=True))
        self._person_key = lru_cache(200_000)(_person_key)

    def of_lines(self, path: Path, file: int, noticed: Noticed) -> Iterator[int]:
        """Note a file of lines, which has this number, block by block; gives the bytes done.

        Raises NotPlain where it has to be noted by `of_any`.
        """
        any_record = False
        for block in blocks(path):
            self._take_block(block, path, file, noticed)
            any_record = any_record or bool(noticed.tables)
            yield block.bytes_done
        if not any_record:
            raise NotPlain

    def _take_block(self, block: Block, path: Path, file: int, noticed: Noticed) -> None:
        lines = block.table()
        kinds = _kinds(lines["line"])
        odd: list[int] = []
        for kind in sorted(pc.unique(kinds).to_pylist()):
            of_kind = lines if pc.all(pc.equal(kinds, kind)).as_py() else lines.filter(pc.equal(kinds, kind))
            if kind not in RESOURCE_TYPES or kind == "Bundle":
                odd += of_kind["row"].to_pylist()
            elif kind not in USED:
                odd += self._take_unused(of_kind, kind, block.first, file, noticed)
            else:
                odd += self._take_kind(of_kind, kind, block.first, file, noticed)
        found = [
            (block.first + row, entry, one, block.line(row))
            for row in sorted(odd)
            for entry, one in enumerate(line_records(block.line(row), path.name, block.first + row))
        ]
        if found:
            noticed.tables.append(_exact(found, file, noticed.malformed))

    def _take_unused(self, lines: pa.Table, kind: str, first: int, file: int, noticed: Noticed) -> list[int]:
        """Count resources of a type that is not used; gives the rows that are to be read exactly."""
        read = self._transformed(lines, kind, ())
        plain = read.filter(read["plain"])
        if len(plain):
            columns: dict[str, list[Any]] = {name: [None] for name in SCHEMA.names}
            columns |= {"file": [file], "line": [first + pc.min(plain["row"]).as_py()], "entry": [0]}
            columns |= {"kind": [kind], "reason": [str(Reason.NOT_USED)], "count": [len(plain)]}
            noticed.tables.append(pa.table(columns, schema=SCHEMA))
        return _others(read)

    def _take_kind(self, lines: pa.Table, kind: str, first: int, file: int, noticed: Noticed) -> list[int]:
        """Note resources of a type that is used; gives the rows that are to be read exactly."""
        read = self._transformed(lines, kind, FACES.get(kind, ()))
        plain = read.filter(read["plain"])
        if len(plain):
            noticed.tables.append(self._noted(plain, lines, kind, first, file))
        return _others(read)

    def _transformed(self, lines: pa.Table, kind: str, face: tuple[str, ...]) -> pa.Table:
        """Read lines with the schema of a type: `row`, `plain`, `identity`, `person` and `face`."""
        names = ["resourceType"]
        if kind in USED:
            names += ["id", *([] if kind == "Patient" else [PERSON_ELEMENT.get(kind, "subject")]), *face]
        structure = "{" + ", ".join(f'"{name}": "JSON"' for name in names) + "}"
        is_plain = f"""x.resourceType::VARCHAR = '"{kind}"' AND NOT ({_NOT_STRICT})"""
        chosen = ["NULL AS identity", "NULL AS person", "NULL AS face"]
        if kind in USED:
            is_plain += """ AND regexp_full_match(x.id::VARCHAR, '"[^\\s"\\\\]+"')"""
            person = "''" if kind == "Patient" else f"coalesce(x.{names[2]}::VARCHAR, '')"
            chosen = [
                "substring(x.id::VARCHAR, 2, length(x.id::VARCHAR) - 2) AS identity",
                f"{person} AS person",
                f"{_face_of(face)} AS face",
            ]
        query = f"""
            SELECT row, coalesce({is_plain}, false) AS plain, {", ".join(chosen)}
            FROM (SELECT row, line, try(json_transform(line, '{structure}')) AS x FROM lines)
        """  # noqa: S608 -- made of our own names only
        self._connection.register("lines", lines)
        return self._connection.execute(query).to_arrow_table()

    def _without_roles(self, kind: str, face: str) -> Reason | None:
        """Why a face is enough if nobody has a role: then it doesn't matter who took part."""
        fields = face.split(SEPARATOR)
        fields[FACES[kind].index("participant")] = ""
        return self._no_roles(kind, SEPARATOR.join(fields))

    def _noted(self, plain: pa.Table, lines: pa.Table, kind: str, first: int, file: int) -> pa.Table:
        count = len(plain)
        people = _of_each(plain["person"], self._person_key)
        blank = pa.nulls(count, pa.string())
        needed: Any = True
        unless_role = blank
        if "participant" in FACES.get(kind, ()):
            unless_role = _of_each(plain["face"], lambda face: self._without_roles(kind, face))
            needed = pc.is_null(unless_role)
        elif kind not in KEPT_WHOLE and kind in FACES:
            needed = pc.is_null(_of_each(plain["face"], lambda face: self._decided(kind, face)))
        rows = pc.index_in(plain["row"], lines["row"].combine_chunks())
        bodies = pc.if_else(needed, lines["line"].combine_chunks().take(rows), pa.scalar(None, pa.string()))
        columns = {
            "file": pa.repeat(pa.scalar(file, pa.int32()), count),
            "line": pc.add(plain["row"].cast(pa.int64()), first),
            "entry": pa.repeat(pa.scalar(0, pa.int32()), count),
            "kind": pa.repeat(kind, count),
            "identity": plain["identity"],
            "person": people,
            "face": plain["face"] if kind in FACES else blank,
            "reason": blank,
            "unless_role": unless_role,
            "place": blank,
            "full_url": blank,
            "body": bodies,
            "count": pa.repeat(pa.scalar(1, pa.int64()), count),
        }
        return pa.table(columns, schema=SCHEMA)


def _kinds(lines: pa.ChunkedArray) -> pa.Array:
    """The type that each line names first, empty where it names none."""
    same = re.match(_FIRST_KEY, lines[0].as_py())
    if same and pc.all(pc.starts_with(lines, same[0])).as_py():  # as in most files
        return pa.repeat(same["kind"], len(lines))
    kinds = pc.struct_field(pc.extract_regex(lines, _FIRST_KEY), "kind")
    return pc.fill_null(kinds, _NO_MATCH).combine_chunks()


def _face_of(face: tuple[str, ...]) -> str:
    """SQL for the fields of a face, one after the other; of who took part only who it was."""
    if not face:
        return "NULL"
    who = (
        "CASE WHEN starts_with(x.participant::VARCHAR, '[')"
        ' THEN to_json(json_transform(x.participant, \'[{"individual": "JSON"}]\')) ELSE x.participant END'
    )
    fields = [f"coalesce(({who if name == 'participant' else f'x.{name}'})::VARCHAR, '')" for name in face]
    return f"concat_ws(chr(31), {', '.join(fields)})"


def _of_each(texts: pa.ChunkedArray, meaning: Any) -> pa.Array:
    """What each text means, asked once for each different one."""
    coded = texts.combine_chunks().dictionary_encode()
    meanings = [meaning(text) for text in coded.dictionary.to_pylist()]
    return pa.array([None if one is None else str(one) for one in meanings], pa.string()).take(coded.indices)


def _person_key(reference: str) -> str:
    return canonical(orjson.loads(reference), "Patient") if reference else ""


def _others(read: pa.Table) -> list[int]:
    rows: list[int] = read.filter(pc.invert(read["plain"]))["row"].to_pylist()
    return rows


def of_any(path: Path, file: int, noticed: Noticed) -> Iterator[int]:
    """Note any file by the reader's own way of reading: a document, or one that is damaged."""
    numbered = enumerate(records(path))
    while some := list(islice(numbered, _AT_ONCE)):
        found = [(number, 0, one, b"") for number, one in some]
        noticed.tables.append(_exact(found, file, noticed.malformed))
        yield some[-1][1].bytes_done


def _exact(found: list[tuple[int, int, Found, bytes]], file: int, malformed: list[MalformedLine]) -> pa.Table:
    """Notices of records as the reader found them, with the text of the line where it came from one."""
    rows: list[dict[str, Any]] = []
    for line, entry, one, text in found:
        typed = with_type(one)
        if typed.kind == "line":
            malformed.append(MalformedLine.at(file, typed.place, str(typed.reason), text))
        element = PERSON_ELEMENT.get(typed.kind, "subject")
        rows.append(
            {
                "file": file,
                "line": line,
                "entry": entry,
                "kind": typed.kind,
                "identity": typed.identity,
                "person": canonical(typed.body.get(element), "Patient") if typed.kind in CONVERTERS else "",
                "reason": str(typed.reason) if typed.reason else None,
                "place": typed.place,
                "full_url": string(typed.full_url) or None,
                "body": typed.written.decode() or None,
                "count": 1,
            }
        )
    return pa.Table.from_pylist(rows, schema=SCHEMA)
