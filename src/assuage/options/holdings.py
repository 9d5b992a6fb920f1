"""What the team holds before deciding: for each need of an option, the records that answer it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from pydantic import ConfigDict, TypeAdapter
from pydantic.dataclasses import dataclass

from assuage.answers import Answer
from assuage.codes.phrases import tokens
from assuage.options.evidence import Need
from assuage.options.model import Entry, Holding
from assuage.records.history import History
from assuage.records.rows import ObservationKind, Procedure, ProcedureOutcome, ProcedureState
from assuage.sources import read_knowledge

_BLOCK = "block"


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Place:
    """Where a record would answer a need.

    `blocks` are words for the site of a nerve block; `not_for_sex` is whom the need does not concern.
    """

    observations: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    specialties: tuple[str, ...] = ()
    not_for_sex: tuple[str, ...] = ()


@cache
def places() -> Mapping[str, Place]:
    """Every need with where a record would answer it."""
    file = files("assuage.options") / "needs.yaml"
    return TypeAdapter(dict[str, Place]).validate_python(read_knowledge(file))


def holdings(history: History, needs: tuple[Need, ...]) -> tuple[Holding, ...]:
    """What is on record for each need that concerns the person, in the order of the needs."""
    return tuple(
        Holding(need.need, tuple(entries(history, need.need)), need.provenance)
        for need in needs
        if str(history.person.sex) not in places()[need.need].not_for_sex
    )


def entries(history: History, need: str) -> Iterator[Entry]:
    """The records that answer a need, oldest first, undated ones before them."""
    place = places()[need]
    found = [*_observed(history, place), *_done(history, place), *_stated(history, place)]
    yield from sorted(found, key=lambda one: (one.start.first.toordinal() if one.start else 0, one.record_id))


def _observed(history: History, place: Place) -> Iterator[Entry]:
    for row in history.observation:
        met = row.kind is ObservationKind.ENCOUNTER and row.name in place.specialties
        if met or (row.kind is not ObservationKind.ENCOUNTER and row.name in place.observations):
            yield Entry(row.record_id, row.start, row.present, row.value, row.unit)


def _done(history: History, place: Place) -> Iterator[Entry]:
    for row in history.procedure:
        if row.state is ProcedureState.DONE and (row.procedure in place.procedures or _at_site(row, place)):
            yield Entry(row.record_id, row.start, _relieved(row), relief_percent=row.change_percent)


def _at_site(row: Procedure, place: Place) -> bool:
    """Whether a nerve block names one of the sites; one record may name several."""
    if _BLOCK not in row.procedure:
        return False
    return not {token.word for token in tokens(row.text)}.isdisjoint(place.blocks)


def _relieved(row: Procedure) -> Answer:
    if row.outcome in (ProcedureOutcome.RELIEF, ProcedureOutcome.PARTIAL, ProcedureOutcome.RECURRENCE):
        return Answer.YES
    return Answer.NO if row.outcome is ProcedureOutcome.NO_EFFECT else Answer.UNKNOWN


def _stated(history: History, place: Place) -> Iterator[Entry]:
    for row in history.statement:
        if str(row.kind) in place.statements:
            yield Entry(row.record_id, row.start, row.answer)
