"""What speaks for an option and against it, as one cell of a table, written once for all people.

The claims of an option are the same for everybody; only the numbers of the sources differ from page to page.
Writing them anew for each person was a third of the time that a page takes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup, escape

from assuage.options.evidence import Claim
from assuage.report.citations import Sources, standing_of
from assuage.report.wording import Words

_WAYS = ("for", "against", "neither")


@dataclass(frozen=True)
class _Same:
    """Claims that are the same only where they are the same object: their numbers have no hash."""

    claims: tuple[Claim, ...]

    def __hash__(self) -> int:
        return id(self.claims)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.claims is other.claims


def evidence_cell(claims: tuple[Claim, ...], sources: Sources, words: Words) -> Markup:
    """How much speaks for it and against it, and every claim with who says it and its source."""
    if not claims:
        return Markup()
    html, cited = _written(_Same(claims), words)
    numbers = (number for key in cited for number in (sources.number(key),) * 2)
    return Markup(html % tuple(numbers))  # noqa: S704 -- escaped when it was written


@lru_cache(maxsize=1024)
def _written(same: _Same, words: Words) -> tuple[str, tuple[str, ...]]:
    """The cell with a place for each number of a source, and the sources in the order of these places."""
    by_way = {way: [claim for claim in same.claims if claim.says == way] for way in _WAYS}
    html = "".join(_list(words.label("claim_says", way), found, words) for way, found in by_way.items())
    cited = tuple(claim.provenance.source for found in by_way.values() for claim in found)
    summary = str(escape(balance(same.claims))).replace("%", "%%")
    return f'<details class="claims"><summary>{summary}</summary>{html}</details>', cited


def balance(claims: Iterable[Claim]) -> str:
    """How much speaks for it and against it; what settles nothing only where there is some."""
    said = [claim.says for claim in claims]
    counts = f"{said.count('for')} for · {said.count('against')} against"
    return counts + (f" · {said.count('neither')} neither way" if "neither" in said else "")


def _list(title: str, claims: list[Claim], words: Words) -> str:
    items = "".join(_item(claim, words) for claim in claims)
    return f"<p><strong>{escape(title)}</strong></p><ul>{items}</ul>" if claims else ""


def _item(claim: Claim, words: Words) -> str:
    kind = words.label("claim_kind", claim.kind)
    by = f"{claim.by}, {kind}" if claim.by else kind
    said, who, place, standing = (
        str(escape(text)).replace("%", "%%")
        for text in (claim.sentence, by, claim.provenance.place, standing_of(claim.provenance, words))
    )
    source = '<a href="#source-%d">source %d</a>'
    return f'<li>{said} <span class="quiet">{who}; {source}, {place} ({standing})</span></li>'
