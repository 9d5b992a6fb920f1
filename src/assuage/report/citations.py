"""The numbered sources of one page, and the places in them that it cites."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup, escape

from assuage.report.wording import Words
from assuage.sources import Provenance, Source


@dataclass(frozen=True)
class Citation:
    """A place in a numbered source of the page."""

    number: int
    place: str
    standing: str  # how far it has been checked

    @cached_property
    def marked(self) -> Markup:
        """The citation as a link to its source, its place, and how far it has been checked."""
        source = f'<a href="#source-{self.number}">source {self.number}</a>'
        return Markup(f"{source}, {escape(self.place)} ({escape(self.standing)})")  # noqa: S704 -- escaped


@dataclass(frozen=True)
class SourceLine:
    """One entry of the list of sources."""

    number: int
    title: str
    link: str  # empty where neither a DOI nor a web address is known: a file of this project, for one
    shown: str


def standing_of(provenance: Provenance, words: Words) -> str:
    """How far a fact has been checked, in words."""
    standing = "read" if provenance.verified else "not_verified"
    return words.label("citation", standing if provenance.published else "convention")


class Sources:
    """Numbers the sources of a page in the order in which they are first cited."""

    def __init__(self, known: Mapping[str, Source], words: Words) -> None:
        self._known, self._words = known, words
        self._numbers: dict[str, int] = {}
        self._cited: dict[Provenance, Citation] = {}

    def number(self, key: str) -> int:
        """The number of a source as a whole."""
        return self._numbers.setdefault(key, len(self._numbers) + 1)

    def cite(self, provenance: Provenance) -> Citation:
        """The citation of a fact's provenance; the same one for all facts that share it."""
        if provenance not in self._cited:
            self._cited[provenance] = self._cite(provenance)
        return self._cited[provenance]

    def _cite(self, provenance: Provenance) -> Citation:
        standing = standing_of(provenance, self._words)
        return Citation(self.number(provenance.source), provenance.place, standing)

    def lines(self) -> list[SourceLine]:
        """Everything cited so far."""
        return [self._line(place, key) for key, place in self._numbers.items()]

    def _line(self, place: int, key: str) -> SourceLine:
        source = self._known.get(key)
        if source is None:
            return SourceLine(place, key, "", "")
        address = f"https://doi.org/{source.doi}" if source.doi else source.url or ""
        is_web = address.startswith(("https://", "http://"))
        return SourceLine(
            place, source.title, address if is_web else "", f"doi:{source.doi}" if source.doi else address
        )
