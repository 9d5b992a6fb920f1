"""One person's flags as a page shows them: what a verdict waits for, what to look at, what is only noted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from assuage.flags.model import Flag, FlagState, Urgency, holds_back
from assuage.report.citations import Citation, Sources
from assuage.report.wording import Words


@dataclass(frozen=True)
class FlagRow:
    """One flag in words; `anchor` is its name on the page."""

    anchor: str
    flag: Flag
    name: str
    about: str  # the condition it speaks of, empty where it concerns the whole person
    urgency: str
    state: str
    reason: str
    since: str
    citation: Citation


@dataclass(frozen=True)
class FlagRows:
    """All flags of a person by how soon they want to be looked at."""

    first: tuple[FlagRow, ...]  # a verdict waits for these
    look: tuple[FlagRow, ...]
    quiet: tuple[FlagRow, ...]  # notes, and what was worked up or is over

    def __len__(self) -> int:
        return len(self.first) + len(self.look) + len(self.quiet)

    def anchor_of(self, flag: str, condition: str) -> str:
        """Where the flag stands that a verdict on this condition waits for; empty where there is none."""
        anchors = (
            row.anchor
            for row in self.first
            if row.flag.flag == flag and row.flag.condition in (None, condition)
        )
        return next(anchors, "")


def flag_rows(flags: Iterable[Flag], sources: Sources, words: Words) -> FlagRows:
    """The flags in three groups, each in the order of the review: the most urgent first."""
    groups: dict[str, list[FlagRow]] = {"first": [], "look": [], "quiet": []}
    for number, flag in enumerate(sorted(flags, key=_place), start=1):
        groups[_group(flag)].append(_row(number, flag, sources, words))
    return FlagRows(**{name: tuple(rows) for name, rows in groups.items()})


_GROUPS = ("first", "look", "quiet")


def _group(flag: Flag) -> str:
    if holds_back(flag):
        return "first"
    is_quiet = flag.state is not FlagState.OPEN or flag.urgency is Urgency.NOTE
    return "quiet" if is_quiet else "look"


def _place(flag: Flag) -> int:
    return _GROUPS.index(_group(flag))


def _row(number: int, flag: Flag, sources: Sources, words: Words) -> FlagRow:
    return FlagRow(
        anchor=f"flag-{number}",
        flag=flag,
        name=words.label("flag", flag.flag),
        about=words.condition(flag.condition) if flag.condition else "",
        urgency=words.label("flag_urgency", flag.urgency),
        state=words.label("flag_state", flag.state),
        reason=words.reason(flag.reason_code, flag.reason_values),
        since=str(flag.since) if flag.since else "",
        citation=sources.cite(flag.provenance),
    )
