"""What an ingest leaves on disk: the same files whatever happened on the way, and nothing half-written."""

from __future__ import annotations

import fcntl
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

import orjson
import pyarrow.parquet as pq
import pytest

from assuage.errors import UnreadableInput
from assuage.records.ingest import MANIFEST, UNFINISHED, NotOurs, ingest, read_ingested
from assuage.records.ingest.folder import InputFile
from assuage.records.ingest.sorting_out import BUCKETS, bucket_of
from assuage.records.read_report import ReadReport
from assuage.records.rows import TABLES
from assuage.records.source import SourceKind, read_source, recognise
from assuage.records.store import TableWriter
from records.ingest.made_export import damaged_export, hash_of, made_up_export
from workflows.command_line import assuage, table

INGEST = """
import sys
from pathlib import Path
from assuage.records.ingest import ingest
print("begun", flush=True)
ingest(Path(sys.argv[1]), Path(sys.argv[2]), processes=int(sys.argv[3]))
"""


def started(source: Path, out: Path, processes: int) -> subprocess.Popen[str]:
    """An ingest in a process of its own, past its imports."""
    arguments = [sys.executable, "-c", INGEST, str(source), str(out), str(processes)]
    running = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
    assert running.stdout is not None
    assert running.stdout.readline() == "begun\n"
    return running


def killed_again_and_again(tmp_path: Path, kills: int, seed: int) -> None:
    """Kill an ingest at random moments, then let it end: the folder is that of one that was never killed."""
    source = damaged_export(tmp_path, seed)
    began = time.monotonic()
    ingest(source, tmp_path / "never-killed")
    took_s = time.monotonic() - began
    expected = hash_of(tmp_path / "never-killed")
    random_ = random.Random(seed)
    folder = tmp_path / "killed"
    met = 0
    for _ in range(kills):
        running = started(source, folder, processes=random_.choice([1, 1, 2]))
        time.sleep(random_.uniform(0, took_s))
        running.kill()
        met += running.wait() == -signal.SIGKILL
        if (folder / MANIFEST).exists():
            ingest(source, folder)
            assert hash_of(folder) == expected
            shutil.rmtree(folder)
    assert met > 0, "not one run was still going when it was killed"
    ingest(source, folder)
    assert hash_of(folder) == expected
    assert not (folder / UNFINISHED).exists()


def test_an_ingest_killed_at_random_moments_ends_with_the_same_files(tmp_path: Path) -> None:
    killed_again_and_again(tmp_path, kills=3, seed=11)


@pytest.mark.long
def test_an_ingest_killed_fifty_times_ends_with_the_same_files(tmp_path: Path) -> None:
    killed_again_and_again(tmp_path, kills=50, seed=12)


def test_an_ingest_waits_until_the_processes_of_a_killed_one_are_gone(export: Path, tmp_path: Path) -> None:
    """Each holds the folder that it writes in for as long as it lives."""
    work = tmp_path / "tables" / UNFINISHED
    work.mkdir(parents=True)
    held = os.open(work, os.O_RDONLY | os.O_DIRECTORY)
    fcntl.flock(held, fcntl.LOCK_SH)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(ingest, export, work.parent)
        time.sleep(1.0)
        begun = list(work.iterdir())
        os.close(held)
        assert begun == []
        assert waiting.result().people == 12


def test_an_unfinished_ingest_of_another_version_is_begun_anew(
    export: Path, tables: Path, tmp_path: Path
) -> None:
    work = tmp_path / "tables" / UNFINISHED
    (work / "notices").mkdir(parents=True)
    files = [asdict(InputFile.of(path)) for path in sorted(export.rglob("*.ndjson"))]
    state = {"files": files, "columns": ["file", "line"], "noticed": list(range(len(files)))}
    (work / "state.json").write_bytes(orjson.dumps(state))
    ingest(export, work.parent)
    assert hash_of(work.parent) == hash_of(tables)


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_up_export(tmp_path_factory.mktemp("made-up"), people=12)


