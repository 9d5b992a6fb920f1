"""An NSAID as the only drug on record: the tabular form of `flags.nsaid_only`."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from assuage.answers import Answer
from assuage.flags.model import Urgency
from assuage.flags.rules import numbers
from assuage.flags.tabular.facts import FlagFacts, kinds_of
from assuage.flags.tabular.found import FLAG, TRIAL, Found, earliest, flag_rows, names_of, trials_of
from assuage.trials.model import Indication, TrialKind
from assuage.trials.tabular.known import Keep


def flags_of_nsaids(facts: FlagFacts, keep: Keep) -> Found:
    """Each neuropathic pain whose drugs on record are all NSAIDs, given long enough for it."""
    drugs = keep(_nsaids(facts))
    certain = (drugs.long_enough == str(Answer.YES)) & (drugs.indication != str(Indication.UNKNOWN))
    summed = drugs.group_by(*FLAG).agg(
        may_be=(drugs.long_enough != str(Answer.NO)).any(),
        certain=certain.any(),
        treatments=names_of(drugs.treatment),
        first=earliest(drugs, "start"),
    )
    rows = summed.filter(summed.may_be)
    told = flag_rows(
        rows,
        source=numbers("nsaid_only")["classes"].provenance,
        urgency=rows.certain.ifelse(str(Urgency.LOOK), str(Urgency.NOTE)),
        reason=rows.certain.ifelse("nsaid_only", "nsaid_only_possible"),
        values={"treatments": rows.treatments},
        since=rows["first"],
    )
    return Found((told,), trials=(trials_of(drugs),))


def _nsaids(facts: FlagFacts) -> ir.Table:
    """The NSAIDs taken for a neuropathic pain beside no other drug; `long_enough` says whether each was."""
    rules = numbers("nsaid_only")
    needed_days: int = rules["days"].value
    trials = facts.trials
    taken = trials.filter(
        trials.condition.isin(kinds_of(rules["pain"].value)),
        trials.kind == str(TrialKind.DRUG),
        trials.taken != str(Answer.NO),
    )
    is_nsaid = taken.treatment_class.isin(rules["classes"].value)
    alone = taken.filter(is_nsaid).anti_join(taken.filter(~is_nsaid), ["person_no", "condition"])
    long_enough = ibis.cases(
        (alone.days >= needed_days, str(Answer.YES)),
        (alone.days_at_most < needed_days, str(Answer.NO)),
        else_=str(Answer.UNKNOWN),
    )
    return alone.select(
        *TRIAL,
        "indication",
        about=alone.condition,
        flag=ibis.literal("nsaid_only"),
        long_enough=long_enough,
    )
