"""Treatment trials of many people against the OHDSI DRUG_ERA query and against a sort, on the same DuckDB.

    python cohort_trials.py [--data dense|gibleed] [--exposures N] [--repeats R] [--threads T] [--scratch DIR]

`dense`: made-up refills, four ingredients a person with 50 supplies each, a start about every 33 days, 15 to
44 days long, the dose raised every fifth supply. `gibleed`: the public GiBleed records (GIBLEED, a folder of
Parquet), copied under ids of their own until there are N; the ingredients stand under names of our formulary.
All contenders read the same rows, each once per repeat, one after the other, in a process of its own:

    sort        every column of the rows, sorted by person, ingredient and start
    drug_era    drug_era.sql over OMOP's own columns: whole numbers for person and ingredient
    drug_era_text  drug_era.sql over the columns that ours reads: text for person and ingredient
    eras        only our courses: first and last day, number of supplies
    trials      everything up to trials: dose steps, plateau, indication, what ended them, ids, evidence

The tables give medians. CPU time is of all threads of a process; its peak memory includes the database.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import ibis

from assuage.codes.drugs import formulary
from assuage.engines.dialects.duckdb import DuckDBBackend
from assuage.records.rows import TABLES
from assuage.records.tables import schema
from assuage.trials.tabular.assemble import assemble_trials
from assuage.trials.tabular.courses import courses, dose_runs
from assuage.trials.tabular.exposures import begun_exposures
from assuage.trials.tabular.known import known_by, reviewed_people

HERE = Path(__file__).parent
GIBLEED = HERE / "../../shared/data/gibleed_omop53"
AS_OF = date(2026, 6, 30)
PERSISTENCE_DAYS = 30
INGREDIENTS = sorted(key for key, entry in formulary().items() if not entry.depot_interval_days)
DENSE = [INGREDIENTS.index(key) for key in ("baclofen", "carbamazepine", "gabapentin", "lamotrigine")]

DENSE_SUPPLIES = """
    CREATE TABLE supply AS SELECT
        number AS supply_id,
        (number // 200)::INTEGER AS person,
        $drugs[1 + (number // 50) % 4]::INTEGER AS ingredient,
        DATE '2015-01-01' + (33 * (number % 50) + hash(number, 1) % 40)::INTEGER AS first_day,
        first_day + (14 + hash(number, 2) % 30)::INTEGER AS last_day,
        200.0 * (1 + (number % 50) // 10) AS dose
    FROM (SELECT range AS number FROM range($exposures))"""

GIBLEED_SUPPLIES = """
    CREATE TABLE supply AS WITH
    mapped AS (
        SELECT
            descendant_concept_id AS drug_concept_id,
            dense_rank() OVER (ORDER BY ancestor_concept_id) - 1 AS ingredient
        FROM read_parquet($ancestors) JOIN read_parquet($concepts) ON concept_id = ancestor_concept_id
        WHERE vocabulary_id = 'RxNorm' AND concept_class_id = 'Ingredient'),
    once AS (
        SELECT
            row_number() OVER (ORDER BY drug_exposure_id) AS number, count(*) OVER () AS rows,
            person_id, ingredient,
            drug_exposure_start_date AS first_day, drug_exposure_end_date AS last_day
        FROM read_parquet($exposures_file) JOIN mapped USING (drug_concept_id))
    SELECT
        copy * rows + number AS supply_id, (copy * 100000 + person_id)::INTEGER AS person,
        ingredient::INTEGER AS ingredient,
        first_day, last_day, NULL::DOUBLE AS dose
    FROM once, (SELECT range AS copy FROM range(1000))
    WHERE copy * rows + number <= $exposures"""

OUR_TABLES = """
    INSERT INTO exposure BY NAME SELECT
        'Person/' || person AS person_id, 'drug_exposure/' || supply_id AS record_id,
        $names[1 + ingredient] AS ingredient, $names[1 + ingredient] || ' tablet' AS drug_text,
        'code' AS mapped_by,
        first_day AS start, 'day' AS start_precision, last_day AS "end", 'day' AS end_precision,
        'supplied' AS end_rule, dose, if(dose IS NULL, NULL, 'mg/d') AS dose_unit, 'unknown' AS dose_rule,
        false AS max_tolerated, 'unknown' AS taken, 'unknown' AS purpose, 'unknown' AS outcome,
        'unknown' AS stop_reason
    FROM supply;
    INSERT INTO person BY NAME
        SELECT DISTINCT person_id, person_id AS record_id, 'unknown' AS sex FROM exposure;
    INSERT INTO condition BY NAME
        SELECT person_id, record_id, 'trigeminal_neuralgia' AS condition, 'trigeminal neuralgia' AS text,
            'active' AS state, false AS intractable_code FROM person"""

WITNESS = """
    CREATE TEMP VIEW drug_exposure AS SELECT
        {record} AS drug_exposure_id, {person} AS person_id, {ingredient} AS drug_concept_id,
        {first} AS drug_exposure_start_date, {last} AS drug_exposure_end_date, NULL::INTEGER AS days_supply
    FROM {table};
    CREATE TEMP TABLE ingredient_of AS
        SELECT DISTINCT drug_concept_id, drug_concept_id AS ingredient_concept_id FROM drug_exposure"""


def made(database: Path, data: str, exposures: int) -> None:
    """Fill a database with the supplies, with OMOP's columns (`supply`) and with ours."""
    with duckdb.connect(str(database)) as connection:
        if data == "dense":
            connection.execute(DENSE_SUPPLIES, {"exposures": exposures, "drugs": DENSE})
        else:
            files = {
                "ancestors": "concept_ancestor",
                "concepts": "concept",
                "exposures_file": "drug_exposure",
            }
            named = {name: str(GIBLEED / f"{file}.parquet") for name, file in files.items()}
            connection.execute(GIBLEED_SUPPLIES, {"exposures": exposures, **named})
    ours = ibis.duckdb.connect(database)
    for table in TABLES:
        ours.create_table(table, schema=ibis.Schema.from_pyarrow(schema(table)))
    names = ", ".join(f"'{name}'" for name in INGREDIENTS)
    for statement in OUR_TABLES.replace("$names", f"[{names}]").split(";"):
        ours.raw_sql(statement)
    ours.disconnect()


def sort(connection: ibis.BaseBackend) -> int:
    connection.raw_sql(
        "CREATE TEMP TABLE sorted AS SELECT * FROM exposure ORDER BY person_id, ingredient, start"
    )
    return _count(connection.table("sorted"))


def drug_era(connection: ibis.BaseBackend) -> int:
    names = {"record": "supply_id", "person": "person", "ingredient": "ingredient", "table": "supply"}
    return _drug_eras(connection, {**names, "first": "first_day", "last": "last_day"})


def drug_era_text(connection: ibis.BaseBackend) -> int:
    names = {"record": "record_id", "person": "person_id", "ingredient": "ingredient", "table": "exposure"}
    return _drug_eras(connection, {**names, "first": "start", "last": '"end"'})


def _drug_eras(connection: ibis.BaseBackend, names: dict[str, str]) -> int:
    for statement in WITNESS.format(**names).split(";"):
        connection.raw_sql(statement)
    query = (HERE / "drug_era.sql").read_text().replace("$persistence_days", str(PERSISTENCE_DAYS))
    connection.raw_sql(f"CREATE TEMP TABLE eras AS {query}")
    return _count(connection.table("eras"))


def eras(connection: ibis.BaseBackend) -> int:
    tables = {table: connection.table(table) for table in TABLES}
    people = reviewed_people(tables, AS_OF).cache()
    exposures = begun_exposures(tables["exposure"], people).cache()
    found = courses(dose_runs(exposures).cache())
    return _count(found.select("line", "start_first", "end_first", "exposures").cache())


def trials(connection: ibis.BaseBackend) -> int:
    tables = {table: connection.table(table) for table in TABLES}
    found = assemble_trials(
        tables, known_by(tables, AS_OF, lambda table: table.cache()), lambda table: table.cache()
    )
    return _count(found.trials)


def _count(table: ibis.Table) -> int:
    return int(table.count().execute())


CONTENDERS: dict[str, Callable[[ibis.BaseBackend], int]] = {
    run.__name__: run for run in (sort, drug_era, drug_era_text, eras, trials)
}


def measured(contender: str, database: Path, threads: int) -> dict[str, float]:
    """Run one contender once, in this process."""
    spill = str(database.parent / "spill")
    connection = DuckDBBackend().connect(database, threads=threads, temp_directory=spill)
    began, cpu = time.perf_counter(), time.process_time()
    rows = CONTENDERS[contender](connection)
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    return {"rows": rows, "wall_s": wall, "cpu_s": cpu, "peak_gb": peak_gb}


def in_its_own_process(contender: str, database: Path, threads: int) -> dict[str, float]:
    command = [
        sys.executable,
        __file__,
        "--run",
        contender,
        "--database",
        str(database),
        "--threads",
        str(threads),
    ]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return dict(json.loads(told))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", choices=["dense", "gibleed"], default="dense")
    parser.add_argument("--exposures", type=int, default=10_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--scratch", type=Path)
    parser.add_argument("--run", choices=list(CONTENDERS), help=argparse.SUPPRESS)
    parser.add_argument("--database", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.run:
        print(json.dumps(measured(given.run, given.database, given.threads)))
        return
    with tempfile.TemporaryDirectory(dir=given.scratch) as scratch:
        database = Path(scratch) / "records.duckdb"
        made(database, given.data, given.exposures)
        taken: dict[str, list[dict[str, float]]] = {name: [] for name in CONTENDERS}
        for _ in range(given.repeats):
            for name, runs in taken.items():
                runs.append(in_its_own_process(name, database, given.threads))
    show(given, taken)


def show(given: argparse.Namespace, taken: dict[str, list[dict[str, float]]]) -> None:
    print(
        f"{given.data}, {given.exposures:,} exposures, {given.threads} threads of {os.cpu_count()} cores, ",
        end="",
    )
    print(f"load {os.getloadavg()[0]:.1f}, DuckDB {duckdb.__version__}, median of {given.repeats}\n")
    print("| contender | rows | CPU s | wall s | peak GB | CPU us an exposure | trials take of its CPU |")
    print("|---|---|---|---|---|---|---|")
    for name, runs in taken.items():
        middle = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
        ratio = statistics.median(
            ours["cpu_s"] / theirs["cpu_s"] for ours, theirs in zip(taken["trials"], runs, strict=True)
        )
        print(
            f"| {name} | {middle['rows']:,.0f} | {middle['cpu_s']:.1f} | {middle['wall_s']:.1f} "
            f"| {middle['peak_gb']:.1f} | {1e6 * middle['cpu_s'] / given.exposures:.2f} | {ratio:.2f}x |"
        )


if __name__ == "__main__":
    main()
