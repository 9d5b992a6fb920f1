"""Spark against DuckDB on the same people, each on one core and on two: seconds, and people per CPU second.

    python engines_spark.py [--people N] [--scratch DIR]

The people are a thousand made-up ones (`assuage.testing.random_people`) under as many names as it takes. Each
run has a process of its own, and does what a review does: tables read in place, every result table written.
The first run of Spark is on few people, and tells what Spark costs before it reviews anybody.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb

from assuage.engines.cohort import review_tables
from assuage.engines.duckdb import connected, folder_tables
from assuage.engines.results import write_results
from assuage.engines.spark import parquet_tables, spark
from assuage.records.reading import no_progress
from assuage.records.rows import TABLES
from assuage.records.store import TableWriter
from assuage.testing.random_people import random_person

AS_OF = date(2024, 2, 29)
DRAWN = 1_000
RUNS = (("spark", 1, DRAWN), ("duckdb", 1, None), ("duckdb", 2, None), ("spark", 1, None), ("spark", 2, None))


def made(people: int, folder: Path) -> Path:
    """Tables of so many people: those drawn, each many times over under another id."""
    drawn, copied = folder / "drawn", folder / f"people-{people}"
    drawn.mkdir(parents=True, exist_ok=True)
    rng = random.Random(2024)  # noqa: S311 -- made-up people, not secrets
    with TableWriter(drawn) as sink:
        for number in range(DRAWN):
            history, _ = random_person(rng)
            for table in TABLES:
                rows = [history.person] if table == "person" else getattr(history, table)
                for row in rows:
                    sink.add(type(row)(**{**vars(row), "person_id": f"{number:04}"}))
    copied.mkdir(exist_ok=True)
    for table in TABLES:
        one = duckdb.read_parquet(str(drawn / f"{table}.parquet")).set_alias("one")
        copies = duckdb.sql(
            "SELECT * FROM range($copies) AS copies(copy)", params={"copies": people // DRAWN}
        )
        many = one.cross(copies).project("* EXCLUDE copy REPLACE (person_id || '-' || copy AS person_id)")
        many.write_parquet(str(copied / f"{table}.parquet"))
    return copied


@contextmanager
def opened(engine: str, cores: int, scratch: Path, people: Path):
    if engine == "duckdb":
        yield folder_tables(connected(scratch, cores), people)
        return
    with spark(f"local[{cores}]", scratch, memory_gb=6) as backend:
        yield parquet_tables(backend, people)


def cpu_seconds() -> float:
    """Of this process and of the Java that it started, up to now."""
    java = subprocess.run(
        [shutil.which("pgrep"), "-P", str(os.getpid()), "java"], capture_output=True, text=True, check=False
    )
    parts = [Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split() for pid in java.stdout.split()]
    ticks = sum(int(part[11]) + int(part[12]) for part in parts)
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def measured(engine: str, cores: int, scratch: Path, people: Path) -> dict[str, float]:
    """One review from the tables on disk to the result tables on disk."""
    working = scratch / "out"
    working.mkdir()
    began = time.perf_counter()
    with opened(engine, cores, scratch, people) as tables:
        told = review_tables(tables, as_of=AS_OF, market="US")
        files = write_results(told, working, working, no_progress)
        rows = sum(duckdb.read_parquet(str(file)).count("*").fetchone()[0] for file in files.values())
        return {"seconds": time.perf_counter() - began, "cpu_seconds": cpu_seconds(), "rows": rows}


def compared(people: int, scratch: Path) -> None:
    """Every run in a process of its own, and a line of the table for each."""
    print("| engine | cores | people | rows written | wall s | CPU s | people per CPU s |")
    print("|---|---|---|---|---|---|---|")
    for engine, cores, few in RUNS:
        count = few or people
        folder = made(count, scratch / "made")
        place = scratch / f"{engine}-{cores}-{count}"
        place.mkdir()
        command = [
            sys.executable,
            __file__,
            "--scratch",
            str(place),
            "--only",
            engine,
            str(cores),
            str(folder),
        ]
        told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        cells = (engine, cores, f"{count:,}", f"{told['rows']:,}", f"{told['seconds']:.0f}")
        rate = count / told["cpu_seconds"]
        print(f"| {' | '.join(map(str, cells))} | {told['cpu_seconds']:.0f} | {rate:.0f} |", flush=True)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("--people", type=int, default=10_000)
    asked.add_argument("--scratch", type=Path)
    asked.add_argument("--only", nargs=3, metavar=("ENGINE", "CORES", "FOLDER"), help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.only:
        engine, cores, folder = given.only
        print(json.dumps(measured(engine, int(cores), given.scratch, Path(folder))))
        return
    with tempfile.TemporaryDirectory(dir=given.scratch) as scratch:
        compared(given.people, Path(scratch))


if __name__ == "__main__":
    main()
