"""What every kind of entry needs to become rows: its place in the file, and the dates told from there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NoReturn

from assuage.dates import PartialDate
from assuage.records.history_file.quantities import Before, count_back


class WrongEntry(Exception):
    """An entry that can't be used; `reason` is in the reader's words and holds no value from the file."""

    def __init__(self, reason: str, key: str) -> None:
        self.reason, self.key = reason, key
        super().__init__(reason)


@dataclass(frozen=True)
class Place:
    """Where an entry stands: its section, its number there from 1, its line, and the dates of its file.

    Relative dates count back from `written_on`; nothing can be dated after `latest`.
    """

    person_id: str
    section: str
    number: int
    line: int | None
    written_on: date
    latest: date

    @property
    def record_id(self) -> str:
        """How findings name this entry: `treatments[2] (line 31)`."""
        line = f" (line {self.line})" if self.line else ""
        return f"{self.section}[{self.number}]{line}"

    def when(self, moment: PartialDate | Before | None, key: str) -> PartialDate | None:
        """The date a moment means. Raises WrongEntry for one that had not come yet."""
        if moment is None:
            return None
        day = moment if isinstance(moment, PartialDate) else count_back(self.written_on, moment.length)
        if day.first > self.latest:
            refuse("the date lies after written_on", key)
        return day


def check_order(start: PartialDate | None, end: PartialDate | None, key: str) -> None:
    """Raise WrongEntry where something ends before it can have begun."""
    if start is not None and end is not None and end.last < start.first:
        refuse("the end lies before the start", key)


def refuse(reason: str, key: str) -> NoReturn:
    """Raise WrongEntry."""
    raise WrongEntry(reason, key)
