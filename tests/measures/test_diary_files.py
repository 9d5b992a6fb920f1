"""Diaries as CSV and as FHIR: what is written reads back, and a bad row loses nothing but itself."""

from __future__ import annotations

import gzip
import json
from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assuage.answers import Answer
from assuage.errors import UnreadableInput
from assuage.measures.diary import DiaryEntry, Division, PainScale, RescueIntake, Side
from assuage.measures.diary_csv import COLUMNS, diary_from_csv, diary_to_csv, read_diary_csv
from assuage.measures.diary_fhir import diary_to_fhir, read_diary_fhir, write_diary_fhir
from assuage.records.history import History
from assuage.records.source import read_source
from assuage.records.store import histories
from measures.diaries import entries

FILE = Path("folder of somebody/diary.csv")
SHARED = Path(__file__).parents[2] / "../shared"


def read(text: str, person: str = "p"):
    return diary_from_csv(text, FILE, person_id=person)


unique = st.lists(entries(), max_size=8, unique=True)


@settings(max_examples=60)
@given(unique)
def test_csv_reads_back_what_was_written(made) -> None:
    found = diary_from_csv(diary_to_csv(made), FILE)
    assert found.problems == ()
    assert found.entries == tuple(made)
    assert found.rows == len(made)


@settings(max_examples=30, deadline=None)
@given(unique)
def test_fhir_reads_back_what_was_written(tmp_path_factory, made) -> None:
    file = tmp_path_factory.mktemp("fhir") / "diary.json"
    write_diary_fhir(made, file)
    found = read_diary_fhir(file)
    assert found.problems == ()
    assert found.entries == tuple(made)


@pytest.mark.long
@settings(max_examples=500, deadline=None)
@given(st.lists(entries(), max_size=20, unique=True))
def test_csv_reads_back_what_was_written_many_times(made) -> None:
    assert diary_from_csv(diary_to_csv(made), FILE).entries == tuple(made)


def test_every_field_has_its_column_and_reads_as_it_is_typed() -> None:
    text = (
        "person,time,pain,pain_scale,headache,migraine,attacks,attack_seconds,triggers,side,divisions,body_site,"
        "rescue,sleep_hours,side_effects,work_days_lost\n"
        "x1,2026-05-01T21:30+02:00,7.5,nrs_0_10,yes,no,12,45,chewing; cold wind,left,V2; V3,cheek,"
        "tramadol 50 mg x2; vitamin B12,6.5,none,0.5\n"
    )
    assert read(text).entries == (
        DiaryEntry(
            "x1",
            date(2026, 5, 1),
            time(21, 30),
            120,
            7.5,
            PainScale.NRS_0_10,
            Answer.YES,
            Answer.NO,
            12,
            45.0,
            ("chewing", "cold wind"),
            Side.LEFT,
            (Division.V2, Division.V3),
            "cheek",
            (RescueIntake("tramadol", 50.0, "mg", 2), RescueIntake("vitamin B12")),
            6.5,
            (),
            0.5,
        ),
    )


def test_empty_is_not_said_and_none_is_none() -> None:
    (silent, none) = read("time,attacks,rescue\n2026-05-01,1,\n2026-05-02,1,none\n").entries
    assert silent.rescue is None
    assert none.rescue == ()


def test_many_entries_a_day_stay_apart() -> None:
    text = "time,attacks\n" + "".join(f"2026-05-01T{hour:02d}:00,{hour}\n" for hour in range(24))
    assert [entry.attacks for entry in read(text).entries] == list(range(24))


