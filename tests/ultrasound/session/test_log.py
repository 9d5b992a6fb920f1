"""The log on disk: what is acknowledged lasts, what is torn is said, what is changed is found."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from assuage.errors import UnreadableInput, UsageError
from assuage.ultrasound.session import SessionLog, Stage, read_log
from assuage.ultrasound.session.log import NotAdmitted
from ultrasound.session.scripts import Script, good_session

WRITER = """
import sys, time
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from assuage.ultrasound.session import SessionLog
from ultrasound.session.scripts import good_session

with SessionLog(Path(sys.argv[1])) as log:
    for entry in good_session()[len(log.entries):]:
        log.add(entry)
        sys.stdout.write(f"{len(log.entries)}\\n")
        sys.stdout.flush()
"""
TESTS = Path(__file__).parents[2]


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """The log of a whole session."""
    path = tmp_path / "session.jsonl"
    with SessionLog(path) as log:
        log.add_all(good_session())
    return path


def test_what_was_added_is_read_again(written: Path) -> None:
    read = read_log(written)
    assert list(read.entries) == good_session()
    assert read.torn_bytes == 0


def test_a_log_is_gone_on_with_where_it_was_left(tmp_path: Path) -> None:
    path, entries = tmp_path / "session.jsonl", good_session()
    for entry in entries:
        with SessionLog(path) as log:
            log.add(entry)
    assert list(read_log(path).entries) == entries


def test_a_refused_entry_says_every_reason_and_leaves_the_log_as_it_was(tmp_path: Path) -> None:
    path, script = tmp_path / "session.jsonl", Script()
    with SessionLog(path) as log:
        log.add_all([script.opened(), script.target()])
        before = path.read_bytes()
        with pytest.raises(NotAdmitted, match=r"align first.*verify first"):
            log.add(script.planned(1, Stage.ABLATE))
    assert path.read_bytes() == before


@pytest.mark.parametrize("kept", range(1, 40, 3))
def test_a_torn_last_line_is_cut_off_and_said(written: Path, kept: int) -> None:
    lines = written.read_bytes().splitlines(keepends=True)
    written.write_bytes(b"".join(lines[:-1]) + lines[-1][:kept])
    assert read_log(written).torn_bytes == kept
    with SessionLog(written) as log:
        assert log.torn_bytes == kept
        assert log.entries == good_session()[:-1]
        log.add(good_session()[-1])
    assert read_log(written).torn_bytes == 0


@pytest.mark.parametrize("seed", range(20))
def test_a_changed_byte_is_found(written: Path, seed: int) -> None:
    chance, content = random.Random(seed), bytearray(written.read_bytes())
    place = chance.randrange(len(content) - 1)
    content[place] ^= 1 << chance.randrange(7)
    written.write_bytes(bytes(content))
    with pytest.raises(UnreadableInput, match="line"):
        read_log(written)


def test_a_lost_line_is_found(written: Path) -> None:
    lines = written.read_bytes().splitlines(keepends=True)
    written.write_bytes(b"".join(lines[:4] + lines[5:]))
    with pytest.raises(UnreadableInput, match="not as it was written"):
        read_log(written)


def test_two_writers_do_not_share_a_log(tmp_path: Path) -> None:
    path = tmp_path / "session.jsonl"
    with SessionLog(path), pytest.raises(UsageError, match="another program"):
        SessionLog(path)


def test_a_log_in_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"session\.jsonl.*Name another file"):
        SessionLog(tmp_path / "nowhere" / "session.jsonl")


def kill_after_lines(path: Path, lines: int) -> int:
    """Start a writer, kill it without warning once it acknowledged so many entries; gives how many it did."""
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), str(TESTS)], stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    acknowledged = len(read_log(path).entries) if path.exists() else 0
    for line in writer.stdout:
        acknowledged = int(line)
        if acknowledged >= lines:
            break
    os.kill(writer.pid, signal.SIGKILL)
    for line in writer.stdout:
        acknowledged = int(line)
    writer.wait()
    return acknowledged


def check_kills(folder: Path, kills: int) -> None:
    chance, entries = random.Random(5), good_session()
    for number in range(kills):
        path = folder / f"{number}.jsonl"
        acknowledged = kill_after_lines(path, chance.randint(1, len(entries)))
        assert len(read_log(path).entries) >= acknowledged
        assert list(read_log(path).entries) == entries[: len(read_log(path).entries)]


def test_a_kill_at_any_line_loses_no_acknowledged_entry(tmp_path: Path) -> None:
    check_kills(tmp_path, 3)


@pytest.mark.long
def test_nor_do_two_hundred_kills(tmp_path: Path) -> None:
    check_kills(tmp_path, 200)
