"""No text from a record, a file's name or a folder's name comes out live: not in a page, not in a terminal.

Every text field of every format holds a hostile text here, one kind for each person, and everything is
read through the real command line. No CSV is written, so that there is none for a formula to wake up in.
"""

from __future__ import annotations

import html
import json
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from formats.write_hostile import file_name, word, write_fhir, write_history, write_omop
from report.html_page import Page
from workflows.command_line import assuage, table

HOSTILE = [
    "<script>alert(1)</script>",
    "</title></style></textarea></svg><script src=//x></script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)' x='",
    "` autofocus onfocus=alert(1) `",
    "--><iframe srcdoc=x><!--",
    "]]><svg onload=alert(1)>",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "&#x3c;script&#x3e;&#x202e;",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "\t=1+1",
    "{{ 7 * 7 }}{% raw %}${7*7}",
    "[red]x[/x][link=http://x]",
    "%s %n {0} {}",
    "\u202eright to left\u2066\u200f",
    "hid\u200bden\u2060\ufeff\U000e0041",
    "bell\x07back\x08null\x00del\x7f",
    "\x1b[2J\x1b]0;title\x07\x1b]8;;http://x\x1b\\",
    "\x9b31m\x85\u2028\u2029end",
    "one\r\ntwo\n=three",
]
PLAIN = "plain"

# ---------------------------------------------------------------- what is held

WRITE: dict[str, Callable[[Path, list[str]], Path]] = {
    "fhir": write_fhir,
    "omop": write_omop,
    "history": write_history,
}
JOINERS = "\u200c\u200d"  # Persian and several Indian scripts are misspelt without them
ADDRESSES = ("href", "src", "action", "formaction", "srcdoc", "data", "poster", "background", "xlink:href")


def acted_on(text: str) -> set[str]:
    """The characters that a terminal or a browser obeys instead of showing; lines may end."""
    kinds = ("Cc", "Cf", "Cs", "Zl", "Zp")
    return {one for one in text if unicodedata.category(one) in kinds} - set(f"\n{JOINERS}")


@pytest.fixture(scope="module", params=WRITE)
def reviewed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """What reviews of one format wrote: of the hostile texts, and of a plain one in their place."""
    folder = tmp_path_factory.mktemp(request.param)
    for name, texts in (("hostile", HOSTILE), ("plain", [PLAIN] * len(HOSTILE))):
        source = WRITE[request.param](folder / name, texts)
        ended = assuage("review", source, "--out", folder / f"{name}-out")
        assert (ended.exit_code, ended.err) == (0, "")
        assert not acted_on(ended.out)
    return folder / "hostile-out", folder / "plain-out"


def pages(out: Path) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in (out / "index.html", *(out / "people").iterdir())]


def shapes(html_pages: list[str]) -> set[tuple[str, str]]:
    """Every element with every attribute that it has anywhere."""
    elements = [element for page in html_pages for element in Page(page).elements]
    return {(element.tag, name) for element in elements for name in ("", *element.attributes)}


def shown(text: str) -> str:
    """How a page shows a text, less the breaks of its lines."""
    return " ".join("".join("\ufffd" if acted_on(one) - set("\t\r") else one for one in text).split())


def test_every_hostile_text_reaches_somebodys_page(reviewed: tuple[Path, Path]) -> None:
    """Else what follows would prove nothing."""
    hostile, _ = reviewed
    assert len(table(hostile, "people")) == len(HOSTILE)
    said = " ".join(Page(page).text for page in pages(hostile))
    for text in HOSTILE:
        assert shown(text) in said or shown(word(text)) in said


def test_pages_hold_no_element_and_no_attribute_but_our_own(reviewed: tuple[Path, Path]) -> None:
    hostile, plain = reviewed
    assert shapes(pages(hostile)) <= shapes(pages(plain))


def test_nothing_on_a_page_runs(reviewed: tuple[Path, Path]) -> None:
    hostile, _ = reviewed
    for page in map(Page, pages(hostile)):
        scripts = [(one.attributes["src"], one.words) for one in page.all("script")]
        assert scripts in ([], [("assets/assuage.js", "")])
        for element in page.elements:
            assert not [name for name in element.attributes if name.startswith("on") or name == "style"]
            for name in set(ADDRESSES) & set(element.attributes):
                assert element.attributes[name].startswith(OUR_ADDRESSES)


