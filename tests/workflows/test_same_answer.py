"""The same input and version give the same bytes: twice, in any time zone, under any hash seed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from formats.made_up_people import some_people
from formats.write_fhir import write_ndjson
from formats.write_history import write_files
from formats.write_omop import write_cdm
from workflows.command_line import assuage, contents

PEOPLE = some_people(8)


@pytest.mark.parametrize("write", [write_ndjson, write_files])
def test_two_reviews_write_the_same_bytes(tmp_path: Path, write: Callable[..., Path]) -> None:
    source = write(tmp_path / "source", PEOPLE)
    for name in ("first", "second"):
        assert assuage("review", source, "--out", tmp_path / name).exit_code == 0
    assert contents(tmp_path / "first") == contents(tmp_path / "second")


REVIEW_EACH = """
import sys
from collections.abc import Callable
from pathlib import Path
from assuage.workflows import review

out = Path(sys.argv[1])
for source in map(Path, sys.argv[2:]):
    review(source, out=out / source.name)
"""


def test_the_time_zone_and_the_hash_seed_of_the_computer_change_nothing(tmp_path: Path) -> None:
    """Of the two zones one is already in tomorrow while the other is still in yesterday."""
    sources = [write_ndjson(tmp_path / "fhir", PEOPLE), write_cdm(tmp_path / "omop", PEOPLE)]
    for zone in ("Kiritimati", "Pago_Pago"):
        command = [sys.executable, "-c", REVIEW_EACH, str(tmp_path / zone), *map(str, sources)]
        elsewhere = {**os.environ, "TZ": f"Pacific/{zone}", "PYTHONHASHSEED": str(len(zone))}
        subprocess.run(command, check=True, capture_output=True, env=elsewhere)
    assert len(contents(tmp_path / "Kiritimati")) > 2 * len(PEOPLE)
    assert contents(tmp_path / "Kiritimati") == contents(tmp_path / "Pago_Pago")
