"""What stands in the output folder is one whole review, whatever happens to the next."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from assuage.workflows import plain_review, review
from formats.made_up_people import refractory_face_pain
from formats.write_history import write_files
from workflows.command_line import assuage, contents, pages

KILLED_WHILE_REVIEWING = """
import os, signal, sys
from pathlib import Path
from assuage.workflows import plain_review, review

plain_review.PEOPLE_PER_SHARE = 1

def progress(what, done, total):
    if what == "reviewing" and done == 2:
        os.kill(os.getpid(), signal.SIGKILL)

review(Path(sys.argv[1]), out=Path(sys.argv[2]), progress=progress)
"""


@pytest.fixture(autouse=True)
def _one_person_a_share(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that there is a middle in which something can happen."""
    monkeypatch.setattr(plain_review, "PEOPLE_PER_SHARE", 1)


@pytest.fixture
def reviewed(tmp_path: Path) -> Path:
    """The folder of a whole review of one person."""
    out = tmp_path / "out"
    assert (
        assuage("review", write_files(tmp_path / "one", [refractory_face_pain(1)]), "--out", out).exit_code
        == 0
    )
    return out


@pytest.fixture
def three_people(tmp_path: Path) -> Path:
    return write_files(tmp_path / "three", [refractory_face_pain(number) for number in (11, 12, 13)])


def kill_while_reviewing(source: Path, out: Path, scratch: Path) -> None:
    command = [sys.executable, "-c", KILLED_WHILE_REVIEWING, str(source), str(out)]
    ended = subprocess.run(command, check=False, env={**os.environ, "TMPDIR": str(scratch)})
    assert ended.returncode == -signal.SIGKILL


def leftovers(out: Path) -> list[Path]:
    return list(out.glob(".*"))


def test_after_a_kill_the_former_report_is_whole_and_the_next_review_clears_away_the_rest(
    reviewed: Path, three_people: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(reviewed)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    kill_while_reviewing(three_people, reviewed, scratch)
    (leftover,) = leftovers(reviewed)
    assert len(list((leftover / "people").iterdir())) == 2, "it was killed in the middle"
    assert len(list(scratch.iterdir())) == 1, "and left people's records behind"
    visible = {path: held for path, held in contents(reviewed).items() if not path.startswith(".")}
    assert visible == before

    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    assert assuage("review", three_people, "--out", reviewed).exit_code == 0
    assert leftovers(reviewed) == []
    assert list(scratch.iterdir()) == []
    assert len(pages(reviewed)) == 3


def test_a_review_that_is_still_running_keeps_its_own_folder(reviewed: Path, three_people: Path) -> None:
    """Two reviews into one place at once: each stays whole, and the last to end is what stands there."""
    during: list[int] = []

    def start_another(what: str, done: int, total: int) -> None:
        if what == "reviewing" and done == 1:
            during.append(assuage("review", three_people, "--out", reviewed).exit_code)

    review(three_people, out=reviewed, definition_ids=["tn-ean2019"], progress=start_another)
    assert during == [0]
    assert leftovers(reviewed) == []
    assert len(pages(reviewed)) == 3


def test_an_error_in_the_middle_leaves_the_former_report_and_no_folder(
    reviewed: Path, three_people: Path
) -> None:
    before = contents(reviewed)

    def stop(what: str, done: int, total: int) -> None:
        if what == "reviewing" and done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        review(three_people, out=reviewed, progress=stop)
    assert contents(reviewed) == before
    assert leftovers(reviewed) == []


def test_progress_goes_up_to_the_number_of_people(three_people: Path) -> None:
    ticks: list[tuple[int, int]] = []

    def note(what: str, done: int, total: int) -> None:
        if what == "reviewing":
            ticks.append((done, total))

    review(three_people, progress=note)
    assert ticks == [(0, 3), (1, 3), (2, 3), (3, 3)]
