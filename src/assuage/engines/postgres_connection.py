"""A connection to a PostgreSQL server whose every failure is told in our words.

The server's own words are never shown: they quote rows. What is told is where it happened, which of the known
kinds of failure it is, by its SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html), and
what can be done about it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from assuage.engines.dialects.postgres import PostgresBackend
from assuage.errors import UnreadableInput

_SETTINGS = (
    # without its schema only what is ours or the system's is found, whatever the role's own path says
    ("search_path", "pg_catalog, pg_temp"),
    # a role may be read-only by default; temporary tables are all that is ever made
    ("default_transaction_read_only", "off"),
    ("datestyle", "ISO"),
    ("extra_float_digits", "1"),
    ("standard_conforming_strings", "on"),
    ("jit", "off"),  # compiling our long expressions takes longer than they run
    ("cursor_tuple_fraction", "1"),  # every row is fetched, so plan for all of them
)


@dataclass(frozen=True)
class _Failure:
    """A kind of failure: what is said of it, and what can be done."""

    found: str
    remedy: str


_LOST = _Failure(
    "the connection was lost before the end",
    "run it again when the server is up; nothing was written, here or there",
)
_NO_ROOM = _Failure(
    "the server has no room left for the temporary tables",
    "free space where the server keeps them (temp_tablespaces), or raise the role's temp_file_limit",
)
_BY_STATE = {
    "42501": _Failure("the role lacks a right", "GRANT it USAGE on the schema and SELECT on its tables"),
    "57014": _Failure(
        "the server cancelled a query, as it does when one takes longer than statement_timeout",
        "raise the role's statement_timeout, or run it when the server is less busy",
    ),
    "25006": _Failure(
        "the server takes no temporary tables, as on a standby",
        "name the primary server, or one that takes temporary tables",
    ),
    "53100": _NO_ROOM,
    "53400": _NO_ROOM,
    "53200": _Failure("the server ran out of memory", "lower work_mem for the role, or give the server more"),
    "57P01": _LOST,
    "57P02": _LOST,
}
_BY_CLASS = {
    "08": _LOST,
    "22": _Failure(
        "a value in the tables is outside what the server can compute with",
        "look for impossible numbers and dates in the columns of doses, quantities and scores",
    ),
}

# libpq says why it can't connect in words only; these are of its own and of the server's English messages
_BY_WORDS = (
    (
        ("translate host name", "could not resolve", "Name or service not known"),
        _Failure("there is no server of that name", "check the host in the URL, and the network"),
    ),
    (
        ("password authentication failed", "no password supplied"),
        _Failure(
            "the server does not take the password, or knows no such role",
            "check the user in the URL, and the password in PGPASSWORD, ~/.pgpass or the service file",
        ),
    ),
    (
        (
            "Connection refused",
            "No such file or directory",
            "timeout expired",
            "No route to host",
            "is the server running",
        ),
        _Failure("no server answers there", "check host and port in the URL, and that the server is up"),
    ),
    (
        ("does not exist",),
        _Failure("the server has no such database or role", "check the database and the user in the URL"),
    ),
    (
        ("definition of service", "service file"),
        _Failure(
            "there is no such service", "check the name in the URL, and the service file (PGSERVICEFILE)"
        ),
    ),
    (
        ("pg_hba.conf", "SSL", "certificate"),
        _Failure(
            "the server refuses connections of this kind",
            "check sslmode in the URL, and that the server lets this role in from here (pg_hba.conf)",
        ),
    ),
)


class _Connection(psycopg.Connection[Any]):
    """A connection that raises UnreadableInput wherever psycopg would raise its own errors."""

    def wait(self, gen: Any, *waiting: Any, **named: Any) -> Any:
        """Every word to the server and back passes through here."""
        try:
            return super().wait(gen, *waiting, **named)
        except psycopg.Error as error:
            raise self._told(error) from None

    def cursor(self, *arguments: Any, **named: Any) -> Any:
        """A cursor, as long as there is a connection."""
        if self.closed:
            raise _unreadable(self.place, _LOST)
        return super().cursor(*arguments, **named)

    @property
    def place(self) -> str:
        """The server and the database."""
        return _place(self.info.host, self.info.dbname)

    def _told(self, error: psycopg.Error) -> UnreadableInput:
        if self.closed:
            return _unreadable(self.place, _LOST)
        state = error.sqlstate or "unknown"
        failure = _BY_STATE.get(state) or _BY_CLASS.get(state[:2])
        unknown = _Failure(f"the server could not run a query (SQLSTATE {state})", "see the server's own log")
        return _unreadable(self.place, failure or unknown)


@contextmanager
def connected(conninfo: str) -> Iterator[PostgresBackend]:
    """A backend at libpq's `conninfo`, until the block ends. Raises UnreadableInput where there is none."""
    try:
        connection = _Connection.connect(conninfo, autocommit=True, application_name="assuage")
    except psycopg.Error as error:
        raise _not_connected(conninfo, str(error)) from None
    try:
        for name, value in _SETTINGS:
            connection.execute("SELECT set_config(%s, %s, false)", (name, value))
        _demand_temporary_tables(connection)
        yield PostgresBackend.from_connection(connection)
    finally:
        connection.close()


def _not_connected(conninfo: str, words: str) -> UnreadableInput:
    unknown = _Failure(
        "no connection could be made",
        "try the same URL with psql, which shows the server's own message",
    )
    found = next((failure for marks, failure in _BY_WORDS if any(mark in words for mark in marks)), unknown)
    try:
        parts = psycopg.conninfo.conninfo_to_dict(conninfo)
    except psycopg.Error:
        parts, found = (
            {},
            _Failure("this URL is not one that libpq takes", "see the page 'a CDM in PostgreSQL'"),
        )
    return _unreadable(_place(str(parts.get("host", "")), str(parts.get("dbname", ""))), found)


def _demand_temporary_tables(connection: _Connection) -> None:
    query = "SELECT has_database_privilege(current_database(), 'TEMP'), current_user, current_database()"
    ((allowed, role, database),) = connection.execute(query).fetchall()
    if not allowed:
        failure = _Failure(
            "the role may not make temporary tables, which is all that assuage writes",
            f'GRANT TEMPORARY ON DATABASE "{database}" TO "{role}"',
        )
        raise _unreadable(connection.place, failure)


def _place(host: str | None, database: str | None) -> str:
    """What a message names: the database and its host, as far as they are given."""
    named = f"PostgreSQL database {database}" if database else "PostgreSQL"
    return f"{named} at {host}" if host and not host.startswith("/") else named


def _unreadable(place: str, failure: _Failure) -> UnreadableInput:
    return UnreadableInput(
        found=f"{place}: {failure.found}",
        expected="a PostgreSQL server with an OMOP CDM, and a role that may read it",
        remedy=failure.remedy,
    )
