"""What the command line promises: help, JSON, exit codes, and one clear line for everything that is wrong."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
import typer

from assuage import __version__
from assuage.cli import app
from assuage.records.source import SourceKind, recognise
from assuage.resistance.definitions import DEFINITIONS
from assuage.workflows import made_up_clinic
from formats.made_up_people import AS_OF, Diagnosis, MadeUpPerson, refractory_face_pain, some_people
from formats.write_fhir import write_ndjson
from formats.write_history import write_files
from workflows.command_line import assuage, contents, pages, read_reasons, table

COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]
PUBLIC_GIBLEED = Path(__file__).parents[1] / "../shared/data/gibleed_omop53"
TWO_PEOPLE = [refractory_face_pain(1), refractory_face_pain(2)]


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    """A folder with the history files of two people whose face pain is refractory."""
    return write_files(tmp_path / "clinic", TWO_PEOPLE)


# ---------------------------------------------------------------- help and version


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str) -> None:
    ended = assuage(name, "--help")
    assert ended.exit_code == 0
    assert f"Example: assuage {name} " in " ".join(ended.out.split())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_argument_and_option_of_every_command_is_explained(name: str) -> None:
    assert all(parameter.help for parameter in COMMANDS[name].params)


def test_help_lists_every_command() -> None:
    ended = assuage("--help")
    assert ended.exit_code == 0
    assert all(name in ended.out for name in COMMANDS)


def test_version_prints_the_version() -> None:
    ended = assuage("--version")
    assert (ended.exit_code, ended.out) == (0, f"assuage {__version__}\n")


# ---------------------------------------------------------------- JSON


def test_a_review_as_json_has_its_documented_keys(clinic: Path, tmp_path: Path) -> None:
    ended = assuage("review", clinic, "--out", tmp_path / "out", "--json")
    summary = json.loads(ended.out)
    assert list(summary) == [
        "format",
        "version",
        "source_kind",
        "engine",
        "people_read",
        "people_with_pain",
        "verdicts",
        "read_report",
        "report",
    ]
    assert summary["format"] == "assuage-summary/1"
    assert (summary["source_kind"], summary["people_read"], summary["people_with_pain"]) == ("history", 2, 2)
    assert Path(summary["report"]).is_file()
    met = {one["definition"]: one["met"] for one in summary["verdicts"]}
    assert met["tn-ean2019"] == 2
    assert set(summary["read_report"][0]) == {"record_type", "read", "skipped", "reason", "example"}


def test_a_review_without_out_writes_nothing(
    clinic: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = assuage("review", clinic, "--json")
    assert json.loads(ended.out)["report"] is None
    assert [path.name for path in tmp_path.iterdir()] == ["clinic"]


def test_definitions_as_json_are_all_of_them() -> None:
    listed = json.loads(assuage("definitions", "--json").out)
    assert set(DEFINITIONS) <= set(json.dumps(listed).replace('"', " ").split())


@pytest.mark.parametrize("identity", DEFINITIONS)
def test_one_definition_is_shown_with_its_source(identity: str) -> None:
    as_json = assuage("definitions", identity, "--json")
    assert as_json.exit_code == 0
    assert identity in json.dumps(json.loads(as_json.out))
    in_words = assuage("definitions", identity)
    assert in_words.exit_code == 0
    assert in_words.out


def test_the_written_examples_are_reviewed_without_a_loss(tmp_path: Path) -> None:
    ended = assuage("review", made_up_clinic(), "--out", tmp_path / "out", "--json")
    summary = json.loads(ended.out)
    assert summary["people_with_pain"] == len(pages(tmp_path / "out")) == 12
    assert sum(line["skipped"] for line in summary["read_report"]) == 0


# ---------------------------------------------------------------- not a terminal


@pytest.mark.parametrize("arguments", [("review",), ("definitions",), ("definitions", "smith2012")])
def test_without_a_terminal_there_is_no_colour_and_no_progress(
    clinic: Path, arguments: tuple[str, ...]
) -> None:
    ended = assuage(*arguments, *([clinic] if arguments == ("review",) else []))
    assert ended.exit_code == 0
    assert "\x1b" not in ended.out
    assert ended.err == ""


def test_a_review_ends_with_a_table_and_the_path_of_the_report(clinic: Path, tmp_path: Path) -> None:
    out = assuage("review", clinic, "--out", tmp_path / "out").out
    assert "2 people read, 2 with a pain condition." in out
    assert "assuage supports decisions; it does not make them." in out
    assert out.splitlines()[-1] == f"Report: {tmp_path / 'out' / 'index.html'}"


# ---------------------------------------------------------------- exit 2: the command line is wrong


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--definition", "no-such-definition"), "There is no definition 'no-such-definition'. Known are: "),
        (("--as-of", "yesterday"), "not a date of the form YYYY-MM-DD"),
        (("--as-of", "2024-02-30"), "not a date of the form YYYY-MM-DD"),
        (("--as-of", "0001-01-01"), "not between 1800 and 2199"),
        (("--complete-from", "9999-12-31"), "not between 1800 and 2199"),
        (("--complete-from", "2024"), "not a date of the form YYYY-MM-DD"),
        (("--kind", "spreadsheet"), "spreadsheet"),
        (("--market", "Great Britain"), "two letters"),
        (("--no-such-option",), "--no-such-option"),
    ],
)
def test_a_wrong_option_is_named_and_ends_with_2(
    clinic: Path, arguments: tuple[str, ...], words: str
) -> None:
    ended = assuage("review", clinic, *arguments)
    assert ended.exit_code == 2
    assert words in " ".join(ended.err.replace("│", " ").split())
    assert ended.out == ""


@pytest.mark.parametrize(
    "arguments", [("review",), ("no-such-command",), ("definitions", "no-such-definition")]
)
def test_a_wrong_command_ends_with_2(arguments: tuple[str, ...]) -> None:
    assert assuage(*arguments).exit_code == 2


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_an_out_folder_that_cannot_be_written_ends_with_2(clinic: Path, tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("not a folder")
    ended = assuage("review", clinic, "--out", tmp_path / place)
    assert ended.exit_code == 2
    assert "The folder for the report can't be written" in ended.err
    assert "Name another with --out." in ended.err


# ---------------------------------------------------------------- exit 3: the input can't be read


def test_a_missing_path_ends_with_3(tmp_path: Path) -> None:
    ended = assuage("review", tmp_path / "nowhere")
    assert ended.exit_code == 3
    assert ended.err.startswith("assuage: nowhere: there is no such file or folder. Expected: ")


def test_a_path_that_the_system_refuses_ends_with_3(tmp_path: Path) -> None:
    ended = assuage("review", tmp_path / ("x" * 300))
    assert ended.exit_code == 3
    assert "it can't be opened: File name too long" in ended.err


@pytest.mark.parametrize("name", ["person", "drug_exposure"])
def test_a_table_written_in_parts_is_recognised_by_its_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "part-0.parquet").touch()
    assert recognise(tmp_path) is SourceKind.OMOP


def test_a_folder_named_like_a_table_that_holds_none_is_not_taken_for_one(tmp_path: Path) -> None:
    (tmp_path / "observation").mkdir()
    (tmp_path / "observation" / "part-0.ndjson").touch()
    assert recognise(tmp_path) is SourceKind.FHIR


def test_an_empty_folder_ends_with_3(tmp_path: Path) -> None:
    ended = assuage("review", tmp_path)
    assert ended.exit_code == 3
    assert "the folder is empty" in ended.err


@pytest.mark.parametrize("kind", [None, "fhir", "omop", "history"])
def test_a_folder_of_images_ends_with_3_whatever_it_is_said_to_be(tmp_path: Path, kind: str | None) -> None:
    for name in ("scan.png", "slice-001.dcm", "slice-002.dcm"):
        (tmp_path / name).write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    ended = assuage("review", tmp_path, *(("--kind", kind) if kind else ()))
    assert ended.exit_code == 3
    assert "Expected: " in ended.err


def test_what_went_wrong_leaves_no_report_behind(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assuage("review", tmp_path / "nowhere", "--out", out)
    assert not out.exists()


# ---------------------------------------------------------------- exit 4: nothing to review


def without_pain(number: int) -> MadeUpPerson:
    person = refractory_face_pain(number)
    return MadeUpPerson(**{**vars(person), "diagnoses": ()})


def test_a_source_without_pain_ends_with_4_and_still_writes_the_read_report(tmp_path: Path) -> None:
    source = write_ndjson(tmp_path / "fhir", [without_pain(1)])
    (source / "Account.ndjson").write_text('{"resourceType": "Account", "id": "1"}\n')
    ended = assuage("review", source, "--out", tmp_path / "out")
    assert ended.exit_code == 4
    assert ended.err.startswith("assuage: Nobody among the 1 people read has a pain condition")
    assert ("Account", "resource type not used") in read_reasons(tmp_path / "out")
    assert pages(tmp_path / "out") == set()


def test_a_public_source_of_people_without_pain_ends_with_4(tmp_path: Path) -> None:
    if not PUBLIC_GIBLEED.exists():
        pytest.skip("the public GiBleed data set is not beside the project")
    ended = assuage("review", PUBLIC_GIBLEED, "--out", tmp_path / "out")
    assert ended.exit_code == 4
    assert "Nobody among the 2694 people read" in ended.err
    assert sum(int(str(row["read"])) for row in table(tmp_path / "out", "read_report")) > 2694


# ---------------------------------------------------------------- options of a review


def test_a_second_review_into_the_same_folder_leaves_only_its_own_people(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assuage("review", write_files(tmp_path / "first", TWO_PEOPLE), "--out", out)
    first = pages(out)
    assuage("review", write_files(tmp_path / "second", [refractory_face_pain(3)]), "--out", out)
    assert len(first) == 2
    assert len(pages(out)) == 1
    assert not pages(out) & first
    assert [row["person_id"] for row in table(out, "people")] == ["3"]


def test_files_of_others_in_the_folder_are_left_alone(clinic: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "notes.txt").write_text("mine")
    assuage("review", clinic, "--out", out)
    assert (out / "notes.txt").read_text() == "mine"


def test_a_definition_that_is_named_is_the_only_one(clinic: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assuage("review", clinic, "--definition", "tn-ean2019", "--out", out)
    assert {row["definition"] for row in table(out, "verdicts")} == {"tn-ean2019"}
    assuage(
        "review", clinic, "--definition", "tn-ean2019", "--definition", "tn-convention-strict", "--out", out
    )
    assert {row["definition"] for row in table(out, "verdicts")} == {"tn-ean2019", "tn-convention-strict"}


@pytest.mark.parametrize("written", ["US", "us"])
def test_the_market_stands_with_the_verdicts_that_depend_on_it(tmp_path: Path, written: str) -> None:
    """What is sold where matters to the EHF's classes for migraine, not to trigeminal neuralgia."""
    face_pain, out = refractory_face_pain(1), tmp_path / "out"
    migraine = Diagnosis("chronic migraine", "G43.709", date(2020, 3, 1))
    people = [face_pain, MadeUpPerson(**{**vars(face_pain), "number": 2, "diagnoses": (migraine,)})]
    assuage("review", write_files(tmp_path / "clinic", people), "--market", written, "--out", out)
    markets = {row["definition"]: row["market"] for row in table(out, "verdicts")}
    assert (markets["tn-ean2019"], markets["ehf2020-resistant"]) == (None, "US")


