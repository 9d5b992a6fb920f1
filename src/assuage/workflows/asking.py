"""What is asked of a review beside the source: by which engine, whose pages, and which counts are shown."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from assuage.errors import UsageError
from assuage.records.reading import Progress
from assuage.report import EVERY_CELL, SMALLEST_CELL, CellRule

FIRST_PAGES = 100
"""How many people get a page where an engine reviews a whole health system and none are asked for."""


class Engine(StrEnum):
    """Where the rules run, named as on the command line."""

    AUTO = "auto"
    PLAIN = "plain"  # person by person, the form that gives the meaning
    DUCKDB = "duckdb"
    POSTGRESQL = "postgresql"
    SPARK = "spark"

    @property
    def is_plain(self) -> bool:
        """Whether people are reviewed one by one."""
        return self is Engine.PLAIN


@dataclass(frozen=True)
class Pages:
    """Whose pages are written: these people's, and the first so many in the order of the index.

    `first` is None where it was not said: then everyone's in the plain way, the first `FIRST_PAGES` in
    another, and nobody else's where people are named.
    """

    people: frozenset[str] = frozenset()
    first: int | None = None

    def first_of(self, everyone: int, engine: Engine) -> int:
        """How many pages are made for those who are not named."""
        if self.first is not None:
            return self.first
        if self.people:
            return 0
        return everyone if engine.is_plain else FIRST_PAGES

    def demand_folder(self, out: Path | None) -> None:
        """Raise UsageError where pages are asked for and there is no folder for them."""
        if out is None and (self.people or self.first):
            message = "Pages are written into the folder of the report. Name it with --out."
            raise UsageError(message)

    def demand_all(self, there: Collection[str]) -> None:
        """Raise UsageError where somebody named is not there; the message holds no id."""
        absent = len(self.people - set(there))
        if absent:
            message = (
                f"Of the {len(self.people)} people named, {absent} are not in the source or have no pain "
                "condition there. The ids are those in the records; a review's people table lists them."
            )
            raise UsageError(message)


@dataclass(frozen=True)
class Workplace:
    """Where a review works and what it may use.

    `scratch` is a folder for records on their way, `staging` one for the report, None where none is asked
    for.
    """

    scratch: Path
    staging: Path | None
    processes: int
    progress: Progress


def named_people(words: Collection[str]) -> frozenset[str]:
    """The ids that stand on a command line; `@file` stands for those in a file, one on each line.

    Raises UsageError where the file can't be read.
    """
    return frozenset(person_id for word in words for person_id in _named_by(word))


def _named_by(word: str) -> list[str]:
    if not word.startswith("@"):
        return [word]
    try:
        lines = Path(word[1:]).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        message = f"The file of people after @ can't be read: {why}. Give one with an id on each line."
        raise UsageError(message) from error
    return [line.strip() for line in lines if line.strip()]


def cell_rule(smallest: int | None, engine: Engine) -> CellRule:
    """Which counts are shown: every one of a clinic's own list, none of few people of a whole health system.

    Raises UsageError for a smallest cell that means nothing.
    """
    if smallest is None:
        smallest = EVERY_CELL if engine.is_plain else SMALLEST_CELL
    try:
        return CellRule(smallest)
    except ValueError as error:
        message = f"The smallest cell can't be {smallest}: 1 shows every count, 3 or more hide smaller ones."
        raise UsageError(message) from error
