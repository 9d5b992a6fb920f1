"""Exposures to one ingredient become courses: what belongs together, how long it lasted, how it ended.

A course goes on while no more than `GAP_DAYS` days without the drug lie between the latest end so far
and the next supply: ends are inclusive, so a supply to the 31st and one from the 1st leave none. The
latest end, not the last row's, so that a short fill inside a long one does not split it. A depot
drug's administration lasts its interval.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby

from assuage.answers import Answer
from assuage.dates import PartialDate
from assuage.records.rows import EndRule, Exposure, Purpose

GAP_DAYS = 30
"""Persistence window between supplies, as in the OHDSI drug era and TreatmentPatterns' eraCollapseSize."""

CourseKey = tuple[str, str, Purpose, Answer]
"""Ingredient, stated indication (or ""), purpose, taken."""

END_RULES = (EndRule.UNKNOWN, EndRule.ACTIVE_ORDER, EndRule.ONGOING, EndRule.SUPPLIED, EndRule.STATED)
"""From the rule that says least about an end to the one that says most: the later breaks ties."""

ENDS_WITH_A_LENGTH = (EndRule.STATED, EndRule.SUPPLIED, EndRule.ONGOING)


@dataclass(frozen=True)
class Course:
    """Exposures that are one course, in order of start; `dated` is False where no start is on record."""

    exposures: tuple[Exposure, ...]
    dated: bool

    @property
    def last(self) -> Exposure:
        """The exposure whose end is the end of the course: of the latest to start, the latest to end."""
        return max(
            self.exposures,
            key=lambda row: (_started(row), _reach(row) or date.min, END_RULES.index(row.end_rule)),
        )

    @property
    def start(self) -> PartialDate | None:
        """When the first exposure began."""
        return min((row.start for row in self.exposures if row.start is not None), default=None)

    @property
    def end_rule(self) -> EndRule:
        """How the end is known: by the rule of the last exposure, or of an earlier one that outlasts it."""
        rule = self.last.end_rule
        return rule if rule not in ENDS_WITH_A_LENGTH else self._outlasting().end_rule

    @property
    def end(self) -> PartialDate | None:
        """The last day of the course, None where it is not known."""
        return self._outlasting().end if self.last.end_rule in ENDS_WITH_A_LENGTH else None

    @property
    def days(self) -> int | None:
        """The shortest length that the records bear out, in days, both ends counted."""
        if not self.dated:
            return self._stated_days()
        ends = [end.first for row in self.exposures if (end := known_end(row)) is not None]
        begun_by = min(row.start.last for row in self.exposures if row.start is not None)
        lengths = [row.stated_days for row in self.exposures if row.stated_days is not None]
        lengths += [max((max(ends) - begun_by).days + 1, 0)] if ends else []
        return max(lengths, default=None)

    @property
    def days_at_most(self) -> int | None:
        """The longest length that the records allow; None where the end is open."""
        if not self.dated:
            return self._stated_days()
        if self.end is not None and self.start is not None:
            return max((self.end.last - self.start.first).days + 1, self.days or 0)
        return self.exposures[0].stated_days if len(self.exposures) == 1 else None

    def _stated_days(self) -> int | None:
        stated = [row.stated_days for row in self.exposures]
        return None if None in stated else sum(days for days in stated if days is not None)

    def _outlasting(self) -> Exposure:
        known = [row for row in self.exposures if known_end(row) is not None]
        return max(known, key=_ending) if known else self.last


def courses(exposures: Iterable[Exposure], depot_days: Mapping[str, int]) -> list[Course]:
    """All courses of a person's exposures, by ingredient, stated indication, purpose and taken.

    `depot_days` gives how long one administration of a depot drug lasts, by ingredient.
    """
    ready = sorted(
        (_with_depot_end(row, depot_days.get(row.ingredient)) for row in exposures), key=lambda row: _key(row)
    )
    found: list[Course] = []
    for _, group in groupby(ready, key=_key):
        rows = list(group)
        undated = tuple(row for row in rows if row.start is None)
        found += [Course(tuple(chain), dated=True) for chain in _chains(rows)]
        if undated:
            found.append(Course(undated, dated=False))
    return found


def _key(row: Exposure) -> CourseKey:
    return (row.ingredient, row.indication or "", row.purpose, row.taken)


def _with_depot_end(row: Exposure, interval_days: int | None) -> Exposure:
    if interval_days is None or row.start is None or row.end not in (None, row.start):
        return row
    to_the_end_of_time = (date.max - row.start.last).days
    last_day = row.start.last + timedelta(days=min(interval_days - 1, to_the_end_of_time))
    return replace(row, end=PartialDate(last_day), end_rule=EndRule.SUPPLIED)


def _chains(rows: list[Exposure]) -> list[list[Exposure]]:
    dated = sorted((row for row in rows if row.start is not None), key=_started)
    chains: list[list[Exposure]] = []
    latest_end = date.min
    for row in dated:
        reach = max(_reach(row) or _first(row), _first(row))
        if chains and (_first(row) - latest_end).days <= GAP_DAYS + 1:
            chains[-1].append(row)
            latest_end = max(latest_end, reach)
        else:
            chains.append([row])
            latest_end = reach
    return chains


def spoken(row: Exposure) -> tuple[PartialDate, date]:
    """Where a record stands in time when it says how the treatment went; an open end comes last."""
    return _started(row), _reach(row) or date.max


def _started(row: Exposure) -> PartialDate:
    return row.start or PartialDate(date.min)


def _ending(row: Exposure) -> tuple[PartialDate, int]:
    return known_end(row) or PartialDate(date.min), END_RULES.index(row.end_rule)


def _first(row: Exposure) -> date:
    return row.start.first if row.start is not None else date.min


def known_end(row: Exposure) -> PartialDate | None:
    """The end of an exposure, None where its rule gives no length."""
    return row.end if row.end_rule in ENDS_WITH_A_LENGTH else None


def _reach(row: Exposure) -> date | None:
    """The last day an exposure can have reached by its known end."""
    end = known_end(row)
    return None if end is None else end.last
