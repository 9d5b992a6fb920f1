"""The made-up clinic that ships with assuage."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

import pytest

from assuage.codes.conditions import pain_conditions
from assuage.records.history import History
from assuage.records.history_file import read_history_files
from assuage.records.read_report import ReadReport
from assuage.records.store import TableWriter, histories


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[History], ReadReport]:
    tables, report = tmp_path_factory.mktemp("tables"), ReadReport()
    with as_file(files("assuage") / "clinic") as folder, TableWriter(tables) as sink:
        read_history_files(Path(folder), sink, report)
    return list(histories(tables)), report


def test_twelve_people_come_and_nothing_is_skipped(clinic: tuple[list[History], ReadReport]) -> None:
    people, report = clinic
    assert len(people) == 12
    assert not report.skipped


def test_everyone_has_a_pain_condition(clinic: tuple[list[History], ReadReport]) -> None:
    people, _ = clinic
    assert all(pain_conditions() & {row.condition for row in history.condition} for history in people)


def test_every_file_says_that_its_person_is_made_up() -> None:
    for file in (files("assuage") / "clinic").iterdir():
        if file.name.endswith(".history.yaml"):
            assert file.read_text(encoding="utf-8").startswith("# made-up person")
