"""Database servers as sources: what a URL means, and an OMOP CDM opened where it lives.

A URL is libpq's, with one parameter of ours: `postgresql://reader@db.example/clinic?schema=cdm`. Everything
else that libpq takes may stand in it (`port`, `sslmode`, `service`, `options` ...). A password may not: it is
read from PGPASSWORD, `~/.pgpass` or a service file, by libpq itself.

    if is_database_url(text):
        with opened_cdm(DatabaseUrl.parse(text)) as cdm:
            # all of it into Parquet, for the plain review
            read_cdm(cdm, sink, report, complete_from=..., progress=...)
            # or: the people with a pain condition into temporary tables there, for the cohort engine
            tables = cdm_tables(cdm, report, complete_from=..., progress=...)
            reviewed = review_tables(tables, as_of=..., market=...)

Results are fetched before the block ends; `read_cdm` and `cdm_tables` are in `records.omop.reader`. Nothing
is written on the server but temporary tables and views, which end with the connection. Whatever goes wrong,
there or on the way, is an `UnreadableInput` without any of the server's own words, which can hold values.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from assuage.errors import UnreadableInput, UsageError
from assuage.records.omop.server import server_cdm
from assuage.records.omop.source import Cdm

_SCHEMES = ("postgresql", "postgres")
_EXAMPLE = "postgresql://user@host/database?schema=cdm"


def is_database_url(source: str) -> bool:
    """Whether a SOURCE is the URL of a database server, and no path."""
    return source.partition("://")[0] in _SCHEMES and "://" in source


@dataclass(frozen=True)
class DatabaseUrl:
    """Where a CDM is.

    Parameters
    ----------
    conninfo
        The URL as libpq takes it; never with a password.
    schemas
        The schemas to look for tables in, the first that has one deciding; none: the only one with persons.
    """

    conninfo: str
    schemas: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> DatabaseUrl:
        """Take a URL apart. Raises UsageError for one that holds a password, or that is none."""
        try:
            parts = urlsplit(text)
            asked = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        except ValueError:
            message = f"This is not the URL of a database. Expected: {_EXAMPLE}."
            raise UsageError(message) from None
        if parts.password is not None or any(name == "password" for name, _ in asked):
            message = (
                "There is a password in the URL of the database, where others can see it. Leave it out, and"
                " give it in the environment variable PGPASSWORD, in ~/.pgpass or in a service file."
            )
            raise UsageError(message)
        schemas = tuple(
            schema.strip() for name, value in asked if name == "schema" for schema in value.split(",")
        )
        rest = urlencode([(name, value) for name, value in asked if name != "schema"], quote_via=quote)
        conninfo = f"{parts.scheme}://{parts.netloc}{parts.path}" + ("?" + rest if rest else "")
        return cls(conninfo, tuple(filter(None, schemas)))

    def __str__(self) -> str:
        """The URL without its parameters."""
        return self.conninfo.partition("?")[0]


@contextmanager
def opened_cdm(url: DatabaseUrl) -> Iterator[Cdm]:
    """The CDM at a URL, until the block ends.

    Raises UnreadableInput where the server can't be reached or used, or no CDM is found there.
    """
    try:
        from assuage.engines.postgres_connection import connected  # psycopg is an extra
    except ImportError:
        raise UnreadableInput(
            found="PostgreSQL can't be read: its client library is not installed",
            expected="the extra postgres of assuage",
            remedy="pip install 'assuage[postgres]'",
        ) from None
    with connected(url.conninfo) as backend:
        yield server_cdm(backend, url.schemas)
