"""Red flags for secondary headache: the tabular form of `flags.red_flags`."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer
from assuage.flags.red_flags import ONSET_FLAGS
from assuage.flags.rules import numbers
from assuage.flags.tabular.ages import aged_at_least
from assuage.flags.tabular.facts import FlagFacts, onsets, reviewed_of
from assuage.flags.tabular.onset_flags import asked_of, onset_flags
from assuage.flags.tabular.signs import of_each, outside_definition, raised_flags, signs_seen, stand, summed
from assuage.flags.tabular.working_up import settled_by
from assuage.trials.tabular.known import Keep

_FAMILY = "red_flags"


def flags(facts: FlagFacts, keep: Keep) -> ir.Table:
    """Every item of the list that is on record, for each headache under review."""
    headaches = keep(reviewed_of(facts, ("headache",)))
    seen = signs_seen(facts, _FAMILY)
    asked = keep(outside_definition(of_each(summed(seen), headaches), _FAMILY))
    of_signs = raised_flags(stand(facts, _FAMILY, seen, asked, keep), _FAMILY)
    begun = keep(onsets(facts, headaches.mutate(wider=ibis.literal("headache"))))
    return of_signs.union(_of_onset(facts, "older_onset", _older(facts, begun), keep)).union(
        _of_onset(facts, "new_headache", _new(begun), keep)
    )


def _older(facts: FlagFacts, begun: ir.Table) -> ir.Table:
    """Onset at an older age: the first headache ever on record counts, not the one under review."""
    rules = numbers(_FAMILY)
    born = facts.people.select("person_no", "birth_first", "birth_last")
    rows = begun.inner_join(born.filter(born.birth_first.notnull()), "person_no")
    rows = rows.mutate(
        by_one=aged_at_least(rules["older_onset_years"].value, rows, "start"),
        by_both=aged_at_least(rules["older_onset_years_variant"].value, rows, "start"),
    )
    reason = ibis.cases(
        (rows.by_both == str(Answer.YES), "older_onset_by_both_ages"),
        (rows.by_one == str(Answer.UNKNOWN), "older_onset_possible"),
        else_="older_onset",
    )
    return rows.filter(rows.by_one != str(Answer.NO)).mutate(reason=reason)


def _new(begun: ir.Table) -> ir.Table:
    """A headache of recent onset, where no earlier headache is on record."""
    days = numbers(_FAMILY)["new_headache_days"].value
    return begun.filter(begun.start_first >= begun.as_of - days).mutate(reason=ibis.literal("new_headache"))


def _of_onset(facts: FlagFacts, name: str, begun: ir.Table, keep: Keep) -> ir.Table:
    rules, shown = numbers(_FAMILY), ONSET_FLAGS[name]
    asked = keep(asked_of(name, begun))
    settled = keep(settled_by(facts, asked, {name: rules["settled_by"].value}))
    origin = rules[next(iter(shown.values()))].provenance
    return onset_flags(
        asked, settled, origin, {value: rules[number].value for value, number in shown.items()}
    )