def test_the_day_of_the_review_stands_with_every_verdict(clinic: Path, tmp_path: Path) -> None:
    assuage("review", clinic, "--as-of", "2024-08-01", "--out", tmp_path / "out")
    assert {row["as_of"] for row in table(tmp_path / "out", "verdicts")} == {date(2024, 8, 1)}


def test_on_the_day_before_the_diagnosis_there_is_nobody_to_review(clinic: Path) -> None:
    diagnosed = TWO_PEOPLE[0].diagnoses[0].since
    assert assuage("review", clinic, "--as-of", diagnosed.isoformat()).exit_code == 0
    the_day_before = date.fromordinal(diagnosed.toordinal() - 1)
    assert assuage("review", clinic, "--as-of", the_day_before.isoformat()).exit_code == 4


def test_records_said_to_be_complete_turn_what_is_absent_into_never_tried(tmp_path: Path) -> None:
    """Without it, drugs that are not on record may have failed elsewhere: unknown, not "not met"."""
    one_drug = refractory_face_pain(1)
    one_drug = MadeUpPerson(**{**vars(one_drug), "courses": one_drug.courses[:1]})
    source = write_files(tmp_path / "clinic", [one_drug])

    def strict_verdict(*arguments: str) -> object:
        assuage(
            "review", source, "--definition", "tn-convention-strict", "--out", tmp_path / "out", *arguments
        )
        (row,) = table(tmp_path / "out", "verdicts")
        return row["verdict"]

    assert strict_verdict() == "unknown"
    assert strict_verdict("--complete-from", "1961-01-01") == "not_met"


