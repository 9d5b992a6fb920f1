"""What records look up in other records: a small SQLite file beside the tables, gone after reading.

A reference may point to any file, before or after, so a first pass over the source keeps what can be
pointed to: people's dates, medications, diagnoses, prescriptions, specialties. It also finds ids that
stand twice. On disk, because it grows with the source; memory holds a page cache and the last lookups.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Self

import orjson

from assuage.records.fhir.elements import Json, an_object, string
from assuage.records.fhir.reasons import Reason
from assuage.records.fhir.references import canonical, names_of

KEPT_FIELDS: dict[str, tuple[str, ...]] = {
    "Patient": ("birthDate", "deceasedDateTime"),
    "Condition": ("code",),
    "Medication": ("code", "ingredient"),
    "MedicationRequest": (
        "medicationCodeableConcept",
        "medicationReference",
        "contained",
        "dosageInstruction",
        "reasonCode",
        "reasonReference",
        "status",
        "statusReason",
    ),
    "MedicationStatement": ("medicationCodeableConcept", "medicationReference", "contained"),
    "PractitionerRole": ("specialty",),
    "Practitioner": (),
    "Device": ("type", "deviceName"),
}
"""The types that other records look up, and the fields of each that they ask for."""

_DISPENSED_STATES = ("completed", "in-progress", "stopped", "unknown")
_CACHED_LOOKUPS = 2_000

_TABLES = """
    PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16384; PRAGMA temp_store = FILE;
    CREATE TABLE seen (ordinal INTEGER PRIMARY KEY, key TEXT, newest TEXT, digest BLOB);
    CREATE TABLE lookup (key TEXT PRIMARY KEY, newest TEXT, digest BLOB, body BLOB) WITHOUT ROWID;
    CREATE TABLE name (name TEXT PRIMARY KEY, key TEXT) WITHOUT ROWID;
    CREATE TABLE dispense (request TEXT);
"""

# Of two records with one id the newer stays, then the one with the smaller digest: not the first
# seen, so that the order of files and lines changes nothing.
_KEEP_BETTER = """
    INSERT INTO lookup VALUES (?, ?, ?, ?) ON CONFLICT (key) DO UPDATE
    SET newest = excluded.newest, digest = excluded.digest, body = excluded.body
    WHERE excluded.newest > newest OR (excluded.newest = newest AND excluded.digest < digest)
"""
_KEEP_UNAMBIGUOUS = """
    INSERT INTO name VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET key = NULL WHERE key <> excluded.key
"""
_SORT_OUT = """
    CREATE TABLE twice AS SELECT key FROM seen GROUP BY key HAVING count(*) > 1;
    CREATE TABLE loser AS
    SELECT ordinal, digest = first_value(digest) OVER best AS same, row_number() OVER best AS place
    FROM seen WHERE key IN (SELECT key FROM twice)
    WINDOW best AS (PARTITION BY key ORDER BY newest DESC, digest, ordinal);
    DELETE FROM loser WHERE place = 1;
    CREATE INDEX loser_order ON loser (ordinal);
    CREATE TABLE dispensed (request TEXT PRIMARY KEY) WITHOUT ROWID;
    INSERT OR IGNORE INTO dispensed SELECT coalesce(
        (SELECT key FROM name WHERE name = request),
        replace(request, 'urn:uuid:', 'MedicationRequest/'))
    FROM dispense;
