"""Processes of our own: what they fail of is said, and they end with the one that started them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import duckdb
import pytest

from assuage.errors import UsageError
from assuage.processes import own_processes
from assuage.records.store import quiet

BUSY_PARENT = """
import os, sys, time
from functools import partial
from pathlib import Path
from assuage.processes import own_processes

def work(folder):
    (folder / str(os.getpid())).touch()
    time.sleep(600)

if __name__ == "__main__":
    with own_processes(2) as pool:
        list(pool.map(work, [Path(sys.argv[1])] * 2))
"""


def test_work_is_done_elsewhere_and_comes_back_in_order(tmp_path):
    with own_processes(2, partial((tmp_path / "begun").touch, exist_ok=True)) as pool:
        assert list(pool.map(abs, [-3, 2, -1])) == [3, 2, 1]
        assert os.getpid() not in set(pool.map(_own_id, range(4)))
    assert (tmp_path / "begun").exists()


def test_an_error_of_the_work_is_raised_as_it_is():
    with pytest.raises(ZeroDivisionError), own_processes(1) as pool:
        list(pool.map(divmod, [1], [0]))


def test_a_process_that_is_killed_is_said_to_be():
    said = "ended from outside, most often because memory ran out"
    with pytest.raises(UsageError, match=said), own_processes(2) as pool:
        list(pool.map(_kill_itself, range(2)))


def test_processes_end_when_the_one_that_started_them_is_killed(tmp_path):
    script = tmp_path / "busy.py"
    script.write_text(BUSY_PARENT)
    at_work = tmp_path / "at-work"
    at_work.mkdir()
    parent = subprocess.Popen([sys.executable, script, at_work])
    until(lambda: len(list(at_work.iterdir())) == 2)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    until(lambda: not any(is_running(int(file.name)) for file in at_work.iterdir()))


def test_duckdb_shows_no_bars_of_its_own_there():
    """They would stand among what a command prints; without a word it shows them in a spawned process."""
    with own_processes(1) as pool:
        assert pool.submit(_shows_bars).result() == (True, False)


def until(there, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < end, f"not within {seconds:.0f} seconds"
        time.sleep(0.05)


def is_running(process: int) -> bool:
    """Whether it still does anything: one that has ended may stay in the list until it is asked for."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _shows_bars() -> tuple[bool, bool]:
    asked = "SELECT current_setting('enable_progress_bar')"
    with duckdb.connect() as connection:
        before = connection.execute(asked).fetchall()[0][0]
        return before, quiet(connection).execute(asked).fetchall()[0][0]


def _own_id(_: int) -> int:
    return os.getpid()


def _kill_itself(_: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)