@pytest.mark.parametrize(
    ("row", "column", "expected"),
    [
        ("2026-05-02,77,nrs_0_10,,,", "pain", "from 0 to 10"),
        ("2026-05-02,seven,nrs_0_10,,,", "pain", "with a point for decimals"),
        ("2026-05-02,-1,nrs_0_10,,,", "pain", "number"),
        ("2026-05-02,nan,nrs_0_10,,,", "pain", "number"),
        ("2026-05-02,1e1,nrs_0_10,,,", "pain", "number"),
        ("2026-05-02,5,,,,", "pain", "pain_scale"),
        ("2026-05-02,5,of ten,,,", "pain_scale", "nrs_0_100"),
        ("2026-05-02,,,1.5,,", "attacks", "whole number"),
        ("2026-05-02,,,,middle,", "side", "left, right, both"),
        ("2026-05-02,,,,,50 mg", "rescue", "tramadol 50 mg x2"),
        ("2026-05-02,,,,,tramadol x0", "rescue", "x1 to"),
    ],
)
def test_a_bad_cell_is_named_by_line_and_column_and_nothing_else_is_lost(row, column, expected) -> None:
    header = "time,pain,pain_scale,attacks,side,rescue,sleep_hours"
    text = f"{header}\n2026-05-01,,,3,,,8\n{row},7\n2026-05-03,,,4,,,6\n"
    found = read(text)
    assert column in [problem.column for problem in found.problems]
    (problem,) = [problem for problem in found.problems if problem.column == column]
    assert problem.place == "line 3"
    assert expected in problem.expected
    assert [entry.sleep_hours for entry in found.entries] == [8, 7, 6]


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("2026-13-02,1", "no day of the calendar"),
        ("yesterday,1", "not a date"),
        ("02/05/2026,1", "not a date"),
        ("0026-05-02,1", "a year that no diary has"),
        ("2026-05-02T25:00,1", "no time of the day"),
        ("2026-05-02T12:00+99:00,1", "no time zone"),
        (",1", "not a date"),
        ("2026-05-02,", "nothing is said"),
        ("2026-05-02,1,1", "more cells"),
    ],
)
def test_a_row_without_a_time_is_left_out_and_its_neighbours_stay(row, found) -> None:
    diary = read(f"time,attacks\n2026-05-01,3\n{row}\n2026-05-03,4\n")
    assert [entry.attacks for entry in diary.entries] == [3, 4]
    (problem,) = diary.problems
    assert (problem.place, problem.column) == ("line 3", None)
    assert found in problem.found
    assert diary.rows == 3


def test_a_row_without_a_person_is_left_out() -> None:
    diary = read("person,time,attacks\n,2026-05-01,1\nq,2026-05-01,2\n", person="")
    assert [entry.person_id for entry in diary.entries] == ["q"]
    assert "no person" in str(diary.problems[0])


def test_the_same_minute_twice_is_one_entry_but_two_on_one_day_are_two() -> None:
    times = ("2026-05-01T09:00", "2026-05-01T09:00", "2026-05-02", "2026-05-02")
    found = read("time,rescue\n" + "".join(f"{time},tramadol\n" for time in times))
    assert [entry.day.day for entry in found.entries] == [1, 2, 2]
    assert [(problem.place, problem.found) for problem in found.problems] == [
        ("line 3", "the row stands twice")
    ]


@settings(max_examples=40, deadline=None)
@given(st.lists(entries(), min_size=1, max_size=6, unique=True), st.data())
def test_spoiling_one_row_loses_no_other(of, data) -> None:
    lines = diary_to_csv(of).splitlines()
    spoiled = data.draw(st.integers(1, len(of)))
    lines[spoiled] = data.draw(st.sampled_from(["x,not a time", "x,2026-02-30,3", "x," + "," * 40, ",,,"]))
    found = diary_from_csv("\n".join(lines), FILE)
    kept = [entry for number, entry in enumerate(of, start=1) if number != spoiled]
    assert found.entries == tuple(kept)
    assert {problem.place for problem in found.problems} <= {f"line {spoiled + 1}"}


def test_no_value_of_the_file_is_in_a_problem() -> None:
    canary = "Quillfeather7766"
    rows = "".join(f"2026-05-01,{','.join([canary] * (len(COLUMNS) - 2))},{canary}\n" for _ in range(2))
    diary = read(f"time,{','.join(COLUMNS[2:])},person\n{rows}{canary},1\n")
    assert diary.problems
    assert canary not in "".join(map(str, diary.problems))
    assert "folder of somebody" not in "".join(map(str, diary.problems))


def test_columns_that_are_not_used_are_named() -> None:
    assert read("time,attacks,mood\n2026-05-01,1,low\n").unused_columns == ("mood",)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "no column time"),
        (b"pain\n3\n", "no column time"),
        (b"time,time\n", "stands twice"),
        (b"time,attacks\n2026-05-01,\xff\n", "not UTF-8"),
        (b'time,attacks\n2026-05-01,"3\n', "quote"),
    ],
)
def test_a_file_that_is_no_diary_is_refused_by_name(tmp_path, content, found) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(content)
    with pytest.raises(UnreadableInput, match=found) as refused:
        read_diary_csv(file)
    assert "x.csv" in str(refused.value)
    assert str(tmp_path) not in str(refused.value)


