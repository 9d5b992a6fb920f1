"""YAML as typed: every scalar stays text, every key knows its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from assuage.errors import UnreadableInput
from assuage.records.history_file.lines import Document, read_document


def document(folder: Path, text: str) -> Document:
    path = folder / "typed.history.yaml"
    path.write_text(text, encoding="utf-8")
    return read_document(path)


def test_words_and_numbers_stay_as_they_were_typed(tmp_path: Path) -> None:
    typed = document(tmp_path, "id: 0123\nsince: 2021-03\npresent: no\nratio: 1:30\non: yes\n")
    assert typed.data == {"id": "0123", "since": "2021-03", "present": "no", "ratio": "1:30", "on": "yes"}


@pytest.mark.parametrize("typed", ["", "~", "null"])
def test_an_empty_value_is_none(typed: str, tmp_path: Path) -> None:
    assert document(tmp_path, f"since: {typed}\n").data == {"since": None}


def test_a_quoted_word_is_that_word(tmp_path: Path) -> None:
    assert document(tmp_path, 'since: ""\nname: "null"\n').data == {"since": "", "name": "null"}


def test_every_key_and_entry_knows_its_line(tmp_path: Path) -> None:
    typed = document(tmp_path, "a: 1\n\n# remark\nlist:\n  - x: 1\n    y: 2\n  - {x: 3}\n")
    assert typed.line_of(("a",)) == 1
    assert typed.line_of(("list", 0, "y")) == 6
    assert typed.line_of(("list", 1)) == 7


def test_a_path_that_is_not_in_the_file_has_the_line_of_what_holds_it(tmp_path: Path) -> None:
    typed = document(tmp_path, "list:\n  - x: 1\n")
    assert typed.line_of(("list", 0, "a drug", "dose")) == 2
    assert typed.line_of(("nothing",)) is None


def test_a_byte_order_mark_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "marked.history.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert read_document(path).data == {"a": "1"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: !!python/object/apply:os.system [x]\n", "tag"),
        ("a: &x 1\nb: *x\n", "anchor"),
        ("a: b: c\n", "colon"),
        ("? [1]\n: 2\n", "not a word"),
        ("a: [1\n", "not valid YAML"),
        ("\x01: 1\n", "characters"),
    ],
)
def test_what_is_no_plain_mapping_is_refused(text: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match=words):
        document(tmp_path, text)


def test_utf16_is_named_as_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "wide.history.yaml"
    path.write_bytes("a: 1\n".encode("utf-16"))
    with pytest.raises(UnreadableInput, match="UTF-16"):
        read_document(path)
