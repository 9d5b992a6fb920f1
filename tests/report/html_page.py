"""Reads a page the strict way, and keeps what the tests ask about."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "hr", "img", "input", "wbr"}
IN_A_LINE = {"a", "bdi", "strong", "time", "span", "tspan"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    parent: Element | None
    text: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """Its text, with single spaces."""
        return " ".join("".join(self.text).split())

    def has_ancestor(self, tag: str) -> bool:
        parent = self.parent
        while parent is not None:
            if parent.tag == tag:
                return True
            parent = parent.parent
        return False


class Page(HTMLParser):
    """Every element of a page. A tag closed in the wrong place, or not at all, is an AssertionError."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(html)
        self.close()
        assert not self._open, f"not closed: {[element.tag for element in self._open]}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute stands twice in <{tag}>"
        element = Element(
            tag, {name: value or "" for name, value in attrs}, self._open[-1] if self._open else None
        )
        self.elements.append(element)
        self._part(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        assert self._open[-1].tag == tag, f"</{tag}> closes <{self._open[-1].tag}>"
        self._part(self._open.pop())

    def _part(self, element: Element) -> None:
        """A block of its own is set apart from the text around it."""
        if element.tag not in IN_A_LINE or element.attributes.get("class") == "sub":
            self.handle_data(" ")

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text.append(data)

    def all(self, tag: str) -> list[Element]:
        return [element for element in self.elements if element.tag == tag]

    @property
    def ids(self) -> list[str]:
        return [element.attributes["id"] for element in self.elements if "id" in element.attributes]

    @property
    def text(self) -> str:
        return self.all("body")[0].words
