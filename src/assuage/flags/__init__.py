"""Flags: what has to be looked at before, or beside, any verdict on resistance."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from assuage.flags import (
    cauda_equina,
    data_gaps,
    delay,
    giant_cell_arteritis,
    intracranial,
    nsaid_only,
    overuse,
    recheck,
    red_flags,
    secondary_trigeminal,
    skin_reaction,
    sodium,
    suicidality,
)
from assuage.flags.model import Flag, FlagState, Urgency, holds_back
from assuage.flags.subject import Subject
from assuage.records.history import History
from assuage.trials.model import TreatmentTrial

__all__ = ["FAMILIES", "Flag", "FlagState", "Urgency", "find_flags", "holds_back"]

FAMILIES: Mapping[str, Callable[[Subject], Iterable[Flag]]] = {
    "red_flags": red_flags.flags,
    "secondary_trigeminal": secondary_trigeminal.flags,
    "intracranial": intracranial.flags,
    "giant_cell_arteritis": giant_cell_arteritis.flags,
    "cauda_equina": cauda_equina.flags,
    "suicidality": suicidality.flags,
    "skin_reaction": skin_reaction.flags,
    "sodium": sodium.flags,
    "overuse": overuse.flags,
    "recheck": recheck.flags,
    "data_gaps": data_gaps.flags,
    "nsaid_only": nsaid_only.flags,
    "delay": delay.flags,
}
"""Every family of flags by name: the one list of them."""

_URGENCIES = tuple(Urgency)


def find_flags(
    history: History, trials: tuple[TreatmentTrial, ...], *, as_of: date, conditions: tuple[str, ...]
) -> tuple[Flag, ...]:
    """Every flag of one person on one day, the most urgent first.

    `history` holds what was known by `as_of`, `trials` are those assembled from it, and `conditions` the
    pain conditions under review; without any, causes that can lie behind head pain are still found.
    """
    subject = Subject(history, trials, as_of, conditions)
    found = [flag for family in FAMILIES.values() for flag in family(subject)]
    return tuple(
        sorted(found, key=lambda flag: (_URGENCIES.index(flag.urgency), flag.flag, flag.condition or ""))
    )
