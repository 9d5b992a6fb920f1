"""Whether to refer now: where a guideline says so and nobody of the specialty has been seen."""

from __future__ import annotations

from assuage.options.evidence import Referral
from assuage.options.model import OptionStanding, Reason
from assuage.options.view import OptionView
from assuage.records.rows import ObservationKind
from assuage.resistance.model import VerdictWord


def referral(view: OptionView, refer: Referral) -> tuple[OptionStanding, Reason, tuple[Reason, ...]]:
    """The standing of a referral: seen already, to be made now, or open.

    A verdict that is held back or unknown calls for nothing yet.
    """
    situation = view.situation
    seen = tuple(
        row.record_id
        for row in situation.history.observation
        if row.kind is ObservationKind.ENCOUNTER and row.name in refer.specialties
    )
    if seen:
        return OptionStanding.TRIED, Reason("specialist_seen", (), seen), ()
    flagged = [
        flag
        for flag in situation.flags
        if flag.flag in refer.flags and flag.condition in (None, view.case.condition)
    ]
    if flagged:
        evidence = tuple(dict.fromkeys(record for flag in flagged for record in flag.evidence))
        return OptionStanding.OPEN, Reason("refer_now", (), evidence, provenance=refer.provenance), ()
    for verdict in situation.verdicts:
        if (
            verdict.definition in refer.verdicts
            and verdict.condition == view.case.condition
            and verdict.verdict is VerdictWord.MET
        ):
            values = (("definition", verdict.definition),)
            return OptionStanding.OPEN, Reason("refer_now", values, provenance=refer.provenance), ()
    return OptionStanding.OPEN, Reason("refer_when_needed", missing=("specialist_contact",)), ()
