"""Public exports that no one here wrote: every line accounted for, and the people with pain found."""

from __future__ import annotations

import gzip
import tempfile
from collections import Counter
from functools import cache
from pathlib import Path

import orjson
import pytest

from assuage.records.fhir import read_fhir
from assuage.records.read_report import ReadReport
from assuage.records.rows import Condition, Exposure, Score
from assuage.records.store import TableWriter
from records.fhir.made import Read, read

DATA = Path(__file__).parents[3] / ".." / "shared" / "data"
SETS = ["smart_r4_fhir", "smart-bulk-10", "pathling_testdata", "us_core"]


def folder_of(name: str) -> Path:
    if not (DATA / name).is_dir():
        pytest.skip(f"the public data set {name} is not beside this checkout")
    return DATA / name


@cache
def read_set(name: str) -> Read:
    return read(folder_of(name))


def counted(folder: Path) -> Counter[str]:
    """Records by resource type, counted by the shortest other way."""
    counts: Counter[str] = Counter()
    for path in folder.iterdir():
        text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for line in text.splitlines() if ".ndjson" in path.name else [text]:
            counts[orjson.loads(line).get("resourceType", "resource")] += 1
    return counts


@pytest.mark.parametrize("name", SETS)
def test_read_plus_skipped_is_the_number_of_lines_of_each_type(name: str) -> None:
    folder_of(name)
    got = read_set(name)
    assert got.records() == counted(folder_of(name))


def people_with(got: Read, *conditions: str) -> int:
    rows = [row for row in got.tables["condition"] if isinstance(row, Condition)]
    return len({row.person_id for row in rows if row.condition in conditions})


def test_the_people_with_pain_of_smart_r4_are_found() -> None:
    got = read_set("smart_r4_fhir")
    migraine = {row.condition for row in got.tables["condition"] if "migraine" in getattr(row, "text", "")}
    assert people_with(got, *migraine) == 32
    assert people_with(got, "chronic_pain") == 30
    assert people_with(got, "diabetic_neuropathy", "painful_diabetic_neuropathy") == 18


def test_the_scores_of_smart_r4_keep_their_decimals() -> None:
    scores = [row for row in read_set("smart_r4_fhir").tables["score"] if isinstance(row, Score)]
    assert len(scores) == 5_681
    assert {row.instrument for row in scores} == {"nrs"}
    assert sum(row.low >= 4 for row in scores) == 306
    assert not any(row.low.is_integer() for row in scores)


@pytest.mark.parametrize(
    ("ingredient", "requests", "people"), [("carbamazepine", 14, 10), ("meperidine", 27, 26)]
)
def test_prescriptions_of_smart_r4_are_found(ingredient: str, requests: int, people: int) -> None:
    rows = [
        row
        for row in read_set("smart_r4_fhir").tables["exposure"]
        if isinstance(row, Exposure) and row.ingredient == ingredient
    ]
    assert (len(rows), len({row.person_id for row in rows})) == (requests, people)


def test_no_end_of_smart_r4_is_invented() -> None:
    rows = [row for row in read_set("smart_r4_fhir").tables["exposure"] if isinstance(row, Exposure)]
    assert {str(row.end_rule) for row in rows} == {"active_order", "unknown"}
    assert {row.end for row in rows} == {None}


def test_progress_rises_to_the_whole_in_each_pass() -> None:
    told: list[tuple[str, int, int]] = []

    def note(what: str, done: int, total: int) -> None:
        told.append((what, done, total))

    with tempfile.TemporaryDirectory() as folder, TableWriter(Path(folder)) as sink:
        read_fhir(folder_of("pathling_testdata"), sink, ReadReport(), progress=note)
    for what in {what for what, _, _ in told}:
        steps = [(done, total) for told_what, done, total in told if told_what == what]
        assert steps == sorted(steps)
        assert steps[-1][0] == steps[-1][1]
