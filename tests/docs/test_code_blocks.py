"""Every code block of the README and the docs runs, and prints what it says it prints.

A `python` block is run, and a `text` block right after it is its output. In a `console` block each line that
begins with `$ assuage` is run and compared with the lines below it; `...` stands for any lines.
"""

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: Path) -> list[tuple[str, str]]:
    return _BLOCK.findall(page.read_text(encoding="utf-8"))


def cases(language: str) -> list:
    return [
        pytest.param(page, index, id=f"{page.relative_to(ROOT)}-{index}")
        for page in PAGES
        for index, (found, _) in enumerate(blocks(page))
        if found == language
    ]


@pytest.mark.parametrize(("page", "index"), cases("python"))
def test_python_blocks_run_and_print_what_stands_below(page: Path, index: int) -> None:
    found = blocks(page)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(found[index][1], str(page), "exec"), {"__name__": "__docs__"})  # noqa: S102 -- our own docs
    following = found[index + 1] if index + 1 < len(found) else ("", "")
    if following[0] == "text":
        assert printed.getvalue() == following[1]


@pytest.mark.parametrize(("page", "index"), cases("console"))
def test_console_blocks_print_what_stands_below(page: Path, index: int, tmp_path: Path) -> None:
    (tmp_path / "src").symlink_to(ROOT / "src")
    for command, expected in _commands(blocks(page)[index][1]):
        run = subprocess.run(
            [sys.executable, "-m", "assuage", *shlex.split(command)[1:]],
            cwd=tmp_path,
            env={**os.environ, "COLUMNS": "100"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stderr
        pattern = ".*".join(
            re.escape(part.strip("\n")) for part in re.split(r"^\.\.\.$", expected, flags=re.MULTILINE)
        )
        assert re.fullmatch(pattern, run.stdout.strip("\n"), re.DOTALL), run.stdout


def _commands(block: str) -> list[tuple[str, str]]:
    parts = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    return [(command, output) for command, _, output in (part.partition("\n") for part in parts)]


def test_the_readme_has_examples_of_both_kinds() -> None:
    assert {language for language, _ in blocks(ROOT / "README.md")} >= {"python", "console"}


def test_every_link_within_the_docs_leads_somewhere() -> None:
    for page in [*PAGES, ROOT / "GLOSSARY.md", ROOT / "CHANGELOG.md"]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
