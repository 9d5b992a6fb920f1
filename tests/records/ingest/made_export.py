"""Exports to ingest: made-up people, and one with everything that goes wrong in real exports."""

from __future__ import annotations

import gzip
import hashlib
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pyarrow.parquet as pq

from assuage.records.fhir import read_fhir
from assuage.records.ingest import ingest, read_ingested
from assuage.records.read_report import ReadLine, ReadReport
from assuage.records.rows import TABLES
from assuage.records.store import TableWriter
from assuage.synth import write

SHARED = Path(__file__).parents[3] / ".." / "shared" / "data"


@dataclass(frozen=True)
class Tables:
    """What a reader made of a source: the rows of each table, as a bag, and the read report."""

    rows: dict[str, list[str]]
    report: list[ReadLine]


def read_directly(source: Path, folder: Path) -> Tables:
    """By the FHIR reader."""
    return _tables(read_fhir, source, folder)


def read_after_ingest(source: Path, folder: Path) -> Tables:
    """By an ingest, and from the folder that it left."""
    ingest(source, folder / "tables")
    return _tables(read_ingested, folder / "tables", folder)


def _tables(reader: Any, source: Path, folder: Path) -> Tables:
    into = folder / f"read-{reader.__name__}"
    into.mkdir(parents=True)
    report = ReadReport()
    with TableWriter(into) as sink:
        reader(source, sink, report)
    rows = {table: sorted(map(str, pq.read_table(into / f"{table}.parquet").to_pylist())) for table in TABLES}
    return Tables(rows, report.lines())


def hash_of(folder: Path) -> str:
    """One hash of all files in a folder: names and contents."""
    whole = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        whole.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()


def made_up_export(folder: Path, people: int = 12, seed: int = 5) -> Path:
    """Made-up people as NDJSON."""
    return write(people, seed, "fhir", folder)


def damaged_export(folder: Path, seed: int) -> Path:
    """Made-up people and public examples with random faults, spread over files of several forms.

    Fields are dropped, exchanged between records or of a wrong type; ids stand twice; references lead nowhere
    or by another way; lines are no JSON. Nothing of it is thought of with a look at how an ingest works.
    """
    random_ = random.Random(seed)
    plain = made_up_export(folder / "made-up", seed=seed)
    lines = [line for path in sorted(plain.rglob("*.ndjson")) for line in path.read_bytes().splitlines()]
    records = [orjson.loads(line) for line in random_.sample(lines, min(len(lines), 600))]
    records += [orjson.loads(line) for line in lines if b'"Patient"' in line[:60]]
    for number in range(len(records)):
        if random_.random() < 0.6:
            records.append(_with_fault(records[number], random_.choice(records), random_))
    random_.shuffle(records)
    written = [orjson.dumps(one) for one in records]
    for broken in _BROKEN_LINES:
        written.insert(random_.randrange(len(written)), broken)
    bundle = {
        "resourceType": "Bundle",
        "entry": [{"fullUrl": f"urn:uuid:{n}", "resource": one} for n, one in enumerate(records[:9])],
    }
    written.insert(5, orjson.dumps(bundle))
    source = folder / "export"
    (source / "more").mkdir(parents=True)
    third = len(written) // 3
    (source / "a.ndjson").write_bytes(b"\xef\xbb\xbf" + b"\r\n".join(written[:third]))
    (source / "b.ndjson.gz").write_bytes(gzip.compress(b"\n".join(written[third : 2 * third]) + b"\n\n"))
    (source / "more" / "a.ndjson").write_bytes(b"\n".join(written[2 * third :]))
    (source / "c.json").write_bytes(orjson.dumps({**bundle, "entry": bundle["entry"][:4]}))
    (source / "d.ndjson.gz").write_bytes(gzip.compress(b"\n".join(written[:40]))[:-600])
    (source / "empty.ndjson").write_bytes(b"\n\n")
    (source / "notes.txt").write_text("no FHIR")
    return source


_BROKEN_LINES = (
    b"{",
    b"no JSON at all",
    b'["a list"]',
    b"7",
    b"   ",
    b'{"resourceType":"Condition","id":"x","code":{"text":"\xff"}}',
    b'{"resourceType":"Patient","id":"not-a-number","extension":[{"valueDecimal":NaN}]}',
    b'{"resourceType":"Procedure","id":"comma","code":{"text":"x"},}',
    b'{"resourceType":"Condition"',
    b'{"resourceType":"Zzz","id":"1"}',
    b'{"resourceType":"Immunization","id":"1"}',
    b'{"resourceType":"Immunization"}',
    b'{"id":"1"}',
    b'{"resourceType":"Condition","code":{"text":"no id"}}',
    b'{"resourceType":"Condition","id":7}',
    b'{"resourceType":"Condition","id":"es\\u0063aped","code":{"text":"x"}}',
    b'{"id":"late-type","code":{"text":"migraine"},"resourceType":"Condition","subject":{"reference":"Patient/1"}}',
    b'{"resourceType":"Condition","id":"nul","code":{"text":"\x00"}}',
    b"[" * 2000 + b"]" * 2000,
)


def _with_fault(record: dict[str, Any], other: dict[str, Any], random_: random.Random) -> dict[str, Any]:
    """The record with one thing changed; mostly under an id of its own."""
    changed = dict(record)
    if random_.random() < 0.7:
        changed["id"] = f"{record.get('id')}-{random_.randrange(10**6)}"
    field = random_.choice([name for name in record if name not in ("resourceType", "id")] or ["none"])
    match random_.randrange(7):
        case 0:
            changed.pop(field, None)
        case 1:
            changed[field] = other.get(field)
        case 2:
            changed[field] = random_.choice(
                [None, 5, "text", [], {}, [None], ["text"], {"reference": 5}, True]
            )
        case 3:
            changed["subject"] = {
                "reference": random_.choice(["Patient/nowhere", "urn:uuid:1", "#x", "", "Group/1"])
            }
        case 4:
            identity = str(record.get("subject", {}).get("reference", "")).rpartition("/")[2]
            changed["subject"] = {"reference": f"https://x.example/fhir/Patient/{identity}/_history/3"}
        case 5:
            changed["status"] = random_.choice(
                ["entered-in-error", "draft", "cancelled", "stopped", " active "]
            )
            changed["meta"] = {"lastUpdated": f"20{random_.randrange(10, 26)}-01-01T00:00:00Z"}
        case 6:
            target = f"{other['resourceType']}/{other.get('id')}"
            changed["reasonReference"] = [
                {"reference": random_.choice([target, f"urn:uuid:{other.get('id')}"])}
            ]
    return changed
