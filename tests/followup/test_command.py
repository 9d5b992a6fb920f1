"""`assuage followup`: what it prints, writes and refuses."""

from __future__ import annotations

import json
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from assuage.followup import follow_up
from assuage.measures.diary_csv import diary_to_csv
from assuage.measures.diary_fhir import write_diary_fhir
from assuage.report.followup_chart import followup_chart
from assuage.report.followup_page import followup_page
from assuage.report.followup_rows import reading_rows
from assuage.report.wording import words
from assuage.workflows import made_up_clinic
from followup.people import LATER, TREATED, pain_diary, person, score
from workflows.command_line import assuage

FUS = made_up_clinic() / "12-nerve-pain-after-focused-ultrasound.history.yaml"
HISTORY = """
written_on: 2026-12-31
person: {id: Quillfeather}
diagnoses:
  - {name: painful diabetic neuropathy, since: 2020}
treatments:
  - {drug: duloxetine, for: painful diabetic neuropathy, dose: 60 mg/d, from: 2026-03-01, ongoing: yes}
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    file = tmp_path / "one.history.yaml"
    file.write_text(HISTORY)
    return file


@pytest.fixture
def diary(tmp_path: Path) -> Path:
    made = pain_diary(lambda day: 8.0 if day < 28 else 4.0, TREATED - timedelta(days=28), 84)
    file = tmp_path / "diary.csv"
    text = diary_to_csv(made).replace("\na,", "\nQuillfeather,")
    file.write_text(text + "Quillfeather,2026-04-01T99:00\n")
    return file


def test_one_person_is_printed_in_full() -> None:
    ended = assuage("followup", FUS, "--person", "demo-12", "--json")
    found = json.loads(ended.out)
    assert ended.exit_code == 0
    assert found["format"] == "assuage-followup/1"
    assert {each["instrument"]: each["reason_code"] for each in found["person"]["outcomes"]} == {
        "nrs": "no_baseline",
        "paindetect": "change_from_baseline",
    }
    printed = assuage("followup", FUS, "--person", "demo-12").out
    assert "Counted from the procedure" in printed
    assert "assuage supports decisions" in printed


def test_everybody_is_counted() -> None:
    found = json.loads(assuage("followup", made_up_clinic(), "--json").out)
    assert found["person"] is None
    assert found["people"] > 5
    for count in found["instruments"]:
        assert count["with_change"] + sum(count["not_computable"].values()) == count["outcomes"]
    assert {curve["procedure"] for curve in found["relapses"]}
    assert assuage("followup", made_up_clinic()).exit_code == 0


def test_a_diary_beside_the_records_gives_the_baseline(source: Path, diary: Path) -> None:
    ended = assuage("followup", source, "--person", "Quillfeather", "--diary", diary, "--json")
    found = json.loads(ended.out)
    (outcome,) = found["person"]["outcomes"]
    assert outcome["change"]["points"] == [-4, -4]
    assert len(found["person"]["months"]) == 3
    (problem,) = found["problems"]
    assert problem.startswith("diary.csv, line 86: time")


def test_a_diary_in_fhir_gives_the_same_outcomes_as_in_csv(source: Path, diary: Path, tmp_path: Path) -> None:
    made = pain_diary(lambda day: 8.0 if day < 28 else 4.0, TREATED - timedelta(days=28), 84)
    write_diary_fhir(made, tmp_path / "diary.json")
    file = tmp_path / "renamed.json"
    file.write_text((tmp_path / "diary.json").read_text().replace("Patient/a", "Patient/Quillfeather"))
    of_csv, of_fhir = (
        json.loads(assuage("followup", source, "--person", "Quillfeather", "--diary", path, "--json").out)
        for path in (diary, file)
    )
    assert of_csv["person"] == of_fhir["person"]


def test_a_diary_without_names_belongs_to_the_only_person(source: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text("time,pain,pain_scale\n2026-04-01,4,nrs_0_10\n")
    found = json.loads(assuage("followup", source, "--diary", file, "--json").out)
    assert (found["people"], found["problems"]) == (1, [])


def test_entries_of_somebody_else_are_counted_and_not_named(source: Path, tmp_path: Path) -> None:
    file = tmp_path / "other.csv"
    file.write_text(
        "person,time,pain,pain_scale\nNobody99,2026-04-01,4,nrs_0_10\nQuillfeather,2026-04-01,4,nrs_0_10\n"
    )
    ended = assuage("followup", source, "--diary", file)
    assert "1 people of the diary are not in the source" in ended.out
    assert "Nobody99" not in ended.out


def test_pages_are_written_without_an_id_in_their_names(source: Path, diary: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ended = assuage("followup", source, "--diary", diary, "--out", out)
    assert ended.exit_code == 0
    (page,) = (out / "followup").glob("*.html")
    assert "quillfeather" not in page.name.lower()
    assert (out / "assets" / "assuage.css").is_file()
    assert "Quillfeather" not in ended.out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["nowhere.history.yaml"], 3, "no such file"),
        ([FUS, "--person", "Quillfeather7766"], 4, "nothing to follow up"),
        ([FUS, "--diary", "nowhere.csv"], 3, "can't be opened"),
        ([FUS, "--since", "yesterday"], 2, "YYYY-MM-DD"),
    ],
)
def test_what_cannot_be_done_is_said_and_names_nobody(arguments, code, said) -> None:
    ended = assuage("followup", *arguments)
    assert ended.exit_code == code
    assert said in " ".join(ended.err.split())
    assert "Quillfeather7766" not in ended.err + ended.out


# ---------------------------------------------------------------- the page and its chart


class Tags(HTMLParser):
    """The tags of a page that must not be there, and how often each element stands in it."""

    def __init__(self) -> None:
        super().__init__()
        self.count: dict[str, int] = {}
        self.handlers: list[str] = []

    def handle_starttag(self, tag, attrs) -> None:
        self.count[tag] = self.count.get(tag, 0) + 1
        self.handlers += [name for name, _ in attrs if name.startswith("on") or name == "style"]


def followed():
    diary = pain_diary(
        lambda day: None if 30 < day < 45 else 8.0 if day < 28 else 4.0, TREATED - timedelta(days=28), 112
    )
    rows = (
        score("paindetect", 20, "2026-02-01"),
        score("paindetect", 12, "2026-06", 14),
        score("dn4", 4, None),
    )
    return follow_up(person(*rows), as_of=LATER, diary=diary)


def test_every_mark_of_the_chart_has_its_row_in_the_table() -> None:
    found = followed()
    chart, rows = followup_chart(found, words()), reading_rows(found, words())
    marks = [mark.words for panel in chart.panels for mark in panel.marks]
    for words_of_mark in marks:
        assert any(
            row.name in words_of_mark and row.value in words_of_mark and row.when in words_of_mark
            for row in rows
        )
    undated = [row for row in rows if row.when == "undated"]
    assert len(rows) == len(marks) + len(undated)
    assert undated


def test_everything_drawn_lies_on_the_drawing() -> None:
    chart = followup_chart(followed(), words())
    for panel in chart.panels:
        for mark in panel.marks:
            assert 0 <= mark.x <= 100
            assert 0 <= mark.y_high <= mark.y <= mark.y_low <= chart.height
    assert 0 <= chart.since_x <= 100


def test_a_follow_up_without_dates_draws_nothing_and_says_so() -> None:
    found = follow_up(person(score("nrs", 5, None), treated=None), as_of=date(2026, 1, 1))
    assert not followup_chart(found, words()).drawn
    assert "no time axis to draw" in followup_page(found)


def test_the_page_has_no_script_no_handler_and_no_style_of_its_own() -> None:
    page = Tags()
    page.feed(followup_page(followed()))
    assert "script" not in page.count
    assert "style" not in page.count
    assert page.handlers == []
    assert page.count["svg"] == 1
    assert page.count["table"] == 3


def test_the_page_marks_an_insufficient_month_and_says_what_is_missing() -> None:
    page = followup_page(followed())
    assert "insufficient" in page
    assert "No baseline, no percentage" in page


def test_text_of_a_diary_cannot_act_on_the_page() -> None:
    page = followup_page(followed(), problems=("<script>alert(1)</script>",))
    assert "<script>" not in page
