"""The whole review of many people on DuckDB, stage by stage: every definition, the flags, the tables on disk.

    python cohort_review.py [--people N] [--made-up M] [--threads T] [--scratch DIR]

M people are made up by `assuage synth` as an OMOP CDM and read as `assuage review` reads them; their tables
are copied, each copy under ids of its own, until there are N people. Making up and reading are not counted.
It is reviewed as `assuage review` does it, where the engine works while Python writes the next queries, and,
if one run is enough for all of them, then stage by stage, each table waited for. A stage is the module that
asks for a table to be worked out; what nobody asks for before the results are written is worked out then.
"""

from __future__ import annotations

import argparse
import inspect
import os
import tempfile
import time
from collections import defaultdict
from datetime import date
from functools import partial
from pathlib import Path
from threading import Event, Thread

import duckdb
import ibis.expr.types as ir

from assuage.engines import cohort
from assuage.engines.duckdb import connected, folder_tables
from assuage.engines.in_runs import MOST_PEOPLE, Stored, write_review
from assuage.engines.results import write_results
from assuage.processes import own_processes
from assuage.records.reading import no_progress
from assuage.records.rows import TABLES
from assuage.records.source import read_source
from assuage.synth import REVIEW_DAY, write

SEED = 7
COMPLETE_FROM = date(1990, 1, 1)
LOOK_AGAIN_S = 0.1


def tables_of(people: int, made_up: int, scratch: Path) -> Path:
    """A folder of our tables for so many people."""
    once, copied = scratch / "once", scratch / "copied"
    once.mkdir()
    copied.mkdir()
    write(made_up, SEED, "omop", scratch / "made-up")
    read_source(scratch / "made-up" / "records", once, complete_from=COMPLETE_FROM)
    copies = -(-people // made_up)
    duckdb.execute("SET enable_progress_bar = false")
    for table in TABLES:
        rows = duckdb.read_parquet(str(once / f"{table}.parquet")).set_alias("rows")
        rows = rows.cross(duckdb.sql("SELECT range AS copy FROM range($copies)", params={"copies": copies}))
        own = rows.project("* EXCLUDE (copy) REPLACE (copy || '-' || person_id AS person_id)")
        own.order("person_id").write_parquet(str(copied / f"{table}.parquet"))  # as readers leave them
    return copied


class Stages:
    """CPU and wall seconds by the module that asked for a table, and how many tables it asked for."""

    def __init__(self) -> None:
        self.taken: dict[str, list[float]] = defaultdict(lambda: [0, 0.0, 0.0])

    def keep(self, table: ir.Table) -> ir.Table:
        caller = inspect.currentframe().f_back.f_globals["__name__"].removeprefix("assuage.")
        cpu, wall = time.process_time(), time.perf_counter()
        kept = table.cache()
        self.add(caller, 1, time.process_time() - cpu, time.perf_counter() - wall)
        return kept

    def add(self, name: str, tables: int, cpu_s: float, wall_s: float) -> None:
        for place, value in enumerate((tables, cpu_s, wall_s)):
            self.taken[name][place] += value


class Memory:
    """The most memory that this process and those that it started held together, looked at over and over."""

    def __init__(self) -> None:
        self.peak_gb = 0.0
        self._done = Event()
        self._watching = Thread(target=self._watch)

    def __enter__(self) -> Memory:
        self._watching.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._watching.join()

    def _watch(self) -> None:
        page = os.sysconf("SC_PAGE_SIZE")
        while not self._done.wait(LOOK_AGAIN_S):
            held = sum(map(pages_of, (os.getpid(), *children())))
            self.peak_gb = max(self.peak_gb, held * page / 1e9)


def children() -> list[int]:
    threads = Path("/proc/self/task").iterdir()
    return [int(child) for each in threads for child in (each / "children").read_text().split()]


def pages_of(process: int) -> int:
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except (FileNotFoundError, ProcessLookupError):  # it has ended
        return 0


def reviewed(folder: Path, out: Path, threads: int) -> tuple[float, float, float]:
    """Review everyone in a folder of tables and write the result tables: CPU s, wall s, GB at the peak."""
    out.mkdir()
    stored = Stored(folder, None, threads)
    tables = folder_tables(connected(out, threads), folder)
    cpu, wall = cpu_seconds(), time.perf_counter()
    review = partial(cohort.review_tables, as_of=REVIEW_DAY, market="US")
    with Memory() as memory:
        write_review(tables, stored, review, out, out, no_progress)
    return cpu_seconds() - cpu, time.perf_counter() - wall, memory.peak_gb


def cpu_seconds() -> float:
    """Of this process and of those that it started and that have ended."""
    return sum(os.times()[:4])


def reviewed_in_stages(folder: Path, out: Path, threads: int) -> Stages:
    """The same, each table waited for and measured."""
    stages = Stages()
    cohort.kept = stages.keep  # the only way in that costs the engine nothing where nobody measures
    out.mkdir()
    connection = connected(out, threads)
    cpu, wall = time.process_time(), time.perf_counter()
    told = cohort.review_tables(folder_tables(connection, folder), as_of=REVIEW_DAY, market="US")
    counted = [sum(column) for column in zip(*stages.taken.values(), strict=True)]
    elapsed = (time.process_time() - cpu, time.perf_counter() - wall)
    stages.add("building expressions", 0, elapsed[0] - counted[1], elapsed[1] - counted[2])
    cpu, wall = time.process_time(), time.perf_counter()
    files = write_results(told, out, out, no_progress)
    stages.add("results on disk", len(files), time.process_time() - cpu, time.perf_counter() - wall)
    return stages


def print_stages(stages: Stages) -> None:
    print("\n| stage | tables | CPU s | wall s |\n|---|---|---|---|")
    for name, (tables, cpu_s, wall_s) in stages.taken.items():
        print(f"| {name} | {tables} | {cpu_s:.1f} | {wall_s:.1f} |")
    _, cpu_s, wall_s = (sum(column) for column in zip(*stages.taken.values(), strict=True))
    print(f"| all | | {cpu_s:.1f} | {wall_s:.1f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--made-up", type=int, default=20_000)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--scratch", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.scratch) as scratch:
        with own_processes(1) as pool:  # what making up takes is not the review's
            folder = pool.submit(tables_of, given.people, given.made_up, Path(scratch)).result()
        counts = {
            table: duckdb.read_parquet(str(folder / f"{table}.parquet")).shape[0]
            for table in ("person", "exposure", "score", "observation")
        }
        cpu_s, wall_s, peak_gb = reviewed(folder, Path(scratch) / "results", given.threads)
        print(", ".join(f"{number:,} {table}s" for table, number in counts.items()), end="; ")
        print(f"{given.threads} threads of {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, ", end="")
        print(f"DuckDB {duckdb.__version__}\n")
        print(f"as a whole: {cpu_s:.1f} CPU s, {wall_s:.1f} wall s, {peak_gb:.1f} GB at the peak")
        if given.people <= MOST_PEOPLE:
            print_stages(reviewed_in_stages(folder, Path(scratch) / "stages", given.threads))


if __name__ == "__main__":
    main()
