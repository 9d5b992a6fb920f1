"""The tabular form of `flags`: the same rows as Ibis expressions, for many people at once.

Families that do the same thing do it at once here: signs, beginnings of pain, mood and first drugs raise
flags, and one pass over the records settles them all. What every flag rests on is gathered once.
A flag of the whole person is about "" while it is worked out, because null joins nothing. Days are
ordinals, as in `trials.tabular`.
"""

from __future__ import annotations

import ibis.expr.types as ir

from assuage.flags.tabular.data_gaps import flags_of_gaps
from assuage.flags.tabular.delay import flags_of_delay
from assuage.flags.tabular.facts import FlagFacts
from assuage.flags.tabular.found import with_evidence
from assuage.flags.tabular.nsaid_only import flags_of_nsaids
from assuage.flags.tabular.onsets import beginnings, raised_by_onsets
from assuage.flags.tabular.overuse import flags_of_overuse
from assuage.flags.tabular.recheck import flags_of_indometacin, raised_by_first_drugs
from assuage.flags.tabular.secondary_trigeminal import flags_of_causes, known_causes
from assuage.flags.tabular.settling import settled
from assuage.flags.tabular.signs import raised_by_signs
from assuage.flags.tabular.skin_reaction import flags_of_skin
from assuage.flags.tabular.sodium import flags_of_sodium
from assuage.flags.tabular.suicidality import raised_by_mood
from assuage.trials.tabular.known import Keep


def find_flags(facts: FlagFacts, keep: Keep) -> ir.Table:
    """Every flag of the people under review, in the columns of `found.COLUMNS`."""
    causes, begun = keep(known_causes(facts)), keep(beginnings(facts))
    raised = (
        raised_by_signs(facts, causes),
        raised_by_onsets(facts, begun),
        raised_by_mood(facts),
        raised_by_first_drugs(facts, keep),
    )
    found = (
        settled(facts, raised, keep),
        flags_of_causes(facts, causes),
        flags_of_indometacin(facts, keep),
        flags_of_sodium(facts, keep),
        flags_of_overuse(facts, keep),
        flags_of_skin(facts, keep),
        flags_of_gaps(facts, begun, keep),
        flags_of_nsaids(facts, keep),
        flags_of_delay(facts, keep),
    )
    return with_evidence(found, keep)
