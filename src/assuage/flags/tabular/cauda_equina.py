"""Cauda equina syndrome and spinal cord compression: the tabular form of `flags.cauda_equina`."""

from __future__ import annotations

from dataclasses import replace

import ibis
import ibis.expr.types as ir

from assuage.flags.cauda_equina import WHATEVER_THE_PAIN
from assuage.flags.model import FlagState
from assuage.flags.rules import numbers, signs
from assuage.flags.tabular.facts import FlagFacts, reviewed_of
from assuage.flags.tabular.signs import of_each, raised_flags, signs_seen, stand, summed
from assuage.flags.tabular.working_up import has, treated
from assuage.trials.tabular.known import Keep

_FAMILY = "cauda_equina"


def flags(facts: FlagFacts, keep: Keep) -> ir.Table:
    """Each sign on record, for each pain of the spine under review; else for the person."""
    spinal = keep(reviewed_of(facts, numbers(_FAMILY)["spinal_pain"].value))
    seen = signs_seen(facts, _FAMILY)
    signs_of = summed(seen)
    by_itself = signs_of.filter(signs_of.flag.isin(sorted(WHATEVER_THE_PAIN))).anti_join(spinal, "person_no")
    of_person = of_each(by_itself, facts.people.select("person_no", condition=ibis.literal("")))
    asked = keep(of_each(signs_of, spinal).union(of_person))
    raised = stand(facts, _FAMILY, seen, asked, keep)
    causes = {sign.flag: sign.diagnoses for sign in signs(_FAMILY)}
    waiting = raised.rows.filter(raised.rows.state == str(FlagState.OPEN))
    done = keep(treated(facts, waiting, causes, numbers(_FAMILY)["treated_by"].value))
    rows = has(raised.rows, done, "is_done")
    rows = rows.mutate(state=rows.is_done.ifelse(str(FlagState.WORKED_UP), rows.state))
    return raised_flags(replace(raised, rows=rows, evidence=(*raised.evidence, done)), _FAMILY)
