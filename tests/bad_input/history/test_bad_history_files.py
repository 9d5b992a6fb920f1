"""Bad history files: each says what is wrong, where, and what to do, and never what it holds."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assuage.errors import UnreadableInput
from assuage.records.history_file import read_history_files
from assuage.records.read_report import ReadReport
from assuage.records.store import TableWriter, histories

HERE = Path(__file__).parent
TYPED = "Quillfeather"  # stands in the bad files wherever a value may

WHOLE_FILE = {
    "alias_bomb": (2, "anchor"),
    "indented_with_a_tab": (3, "tab"),
    "key_stands_twice": (5, "twice"),
    "unknown_key_at_the_head": (2, "`treatments`"),
    "not_utf8": (2, "UTF-8"),
    "empty": (None, "empty"),
    "picture_renamed": (None, "not text"),
    "list_at_the_top": (1, "does not begin with keys"),
    "nested_too_deep": (2, "nested"),
    "two_people_in_one_file": (2, "second document"),
    "written_on_missing": (None, "`written_on` is missing"),
    "quote_left_open": (None, "not valid YAML"),
}
ONE_ENTRY = {
    "unknown_key_in_a_treatment": (6, "a key that does not exist here: perhaps `dose` is meant"),
    "dose_in_words": (
        6,
        '`dose`: expected a dose such as "600 mg/d", "140 mg/28d", "25 ug/h" or "155 U/session"',
    ),
    "end_before_start": (7, "`to`: the end lies before the start"),
    "negative_dose": (6, "`dose`: a dose can't be negative"),
    "date_still_to_come": (6, "`from`: the date lies after written_on"),
    "relative_date_still_to_come": (
        6,
        '`from`: expected a date (2021, 2021-03 or 2021-03-15), or "15 months before"',
    ),
    "drug_nobody_knows": (5, "`drug`: drug outside the formulary"),
}
READABLE = {"dose_in_grams"}


def path_of(name: str) -> Path:
    return HERE / f"{name}.history.yaml"


def read(source: Path, folder: Path) -> ReadReport:
    report = ReadReport()
    with TableWriter(folder) as sink:
        read_history_files(source, sink, report)
    return report


def test_every_bad_file_has_its_expectation() -> None:
    names = {path.name.removesuffix(".history.yaml") for path in HERE.glob("*.history.yaml")}
    assert names == set(WHOLE_FILE) | set(ONE_ENTRY) | READABLE


@pytest.mark.parametrize(("name", "line", "words"), [(name, *rest) for name, rest in WHOLE_FILE.items()])
def test_a_file_that_cannot_be_read_names_its_line_and_no_value(
    name: str, line: int | None, words: str, tmp_path: Path
) -> None:
    with pytest.raises(UnreadableInput) as refusal:
        read(path_of(name), tmp_path)
    assert words in str(refusal.value)
    assert f"{name}.history.yaml" in str(refusal.value)
    assert TYPED not in str(refusal.value)
    if line is not None:
        assert refusal.value.line == line


@pytest.mark.parametrize("name", WHOLE_FILE)
def test_beside_a_file_that_cannot_be_read_the_good_one_is_reviewed(name: str, tmp_path: Path) -> None:
    clinic, tables = tmp_path / "clinic", tmp_path / "tables"
    clinic.mkdir()
    tables.mkdir()
    shutil.copy(path_of(name), clinic)
    (clinic / "good.history.yaml").write_text("written_on: 2026-01-15\nperson: {id: good-one}\n")
    report = read(clinic, tables)
    assert [history.person.person_id for history in histories(tables)] == ["good-one"]
    skipped = [line for line in report.lines() if line.skipped]
    assert len(skipped) == 1
    assert skipped[0].example is not None
    assert skipped[0].example.startswith(f"{name}.history.yaml")
    assert TYPED not in f"{skipped[0].reason} {skipped[0].example}"


@pytest.mark.parametrize(("name", "line", "reason"), [(name, *rest) for name, rest in ONE_ENTRY.items()])
def test_a_wrong_treatment_is_a_report_line_and_the_rest_is_reviewed(
    name: str, line: int, reason: str, tmp_path: Path
) -> None:
    report = read(path_of(name), tmp_path)
    (history,) = histories(tmp_path)
    assert [row.ingredient for row in history.exposure] == ["gabapentin"]
    assert [row.condition for row in history.condition] == ["trigeminal_neuralgia"]
    (skipped,) = (line for line in report.lines() if line.skipped)
    assert (skipped.record_type, skipped.reason) == ("treatments", reason)
    assert skipped.example == f"{name}.history.yaml line {line}, treatments[1]"


def test_a_dose_in_grams_is_read_as_milligrams(tmp_path: Path) -> None:
    read(path_of("dose_in_grams"), tmp_path)
    (history,) = histories(tmp_path)
    doses = {row.ingredient: (row.dose, row.dose_unit) for row in history.exposure}
    assert doses["carbamazepine"] == (1200.0, "mg/d")


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="no history file is in the folder"):
        read(tmp_path, tmp_path)


def test_a_folder_of_images_is_refused(tmp_path: Path) -> None:
    (tmp_path / "scan.png").write_bytes(b"\x89PNG")
    with pytest.raises(UnreadableInput, match="no history file is in the folder"):
        read(tmp_path, tmp_path)


def test_a_source_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="no such file"):
        read(tmp_path / "nowhere", tmp_path)


def test_a_file_larger_than_anyone_types_is_refused(tmp_path: Path) -> None:
    large = tmp_path / "large.history.yaml"
    large.write_text("written_on: 2026-01-15\nnote: " + "x" * 2_100_000)
    with pytest.raises(UnreadableInput, match="larger than"):
        read(large, tmp_path)