"""


class Index:
    """What is known of other records. Filled by `take`, then `sort_out`, then asked."""

    def __init__(self, file: Path | str = ":memory:", *, filled: bool = False) -> None:
        """With `filled`, an index that another has filled and sorted out: it is only asked, and stays."""
        self._scratch = file if isinstance(file, Path) and not filled else None
        if self._scratch:
            self._scratch.unlink(missing_ok=True)  # left by a run that was killed
        self._database = sqlite3.connect(file)
        if not filled:
            self._database.executescript(_TABLES)
        self._count = 0
        self._body_of = lru_cache(_CACHED_LOOKUPS)(self._read_body)
        self._key_named = lru_cache(_CACHED_LOOKUPS)(self._read_name)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        if self._scratch:
            self._scratch.unlink(missing_ok=True)

    def close(self) -> None:
        """Ask no more; the file stays for whoever opens it as `filled`."""
        self._database.close()

    def take(self, kind: str, identity: str, body: Json, full_url: str, written: bytes) -> None:
        """Note one record of the first pass; `written` is its canonical text."""
        key, digest = f"{kind}/{identity}", hashlib.blake2b(written, digest_size=16).digest()
        newest = string(an_object(body.get("meta")).get("lastUpdated"))
        self._count += 1
        self._database.execute("INSERT INTO seen VALUES (?, ?, ?, ?)", (self._count, key, newest, digest))
        if kind in KEPT_FIELDS:
            kept = {name: body[name] for name in KEPT_FIELDS[kind] if name in body}
            kept["id"] = identity
            self._database.execute(_KEEP_BETTER, (key, newest, digest, orjson.dumps(kept)))
            names = [(name, key) for name in names_of(kind, body, full_url)]
            self._database.executemany(_KEEP_UNAMBIGUOUS, names)
        if kind == "MedicationDispense" and body.get("status") in _DISPENSED_STATES:
            self._note_dispense(body)
        if kind == "PractitionerRole" and (person := canonical(body.get("practitioner"), "Practitioner")):
            role = orjson.dumps({"specialty": body.get("specialty")})
            self._database.execute(_KEEP_BETTER, (f"role of {person}", newest, digest, role))

    def _note_dispense(self, body: Json) -> None:
        prescriptions = body.get("authorizingPrescription")
        for prescription in prescriptions if isinstance(prescriptions, list) else []:
            request = canonical(prescription, "MedicationRequest")
            self._database.execute("INSERT INTO dispense VALUES (?)", (request,))

    def sort_out(self) -> None:
        """After the first pass: which records lose to one of the same id, which requests were dispensed."""
        self._database.executescript(_SORT_OUT)

    def losers(self) -> Iterator[tuple[int, Reason]]:
        """The ordinals, rising, of records that another record of the same id stands for, and why."""
        cursor = self._database.cursor()
        for ordinal, same in cursor.execute("SELECT ordinal, same FROM loser ORDER BY ordinal"):
            yield ordinal, Reason.DUPLICATE if same else Reason.OTHER_VERSION

    def find(self, reference: object, kind: str) -> Json | None:
        """The kept fields of the resource of type `kind` that a Reference points to; None for none."""
        return self.by_key(canonical(reference, kind), kind)

    def by_key(self, key: str, kind: str) -> Json | None:
        """The same for a canonical key."""
        found = self._key(key) or (f"{kind}/{key.rpartition(':')[2]}" if key.startswith("urn:") else "")
        return self._body_of(found) if found.startswith(f"{kind}/") else None

    def role_of(self, reference: object) -> Json | None:
        """The specialties of a practitioner, or of a practitioner's role."""
        key = canonical(reference, "Practitioner")
        return self.by_key(key, "PractitionerRole") or self._body_of(f"role of {key}")

    def is_dispensed(self, identity: str) -> bool:
        """Whether a dispense of this MedicationRequest is on record."""
        query = "SELECT 1 FROM dispensed WHERE request = ?"
        return self._database.execute(query, (f"MedicationRequest/{identity}",)).fetchone() is not None

    def _key(self, key: str) -> str:
        """`Type/id` of what a canonical key names, "" if nothing or more than one resource has that name."""
        if key.startswith("urn:") or "?" in key:
            return self._key_named(key)
        return key

    def _read_body(self, key: str) -> Json | None:
        found = self._database.execute("SELECT body FROM lookup WHERE key = ?", (key,)).fetchone()
        return orjson.loads(found[0]) if found else None

    def _read_name(self, name: str) -> str:
        found = self._database.execute("SELECT key FROM name WHERE name = ?", (name,)).fetchone()
        return (found[0] or "") if found else ""
