"""Answers to a score, as the instrument's own rule says; what was not answered is never filled in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assuage.answers import Answer
from assuage.codes.clinical import instruments
from assuage.errors import UsageError
from assuage.measures.instruments import InstrumentRules, Item, Method, Scoring, instrument_rules


@dataclass(frozen=True)
class Scored:
    """A score in the instrument's own unit; with answers missing, the range that it must lie in.

    `bands` are the named ranges that it can lie in: one, unless answers are missing. `alerts` says what has
    to be looked at whatever the total is, and whether it has; unknown where that item was not answered.
    """

    instrument: str
    low: float
    high: float
    answered: int
    asked: int
    bands: tuple[str, ...] = ()
    alerts: tuple[tuple[str, Answer], ...] = ()

    @property
    def complete(self) -> bool:
        """Whether the score is one number."""
        return self.low == self.high


@dataclass(frozen=True)
class NotScored:
    """Too few answers for a score: how many there are, and how many are needed."""

    instrument: str
    answered: int
    needed: int


def score_answers(instrument: str, answers: Sequence[float | None]) -> Scored | NotScored:
    """Score the points of each item, in the instrument's order; None is an item not answered.

    A sum with answers missing becomes the range it must lie in. A mean is made of the answers given where
    the instrument allows that. Raises UsageError for an instrument without items, for a number of
    answers that is not the number of items, and for points that an item can't have.
    """
    rules = _rules(instrument)
    if rules.scoring is None:
        message = f"{rules.name} is entered as its score: it has no items here."
        raise UsageError(message)
    _check_answers(rules.name, rules.scoring, answers)
    given = [points for points in answers if points is not None]
    alerts = _alerts(rules, answers)
    asked = len(rules.scoring.items)
    if rules.scoring.method is Method.SUM and given:
        low, high = _sum(rules.scoring.items, answers)
    elif given and len(given) >= rules.scoring.answered_at_least:
        low = high = sum(given) / len(given)
    else:
        return NotScored(instrument, len(given), rules.scoring.answered_at_least)
    return Scored(instrument, low, high, len(given), asked, _bands(rules, low, high), alerts)


def read_score(instrument: str, low: float, high: float | None = None) -> Scored:
    """A finished score, or a range of one, with the bands that it can lie in.

    Raises UsageError for a score that the instrument can't have.
    """
    coded = instruments().get(instrument)
    high = low if high is None else high
    if coded is None:
        message = f"There is no instrument {instrument!r}."
        raise UsageError(message)
    if not coded.lowest <= low <= high or (coded.highest is not None and high > coded.highest):
        message = f"{coded.name} goes from {coded.lowest:g} to {coded.highest or 'no upper end'}."
        raise UsageError(message)
    rules = instrument_rules().get(instrument)
    return Scored(instrument, low, high, 0, 0, _bands(rules, low, high) if rules else ())


def _rules(instrument: str) -> InstrumentRules:
    rules = instrument_rules().get(instrument)
    if rules is None:
        message = f"No scoring of {instrument!r} is known. Known are: {', '.join(instrument_rules())}."
        raise UsageError(message)
    return rules


def _check_answers(name: str, scoring: Scoring, answers: Sequence[float | None]) -> None:
    if len(answers) != len(scoring.items):
        message = f"{name} has {len(scoring.items)} items; {len(answers)} answers were given."
        raise UsageError(message)
    for place, (item, points) in enumerate(zip(scoring.items, answers, strict=True), start=1):
        if points is not None and not item.takes(points):
            message = f"{name}, item {place}: expected {_allowed(item)}."
            raise UsageError(message)


def _allowed(item: Item) -> str:
    if item.answers:
        return "one of " + ", ".join(f"{answer:g}" for answer in item.answers)
    return f"{'a whole number' if item.whole else 'a number'} from {item.low:g} to {item.high:g}"


def _sum(items: Sequence[Item], answers: Sequence[float | None]) -> tuple[float, float]:
    low = sum(item.low if points is None else points for item, points in zip(items, answers, strict=True))
    high = sum(item.high if points is None else points for item, points in zip(items, answers, strict=True))
    return low, high


def _bands(rules: InstrumentRules, low: float, high: float) -> tuple[str, ...]:
    if rules.bands is None:
        return ()
    names = [name for name, _ in rules.bands.starts]
    first, last = names.index(rules.bands.of(low)), names.index(rules.bands.of(high))
    return tuple(names[first : last + 1])


def _alerts(rules: InstrumentRules, answers: Sequence[float | None]) -> tuple[tuple[str, Answer], ...]:
    if rules.alert is None:
        return ()
    points = answers[rules.alert.item - 1]
    return ((rules.alert.means, Answer.of(None if points is None else points >= rules.alert.at_least)),)