@pytest.fixture(scope="module")
def tables(export: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ingested") / "tables"
    ingest(export, folder)
    return folder


def test_a_second_ingest_leaves_everything_as_it_is(export: Path, tables: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in tables.rglob("*")}
    ingest(export, tables)
    assert {path: path.stat().st_mtime_ns for path in tables.rglob("*")} == before


def test_two_processes_write_what_one_writes(export: Path, tables: Path, tmp_path: Path) -> None:
    ingest(export, tmp_path / "tables", processes=2)
    assert hash_of(tmp_path / "tables") == hash_of(tables)


def test_every_person_has_all_rows_in_one_bucket_in_order(tables: Path) -> None:
    for name in TABLES:
        files = sorted((tables / name).iterdir())
        assert [file.name for file in files] == [f"{number:02d}.parquet" for number in range(BUCKETS)]
        for number, file in enumerate(files):
            people = pq.read_table(file)["person_id"].to_pylist()
            assert people == sorted(people)
            assert {bucket_of(person) for person in people} <= {number}


def test_a_changed_source_is_ingested_anew(export: Path, tmp_path: Path) -> None:
    source = tmp_path / "export"
    shutil.copytree(export, source)
    first = ingest(source, tmp_path / "tables")
    (source / "more.ndjson").write_text('{"resourceType":"Patient","id":"one-more"}\n')
    assert ingest(source, tmp_path / "tables").people == first.people + 1


def test_an_ingested_folder_is_recognised_and_reviewed_as_its_source(
    export: Path, tables: Path, tmp_path: Path
) -> None:
    assert recognise(tables) is SourceKind.TABLES
    assert assuage("review", export, "--out", tmp_path / "direct").exit_code == 0
    assert assuage("review", tables, "--out", tmp_path / "ingested").exit_code == 0
    for name in ("people", "trials", "judgements", "verdicts", "findings", "flags", "options", "read_report"):
        direct = tmp_path / "direct" / f"{name}.parquet"
        if direct.exists():
            assert table(tmp_path / "ingested", name) == table(tmp_path / "direct", name), name


def test_complete_from_is_for_the_review_to_say(export: Path, tables: Path, tmp_path: Path) -> None:
    for name, source in (("direct", export), ("ingested", tables)):
        assuage("review", source, "--complete-from", "2000-01-01", "--out", tmp_path / name)
    assert table(tmp_path / "ingested", "verdicts") == table(tmp_path / "direct", "verdicts")


def test_a_folder_that_is_not_finished_is_refused(tables: Path, tmp_path: Path) -> None:
    unfinished = tmp_path / "tables"
    shutil.copytree(tables, unfinished)
    (unfinished / MANIFEST).rename(unfinished / UNFINISHED)
    into = tmp_path / "read"
    into.mkdir()
    with pytest.raises(UnreadableInput, match=r"no finished tables.*goes on where it stopped"):
        read_source(unfinished, into)


@pytest.mark.parametrize("damage", ["missing", "cut", "another version"])
def test_a_damaged_folder_is_refused(tables: Path, tmp_path: Path, damage: str) -> None:
    damaged = tmp_path / "tables"
    shutil.copytree(tables, damaged)
    file = next(path for path in sorted((damaged / "exposure").iterdir()) if pq.read_metadata(path).num_rows)
    match damage:
        case "missing":
            file.unlink()
        case "cut":
            file.write_bytes(file.read_bytes()[:-9])
        case _:
            (damaged / MANIFEST).write_text('{"format": "assuage-tables/99"}')
    with TableWriter(tmp_path) as sink, pytest.raises(UnreadableInput, match="into a new folder"):
        read_ingested(damaged, sink, ReadReport())


def test_a_folder_with_something_else_in_it_is_left_alone(export: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(NotOurs):
        ingest(export, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
    ended = assuage("ingest", export, "--out", tmp_path)
    assert ended.exit_code == 2
    assert "holds something else" in ended.err


def test_tables_are_not_written_into_their_source(export: Path) -> None:
    before = hash_of(export)
    assert assuage("ingest", export, "--out", export / "tables").exit_code == 2
    assert hash_of(export) == before


def test_what_is_no_export_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "a.ndjson").write_text("no JSON\n")
    ended = assuage("ingest", tmp_path / "source", "--out", tmp_path / "tables")
    assert ended.exit_code == 3
    assert "no FHIR resource" in ended.err
    assert list((tmp_path / "tables").iterdir()) == []


def test_a_full_disk_is_said_and_the_next_run_goes_on(export: Path, tables: Path, tmp_path: Path) -> None:
    def no_file_over_20_kb() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    arguments = [sys.executable, "-m", "assuage", "ingest", str(export), "--out", str(tmp_path / "tables")]
    ended = subprocess.run(
        arguments, preexec_fn=no_file_over_20_kb, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    assert "goes on where this one stopped" in ended.stderr
    assert not (tmp_path / "tables" / MANIFEST).exists()
    ingest(export, tmp_path / "tables")
    assert hash_of(tmp_path / "tables") == hash_of(tables)
