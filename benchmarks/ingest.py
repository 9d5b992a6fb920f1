"""`assuage ingest` against fhir.resources and against a plain orjson loop, on the same NDJSON files.

    python ingest.py [SOURCE] [--copies N] [--repeats R] [--peer PYTHON]

The files of SOURCE (a folder of NDJSON, plain or .gz; without it the public SMART sample beside the project)
are unpacked and copied N times, each copy under ids of its own. In each repeat every contender runs once, one
after the other, in a process of its own; the table gives medians. The orjson loop is one process that parses
each line and takes nine columns to Arrow; it maps
no code, resolves no reference and finds no duplicate. fhir.resources (R4B models) reads every n-th line,
20,000 or so, with the interpreter of an environment that has it (`requirements-fhir.txt`); without --peer it
is left out. Wall time is what counts; CPU time, of all processes of a contender, stands beside it because
other work on the machine disturbs it less.
"""

from __future__ import annotations

import argparse
import gzip
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PEER_LINES = 20_000
SMART = Path(__file__).resolve().parents[2] / "shared" / "data" / "smart_r4_fhir"

ORJSON_LOOP = """
import sys, orjson, pyarrow as pa
from pathlib import Path
names = ("kind", "id", "person", "code", "system", "text", "status", "start", "end")
columns = {name: [] for name in names}
for path in sorted(Path(sys.argv[1]).glob("*.ndjson")):
    with path.open("rb") as lines:
        for line in lines:
            body = orjson.loads(line)
            concept = body.get("code") or body.get("medicationCodeableConcept") or {}
            concept = concept if isinstance(concept, dict) else {}
            coding = (concept.get("coding") or [{}])[0]
            period = body.get("period") or body.get("performedPeriod") or {}
            values = (
                body["resourceType"], body["id"], (body.get("subject") or {}).get("reference"),
                coding.get("code"), coding.get("system"), concept.get("text"), body.get("status"),
                body.get("authoredOn") or body.get("onsetDateTime") or period.get("start"), period.get("end"),
            )
            for name, value in zip(names, values):
                columns[name].append(value)
pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
"""

PEER = """
import sys, orjson
from importlib import import_module
from pathlib import Path
models = {}
for path in sorted(Path(sys.argv[1]).glob("*.ndjson")):
    for line in path.open("rb"):
        body = orjson.loads(line)
        kind = body["resourceType"]
        if kind not in models:
            models[kind] = getattr(import_module(f"fhir.resources.R4B.{kind.lower()}"), kind)
        models[kind].model_validate(body)
"""

INGEST = """
import os, sys
from pathlib import Path
from assuage.records.ingest import ingest
if __name__ == "__main__":
    ingest(Path(sys.argv[1]), Path(sys.argv[2]), processes=os.cpu_count() or 1)
"""


def copies_of(source: Path, folder: Path, copies: int) -> int:
    """Write the export so many times into `folder`; gives the number of resources."""
    count = 0
    for path in sorted(source.glob("*.ndjson*")):
        text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        if b'"resourceType"' not in text[:300]:
            continue
        with (folder / path.name.removesuffix(".gz")).open("wb") as file:
            for copy in range(copies):
                # each copy has people and records of its own: another first half of every UUID
                own = re.sub(rb"\b[0-9a-f]{4}([0-9a-f]{4}-[0-9a-f]{4}-)", rb"%04x\1" % (0xA000 + copy), text)
                file.write(own if own.endswith(b"\n") else own + b"\n")
        count += text.count(b"\n") * copies
    return count


def sample_of(folder: Path, into: Path) -> int:
    """Every n-th line, so that all files are in it."""
    lines = [line for path in sorted(folder.glob("*.ndjson")) for line in path.read_bytes().splitlines()]
    chosen = lines[:: max(1, len(lines) // PEER_LINES)]
    (into / "sample.ndjson").write_bytes(b"\n".join(chosen))
    return len(chosen)


def seconds(arguments: list[str]) -> tuple[float, float]:
    """Wall and CPU seconds of a process and of all that it starts."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(arguments, check=True)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("source", type=Path, nargs="?", default=SMART)
    parser.add_argument("--copies", type=int, default=8)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--peer", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        export, sample = Path(scratch) / "export", Path(scratch) / "sample"
        export.mkdir()
        sample.mkdir()
        count, sampled = copies_of(arguments.source, export, arguments.copies), sample_of(export, sample)
        (Path(scratch) / "run.py").write_text(INGEST)
        contenders = {"orjson loop": (count, [sys.executable, "-c", ORJSON_LOOP, str(export)])}
        if arguments.peer:
            contenders["fhir.resources"] = (sampled, [str(arguments.peer), "-c", PEER, str(sample)])
        taken: dict[str, list[tuple[float, float]]] = {}
        for repeat in range(arguments.repeats):
            for name, (_, command) in contenders.items():
                taken.setdefault(name, []).append(seconds(command))
            out = Path(scratch) / f"tables-{repeat}"
            command = [sys.executable, str(Path(scratch) / "run.py"), str(export), str(out)]
            taken.setdefault("assuage ingest", []).append(seconds(command))
        cores, load = os.cpu_count(), os.getloadavg()[0]
        print(f"{count} resources, {cores} cores, load {load:.1f}, median of {arguments.repeats}")
        print("| contender | resources | wall s | resources/s | CPU s | resources per CPU s |")
        print("|---|---|---|---|---|---|")
        for name, times in taken.items():
            number = contenders.get(name, (count, []))[0]
            wall, cpu = (statistics.median(column) for column in zip(*times, strict=True))
            print(
                f"| {name} | {number} | {wall:.2f} | {number / wall:,.0f} | {cpu:.2f} | {number / cpu:,.0f} |"
            )


if __name__ == "__main__":
    main()
