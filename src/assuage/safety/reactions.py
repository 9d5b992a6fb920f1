"""What drugs have done to this person: allergies, adverse events, and words beside a course."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from assuage.answers import Answer
from assuage.codes.clinical import find_observation
from assuage.codes.conditions import belongs_to, find_condition
from assuage.records.history import History
from assuage.records.rows import ConditionState, ObservationKind
from assuage.safety.rules import numbers

_KINDS = (ObservationKind.ALLERGY, ObservationKind.ADVERSE_EVENT)


@dataclass(frozen=True)
class Reaction:
    """One reaction; `ingredient` is None where the record names no drug.

    `answer` is yes, or unknown for one that is doubted.
    """

    ingredient: str | None
    answer: Answer
    allergy: bool
    severe: bool
    rash: bool
    evidence: tuple[str, ...]


def reactions(history: History) -> tuple[Reaction, ...]:
    """Every reaction on record, in any form; one that is said to be over or refuted is left out."""
    return (*_observed(history), *_told_of_courses(history), *_diagnosed(history))


def _observed(history: History) -> Iterator[Reaction]:
    for row in history.observation:
        if row.kind not in _KINDS or row.present is Answer.NO:
            continue
        yield Reaction(
            row.ingredient,
            row.present,
            allergy=row.kind is ObservationKind.ALLERGY and row.name != "intolerance",
            severe=_names_severe(row.text) or _names_severe(row.name),
            rash=_names_rash(row.text) or row.name == "rash",
            evidence=(row.record_id,),
        )


def _told_of_courses(history: History) -> Iterator[Reaction]:
    for row in history.exposure:
        if row.adverse_event:
            yield Reaction(
                row.ingredient,
                Answer.YES,
                allergy=False,
                severe=_names_severe(row.adverse_event),
                rash=_names_rash(row.adverse_event),
                evidence=(row.record_id,),
            )


def _diagnosed(history: History) -> Iterator[Reaction]:
    """A severe skin reaction as a diagnosis, which seldom names its drug; that it is over changes nothing."""
    for row in history.condition:
        if _is_severe(row.condition):
            doubted = row.state is ConditionState.UNCONFIRMED
            yield Reaction(
                None,
                Answer.of(None if doubted else True),
                allergy=False,
                severe=True,
                rash=False,
                evidence=(row.record_id,),
            )


@cache
def _is_severe(condition: str) -> bool:
    return any(belongs_to(condition, key) for key in numbers("aromatic")["severe"].value)


@lru_cache(maxsize=4096)  # the same few phrases, asked again for every drug
def _names_severe(words: str) -> bool:
    match = find_condition((), words)
    return match is not None and _is_severe(match.condition)


@lru_cache(maxsize=4096)
def _names_rash(words: str) -> bool:
    return find_observation((), words) == ("examination", "rash")