def test_a_review_of_many_people_gives_a_page_and_a_row_for_each(tmp_path: Path) -> None:
    people = some_people(12)
    out = tmp_path / "out"
    ended = assuage(
        "review", write_ndjson(tmp_path / "fhir", people), "--as-of", AS_OF.isoformat(), "--out", out
    )
    assert ended.exit_code == 0
    assert len(pages(out)) == len(table(out, "people")) == 12
    named = [path for path in contents(out) if any(str(person.number) in path for person in people)]
    assert named == [], "no id in a file name"


# ---------------------------------------------------------------- made-up people


@pytest.mark.parametrize(
    ("format_name", "kind"), [("fhir", "fhir"), ("omop", "omop"), ("history", "history")]
)
def test_made_up_people_are_written_in_a_format_that_is_recognised(
    tmp_path: Path, format_name: str, kind: str
) -> None:
    ended = assuage("synth", "--people", "5", "--format", format_name, "--out", str(tmp_path))
    assert ended.exit_code == 0
    assert recognise(tmp_path / "records") is SourceKind(kind)
    assert (tmp_path / "truth.parquet").is_file()


@pytest.mark.parametrize(
    "options", [["--format", "xml"], ["--completeness", "2"], ["--people", "0"], ["--seed", "-1"]]
)
def test_made_up_people_that_cannot_be_made_are_a_wrong_command_line(
    tmp_path: Path, options: list[str]
) -> None:
    assert assuage("synth", "--people", "2", "--out", str(tmp_path), *options).exit_code == 2


