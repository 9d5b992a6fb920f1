"""The index of an ingest: what can be looked up, and of diagnoses and prescriptions only what is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import orjson
import pyarrow as pa

from assuage.records.fhir.elements import Json
from assuage.records.fhir.files import line_records
from assuage.records.fhir.index import KEPT_FIELDS, Index
from assuage.records.fhir.references import canonical, names_of
from assuage.records.ingest.malformed import MalformedLine

Position = tuple[int, int, int]
"""File, line and entry: where a record stands."""

ON_DEMAND = ("Condition", "MedicationRequest", "MedicationStatement")
"""The types of which only what is referred to is indexed; of all others that are looked
up every resource is."""

_SHARED = sorted((set(KEPT_FIELDS) | {"MedicationDispense"}) - set(ON_DEMAND))


def _listed(kinds: Iterable[str]) -> str:
    return ", ".join(f"'{kind}'" for kind in kinds)


LOOKING_UP = (
    *("AdverseEvent", "CarePlan", "MedicationAdministration", "MedicationDispense", "MedicationRequest"),
    *("MedicationStatement", "Observation", "Procedure"),
)
"""The types that look up a diagnosis or a prescription; an observation does so in `focus`."""

_DEMANDING = f"""kind IN ({_listed(LOOKING_UP)})
    AND (kind <> 'Observation' OR contains(body, 'focus') OR contains(body, chr(92))) AND (
    (kind = 'MedicationDispense' AND notice.reason IS NULL)
    OR (file, line, entry) IN (SELECT (file, line, entry) FROM outcome WHERE outcome.reason IS NULL))"""  # noqa: S608 -- made of our own names only
_ON_DEMAND = f"kind IN ({_listed(ON_DEMAND)})"
_NOT_PLAIN = """(contains(body, '"identifier"') OR contains(body, chr(92)))"""
_REFERENCES = f"""
    SELECT DISTINCT reference FROM (
        SELECT trim(unnest(regexp_extract_all(body, '"reference"\\s*:\\s*"([^"]*)"', 1))) AS reference
        FROM notice WHERE {_DEMANDING}
    ) WHERE regexp_matches(reference, '{"|".join(ON_DEMAND)}') OR (reference LIKE '%urn:%' AND (
        regexp_extract(reference, '[^:]*$') IN (SELECT identity FROM notice WHERE {_ON_DEMAND})
        OR reference IN (SELECT full_url FROM notice WHERE {_ON_DEMAND})))"""  # noqa: S608 -- made of our own names only
_OF_KINDS = "notice.reason IS NULL AND list_contains($kinds, kind)"
_WANTED = f"""{_OF_KINDS} AND (concat(kind, '/', identity) IN (SELECT key FROM wanted)
    OR full_url IN (SELECT key FROM wanted))"""  # noqa: S608 -- made of our own names only
_BATCH_ROWS = 10_000


class _Stored(NamedTuple):
    """A record as it was noticed."""

    position: Position
    kind: str
    identity: str
    full_url: str
    body: Json


class Filling:
    """Fills an index from the view `notice`, and notes what turns out to be no JSON on the way.

    `bad` holds position, record type and reason of each such record.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, index: Index, files: list[Path]) -> None:
        self._connection, self._index, self._files = connection, index, files
        self._taken: set[Position] = set()
        self.bad: list[tuple[int, int, int, str, str]] = []
        self.malformed: list[MalformedLine] = []

    def take_shared(self) -> None:
        """Index every person, medication, practitioner, device and dispense."""
        for stored in self._records(_OF_KINDS, {"kinds": _SHARED}):
            self._take(stored)

    def take_demanded(self) -> None:
        """Index the diagnoses and prescriptions that `outcome` asks for, and what those refer to."""
        known: set[str] = set()
        new = self._demanded_by_outcome()
        while new := new - known:
            known |= new
            taken = [*self._named(new), *self._with_identifier({key for key in new if "?" in key})]
            new = {key for stored in taken for key in self._take(stored)}

    def _demanded_by_outcome(self) -> set[str]:
        """The keys that dispenses and the records still to be read refer to.

        Plain references are found in the text, most of which then need not be parsed.
        """
        written = self._connection.execute(_REFERENCES).fetchall()
        keys = {key for (reference,) in written for key in _keys_of({"reference": reference})}
        for stored in self._records(f"({_DEMANDING}) AND {_NOT_PLAIN}", {}):
            keys |= keys_demanded(stored.body)
        return keys

    def _take(self, stored: _Stored) -> set[str]:
        """Index a record once; the keys that what was kept of it refers to."""
        if stored.position in self._taken:
            return set()
        self._taken.add(stored.position)
        written = orjson.dumps(stored.body, option=orjson.OPT_SORT_KEYS)
        self._index.take(stored.kind, stored.identity, stored.body, stored.full_url, written)
        fields = KEPT_FIELDS.get(stored.kind, ())
        return keys_demanded({name: stored.body[name] for name in fields if name in stored.body})

    def _named(self, keys: set[str]) -> list[_Stored]:
        """The diagnoses and prescriptions with one of these keys."""
        wanted = pa.table({"key": pa.array(sorted(keys), pa.string())})
        self._connection.register("arrived", wanted)
        self._connection.execute("CREATE OR REPLACE TABLE wanted AS SELECT * FROM arrived")
        self._connection.unregister("arrived")
        return list(self._records(_WANTED, {"kinds": list(ON_DEMAND)}))

    def _with_identifier(self, keys: set[str]) -> Iterator[_Stored]:
        """The same with one of these identifiers: every resource of the type has to be looked at."""
        kinds = sorted({key.partition("?")[0] for key in keys})
        for stored in self._records(_OF_KINDS, {"kinds": kinds}) if kinds else ():
            if keys & set(names_of(stored.kind, stored.body, "")):
                yield stored

    def _records(self, condition: str, values: dict[str, Any]) -> Iterator[_Stored]:
        """The records for which a condition on `notice` holds, in the order of the source."""
        query = f"""
            SELECT file, line, entry, kind, identity, coalesce(full_url, '') AS full_url, body
            FROM notice WHERE body IS NOT NULL AND ({condition}) ORDER BY file, line, entry"""  # noqa: S608 -- our own
        for batch in self._connection.cursor().execute(query, values).to_arrow_reader(_BATCH_ROWS):
            for file, line, entry, kind, identity, full_url, body in zip(
                *batch.to_pydict().values(), strict=True
            ):
                try:
                    parsed = orjson.loads(body)
                except orjson.JSONDecodeError:
                    self._note_bad((file, line, entry), body)
                else:
                    yield _Stored((file, line, entry), kind, identity, full_url, parsed)

    def _note_bad(self, position: Position, body: str) -> None:
        """DuckDB reads a little more than JSON: what it let pass is a malformed line all the same."""
        file, line, _ = position
        text = body.encode()
        for found in line_records(text, self._files[file].name, line):
            bad = (*position, found.record_type, str(found.reason))
            if bad not in self.bad:
                self.bad.append(bad)
                self.malformed.append(MalformedLine.at(file, found.place, str(found.reason), text))


def keys_demanded(value: Any) -> set[str]:
    """Every key under which a diagnosis or a prescription is referred to, anywhere within a JSON value."""
    keys: set[str] = set()
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            if "reference" in part or "identifier" in part:
                keys |= _keys_of(part)
            waiting += [inner for inner in part.values() if isinstance(inner, dict | list)]
    return keys


def _keys_of(reference: Json) -> set[str]:
    kinds = ON_DEMAND if "identifier" in reference else ON_DEMAND[:1]
    keys = {canonical(reference, kind) for kind in kinds}
    for key in [key for key in keys if key.startswith("urn:")]:
        keys |= {f"{kind}/{key.rpartition(':')[2]}" for kind in ON_DEMAND}
    return {key for key in keys if key.startswith(("urn:", *ON_DEMAND))}
