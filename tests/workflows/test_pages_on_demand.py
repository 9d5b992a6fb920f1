"""Whose pages a review writes, and what it says where somebody is asked for who is not there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assuage.errors import UsageError
from assuage.report import person_file_name
from assuage.workflows.asking import FIRST_PAGES, Engine, Pages, named_people
from formats.made_up_people import refractory_face_pain
from formats.write_history import write_files
from workflows.command_line import assuage, pages, table

NUMBERS = range(1, 6)


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    return write_files(tmp_path / "clinic", [refractory_face_pain(number) for number in NUMBERS])


@pytest.fixture
def ids(clinic: Path, tmp_path: Path) -> list[str]:
    """The people of the clinic, in the order of its index."""
    assert assuage("review", clinic, "--out", tmp_path / "all").exit_code == 0
    index = (tmp_path / "all" / "index.html").read_text(encoding="utf-8")
    people = [str(row["person_id"]) for row in table(tmp_path / "all", "people")]
    return sorted(people, key=lambda person_id: index.index(person_file_name(person_id)))


def test_the_people_named_have_pages_and_everyone_has_rows(
    clinic: Path, ids: list[str], tmp_path: Path
) -> None:
    (tmp_path / "ids.txt").write_text(f"{ids[4]}\n\n{ids[0]}\n", encoding="utf-8")
    out = tmp_path / "out"
    named = ("--people", ids[2], "--people", f"@{tmp_path / 'ids.txt'}")
    ended = assuage("review", clinic, "--out", out, *named)
    assert ended.exit_code == 0, ended.err
    assert pages(out) == {person_file_name(ids[place]) for place in (0, 2, 4)}
    assert {row["person_id"] for row in table(out, "people")} == set(ids)
    assert "3 of 5 people with a pain condition stand here" in (out / "index.html").read_text(
        encoding="utf-8"
    )
    assert "Pages: 3; --people ID" in ended.out


def test_the_first_pages_are_of_those_who_stand_first(clinic: Path, ids: list[str], tmp_path: Path) -> None:
    assert assuage("review", clinic, "--out", tmp_path / "out", "--pages", "2").exit_code == 0
    assert pages(tmp_path / "out") == {person_file_name(person_id) for person_id in ids[:2]}
    both = ("--pages", "2", "--people", ids[3])
    assert assuage("review", clinic, "--out", tmp_path / "out", *both).exit_code == 0
    assert pages(tmp_path / "out") == {person_file_name(ids[place]) for place in (0, 1, 3)}


@pytest.mark.parametrize("engine", [Engine.PLAIN, Engine.DUCKDB])
def test_somebody_who_is_not_there_is_counted_and_not_named(
    clinic: Path, ids: list[str], tmp_path: Path, engine: Engine
) -> None:
    named = ("--people", "Quillfeather", "--people", ids[0], "--engine", str(engine))
    ended = assuage("review", clinic, "--out", tmp_path / "out", *named)
    assert ended.exit_code == 2
    assert "Of the 2 people named, 1 are not in the source" in ended.err
    assert "Quillfeather" not in ended.err
    assert not (tmp_path / "out" / "index.html").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--people", "7"), "Name it with --out"),
        (("--pages", "3"), "Name it with --out"),
        (("--people", "@nowhere.txt", "--out", "out"), "The file of people after @ can't be read"),
        (("--smallest-cell", "2"), "1 shows every count, 3 or more hide smaller ones"),
        (("--engine", "postgresql"), "give the URL of one as the source"),
    ],
)
def test_what_does_not_go_together_is_said(clinic: Path, arguments: tuple[str, ...], words: str) -> None:
    ended = assuage("review", clinic, *arguments)
    assert ended.exit_code == 2
    assert words in ended.err


def test_a_report_with_hidden_counts_gives_way_to_one_without(
    clinic: Path, ids: list[str], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    ended = assuage("review", clinic, "--out", out, "--smallest-cell", "10", "--json")
    assert {
        count for verdict in json.loads(ended.out)["verdicts"] for count in list(verdict.values())[1:]
    } <= {0, "<10"}
    assert json.loads(ended.out)["people_with_pain"] == "<10"
    assert (out / "people.html").exists()
    assert person_file_name(ids[0]) not in (out / "index.html").read_text(encoding="utf-8")
    assert assuage("review", clinic, "--out", out).exit_code == 0
    assert not (out / "people.html").exists()
    assert person_file_name(ids[0]) in (out / "index.html").read_text(encoding="utf-8")


def test_of_a_whole_health_system_the_first_have_pages_and_of_a_clinic_everyone() -> None:
    assert Pages().first_of(5_000, Engine.PLAIN) == 5_000
    assert Pages().first_of(5_000, Engine.DUCKDB) == FIRST_PAGES
    assert Pages(frozenset({"a"})).first_of(5_000, Engine.DUCKDB) == 0
    assert Pages(first=7).first_of(5_000, Engine.PLAIN) == 7
    assert Pages(first=0).first_of(5_000, Engine.PLAIN) == 0


def test_a_file_of_people_may_begin_with_the_mark_of_its_encoding(tmp_path: Path) -> None:
    (tmp_path / "ids.txt").write_bytes("é1\r\n 2 \r\n".encode("utf-8-sig"))
    assert named_people([f"@{tmp_path / 'ids.txt'}", "3"]) == {"é1", "2", "3"}


def test_a_file_of_people_in_another_encoding_is_said(tmp_path: Path) -> None:
    (tmp_path / "ids.txt").write_bytes("Quillfeather é".encode("latin-1"))
    with pytest.raises(UsageError, match="it is not UTF-8 text") as told:
        named_people([f"@{tmp_path / 'ids.txt'}"])
    assert "Quillfeather" not in str(told.value)
