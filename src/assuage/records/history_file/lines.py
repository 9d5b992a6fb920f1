"""YAML as plain data with the line of every key and entry.

Built from the parser's events rather than by a YAML constructor: nothing in the text can name a type,
every scalar stays the text that was typed (`2021-03`, `no` and `0123` mean what they look like), and
aliases, the means of an alias bomb, are not part of the format at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import yaml

from assuage.errors import UnreadableInput

LARGEST_FILE_BYTES = 2_000_000
DEEPEST_NESTING = 12

_EMPTY_WORDS = frozenset({"", "~", "null", "Null", "NULL"})
_BYTE_ORDER_MARKS_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

KeyPath = tuple[str | int, ...]


@dataclass
class Document:
    """The content of one file; `lines` gives the line, from 1, of each key and list entry."""

    path: Path
    data: dict[str, Any]
    lines: dict[KeyPath, int]

    def line_of(self, path: KeyPath) -> int | None:
        """The line of the deepest known part of `path`, passing over parts that are no keys of the file."""
        place: KeyPath = ()
        for part in path:
            if (*place, part) in self.lines:
                place = (*place, part)
        return self.lines.get(place)


def read_document(path: Path) -> Document:
    """Read one file. Raises UnreadableInput, with the line, for anything that is not one plain mapping."""
    text = _text(path)
    builder = _Builder(path)
    try:
        for event in _events(text):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        _refuse_syntax(path, text, error)
    except yaml.YAMLError:
        _refuse(path, "the file holds characters that text can't hold", remedy="save it as plain UTF-8 text")
    return builder.document()


def _events(text: str) -> Iterator[yaml.Event]:
    yield from yaml.parse(text, Loader=_LOADER)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_FILE_BYTES:
            _refuse(
                path,
                "the file is larger than a history typed by hand can be",
                expected=f"at most {LARGEST_FILE_BYTES // 1_000_000} MB",
            )
        content = path.read_bytes()
    except OSError:
        _refuse(path, "the file can't be opened", remedy="check that it is there and may be read")
    if content.startswith(_BYTE_ORDER_MARKS_UTF16):
        _refuse(path, "the file is UTF-16 text", expected="UTF-8", remedy="save it again as UTF-8")
    if b"\0" in content:
        _refuse(path, "the file is not text", expected="YAML typed by hand, saved as UTF-8")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        _refuse(path, "the file is not UTF-8 text", line, expected="UTF-8", remedy="save it again as UTF-8")


def _refuse(
    path: Path, found: str, line: int | None = None, *, expected: str = "", remedy: str = ""
) -> NoReturn:
    raise UnreadableInput(found, path=path, line=line, expected=expected, remedy=remedy)


def _refuse_syntax(path: Path, text: str, error: yaml.MarkedYAMLError) -> NoReturn:
    """Our words for the parser's complaint, whose own may quote the text."""
    line = error.problem_mark.line + 1 if error.problem_mark else None
    typed = text.split("\n")[line - 1] if line and line <= text.count("\n") + 1 else ""
    if "\t" in typed[: len(typed) - len(typed.lstrip())]:
        _refuse(
            path,
            "the line is indented with a tab",
            line,
            expected="spaces",
            remedy="replace the tab by spaces",
        )
    if error.problem and "mapping values" in error.problem:
        _refuse(
            path,
            "a colon stands where no key can be",
            line,
            expected="one `key: value` on a line, indented like its neighbours",
            remedy="put text that holds a colon in quotes",
        )
    _refuse(
        path,
        "the text is not valid YAML here",
        line,
        expected="`key: value` lines, lists with a dash, equal indentation, closed quotes and brackets",
        remedy="look at this line and the one above it",
    )


@dataclass
class _Open:
    """A mapping or list that is being filled; `key` is the mapping's key waiting for its value."""

    path: KeyPath
    content: dict[str, Any] | list[Any]
    key: str | None = None


@dataclass
class _Builder:
    """Turns the parser's events into data."""

    path: Path
    lines: dict[KeyPath, int] = field(default_factory=dict)
    stack: list[_Open] = field(default_factory=list)
    top: Any = None
    documents: int = 0

    def take(self, event: yaml.Event) -> None:
        """Take the next event."""
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            self._refuse(
                "a star refers to another part of the file", line, remedy="write it out or put it in quotes"
            )
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self._refuse("a second document begins", line, expected="one person in each file")
        if isinstance(event, yaml.NodeEvent):
            self._take_node(event, line)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.stack.pop()

    def _take_node(self, event: yaml.NodeEvent, line: int) -> None:
        if event.anchor is not None or getattr(event, "tag", None) not in (None, "!"):
            self._refuse(
                "an anchor (&) or a tag (!) is set", line, remedy="leave it out or put the text in quotes"
            )
        if isinstance(event, yaml.ScalarEvent):
            plain = event.implicit[0]
            self._place(None if plain and event.value in _EMPTY_WORDS else event.value, line)
            return
        content: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
        path = self._place(content, line)
        if len(self.stack) >= DEEPEST_NESTING:
            self._refuse("the entries are nested too deep", line, expected="the keys of the format")
        self.stack.append(_Open(path, content))

    def _place(self, value: Any, line: int) -> KeyPath:
        """Put a value where it belongs and give its path; a mapping's scalar may be its next key."""
        if not self.stack:
            self.top = value
            return ()
        parent = self.stack[-1]
        if isinstance(parent.content, list):
            path = (*parent.path, len(parent.content))
            parent.content.append(value)
            self.lines[path] = line
            return path
        if parent.key is None:
            self._open_key(parent, value, line)
            return parent.path
        path = (*parent.path, parent.key)
        parent.content[parent.key], parent.key = value, None
        return path

    def _open_key(self, parent: _Open, key: Any, line: int) -> None:
        if not isinstance(key, str):
            self._refuse("a key is not a word", line, expected="`key: value`")
        if key in parent.content:
            self._refuse(
                "a key stands twice in one entry",
                line,
                expected="each key once",
                remedy="join the two, or begin a new list entry with a dash",
            )
        parent.key = key
        self.lines[(*parent.path, key)] = line

    def document(self) -> Document:
        """The finished content."""
        if self.top is None:
            self._refuse("the file is empty", None, expected="at least `written_on` and what is known")
        if not isinstance(self.top, dict):
            self._refuse(
                "the file does not begin with keys",
                1,
                expected="`written_on:`, `person:`, `diagnoses:`, `treatments:` ... at the left margin",
            )
        return Document(self.path, self.top, self.lines)

    def _refuse(self, found: str, line: int | None, *, expected: str = "", remedy: str = "") -> NoReturn:
        _refuse(self.path, found, line, expected=expected, remedy=remedy)
