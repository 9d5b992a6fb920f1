"""What `assuage options --out` writes for one person."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assuage.errors import UsageError
from assuage.report import person_file_name
from assuage.workflows import made_up_clinic, person_report, review_person, write_person_pages
from assuage.workflows.options import person_in
from workflows.command_line import assuage


def test_a_sheet_a_plain_page_and_a_bundle_are_written_under_the_persons_mark(tmp_path: Path) -> None:
    ended = assuage("options", made_up_clinic(), "--person", "demo-02", "--out", tmp_path)
    assert ended.exit_code == 0
    stem = person_file_name("demo-02").removesuffix(".html")
    written = {file.name for file in (tmp_path / "people").iterdir()}
    assert written == {f"{stem}.meeting.html", f"{stem}.plain.html", f"{stem}.fhir.json"}
    assert {file.name for file in (tmp_path / "assets").iterdir()} == {"assuage.css", "assuage.js"}
    assert "demo-02" not in "".join(written)
    bundle = json.loads((tmp_path / f"people/{stem}.fhir.json").read_text(encoding="utf-8"))
    assert (bundle["resourceType"], bundle["type"]) == ("Bundle", "collection")


def test_json_on_standard_output_stays_json_beside_files(tmp_path: Path) -> None:
    ended = assuage("options", made_up_clinic(), "--person", "demo-02", "--json", "--out", tmp_path)
    assert json.loads(ended.out)["format"] == "assuage-options/1"
    assert ended.err.count("Written: ") == 3


def test_a_report_of_everybody_in_the_same_folder_stays_whole(tmp_path: Path) -> None:
    assuage("review", made_up_clinic(), "--out", tmp_path)
    before = {file.name: file.read_bytes() for file in (tmp_path / "people").iterdir()}
    assuage("options", made_up_clinic(), "--person", "demo-02", "--out", tmp_path)
    after = {file.name: file.read_bytes() for file in (tmp_path / "people").iterdir()}
    assert len(after) == len(before) + 3
    assert {name: after[name] for name in before} == before


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file", encoding="utf-8")
    history = person_in(made_up_clinic(), "demo-02")
    report = person_report(history, review_person(history))
    with pytest.raises(UsageError, match="Name another with --out"):
        write_person_pages(report, taken)
