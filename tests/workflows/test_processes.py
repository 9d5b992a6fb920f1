"""A clinic may be cut into any shares, for any number of processes: the report is the same."""

from functools import partial
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from assuage.records.reading import Progress, no_progress
from assuage.synth import REVIEW_DAY, write
from assuage.workflows import opening, plain_review, review
from assuage.workflows.asking import Engine


def written(
    source: Path,
    out: Path,
    *,
    processes: int,
    engine: Engine = Engine.PLAIN,
    progress: Progress = no_progress,
) -> dict[str, object]:
    """The files of a report; of a table its rows, because how they lie in groups may differ.

    Rows that an engine writes are in no particular order.
    """
    definition_ids = () if engine is Engine.PLAIN else ("sin2019",)  # one is enough for the way round
    review(
        source,
        out=out,
        as_of=REVIEW_DAY,
        processes=processes,
        engine=engine,
        definition_ids=definition_ids,
        progress=progress,
    )
    rows = list if engine is Engine.PLAIN else partial(sorted, key=str)
    return {
        str(path.relative_to(out)): rows(pq.read_table(path).to_pylist())
        if path.suffix == ".parquet"
        else path.read_bytes()
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


def test_an_engine_writes_in_runs_of_its_own_processes_what_it_writes_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write(24, 7, "omop", tmp_path)
    at_once = written(source, tmp_path / "one", processes=2, engine=Engine.DUCKDB)
    two_runs = partial(opening.Stored, most_people=12, fewest_people=3)
    monkeypatch.setattr(opening, "Stored", two_runs)
    told: list[tuple[str, int, int]] = []
    several = written(
        source,
        tmp_path / "several",
        processes=2,
        engine=Engine.DUCKDB,
        progress=lambda *step: told.append(step),
    )
    assert [step for step in told if step[0] == "reviewing"] == [("reviewing", done, 2) for done in range(3)]
    assert len([name for name in at_once if name.startswith("people/")]) > 14
    assert at_once == several