def test_a_file_that_is_not_there_is_said() -> None:
    with pytest.raises(UnreadableInput, match="can't be opened"):
        read_diary_csv(Path("nowhere.csv"))


def test_a_byte_order_mark_and_other_line_ends_do_not_matter(tmp_path) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes("\ufefftime,attacks\r\n2026-05-01,1\r\n\r\n".encode())
    assert [entry.attacks for entry in read_diary_csv(file, person_id="p").entries] == [1]


@given(st.text(max_size=300))
def test_any_text_is_a_diary_with_problems_or_is_refused(text) -> None:
    try:
        found = read("time,pain,pain_scale,rescue\n" + text)
    except UnreadableInput:
        return
    rows_lost = [problem for problem in found.problems if problem.column is None]
    assert found.rows == len(found.entries) + len(rows_lost)


# ---------------------------------------------------------------- FHIR


def made() -> DiaryEntry:
    return DiaryEntry(
        "p", date(2026, 5, 1), time(9), 120, 7.0, PainScale.NRS_0_10, rescue=(RescueIntake("tramadol"),)
    )


def test_an_hour_is_written_with_its_zone_or_not_at_all() -> None:
    zoned = diary_to_fhir([made()])["entry"][0]["resource"]
    assert zoned["effectiveDateTime"] == "2026-05-01T09:00:00+02:00"
    bare = DiaryEntry("p", date(2026, 5, 1), time(9), attacks=1)
    written = diary_to_fhir([bare])["entry"][0]["resource"]
    assert written["effectiveDateTime"] == "2026-05-01"
    assert written["component"][0]["valueTime"] == "09:00:00"


def test_pain_of_0_to_10_carries_its_loinc_code() -> None:
    (pain,) = [
        part
        for part in diary_to_fhir([made()])["entry"][0]["resource"]["component"]
        if part["code"]["coding"][0]["code"] == "pain"
    ]
    assert {"system": "http://loinc.org", "code": "72514-3"} in pain["code"]["coding"]


def test_other_readers_of_ours_see_the_pain_as_a_score(tmp_path) -> None:
    bundle = diary_to_fhir([made()])
    bundle["entry"].insert(0, {"resource": {"resourceType": "Patient", "id": "p"}})
    (tmp_path / "tables").mkdir()
    file = tmp_path / "diary.json"
    file.write_text(json.dumps(bundle))
    read_source(file, tmp_path / "tables")
    (person,) = histories(tmp_path / "tables")
    assert isinstance(person, History)
    assert [(score.instrument, score.low) for score in person.score] == [("nrs", 7)]


def test_an_observation_that_only_rates_pain_is_an_entry(tmp_path) -> None:
    rating = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "72514-3"}]},
        "subject": {"reference": "Patient/p"},
        "effectiveDateTime": "2026-05-01T09:00:00Z",
        "valueQuantity": {"value": 4},
    }
    file = tmp_path / "x.ndjson.gz"
    file.write_bytes(
        gzip.compress((json.dumps(rating) + "\n" + json.dumps({"resourceType": "Patient"})).encode())
    )
    found = read_diary_fhir(file)
    assert [(entry.pain, entry.pain_scale) for entry in found.entries] == [(4, PainScale.NRS_0_10)]
    assert (found.rows, found.others) == (1, 1)


def test_a_bad_component_is_named_by_its_entry_and_the_rest_stays(tmp_path) -> None:
    bundle = diary_to_fhir([made(), made()])
    for part in bundle["entry"][1]["resource"]["component"]:
        if part["code"]["coding"][0]["code"] == "pain":
            part["valueQuantity"]["value"] = 70
    file = tmp_path / "x.json"
    file.write_text(json.dumps(bundle))
    found = read_diary_fhir(file)
    assert [entry.pain for entry in found.entries] == [7, None]
    (problem,) = found.problems
    assert (problem.file, problem.place, problem.column) == ("x.json", "entry 2", "pain")


def test_one_entered_in_error_is_no_entry(tmp_path) -> None:
    bundle = diary_to_fhir([made()])
    bundle["entry"][0]["resource"]["status"] = "entered-in-error"
    file = tmp_path / "x.json"
    file.write_text(json.dumps(bundle))
    assert read_diary_fhir(file).entries == ()
