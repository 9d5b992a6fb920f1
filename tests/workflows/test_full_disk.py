"""A disk that is full, a folder that can't be written: one sentence, and nothing half-written.

The disk is made full by the system's own limit on the size of a file, in a process of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from formats.made_up_people import refractory_face_pain, some_people
from formats.write_fhir import write_ndjson
from formats.write_history import write_files
from workflows.command_line import assuage, contents

WITH_A_LIMIT = """
import resource, sys
limit = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
from assuage.cli import main
main()
"""

WRITE_MUCH = """
import resource, sys
from pathlib import Path
import ibis
from assuage.engines.duckdb import connected
from assuage.engines.results import _schema_of, _write
from assuage.errors import UsageError
from assuage.workflows.full_disk import full_disk_said

resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
folder = Path(sys.argv[1])
rows = connected(folder, 1).sql("SELECT random() AS many FROM range(1000000)")
try:
    with full_disk_said():
        _write(rows, _schema_of("many", rows), folder / "many.parquet")
except UsageError as error:
    print(error)
"""


def limited(limit: int, *arguments: str | Path, scratch: Path) -> subprocess.CompletedProcess[str]:
    """Run `assuage` where no file may grow beyond so many bytes."""
    command = [sys.executable, "-c", WITH_A_LIMIT, str(limit), *map(str, arguments)]
    environment = {**os.environ, "TMPDIR": str(scratch)}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    (tmp_path / "scratch").mkdir()
    return tmp_path / "scratch"


@pytest.mark.parametrize("limit", [1_000, 30_000], ids=["while reading", "while writing pages"])
def test_a_full_disk_is_said_and_the_last_report_stays_whole(
    tmp_path: Path, scratch: Path, limit: int
) -> None:
    out = tmp_path / "out"
    assert (
        assuage("review", write_files(tmp_path / "one", [refractory_face_pain(1)]), "--out", out).exit_code
        == 0
    )
    before = contents(out)
    source = write_ndjson(tmp_path / "some", some_people(6))
    ended = limited(limit, "review", source, "--out", out, scratch=scratch)
    assert ended.returncode == 2, ended.stderr
    assert ended.stderr.startswith("assuage: The review could not be written: ")
    assert ended.stderr.count("\n") == 1
    assert "Traceback" not in ended.stderr
    assert contents(out) == before
    assert list(scratch.iterdir()) == []


def test_a_disk_that_is_full_for_the_engine_is_said_the_same_way(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITE_MUCH, str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ended.stdout.startswith("The review could not be written: disk or memory have run out.")
    assert str(tmp_path) not in ended.stdout


def test_a_file_where_the_folder_should_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    source = write_files(tmp_path / "one", [refractory_face_pain(1)])
    ended = assuage("review", source, "--out", tmp_path / "out")
    assert ended.exit_code == 2
    assert "The folder for the report can't be written" in ended.err
    assert (tmp_path / "out").read_text() == "mine"
