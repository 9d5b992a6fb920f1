"""Which concept of ours a code means, remembered: a source repeats the same few thousand codes.

The same functions as in `assuage.codes`, with the last answers kept; reading is twice as fast.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from assuage.codes import clinical, conditions, drugs, procedures
from assuage.records.fhir.elements import codings, words

_KEPT = 20_000

_condition = lru_cache(_KEPT)(conditions.find_condition)
_drugs = lru_cache(_KEPT)(drugs.find_drugs)
_procedure = lru_cache(_KEPT)(procedures.find_procedure)
_instrument = lru_cache(_KEPT)(clinical.find_instrument)
_observation = lru_cache(_KEPT)(clinical.find_observation)
_specialty = lru_cache(_KEPT)(clinical.find_specialty)


def condition_of(concept: Any) -> conditions.ConditionMatch | None:
    """The condition that a CodeableConcept means."""
    return _condition(codings(concept), words(concept))


def drugs_of(concept: Any) -> tuple[drugs.DrugMatch, ...]:
    """The ingredients that a CodeableConcept means."""
    return _drugs(codings(concept), words(concept))


def procedure_of(concept: Any) -> str | None:
    """The procedure or therapy that a CodeableConcept means."""
    return _procedure(codings(concept), words(concept))


def instrument_of(concept: Any) -> str | None:
    """The instrument that a CodeableConcept means."""
    return _instrument(codings(concept), words(concept))


def observation_of(concept: Any) -> tuple[str, str] | None:
    """Kind and name of the lab value, gene, finding or device that a CodeableConcept means."""
    return _observation(codings(concept), words(concept))


def specialty_of(concept: Any) -> str | None:
    """The specialty that a CodeableConcept means."""
    return _specialty(codings(concept), words(concept))
