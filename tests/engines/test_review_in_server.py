"""`assuage review` of a CDM in a server: opened there by default, and reported as the files would be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from assuage.engines.servers import DatabaseUrl
from assuage.records.reading import no_progress
from assuage.synth import write
from assuage.workflows import review
from assuage.workflows.asking import Engine, Pages
from assuage.workflows.opening import Reading, opened
from engines.postgres_server import PASSWORD, READER, PostgresServer, cdm_in
from engines.test_cohort_equals_plain import in_comparable_form
from workflows.command_line import contents

pytestmark = pytest.mark.engine_postgres
SCHEMA = "reviewed_cdm"
TABLES = ("people", "trials", "judgements", "findings", "verdicts", "flags")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(20, 5, "omop", tmp_path_factory.mktemp("cdm"))


@pytest.fixture(scope="module")
def url(postgres: PostgresServer, source: Path) -> Iterator[DatabaseUrl]:
    postgres.load(SCHEMA, cdm_in(source))
    yield DatabaseUrl.parse(f"{postgres.conninfo(READER)}&schema={SCHEMA}")
    postgres.do(f"DROP SCHEMA {SCHEMA} CASCADE")


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", PASSWORD)


@pytest.mark.parametrize(
    ("asked", "engine"), [(Engine.AUTO, Engine.POSTGRESQL), (Engine.PLAIN, Engine.PLAIN)]
)
def test_a_server_is_reviewed_where_it_is_unless_another_engine_is_asked_for(
    url: DatabaseUrl, source: Path, tmp_path: Path, asked: Engine, engine: Engine
) -> None:
    with opened(Reading(url, None, None, no_progress), asked, tmp_path, threads=1) as found:
        assert found.engine is engine
        assert (found.tables is None) == (engine is Engine.PLAIN)
        assert found.people_read == pq.read_metadata(source / "person.parquet").num_rows


@pytest.mark.long
def test_the_report_of_a_server_is_that_of_the_files(url: DatabaseUrl, source: Path, tmp_path: Path) -> None:
    asked = {"market": "US", "pages": Pages(first=4), "smallest_cell": 1}
    plain = review(source, out=tmp_path / "plain", engine=Engine.PLAIN, **asked)
    server = review(url, out=tmp_path / "server", **asked)
    assert server.clinic.ordered() == plain.clinic.ordered()
    for table in TABLES:
        one, other = (
            pq.read_table(tmp_path / name / f"{table}.parquet").to_pylist() for name in ("plain", "server")
        )
        assert sorted(map(in_comparable_form, other), key=repr) == sorted(
            map(in_comparable_form, one), key=repr
        )
    assert contents(tmp_path / "server" / "people") == contents(tmp_path / "plain" / "people")
