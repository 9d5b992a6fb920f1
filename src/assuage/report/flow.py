"""Treatment pathways as a flow picture: a value with the places of nodes and bands; a template draws it.

Places across are per cent of the width, so that one drawing serves a screen and a phone; bands are
drawn in a box that is stretched to it. Places down the page are pixels.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assuage.report.pathways import STEPS, Path, step_in_words
from assuage.report.wording import Words

_PEOPLE_PX = 220  # all people of the picture, one above the other
_LABEL_PX = 20
_NODE_PERCENT = 1.4
_MOST_CLASSES = 6  # in one step; the table has all
_OTHER, _END = "other classes", "none after"
_LONGEST_ON_A_PHONE = 12


@dataclass(frozen=True)
class Node:
    """The people who took one class at one step."""

    step: int
    name: str
    short: str
    people: int
    style: str  # class, other or end
    x: float
    label_x: float
    anchor: str  # which end of the label stands at label_x
    y: float = 0.0
    height: float = 0.0


@dataclass(frozen=True)
class Band:
    """The people who went from one node to another, as the outline of a band."""

    outline: str
    style: str
    words: str


@dataclass(frozen=True)
class Flow:
    """The picture."""

    nodes: tuple[Node, ...]
    bands: tuple[Band, ...]
    height: int


def flow(paths: Mapping[Path, int], words: Words) -> Flow:
    """Lay out people by path: a column for each step, the largest group on top."""
    people = sum(paths.values())
    scale = _PEOPLE_PX / people
    merged = _merged(paths)
    columns = [_column(step, merged, scale, words) for step in range(STEPS)]
    nodes = {(node.step, key): node for column in columns for key, node in column.items()}
    bottom = max(node.y + node.height for node in nodes.values())
    bands = [band for step in range(STEPS - 1) for band in _bands(step, merged, nodes, scale)]
    return Flow(tuple(nodes.values()), tuple(bands), round(bottom) + 4)


def _merged(paths: Mapping[Path, int]) -> Counter[Path]:
    """Paths with rare classes told as others, and an end where a path has no further step."""
    kept = [_frequent(step, paths) for step in range(STEPS)]
    merged: Counter[Path] = Counter()
    for path, people in paths.items():
        steps = [name if name in kept[step] else _OTHER for step, name in enumerate(path)]
        merged[tuple(steps if len(steps) == STEPS else [*steps, _END])] += people
    return merged


def _frequent(step: int, paths: Mapping[Path, int]) -> set[str]:
    counts: Counter[str] = Counter()
    for path, people in paths.items():
        if len(path) > step:
            counts[path[step]] += people
    ranked = sorted(counts, key=lambda name: (-counts[name], name))
    return set(ranked if len(ranked) <= _MOST_CLASSES + 1 else ranked[:_MOST_CLASSES])


def _column(step: int, paths: Mapping[Path, int], scale: float, words: Words) -> dict[str, Node]:
    counts: Counter[str] = Counter()
    for path, people in paths.items():
        if len(path) > step:
            counts[path[step]] += people
    ranked = sorted(counts, key=lambda name: (name == _END, name == _OTHER, -counts[name], name))
    placed: dict[str, Node] = {}
    top = 0.0
    for key in ranked:
        height = round(max(counts[key] * scale, 1.5), 1)
        placed[key] = replace(
            _node(step, key, counts[key], words), y=round(top + _LABEL_PX, 1), height=height
        )
        top += _LABEL_PX + height
    return placed


def _node(step: int, key: str, people: int, words: Words) -> Node:
    name = key if key in (_OTHER, _END) else step_in_words(key, words)
    short = name if len(name) <= _LONGEST_ON_A_PHONE else name[: _LONGEST_ON_A_PHONE - 1].rstrip() + "…"
    style = {_OTHER: "other", _END: "end"}.get(key, "class")
    x = round(step * (100 - _NODE_PERCENT) / (STEPS - 1), 2)
    label_x, anchor = ((0.0, "start"), (50.0, "middle"), (100.0, "end"))[step]
    return Node(step, name, short, people, style, x, label_x, anchor)


def _bands(
    step: int, paths: Mapping[Path, int], nodes: Mapping[tuple[int, str], Node], scale: float
) -> Sequence[Band]:
    """The bands from one step to the next, stacked at both ends in the order of the nodes."""
    people: Counter[tuple[str, str]] = Counter()
    for path, count in paths.items():
        if len(path) > step + 1:
            people[path[step], path[step + 1]] += count
    order = {key: place for place, key in enumerate(nodes)}
    left: Counter[str] = Counter()
    right: Counter[str] = Counter()
    bands: list[Band] = []
    for (source, target), count in sorted(
        people.items(), key=lambda item: (order[step, item[0][0]], order[step + 1, item[0][1]])
    ):
        begin, end = nodes[step, source], nodes[step + 1, target]
        bands.append(
            Band(
                _outline(begin, end, left[source] * scale, right[target] * scale, count * scale),
                end.style,
                f"{begin.name} → {end.name}: {count}",
            )
        )
        left[source] += count
        right[target] += count
    return bands


def _outline(begin: Node, end: Node, below_begin: float, below_end: float, width: float) -> str:
    """A band that leaves and arrives level: two cubic curves, one `width` below the other."""
    x, to_x = begin.x + _NODE_PERCENT, end.x
    middle = (x + to_x) / 2
    y, to_y = begin.y + below_begin, end.y + below_end
    there = f"M{x:.2f} {y:.1f}C{middle:.2f} {y:.1f} {middle:.2f} {to_y:.1f} {to_x:.2f} {to_y:.1f}"
    y, to_y = y + width, to_y + width
    return f"{there}V{to_y:.1f}C{middle:.2f} {to_y:.1f} {middle:.2f} {y:.1f} {x:.2f} {y:.1f}Z"
