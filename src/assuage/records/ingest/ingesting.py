"""The steps of an ingest, each of which leaves whole files or none, so that the next run goes on from there.

1. each file is noticed (`notices`): a Parquet file of notices, ticked off in `state.json`;
2. when all are, they are sorted out (`sorting_out`): one folder, renamed when it is complete;
3. each bucket of people is mapped (`mapping`): a folder of tables for each, renamed when it is complete;
4. the tables are moved to where they stay, and the manifest is written.

What is left between runs lies in `.assuage-ingest` in the folder itself and is gone in the end.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import orjson
import pyarrow.parquet as pq

from assuage.errors import UnreadableInput
from assuage.processes import own_processes
from assuage.records.fhir.files import fhir_files
from assuage.records.fhir.reader import NO_RESOURCE, why_nothing
from assuage.records.fhir.reasons import Reason
from assuage.records.ingest.blocks import NotPlain
from assuage.records.ingest.folder import (
    MALFORMED,
    MANIFEST,
    READ_REPORT,
    InputFile,
    Manifest,
    count_lines,
    merged_report,
    write_report,
    write_whole,
)
from assuage.records.ingest.malformed import MalformedLine, load_malformed, save_malformed, write_malformed
from assuage.records.ingest.mapping import REPORT_NAME, Bucket, map_bucket
from assuage.records.ingest.notices import REPEATED, SCHEMA, Noticed, Noticer, of_any
from assuage.records.ingest.sorting_out import BUCKETS, sort_out
from assuage.records.read_report import ReadReport
from assuage.records.reading import Progress, no_progress
from assuage.records.rows import TABLES

UNFINISHED = ".assuage-ingest"


@dataclass(frozen=True)
class Ingested:
    """What an ingest came to: the folder, how many people are in it, and what was read and what was not."""

    folder: Path
    people: int
    malformed_lines: int
    report: ReadReport


class NotOurs(Exception):
    """The folder holds something that no ingest wrote."""


class Busy(Exception):
    """Another ingest is at work in the folder."""


def ingest(source: Path, out: Path, *, processes: int = 1, progress: Progress = no_progress) -> Ingested:
    """Turn a FHIR R4 export into the tables, as Parquet by bucket of people, in the folder `out`.

    The rows and the read report are those of `read_fhir`. A run that was killed is taken up where it stopped,
    and a finished folder whose source is unchanged is left as it is. Raises UnreadableInput where the source
    can't be read, NotOurs where `out` holds something else, Busy where another ingest is at work in it, and
    OSError or duckdb.Error where it can't be written.
    """
    files, others = _files_of(source)
    inputs = tuple(InputFile.of(path) for path in files)
    out.mkdir(parents=True, exist_ok=True)
    with _alone_in(out):
        finished = Manifest.read(out)
        if finished is None or finished.files != inputs:
            _demand_ours(out, finished)
            _outlive_workers(out / UNFINISHED)
            work = _Work(out / UNFINISHED, files, inputs)
            work.notice(progress)
            work.sort_out(progress)
            work.map_people(processes, progress)
            work.demand_resources(source)
            finished = work.finish(out, [path.name for path in others])
        shutil.rmtree(out / UNFINISHED, ignore_errors=True)  # left by a run that was killed at its very end
    report = ReadReport()
    count_lines(report, out)
    return Ingested(out, finished.people, finished.malformed_lines, report)


def _files_of(source: Path) -> tuple[list[Path], list[Path]]:
    """The files to read and those passed over. Raises UnreadableInput where there is nothing to read."""
    if not source.exists():
        found = "there is no such file or folder"
        raise UnreadableInput(found, path=source, remedy="check the path of the source")
    files, others = fhir_files(source)
    if not files:
        raise UnreadableInput(
            found="there is no FHIR file in the folder",
            path=source,
            expected="FHIR R4 with one resource per line (.ndjson), plain or .gz",
            remedy="name the folder of the export",
        )
    return files, others


@contextmanager
def _alone_in(out: Path) -> Iterator[None]:
    """Keep other ingests out of the folder. Raises Busy where one is at work there."""
    handle = os.open(out, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Busy from error
        yield
    finally:
        os.close(handle)


def _outlive_workers(unfinished: Path) -> None:
    """Wait until the processes of a run that was killed are gone: each holds its folder until then."""
    if unfinished.exists():
        handle = os.open(unfinished, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(handle, fcntl.LOCK_EX)
        os.close(handle)


def _demand_ours(out: Path, finished: Manifest | None) -> None:
    if finished is None and not (out / UNFINISHED).exists() and any(out.iterdir()):
        raise NotOurs


class _Work:
    """An ingest under way: its folder, and what of it is done."""

    def __init__(self, folder: Path, files: list[Path], inputs: tuple[InputFile, ...]) -> None:
        self._folder, self._files, self._inputs = folder, files, inputs
        self._state = folder / "state.json"
        self._sorted_out, self._mapped = folder / "sorted-out", folder / "mapped"
        self._noticed = self._taken_up()

    def _taken_up(self) -> set[int]:
        """The numbers of the files that an earlier run noticed; none where it noted others, or otherwise."""
        try:
            state = orjson.loads(self._state.read_bytes())
        except (FileNotFoundError, orjson.JSONDecodeError):
            state = {}
        noticed = set(state.pop("noticed", []))
        if state == self._kept():
            return noticed
        shutil.rmtree(self._folder, ignore_errors=True)
        (self._folder / "notices").mkdir(parents=True)
        self._mapped.mkdir()
        self._write_state(set())
        return set()

    def _write_state(self, noticed: set[int]) -> None:
        write_whole(self._state, orjson.dumps(self._kept() | {"noticed": sorted(noticed)}))

    def _kept(self) -> dict[str, Any]:
        """What has to be the same for a run to go on: the source, and what is noted of its records."""
        return {"files": [asdict(one) for one in self._inputs], "columns": SCHEMA.names}

    def _notices_of(self, file: int, ending: str = "parquet") -> Path:
        return self._folder / "notices" / f"{file:06d}.{ending}"

    def notice(self, progress: Progress) -> None:
        """Note the records of every file that is not noticed yet."""
        total, done = sum(one.byte_count for one in self._inputs), 0
        with duckdb.connect() as connection:
            noticer = Noticer(connection)
            for file, path in enumerate(self._files):
                if file not in self._noticed:
                    for bytes_done in self._notice_file(noticer, file, path):
                        progress("noticing records", done + bytes_done, total)
                    self._noticed.add(file)
                    self._write_state(self._noticed)
                done += self._inputs[file].byte_count
                progress("noticing records", done, total)

    def _notice_file(self, noticer: Noticer, file: int, path: Path) -> Iterator[int]:
        noticed = Noticed()
        try:
            yield from self._written(noticer.of_lines(path, file, noticed), file, noticed)
        except NotPlain:
            noticed = Noticed()
            yield from self._written(of_any(path, file, noticed), file, noticed)
        save_malformed(self._notices_of(file, "malformed.jsonl"), noticed.malformed)

    def _written(self, ticks: Iterator[int], file: int, noticed: Noticed) -> Iterator[int]:
        """Write notices as they come, so that memory holds one block's."""
        unfinished = self._notices_of(file, "new")
        with pq.ParquetWriter(unfinished, SCHEMA, use_dictionary=REPEATED) as writer:
            for bytes_done in ticks:
                for table in noticed.tables:
                    writer.write_table(table)
                noticed.tables.clear()
                yield bytes_done
        unfinished.replace(self._notices_of(file))

    def sort_out(self, progress: Progress) -> None:
        """Settle which records count and what they look up, if that is not done yet."""
        progress("sorting out", 0, 1)
        if not self._sorted_out.exists():
            unfinished = self._folder / "sorting-out"
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            sort_out(self._files, str(self._folder / "notices" / "*.parquet"), unfinished)
            unfinished.rename(self._sorted_out)
        progress("sorting out", 1, 1)

    def map_people(self, processes: int, progress: Progress) -> None:
        """Map every bucket that is not mapped yet, several at a time."""
        buckets = [Bucket(number, self._sorted_out, self._mapped) for number in range(BUCKETS)]
        waiting = [bucket for bucket in buckets if not bucket.done.exists()]
        progress("mapping people", BUCKETS - len(waiting), BUCKETS)
        for done, _ in enumerate(_each(waiting, processes), BUCKETS - len(waiting) + 1):
            progress("mapping people", done, BUCKETS)

    def finish(self, out: Path, others: list[str]) -> Manifest:
        """Move the tables to where they stay, and say so in the manifest."""
        report, malformed = self._merged(others), self._malformed()
        names = [one.name for one in self._inputs]
        (out / MANIFEST).unlink(missing_ok=True)
        for table in TABLES:
            (out / table).mkdir(exist_ok=True)
            for number in range(BUCKETS):
                mapped = self._mapped / f"{number:02d}" / f"{table}.parquet"
                if mapped.exists():  # not, where an earlier run was killed here
                    mapped.replace(out / table / f"{number:02d}.parquet")
        write_report(out / READ_REPORT, report.lines())
        malformed_lines = write_malformed(out / MALFORMED, malformed, names)
        people = sum(pq.read_metadata(file).num_rows for file in (out / "person").glob("*.parquet"))
        manifest = Manifest(BUCKETS, people, malformed_lines, self._inputs)
        manifest.write(out)
        shutil.rmtree(self._folder)
        return manifest

    def demand_resources(self, source: Path) -> None:
        """Raises UnreadableInput, and forgets what was done, where not one resource was noticed."""
        report = self._merged([])
        kinds = {*report.read, *(kind for kind, _ in report.skipped)} - set(NO_RESOURCE)
        if not kinds:
            shutil.rmtree(self._folder)
            raise UnreadableInput(
                why_nothing(report),
                path=source,
                expected="FHIR R4 with one resource per line (.ndjson), plain or .gz",
                remedy="name the file or folder of the export",
            )

    def _merged(self, others: list[str]) -> ReadReport:
        skipped = pq.read_table(self._sorted_out / "skipped.parquet").to_pylist()
        counts = [
            orjson.loads((self._mapped / f"{number:02d}" / REPORT_NAME).read_bytes())
            for number in range(BUCKETS)
        ]
        report = merged_report(skipped, counts, [path.name for path in self._files])
        for name in others:
            report.count_skipped("file", Reason.NOT_FHIR_FILE, name)
        return report

    def _malformed(self) -> list[MalformedLine]:
        kept = [self._notices_of(file, "malformed.jsonl") for file in range(len(self._files))]
        kept.append(self._sorted_out / "malformed.jsonl")
        kept += [self._mapped / f"{number:02d}" / "malformed.jsonl" for number in range(BUCKETS)]
        return [line for path in kept for line in load_malformed(path)]


def _each(buckets: list[Bucket], processes: int) -> Iterator[int]:
    """Map buckets, each in a process of its own where there are several."""
    if processes == 1 or len(buckets) < 2:
        yield from map(map_bucket, buckets)
        return
    with own_processes(processes, partial(_hold, buckets[0].mapped.parent)) as pool:
        yield from pool.map(map_bucket, buckets)


def _hold(folder: Path) -> None:
    """Hold the folder that this process writes in for as long as it lives: the next run waits for it."""
    fcntl.flock(os.open(folder, os.O_RDONLY | os.O_DIRECTORY), fcntl.LOCK_SH)
