"""The read report: every record is read, or skipped with its reason. Nothing is dropped in silence."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True)
class ReadLine:
    """One row of the read report: a record type, and either how many were read, or why how many were not.

    `reason` is None for the row that counts records read. `example` names one file and line; it never
    holds an id or a value from the record.
    """

    record_type: str
    read: int
    skipped: int
    reason: str | None
    example: str | None

    @property
    def is_of_a_field(self) -> bool:
        """Whether the line is about a field of records that were read."""
        return "." in self.record_type


@dataclass
class ReadReport:
    """Counts records while a reader runs.

    A single field that could not be used, of a record that was read all the same, is counted as skipped
    under `Type.field`; so the lines of `Type` itself add up to the records of the source.
    """

    read: Counter[str] = field(default_factory=Counter)
    skipped: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str], str] = field(default_factory=dict)

    def count_read(self, record_type: str, count: int = 1) -> None:
        """Count records that gave at least one row."""
        self.read[record_type] += count

    def count_skipped(self, record_type: str, reason: str, example: str, count: int = 1) -> None:
        """Count records that gave no row, and why; the first place seen is kept as the example."""
        self.skipped[record_type, reason] += count
        # the bytes of a file's name need not be text, and no table could hold them
        as_text = example.encode(errors="replace").decode()
        self.examples.setdefault((record_type, reason), as_text)

    def lines(self) -> list[ReadLine]:
        """All lines, sorted: for each record type first what was read, then each reason for skipping."""
        types = sorted(set(self.read) | {record_type for record_type, _ in self.skipped})
        return [line for record_type in types for line in self._lines_of(record_type)]

    def _lines_of(self, record_type: str) -> list[ReadLine]:
        skipped = sorted(
            (reason, count) for (kind, reason), count in self.skipped.items() if kind == record_type
        )
        read = self.read[record_type]
        return [ReadLine(record_type, read, 0, None, None)] * (read > 0) + [
            ReadLine(record_type, 0, count, reason, self.examples[record_type, reason])
            for reason, count in skipped
        ]