OUR_ADDRESSES = ("#", "assets/", "../assets/", "people/", "../index.html", "https://")


def test_no_character_on_a_page_is_obeyed_neither_raw_nor_as_a_reference(reviewed: tuple[Path, Path]) -> None:
    hostile, _ = reviewed
    for page in pages(hostile):
        assert not acted_on(page) - {"\t"}
        assert not acted_on(html.unescape(page)) - {"\t"}


def test_no_csv_is_written_and_each_line_of_json_is_one(reviewed: tuple[Path, Path]) -> None:
    hostile, _ = reviewed
    endings = {path.suffix for path in hostile.rglob("*") if path.is_file()}
    assert endings == {".html", ".css", ".js", ".parquet", ".ndjson"}
    lines = (hostile / "reviews.ndjson").read_bytes().split(b"\n")
    assert len([json.loads(line) for line in lines if line]) == len(HOSTILE)


def test_json_on_standard_output_is_plain_ascii(tmp_path: Path) -> None:
    for kind, write in WRITE.items():
        ended = assuage("review", write(tmp_path / kind, HOSTILE), "--json")
        assert ended.exit_code == 0
        assert ended.out.isascii()
        assert not acted_on(ended.out)
        assert json.loads(ended.out)["people_with_pain"] == len(HOSTILE)


@pytest.mark.parametrize("ending", [".history.yaml", ".ndjson", ".duckdb", ".txt", ""])
def test_a_refusal_shows_a_hostile_name_and_content_as_text(tmp_path: Path, ending: str) -> None:
    for number, text in enumerate(HOSTILE):
        source = tmp_path / f"{number}{file_name(text)}{ending}"
        source.write_text(text, encoding="utf-8", newline="")
        ended = assuage("review", source)
        assert ended.exit_code == 3
        assert not acted_on(ended.out + ended.err)
        assert ended.err.count("\n") == 1


def test_the_path_of_the_report_is_shown_as_text(tmp_path: Path) -> None:
    source = write_history(tmp_path / "in", [PLAIN])
    for number, text in enumerate(HOSTILE):
        out = tmp_path / f"{number}{text}".replace("\0", "")
        ended = assuage("review", source, "--out", out)
        assert (ended.exit_code, ended.err) == (0, "")
        assert not acted_on(ended.out)
        printed = "".join("\ufffd" if acted_on(one) or one == "\n" else one for one in str(out))
        assert ended.out.endswith(f"\nReport: {printed}/index.html\n")


@pytest.mark.parametrize(("kind", "ending"), [("fhir", ".ndjson"), ("history", ".history.yaml")])
def test_a_file_whose_name_is_no_text_is_a_line_of_the_read_report(
    tmp_path: Path, kind: str, ending: str
) -> None:
    source = WRITE[kind](tmp_path / "in", [PLAIN])
    (source / f"\udcff\udcfe{ending}").write_bytes(b"\xff\xfe")
    ended = assuage("review", source, "--out", tmp_path / "out")
    assert (ended.exit_code, ended.err) == (0, "")
    assert len(table(tmp_path / "out", "people")) == 1
    examples = [str(row["example"]) for row in table(tmp_path / "out", "read_report")]
    assert [one for one in examples if one.startswith(f"??{ending}")]


@pytest.mark.parametrize("kind", WRITE)
def test_folders_may_have_any_text_for_a_name(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "a'b\"[x]*?{{%s}}\x1b[2J\u202e"
    folder.mkdir()
    ended = assuage("review", WRITE[kind](folder / "in[x]*", [PLAIN]), "--out", folder / "out[/x]")
    assert (ended.exit_code, ended.err) == (0, "")
    assert not acted_on(ended.out)


def test_a_folder_whose_name_is_no_text_is_refused_in_words(tmp_path: Path) -> None:
    source = write_omop(tmp_path / "in", [PLAIN])
    ended = assuage("review", source, "--out", tmp_path / "\udcff")
    assert (ended.exit_code, "is not UTF-8 text" in ended.err) == (2, True)
    ended = assuage("review", source.rename(tmp_path / "\udcff"))
    assert (ended.exit_code, "is not UTF-8 text" in ended.err) == (3, True)
    assert not acted_on(ended.err)
