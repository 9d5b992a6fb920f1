"""A clinic may be cut into any shares, for any number of processes: the report is the same."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from assuage.synth import REVIEW_DAY, write
from assuage.workflows import plain_review, review


def written(source: Path, out: Path, *, processes: int) -> dict[str, object]:
    """The files of a report; of a table its rows, because how they lie in groups may differ."""
    review(source, out=out, as_of=REVIEW_DAY, processes=processes)
    return {
        str(path.relative_to(out)): pq.read_table(path) if path.suffix == ".parquet" else path.read_bytes()
        for path in out.rglob("*")
        if path.is_file()
    }


def test_many_shares_in_two_processes_write_what_one_share_in_one_process_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write(24, 7, "omop", tmp_path)
    one = written(source, tmp_path / "one", processes=1)
    monkeypatch.setattr(plain_review, "PEOPLE_PER_SHARE", 7)
    several = written(source, tmp_path / "several", processes=2)
    assert len([name for name in one if name.startswith("people/")]) > 14
    assert one == several
