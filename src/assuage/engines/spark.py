"""Spark as an engine: a session opened, tables found in folders or a catalog, every failure in our words.

    with spark("local[2]", scratch) as backend:                # or spark://host:7077, sc://host:15002
        tables = parquet_tables(backend, folder)               # or catalog_tables(backend, "lake.clinic")
        reviewed = review_tables(tables, as_of=..., market=...)

Results are fetched before the block ends. Whatever goes wrong in it, there or on the way, is an
`UnreadableInput` without any of Spark's own words, which can hold values. Nothing is written but what Spark
keeps while it works: in `scratch` where it runs here, in its executors' own folders on a cluster.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import ibis
import ibis.expr.types as ir

from assuage.engines.coverage import covered_from
from assuage.engines.spark_failures import Failure, told, unreadable
from assuage.errors import UnreadableInput, UsageError
from assuage.records.rows import TABLES
from assuage.records.tables import schema

OLDEST_JAVA = 17
"""Spark 4 runs on Java 17 and later (https://spark.apache.org/docs/latest/, "Downloading")."""

_MASTER = re.compile(r"local(\[(\d+|\*)\])?|yarn|(spark|sc|k8s)://\S+")
_REACHED_WITHIN_S = 10
_USUAL_PORT = {"spark": 7077, "sc": 15002}
_EXPECTED_TABLES = "the tables of `assuage ingest`: person, condition, exposure ... (docs/formats/tables.md)"

_ALWAYS = {
    "spark.app.name": "assuage",
    # days have no time of day: a zone that shifts would move them
    "spark.sql.session.timeZone": "UTC",
    # a number that overflows is an error, not another number
    "spark.sql.ansi.enabled": "true",
    # a kept table carries constraints on columns that it no longer has, over which the optimiser falls; and
    # for expressions as long as ours the propagation costs more than the filters that it finds
    "spark.sql.constraintPropagation.enabled": "false",
    # plans as text are for Spark's web pages, are rewritten at every step, and hold our whole rules
    "spark.sql.maxPlanStringLength": "1000",
    # whole result tables come back, and how large they are is known to whoever asks for them
    "spark.driver.maxResultSize": "0",
}
_HERE = {
    # no port is opened to others, and no pages are served
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    # its log could quote records
    "spark.log.level": "OFF",
    # what ran is remembered for pages that nobody sees
    "spark.ui.retainedJobs": "1",
    "spark.ui.retainedStages": "1",
    "spark.ui.retainedTasks": "1",
    "spark.sql.ui.retainedExecutions": "1",
    # re-planning at every stage pays where data are far and large; here it delays some 85 small jobs
    "spark.sql.adaptive.enabled": "false",
    # throughput counts, pauses do not
    "spark.driver.extraJavaOptions": "-XX:+UseParallelGC",
}
"""Settings of a Spark that runs inside this machine; a cluster's own say more about it than we know."""


@contextmanager
def spark(master: str, scratch: Path, *, memory_gb: int = 4) -> Iterator[Any]:
    """A Spark session as an Ibis backend, until the block ends.

    Parameters
    ----------
    master
        `local[N]` for N cores of this machine, `local[*]` for all; or the URL of a master (`spark://`,
        `k8s://`), `yarn`, or a Spark Connect server (`sc://`).
    scratch
        A folder for what Spark keeps on disk where it runs here; Spark empties it again.
    memory_gb
        The heap of the Java process that is started here [GiB].

    Raises UsageError for a master that is none, UnreadableInput where Spark can't run or be reached.
    """
    if not _MASTER.fullmatch(master):
        message = (
            f"There is no Spark master {master!r}. Expected: local[N], spark://HOST:PORT or sc://HOST:PORT."
        )
        raise UsageError(message)
    demand_spark(master)
    with told():
        backend = _backend(_session(master, _settings(master, scratch, memory_gb)))
        try:
            yield backend
        finally:
            with suppress(Exception):  # a session whose Java process is gone can't be stopped
                backend.disconnect()


def demand_spark(master: str) -> None:
    """Raise UnreadableInput where Spark, Java or the master is missing, before anything is begun."""
    try:
        import pyspark  # noqa: F401 -- an extra
    except ImportError:
        raise unreadable(
            Failure("Spark is not installed", "pip install 'assuage[spark]'"), "the extra spark of assuage"
        ) from None
    parts = urlsplit(master)
    if parts.scheme != "sc":  # a Connect server has its own Java
        _demand_java()
    if parts.scheme in _USUAL_PORT:
        _demand_answer(master)


def _demand_java() -> None:
    expected = f"Java {OLDEST_JAVA} or later"
    version = java_version()
    if version is None:
        raise unreadable(
            Failure(
                "Spark needs Java, and there is none",
                "install a Java runtime (openjdk-17-jre-headless), or set JAVA_HOME",
            ),
            expected,
        )
    if version < OLDEST_JAVA:
        raise unreadable(
            Failure(f"Java {version} is too old for Spark", "install a newer one, or set JAVA_HOME to it"),
            expected,
        )


def java_version() -> int | None:
    """The major version of the Java that Spark would start; None where there is none."""
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    if java is None or not os.access(java, os.X_OK):
        return None
    asked = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)  # noqa: S603 -- Java itself
    found = re.search(r'version "(?:1\.)?(\d+)', asked.stderr)
    return int(found[1]) if found else None


