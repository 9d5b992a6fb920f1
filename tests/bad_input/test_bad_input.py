"""Every named bad input through the real command line: alone, and beside good records.

One row each: what the run ends with when the bad input is all there is and the words that it then says,
and the line of the read report when it lies beside good records, which are reviewed all the same. The
files lie in `fhir` and `history`; what no text file can hold is in `damages`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from bad_input import damages
from formats.made_up_people import AS_OF, refractory_face_pain
from formats.write_fhir import write_ndjson
from formats.write_history import write_files
from formats.write_omop import write_cdm
from workflows.command_line import Ended, assuage, read_reasons, table

HERE = Path(__file__).parent
NOBODY = "has a pain condition that assuage knows. The read report says"
NO_FHIR = "no FHIR resource could be read"
HEAD = "mend this line: what stands at the head of the file bears on all the rest"


class Row(NamedTuple):
    """`bad` is a file in this folder, or a function in `damages`; `report` is a line of the read report."""

    bad: str | Callable[[Path], None]
    exit_code: int
    words: str
    report: tuple[str, str] | None

    @property
    def name(self) -> str:
        return self.bad if isinstance(self.bad, str) else self.bad.__name__


FHIR = [
    Row("half_a_json_line.ndjson", 4, NOBODY, ("line", "not JSON")),
    Row("latin1_bytes.ndjson", 3, f"{NO_FHIR} (not UTF-8 text)", ("line", "not UTF-8 text")),
    Row(
        "end_before_start.ndjson",
        4,
        NOBODY,
        ("MedicationStatement.effectivePeriod", "end before start: end left unknown"),
    ),
    Row(
        "negative_dose.ndjson", 4, NOBODY, ("MedicationRequest.dosage", "zero or negative: dose left unknown")
    ),
    Row("dose_in_grams.ndjson", 4, NOBODY, None),
    Row(
        "unit_and_code_disagree.ndjson",
        4,
        NOBODY,
        ("MedicationRequest.dosage", "unit and unit code disagree: dose left unknown"),
    ),
    Row("unknown_code_systems.ndjson", 4, NOBODY, ("Condition", "condition outside the codelists")),
    Row("identical_twice.ndjson", 4, NOBODY, ("MedicationRequest", "duplicate")),
    Row(
        "one_id_two_contents.ndjson",
        4,
        NOBODY,
        ("MedicationRequest", "same id, other content: the newer version is kept"),
    ),
    Row("person_nowhere.ndjson", 4, NOBODY, ("MedicationRequest", "person reference to nowhere")),
    Row(
        "medication_nowhere.ndjson",
        4,
        NOBODY,
        ("MedicationRequest", "medication reference to nowhere, and no printed name of a drug of ours"),
    ),
    Row("not_a_number.ndjson", 3, NO_FHIR, ("line", "NaN or Infinity, which JSON does not have")),
    Row("no_resource_type.ndjson", 3, NO_FHIR, ("resource", "no resource type of FHIR R4")),
    Row("entry_without_resource.json", 4, NOBODY, ("entry", "Bundle entry without a resource")),
    Row("bundle_cut_off.json", 4, NOBODY, ("file", "file is cut off or damaged from here on")),
    Row("empty.ndjson", 3, f"{NO_FHIR} (empty file)", ("file", "empty file")),
    Row("byte_order_mark.ndjson", 4, NOBODY, None),
    Row(
        "before_birth_and_after_death.ndjson",
        0,
        "",
        ("MedicationRequest.authoredOn", "before birth: left unknown"),
    ),
    Row("impossible_days.ndjson", 4, NOBODY, ("Condition.onsetDateTime", "not a date: left unknown")),
    Row("entered_in_error.ndjson", 4, NOBODY, ("Condition", "entered in error")),
    Row("score_out_of_range.ndjson", 4, NOBODY, ("Observation", "value outside the instrument's range")),
    Row("page.json", 3, f"{NO_FHIR} (not JSON)", ("file", "not JSON")),
    Row(damages.gzip_cut_off, 0, "", ("file", "file is cut off or damaged from here on")),
    Row(damages.plain_text_called_gzip, 3, NO_FHIR, ("file", "file is cut off or damaged from here on")),
    Row(damages.line_of_50_mb, 3, f"{NO_FHIR} (larger than 16 MB)", ("line", "larger than 16 MB")),
    Row(damages.two_byte_text, 3, NO_FHIR, ("line", "not UTF-8 text")),
    Row(damages.nested_without_end, 3, NO_FHIR, ("line", "nested too deep, or a number out of range")),
    Row(damages.picture_called_ndjson, 3, NO_FHIR, ("line", "not UTF-8 text")),
    Row(
        damages.picture_beside, 3, "nothing here is of a kind that assuage reads", ("file", "not a FHIR file")
    ),
    Row(
        damages.days_at_the_ends_of_the_calendar,
        0,
        "",
        ("MedicationStatement.effectivePeriod.end", "not a date: left unknown"),
    ),
    Row(damages.everything_of_another_type, 4, NOBODY, ("Condition", "no id")),
    Row(damages.half_a_letter, 3, f"{NO_FHIR} (not JSON)", ("line", "not JSON")),
]

HISTORY = [
    Row(
        "alias_bomb",
        3,
        "line 2: an anchor (&) or a tag (!) is set",
        ("history file", "an anchor (&) or a tag (!) is set"),
    ),
    Row(
        "indented_with_a_tab",
        3,
        "What to do: replace the tab by spaces",
        ("history file", "the line is indented with a tab"),
    ),
    Row(
        "key_stands_twice",
        3,
        "line 5: a key stands twice",
        ("history file", "a key stands twice in one entry"),
    ),
    Row(
        "unknown_key_at_the_head",
        3,
        HEAD,
        ("history file", "a key that does not exist here: perhaps `treatments` is meant"),
    ),
    Row("not_utf8", 3, "save it again as UTF-8", ("history file", "the file is not UTF-8 text")),
    Row("empty", 3, "the file is empty", ("history file", "the file is empty")),
    Row("picture_renamed", 3, "the file is not text", ("history file", "the file is not text")),
    Row(
        "list_at_the_top",
        3,
        "the file does not begin with keys",
        ("history file", "the file does not begin with keys"),
    ),
    Row("nested_too_deep", 3, "nested too deep", ("history file", "the entries are nested too deep")),
    Row("two_people_in_one_file", 3, "one person in each file", ("history file", "a second document begins")),
    Row("written_on_missing", 3, HEAD, ("history file", "written_on: `written_on` is missing")),
    Row(
        "quote_left_open",
        3,
        "line 5: the text is not valid YAML here",
        ("history file", "the text is not valid YAML here"),
    ),
    Row(
        "unknown_key_in_a_treatment",
        0,
        "",
        ("treatments", "a key that does not exist here: perhaps `dose` is meant"),
    ),
    Row("end_before_start", 0, "", ("treatments", "`to`: the end lies before the start")),
    Row(
        "dose_in_words",
        0,
        "",
        (
            "treatments",
            '`dose`: expected a dose such as "600 mg/d", "140 mg/28d", "25 ug/h" or "155 U/session"',
        ),
    ),
    Row(
        "relative_date_still_to_come",
        0,
        "",
        ("treatments", '`from`: expected a date (2021, 2021-03 or 2021-03-15), or "15 months before"'),
    ),
    Row("negative_dose", 0, "", ("treatments", "`dose`: a dose can't be negative")),
    Row("date_still_to_come", 0, "", ("treatments", "`from`: the date lies after written_on")),
    Row("drug_nobody_knows", 0, "", ("treatments", "`drug`: drug outside the formulary")),
    Row("dose_in_grams", 0, "", None),
    Row(
        damages.text_of_3_mb,
        3,
        "larger than",
        ("history file", "the file is larger than a history typed by hand can be"),
    ),
    Row(damages.file_of_nobody, 3, "export.history.yaml", None),
    Row(damages.same_person_twice, 0, "", ("history file", "person: another file is about the same person")),
    Row(
        damages.letter_beside,
        3,
        "nothing here is of a kind that assuage reads",
        ("other file", "its name does not end in .history.yaml"),
    ),
]

OMOP = [
    Row(damages.no_person_table, 3, "there is no person table", None),
    Row(damages.person_columns_renamed, 3, "person.csv, person: there is no column person_id", None),
    Row(damages.quotation_mark_left_open, 3, "a quotation mark is opened and not closed", None),
    Row(
        damages.omop_gzip_cut_off, 3, "drug_exposure.csv.gz: the compressed file is damaged or cut off", None
    ),
    Row(
        damages.picture_called_parquet,
        3,
        "drug_exposure.parquet, drug_exposure: this is not a whole Parquet file",
        None,
    ),
]


def named(rows: list[Row]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("row", rows, ids=[row.name for row in rows])


def put(row: Row, kind: str, folder: Path) -> Path:
    """The bad input in a folder, which is made where it is not there."""
    folder.mkdir(exist_ok=True)
    if callable(row.bad):
        row.bad(folder)
    else:
        ending = ".history.yaml" if kind == "history" else ""
        shutil.copy(HERE / kind / f"{row.bad}{ending}", folder)
    return folder


def check_message(ended: Ended, row: Row) -> None:
    assert ended.exit_code == row.exit_code
    assert row.words in ended.err
    assert ended.err.count("\n") <= 1, "one line, no traceback"


def check_beside(ended: Ended, out: Path, row: Row, good: str) -> None:
    assert (ended.exit_code, ended.err) == (0, "")
    assert good in {person["person_id"] for person in table(out, "people")}
    assert row.report is None or row.report in read_reasons(out)


@named(FHIR)
def test_a_bad_fhir_file_alone(tmp_path: Path, row: Row) -> None:
    check_message(assuage("review", put(row, "fhir", tmp_path / "bad"), "--out", tmp_path / "out"), row)


@named(FHIR)
def test_a_bad_fhir_file_beside_a_good_one(tmp_path: Path, row: Row) -> None:
    source = put(row, "fhir", tmp_path / "mixed")
    shutil.copy(HERE / "fhir" / "good.ndjson", source)
    check_beside(assuage("review", source, "--out", tmp_path / "out"), tmp_path / "out", row, "made-up-1")


@named(HISTORY)
def test_a_bad_history_file_alone(tmp_path: Path, row: Row) -> None:
    check_message(assuage("review", put(row, "history", tmp_path / "bad"), "--out", tmp_path / "out"), row)


@named(HISTORY)
def test_a_bad_history_file_beside_a_good_one(tmp_path: Path, row: Row) -> None:
    source = put(row, "history", write_files(tmp_path / "mixed", [refractory_face_pain(1)]))
    check_beside(assuage("review", source, "--out", tmp_path / "out"), tmp_path / "out", row, "1")


@named(OMOP)
def test_a_cdm_that_cannot_be_read_as_a_whole(tmp_path: Path, row: Row) -> None:
    """A table is one record of many people: half of it is not to be taken for the whole."""
    source = put(row, "omop", write_cdm(tmp_path / "cdm", [refractory_face_pain(1)]))
    check_message(assuage("review", source, "--out", tmp_path / "out"), row)


def test_a_picture_called_duckdb(tmp_path: Path) -> None:
    damages.picture_called_duckdb(tmp_path)
    ended = assuage("review", tmp_path / "cdm.duckdb")
    assert ended.exit_code == 3
    assert ended.err.startswith("assuage: cdm.duckdb: this is not a DuckDB file that can be opened")


BAD_OMOP_ROWS = {
    "end before start": (
        "drug_exposure",
        "91,1,2000000001,2024-03-01,,2024-02-01,,60,,carbamazepine",
        "the end is before the start",
    ),
    "negative quantity": (
        "drug_exposure",
        "92,1,2000000001,2018-03-01,,,,-60,30,carbamazepine",
        "below 0, not a number, or over 100 a day of supply: left unknown",
    ),
    "a supply of two hundred years": (
        "drug_exposure",
        "93,1,2000000001,2018-06-01,,,,60,73000,carbamazepine",
        "not a whole number of days from 0 to 100 years: left unknown",
    ),
    "a concept nobody has": (
        "drug_exposure",
        "94,1,999999999,2018-03-01,,,,60,30,",
        "drug outside the formulary: its concept is not in the concept table",
    ),
    "a person nowhere": (
        "drug_exposure",
        "95,77,2000000001,2018-03-01,,,,60,30,carbamazepine",
        "the person is not in the person table",
    ),
    "a day that no calendar has": (
        "drug_exposure",
        "96,1,2000000001,2018-02-30,,,,60,30,carbamazepine",
        "drug_exposure_start_date is not a date YYYY-MM-DD between 1800 and 2199",
    ),
    "the last day of the calendar": (
        "drug_exposure",
        "97,1,2000000001,9999-12-31,,,,60,30,carbamazepine",
        "drug_exposure_start_date is not a date YYYY-MM-DD between 1800 and 2199",
    ),
    "half a line": ("drug_exposure", "98,1", "not a whole line: missing columns"),
    "the same row twice": ("condition_occurrence", "1,1,2000001000,2022-11-02,G50.0", "the same row again"),
    "a diagnosis without a code": (
        "condition_occurrence",
        "99,1,0,2022-11-02,",
        "condition outside the codelists: concept 0",
    ),
    "a score beyond its scale": (
        "measurement",
        "99,1,2000002000,2024-05-05,80,nrs",
        "value outside the instrument's range",
    ),
    "a score in words": ("measurement", "98,1,2000002000,2024-05-06,eight,nrs", "no numeric value"),
}


@pytest.fixture(scope="module")
def reviewed_omop(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ended, Path]:
    """One CDM with every bad row beside one person's good ones: opening a CDM takes seconds."""
    folder = tmp_path_factory.mktemp("rows")
    source = write_cdm(folder / "cdm", [refractory_face_pain(1)])
    for name, line, _ in BAD_OMOP_ROWS.values():
        path = source / f"{name}.csv"
        path.write_text(f"{path.read_text().rstrip()}\n{line}\n")
    ended = assuage("review", source, "--as-of", AS_OF.isoformat(), "--out", folder / "out")
    return ended, folder / "out"


