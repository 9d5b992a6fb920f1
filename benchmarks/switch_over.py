"""Plain against DuckDB: how many people a second each reviews, and from how many on DuckDB is faster.

    python switch_over.py [--people 300 1200 3000] [--processes 2]

Made-up people are written as OMOP. Each engine reads and reviews them in a process of its own, with what it
writes by default: plain everyone's page, DuckDB a hundred. Times are fixed + each * people, fitted by least
squares; where both lines cross is the switch-over. CPU seconds are of the process and its children, which
other work on the machine disturbs less than wall seconds.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from assuage.synth import write

SEED = 7
ENGINES = ("plain", "duckdb")
RUN = """
import json, resource, sys, time
from pathlib import Path
from assuage.workflows import review
from assuage.workflows.asking import Engine

if __name__ == "__main__":
    source, out, engine, processes = sys.argv[1:]
    before = time.perf_counter()
    reviewed = review(Path(source), out=Path(out), engine=Engine(engine), processes=int(processes))
    wall_s = time.perf_counter() - before
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu_s = sum(each.ru_utime + each.ru_stime for each in used)
    print(json.dumps({"people": reviewed.clinic.tally.people, "wall_s": wall_s, "cpu_s": cpu_s}))
"""


def measured(people: int, processes: int, scratch: Path) -> dict[str, dict[str, float]]:
    """Seconds of each engine for so many made-up people, and how many of them have pain."""
    source = write(people, SEED, "omop", scratch / str(people))
    script = scratch / "run.py"
    script.write_text(RUN, encoding="utf-8")
    told = {}
    for engine in ENGINES:
        out = scratch / f"{people}-{engine}"
        command = [sys.executable, str(script), str(source), str(out), engine, str(processes)]
        told[engine] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
        print(f"| {told[engine]['people']} | {engine} | {_in_words(told[engine])} |", flush=True)
    return told


def _in_words(one: dict[str, float]) -> str:
    rate = one["people"] / one["cpu_s"]
    return f"{one['cpu_s']:.1f} | {one['wall_s']:.1f} | {rate:.1f}"


def crossing(runs: list[dict[str, dict[str, float]]], seconds: str) -> str:
    """Both lines, and the number of people at which they cross."""
    lines = {}
    for engine in ENGINES:
        people, taken = ([run[engine][name] for run in runs] for name in ("people", seconds))
        each, fixed = np.polyfit(people, taken, 1)
        lines[engine] = each, fixed
    (plain_each, plain_fixed), (engine_each, engine_fixed) = (lines[engine] for engine in ENGINES)
    where = (engine_fixed - plain_fixed) / (plain_each - engine_each)
    told = ", ".join(
        f"{engine} {fixed:.1f} s + {1000 * each:.1f} ms" for engine, (each, fixed) in lines.items()
    )
    return f"{seconds}: {told} a person; they cross at {where:.0f} people"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, nargs="+", default=[300, 1200, 3000])
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    print("| people in pain | engine | CPU s | wall s | people per CPU s |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as scratch:
        runs = [measured(people, arguments.processes, Path(scratch)) for people in arguments.people]
    for seconds in ("cpu_s", "wall_s"):
        print(crossing(runs, seconds))


if __name__ == "__main__":
    main()
