"""Laboratory values against thresholds: the latest one counts, and an old one is no answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from assuage.answers import Answer
from assuage.dates import days_before
from assuage.records.rows import Condition, ConditionState, Observation
from assuage.safety.model import Concern, Severity
from assuage.safety.rules import LevelRule, level_rules, numbers
from assuage.safety.subject import Subject
from assuage.safety.use import Use


@dataclass(frozen=True)
class Reading:
    """A value that counts today, in the unit of its rule file, and its record."""

    value: float
    record_id: str


def latest(subject: Subject, family: str) -> Reading | None:
    """The latest value on record that is recent enough; of one day, the lowest.

    An undated value may be the newest, so it counts where it is the lower one; that it is high settles
    nothing. None where no value is recent enough.
    """
    rules = numbers(family)
    units = {None, *rules["units"].value}
    rows = [
        row
        for row in subject.observed((rules["observation"].value,))
        if row.value is not None and row.unit in units
    ]
    cutoff = days_before(subject.as_of, rules["valid_days"].value)
    dated = [row for row in rows if row.start is not None and row.start.last >= cutoff]
    undated = [row for row in rows if row.start is None]
    newest = max((row.start.last for row in dated if row.start is not None), default=None)
    found = [row for row in dated if row.start is not None and row.start.last == newest]
    if not found:
        highest = max(rule.below for rule in level_rules(family))
        undated = [row for row in undated if (row.value or 0.0) < highest]
    return _lowest([*found, *undated])


def _lowest(rows: list[Observation]) -> Reading | None:
    lowest = min(rows, key=lambda row: (row.value, row.record_id), default=None)
    return None if lowest is None else Reading(lowest.value or 0.0, lowest.record_id)


def concerns(use: Use, family: str) -> Iterator[Concern]:
    """The heaviest threshold that the latest value crosses; a question where none is on record."""
    rules = _rules_of(family, use.names)
    if not rules:
        return
    reading = latest(use.subject, family)
    if reading is None:
        yield from _without_value(use, family, rules)
        return
    for rule in rules:
        if reading.value < rule.below:
            values = (("value", reading.value), ("needed", rule.below))
            yield use.concern(rule.weight, Answer.YES, values=values, evidence=(reading.record_id,))
            return


@cache
def _rules_of(family: str, names: frozenset[str]) -> tuple[LevelRule, ...]:
    """The thresholds that speak of a treatment by these names, lowest first."""
    found = (rule for rule in level_rules(family) if names & rule.treatments)
    return tuple(sorted(found, key=lambda rule: rule.below))


def _without_value(use: Use, family: str, rules: tuple[LevelRule, ...]) -> Iterator[Concern]:
    """A diagnosis stands for the mildest threshold, if that is a warning; every heavier one is open."""
    missing = (f"{numbers(family)['observation'].value}_value",)
    rows = diagnosed(use.subject, family)
    heavier, mildest = rules[:-1], rules[-1]
    if rows:
        values = (("needed", mildest.below),)
        evidence = tuple(row.record_id for row in rows)
        certain = any(row.state is not ConditionState.UNCONFIRMED for row in rows)
        answer = Answer.of(True if certain and mildest.weight.severity is Severity.WARNING else None)
        yield use.concern(mildest.weight, answer, values=values, evidence=evidence, missing=missing)
        open_rules = heavier[:1]
    else:
        open_rules = tuple(rule for rule in rules if rule.asks)[:1]
    for rule in open_rules:
        yield use.concern(rule.weight, Answer.UNKNOWN, values=(("needed", rule.below),), missing=missing)


def diagnosed(subject: Subject, family: str) -> list[Condition]:
    """Diagnoses that say the value is low, without saying how low."""
    rows = subject.diagnoses(numbers(family)["diagnosed_as"].value)
    return [row for row in rows if row.state is not ConditionState.RESOLVED]