def test_records_that_are_there_already_are_not_written_over(tmp_path: Path) -> None:
    assert assuage("synth", "--people", "2", "--out", str(tmp_path)).exit_code == 0
    before = contents(tmp_path)
    assert assuage("synth", "--people", "3", "--out", str(tmp_path)).exit_code == 2
    assert contents(tmp_path) == before


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a small demo."""
    out = tmp_path_factory.mktemp("demo")
    ended = assuage("demo", "--people", "150", "--out", out)
    assert ended.exit_code == 0
    assert "150 people read" in ended.out
    return out


def test_the_demo_opens_with_people_whose_verdict_waits(demo: Path) -> None:
    held_back = {one["person_id"] for one in table(demo, "verdicts") if one["held_back_by"]}
    urgent = [one for one in table(demo, "flags") if one["urgency"] == "urgent" and one["state"] == "open"]
    assert held_back
    assert urgent
    assert "Most urgent first" in (demo / "index.html").read_text(encoding="utf-8")


def test_the_records_of_the_demo_have_gaps(demo: Path) -> None:
    words = {one["verdict"] for one in table(demo, "verdicts")}
    assert words == {"met", "not_met", "unknown"}
    assert any(one["missing"] for one in table(demo, "verdicts"))


@pytest.mark.long
def test_the_demo_is_a_clinic_of_two_thousand(tmp_path: Path) -> None:
    assert json.loads(assuage("demo", "--out", tmp_path, "--json").out)["people_read"] == 2000
