"""A session from the command line: replayed, summed up, entered line by line, refused with every reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assuage.errors import UsageError
from assuage.ultrasound.session import SessionLog, SessionOpened, Stage, read_log
from assuage.ultrasound.session.entries import ENTRY
from assuage.ultrasound.session.rehearsal import REHEARSED
from assuage.workflows.sessions import session_fhir
from assuage.workflows.ultrasound_session import read_session
from ultrasound.session.scripts import Script, good_session
from workflows.sound_command import fus

EXAMPLE = Path(__file__).parents[2] / "examples" / "two-sides.session.yaml"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "a.session.jsonl"
    return written(path, good_session())


def lines(entries: list) -> str:
    return "".join(ENTRY.dump_json(entry).decode() + "\n" for entry in entries)


def entered(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "entries.jsonl"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_log_becomes_a_table_and_a_page(log: Path, tmp_path: Path, capsys) -> None:
    assert fus(["session", str(log), "--out", str(tmp_path / "out")]) == 0
    said = capsys.readouterr().out
    assert "19.0 kJ" in said
    assert "not for driving a device" in said
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"session.html", "assets"}


def test_a_session_written_by_hand_becomes_a_fhir_procedure(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert fus(["session", str(EXAMPLE), "--out", str(out), "--person-reference", "Patient/x"]) == 0
    resource = json.loads((out / "procedure.json").read_text(encoding="utf-8"))
    assert resource["resourceType"] == "Procedure"
    assert resource["subject"] == {"reference": "Patient/x"}
    assert "Patient/x" not in (out / "session.html").read_text(encoding="utf-8")


def test_a_torn_last_line_is_said_and_left_out(log: Path, capsys) -> None:
    whole = log.read_bytes()
    log.write_bytes(whole + b'{"check":"torn')
    assert fus(["session", str(log)]) == 0
    assert "torn (14 bytes)" in " ".join(capsys.readouterr().out.split())
    assert read_session(log).entries == read_log(log).entries


def test_each_entry_is_acknowledged_by_its_number_once_it_is_in_the_log(tmp_path: Path, capsys) -> None:
    log = tmp_path / "a.session.jsonl"
    assert fus(["session-add", str(log), str(entered(tmp_path, lines(good_session())))]) == 0
    assert capsys.readouterr().out.split() == [str(n) for n in range(1, len(good_session()) + 1)]
    assert list(read_log(log).entries) == good_session()


def test_a_refusal_gives_every_reason_ends_with_2_and_keeps_what_was_entered(tmp_path: Path, capsys) -> None:
    script = Script()
    entries = [script.opened(), script.target(), script.planned(1, Stage.ABLATE)]
    log = tmp_path / "a.session.jsonl"
    assert fus(["session-add", str(log), str(entered(tmp_path, lines(entries)))]) == 2
    printed = capsys.readouterr()
    assert printed.out.split() == ["1", "2"]
    assert "- the focus is not aligned at this place" in printed.err
    assert "- the place is not verified" in printed.err
    assert list(read_log(log).entries) == entries[:2]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("surname", "it is no JSON"),
        ('{"kind": "surname"}', "there is no such kind"),
        ('{"at": "2026-03-02T09:00:00Z"}', "kind is missing"),
        ('{"kind": "stopped", "at": "2026-03-02T09:00:00Z", "by": "n"}', "reason"),
        ('{"kind": "stopped", "at": "surname", "by": "n", "reason": "r"}', "stopped.at"),
    ],
)
def test_a_line_that_is_no_entry_ends_with_3_names_the_line_and_no_value(
    tmp_path: Path, capsys, line: str, words: str
) -> None:
    log = tmp_path / "a.session.jsonl"
    text = lines([Script().opened()]) + line + "\n"
    assert fus(["session-add", str(log), str(entered(tmp_path, text))]) == 3
    said = " ".join(capsys.readouterr().err.split())
    assert "entries.jsonl, line 2" in said
    assert words in said
    assert "surname" not in said
    assert len(read_log(log).entries) == 1


def test_markup_in_a_session_is_printed_and_not_obeyed(tmp_path: Path, capsys) -> None:
    letter = tmp_path / "b.session.yaml"
    letter.write_text("day: 2022-07-14\ntargets: [{target: '[b]x[/b]'}]\n", encoding="utf-8")
    assert fus(["session", str(letter)]) == 0
    assert "[b]x[/b]" in capsys.readouterr().out


def written(path: Path, entries: list) -> Path:
    with SessionLog(path) as opened:
        opened.add_all(entries)
    return path


def test_a_session_in_which_nothing_was_delivered_is_no_procedure(tmp_path: Path) -> None:
    script = Script()
    log = written(
        tmp_path / "a.session.jsonl", [script.opened(), script.target(), script.planned(1, Stage.ALIGN)]
    )
    with pytest.raises(UsageError, match="nothing was delivered"):
        session_fhir(read_session(log).summary, "Patient/x")


def test_a_rehearsed_session_is_no_procedure(tmp_path: Path, capsys) -> None:
    opened = SessionOpened(**{**Script().made(), "by": REHEARSED}, session="s")
    log = written(tmp_path / "a.session.jsonl", [opened])
    out = tmp_path / "out"
    assert fus(["session", str(log), "--out", str(out), "--person-reference", "Patient/x"]) == 2
    assert "rehearsed, not delivered" in " ".join(capsys.readouterr().err.split())
    assert not out.exists()


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [("a.txt", 2, "must end with"), ("absent.session.jsonl", 3, "can't be read")],
)
def test_what_is_no_session_is_refused(tmp_path: Path, capsys, name: str, code: int, words: str) -> None:
    assert fus(["session", str(tmp_path / name)]) == code
    assert words in " ".join(capsys.readouterr().err.split())
