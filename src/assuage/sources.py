"""Where facts come from: the registry of sources, and the provenance of every entry of a knowledge file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, NoReturn

import yaml

from assuage.errors import FaultyKnowledge

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_PROVENANCE_FIELDS = {"source", "place", "date", "verified", "reviewed_by", "published"}


@dataclass(frozen=True)
class Source:
    """A paper, guideline, data set or vocabulary that can be cited; it has a url, a doi or both."""

    key: str
    title: str
    url: str | None = None
    doi: str | None = None


@dataclass(frozen=True)
class Provenance:
    """Where one fact comes from, and how far it has been checked.

    `source` is a key of `sources()`; `place` the table, section or file in it; `date` the day it was
    read. `verified`: someone read it in the source. `reviewed_by` is the clinician who signed it off,
    None until one has. `published` is no for the project's own conventions.
    """

    source: str
    place: str
    date: date
    verified: bool
    reviewed_by: str | None = None
    published: bool = True


@cache
def sources() -> Mapping[str, Source]:
    """Every source that may be cited, by key."""
    file = files("assuage") / "sources.yaml"
    return {key: _source(key, fields) for key, fields in read_knowledge(file).items()}


def _source(key: str, fields: Any) -> Source:
    where = f"sources.yaml, entry {key}"
    if not isinstance(fields, dict) or set(fields) - {"title", "url", "doi"}:
        message = f"{where}: expected the fields title, and url or doi or both"
        raise FaultyKnowledge(message)
    source = Source(key, fields.get("title") or "", fields.get("url"), fields.get("doi"))
    if not source.title or not (source.url or source.doi):
        message = f"{where}: a title, and a url or a doi, are missing"
        raise FaultyKnowledge(message)
    return source


def read_knowledge(file: Traversable | Path) -> dict[str, Any]:
    """Read a YAML file of knowledge; FaultyKnowledge where it is no mapping or says one key twice."""
    try:
        content = yaml.load(file.read_text(encoding="utf-8"), Loader=_UniqueKeys)  # noqa: S506 - a safe loader
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        message = f"{file.name}: not a readable YAML file: {error}"
        raise FaultyKnowledge(message) from error
    if not isinstance(content, dict):
        message = f"{file.name}: expected a mapping of entries"
        raise FaultyKnowledge(message)
    return content


class _UniqueKeys(_Loader):  # type: ignore[misc]
    """The safe loader, refusing a key that stands twice in one mapping: the first would be lost unseen."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value if key.value != "<<"]
        for key in keys:
            if keys.count(key) > 1:
                message = f"key {key!r} stands twice in one mapping"
                raise yaml.constructor.ConstructorError(None, None, message, node.start_mark)
        return dict(super().construct_mapping(node, deep=deep))


def provenance(fields: object, *, file: str, entry: str) -> Provenance:
    """Check and make the provenance of one entry of `file`.

    Raises FaultyKnowledge, naming file and entry, for a source that is blank or not in `sources()`,
    and for a missing place, date or `verified`.
    """
    where = f"{file}, entry {entry}"
    if not isinstance(fields, Mapping):
        _refuse(where, "provenance is missing")
    unknown = set(fields) - _PROVENANCE_FIELDS
    if unknown:
        _refuse(where, f"unknown provenance field {sorted(map(str, unknown))[0]}")
    source, place = fields.get("source"), fields.get("place")
    if not isinstance(source, str) or not source.strip():
        _refuse(where, "source is blank")
    if source not in sources():
        _refuse(where, f"source {source!r} is not in sources.yaml")
    if not isinstance(place, str) or not place.strip():
        _refuse(where, "place in the source is missing")
    return Provenance(source, place, _date(fields, where), *_checked(fields, where))


def _date(fields: Mapping[str, Any], where: str) -> date:
    day = fields.get("date")
    if not isinstance(day, date):
        _refuse(where, "date is missing, expected YYYY-MM-DD")
    return day


def _checked(fields: Mapping[str, Any], where: str) -> tuple[bool, str | None, bool]:
    """`verified`, `reviewed_by` and `published`; only `verified` has no default."""
    verified, reviewed_by, published = (
        fields.get("verified"),
        fields.get("reviewed_by"),
        fields.get("published", True),
    )
    if not isinstance(verified, bool):
        _refuse(where, "verified is missing, expected true or false")
    if not isinstance(published, bool):
        _refuse(where, "published is neither true nor false")
    if reviewed_by is not None and (not isinstance(reviewed_by, str) or not reviewed_by.strip()):
        _refuse(where, "reviewed_by is neither a name nor null")
    return verified, reviewed_by, published


def _refuse(where: str, found: str) -> NoReturn:
    message = f"{where}: {found}"
    raise FaultyKnowledge(message)
