"""The agreement of definitions as a matrix: a value with the places of its cells; a template draws it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assuage.report.agreement import PairCount
from assuage.report.small_cells import Row

_NAMES_PERCENT = 52.0
_ROW_PX = 30
_GAP_PX = 10  # between definitions that never speak of the same pain
_HIGH_PERCENT, _MIDDLE_PERCENT = 80, 50


@dataclass(frozen=True)
class Cell:
    """One pair: the share on whom both agree, and how many it rests on."""

    x: float
    width: float
    y: int
    printed: str
    style: str  # high, middle, low or undecided
    words: str


@dataclass(frozen=True)
class Own:
    """A definition's name before its row, and its number on the diagonal, which names its column."""

    name: str
    number: int
    name_y: int
    x: float
    width: float
    y: int


@dataclass(frozen=True)
class AgreementMatrix:
    """Lower triangles with their diagonals, one below the other: one for each block of definitions."""

    cells: tuple[Cell, ...]
    own: tuple[Own, ...]
    height: int
    cell_height: int = _ROW_PX - 3


def agreement_matrix(
    pairs: Sequence[tuple[PairCount, Row]], names: Sequence[tuple[str, str]]
) -> AgreementMatrix:
    """Lay out the pairs of the definitions in `names`, which gives (key, words) in order.

    Each pair comes with what may be shown of it; of one that is not whole no share is told.
    """
    blocks = _blocks([pair for pair, _ in pairs], [key for key, _ in names])
    of_name = dict(names)
    width = (100 - _NAMES_PERCENT) / max((len(block) for block in blocks), default=1)
    own: dict[str, Own] = {}
    top = 0
    for block in blocks:
        for column, key in enumerate(block):
            own[key] = _own(len(own) + 1, of_name[key], column, width, top)
            top += _ROW_PX
        top += _GAP_PX
    return AgreementMatrix(
        cells=tuple(_cell(pair, row, own[pair.first], own[pair.second], of_name) for pair, row in pairs),
        own=tuple(own.values()),
        height=max(top - _GAP_PX, 0),
    )


def _blocks(pairs: Sequence[PairCount], keys: Sequence[str]) -> list[list[str]]:
    """The definitions that are linked by pairs, directly or through others, in their given order."""
    block_of = {key: {key} for key in keys}
    for pair in pairs:
        joined = block_of[pair.first] | block_of[pair.second]
        for key in joined:
            block_of[key] = joined
    blocks = {id(block): block for block in block_of.values()}
    return [[key for key in keys if key in block] for block in blocks.values()]


def _own(number: int, name: str, column: int, width: float, y: int) -> Own:
    return Own(
        name=f"{number} {name}",
        number=number,
        name_y=y + 18,
        x=round(_NAMES_PERCENT + column * width, 2),
        width=round(width * 0.94, 2),
        y=y,
    )


def _cell(pair: PairCount, row: Row, first: Own, second: Own, names: Mapping[str, str]) -> Cell:
    share = pair.agree_percent if row.is_whole else None
    told = "none decided by both" if row.is_whole else "hidden, because a count is small"
    if share is not None:
        told = f"agree on {share} % of {pair.decided}"
    return Cell(
        x=first.x,
        width=first.width,
        y=second.y,
        printed="–" if share is None else str(share),
        style=_style(share),
        words=f"{names[pair.first]}, {names[pair.second]}: {told}",
    )


def _style(share: int | None) -> str:
    if share is None:
        return "undecided"
    return "high" if share >= _HIGH_PERCENT else "middle" if share >= _MIDDLE_PERCENT else "low"