def _demand_answer(master: str) -> None:
    """Raise UnreadableInput where none of the hosts answers; Spark itself would try for a minute."""
    scheme, _, addresses = master.partition("://")
    for address in re.split("[/;]", addresses)[0].split(","):
        host, _, port = address.partition(":")
        with suppress(OSError, ValueError):
            where = (host, int(port or _USUAL_PORT[scheme]))
            socket.create_connection(where, timeout=_REACHED_WITHIN_S).close()
            return
    raise unreadable(
        Failure("no Spark master answers there", "check host and port, and that Spark is up"),
        "spark://HOST:7077, or sc://HOST:15002 for Spark Connect",
    )


def _settings(master: str, scratch: Path, memory_gb: int) -> dict[str, str]:
    if not master.startswith("local"):
        return dict(_ALWAYS)
    cores = _cores(master)
    return {
        **_ALWAYS,
        **_HERE,
        "spark.driver.memory": f"{memory_gb}g",  # all that Spark does here is done in the driver
        "spark.local.dir": str(scratch),
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
        # a task for each core: more only add to the cost of starting them
        "spark.sql.shuffle.partitions": str(cores),
        "spark.default.parallelism": str(cores),
    }


def _cores(master: str) -> int:
    found = re.search(r"\[(\d+|\*)\]", master)
    if found is None:
        return 1
    return os.cpu_count() or 1 if found[1] == "*" else int(found[1])


def _session(master: str, settings: Mapping[str, str]) -> Any:
    from pyspark.sql import SparkSession

    builder = SparkSession.builder
    builder = builder.remote(master) if master.startswith("sc://") else builder.master(master)
    for name, value in settings.items():
        if not (master.startswith("sc://") and not name.startswith("spark.sql.")):  # a server has its own
            builder = builder.config(name, value)
    return builder.getOrCreate()


def _backend(session: Any) -> Any:
    from assuage.engines.dialects.spark import SparkBackend

    backend = SparkBackend()
    backend.do_connect(session)
    return backend


def parquet_tables(
    backend: Any, folder: Path, *, complete_from: date | None = None
) -> Mapping[str, ir.Table]:
    """The tables of a folder that `assuage ingest` or `records.store` filled, read in place.

    `complete_from` is as in `engines.duckdb.folder_tables`. On a cluster every executor has to see the
    folder under the same path. Raises UnreadableInput where a table or a column of it is missing.
    """
    tables = {}
    for table in TABLES:
        whole, parts = folder / f"{table}.parquet", folder / table
        place = whole if whole.is_file() else parts
        if not (whole.is_file() or any(parts.glob("*.parquet"))):
            raise UnreadableInput(
                found="the folder holds no such table",
                path=folder,
                record_type=table,
                expected=_EXPECTED_TABLES,
                remedy="ingest the source again, or name the folder itself",
            )
        tables[table] = _typed(_view(backend, table, place), table)
    return tables if complete_from is None else covered_from(tables, complete_from)


def _view(backend: Any, table: str, place: Path) -> ir.Table:
    # Spark takes a path for a pattern, and a view hides a table of its name
    escaped = re.sub(r"([\[\]{}*?\\])", r"\\\1", str(place.absolute()))
    return backend.read_parquet(escaped, table_name=ibis.util.gen_name(table))


def catalog_tables(backend: Any, place: str) -> Mapping[str, ir.Table]:
    """The tables of `catalog.schema` in Spark's catalog, under our names and in our columns.

    Raises UnreadableInput where there is none of a name, or a column is missing.
    """
    catalog, _, database = place.rpartition(".")
    tables = {}
    for table in TABLES:
        try:
            found = backend.table(table, database=(catalog or backend.current_catalog, database))
        except ibis.common.exceptions.TableNotFound:
            raise UnreadableInput(
                found=f"there is no such table in {place}",
                record_type=table,
                expected=_EXPECTED_TABLES,
                remedy="name the catalog and the schema that hold them, as catalog.schema",
            ) from None
        tables[table] = _typed(found, table)
    return tables


def _typed(found: ir.Table, table: str) -> ir.Table:
    """Our columns of a table, in our types."""
    wanted = ibis.Schema.from_pyarrow(schema(table))
    missing = [name for name in wanted.names if name not in found.columns]
    if missing:
        raise UnreadableInput(
            found=f"there is no column {missing[0]}",
            record_type=table,
            expected=_EXPECTED_TABLES,
            remedy="make the table again with this version of assuage",
        )
    return found.select(*wanted.names).cast(wanted)
