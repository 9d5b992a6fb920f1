"""Bad FHIR files by name: each has its line in the read report, and the good records beside it are read.

`good.ndjson` holds one made-up person with one diagnosis and lies beside each of the others.
"""

from __future__ import annotations

import gzip
import json
import shutil
import tracemalloc
from pathlib import Path

import pytest

from assuage.errors import UnreadableInput
from assuage.records.rows import Exposure
from records.fhir.made import Read, patient, read, request, write_lines

HERE = Path(__file__).parent

# file, rows of exposure that it gives all the same, and its lines: (record type, reason)
EXPECTED: dict[str, tuple[int, set[tuple[str, str]]]] = {
    "half_a_json_line.ndjson": (1, {("line", "not JSON")}),
    "latin1_bytes.ndjson": (0, {("line", "not UTF-8 text")}),
    "end_before_start.ndjson": (
        1,
        {("MedicationStatement.effectivePeriod", "end before start: end left unknown")},
    ),
    "negative_dose.ndjson": (1, {("MedicationRequest.dosage", "zero or negative: dose left unknown")}),
    "dose_in_grams.ndjson": (1, set()),
    "unit_and_code_disagree.ndjson": (
        1,
        {("MedicationRequest.dosage", "unit and unit code disagree: dose left unknown")},
    ),
    "unknown_code_systems.ndjson": (
        0,
        {
            ("Condition", "condition outside the codelists"),
            ("MedicationRequest", "drug outside the formulary"),
        },
    ),
    "identical_twice.ndjson": (1, {("MedicationRequest", "duplicate")}),
    "one_id_two_contents.ndjson": (
        1,
        {("MedicationRequest", "same id, other content: the newer version is kept")},
    ),
    "person_nowhere.ndjson": (0, {("MedicationRequest", "person reference to nowhere")}),
    "medication_nowhere.ndjson": (
        0,
        {("MedicationRequest", "medication reference to nowhere, and no printed name of a drug of ours")},
    ),
    "not_a_number.ndjson": (0, {("line", "NaN or Infinity, which JSON does not have")}),
    "no_resource_type.ndjson": (
        0,
        {("resource", "no resource type of FHIR R4"), ("line", "no resource type of FHIR R4")},
    ),
    "entry_without_resource.json": (1, {("entry", "Bundle entry without a resource")}),
    "bundle_cut_off.json": (1, {("file", "file is cut off or damaged from here on")}),
    "empty.ndjson": (0, {("file", "empty file")}),
    "byte_order_mark.ndjson": (1, set()),
    "before_birth_and_after_death.ndjson": (
        1,
        {
            ("MedicationRequest.authoredOn", "before birth: left unknown"),
            ("Condition.onsetDateTime", "more than a year after death: left unknown"),
        },
    ),
    "impossible_days.ndjson": (
        1,
        {
            ("MedicationRequest.authoredOn", "not a date: left unknown"),
            ("Condition.onsetDateTime", "not a date: left unknown"),
        },
    ),
    "entered_in_error.ndjson": (
        0,
        {("MedicationStatement", "entered in error"), ("Condition", "entered in error")},
    ),
    "score_out_of_range.ndjson": (0, {("Observation", "value outside the instrument's range")}),
    "page.json": (0, {("file", "not JSON")}),
}


def read_beside_good(folder: Path, *names: str) -> Read:
    for name in ("good.ndjson", *names):
        shutil.copy(HERE / name, folder / name)
    return read(folder)


def test_every_bad_file_has_its_expected_reason() -> None:
    shipped = {path.name for path in HERE.iterdir() if path.suffix in (".json", ".ndjson")}
    assert shipped == {*EXPECTED, "good.ndjson"}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_bad_file_is_a_line_in_the_report_and_the_good_one_is_read(tmp_path: Path, name: str) -> None:
    got = read_beside_good(tmp_path, name)
    exposures, reasons = EXPECTED[name]
    assert len(got.tables["exposure"]) == exposures
    assert got.reasons() == reasons
    assert "trigeminal_neuralgia" in {getattr(row, "condition", "") for row in got.tables["condition"]}
    assert all(place.startswith(name) for place in got.report.examples.values())