@pytest.mark.parametrize("name", BAD_OMOP_ROWS)
def test_a_bad_omop_row_is_a_line_of_the_read_report(reviewed_omop: tuple[Ended, Path], name: str) -> None:
    _, out = reviewed_omop
    record_type, _, reason = BAD_OMOP_ROWS[name]
    assert reason in {found for kind, found in read_reasons(out) if str(kind).startswith(record_type)}


def test_beside_bad_omop_rows_the_good_ones_are_reviewed(reviewed_omop: tuple[Ended, Path]) -> None:
    ended, out = reviewed_omop
    assert (ended.exit_code, ended.err) == (0, "")
    trials = {(row["treatment"], row["start"], row["peak_dose"], row["end"]) for row in table(out, "trials")}
    good = {
        ("carbamazepine", "2023-01-09", 1200.0, "2023-07-07"),
        ("oxcarbazepine", "2024-01-08", 1800.0, "2024-07-05"),
    }
    assert good <= trials
    assert "tn-ean2019" in {row["definition"] for row in table(out, "verdicts")}


def test_every_bad_file_that_lies_here_has_its_row() -> None:
    for kind, rows in (("fhir", FHIR), ("history", HISTORY)):
        lying = {
            path.name for path in (HERE / kind).iterdir() if path.suffix in (".json", ".ndjson", ".yaml")
        }
        names = {row.name.removesuffix(".history.yaml") for row in rows if isinstance(row.bad, str)}
        assert {name.removesuffix(".history.yaml") for name in lying} - {"good.ndjson"} == names


@pytest.mark.parametrize("write", [write_ndjson, write_files])
def test_a_good_source_says_nothing_on_standard_error(tmp_path: Path, write: Callable[..., Path]) -> None:
    ended = assuage("review", write(tmp_path / "good", [refractory_face_pain(1)]))
    assert (ended.exit_code, ended.err) == (0, "")
