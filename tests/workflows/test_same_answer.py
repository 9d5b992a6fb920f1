"""The same input and version give the same bytes: twice, in any time zone, under any hash seed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from formats.made_up_people import AS_OF, some_people
from formats.write_fhir import write_ndjson
from formats.write_history import write_files
from formats.write_omop import write_cdm
from workflows.command_line import assuage, contents

PEOPLE = some_people(8)


@pytest.mark.parametrize("write", [write_ndjson, write_cdm, write_files])
def test_two_reviews_write_the_same_bytes(tmp_path: Path, write) -> None:
    source = write(tmp_path / "source", PEOPLE)
    for name in ("first", "second"):
        assert assuage("review", source, "--out", tmp_path / name).exit_code == 0
    assert contents(tmp_path / "first") == contents(tmp_path / "second")


@pytest.mark.parametrize("write", [write_ndjson, write_cdm])
def test_the_time_zone_of_the_computer_changes_nothing(tmp_path: Path, write) -> None:
    """In the first zone it is already tomorrow when in the second it is still yesterday."""
    source = write(tmp_path / "source", PEOPLE)
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        run_in(zone, source, tmp_path / zone)
    kiritimati, pago_pago = (
        contents(tmp_path / zone) for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago")
    )
    assert kiritimati == pago_pago


def run_in(zone: str, source: Path, out: Path) -> None:
    """Review in another process, which has its own time zone and its own hash seed."""
    command = [sys.executable, "-m", "assuage", "review", source, "--out", out, "--as-of", AS_OF.isoformat()]
    subprocess.run(list(map(str, command)), check=True, capture_output=True, env={**os.environ, "TZ": zone})