def test_a_dose_in_grams_is_converted_by_its_unit_code(tmp_path: Path) -> None:
    row = read_beside_good(tmp_path, "dose_in_grams.ndjson").the("exposure")
    assert isinstance(row, Exposure)
    assert (row.dose, row.dose_unit) == (800, "mg/d")


def test_a_gzip_that_is_cut_off_gives_the_lines_before_the_cut(tmp_path: Path) -> None:
    write_lines(tmp_path / "plain", *(request(str(n)) for n in range(2_000)))
    packed = gzip.compress((tmp_path / "plain").read_bytes())
    (tmp_path / "cut.ndjson.gz").write_bytes(packed[: len(packed) // 2])
    write_lines(tmp_path / "people.ndjson", patient())
    (tmp_path / "plain").unlink()
    got = read(tmp_path)
    assert len(got.tables["exposure"]) > 100
    assert ("file", "file is cut off or damaged from here on") in got.reasons()


def test_what_is_called_gzip_and_is_none_is_a_line_in_the_report(tmp_path: Path) -> None:
    (tmp_path / "bad.ndjson.gz").write_bytes(b"\x1f\x8bnothing packed here")
    (tmp_path / "bad.json.gz").write_bytes(b"\x1f\x8bnothing packed here")
    got = read_beside_good(tmp_path)
    assert got.report.skipped == {("file", "file is cut off or damaged from here on"): 2}


def test_a_line_of_50_mb_is_refused_without_loading_it(tmp_path: Path) -> None:
    with (tmp_path / "a_huge.ndjson").open("wb") as stream:
        stream.write(b'{"resourceType":"Observation","id":"')
        for _ in range(50):
            stream.write(b"x" * 2**20)
        stream.write(b'"}\n' + json.dumps(request("after")).encode() + b"\n")
    write_lines(tmp_path / "people.ndjson", patient())
    tracemalloc.start()
    got = read_beside_good(tmp_path)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert got.reasons() == {("line", "larger than 16 MB")}
    assert len(got.tables["exposure"]) == 1, "the line after it is read"
    assert peak_bytes < 45 * 2**20


def test_nesting_without_end_is_refused(tmp_path: Path) -> None:
    deep = '{"resourceType":"Condition","id":"d","x":' + '{"x":' * 300 + "1" + "}" * 300 + "}"
    deeper = "[" * 100_000
    (tmp_path / "deep.ndjson").write_text(f"{deep}\n{deeper}\n")
    got = read_beside_good(tmp_path)
    assert got.report.skipped == {
        ("Condition", "nested too deep, or a number out of range"): 1,
        ("line", "nested too deep, or a number out of range"): 1,
    }


@pytest.mark.parametrize("name", ["scan.png", "letter.pdf"])
def test_a_folder_of_pictures_is_unreadable(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\x89PNG\r\n")
    with pytest.raises(UnreadableInput, match=r"no FHIR resource could be read \(not a FHIR file\)"):
        read(tmp_path)


@pytest.mark.parametrize("name", ["page.json", "empty.ndjson", "no_resource_type.ndjson"])
def test_a_file_without_any_resource_is_unreadable(name: str) -> None:
    with pytest.raises(UnreadableInput) as caught:
        read(HERE / name)
    assert caught.value.exit_code == 3
    assert "Expected: FHIR R4" in str(caught.value)


def test_all_bad_files_together_lose_no_good_record(tmp_path: Path) -> None:
    got = read_beside_good(tmp_path, *EXPECTED)
    assert {"made-up-1", "made-up-2"} == {row.person_id for row in got.tables["person"]}
