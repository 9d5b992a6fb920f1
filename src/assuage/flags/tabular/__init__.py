"""The tabular form of `flags`: the same rows as Ibis expressions, for many people at once.

A flag of the whole person has the condition "" while it is worked out, because null joins nothing;
`found.flag_rows` makes it null. Days are ordinals, as in `trials.tabular`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import ibis
import ibis.expr.types as ir

from assuage.flags.tabular import (
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
from assuage.flags.tabular.facts import FlagFacts
from assuage.trials.tabular.known import Keep

FAMILIES: Mapping[str, Callable[[FlagFacts, Keep], ir.Table]] = {
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
"""Every family of flags by name, as `flags.FAMILIES` has them."""


def find_flags(facts: FlagFacts, keep: Keep) -> ir.Table:
    """Every flag of the people under review, in the columns of `found.COLUMNS`."""
    return keep(ibis.union(*(family(facts, keep) for family in FAMILIES.values())))
